"""Who owns what, and what is checked: Government → Agency → Service → Check, and the Registry of them all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from monitor.core.reason import Stage


class Level(StrEnum):
    """The tier of a government, by the words of Indonesian administrative law."""

    CENTRAL = "pusat"
    PROVINCE = "provinsi"
    REGENCY = "kabupaten"
    CITY = "kota"
    VILLAGE = "desa"
    OTHER = "lainnya"


class Category(StrEnum):
    """SPBE kinds of service: for the administration itself, or for the public."""

    ADMINISTRATIVE = "administrasi"
    PUBLIC = "publik"


class Criticality(StrEnum):
    """How much depends on a service."""

    CRITICAL = "kritis"
    IMPORTANT = "penting"
    ORDINARY = "biasa"


class Network(StrEnum):
    """Whether the service is meant to be reached from anywhere, or from inside only."""

    PUBLIC = "public"
    INTERNAL = "internal"


class CheckKind(StrEnum):
    """What is tried. Each kind is one module of `monitor.probes` and one line of its PROBES table."""

    HTTP = "http"
    TCP = "tcp"
    DNS = "dns"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Someone at a government or agency who answers for a service."""

    name: str
    role: str | None = None
    email: str | None = None
    phone: str | None = None
    telegram: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Government:
    """A province, regency, city, village or ministry."""

    id: str
    name: str
    level: Level = Level.OTHER
    region_code: str | None = None
    """Kode wilayah, for example `51.03` for Badung."""
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Agency:
    """An office (perangkat daerah) of one government."""

    id: str
    name: str
    government_id: str
    short_name: str | None = None
    contacts: tuple[Contact, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The papers that evaluators ask for; free text or links."""

    sop: str | None = None
    legal_basis: tuple[str, ...] = ()
    sla: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """How results become a status (see `monitor.core.status.step`)."""

    down_after: int = 3
    up_after: int = 2
    slow: timedelta | None = None
    """Median response time above which a working service is DEGRADED; None: never."""
    recheck: timedelta = timedelta(seconds=10)
    """How soon a doubtful check is tried again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deadlines:
    """The budget of one probe. A stage ends at its own deadline or at the total's, whichever is first."""

    total: timedelta = timedelta(seconds=20)
    resolve: timedelta = timedelta(seconds=5)
    connect: timedelta = timedelta(seconds=5)
    handshake: timedelta = timedelta(seconds=10)
    request: timedelta = timedelta(seconds=10)
    response: timedelta = timedelta(seconds=15)
    content: timedelta = timedelta(seconds=15)

    def of(self, stage: Stage) -> timedelta:
        """Return the longest time one stage may take."""
        value: timedelta = getattr(self, stage.value)
        return value


class Family(StrEnum):
    """Which address family a probe uses; the `prefer-` ones fall back to the other where there is none."""

    IPV4 = "ipv4"
    IPV6 = "ipv6"
    PREFER_IPV4 = "prefer-ipv4"
    PREFER_IPV6 = "prefer-ipv6"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """Basic (`username` and `password`) or bearer (`token`) credentials. Never shown by repr."""

    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class TlsOptions:
    """How a TLS connection is made and what of it is believed."""

    verify: bool = True
    server_name: str | None = None
    """Sent as SNI and checked against the certificate, instead of the URL's host."""
    ca_file: str | None = None
    """PEM file trusted instead of the system's certificate authorities."""
    client_certificate: str | None = None
    client_key: str | None = None
    outdated: bool = False
    """Offer TLS 1.0 and 1.1 alone, to learn whether a server has nothing newer; no probe of a check does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpRequest:
    """The request of an `http` check."""

    url: str
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """Extra headers; may carry secrets, so repr leaves them out."""
    body: bytes | None = field(default=None, repr=False)
    credentials: Credentials | None = None
    host: str | None = None
    """Host header sent instead of the URL's host."""
    family: Family = Family.PREFER_IPV4
    follow_redirects: bool = True
    tls: TlsOptions = TlsOptions()


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusRange:
    """HTTP status codes from `low` to `high`, both included."""

    low: int
    high: int

    def __contains__(self, status: object) -> bool:
        """Whether the status lies in the range."""
        return isinstance(status, int) and self.low <= status <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class HeaderMatch:
    """A header whose value must match `pattern` (a regular expression, searched, case-insensitive)."""

    name: str
    pattern: str
    allow_missing: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class JsonEquals:
    """A JSON path (RFC 9535) whose first match must equal `value`."""

    path: str
    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpExpectation:
    """What an `http` check must show to be OK."""

    status: tuple[StatusRange, ...] = (StatusRange(low=200, high=299),)
    body_contains: tuple[str, ...] = ()
    body_matches: tuple[str, ...] = ()
    body_not_matches: tuple[str, ...] = ()
    headers: tuple[HeaderMatch, ...] = ()
    json: tuple[JsonEquals, ...] = ()
    final_host: tuple[str, ...] = ()
    """Host names at which the redirects may end; empty: anywhere."""
    http_versions: tuple[str, ...] = ()
    max_body_bytes: int | None = None
    """A larger body is a failure; None: no limit is judged (reading stops at the vantage's own limit)."""
    tls: bool = False
    """The final page must be served over HTTPS."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpTarget:
    """Everything an `http` probe needs."""

    request: HttpRequest
    expect: HttpExpectation = HttpExpectation()


@dataclass(frozen=True, slots=True, kw_only=True)
class TcpTarget:
    """Everything a `tcp` probe needs: connect, optionally TLS, optionally say and hear something."""

    host: str
    port: int
    tls: TlsOptions | None = None
    send: bytes | None = field(default=None, repr=False)
    expect: str | None = None
    """Regular expression searched in the first 4 kB that the server says; None: connecting is enough."""
    family: Family = Family.PREFER_IPV4


@dataclass(frozen=True, slots=True, kw_only=True)
class DnsTarget:
    """Everything a `dns` probe needs."""

    name: str
    record_type: str = "A"
    server: str | None = None
    """Address of the server to ask, `host` or `host:port`; None: the vantage's own resolver."""
    rcode: str = "NOERROR"
    answers: tuple[str, ...] = ()
    """Texts that must all be among the answers; empty: any answer will do."""


Target = HttpTarget | TcpTarget | DnsTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to probe."""

    id: str
    """Unique in the registry: the service's id, with `/2`, `/3` … for its further checks."""
    service_id: str
    kind: CheckKind
    target: Target
    interval: timedelta = timedelta(minutes=5)
    rule: Rule = Rule()
    deadlines: Deadlines = Deadlines()
    network: Network = Network.PUBLIC

    @property
    def host(self) -> str:
        """The host name (lower case) or address that is asked, for politeness: one probe at a time."""
        match self.target:
            case HttpTarget(request=request):
                return _host_of(request.url)
            case TcpTarget(host=host):
                return host.lower()
            case DnsTarget(name=name, server=server):
                return (server or name).lower()

    @property
    def name(self) -> str:
        """The host name (lower case) or address meant to be reachable; of `dns`, the name asked for."""
        match self.target:
            case DnsTarget(name=name):
                return name.lower().rstrip(".")
        return self.host

    @property
    def url(self) -> str:
        """The target written as a URL."""
        match self.target:
            case HttpTarget(request=request):
                return request.url
            case TcpTarget(host=host, port=port):
                return f"tcp://[{host}]:{port}" if ":" in host else f"tcp://{host}:{port}"
            case DnsTarget(name=name, record_type=record_type, server=server):
                return f"dns://{server or ''}/{name}?type={record_type}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """One public service: what people use, who answers for it, and how it is checked."""

    id: str
    name: str
    agency_id: str
    urls: tuple[str, ...]
    checks: tuple[Check, ...]
    category: Category = Category.PUBLIC
    criticality: Criticality = Criticality.IMPORTANT
    slo_target_ratio: float = 0.99
    tags: frozenset[str] = frozenset()
    network: Network = Network.PUBLIC
    active_from: date | None = None
    active_to: date | None = None
    """Last day of service, included."""
    documents: Documents = Documents()
    pse_registration: str | None = None
    domain_holder: str | None = None
    notes: str | None = None

    def active_on(self, day: date) -> bool:
        """Whether the service is in its registered life on that day (of the register's time zone)."""
        return (self.active_from is None or self.active_from <= day) and (
            self.active_to is None or day <= self.active_to
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Registry:
    """The register of services as loaded, complete and consistent."""

    governments: Mapping[str, Government]
    agencies: Mapping[str, Agency]
    services: Mapping[str, Service]
    version: str
    """SHA-256 over the register's files, hexadecimal: what a report names as its source."""

    def checks(self) -> Iterator[Check]:
        """Iterate over every check of every service."""
        for service in self.services.values():
            yield from service.checks

    def government_of(self, service: Service) -> Government:
        """Return the government that the service's agency belongs to."""
        return self.governments[self.agencies[service.agency_id].government_id]


def _host_of(url: str) -> str:
    """Return the host of an absolute URL without parsing more of it than needed; lower case."""
    authority = url.partition("://")[2].split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    authority = authority.rpartition("@")[2]
    if authority.startswith("["):
        return authority[1:].partition("]")[0].lower()
    return authority.partition(":")[0].lower()
