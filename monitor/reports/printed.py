"""What the printed report says, as plain values in one language; the template only lays it out. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from typing import Any

from monitor.core.accounting.availability import DIGITS, percent
from monitor.core.reason import Sentence
from monitor.reports import captions, printed_words, words
from monitor.reports.glyphs import legible, settable
from monitor.reports.report import GroupFigures, Report, ServiceFigures, Trend
from monitor.reports.shown import days, decimal, moment, percentage, shown, span
from monitor.reports.summary import missed, summary
from monitor.reports.tables import (
    Cell,
    Column,
    Table,
    Unit,
    agency_table,
    exclusion_table,
    finding_table,
    method_table,
    outage_table,
    service_table,
)

MOST_OUTAGES = 500
"""Lines in a document that people leaf through; the longest ones. Workbooks and JSON have all."""
_FEW = 8
"""Services that go on the page of the summary; more begin on one of their own."""
Shape = dict[str, Any]
_REGIONS = {"id": "ID", "en": "GB"}
_LINE = "." * 40
"""To write on."""
_NUMBERS = frozenset(("number", "rank", "services", "outages"))
_MILLIMETRES: Mapping[str, int] = {
    **dict.fromkeys(("availability", "before", "repair", "trend"), 26),
    **dict.fromkeys(("longest", "coverage", "severity"), 19),
    **dict.fromkeys(("began", "ended", "until", "since", "at"), 25),
    "number": 10,
    "rank": 20,
    "services": 19,
    "target": 17,
    "outages": 21,
    "down": 21,
    "incident": 28,
    "by": 22,
    "treated": 26,
    "history": 48,
    "change": 24,
    "fact": 60,
}
"""Of columns that are as wide in every report: figures, moments, single words."""
_SHARES: Mapping[str, int] = {"why": 4, "remarks": 2, "common": 2, "subject": 2, "remedy": 5}
"""Of what is left of the page's width, for texts; 3 where nothing else is said."""
_SERVICE = ("number", "service", "url", "availability", "target", "outages", "longest", "coverage", "remarks")


@dataclass(frozen=True, slots=True)
class Logo:
    """A picture that can be shown."""

    kind: str
    """png, jpg or svg."""
    data: bytes


def printed(report: Report, language: str, logo: Logo | None) -> Shape:
    """Return everything that the document says.

    Args:
        report: of what.
        language: id or en.
        logo: the picture of the letterhead; None: there is none that can be shown.
    """
    office = report.office
    lines = [legible(one) for one in office.letterhead]
    title = f"{words.HEADING.of(language)}, {days(report.period, language)}"
    seal = report.seal(language)
    return {
        "language": language,
        "region": _REGIONS[language],
        "title": title,
        "heading": words.HEADING.of(language),
        "description": printed_words.DESCRIPTION.of(language).format(days=days(report.period, language)),
        "authors": lines[:1],
        # Metadata stand in the file as they are, so that a search over its bytes finds the seal.
        "keywords": [] if seal is None else [seal],
        "words": {name: one.of(language) for name, one in printed_words.FRAME.items()} | {"footer": title},
        "letterhead": lines,
        "logo": _logo(report, language, logo),
        "period": days(report.period, language),
        "scope": [settable(one) for one in _scope(report)],
        "mark": _mark(report, language),
        "summary": _summary(report, language),
        "services": _services(report, language),
        "tables": _tables(report, language),
        "seal": seal,
        "signature": _signature(report, language),
    }


def _logo(report: Report, language: str, logo: Logo | None) -> Shape | None:
    if report.office.logo is None:
        return None
    told = (printed_words.NO_LOGO if logo is None else printed_words.LOGO).of(language)
    named = ", ".join(legible(one) for one in report.office.letterhead[:1])
    shape = {"told": told.format(office=named).strip()}
    return shape if logo is None else {**shape, "kind": logo.kind, "data": list(logo.data)}


def _scope(report: Report) -> list[str]:
    """Return whose report it is, where it is not of everything."""
    scope = report.scope
    if not report.services or not (scope.government or scope.agency or scope.service):
        return []
    first = report.services[0]
    named = [first.service.name] if scope.service else []
    if scope.service or scope.agency:
        named.append(first.agency.name)
    return [*named, first.government.name]


