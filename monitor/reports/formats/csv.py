"""A report as CSV (RFC 4180): a service to a line."""

from __future__ import annotations

import codecs
import csv
import io
from datetime import datetime, timedelta
from fractions import Fraction

from monitor.core.accounting.availability import DIGITS, percent
from monitor.core.reason import Sentence
from monitor.core.shape import moment
from monitor.reports.report import Report
from monitor.reports.tables import Cell, Column, Table, Unit, service_table
from monitor.reports.words import COLUMNS, METHOD_FACTS

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell: names come from outside."""
_UNITS = {
    Unit.PLAIN: Sentence("", ""),
    Unit.SHARE: Sentence(" (%)", " (%)"),
    Unit.SPAN: Sentence(" (DETIK)", " (SECONDS)"),
}


def csv_bytes(report: Report, language: str) -> bytes:
    """Return the file: UTF-8, as programs read it."""
    return table_csv(report, service_table(report), language)


def excel_csv_bytes(report: Report, language: str) -> bytes:
    """Return the same with a mark before it, without which Excel takes it for Latin-1."""
    return codecs.BOM_UTF8 + csv_bytes(report, language)


def table_csv(report: Report, table: Table, language: str) -> bytes:
    """Return one of a report's tables as CSV."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    # Files of several months are often put together: each line says of what it is.
    period, seal = report.period.name, report.seal(language)
    heads = [_head(one, language) for one in table.columns]
    writer.writerow([COLUMNS["period"].of(language), *heads, METHOD_FACTS["seal"].of(language).upper()])
    for row in table.rows:
        writer.writerow([period, *(_written(cell, language) for cell in row), seal])
    return text.getvalue().encode("utf-8", "backslashreplace")


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
