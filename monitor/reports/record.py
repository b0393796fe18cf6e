"""Everything that a report follows from, and nothing else: plain values, the same today and in ten years."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, tzinfo
from functools import cached_property
from zoneinfo import ZoneInfo

from monitor.core.accounting.correction import Correction
from monitor.core.accounting.history import History
from monitor.core.accounting.hours import Holiday
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.spans import Span
from monitor.core.finding import FindingSeverity
from monitor.core.incident import Tie
from monitor.core.office import Office
from monitor.core.period import Period, parse_period
from monitor.core.reason import Reason, Sentence
from monitor.core.service import Category, Criticality


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedGovernment:
    """A government, as the register named it."""

    id: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedAgency:
    """An agency, as the register named it."""

    id: str
    name: str
    short_name: str | None
    government_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedService:
    """A service, as the register named it."""

    id: str
    name: str
    url: str
    """The first of its addresses; empty: it has none."""
    agency_id: str
    category: Category
    criticality: Criticality
    target_ratio: float
    checks: tuple[str, ...]
    """Their ids."""
    active_from: date | None
    active_to: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedWork:
    """Maintenance that was announced before it began. Times are aware UTC."""

    window_id: str
    title: str
    announced_at: datetime
    announced_by: str
    services: tuple[str, ...]
    """Ids, sorted."""
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedSpell:
    """A time in which a service was down, and why. Times are aware UTC."""

    service_id: str
    began_at: datetime
    ended_at: datetime | None
    reason: Reason | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Contest:
    """Somebody says that the record of an incident is wrong."""

    at: datetime
    by: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedIncident:
    """An incident, as far as reports tell it."""

    name: str
    flapping: bool
    cause: Tie | None
    """What all its services have in common."""
    cause_value: str
    spells: tuple[ReportedSpell, ...]
    contests: tuple[Contest, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedFinding:
    """A finding that was open when the period ended, in the words of that time."""

    name: str
    severity: FindingSeverity
    subject: str
    services: tuple[str, ...]
    """Ids of those that it is about, sorted."""
    title: Sentence
    problem: Sentence
    remedy: Sentence
    first_seen_at: datetime
    accepted_until: datetime | None


@dataclass(frozen=True, kw_only=True)
class PeriodRecord:
    """What is known of a period. Two that are equal make the same documents, to the byte."""

    period_name: str
    zone_name: str
    """An IANA name."""
    policy: AccountingPolicy
    taken_at: datetime
    """When it was read; of a running period, also where its figures end. Aware UTC."""
    vantage: str
    register_version: str
    governments: tuple[ReportedGovernment, ...]
    agencies: tuple[ReportedAgency, ...]
    services: tuple[ReportedService, ...]
    history: History
    """Of the period, of the one before, and of how outages went on."""
    holidays: tuple[Holiday, ...] = ()
    """Those that the policy's hours close on, in the period and the one before, as they were known then."""
    unsure_years: tuple[int, ...] = ()
    """Of which the calendar of holidays did not have everything yet."""
    responses: Mapping[str, str] = field(default_factory=dict)
    """How long good probes of a service took in the period, by its id: a `Sketch` in base64."""
    planned: tuple[PlannedWork, ...] = ()
    corrections: tuple[Correction, ...] = ()
    incidents: tuple[ReportedIncident, ...] = ()
    findings: tuple[ReportedFinding, ...] = ()
    office: Office = field(default_factory=Office)

    @cached_property
    def period(self) -> Period:
        """What it is about."""
        return parse_period(self.period_name, self.zone)

    @cached_property
    def zone(self) -> tzinfo:
        """By whose clock."""
        return ZoneInfo(self.zone_name)
