"""What one host shows to visitors over TLS and http, at every address. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.core.reason import Outcome, Reason, Sentence, Stage
from monitor.core.result import Certificate, TlsFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class LookFailure:
    """Why something could not be seen."""

    stage: Stage
    reason: Reason
    detail: str
    """One English sentence."""
    outcome: Outcome = Outcome.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Hsts:
    """A Strict-Transport-Security header (RFC 6797)."""

    max_age_seconds: int | None
    """None: the header is not valid, so that browsers ignore it."""
    include_subdomains: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpLook:
    """A reply over https, as far as its headers tell."""

    status: int
    hsts: Hsts | None = None
    """None: there was no such header."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AddressLook:
    """What one address of a host showed."""

    address: str
    seen_at: datetime
    """Aware UTC."""
    tls: TlsFacts | None = None
    """None: no certificate was seen there."""
    tls_seen_at: datetime | None = None
    """When a certificate was last seen there, if ever; aware UTC."""
    outdated: bool | None = None
    """Whether it speaks nothing newer than TLS 1.1; None: not known."""
    http: HttpLook | None = None
    """None: not asked, or the reply was not one that a visitor gets."""
    failure: LookFailure | None = None
    """What kept us from seeing all of it."""

    @property
    def leaf(self) -> Certificate | None:
        """The server's own certificate."""
        return self.tls.chain[0] if self.tls is not None and self.tls.chain else None


class PlainState(StrEnum):
    """What plain http does."""

    NOT_ASKED = "not_asked"
    REDIRECTS = "redirects"
    """It leads to https."""
    ELSEWHERE = "elsewhere"
    """It leads to another http address, and what that does is not known."""
    ANSWERS = "answers"
    """It serves a page, unprotected."""
    REFUSED = "refused"
    """Nothing listens there."""
    UNKNOWN = "unknown"


PLAIN_WORDS: Mapping[PlainState, Sentence] = {
    PlainState.NOT_ASKED: Sentence("tidak diperiksa", "not looked at"),
    PlainState.REDIRECTS: Sentence("mengalihkan ke https", "redirects to https"),
    PlainState.ELSEWHERE: Sentence("mengalihkan ke alamat http lain", "redirects to another http address"),
    PlainState.ANSWERS: Sentence("menampilkan halaman tanpa enkripsi", "serves a page without encryption"),
    PlainState.REFUSED: Sentence("tidak dilayani", "not served"),
    PlainState.UNKNOWN: Sentence("tidak diketahui", "not known"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainLook:
    """What http without TLS does at a host."""

    state: PlainState = PlainState.NOT_ASKED
    url: str | None = None
    status: int | None = None
    to: str | None = None
    """Where it leads, without query."""
    failure: LookFailure | None = None


@dataclass(frozen=True, slots=True)
class Journey:
    """The URLs that a visitor of a service is led over, without queries, in order; the last is the page."""

    urls: tuple[str, ...]

    @property
    def downgrade(self) -> tuple[str, str] | None:
        """The first step from https down to http."""
        steps = zip(self.urls, self.urls[1:], strict=False)
        return next(
            ((one, two) for one, two in steps if one.startswith("https:") and two.startswith("http:")), None
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class HostLook:
    """All that was seen of one host at one port."""

    name: str
    """`host`, or `host:port` where the port is not that of https."""
    host: str
    port: int
    looked_at: datetime
    """Of the last whole look; what single addresses showed since stands with them. Aware UTC."""
    server_name: str
    """The name that the certificate must cover."""
    verify: bool = True
    """False: the register says not to ask who vouches for the certificate."""
    own_authority: bool = False
    """The register names the authority that the certificate is held against, instead of those of browsers."""
    public: bool = True
    """Whether it is meant to be reached from anywhere."""
    web: bool = True
    """Whether https is spoken there, or another protocol over TLS."""
    addresses: tuple[AddressLook, ...] = ()
    whole: bool = True
    """Every address was looked at at the same time."""
    plain: PlainLook = PlainLook()
    journeys: tuple[Journey, ...] | None = None
    """Of the register's checks that begin here; None: not known."""
    passed: tuple[HostLook, ...] = ()
    """Hosts outside the register that visitors are led over."""

    @property
    def shown(self) -> tuple[AddressLook, ...]:
        """The addresses that showed a certificate."""
        return tuple(one for one in self.addresses if one.leaf is not None)


def hsts_of(value: str | None) -> Hsts | None:
    """Read a Strict-Transport-Security header (RFC 6797, 6.1); None: there is none.

    A directive given twice, or no usable max-age, makes it invalid: browsers then ignore it.
    """
    if value is None:
        return None
    directives: dict[str, str] = {}
    for part in filter(str.strip, value.split(";")):
        name, _, content = part.partition("=")
        key = name.strip().lower()
        if key in directives:
            return Hsts(max_age_seconds=None)
        directives[key] = content.strip()
    text = directives.get("max-age", "")
    if len(text) > 1 and text[0] == text[-1] == '"':
        text = text[1:-1]
    if not (text.isascii() and text.isdigit()):
        return Hsts(max_age_seconds=None)
    return Hsts(max_age_seconds=int(text[:_DIGITS]), include_subdomains="includesubdomains" in directives)


_DIGITS = 12
"""Of max-age: thirty thousand years."""


def host_and_port(host: str, port: int, usual: int = 443) -> str:
    """Return how a host at a port is named: without the port where it is the usual one."""
    if port == usual:
        return host
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
