"""Formats of reports: one module and one line each."""

from __future__ import annotations

import codecs
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.reports.formats.csv import csv_bytes, excel_csv_bytes
from monitor.reports.formats.html import html_bytes
from monitor.reports.formats.json import json_bytes
from monitor.reports.formats.pdf import pdf_bytes
from monitor.reports.formats.xlsx import xlsx_bytes
from monitor.reports.report import Report


@dataclass(frozen=True, slots=True)
class Format:
    """How a report is written."""

    suffix: str
    write: Callable[[Report, str], bytes]
    """From a report and a language (id or en) to the bytes of a file; the same for the same report.

    Raises `monitor.reports.formats.errors.FormatError` where that cannot be done.
    """
    begins: bytes = b""
    """How such a file begins; empty: in no certain way."""
    readable: bool = True
    """Whether it is text that a terminal can show."""
    media_type: str = "application/octet-stream"
    """As HTTP names it."""


_CSV = "text/csv; charset=utf-8; header=present"
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMATS: Mapping[str, Format] = {
    "csv": Format("csv", csv_bytes, media_type=_CSV),
    "csv-excel": Format("csv", excel_csv_bytes, begins=codecs.BOM_UTF8, media_type=_CSV),
    "html": Format("html", html_bytes, begins=b"<!doctype", media_type="text/html; charset=utf-8"),
    "json": Format("json", json_bytes, begins=b"{", media_type="application/json"),
    "pdf": Format("pdf", pdf_bytes, begins=b"%PDF-", readable=False, media_type="application/pdf"),
    "xlsx": Format("xlsx", xlsx_bytes, begins=b"PK", readable=False, media_type=_XLSX),
}
