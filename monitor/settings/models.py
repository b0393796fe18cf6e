"""`kulkul.yml` as it is written. The docstrings below each key are what editors show."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field

from monitor.settings.accounting import AccountingModel
from monitor.settings.database import DatabaseModel
from monitor.settings.fields import (
    Address,
    Duration,
    Host,
    HostName,
    Id,
    Line,
    Model,
    NameServer,
    Network,
    OneOrMore,
    PemFile,
    Port,
    Ratio,
    Url,
    Whole,
    at_least,
)
from monitor.settings.heartbeat import HeartbeatModel
from monitor.settings.inspections import InspectionsModel
from monitor.settings.reports import ReportsModel
from monitor.settings.retention import RetentionModel
from monitor.settings.uplink import UplinkModel


def _user_agent(value: str) -> str:
    if not re.fullmatch(r"[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?", value):
        raise ValueError("should be one line of plain ASCII, for example Kulkul/1.0 (+https://example.go.id)")
    return value


def _time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError):
        raise ValueError(
            "there is no such time zone: write for example Asia/Makassar or Asia/Jakarta"
        ) from None
    return value


class DeadlinesModel(Model):
    """The time budget of one probe; what is left out keeps its default."""

    total: Duration | None = None
    """The whole probe, redirects included."""
    resolve: Duration | None = None
    connect: Duration | None = None
    handshake: Duration | None = None
    request: Duration | None = None
    response: Duration | None = None
    content: Duration | None = None


class Pace(Model):
    """How often a service is checked, and how results become a status; what is left out keeps its default."""

    interval: Annotated[Duration, AfterValidator(at_least(timedelta(seconds=1), "1s"))] | None = None
    """Time between two checks: 30s, 5m, 1h30m, or a number of seconds."""
    slo_target: Ratio | None = None
    """Availability aimed at: "99.5%" or 0.995."""
    down_after: Annotated[Whole, Field(ge=1, le=100)] | None = None
    """Failures in a row until the service is DOWN (since the first of them)."""
    up_after: Annotated[Whole, Field(ge=1, le=100)] | None = None
    """Good results in a row until it is UP again (since the first of them)."""
    recheck: Annotated[Duration, AfterValidator(at_least(timedelta(milliseconds=100), "100ms"))] | None = None
    """How soon a failure is tried again."""
    slow: Duration | None = None
    """Median response time above which a working service is DEGRADED; null: never."""
    deadlines: DeadlinesModel = DeadlinesModel()


class VantageModel(Model):
    """Who probes."""

    name: Id = "local"
    """The place probes run from; a label on everything that is stored."""
    contact_url: Url | None = None
    """A page that tells owners of sites who probes them and whom to ask; part of the User-Agent."""
    addresses: Annotated[tuple[Address, ...], OneOrMore()] = ()
    """Public addresses that probes come from: named where an agency is asked to let the monitor in."""
    contact: Line | None = None
    """Whom to ask about the monitor: a name, an e-mail address, a telephone number."""
    user_agent: Annotated[str, AfterValidator(_user_agent)] | None = None
    """User-Agent header; default: Kulkul/<version> (+<contact_url>)."""


class WebModel(Model):
    """Where the daemon's pages and metrics are served."""

    host: Host = "127.0.0.1"
    port: Annotated[Port, Field()] = 8686


class ProbingModel(Model):
    """How much is probed at once, and by what means."""

    per_host: Annotated[Whole, Field(ge=1, le=100)] = 1
    """Probes of one host name at once."""
    per_address: Annotated[Whole, Field(ge=1, le=1000)] = 4
    """Probes of one address at once."""
    concurrency: Annotated[Whole, Field(ge=1, le=10000)] = 200
    """Probes in flight at once, of hosts that answer quickly."""
    slow_concurrency: Annotated[Whole, Field(ge=1, le=10000)] = 200
    """The same for hosts that were slow before, so that they cannot starve the quick ones."""
    read_limit_bytes: Annotated[Whole, Field(ge=1024, le=1 << 30)] = 1 << 20
    """Reading a page stops after this many bytes, counted after decoding."""
    nameservers: Annotated[tuple[NameServer, ...], OneOrMore()] = ()
    """Addresses of the resolvers to ask; none: the system's."""
    ca_file: PemFile | None = None
    """Certificate authorities (PEM) trusted instead of the system's; relative to this file."""
    resolve: dict[HostName, Annotated[tuple[Address, ...], OneOrMore(), Field(min_length=1)]] = Field(
        default={}
    )
    """Addresses of names that are not in the DNS yet, or that must not be looked up."""
    blocks: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Files with known refusals (challenges, bot refusals, block pages) besides those that ship."""
    allow_networks: Annotated[tuple[Network, ...], OneOrMore()] = ()
    """Networks (CIDR) that may be probed besides public addresses."""


class LogModel(Model):
    """How the daemon talks about itself."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class SettingsModel(Model):
    """Settings of Kulkul (kulkul.yml). Every key may be left out."""

    vantage: VantageModel = VantageModel()
    time_zone: Annotated[str, AfterValidator(_time_zone)] = "Asia/Makassar"
    """For periods, windows and texts: an IANA name."""
    language: Literal["id", "en"] = "id"
    register_folder: Annotated[Line, Field(alias="register")] = "services"
    """Folder of the services files; relative to this file."""
    windows: Line = "windows.yml"
    """File of announced maintenance; relative to this file, and need not exist."""
    routes: Line = "routes.yml"
    """File that says who is told what; relative to this file. Without it nobody is told."""
    references: Line = "references.yml"
    """File of standards and regulations besides those that ship, or instead of them; need not exist."""
    database: DatabaseModel = DatabaseModel()
    web: WebModel = WebModel()
    probing: ProbingModel = ProbingModel()
    defaults: Pace = Pace()
    """What a service is checked by where the register says nothing else."""
    uplink: UplinkModel = UplinkModel()
    heartbeat: HeartbeatModel = HeartbeatModel()
    inspections: InspectionsModel = InspectionsModel()
    accounting: AccountingModel = AccountingModel()
    reports: ReportsModel = ReportsModel()
    retention: RetentionModel = RetentionModel()
    log: LogModel = LogModel()
