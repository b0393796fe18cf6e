"""A report as CSV (RFC 4180): a service to a line. UTF-8 with a mark, without which Excel reads Latin-1."""

from __future__ import annotations

import csv
import io
from fractions import Fraction

from monitor.core.accounting.availability import percent
from monitor.reports.figures import Report, ServiceFigures
from monitor.reports.words import COLUMNS, TRENDS, YES_NO, said

DIGITS = 3
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for a formula at the beginning of a cell: names come from outside."""


def csv_bytes(report: Report, language: str) -> bytes:
    """Return the file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow([said(one, language) for one in COLUMNS.values()])
    for number, one in enumerate(report.services, start=1):
        writer.writerow(_row(number, one, language))
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _row(number: int, one: ServiceFigures, language: str) -> list[str | int | float]:
    figures = one.availability
    return [
        number,
        _text(one.government.name),
        _text(one.agency.name),
        _text(one.service.name),
        _text(one.service.id),
        _text(one.service.urls[0] if one.service.urls else ""),
        _percent(figures.ratio),
        percent(Fraction(str(one.service.slo_target_ratio)), DIGITS),
        said(YES_NO[one.met], language),
        len(figures.outages),
        round(figures.down.total_seconds(), 3),
        round(figures.longest_outage.total_seconds(), 3),
        _percent(figures.coverage),
        _percent(one.before.ratio),
        said(TRENDS[one.trend], language),
    ]


def _percent(share: Fraction | None) -> str:
    return "" if share is None else percent(share, DIGITS)


def _text(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
