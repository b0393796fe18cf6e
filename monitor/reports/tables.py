"""A report as tables of typed cells, from which every tabular format is written; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.finding import SEVERITY_WORDS
from monitor.core.incident import TIE_WORDS
from monitor.core.reason import SENTENCES, Sentence
from monitor.reports import words
from monitor.reports.report import ENOUGH, GroupFigures, Report, ReportedOutage, ServiceFigures

Cell: TypeAlias = str | int | Fraction | timedelta | datetime | Sentence | None
"""A fraction is a share, shown in percent and rounded down; a datetime is aware UTC; None: nothing."""


class Unit(StrEnum):
    """What the cells of a column are, where their heading has to say so."""

    PLAIN = "plain"
    SHARE = "share"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    """By which formats know it."""
    head: Sentence
    unit: Unit = Unit.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """One table; a sheet of a workbook."""

    title: Sentence
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def chosen(self, *names: str) -> Table:
        """Return some of its columns, in the order in which they are named."""
        places = {one.name: place for place, one in enumerate(self.columns)}
        wanted = [places[name] for name in names]
        return Table(
            self.title,
            tuple(self.columns[place] for place in wanted),
            tuple(tuple(row[place] for place in wanted) for row in self.rows),
        )


def tables(report: Report) -> tuple[Table, ...]:
    """Return all tables of a report, in the order in which they are read."""
    return (
        summary_table(report),
        agency_table(report),
        service_table(report),
        outage_table(report),
        finding_table(report),
        exclusion_table(report),
        method_table(report),
    )


def summary_table(report: Report) -> Table:
    """Return the figures of everything together, and of each government."""
    name = report.period.name
    rows = [(name, words.EVERYTHING, *_group(report.whole))]
    rows += [(name, one.name, *_group(one)) for one in report.governments]
    return Table(words.SUMMARY, _columns("period", "government", *_GROUP), tuple(rows))


def agency_table(report: Report) -> Table:
    """Return the figures of each agency by its rank; those that have none last, by government and name."""
    ranks = report.ranks()
    ranked = sorted(report.agencies, key=lambda one: ranks[one.id] or len(ranks) + 1)
    rows = ((ranks[one.id], _government(one), one.name, *_group(one)) for one in ranked)
    return Table(words.AGENCIES, _columns("rank", "government", "agency", *_GROUP), tuple(rows))


def service_table(report: Report) -> Table:
    """Return the figures of each service."""
    rows = tuple(_service(number, one) for number, one in enumerate(report.services, start=1))
    return Table(words.SERVICES, _columns(*_SERVICE), rows)


def outage_table(report: Report) -> Table:
    """Return each outage of each service: why, its true times, and what of it counts in the period."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.government.name,
            one.agency.name,
            one.service.name,
            one.service.id,
            each.incident.name if each.incident else None,
            each.outage.starts_at,
            None if each.outage.ongoing else each.outage.ends_at,
            each.outage.down,
            SENTENCES[each.reason] if each.reason else None,
            _common(each),
            _outage_remarks(each),
        )
        for one in report.services
        for each in one.outages
    ]
    names = (
        *("government", "agency", "service", "id", "incident", "began", "ended", "down"),
        *("why", "common", "remarks"),
    )
    return Table(words.OUTAGES, _columns(*names), tuple(rows))


def finding_table(report: Report) -> Table:
    """Return what was found besides outages and still open when the period ended, the worst first."""
    names = {one.service.id: one.service.name for one in report.services}
    rows = tuple(
        (
            one.name,
            SEVERITY_WORDS[one.severity],
            one.subject,
            one.title,
            ", ".join(names[id_] for id_ in one.services if id_ in names),
            one.first_seen_at,
            one.remedy,
            words.ACCEPTED if one.accepted_until and one.accepted_until > report.generated_at else None,
        )
        for one in report.findings
    )
    columns = ("incident", "severity", "subject", "finding", "about", "since", "remedy", "remarks")
    return Table(words.FINDINGS, _columns(*columns), rows)


def exclusion_table(report: Report) -> Table:
    """Return what does not count as measured: announced maintenance, and what was corrected by hand."""
    names = {one.service.id: one.service.name for one in report.services}

    def about(ids: Iterable[str]) -> str:
        return ", ".join(names[id_] for id_ in ids if id_ in names)

    rows: list[tuple[Cell, ...]] = [
        (
            span.starts_at,
            span.ends_at,
            words.MAINTENANCE_LEFT_OUT,
            about(one.services),
            one.title,
            one.announced_by,
            one.announced_at,
        )
        for one in (report.planned if report.policy.maintenance_excluded else ())
        for span in one.spans
    ]
    rows += [
        (
            one.span.starts_at,
            one.span.ends_at,
            words.COUNTS_AS[one.counts_as],
            about(one.services),
            one.reason,
            one.by,
            one.at,
        )
        for one in report.corrections
    ]
    columns = ("began", "until", "treated", "about", "grounds", "by", "at")
    return Table(words.EXCLUSIONS, _columns(*columns), tuple(rows))


