"""What a message is about: everything that any language and any channel may say. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from alerts.report_facts import ReportFacts
from monitor.core.finding import FindingSeverity, finding_name
from monitor.core.incident import Tie
from monitor.core.reason import Reason, Sentence, Stage
from monitor.core.route import Severity


class Occasion(StrEnum):
    """Why a message is sent."""

    OUTAGE = "outage"
    GREW = "grew"
    """More services of the route are out by the same incident."""
    REMINDER = "reminder"
    ESCALATION = "escalation"
    FLAPPING = "flapping"
    """It came back and failed again; nothing more is said of each turn until it is stable."""
    RECOVERY = "recovery"
    """All services that the route was told of are back."""
    BLOCKED = "blocked"
    UNBLOCKED = "unblocked"
    DEGRADED = "degraded"
    UNDEGRADED = "undegraded"
    BLIND = "blind"
    SIGHTED = "sighted"
    UNDELIVERED = "undelivered"
    FINDING = "finding"
    """Problems of a domain that are no outage: new, worse, or no longer accepted."""
    FINDING_REMINDER = "finding_reminder"
    """The day on which one of them ends in an outage came nearer, or has passed."""
    FINDING_CLOSED = "finding_closed"
    """None of those that were told is left to be mended."""
    REPORT = "report"
    """A period was closed, or closed again: its report."""
    TEST = "test"

    @property
    def ends(self) -> bool:
        """Whether it is the last message of its conversation."""
        return self in _ENDS


FINDINGS = frozenset({Occasion.FINDING, Occasion.FINDING_REMINDER, Occasion.FINDING_CLOSED})
"""Messages about a domain's findings."""
_ENDS = frozenset(
    {
        Occasion.RECOVERY,
        Occasion.UNBLOCKED,
        Occasion.UNDEGRADED,
        Occasion.SIGHTED,
        Occasion.FINDING_CLOSED,
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """One service that a message speaks of. Times are aware UTC."""

    id: str
    name: str
    url: str
    agency: str
    """Its name."""
    government: str
    agency_id: str
    government_id: str
    out: bool
    """Whether it is still out (blocked, slow) as the message is written."""
    began_at: datetime
    ended_at: datetime | None = None
    stage: Stage | None = None
    reason: Reason | None = None
    particulars: str | None = None
    """One English sentence by the probe."""
    severity: Severity = Severity.WARNING
    """How much this service matters; that of a message is the worst of its services."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFacts:
    """One finding that a message speaks of, in the words of when it was planned. Times are aware UTC."""

    number: int
    rule: str
    severity: FindingSeverity
    title: Sentence
    problem: Sentence
    remedy: Sentence
    first_seen_at: datetime
    news: bool = True
    """Whether the message is sent for it; otherwise it is mentioned besides."""
    closed_at: datetime | None = None
    accepted_until: datetime | None = None
    """Until when somebody answers for leaving it as it is."""
    expires_at: datetime | None = None
    """When what it is about runs out, if it does."""
    places: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    """Ids of those services of the message that hang on it."""
    references: tuple[str, ...] = ()
    """Keys of standards and regulations."""

    @property
    def name(self) -> str:
        """What people call it: `FND-000123`."""
        return finding_name(self.number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """All that a message may say. Times are aware UTC."""

    occasion: Occasion
    subject: str
    """Name of the incident; or service id, vantage, notification, `findings:` and a domain, `report:` and a
    period. Messages of one conversation share it."""
    severity: Severity
    written_at: datetime
    began_at: datetime
    confirmed_at: datetime | None = None
    ended_at: datetime | None = None
    services: tuple[ServiceFacts, ...] = ()
    """Those of the route, still out first, then by agency and name."""
    others: int = 0
    """Services outside the route that the same incident took along, or that hang on the same findings."""
    all_back: bool = False
    """Of a recovery: whether no service at all is out any more by this incident."""
    cause: Tie | None = None
    cause_value: str | None = None
    reminder: int = 0
    """Of a reminder: its number, from 1."""
    acknowledged_by: tuple[str, ...] = ()
    findings: tuple[FindingFacts, ...] = ()
    """Those that the message is sent for first; then the worst first."""
    report: ReportFacts | None = None
    vantage: str = ""
    detail: str | None = None
    """Of monitor messages: what is wrong, one English sentence or a list of names."""
    link: str | None = None
    contact: str | None = None
