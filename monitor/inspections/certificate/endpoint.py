"""Which hosts of the register are looked at, and how each is asked; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from yarl import URL

from monitor.core.https.look import host_and_port
from monitor.core.service import (
    Check,
    CheckKind,
    Family,
    HttpExpectation,
    HttpRequest,
    HttpTarget,
    Network,
    StatusRange,
    TcpTarget,
    TlsOptions,
)

ENOUGH_BYTES = 65_536
"""Of a page: as much as it takes to tell a refusal from it."""
_ANY = HttpExpectation(status=(StatusRange(low=100, high=599),), max_body_bytes=ENOUGH_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """What addresses without a port mean."""

    http: int = 80
    https: int = 443


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """One host at one port, as the register's checks ask it."""

    name: str
    host: str
    port: int
    check: Check
    """The first check that asks it: its deadlines and its network."""
    tls: TlsOptions = field(default_factory=TlsOptions)
    family: Family = Family.PREFER_IPV4
    host_header: str | None = None
    web: bool = True
    plain_port: int | None = None
    """Where plain http is asked; None: not at all."""

    @property
    def server_name(self) -> str:
        """The name that its certificate must cover."""
        return self.tls.server_name or self.host

    def secure(self, *, outdated: bool = False) -> Check:
        """Return the check that looks at its TLS and, of the web, at one reply."""
        options = replace(self.tls, outdated=outdated)
        if self.web:
            url = str(URL.build(scheme="https", host=self.host, port=self.port, path="/"))
            return self._check(CheckKind.HTTP, HttpTarget(request=self._request(url, options), expect=_ANY))
        target = TcpTarget(host=self.host, port=self.port, tls=options, family=self.family)
        return self._check(CheckKind.TCP, target)

    def plain(self) -> Check | None:
        """Return the check that asks it without TLS."""
        if self.plain_port is None:
            return None
        url = str(URL.build(scheme="http", host=self.host, port=self.plain_port, path="/"))
        return self._check(CheckKind.HTTP, HttpTarget(request=self._request(url, TlsOptions()), expect=_ANY))

    def _request(self, url: str, options: TlsOptions) -> HttpRequest:
        return HttpRequest(
            url=url, host=self.host_header, family=self.family, follow_redirects=False, tls=options
        )

    def _check(self, kind: CheckKind, target: HttpTarget | TcpTarget) -> Check:
        return replace(self.check, id=f"certificate/{self.name}", kind=kind, target=target)


def endpoints(checks: Iterable[Check], ports: Ports) -> dict[str, Endpoint]:
    """Return each host and port once, by name: those of https and TLS checks, and https's own of http checks.

    Where several checks ask the same, the first counts, one over TLS before one over plain http.
    """
    found: dict[str, Endpoint] = {}
    plain: dict[str, Endpoint] = {}
    for check in checks:
        match check.target:
            case HttpTarget(request=request):
                url = URL(request.url)
                host, port = url.raw_host or "", url.port or 0
                one = Endpoint(
                    name=host, host=host, port=ports.https, check=check, family=request.family,
                    host_header=request.host, plain_port=port,
                )  # fmt: skip
                if url.scheme == "http":
                    plain.setdefault(host, one)
                    continue
                name = host_and_port(host, port, ports.https)
                asked = ports.http if port == ports.https else None
                found.setdefault(name, replace(one, name=name, port=port, tls=request.tls, plain_port=asked))
            case TcpTarget(host=host, port=port, tls=TlsOptions() as tls, family=family):
                name = host_and_port(host.lower(), port, ports.https)
                one = Endpoint(
                    name=name, host=host.lower(), port=port, check=check, tls=tls, family=family, web=False
                )
                found.setdefault(name, one)
    for name, one in plain.items():
        known = found.get(name)
        found[name] = one if known is None else replace(known, plain_port=one.plain_port)
    return found


def is_public(endpoint: Endpoint) -> bool:
    """Whether it is meant to be reached from anywhere."""
    return endpoint.check.network is Network.PUBLIC
