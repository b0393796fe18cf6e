"""A report as a workbook: a sheet for each table, with numbers, times and spans that can be reckoned with."""

from __future__ import annotations

import io
import re
from datetime import datetime, timedelta, tzinfo
from decimal import Decimal
from fractions import Fraction
from textwrap import wrap
from typing import TYPE_CHECKING

from xlsxwriter import Workbook

from monitor.core.accounting.availability import DIGITS, percent
from monitor.core.reason import Sentence
from monitor.reports.report import Report
from monitor.reports.tables import Cell, Table, tables
from monitor.reports.words import CUT, TITLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

MOST_ROWS = 1_048_574
"""That a sheet holds beside the heading and one line that says what is missing."""
_LONGEST_TEXT = 32_767
"""Characters that a cell holds."""
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_WIDEST, _MARGIN, _FILTER_BUTTON = 48, 3, 2
"""Of columns, in digits."""
_LINE, _MOST_LINES = 15, 20
"""Height of a line in points."""
_A4 = 9
_DAY = timedelta(days=1)


class _Styles:
    """How cells look, by what they are."""

    def __init__(self, book: Workbook) -> None:
        head = {"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1}
        top = {"valign": "top"}
        self.head = book.add_format({**head, "indent": 1})
        self.number_head = book.add_format({**head, "align": "right"})
        # Set off, or they stick to the number in the column before.
        self.text = book.add_format({**top, "text_wrap": True, "align": "left", "indent": 1})
        self.count = book.add_format({**top, "num_format": "0"})
        self.share = book.add_format({**top, "num_format": f"0.{'0' * DIGITS}%"})
        self.span = book.add_format({**top, "num_format": "[h]:mm:ss"})
        self.moment = book.add_format(
            {**top, "num_format": "yyyy-mm-dd hh:mm:ss", "align": "left", "indent": 1}
        )


def xlsx_bytes(report: Report, language: str) -> bytes:
    """Return the file; its times are on the clock of the register's zone, which the last sheet names."""
    memory = io.BytesIO()
    book = Workbook(memory, {"in_memory": True})
    title = TITLE.of(language).format(period=report.period.name)
    # The library would write down when the file was made; the same report is to be the same to the byte.
    book.set_properties({"title": title, "created": report.generated_at.replace(tzinfo=None)})
    styles = _Styles(book)
    for table in tables(report):
        sheet = book.add_worksheet(table.title.of(language))
        _fill(sheet, table, styles, report.period.zone, language)
        sheet.set_header(f"&L{title.replace('&', '&&')}&R&A")
        sheet.set_footer("&R&P / &N")
    book.close()
    return memory.getvalue()


def _fill(sheet: Worksheet, table: Table, styles: _Styles, zone: tzinfo, language: str) -> None:
    widths = _widths(table, language)
    for column, (one, width) in enumerate(zip(table.columns, widths, strict=True)):
        numbers = any(isinstance(row[column], int | Fraction | timedelta) for row in table.rows[:1])
        sheet.write_string(0, column, one.head.of(language), styles.number_head if numbers else styles.head)
        sheet.set_column(column, column, width)
    heads = [one.head for one in table.columns]
    for number, row in enumerate([tuple(heads), *table.rows]):
        if (lines := _lines(row, widths, language)) > 1:
            sheet.set_row(number, lines * _LINE)  # not every program does that by itself
    for number, row in enumerate(table.rows[:MOST_ROWS], start=1):
        for column, cell in enumerate(row):
            _write(sheet, number, column, cell, styles, zone, language)
    if (left := len(table.rows) - MOST_ROWS) > 0:
        sheet.write_string(MOST_ROWS + 1, 0, CUT.of(language).format(count=left), styles.head)
    sheet.autofilter(0, 0, max(len(table.rows), 1), len(widths) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)


def _widths(table: Table, language: str) -> list[int]:
    """Return how wide the columns are, in digits: as their cells and the longest word above them need."""
    widths = [max(map(len, one.head.of(language).split())) + _FILTER_BUTTON for one in table.columns]
    for row in table.rows:
        widths = [max(old, _width(cell, language)) for old, cell in zip(widths, row, strict=True)]
    return [min(one, _WIDEST) + _MARGIN for one in widths]


def _lines(row: Sequence[Cell], widths: Sequence[int], language: str) -> int:
    """Return how many lines the longest text of a row is broken into."""
    texts = [
        (_text(cell, language), width - _MARGIN)
        for cell, width in zip(row, widths, strict=True)
        if isinstance(cell, str | Sentence)
    ]
    return min(max((len(wrap(text, width)) for text, width in texts), default=1), _MOST_LINES)


def _write(
    sheet: Worksheet, row: int, column: int, cell: Cell, styles: _Styles, zone: tzinfo, language: str
) -> None:
    def number(value: float, style: Format) -> None:
        sheet.write_number(row, column, value, style)

    match cell:
        case None:
            sheet.write_blank(row, column, None, styles.text)
        case int():
            number(cell, styles.count)
        case Fraction():
            # Rounded down to what is shown: a spreadsheet would round the rest to the nearest.
            number(float(Decimal(percent(cell, DIGITS)) / 100), styles.share)
        case timedelta():
            number(cell / _DAY, styles.span)
        case datetime():
            local = cell.astimezone(zone).replace(tzinfo=None)
            sheet.write_datetime(row, column, local, styles.moment)
        case str() | Sentence():
            # Never as a formula or link, whatever it begins with: names come from outside.
            sheet.write_string(row, column, _text(cell, language), styles.text)


def _width(cell: Cell, language: str) -> int:
    match cell:
        case None:
            return 0
        case str() | Sentence():
            return len(_text(cell, language))
        case int():
            return len(str(cell))
        case datetime():
            return len("2026-10-01 00:00:00")
        case _:
            return len("100.000%")


def _text(cell: str | Sentence, language: str) -> str:
    text = cell if isinstance(cell, str) else cell.of(language)
    return _UNPRINTABLE.sub(" ", text.encode("utf-8", "backslashreplace").decode())[:_LONGEST_TEXT]
