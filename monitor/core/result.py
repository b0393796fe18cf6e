"""What one probe saw. Facts only: judgement over results is `monitor.core.status`."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.reason import Outcome, Reason, Stage

ZERO = timedelta(0)
DISTORTED_LAG = timedelta(milliseconds=250)
"""Above this event-loop lag a probe's timings say more about us than about the site.
A quarter of a second is the smallest slowness that a `slow_seconds` rule could sensibly ask about."""


@dataclass(frozen=True, slots=True)
class Timings:
    """Time spent per stage, summed over redirect hops; None where the stage was not reached."""

    resolve: timedelta | None = None
    connect: timedelta | None = None
    handshake: timedelta | None = None
    request: timedelta | None = None
    response: timedelta | None = None
    content: timedelta | None = None

    def of(self, stage: Stage) -> timedelta | None:
        """Return the time of one stage."""
        value: timedelta | None = getattr(self, stage.value)
        return value


@dataclass(frozen=True, slots=True)
class Certificate:
    """One X.509 certificate as the server sent it (RFC 5280). Times are aware UTC."""

    subject: str
    issuer: str
    serial: str
    """Hexadecimal, lower case, no separators."""
    not_before: datetime
    not_after: datetime
    fingerprint_sha256: str
    names: tuple[str, ...] = ()
    """DNS names and IP addresses of subjectAltName; DNS names lower case."""
    key_type: str = ""
    key_bits: int = 0
    signature_hash: str = ""
    is_authority: bool = False
    issuer_url: str | None = None
    """Where the issuer's certificate can be fetched (AIA caIssuers)."""

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are the same name."""
        return self.subject == self.issuer


@dataclass(frozen=True, slots=True)
class TlsFacts:
    """What the handshake showed, whether or not it succeeded."""

    version: str | None
    """As OpenSSL names it, for example `TLSv1.3`; None if the handshake ended before it was agreed."""
    cipher: str | None
    verified: bool
    verify_error: str | None
    chain: tuple[Certificate, ...]
    """As sent, the server's own certificate first."""
    verified_chain_not_after: datetime | None = None
    """Earliest expiry on the path that verification chose, root included; None if unverified."""
    verify_code: int | None = None
    """OpenSSL's number of the verify_error (X509_V_ERR_…); None where it passed no verdict of that kind."""

    @property
    def not_after(self) -> datetime | None:
        """Expiry of the server's own certificate."""
        return self.chain[0].not_after if self.chain else None

    @property
    def earliest_not_after(self) -> datetime | None:
        """Earliest expiry among the certificates that the server sent."""
        return min((one.not_after for one in self.chain), default=None)


@dataclass(frozen=True, slots=True)
class Hop:
    """One redirect that was followed: where we were when told to go elsewhere."""

    url: str
    status: int
    address: str
    tls: TlsFacts | None = None


@dataclass(frozen=True, slots=True)
class HttpFacts:
    """The last reply, and the redirects that led to it."""

    status: int
    version: str
    headers: tuple[tuple[str, str], ...]
    """In the order received; names lower case, values decoded as latin-1."""
    wire_bytes: int
    """Body bytes on the wire, before decoding (chunk framing not counted)."""
    body_bytes: int
    """Body bytes after decoding, as far as read."""
    redirects: tuple[Hop, ...]
    final_url: str

    def header(self, name: str) -> str | None:
        """Return the first value of a header; `name` lower case."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class DnsFacts:
    """What a `dns` check was answered."""

    server: str
    rcode: str
    answers: tuple[str, ...]
    authenticated: bool = False
    """The resolver set the AD bit (DNSSEC validated)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One probe of one check from one vantage.

    `stage`, `reason` and `message` are None exactly when the outcome is OK. `message` is one English
    sentence with the particulars; the general sentence in both languages is `reason.SENTENCES`.
    """

    check_id: str
    vantage: str
    url: str
    """The target as a URL: `https://…`, `tcp://host:port`, `dns://server/name?type=A`."""
    started_at: datetime
    duration: timedelta
    """Sum of the stages; time spent queueing for a busy address is not the site's and not in it."""
    outcome: Outcome
    stage: Stage | None = None
    reason: Reason | None = None
    message: str | None = None
    address: str | None = None
    family: int | None = None
    """4 or 6."""
    aliases: tuple[str, ...] = ()
    """The names that the last host asked for is an alias of (CNAME), in order."""
    timings: Timings = field(default_factory=Timings)
    http: HttpFacts | None = None
    tls: TlsFacts | None = None
    dns: DnsFacts | None = None
    problems: tuple[str, ...] = ()
    """Everything else that is wrong though it did not decide the outcome; English sentences."""
    excerpt: str | None = None
    """The first 4 kB of the body as text, kept only where the outcome is not OK."""
    lag: timedelta = ZERO
    """Largest event-loop stall seen while the probe ran."""
    rtt: timedelta | None = None
    """The kernel's smoothed round-trip time of the last connection (TCP_INFO)."""
    retry_after: timedelta | None = None
    """How long the site asked us to stay away (HTTP 429 or 503)."""

    @property
    def ok(self) -> bool:
        """Whether the service did what is expected of it."""
        return self.outcome is Outcome.OK

    @property
    def distorted(self) -> bool:
        """Whether our own loop was too slow for the timings to be judged."""
        return self.lag > DISTORTED_LAG
