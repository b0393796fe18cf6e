"""The tables of figures: summary, agencies, services; pure."""

from __future__ import annotations

from datetime import timedelta

from monitor.core.accounting.availability import KINDS
from monitor.core.accounting.sketch import Sketch
from monitor.core.reason import Sentence
from monitor.reports import words
from monitor.reports.report import ENOUGH, GroupFigures, Report, ServiceFigures
from monitor.reports.tables.model import Cell, Table, columns, listed

_GROUP = (
    *("services", "availability", "mean", "outages", "down", "longest", "repair", "coverage"),
    *("median", "p95", "before", "trend"),
)
_SERVICE = (
    *("number", "government", "agency", "service", "id", "url", "availability", "target", "met"),
    *("outages", "down", "longest", "coverage", "median", "p95", "before", "trend", "remarks"),
)


_MILLISECOND = timedelta(milliseconds=1)
_SLA = (
    *("id", "service", "agency", "target", "availability", "met", "coverage", "budget"),
    *("outages", "longest", "repair", "between"),
)


def summary_table(report: Report) -> Table:
    """Return the figures of everything together, and of each government."""
    name = report.period.name
    rows = [(name, words.EVERYTHING, *_group(report.whole))]
    rows += [(name, one.name, *_group(one)) for one in report.governments]
    return Table(words.SUMMARY, columns("period", "government", *_GROUP), tuple(rows))


def agency_table(report: Report) -> Table:
    """Return the figures of each agency by its rank; those that have none last, by government and name."""
    ranks = report.ranks()
    ranked = sorted(report.agencies, key=lambda one: ranks[one.id] or len(ranks) + 1)
    rows = ((ranks[one.id], _government(one), one.name, *_group(one)) for one in ranked)
    return Table(words.AGENCIES, columns("rank", "government", "agency", *_GROUP), tuple(rows))


def service_table(report: Report) -> Table:
    """Return the figures of each service."""
    rows = tuple(_service(number, one) for number, one in enumerate(report.services, start=1))
    return Table(words.SERVICES, columns(*_SERVICE), rows)


def sla_table(report: Report) -> Table:
    """Return each service against its target: time of every kind, and what of the error budget is left."""
    rows = tuple(_sla(one) for one in report.services)
    return Table(words.SLA, columns(*_SLA, *KINDS), rows)


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
    return listed(words_ for words_, holds in said.items() if holds)


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
        *_responses(one.responses),
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
        *_responses(one.responses),
        one.before.ratio,
        words.TRENDS[one.trend],
        remarks(one),
    )


def _responses(sketch: Sketch) -> tuple[int | None, int | None]:
    """Return median and 95th percentile in milliseconds, to the nearest."""
    found = (sketch.quantile(0.5), sketch.quantile(0.95))
    median, p95 = (None if one is None else round(one / _MILLISECOND) for one in found)
    return median, p95


def _sla(one: ServiceFigures) -> tuple[Cell, ...]:
    figures = one.availability
    return (
        one.service.id,
        one.service.name,
        one.agency.name,
        one.target,
        figures.ratio,
        words.YES_NO[one.met],
        figures.coverage,
        figures.error_budget(one.service.target_ratio),
        len(figures.outages),
        figures.longest_outage,
        figures.mean_time_to_repair,
        figures.mean_time_between_failures,
        *(getattr(figures, kind) for kind in KINDS),
    )


def _government(agency: GroupFigures) -> str:
    return agency.services[0].government.name  # an agency is in a report by its services
