"""Announced windows as `kulkul window list` shows them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from enum import StrEnum
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.cli.options import Lang
from monitor.core.shape import moment
from monitor.core.window import Announcement, Occurrence, Scope, WindowSource
from monitor.registry.recurrence import last_occurrence, next_occurrence

NOTHING = "—"


class Phase(StrEnum):
    """How far a window has come, in the order in which windows are listed."""

    RUNNING = "running"
    COMING = "coming"
    OVER = "over"
    WITHDRAWN = "withdrawn"


_PHASES = {
    Lang.ID: {
        Phase.RUNNING: "berlangsung",
        Phase.COMING: "akan datang",
        Phase.OVER: "selesai",
        Phase.WITHDRAWN: "diakhiri",
    },
    Lang.EN: {
        Phase.RUNNING: "running",
        Phase.COMING: "coming",
        Phase.OVER: "over",
        Phase.WITHDRAWN: "ended",
    },
}
_STYLES = {Phase.RUNNING: "bold yellow", Phase.OVER: "dim", Phase.WITHDRAWN: "dim"}
_HEADS = {
    Lang.ID: ("Keadaan", "Jendela", "Judul", "Waktu ({zone})", "Terencana", "Sumber", "Untuk"),
    Lang.EN: ("State", "Window", "Title", "Time ({zone})", "Planned", "Source", "For"),
}
_PLANNED = {Lang.ID: {True: "ya", False: "tidak"}, Lang.EN: {True: "yes", False: "no"}}
_SOURCES = {
    Lang.ID: {WindowSource.FILE: "berkas", WindowSource.COMMAND: "perintah"},
    Lang.EN: {WindowSource.FILE: "file", WindowSource.COMMAND: "command"},
}
_SCOPES = {
    Lang.ID: {"services": "layanan", "agencies": "instansi", "governments": "pemerintah", "tags": "tag"},
    Lang.EN: {"services": "services", "agencies": "agencies", "governments": "governments", "tags": "tags"},
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One announcement as it stands now."""

    announcement: Announcement
    phase: Phase
    occurrence: Occurrence | None
    """The one that is running or comes next; or else the last."""

    @property
    def past(self) -> bool:
        """Whether nothing more will come of it."""
        return self.phase in (Phase.OVER, Phase.WITHDRAWN)


def entries(announcements: Sequence[Announcement], now: datetime) -> list[Entry]:
    """Return every announcement: what is running, what comes next and soonest, then the past."""
    return sorted((_entry(one, now) for one in announcements), key=_order)


def table(listed: Sequence[Entry], lang: Lang, zone: tzinfo) -> Table:
    """Return the table for people, with times of a zone."""
    shown = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS[lang]:
        shown.add_column(head.format(zone=datetime.now(zone).tzname()), overflow="fold")
    for entry in listed:
        window = entry.announcement.window
        shown.add_row(
            Text(_PHASES[lang][entry.phase], style=_STYLES.get(entry.phase, "")),
            window.id,
            window.title,
            NOTHING
            if entry.occurrence is None
            else span(entry.occurrence.starts_at, entry.occurrence.ends_at, zone),
            NOTHING if entry.occurrence is None else _PLANNED[lang][entry.occurrence.planned],
            _SOURCES[lang][entry.announcement.source],
            _scope(window.scope, lang),
        )
    return shown


def shape(entry: Entry) -> dict[str, Any]:
    """Return an entry as JSON: times in UTC, `starts` with its own offset; spans in seconds."""
    announcement, occurrence = entry.announcement, entry.occurrence
    window, scope = announcement.window, announcement.window.scope
    return {
        "id": window.id,
        "title": window.title,
        "state": entry.phase.value,
        "occurrence": None
        if occurrence is None
        else {
            "starts_at": moment(occurrence.starts_at),
            "ends_at": moment(occurrence.ends_at),
            "planned": occurrence.planned,
        },
        "source": announcement.source.value,
        "announced_at": moment(announcement.announced_at),
        "announced_by": announcement.announced_by,
        "withdrawn_at": moment(announcement.withdrawn_at),
        "services": sorted(scope.services),
        "agencies": sorted(scope.agencies),
        "governments": sorted(scope.governments),
        "tags": sorted(scope.tags),
        "starts": window.starts_at.isoformat(),
        "duration_seconds": window.duration.total_seconds(),
        "repeat": window.recurrence,
    }


def span(starts_at: datetime, ends_at: datetime, zone: tzinfo) -> str:
    """Return from when to when, on a zone's clock; the second day is left out where it is the first."""
    starts, ends = starts_at.astimezone(zone), ends_at.astimezone(zone)
    form = "%H:%M" if starts.date() == ends.date() else "%Y-%m-%d %H:%M"
    return f"{starts:%Y-%m-%d %H:%M} - {ends:{form}}"


def _entry(announcement: Announcement, now: datetime) -> Entry:
    if announcement.withdrawn_at is not None and announcement.withdrawn_at <= now:
        return Entry(announcement, Phase.WITHDRAWN, last_occurrence(announcement, now))
    occurrence = next_occurrence(announcement, now)
    if occurrence is None:
        return Entry(announcement, Phase.OVER, last_occurrence(announcement, now))
    return Entry(announcement, Phase.RUNNING if occurrence.starts_at <= now else Phase.COMING, occurrence)


def _order(entry: Entry) -> tuple[int, datetime]:
    at = entry.announcement.announced_at if entry.occurrence is None else entry.occurrence.starts_at
    return list(Phase).index(entry.phase), at.astimezone(UTC)


def _scope(scope: Scope, lang: Lang) -> str:
    found = {kind: sorted(getattr(scope, kind)) for kind in _SCOPES[lang]}
    return "; ".join(f"{_SCOPES[lang][kind]} {', '.join(names)}" for kind, names in found.items() if names)
