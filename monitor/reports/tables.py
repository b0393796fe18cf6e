"""A report as tables of typed cells, from which every tabular format is written; pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.reason import Sentence
from monitor.reports import words
from monitor.reports.figures import GroupFigures, Report, ServiceFigures
from monitor.reports.hours import HOLIDAY, holiday_words, hours_words, unsure_words

DIGITS = 3
"""Of percentages, in every format."""
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

    head: Sentence
    unit: Unit = Unit.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """One table; a sheet of a workbook."""

    title: Sentence
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


def tables(report: Report) -> tuple[Table, ...]:
    """Return all tables of a report: summary, agencies, services, outages, method."""
    return (
        summary_table(report),
        agency_table(report),
        service_table(report),
        outage_table(report),
        method_table(report),
    )


def summary_table(report: Report) -> Table:
    """Return the figures of everything together, and of each government."""
    name = report.period.name
    rows = [(name, words.EVERYTHING, *_group(report.whole))]
    rows += [(name, one.name, *_group(one)) for one in report.governments]
    return Table(words.SUMMARY, _columns("period", "government", *_GROUP), tuple(rows))


def agency_table(report: Report) -> Table:
    """Return the figures of each agency, by government and name."""
    rows = ((_government(one), one.name, *_group(one)) for one in report.agencies)
    return Table(words.AGENCIES, _columns("government", "agency", *_GROUP), tuple(rows))


def service_table(report: Report) -> Table:
    """Return the figures of each service."""
    rows = tuple(_service(number, one) for number, one in enumerate(report.services, start=1))
    return Table(words.SERVICES, _columns(*_SERVICE), rows)


def outage_table(report: Report) -> Table:
    """Return each outage of each service, with its true times and what of it lies in the period."""
    rows: list[tuple[Cell, ...]] = [
        (
            one.government.name,
            one.agency.name,
            one.service.name,
            one.service.id,
            each.starts_at,
            None if each.ongoing else each.ends_at,
            each.down,
        )
        for one in report.services
        for each in one.availability.outages
    ]
    names = ("government", "agency", "service", "id", "began", "ended", "down")
    return Table(words.OUTAGES, _columns(*names), tuple(rows))


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
    }
    rows: list[tuple[Cell, ...]] = [(words.METHOD_FACTS[name], value) for name, value in facts.items()]
    rows += [(HOLIDAY, holiday_words(one)) for one in report.holidays]
    rows += [(HOLIDAY, unsure_words(year)) for year in report.unsure_years]
    rows += list(words.METHOD_NOTES)
    return Table(words.METHOD, _columns("fact", "value"), tuple(rows))


_GROUP = (
    *("services", "availability", "mean", "outages", "down", "longest", "repair", "coverage"),
    *("before", "trend"),
)
_SERVICE = (
    *("number", "government", "agency", "service", "id", "url", "availability", "target", "met"),
    *("outages", "down", "longest", "coverage", "before", "trend"),
)
_UNITS = {
    **dict.fromkeys(("availability", "mean", "target", "coverage", "before"), Unit.SHARE),
    **dict.fromkeys(("down", "longest", "repair"), Unit.SPAN),
}


def _columns(*names: str) -> tuple[Column, ...]:
    return tuple(Column(words.COLUMNS[name], _UNITS.get(name, Unit.PLAIN)) for name in names)


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
        one.service.urls[0] if one.service.urls else "",
        figures.ratio,
        Fraction(str(one.service.slo_target_ratio)),
        words.YES_NO[one.met],
        len(figures.outages),
        figures.down,
        figures.longest_outage,
        figures.coverage,
        one.before.ratio,
        words.TRENDS[one.trend],
    )


def _government(agency: GroupFigures) -> str:
    return agency.services[0].government.name  # an agency is in a report by its services


def _policy(policy: AccountingPolicy) -> dict[str, Cell]:
    return {
        "policy": f"{policy.name} v{policy.version}",
        "outage_from": words.OUTAGE_FROM[policy.outage_from],
        "maintenance": words.MAINTENANCE[policy.maintenance_excluded],
        "blocked": words.BLOCKED[policy.blocked],
        "shortest": policy.shortest_outage or words.ANY,
        "hours": hours_words(policy.hours),
    }
