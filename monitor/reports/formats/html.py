"""A report as one page that stands by itself: no script, nothing fetched; prints on A4 landscape."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction
from types import NoneType

import jinja2
from babel.dates import format_date, format_datetime

from monitor.core.accounting.availability import DIGITS, percent
from monitor.core.period import Period
from monitor.core.reason import Sentence
from monitor.reports import words
from monitor.reports.report import Report
from monitor.reports.tables import Cell, Table, tables

_NUMBERS = (int, Fraction, timedelta, NoneType)
_HOUR, _MINUTE, _SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
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


def html_bytes(report: Report, language: str) -> bytes:
    """Return the file; its times are on the clock of the register's zone."""
    zone = report.period.zone
    sheets = [_sheet(one, zone, language) for one in tables(report)]
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
    )
    return text.encode("utf-8", "backslashreplace")


def days(period: Period, language: str) -> str:
    """Return the days of a period as people write them, such as the first to the 31st of October 2026."""
    first, last = (format_date(day, "d MMMM y", locale=language) for day in (period.first, period.last))
    if first == last:
        return first
    if (period.first.year, period.first.month) == (period.last.year, period.last.month):
        first = str(period.first.day)
    return f"{first}\N{EN DASH}{last}" if first.isdigit() else f"{first} \N{EN DASH} {last}"


def _running(report: Report, language: str) -> str | None:
    if not report.running:
        return None
    at = _moment(report.generated_at, report.period.zone, language)
    return words.RUNNING.of(language).format(at=at)


def _sheet(table: Table, zone: tzinfo, language: str) -> _Sheet:
    columns = [[row[place] for row in table.rows] for place in range(len(table.columns))]
    return _Sheet(
        title=table.title.of(language),
        heads=[one.head.of(language) for one in table.columns],
        rows=[[_shown(cell, zone, language) for cell in row] for row in table.rows],
        numbers=[all(isinstance(one, _NUMBERS) for one in cells) for cells in columns],
    )


def _shown(cell: Cell, zone: tzinfo, language: str) -> str:
    match cell:
        case None:
            shown = "-"
        case str():
            shown = cell
        case Sentence():
            shown = cell.of(language)
        case datetime():
            shown = _moment(cell, zone, language)
        case Fraction():
            shown = f"{percent(cell, DIGITS)}%"
            if language == "id":
                shown = shown.replace(".", ",")
        case timedelta():
            shown = _span(cell)
        case int():
            shown = str(cell)
    return shown


def _moment(at: datetime, zone: tzinfo, language: str) -> str:
    local = at.astimezone(zone)
    pattern = "d MMM y HH.mm.ss" if language == "id" else "d MMM y HH:mm:ss"
    return f"{format_datetime(local.replace(tzinfo=None), pattern, locale=language)} {local.tzname()}"


def _span(span: timedelta) -> str:
    """Return hours, minutes and seconds, to the nearest second as spreadsheets show it."""
    hours, rest = divmod(span + _SECOND / 2, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{rest // _SECOND:02}"
