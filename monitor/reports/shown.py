"""How values are written for people in a language: percentages, spans, moments, days; pure."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from babel.dates import format_date, format_datetime

from monitor.core.accounting.availability import DIGITS, percent
from monitor.core.period import Period
from monitor.core.reason import Sentence
from monitor.reports.tables import Cell

_HOUR, _MINUTE, _SECOND = timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)


def days(period: Period, language: str) -> str:
    """Return the days of a period as people write them, such as the first to the 31st of October 2026."""
    first, last = (format_date(day, "d MMMM y", locale=language) for day in (period.first, period.last))
    if first == last:
        return first
    if (period.first.year, period.first.month) == (period.last.year, period.last.month):
        first = str(period.first.day)
    return f"{first}\N{EN DASH}{last}" if first.isdigit() else f"{first} \N{EN DASH} {last}"


def shown(cell: Cell, zone: tzinfo, language: str) -> str:
    """Return a cell of a table; its times are on the clock of the zone."""
    match cell:
        case None:
            text = "-"
        case str():
            text = cell
        case Sentence():
            text = cell.of(language)
        case datetime():
            text = moment(cell, zone, language)
        case Fraction():
            text = percentage(cell, language)
        case timedelta():
            text = span(cell)
        case int():
            text = str(cell)
    return text


def percentage(share: Fraction | None, language: str) -> str:
    """Return a share in percent, rounded down; a dash where there is none."""
    if share is None:
        return "-"
    return decimal(f"{percent(share, DIGITS)}%", language)


def decimal(number: str, language: str) -> str:
    """Return a number with the comma that Indonesians write."""
    return number.replace(".", ",") if language == "id" else number


def moment(at: datetime, zone: tzinfo, language: str) -> str:
    """Return a moment on the clock of a zone, which it names."""
    local = at.astimezone(zone)
    pattern = "d MMM y HH.mm.ss" if language == "id" else "d MMM y HH:mm:ss"
    return f"{format_datetime(local.replace(tzinfo=None), pattern, locale=language)} {local.tzname()}"


def span(length: timedelta) -> str:
    """Return hours, minutes and seconds, to the nearest second as spreadsheets show it."""
    hours, rest = divmod(length + _SECOND / 2, _HOUR)
    minutes, rest = divmod(rest, _MINUTE)
    return f"{hours}:{minutes:02}:{rest // _SECOND:02}"
