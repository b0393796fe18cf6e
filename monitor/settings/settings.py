"""The settings as the rest of the program knows them: complete, checked, frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Literal
from zoneinfo import ZoneInfo

from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.canary import Canary
from monitor.core.office import Office
from monitor.core.service import Deadlines, Rule
from monitor.core.sight import SightRule

Language = Literal["id", "en"]


@dataclass(frozen=True, slots=True, kw_only=True)
class VantageSettings:
    """Who probes, and how it introduces itself."""

    name: str
    contact_url: str | None
    contact: str | None
    """Whom to ask about the monitor."""
    addresses: tuple[str, ...]
    """Public addresses that probes come from."""
    user_agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseSettings:
    """Where results are kept."""

    url: str = field(repr=False)
    """`sqlite:///` and a path, or `postgresql://…`; may hold a password: never shown, never logged."""
    name: str
    """The same for people: the path, or the server and the database's name."""
    path: Path | None
    """Of the file, relative to the working directory unless absolute; None: a server keeps it."""

    @property
    def missing(self) -> bool:
        """Whether it is a file that is not there yet."""
        return self.path is not None and not self.path.exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """Where the daemon's own pages and metrics are served."""

    host: str
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbingSettings:
    """How much is probed at once, and by what means."""

    per_host: int
    per_address: int
    concurrency: int
    """Probes in flight at once, of hosts that answer quickly."""
    slow_concurrency: int
    """The same for hosts that were slow before, so that they cannot starve the quick ones."""
    read_limit_bytes: int
    nameservers: tuple[str, ...]
    """`address` or `address:port`; empty: the system's."""
    ca_file: str | None
    resolve: Mapping[str, tuple[str, ...]] = field(hash=False)
    """Host name (lower case, IDNA) → addresses, asked before the DNS."""
    blocks: tuple[str, ...]
    """Paths of files with known refusals, besides those that ship."""
    allow_networks: tuple[str, ...]
    """Networks in CIDR form that the guard lets through besides public addresses."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceDefaults:
    """What a service is checked by where the register says nothing else."""

    interval: timedelta = timedelta(minutes=5)
    slo_target_ratio: float = 0.99
    rule: Rule = field(default_factory=Rule)
    deadlines: Deadlines = field(default_factory=Deadlines)


@dataclass(frozen=True, slots=True, kw_only=True)
class UplinkSettings:
    """How the monitor knows that it can see at all."""

    canaries: tuple[Canary, ...] = ()
    """Empty: nothing is tried."""
    interval: timedelta = timedelta(seconds=15)
    timeout: timedelta = timedelta(seconds=3)
    """After this a canary counts as dead."""
    rule: SightRule = field(default_factory=SightRule)


@dataclass(frozen=True, slots=True, kw_only=True)
class HeartbeatSettings:
    """The dead man's switch."""

    url: str | None = field(default=None, repr=False)
    """None: nobody is called. May be secret: never shown, never logged."""
    interval: timedelta = timedelta(minutes=1)
    timeout: timedelta = timedelta(seconds=10)
    """Of one call; at most `interval`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionSettings:
    """The slow looks at certificates, domains and their delegation."""

    enabled: bool = True
    every: timedelta = timedelta(days=1)
    again: timedelta = timedelta(hours=6)
    """How soon what could not be looked at is tried again."""
    timeout: timedelta = timedelta(seconds=20)
    """Of one question to a registry or name server."""
    registry_pause: timedelta = timedelta(seconds=5)
    """Least time between two questions to one registry."""
    rdap: Mapping[str, str] = field(default_factory=dict, hash=False)
    """Top-level domain → base URL, instead of IANA's list."""
    rdap_bootstrap: str | None = None
    """URL of IANA's list; None: never fetched."""
    whois: Mapping[str, str] = field(default_factory=lambda: {"id": "whois.id"}, hash=False)
    """Top-level domain → host."""
    whois_port: int = 43
    dns_servers: tuple[str, ...] = ()
    """`address` or `address:port`; empty: those of probing."""
    dns_port: int = 53
    """At which authoritative servers are asked."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingSettings:
    """By which rules time is counted in reports."""

    policy: str = AccountingPolicy().name
    """Of reports that name no other; one of `policies`."""
    policies: Mapping[str, AccountingPolicy] = field(
        default_factory=lambda: {AccountingPolicy().name: AccountingPolicy()}, hash=False
    )
    """By name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportSettings:
    """Reports of availability."""

    office: Office = field(default_factory=Office)
    """Whose they are."""
    close_after: timedelta | None = timedelta(days=3)
    """How long after its end a month is closed by itself: time for what is recorded late; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetentionSettings:
    """How long is kept what is thinned out with age; None: for good."""

    results: timedelta | None = timedelta(days=7)
    """Single results, with the evidence of those that failed."""
    hourly: timedelta | None = timedelta(days=400)
    """Rollups by the hour; longer than `results`. Those by the day stay."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogSettings:
    """How the daemon talks about itself."""

    level: Literal["debug", "info", "warning", "error"]
    format: Literal["text", "json"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything of `kulkul.yml`."""

    path: Path
    """The file itself."""
    vantage: VantageSettings
    time_zone: ZoneInfo
    """For periods, windows and texts; stored times are UTC."""
    language: Language
    register: Path
    """Folder of the services files."""
    windows: Path
    """File of announced maintenance; need not exist."""
    routes: Path
    """File that says who is told what; need not exist."""
    references: Path
    """File of standards and regulations besides those that ship; need not exist."""
    database: DatabaseSettings
    web: WebSettings
    probing: ProbingSettings
    defaults: ServiceDefaults
    uplink: UplinkSettings
    heartbeat: HeartbeatSettings
    inspections: InspectionSettings
    accounting: AccountingSettings
    reports: ReportSettings
    retention: RetentionSettings
    log: LogSettings
