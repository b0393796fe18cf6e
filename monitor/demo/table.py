"""What the demo shows in the terminal: a live table, or a line for every change."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from rich.table import Table
from rich.text import Text

from monitor.core.reason import SENTENCES
from monitor.core.status import Status
from monitor.demo.news import blind, in_language
from monitor.web import Language, Row
from monitor.web.page import WORST_FIRST
from monitor.web.texts import SYMBOLS, TEXTS, Texts

_COLOURS = {
    Status.UP: "green",
    Status.DEGRADED: "yellow",
    Status.BLOCKED: "magenta",
    Status.DOWN: "bold red",
    Status.UNKNOWN: "dim",
}

_FRAME_LINES = 2
"""The head and the caption."""
_CLOCK_WIDTH = len("23:59:59")
_TIME_WIDTH = len("10,0 dtk")
_GAPS = 4 * 2
_LEAST_TEXT = 20
_TIME_HEADS = {Language.ID: "Waktu", Language.EN: "Time"}


def live_table(
    rows: Sequence[Row],
    zone: tzinfo,
    language: Language,
    *,
    blind_since: datetime | None,
    caption: str,
    width: int,
    lines: int,
) -> Table:
    """Return the table of services, the worst first; one line each, however narrow the terminal.

    Args:
        rows: in any order.
        zone: of the times.
        language: of the texts.
        blind_since: since when the monitor cannot see, which then stands above; None: it can.
        caption: stands below.
        width: columns of the terminal.
        lines: of the terminal; rows that do not fit give way to a line that counts them.
    """
    texts = TEXTS[language]
    ordered = sorted(rows, key=lambda row: (WORST_FIRST.index(row.status), row.name))
    title = None
    if blind_since is not None:
        said = f"● {blind(blind_since, zone, language)}"
        title = Text(said, style="bold yellow", no_wrap=True, overflow="ellipsis")
    room = max(1, lines - _FRAME_LINES - (title is not None))
    if len(ordered) > room:
        hidden = len(ordered) - room + 1
        caption = f"… +{hidden}\n{caption}"
        ordered = ordered[:-hidden]
    # Every width is given: left to itself, rich would shrink the narrow columns away first.
    status_width = max((len(texts.statuses[row.status]) for row in ordered), default=0) + len("✔ ")
    rest = max(_LEAST_TEXT, width - status_width - _CLOCK_WIDTH - _TIME_WIDTH - _GAPS)
    half = rest * 9 // 20
    table = Table(
        box=None,
        pad_edge=False,
        header_style="bold",
        title=title,
        title_justify="left",
        caption=caption,
        caption_justify="left",
    )
    table.add_column(texts.status, no_wrap=True, width=status_width)
    table.add_column(texts.service, no_wrap=True, overflow="ellipsis", width=half)
    table.add_column(texts.since, no_wrap=True, width=_CLOCK_WIDTH)
    table.add_column(_TIME_HEADS[language], no_wrap=True, justify="right", width=_TIME_WIDTH)
    table.add_column(texts.remark, no_wrap=True, overflow="ellipsis", width=rest - half)
    for row in ordered:
        table.add_row(
            status_text(row.status, language),
            Text.assemble(row.name, (f"  {row.agency}", "dim")),
            f"{row.since_at.astimezone(zone):%H:%M:%S}",
            response_time(row.duration, texts),
            remark(row, language),
        )
    return table


def status_text(status: Status, language: Language) -> Text:
    """Return symbol and word, coloured."""
    return Text(f"{SYMBOLS[status]} {TEXTS[language].statuses[status]}", style=_COLOURS[status])


def remark(row: Row, language: Language) -> str:
    """Say what there is to say: incident, maintenance, and what is wrong.

    The last in general terms; the particulars are in metrics, log and `kulkul probe`.
    """
    texts = TEXTS[language]
    parts = [row.incident or "", texts.maintenance if row.maintenance else ""]
    if row.reason is not None:
        sentence = in_language(SENTENCES[row.reason], language)
        parts.append(f"{texts.confirming} {sentence}" if row.status.works else sentence)
    return " · ".join(part for part in parts if part)


def change_line(row: Row, zone: tzinfo, language: Language) -> str:
    """Return one change as a line of text."""
    words = TEXTS[language]
    line = f"{row.since_at.astimezone(zone):%H:%M:%S} {SYMBOLS[row.status]} {words.statuses[row.status]}"
    said = remark(row, language)
    return f"{line}: {row.name} ({row.agency})" + (f" — {said}" if said else "")


def response_time(duration: timedelta | None, texts: Texts) -> str:
    """Return a duration as the status page writes it."""
    if duration is None:
        return ""
    seconds = duration.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} {texts.seconds}".replace(".", texts.decimal)
