"""The figures of a report, from what is on record; pure, and the same for every format."""

from __future__ import annotations

from base64 import b64decode
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.core.accounting.availability import Availability, Outage, measure, together
from monitor.core.accounting.correction import CountsAs, corrected
from monitor.core.accounting.history import History
from monitor.core.accounting.hours import closed_by, open_spans
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.sketch import Sketch
from monitor.core.accounting.sketch import together as sketches_together
from monitor.core.accounting.spans import Span, Spans
from monitor.core.accounting.timeline import Stretch, check_timeline, overridden, service_timeline
from monitor.core.period import Period, midnight
from monitor.core.reason import Reason
from monitor.core.status import Status
from monitor.reports.cells import cells, nearby
from monitor.reports.record import (
    PeriodRecord,
    PlannedWork,
    ReportedAgency,
    ReportedFinding,
    ReportedGovernment,
    ReportedIncident,
    ReportedService,
)
from monitor.reports.report import GroupFigures, Report, ReportedOutage, ServiceFigures
from monitor.reports.scope import EVERYTHING, ReportScope
from monitor.reports.seal import Revision

_DAY = timedelta(days=1)
_BEYOND = timedelta(days=31)
"""How far beyond a period is looked for the end of an outage that it cuts."""
_STATUS_OF = {CountsAs.UP: Status.UP, CountsAs.UNKNOWN: Status.UNKNOWN}


def build_report(
    record: PeriodRecord,
    scope: ReportScope = EVERYTHING,
    revision: Revision | None = None,
    step: Callable[[int], object] = lambda _: None,
) -> Report:
    """Build the report of a period's record, of everything or of a part.

    Args:
        record: everything that it follows from.
        scope: what it is about.
        revision: with which the record was closed; None: it was not.
        step: told after each service how many there are: a year of many takes seconds.
    """
    period, running = record.period, record.period.running(record.taken_at)
    hours = record.policy.hours
    agencies = {one.id: one for one in record.agencies}
    governments = {one.id: one for one in record.governments}
    chosen = [one for one in record.services if scope.covers(one, agencies[one.agency_id])]
    wanted = frozenset(one.id for one in chosen)
    counting = _Counting(record, wanted)
    figures = []
    for service in chosen:
        agency = agencies[service.agency_id]
        figures.append(counting.figures(service, agency, governments[agency.government_id]))
        step(len(chosen))
    figures.sort(key=lambda one: (one.government.name, one.agency.name, one.service.name, one.service.id))
    span = _span(period)
    return Report(
        period=period,
        policy=record.policy,
        generated_at=record.taken_at,
        running=running,
        vantage=record.vantage,
        register_version=record.register_version,
        holidays=closed_by(hours, record.holidays, period.first, period.last) if hours else (),
        unsure_years=record.unsure_years,
        scope=scope,
        whole=_group("", "", figures),
        governments=_groups((one.government.id, one.government.name, one) for one in figures),
        agencies=_groups((one.agency.id, one.agency.name, one) for one in figures),
        services=tuple(figures),
        planned=tuple(_within(one, span, wanted) for one in record.planned if _touches(one, span, wanted)),
        corrections=tuple(
            replace(one, services=_named(one.services, scope, wanted))
            for one in record.corrections
            if wanted.intersection(one.services) and _overlap(one.span, span)
        ),
        findings=tuple(sorted(_findings(record.findings, scope, wanted), key=_worst_first)),
        office=record.office,
        revision=revision,
    )


class _Counting:
    """What is counted alike for all services of a record."""

    def __init__(self, record: PeriodRecord, wanted: frozenset[str]) -> None:
        self._record = record
        self._within = recorded_span(record.period, record.taken_at)
        self._opened = {one: _opened(record, one) for one in (record.period, record.period.before)}
        self._cells = cells(record.period)
        self._planned: defaultdict[str, list[Span]] = defaultdict(list)
        for work in record.planned:
            for service_id in wanted.intersection(work.services):
                self._planned[service_id] += work.spans
        self._told: defaultdict[str, list[tuple[Span, ReportedIncident, Reason | None]]] = defaultdict(list)
        for incident in record.incidents:
            for spell in incident.spells:
                if spell.service_id in wanted:
                    ends_at = self._within.ends_at if spell.ended_at is None else spell.ended_at
                    told = Span(spell.began_at, ends_at), incident, spell.reason
                    self._told[spell.service_id].append(told)

    def figures(
        self, service: ReportedService, agency: ReportedAgency, government: ReportedGovernment
    ) -> ServiceFigures:
        """Return the figures of one service."""
        record = self._record
        period, policy = record.period, record.policy
        timeline = service_record(service.checks, record.history, self._within, policy)
        life, planned = _life(service, record.history, period), self._planned[service.id]
        for counts_as, time in corrected(record.corrections, service.id).items():
            if counts_as is CountsAs.MAINTENANCE:
                planned = [*planned, *time]
            else:
                timeline = overridden(timeline, time, _STATUS_OF[counts_as])

        def of(one: Period, span: Span, told: Sequence[Stretch]) -> Availability:
            return measure(
                told,
                span,
                policy,
                planned=planned,
                registered=life,
                opened=self._opened[one],
                now=record.taken_at,
            )

        availability = of(period, _span(period), timeline)
        return ServiceFigures(
            service=service,
            agency=agency,
            government=government,
            availability=availability,
            before=of(period.before, _span(period.before), timeline),
            cells=tuple(of(period, one.span, nearby(timeline, one.span)) for one in self._cells),
            responses=Sketch.from_bytes(b64decode(record.responses.get(service.id, ""))),
            outages=tuple(self._why(service.id, one) for one in availability.outages),
        )

    def _why(self, service_id: str, outage: Outage) -> ReportedOutage:
        lasted = Span(outage.starts_at, outage.ends_at)
        told = [one for one in self._told[service_id] if _overlap(one[0], lasted)]
        if not told:
            return ReportedOutage(outage=outage, incident=None, reason=None)
        _, incident, reason = min(told, key=lambda one: (one[0], one[1].name))
        return ReportedOutage(outage=outage, incident=incident, reason=reason)


