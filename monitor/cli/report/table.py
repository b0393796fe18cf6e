"""A report as a table for the terminal; pure."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from rich.table import Table

from monitor.cli.incident.words import span_words
from monitor.cli.options import Lang
from monitor.cli.reader import NOTHING, plain
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from monitor.reports.report import Report

_HEADS = {
    Lang.ID: (
        "Instansi",
        "Layanan",
        "Ketersediaan",
        "Target",
        "Gangguan",
        "Terlama",
        "Cakupan",
        "Perbandingan",
    ),
    Lang.EN: ("Agency", "Service", "Availability", "Target", "Outages", "Longest", "Coverage", "Comparison"),
}
_TEXTS = (0, 1, 7)
"""Columns that are no numbers."""
_ALL = Sentence("Semua", "All")


def report_table(report: Report, lang: Lang) -> Table:
    """Return each service's figures, and those of all together."""
    from monitor.reports.words import TRENDS

    table = Table(box=None, pad_edge=False, header_style="bold")
    for number, head in enumerate(_HEADS[lang]):
        table.add_column(head, overflow="fold", justify="left" if number in _TEXTS else "right")
    for one in report.services:
        figures = one.availability
        table.add_row(
            plain(one.agency.short_name or one.agency.name),
            plain(one.service.name),
            _percent(figures.ratio),
            _percent(one.target),
            str(len(figures.outages)),
            _span(figures.longest_outage, lang),
            _percent(figures.coverage),
            TRENDS[one.trend].of(lang.value),
            style="bold red" if one.met is False else None,
        )
    whole = report.whole.availability
    table.add_row(
        lang.of(_ALL),
        str(len(report.services)),
        _percent(whole.ratio),
        "",
        str(len(whole.outages)),
        _span(whole.longest_outage, lang),
        _percent(whole.coverage),
        TRENDS[report.whole.trend].of(lang.value),
        style="bold",
    )
    return table


def _percent(share: Fraction | None) -> str:
    from monitor.core.accounting.availability import DIGITS, percent

    return NOTHING if share is None else f"{percent(share, DIGITS)}%"


def _span(span: timedelta, lang: Lang) -> str:
    return span_words(span, lang) if span else NOTHING
