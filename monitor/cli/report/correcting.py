"""What of the record a revision is to count otherwise, read from the command line."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.cli.options import Lang
from monitor.cli.report.asking import refuse
from monitor.core.accounting.correction import Correction, CountsAs
from monitor.core.accounting.spans import Span
from monitor.core.incident import incident_number
from monitor.core.period import Period
from monitor.core.reason import Sentence
from monitor.core.service import Registry

if TYPE_CHECKING:
    from monitor.reports.record import PeriodRecord
    from monitor.store import Store

_ONE_OF = Sentence(
    "Sebutkan hanya satu dari --service, --incident dan --window.",
    "Name only one of --service, --incident and --window.",
)
_NEEDS_TIMES = Sentence("--service: sebutkan juga --from dan --to.", "--service: name --from and --to too.")
_TIMES_OF_NOTHING = Sentence(
    "--from dan --to: sebutkan juga --service.", "--from and --to: name a --service too."
)
_NO_TIME = Sentence(
    "{option}: tulis tanggal dan jam setempat, misalnya 2026-11-28 22:00, bukan “{text}”.",
    "{option}: write a date and a local time, for example 2026-11-28 22:00, not “{text}”.",
)
_BACKWARDS = Sentence("--to harus setelah --from.", "--to should be later than --from.")
_ELSEWHERE = Sentence(
    "Waktu itu tidak ada dalam periode {name}.", "That time does not lie in the period {name}."
)
_NO_INCIDENT = Sentence(
    "--incident: tidak ada gangguan {text} dalam periode {name}; lihat: kulkul incident list",
    "--incident: there is no incident {text} in the period {name}; see: kulkul incident list",
)
_NO_WINDOW = Sentence(
    "--window: jendela “{text}” tidak berlangsung dalam periode {name}; lihat: kulkul window list --all",
    "--window: the window “{text}” does not take place in the period {name}; see: kulkul window list --all",
)
_UNKNOWN = Sentence("--service: {why}", "--service: {why}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is asked for, as it was written."""

    period: Period
    service: str | None
    incident: str | None
    window: str | None
    since: str | None
    until: str | None
    count_as: CountsAs
    reason: str
    by: str
    at: datetime

    def correction(self, services: tuple[str, ...], span: Span) -> Correction:
        """Return one correction."""
        return Correction(
            services=services,
            span=span,
            counts_as=self.count_as,
            reason=self.reason,
            by=self.by,
            at=self.at,
        )


async def corrections_for(
    wanted: Wanted, store: Store, record: PeriodRecord, registry: Registry, lang: Lang
) -> list[Correction]:
    """Return the corrections that are asked for; none, where only the record of now is to be taken.

    Refuses what is not in the period.
    """
    named = [one for one in (wanted.service, wanted.incident, wanted.window) if one is not None]
    if len(named) > 1:
        refuse(_ONE_OF, lang)
    if wanted.service is None and (wanted.since is not None or wanted.until is not None):
        refuse(_TIMES_OF_NOTHING, lang)
    if wanted.service is not None:
        return [_of_service(wanted, wanted.service, registry, lang)]
    if wanted.incident is not None:
        return _of_incident(wanted, wanted.incident, record, lang)
    if wanted.window is not None:
        return await _of_window(wanted, wanted.window, store, registry, lang)
    return []


def _of_service(wanted: Wanted, service: str, registry: Registry, lang: Lang) -> Correction:
    from monitor.registry.names import Names

    unheard = Names(registry).unknown("services", service)
    if unheard is not None:
        refuse(_UNKNOWN, lang, why=lang.of(unheard))
    if wanted.since is None or wanted.until is None:
        refuse(_NEEDS_TIMES, lang)
    first = _time(wanted.since, "--from", wanted.period, lang)
    last = _time(wanted.until, "--to", wanted.period, lang)
    if first >= last:
        refuse(_BACKWARDS, lang)
    if last <= wanted.period.starts_at or first >= wanted.period.ends_at:
        refuse(_ELSEWHERE, lang, name=wanted.period.name)
    return wanted.correction((service,), Span(first, last))


def _of_incident(wanted: Wanted, text: str, record: PeriodRecord, lang: Lang) -> list[Correction]:
    number = incident_number(text)
    period = wanted.period
    found = [
        wanted.correction((spell.service_id,), Span(spell.began_at, spell.ended_at or wanted.at))
        for one in record.incidents
        if incident_number(one.name) == number
        for spell in one.spells
        if spell.began_at < period.ends_at and (spell.ended_at or wanted.at) > period.starts_at
    ]
    if not found:
        refuse(_NO_INCIDENT, lang, text=text, name=period.name)
    return list(dict.fromkeys(found))


async def _of_window(
    wanted: Wanted, text: str, store: Store, registry: Registry, lang: Lang
) -> list[Correction]:
    from monitor.registry.recurrence import occurrences
    from monitor.store.windows import announced

    period = wanted.period
    found = []
    for one in await announced(store):
        services = tuple(
            sorted(each.id for each in registry.services.values() if one.window.scope.covers(each, registry))
        )
        if one.window.id == text and services:
            found += [
                wanted.correction(services, Span(each.starts_at, each.ends_at))
                for each in occurrences(one, period.starts_at, period.ends_at)
                if not each.planned
            ]
    if not found:
        refuse(_NO_WINDOW, lang, text=text, name=period.name)
    return found


def _time(text: str, option: str, period: Period, lang: Lang) -> datetime:
    from monitor.registry.moment import in_zone, parse_moment

    try:
        return in_zone(parse_moment(text), period.zone)
    except ValueError:
        refuse(_NO_TIME, lang, option=option, text=text)