def method_table(report: Report) -> Table:
    """Return what the figures are of, and how they were counted."""
    period = report.period
    facts: dict[str, Cell] = {
        "period": period.name,
        "from": period.starts_at,
        "until": min(period.ends_at, report.generated_at) if report.running else period.ends_at,
        "running": words.YES_NO[report.running],
        "zone": str(period.zone),
        "before": period.before.name,
        "generated": report.generated_at,
        "vantage": report.vantage,
        "register": report.register_version,
        **_policy(report.policy),
        **_revision(report),
    }
    rows: list[tuple[Cell, ...]] = [(words.METHOD_FACTS[name], value) for name, value in facts.items()]
    rows += list(words.METHOD_NOTES)
    return Table(words.METHOD, _columns("fact", "value"), tuple(rows))


_GROUP = (
    *("services", "availability", "mean", "outages", "down", "longest", "repair", "coverage"),
    *("before", "trend"),
)
_SERVICE = (
    *("number", "government", "agency", "service", "id", "url", "availability", "target", "met"),
    *("outages", "down", "longest", "coverage", "before", "trend", "remarks"),
)
_UNITS = {
    **dict.fromkeys(("availability", "mean", "target", "coverage", "before"), Unit.SHARE),
    **dict.fromkeys(("down", "longest", "repair"), Unit.SPAN),
}


def _columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(name, words.COLUMNS[name], _UNITS.get(name, Unit.PLAIN)) for name in names)


def _group(one: GroupFigures) -> tuple[Cell, ...]:
    figures = one.availability
    return (
        len(one.services),
        figures.ratio,
        one.unweighted_mean,
        len(figures.outages),
        figures.down,
        figures.longest_outage,
        figures.mean_time_to_repair,
        figures.coverage,
        one.before.ratio,
        words.TRENDS[one.trend],
    )


def _service(number: int, one: ServiceFigures) -> tuple[Cell, ...]:
    figures = one.availability
    return (
        number,
        one.government.name,
        one.agency.name,
        one.service.name,
        one.service.id,
        one.service.url,
        figures.ratio,
        one.target,
        words.YES_NO[one.met],
        len(figures.outages),
        figures.down,
        figures.longest_outage,
        figures.coverage,
        one.before.ratio,
        words.TRENDS[one.trend],
        remarks(one),
    )


def remarks(one: ServiceFigures) -> Sentence | None:
    """Return what a reader should know of a service's figures; None: nothing."""
    figures = one.availability
    said = {
        words.UNMEASURED: figures.ratio is None,
        words.NOT_MET: one.met is False,
        words.LITTLE: figures.ratio is not None and (figures.coverage or 0) < ENOUGH,
        words.ONGOING: any(each.outage.ongoing for each in one.outages),
        words.CONTESTED: one.contested,
    }
    return _listed(words_ for words_, holds in said.items() if holds)


def _outage_remarks(one: ReportedOutage) -> Sentence | None:
    said = {
        words.ONGOING: one.outage.ongoing,
        words.FLAPPING: one.incident is not None and one.incident.flapping,
        words.CONTESTED: one.incident is not None and bool(one.incident.contests),
    }
    return _listed(words_ for words_, holds in said.items() if holds)


def _listed(said: Iterable[Sentence]) -> Sentence | None:
    found = list(said)
    if not found:
        return None
    return Sentence("; ".join(one.id for one in found), "; ".join(one.en for one in found))


def _common(one: ReportedOutage) -> Sentence | None:
    if one.incident is None or one.incident.cause is None:
        return None
    tie, value = TIE_WORDS[one.incident.cause], one.incident.cause_value
    return Sentence(f"{tie.id} {value}", f"{tie.en} {value}")


def _government(agency: GroupFigures) -> str:
    return agency.services[0].government.name  # an agency is in a report by its services


def _policy(policy: AccountingPolicy) -> dict[str, Cell]:
    return {
        "policy": f"{policy.name} v{policy.version}",
        "outage_from": words.OUTAGE_FROM[policy.outage_from],
        "maintenance": words.MAINTENANCE[policy.maintenance_excluded],
        "blocked": words.BLOCKED[policy.blocked],
        "shortest": policy.shortest_outage or words.ANY,
    }


def _revision(report: Report) -> dict[str, Cell]:
    """Return with which closing of the period the report was built; nothing of one that is not closed."""
    one = report.revision
    if one is None:
        return {"revision": words.NOT_CLOSED}
    seals = report.seal("id") or "", report.seal("en") or ""
    return {
        "revision": str(one.number),
        "closed": one.frozen_at,
        **({"because": one.reason} if one.reason else {}),
        "seal": Sentence(*seals),
    }
