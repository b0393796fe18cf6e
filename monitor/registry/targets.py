"""What is asked and what is expected, as the register writes it; keys as in `monitor.core.service`."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, WrapValidator, model_validator

from monitor.core.service import Family
from monitor.registry.fields import (
    HeaderName,
    HeaderValue,
    HostWithPort,
    JsonPath,
    JsonScalar,
    Pattern,
    SentHeaderName,
    Status,
    Upper,
    UserName,
    check_headers,
)
from monitor.settings.fields import (
    Flag,
    Host,
    HostName,
    Model,
    OneOrMore,
    PemFile,
    Port,
    Secret,
    Text,
    Url,
    Whole,
)

Method = Literal["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
RecordType = Literal["A", "AAAA", "CNAME", "MX", "NS", "TXT", "SOA", "CAA", "PTR", "SRV"]
Rcode = Literal["NOERROR", "NXDOMAIN", "SERVFAIL", "REFUSED", "FORMERR", "NOTIMP"]


class TlsModel(Model):
    """How a TLS connection is made and what of it is believed."""

    verify: Flag = True
    """false: connect in spite of a bad certificate (its faults are still recorded)."""
    server_name: HostName | None = None
    """Sent as SNI and checked against the certificate, instead of the URL's host."""
    ca_file: PemFile | None = None
    """Certificate authorities (PEM) trusted instead of the system's; relative to this file."""
    client_certificate: PemFile | None = None
    client_key: PemFile | None = None

    @model_validator(mode="after")
    def _key_needs_certificate(self) -> Self:
        if self.client_key and not self.client_certificate:
            raise ValueError("client_key needs client_certificate beside it")
        return self


class BasicModel(Model):
    """User name and password (HTTP basic)."""

    username: UserName
    password: Secret


class BearerModel(Model):
    """A bearer token."""

    token: Secret


class RequestModel(Model):
    """The request of an http check."""

    method: Annotated[Method, Upper] = "GET"
    headers: Annotated[dict[SentHeaderName, HeaderValue], WrapValidator(check_headers)] | None = None
    """Extra headers; credentials only as ${env:NAME} or ${file:path}."""
    body: str | None = None
    basic: BasicModel | None = None
    bearer: BearerModel | None = None
    host: HostWithPort | None = None
    """Host header sent instead of the URL's host."""
    family: Family = Family.PREFER_IPV4
    """ipv4, ipv6, prefer-ipv4 or prefer-ipv6."""
    follow_redirects: Flag = True
    tls: TlsModel = TlsModel()

    @model_validator(mode="after")
    def _one_kind_of_credentials(self) -> Self:
        if self.basic and self.bearer:
            raise ValueError("write either basic or bearer, not both")
        if (self.basic or self.bearer) and "authorization" in map(str.lower, self.headers or {}):
            raise ValueError("basic and bearer set the header Authorization: remove it from headers")
        return self


class HeaderExpectation(Model):
    """A header that the reply must carry."""

    name: HeaderName
    pattern: Pattern
    """Regular expression, searched in the value; small and capital letters are the same."""
    allow_missing: Flag = False


class JsonExpectation(Model):
    """A value that the reply's JSON must hold."""

    path: JsonPath
    value: JsonScalar


class ExpectModel(Model):
    """What an http check must show to be good."""

    status: Annotated[tuple[Status, ...], OneOrMore(), Field(min_length=1)] | None = None
    """200, 200-299 or 2xx, or a list of them; default: 200-299."""
    body_contains: Annotated[tuple[Text, ...], OneOrMore()] = ()
    body_matches: Annotated[tuple[Pattern, ...], OneOrMore()] = ()
    body_not_matches: Annotated[tuple[Pattern, ...], OneOrMore()] = ()
    headers: Annotated[tuple[HeaderExpectation, ...], OneOrMore()] = ()
    json_values: Annotated[tuple[JsonExpectation, ...], OneOrMore(), Field(alias="json")] = ()
    final_host: Annotated[tuple[HostName, ...], OneOrMore()] = ()
    """Hosts at which redirects may end."""
    http_versions: Annotated[tuple[Literal["1.0", "1.1"], ...], OneOrMore()] = ()
    max_body_bytes: Annotated[Whole, Field(ge=1)] | None = None
    tls: Flag = False
    """true: the final page must be served over https."""


class HttpCheckModel(Model):
    """A page to ask for."""

    kind: Literal["http"]
    url: Url
    request: RequestModel = RequestModel()
    expect: ExpectModel = ExpectModel()


def _tls_switch(value: object) -> object:
    """Let `tls: true` stand for TLS as usual, and `tls: false` for none."""
    return ({} if value else None) if isinstance(value, bool) else value


class TcpCheckModel(Model):
    """A port to connect to."""

    kind: Literal["tcp"]
    host: Host
    port: Port
    tls: Annotated[
        TlsModel | None, BeforeValidator(_tls_switch, json_schema_input_type=bool | TlsModel | None)
    ] = None
    """true, or how TLS is spoken on the port."""
    send: str | None = None
    """Text sent after connecting."""
    expect: Pattern | None = None
    """Regular expression searched in the first 4 kB that the server says."""
    family: Family = Family.PREFER_IPV4


class DnsCheckModel(Model):
    """A name to look up."""

    kind: Literal["dns"]
    name: HostName
    record_type: Annotated[RecordType, Upper] = "A"
    server: HostWithPort | None = None
    """Address or name of the server to ask, with a port where it is not 53."""
    rcode: Annotated[Rcode, Upper] = "NOERROR"
    answers: Annotated[tuple[Text, ...], OneOrMore()] = ()
    """Texts that must all be among the answers."""


CheckModel = Annotated[HttpCheckModel | TcpCheckModel | DnsCheckModel, Field(discriminator="kind")]
