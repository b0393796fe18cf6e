"""Formats of reports: one module and one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from monitor.reports.formats.csv import csv_bytes
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


FORMATS: Mapping[str, Format] = {
    "csv": Format("csv", csv_bytes),
    "html": Format("html", html_bytes, begins=b"<!doctype"),
    "json": Format("json", json_bytes, begins=b"{"),
    "pdf": Format("pdf", pdf_bytes, begins=b"%PDF-", readable=False),
    "xlsx": Format("xlsx", xlsx_bytes, begins=b"PK", readable=False),
}
