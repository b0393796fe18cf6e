"""A report as one page that stands by itself: no script, nothing fetched; prints on A4 landscape."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta, tzinfo
from fractions import Fraction
from types import NoneType

import jinja2

from monitor.reports import captions, words
from monitor.reports.report import Report
from monitor.reports.shown import days, moment, shown
from monitor.reports.summary import summary
from monitor.reports.tables import Table, tables

_NUMBERS = (int, Fraction, timedelta, NoneType)
_ENVIRONMENT = jinja2.Environment(
    loader=jinja2.PackageLoader("monitor.reports"),
    autoescape=True,
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)


@dataclass(frozen=True, slots=True)
class _Sheet:
    """A table as it is written."""

    title: str
    heads: list[str]
    rows: list[list[str]]
    numbers: list[bool]
    """Which columns hold nothing but numbers."""
    strips: list[str] = field(default_factory=list)
    """A picture for each row, as markup."""
    strips_after: int = 0
    """The place of the column that they stand beside."""


def html_bytes(report: Report, language: str) -> bytes:
    """Return the file; its times are on the clock of the register's zone."""
    zone = report.period.zone
    found = tables(report)
    sheets = [_sheet(one, zone, language) for one in found]
    strips = [svg for svg, _ in captions.strips(report, language)]
    sheets = [
        replace(sheet, strips=strips, strips_after=[one.name for one in table.columns].index("service"))
        if table.title is words.SERVICES
        else sheet
        for table, sheet in zip(found, sheets, strict=True)
    ]
    legend, samples = captions.legend(report, language)
    trend, trend_told = captions.whole_trend(report, language)
    text = _ENVIRONMENT.get_template("report.html").render(
        language=language,
        title=words.TITLE.of(language).format(period=report.period.name),
        heading=words.HEADING.of(language),
        period_label=words.COLUMNS["period"].of(language),
        period=days(report.period, language),
        running=_running(report, language),
        contents=words.CONTENTS.of(language),
        nothing=words.NOTHING.of(language),
        tables=sheets,
        sentences=summary(report, language),
        trend=trend,
        trend_told=trend_told,
        history=words.COLUMNS["history"].of(language),
        legend=legend,
        samples=samples,
    )
    return text.encode("utf-8", "backslashreplace")


def _running(report: Report, language: str) -> str | None:
    if not report.running:
        return None
    at = moment(report.generated_at, report.period.zone, language)
    return words.RUNNING.of(language).format(at=at)


def _sheet(table: Table, zone: tzinfo, language: str) -> _Sheet:
    columns = [[row[place] for row in table.rows] for place in range(len(table.columns))]
    return _Sheet(
        title=table.title.of(language),
        heads=[one.head.of(language) for one in table.columns],
        rows=[[shown(cell, zone, language) for cell in row] for row in table.rows],
        numbers=[all(isinstance(one, _NUMBERS) for one in cells) for cells in columns],
    )