def _mark(report: Report, language: str) -> Shape:
    """Return what has to be said of figures that may still change; nothing of a closed period."""
    if report.revision is not None:
        return {}
    at = moment(report.generated_at, report.period.zone, language)
    said = printed_words.RUNNING if report.running else printed_words.NOT_CLOSED
    word = printed_words.PROVISIONAL.of(language)
    return {"word": word, "told": f"{word}: {said.of(language).format(at=at)}"}


def _summary(report: Report, language: str) -> Shape:
    whole = report.whole.availability
    boxes = {
        words.COLUMNS["availability"]: percentage(whole.ratio, language),
        words.COLUMNS["coverage"]: percentage(whole.coverage, language),
        words.COLUMNS["outages"]: str(len(whole.outages)),
        words.COLUMNS["down"]: span(whole.down),
        printed_words.BELOW_TARGET: str(len(missed(report))),
        printed_words.OPEN_FINDINGS: str(len(report.findings)),
    }
    svg, told = captions.whole_trend(report, language)
    return {
        "title": words.SUMMARY.of(language),
        "boxes": [{"label": label.of(language), "value": value} for label, value in boxes.items()],
        "lines": [legible(one) for one in summary(report, language)],
        "trend": {"svg": svg, "told": told},
    }


def _services(report: Report, language: str) -> Shape:
    table = service_table(report).chosen(*_SERVICE)
    columns = [_column(one, language) for one in table.columns]
    columns.insert(-1, _column(Column("history", words.COLUMNS["history"]), language))
    strips = captions.strips(report, language)
    told, samples = captions.legend(report, language)
    rows = []
    for one, row, (svg, words_) in zip(report.services, table.rows, strips, strict=True):
        cells: list[Any] = [_cell(cell, report, language) for cell in row]
        if one.met is False:
            cells[3] = {"missed": cells[3]}
        cells.insert(-1, {"svg": svg, "told": words_})
        rows.append((one, cells))
    groups = {(one.id, one.name): one for one in report.agencies}
    return {
        "title": words.SERVICES.of(language),
        "columns": columns,
        "apart": len(report.services) > _FEW,
        "legend": {"told": told, "samples": [{"svg": svg, "told": words_} for svg, words_ in samples]},
        "groups": [
            {
                "name": legible(_owner(report, found[0][0])),
                "rows": [cells for _, cells in found],
                "total": _total(groups[key], language) if len(found) > 1 else None,
            }
            for key, each in groupby(rows, key=lambda row: (row[0].agency.id, row[0].agency.name))
            if (found := list(each))
        ],
    }


def _owner(report: Report, one: ServiceFigures) -> str:
    if len(report.governments) == 1 or one.agency.name == one.government.name:
        return one.agency.name
    return f"{one.agency.name}, {one.government.name}"


def _total(one: GroupFigures, language: str) -> list[str]:
    figures = one.availability
    return [
        "",
        printed_words.TOGETHER.of(language).format(count=len(one.services)),
        "",
        percentage(figures.ratio, language),
        "",
        str(len(figures.outages)),
        span(figures.longest_outage),
        percentage(figures.coverage, language),
        "",
        words.TRENDS[one.trend].of(language),
    ]


def _tables(report: Report, language: str) -> list[Shape]:
    agencies = agency_table(report).chosen(
        *("rank", "agency", "services", "availability", "coverage", "outages", "down", "repair"),
        *("before", "trend"),
    )
    findings = finding_table(report).chosen(
        "severity", "subject", "finding", "about", "since", "remedy", "remarks"
    )
    rows = tuple(_with_reason(row, language) for row in agencies.rows)
    ranking = _sheet(
        Table(agencies.title, agencies.columns, rows), report, language, title=printed_words.RANKING
    )
    ranking["before"] = [printed_words.RANKING_NOTE.of(language)]
    return [
        ranking,
        _comparison(report, language),
        _outages(report, language),
        _sheet(findings, report, language, title=printed_words.FINDINGS),
        _sheet(exclusion_table(report), report, language),
        _method(report, language),
    ]


def _method(report: Report, language: str) -> Shape:
    """Return how it was counted; the seal stands below by itself."""
    table = method_table(report)
    rows = tuple(row for row in table.rows if row[0] != words.METHOD_FACTS["seal"])
    return _sheet(Table(table.title, table.columns, rows), report, language, title=printed_words.METHOD)


