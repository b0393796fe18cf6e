"""Who is told what, over which channel, and when not. Values only, as `routes.yml` says them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time, timedelta
from enum import StrEnum

from monitor.core.service import Category, Criticality, Service


class Severity(StrEnum):
    """How much it matters, the least first."""

    INFO = "info"
    WARNING = "warning"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """Greater is worse."""
        return list(Severity).index(self)


_SEVERITIES = {
    Criticality.CRITICAL: Severity.CRITICAL,
    Criticality.IMPORTANT: Severity.WARNING,
    Criticality.ORDINARY: Severity.INFO,
}


def severity_of(service: Service) -> Severity:
    """Return how much an outage of the service matters."""
    return _SEVERITIES[service.criticality]


class Topic(StrEnum):
    """What a route can be about."""

    OUTAGE = "outage"
    """Outages, their reminders and recoveries; flapping."""
    BLOCKED = "blocked"
    DEGRADED = "degraded"
    FINDING = "finding"
    MONITOR = "monitor"
    """The monitor itself: blindness, messages that could not be delivered."""
    REPORTS = "reports"
    """Reports of closed months, each recipient the one of its scope."""


class ReportFormat(StrEnum):
    """As what a route can ask for reports. Named here, since the register is read without the formats."""

    CSV = "csv"
    CSV_EXCEL = "csv-excel"
    HTML = "html"
    JSON = "json"
    PDF = "pdf"
    XLSX = "xlsx"


class ChannelKind(StrEnum):
    """How a message travels. Each kind is one module of `alerts.channels` and one line of its table."""

    EMAIL = "email"
    TELEGRAM = "telegram"
    WEBHOOK = "webhook"
    ALERTMANAGER = "alertmanager"
    APPRISE = "apprise"


class Security(StrEnum):
    """How a connection to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailChannel:
    """A mail server (SMTP, RFC 5321)."""

    id: str
    host: str
    port: int = 587
    security: Security = Security.STARTTLS
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    sender: str
    """`Name <address>` or an address."""
    reply_to: str | None = None
    ca_file: str | None = None
    attachments_max_bytes: int = 10_000_000
    """Of one mail, as they travel (base64). Postfix, as it is installed, takes mails of 10,240,000 bytes."""
    timeout: timedelta = timedelta(seconds=30)
    kind = ChannelKind.EMAIL


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramChannel:
    """A bot of Telegram's Bot API; addresses are chat ids."""

    id: str
    token: str = field(repr=False)
    url: str = "https://api.telegram.org"
    timeout: timedelta = timedelta(seconds=30)
    kind = ChannelKind.TELEGRAM


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookChannel:
    """An HTTP endpoint that takes signed JSON; it has one address, its URL."""

    id: str
    url: str = field(repr=False)
    secret: str = field(repr=False)
    timeout: timedelta = timedelta(seconds=15)
    kind = ChannelKind.WEBHOOK


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertmanagerChannel:
    """An Alertmanager (API v2); it has one address, its URL."""

    id: str
    url: str = field(repr=False)
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    resend: timedelta = timedelta(minutes=1)
    """An alert that is not repeated within Alertmanager's `resolve_timeout` is taken for resolved."""
    timeout: timedelta = timedelta(seconds=15)
    kind = ChannelKind.ALERTMANAGER


@dataclass(frozen=True, slots=True, kw_only=True)
class AppriseChannel:
    """Any service that the Apprise library knows; it has one address, its Apprise URL."""

    id: str
    url: str = field(repr=False)
    timeout: timedelta = timedelta(seconds=30)
    kind = ChannelKind.APPRISE


Channel = EmailChannel | TelegramChannel | WebhookChannel | AlertmanagerChannel | AppriseChannel


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipient:
    """Where a message goes."""

    channel: str
    """Id of the channel."""
    address: str | None = None
    """An e-mail address or a chat id; None: for e-mail and Telegram the contacts that the register names for
    the agency (else its government); for other kinds their own URL."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which services a route is for: those that satisfy every condition that is given."""

    agencies: frozenset[str] = frozenset()
    governments: frozenset[str] = frozenset()
    categories: frozenset[Category] = frozenset()
    tags: frozenset[str] = frozenset()
    services: frozenset[str] = frozenset()
    severity: Severity = Severity.INFO
    """The least that is told."""
    rules: frozenset[str] = frozenset()
    """Of findings: only these rules."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminders:
    """How often is said again that something is still out: at growing distances."""

    first: timedelta = timedelta(hours=1)
    factor: float = 2.0
    longest: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """When nothing is sent that is not critical; it is held until the end, and never dropped."""

    starts: time
    ends: time
    """On the register's clock; earlier than `starts`: the next day."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Escalation:
    """Who is told besides when nobody acknowledged for so long."""

    after: timedelta
    to: tuple[Recipient, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Whom to tell about what."""

    id: str
    to: tuple[Recipient, ...]
    topics: frozenset[Topic] = frozenset({Topic.OUTAGE})
    match: Match = Match()
    language: str = "id"
    """id or en."""
    hold: timedelta = timedelta(seconds=30)
    """How long an outage is held so that all it takes along goes into one message."""
    degraded_after: timedelta = timedelta(minutes=30)
    """How long a service must be slow until that is told."""
    reminders: Reminders | None = Reminders()
    formats: tuple[ReportFormat, ...] = (ReportFormat.PDF, ReportFormat.XLSX)
    """Of reports, the files that a mail carries; what the program cannot write is left out."""
    quiet: QuietHours | None = None
    escalation: Escalation | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Routing:
    """Everything of `routes.yml`."""

    channels: Mapping[str, Channel] = field(default_factory=dict)
    routes: tuple[Route, ...] = ()
    link: str | None = None
    """Address of the status page as people reach it, for links in messages."""
    contact: str | None = None
    """Whom to ask about a message."""