def _opened(record: PeriodRecord, period: Period) -> Spans | None:
    """Return the service hours of a period: the same for all services."""
    hours = record.policy.hours
    if hours is None:
        return None
    return open_spans(hours, record.holidays, _span(period), period.zone)


def _span(period: Period) -> Span:
    return Span(period.starts_at, period.ends_at)


def recorded_span(period: Period, now: datetime) -> Span:
    """Return the time of which the record is needed: the period before too, and how outages went on."""
    return Span(period.before.starts_at, min(now, period.ends_at + _BEYOND))


def service_record(
    checks: Iterable[str], history: History, within: Span, policy: AccountingPolicy
) -> list[Stretch]:
    """Return what a service was held to be, from before the span where that is on record.

    It ends where the monitor was last known to be awake: what came then nobody saw.

    Args:
        checks: the ids of its checks.
        history: what is on record.
        within: of which time.
        policy: how time is counted.
    """
    changes = {one: history.changes.get(one, ()) for one in checks}
    earliest = min((one.at for each in changes.values() for one in each), default=within.starts_at)
    awake = Span(min(earliest, within.starts_at), min(within.ends_at, history.seen_until or within.starts_at))
    if not awake.length:
        return []
    timelines = [
        check_timeline(each, Span(max(awake.starts_at, seen_at), awake.ends_at), policy.outage_from)
        for check_id, each in changes.items()
        if (seen_at := history.first_seen.get(check_id)) is not None and seen_at < awake.ends_at
    ]
    return service_timeline(timelines, awake)


def _life(service: ReportedService, history: History, period: Period) -> list[Span]:
    """Return the registered life: as the register says, or since it first named the service."""
    zone = period.zone
    known = [history.first_seen[one] for one in service.checks if one in history.first_seen]
    if service.active_from is not None:
        starts_at = midnight(service.active_from, zone)
    elif known:
        starts_at = min(known)
    else:
        return []
    ends_at = period.ends_at if service.active_to is None else midnight(service.active_to + _DAY, zone)
    return [Span(starts_at, ends_at)]


def _groups(figures: Iterable[tuple[str, str, ServiceFigures]]) -> tuple[GroupFigures, ...]:
    """Return the figures of groups, in the order in which they first come."""
    found: dict[tuple[str, str], list[ServiceFigures]] = {}
    for id_, name, one in figures:
        found.setdefault((id_, name), []).append(one)
    return tuple(_group(id_, name, each) for (id_, name), each in found.items())


def _group(id_: str, name: str, figures: Sequence[ServiceFigures]) -> GroupFigures:
    return GroupFigures(
        id=id_,
        name=name,
        services=tuple(figures),
        availability=together(one.availability for one in figures),
        before=together(one.before for one in figures),
        responses=sketches_together(one.responses for one in figures),
    )


def _findings(
    found: Iterable[ReportedFinding], scope: ReportScope, wanted: frozenset[str]
) -> Iterable[ReportedFinding]:
    """Yield what concerns a scope; what is about no service belongs to the report of everything."""
    for one in found:
        if wanted.intersection(one.services) or (scope == EVERYTHING and not one.services):
            yield replace(one, services=_named(one.services, scope, wanted))


def _named(services: Iterable[str], scope: ReportScope, wanted: frozenset[str]) -> tuple[str, ...]:
    """Return which services a report of a part names: not those of others."""
    return tuple(one for one in services if scope == EVERYTHING or one in wanted)


def _worst_first(one: ReportedFinding) -> tuple[int, str, str]:
    return -one.severity.rank, one.subject, one.name


def _touches(work: PlannedWork, span: Span, wanted: frozenset[str]) -> bool:
    return bool(wanted.intersection(work.services)) and any(_overlap(one, span) for one in work.spans)


def _within(work: PlannedWork, span: Span, wanted: frozenset[str]) -> PlannedWork:
    """Return what of some maintenance touches the period and the services asked for."""
    return replace(
        work,
        services=tuple(one for one in work.services if one in wanted),
        spans=tuple(one for one in work.spans if _overlap(one, span)),
    )


def _overlap(one: Span, other: Span) -> bool:
    return one.starts_at < other.ends_at and other.starts_at < one.ends_at