def _with_reason(row: tuple[Cell, ...], language: str) -> tuple[Cell, ...]:
    """Return a line of the ranking in which an agency without a rank says why."""
    rank, agency, services, ratio, *rest = row
    if rank is None:
        why = (words.UNMEASURED if ratio is None else words.LITTLE).of(language)
        agency = printed_words.UNRANKED.of(language).format(agency=agency, why=why)
    return rank, agency, services, ratio, *rest


def _comparison(report: Report, language: str) -> Shape:
    """Return the services whose availability changed, the greatest loss first; the others only by number."""
    counts = Counter(one.trend for one in report.services)
    counted = "; ".join(f"{words.TRENDS[one].of(language)} {counts[one]}" for one in Trend if counts[one])
    changed = sorted(
        ((_change(one), one) for one in report.services if one.trend in (Trend.BETTER, Trend.WORSE)),
        key=lambda each: (each[0], each[1].agency.name, each[1].service.name, each[1].service.id),
    )
    heads = ("service", "agency", "before", "availability")
    units = Unit.PLAIN, Unit.PLAIN, Unit.SHARE, Unit.SHARE
    columns = [
        _column(Column(name, words.COLUMNS[name], unit), language)
        for name, unit in zip(heads, units, strict=True)
    ]
    columns.append(_column(Column("change", printed_words.DIFFERENCE, Unit.SHARE), language))
    columns.append(_column(Column("trend", words.COLUMNS["trend"]), language))
    rows = [
        [
            settable(one.service.name),
            settable(one.agency.name),
            percentage(one.before.ratio, language),
            percentage(one.availability.ratio, language),
            decimal(f"{change:+}".replace("-", "\N{MINUS SIGN}"), language),
            words.TRENDS[one.trend].of(language),
        ]
        for change, one in changed
    ]
    said = printed_words.COMPARED.of(language).format(
        before=days(report.period.before, language), counts=counted
    )
    return {
        "title": printed_words.COMPARISON.of(language),
        "before": [said] if counted else [],
        "columns": columns,
        "rows": rows,
        "after": [],
    }


def _change(one: ServiceFigures) -> Decimal:
    """Return by how much availability changed, in the points that stand on the page."""
    if one.availability.ratio is None or one.before.ratio is None:
        return Decimal(0)
    return Decimal(percent(one.availability.ratio, DIGITS)) - Decimal(percent(one.before.ratio, DIGITS))


def _outages(report: Report, language: str) -> Shape:
    """Return the longest outages, in the order of the services."""
    names = ("service", "agency", "began", "ended", "down", "why", "common", "incident", "remarks")
    table = outage_table(report).chosen(*names)
    every = [each.outage.down for one in report.services for each in one.outages]
    longest = sorted(range(len(every)), key=lambda place: (-every[place], place))[:MOST_OUTAGES]
    kept = tuple(table.rows[place] for place in sorted(longest))
    sheet = _sheet(Table(table.title, table.columns, kept), report, language)
    if left := len(every) - len(kept):
        least = span(every[longest[-1]])
        sheet["before"] = [
            printed_words.CUT.of(language).format(kept=len(kept), all=len(every), left=left, least=least)
        ]
    return sheet


def _sheet(table: Table, report: Report, language: str, *, title: Sentence | None = None) -> Shape:
    return {
        "title": (title or table.title).of(language),
        "before": [],
        "columns": [_column(one, language) for one in table.columns],
        "rows": [[_cell(cell, report, language) for cell in row] for row in table.rows],
        "after": [],
    }


def _column(one: Column, language: str) -> Shape:
    return {
        "head": one.head.of(language),
        "right": one.unit is not Unit.PLAIN or one.name in _NUMBERS,
        "millimetres": _MILLIMETRES.get(one.name, 0),
        "share": _SHARES.get(one.name, 3),
    }


def _cell(cell: Cell, report: Report, language: str) -> str:
    return settable(shown(cell, report.period.zone, language))


def _signature(report: Report, language: str) -> Shape | None:
    office = report.office
    if not office.position:
        return None
    return {
        "place": f"{legible(office.place)}, {_LINE}" if office.place else _LINE,
        "position": legible(office.position),
        "name": legible(office.name) or _LINE,
        "nip": f"{printed_words.NIP.of(language)} {legible(office.nip) or _LINE}",
    }
