"""The figures of a report, from what is on record; pure, and the same for every format."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction

from monitor.core.accounting.availability import Availability, measure, together, unweighted_mean
from monitor.core.accounting.history import History
from monitor.core.accounting.hours import Holiday, closed_by, open_spans
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.spans import Span, Spans
from monitor.core.accounting.timeline import Stretch, check_timeline, service_timeline
from monitor.core.period import Period, midnight
from monitor.core.service import Agency, Government, Registry, Service
from monitor.core.window import Announcement
from monitor.registry.recurrence import occurrences

_DAY = timedelta(days=1)
_BEYOND = timedelta(days=31)
"""How far beyond a period is looked for the end of an outage that it cuts."""
_ENOUGH = Fraction(1, 2)
"""With less than half of a period measured, what is left says little of the whole."""
_TELLING = Fraction(1, 10_000)
"""A hundredth of a percent: what is printed. Less is no change that a reader could see."""


class Trend(StrEnum):
    """How a period compares with the one before."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NEW = "new"
    """There was nothing to measure before."""
    TOO_LITTLE = "too_little"
    """One of the two was measured for less than half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """One service in a report."""

    service: Service
    agency: Agency
    government: Government
    availability: Availability
    before: Availability
    """Of the period before."""

    @property
    def trend(self) -> Trend:
        """How it compares with the period before."""
        return trend(self.before, self.availability)

    @property
    def met(self) -> bool | None:
        """Whether the target was met; None: nothing was measured."""
        ratio = self.availability.ratio
        return None if ratio is None else ratio >= Fraction(str(self.service.slo_target_ratio))


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """The services of an agency, of a government, or all of them."""

    id: str
    name: str
    services: tuple[ServiceFigures, ...]
    availability: Availability
    """Weighted by time."""
    before: Availability

    @property
    def unweighted_mean(self) -> Fraction | None:
        """The mean of the services' ratios, each counting alike."""
        return unweighted_mean(one.availability for one in self.services)

    @property
    def trend(self) -> Trend:
        """How it compares with the period before."""
        return trend(self.before, self.availability)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of a period."""

    period: Period
    policy: AccountingPolicy
    generated_at: datetime
    """Aware UTC."""
    running: bool
    """Whether the period is not over: then everything is up to `generated_at`."""
    vantage: str
    register_version: str
    holidays: tuple[Holiday, ...]
    """Those of the period that close a day on which the policy has service hours."""
    unsure_years: tuple[int, ...]
    """Of which the calendar of holidays does not have everything yet."""
    whole: GroupFigures
    governments: tuple[GroupFigures, ...]
    agencies: tuple[GroupFigures, ...]
    services: tuple[ServiceFigures, ...]
    """By government, agency and name."""


def build_report(
    services: Iterable[Service],
    registry: Registry,
    record: History,
    announcements: Sequence[Announcement],
    period: Period,
    policy: AccountingPolicy,
    *,
    vantage: str,
    now: datetime,
    holidays: Sequence[Holiday] = (),
    unsure_years: Sequence[int] = (),
) -> Report:
    """Build a report.

    Args:
        services: those that it is about.
        registry: that they are from.
        record: of the period and the one before.
        announcements: all that was ever announced.
        period: what the report is about.
        policy: how time is counted.
        vantage: whose record it is.
        now: aware UTC.
        holidays: those that the policy's hours close on, in the period and the one before.
        unsure_years: years of these for which the calendar of holidays does not have everything.
    """
    planned = _Planned(announcements, registry, period)
    opened = {one: _opened(policy, holidays, one) for one in (period, period.before)}
    figures = sorted(
        (_figures(one, registry, record, planned, opened, period, policy, now) for one in services),
        key=lambda one: (one.government.name, one.agency.name, one.service.name, one.service.id),
    )
    agencies = {one.agency.id: one.agency.name for one in figures}
    governments = {one.government.id: one.government.name for one in figures}
    return Report(
        period=period,
        policy=policy,
        generated_at=now,
        running=period.running(now),
        vantage=vantage,
        register_version=registry.version,
        holidays=closed_by(policy.hours, holidays, period.first, period.last) if policy.hours else (),
        unsure_years=tuple(unsure_years),
        whole=_group("", "", figures),
        governments=tuple(
            _group(id_, name, [one for one in figures if one.government.id == id_])
            for id_, name in governments.items()
        ),
        agencies=tuple(
            _group(id_, name, [one for one in figures if one.agency.id == id_])
            for id_, name in agencies.items()
        ),
        services=tuple(figures),
    )


def trend(before: Availability, after: Availability) -> Trend:
    """Compare a period with the one before it."""
    if before.period == before.unregistered:
        return Trend.NEW
    if before.ratio is None or after.ratio is None:
        return Trend.TOO_LITTLE
    if min(before.coverage or 0, after.coverage or 0) < _ENOUGH:
        return Trend.TOO_LITTLE
    change = after.ratio - before.ratio
    if abs(change) < _TELLING:
        return Trend.SAME
    return Trend.BETTER if change > 0 else Trend.WORSE


class _Planned:
    """Maintenance that was announced before it began, by service."""

    def __init__(self, announcements: Sequence[Announcement], registry: Registry, period: Period) -> None:
        since, until = period.before.starts_at, period.ends_at
        self._registry = registry
        self._found = [
            (one.window.scope, [Span(each.starts_at, each.ends_at) for each in found])
            for one in announcements
            if (found := [each for each in occurrences(one, since, until) if each.planned])
        ]

    def of(self, service: Service) -> list[Span]:
        return [
            span for scope, found in self._found if scope.covers(service, self._registry) for span in found
        ]


def _figures(
    service: Service,
    registry: Registry,
    record: History,
    planned: _Planned,
    opened: Mapping[Period, Spans | None],
    period: Period,
    policy: AccountingPolicy,
    now: datetime,
) -> ServiceFigures:
    timeline = service_record(service, record, recorded_span(period, now), policy)
    life, windows = _life(service, record, period), planned.of(service)

    def of(one: Period) -> Availability:
        span = Span(one.starts_at, one.ends_at)
        return measure(timeline, span, policy, planned=windows, registered=life, opened=opened[one], now=now)

    return ServiceFigures(
        service=service,
        agency=registry.agencies[service.agency_id],
        government=registry.government_of(service),
        availability=of(period),
        before=of(period.before),
    )


def _opened(policy: AccountingPolicy, holidays: Sequence[Holiday], period: Period) -> Spans | None:
    """Return the service hours of a period; the same for all services, so they are reckoned once."""
    if policy.hours is None:
        return None
    return open_spans(policy.hours, holidays, Span(period.starts_at, period.ends_at), period.zone)


def recorded_span(period: Period, now: datetime) -> Span:
    """Return the time of which the record is needed: the period before too, and how outages went on."""
    return Span(period.before.starts_at, min(now, period.ends_at + _BEYOND))


def service_record(
    service: Service, record: History, within: Span, policy: AccountingPolicy
) -> list[Stretch]:
    """Return what a service was held to be, from before the span where that is on record.

    It ends where the monitor was last known to be awake: what came then nobody saw.
    """
    changes = {check.id: record.changes.get(check.id, ()) for check in service.checks}
    earliest = min((one.at for each in changes.values() for one in each), default=within.starts_at)
    awake = Span(min(earliest, within.starts_at), min(within.ends_at, record.seen_until or within.starts_at))
    if not awake.length:
        return []
    checks = [
        check_timeline(each, Span(max(awake.starts_at, seen_at), awake.ends_at), policy.outage_from)
        for check_id, each in changes.items()
        if (seen_at := record.first_seen.get(check_id)) is not None and seen_at < awake.ends_at
    ]
    return service_timeline(checks, awake)


def _life(service: Service, record: History, period: Period) -> list[Span]:
    """Return the registered life: as the register says, or since it first named the service."""
    zone = period.zone
    known = [record.first_seen[check.id] for check in service.checks if check.id in record.first_seen]
    if service.active_from is not None:
        starts_at = midnight(service.active_from, zone)
    elif known:
        starts_at = min(known)
    else:
        return []
    ends_at = period.ends_at if service.active_to is None else midnight(service.active_to + _DAY, zone)
    return [Span(starts_at, ends_at)]


def _group(id_: str, name: str, figures: Sequence[ServiceFigures]) -> GroupFigures:
    return GroupFigures(
        id=id_,
        name=name,
        services=tuple(figures),
        availability=together(one.availability for one in figures),
        before=together(one.before for one in figures),
    )
