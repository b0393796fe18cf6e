"""A report as CSV (RFC 4180): a service to a line. UTF-8 with a mark, without which Excel reads Latin-1."""

from __future__ import annotations

import csv
import io
from datetime import datetime, timedelta
from fractions import Fraction

from monitor.core.accounting.availability import percent
from monitor.core.reason import Sentence
from monitor.core.shape import moment
from monitor.reports.report import DIGITS, Report
from monitor.reports.tables import Cell, Column, Unit, service_table
from monitor.reports.words import COLUMNS, METHOD_FACTS

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell: names come from outside."""
_UNITS = {
    Unit.PLAIN: Sentence("", ""),
    Unit.SHARE: Sentence(" (%)", " (%)"),
    Unit.SPAN: Sentence(" (DETIK)", " (SECONDS)"),
}


def csv_bytes(report: Report, language: str) -> bytes:
    """Return the file."""
    table = service_table(report)
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    # Files of several months are often put together: each line says of what it is.
    period, seal = report.period.name, report.seal(language)
    heads = [_head(one, language) for one in table.columns]
    writer.writerow([COLUMNS["period"].of(language), *heads, METHOD_FACTS["seal"].of(language).upper()])
    for row in table.rows:
        writer.writerow([period, *(_written(cell, language) for cell in row), seal])
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _head(column: Column, language: str) -> str:
    return column.head.of(language) + _UNITS[column.unit].of(language)


def _written(cell: Cell, language: str) -> str | int | float:
    match cell:
        case Sentence():
            written: str | int | float = cell.of(language)
        case Fraction():
            written = percent(cell, DIGITS)
        case timedelta():
            written = round(cell.total_seconds(), 3)
        case datetime():
            written = moment(cell) or ""
        case str():
            written = f"'{cell}" if cell.startswith(_FORMULA) else cell
        case _:
            written = "" if cell is None else cell
    return written
