"""Reads the record that a report follows from."""

from __future__ import annotations

from base64 import b64encode
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, TypeVar

from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.sketch import Sketch, together
from monitor.core.accounting.spans import Span
from monitor.core.affected import affected, places_of
from monitor.core.finding import Finding
from monitor.core.incident import Incident
from monitor.core.journal import Deed
from monitor.core.office import Office
from monitor.core.period import Period
from monitor.core.reason import Sentence
from monitor.core.rulebook.telling import describe
from monitor.core.service import Registry, Service
from monitor.core.window import Announcement
from monitor.registry.recurrence import occurrences
from monitor.reports.figures import recorded_span
from monitor.reports.holidays import holidays_in, unsure_years
from monitor.reports.record import (
    Contest,
    PeriodRecord,
    PlannedWork,
    ReportedAgency,
    ReportedFinding,
    ReportedGovernment,
    ReportedIncident,
    ReportedService,
    ReportedSpell,
)
from monitor.store import Store
from monitor.store.audit import entries
from monitor.store.corrections import corrections
from monitor.store.findings import findings_open_at
from monitor.store.history import history
from monitor.store.incidents import incidents
from monitor.store.responses import responses
from monitor.store.windows import announced

if TYPE_CHECKING:
    from monitor.store.audit import AuditEntry

_NO_OFFICE = Office()
_Named = TypeVar("_Named")


async def gather(
    store: Store,
    registry: Registry,
    period: Period,
    policy: AccountingPolicy,
    *,
    vantage: str,
    now: datetime,
    office: Office = _NO_OFFICE,
) -> PeriodRecord:
    """Read the record of a period and the one before.

    Args:
        store: open.
        registry: whose services it is about.
        period: what it is about.
        policy: how time is to be counted.
        vantage: whose record.
        now: aware UTC.
        office: whose report it is.
    Raises:
        StoreUnavailable: locked or damaged.
    """
    within = recorded_span(period, now)
    span, own = Span(period.before.starts_at, period.ends_at), Span(period.starts_at, period.ends_at)
    rule, days = policy.hours.holidays if policy.hours else None, (period.before.first, period.last)
    found = await incidents(store, vantage=vantage, since=within.starts_at, until=within.ends_at)
    contests = await entries(store, action=Deed.CONTEST.value)
    open_then = await findings_open_at(store, min(now, period.ends_at))
    return PeriodRecord(
        period_name=period.name,
        zone_name=str(period.zone),
        policy=policy,
        taken_at=now,
        vantage=vantage,
        register_version=registry.version,
        governments=tuple(
            ReportedGovernment(id=one.id, name=_legible(one.name)) for one in _by_id(registry.governments)
        ),
        agencies=tuple(
            ReportedAgency(
                id=one.id,
                name=_legible(one.name),
                short_name=None if one.short_name is None else _legible(one.short_name),
                government_id=one.government_id,
            )
            for one in _by_id(registry.agencies)
        ),
        services=tuple(_service(one) for one in _by_id(registry.services)),
        history=await history(store, vantage, within),
        holidays=() if rule is None else holidays_in(rule, *days),
        unsure_years=() if rule is None else unsure_years(rule, *days),
        responses=_responses(registry, await responses(store, vantage, own)),
        planned=tuple(_planned(await announced(store), registry, span)),
        corrections=tuple(await corrections(store, span)),
        incidents=tuple(_incidents(found, contests)),
        findings=tuple(_findings(open_then, registry, period.zone, now)),
        office=office,
    )


def _by_id(named: Mapping[str, _Named]) -> Iterable[_Named]:
    return (named[key] for key in sorted(named))


def _service(one: Service) -> ReportedService:
    return ReportedService(
        id=one.id,
        name=_legible(one.name),
        url=_legible(one.urls[0]) if one.urls else "",
        agency_id=one.agency_id,
        category=one.category,
        criticality=one.criticality,
        target_ratio=one.slo_target_ratio,
        checks=tuple(check.id for check in one.checks),
        active_from=one.active_from,
        active_to=one.active_to,
    )


def _responses(registry: Registry, found: Mapping[str, Sketch]) -> dict[str, str]:
    """Return how long all checks of each service took, together; nothing of those that never answered."""
    written = {}
    for service in registry.services.values():
        own = together([found[check.id] for check in service.checks if check.id in found])
        if own.total:
            written[service.id] = b64encode(own.to_bytes()).decode()
    return written


def _planned(
    announcements: Sequence[Announcement], registry: Registry, within: Span
) -> Iterable[PlannedWork]:
    for one in announcements:
        found = [each for each in occurrences(one, within.starts_at, within.ends_at) if each.planned]
        services = sorted(
            each.id for each in registry.services.values() if one.window.scope.covers(each, registry)
        )
        if found and services:
            yield PlannedWork(
                window_id=one.window.id,
                title=_legible(one.window.title),
                announced_at=one.announced_at,
                announced_by=one.announced_by,
                services=tuple(services),
                spans=tuple(Span(each.starts_at, each.ends_at) for each in found),
            )


def _incidents(found: Iterable[Incident], contests: Iterable[AuditEntry]) -> Iterable[ReportedIncident]:
    contested = defaultdict(list)
    for entry in contests:
        contested[entry.subject].append(Contest(at=entry.at, by=entry.who, reason=entry.reason))
    for one in found:
        yield ReportedIncident(
            name=one.name,
            flapping=one.flapping,
            cause=None if one.cause is None else one.cause.tie,
            cause_value="" if one.cause is None else one.cause.value,
            spells=tuple(
                ReportedSpell(
                    service_id=member.service_id,
                    began_at=spell.began_at,
                    ended_at=spell.ended_at,
                    reason=spell.reason,
                )
                for member in one.present
                for spell in member.spells
            ),
            contests=tuple(contested[one.name]),
        )


def _findings(
    found: Iterable[Finding], registry: Registry, zone: tzinfo, now: datetime
) -> Iterable[ReportedFinding]:
    places = places_of(registry)
    for one in found:
        told = describe(one, zone, now)
        accepted = one.acceptance
        yield ReportedFinding(
            name=one.name,
            severity=one.severity,
            subject=_legible(one.identity.subject.name),
            services=tuple(sorted(affected(one, places))),
            title=_legible_sentence(told.title),
            problem=_legible_sentence(told.problem),
            remedy=_legible_sentence(told.remedy),
            first_seen_at=one.first_seen_at,
            accepted_until=None if accepted is None else accepted.until,
        )


def _legible_sentence(one: Sentence) -> Sentence:
    return Sentence(_legible(one.id), _legible(one.en))


def _legible(text: str) -> str:
    """Return a text as every format can hold it: files and sites may hold halves of characters."""
    return text.encode("utf-8", "backslashreplace").decode()
