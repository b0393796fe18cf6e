"""`kulkul window`: maintenance, announced, listed and ended by hand."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from monitor.cli.deed import ByOption, ReasonOption, doer, printable
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption, load
from monitor.cli.output import show, show_json, talk
from monitor.core.reason import Sentence
from monitor.core.window import Announcement, Window, WindowSource

if TYPE_CHECKING:
    from monitor.settings import Settings

app = typer.Typer(no_args_is_help=True, help="Jendela pemeliharaan. Maintenance windows.")

_ANNOUNCED = Sentence(
    "Diumumkan: {id}, {span}{repeat}; {count} layanan.", "Announced: {id}, {span}{repeat}; {count} services."
)
_REPEATED = Sentence(", lalu berulang ({rule})", ", and again by {rule}")
_LATE = Sentence(
    "Jendela ini sudah dimulai, jadi kali ini tidak dihitung sebagai pemeliharaan terencana.",
    "This window has begun already, so this time it does not count as planned.",
)
_PAST = Sentence(
    "Jendela ini sudah lewat: ia dicatat, tetapi tidak dihitung sebagai pemeliharaan terencana.",
    "This window is over already: it is on record, but does not count as planned.",
)
_TAKEN = Sentence(
    "Jendela {id} sudah diumumkan; pilih id lain, atau akhiri dahulu: kulkul window end {id}",
    "Window {id} is announced already; choose another id, or end it first: kulkul window end {id}",
)
_IN_FILE = Sentence(
    "Jendela {id} tertulis di {path}; ubah atau hapus di sana.",
    "Window {id} stands in {path}; change it or remove it there.",
)
_LEFT_FILE = Sentence(
    "Jendela {id} sudah dihapus dari {path}; pemantau mengakhirinya begitu ia membaca berkas itu.",
    "Window {id} was removed from {path}; the daemon ends it as soon as it reads that file.",
)
_ENDED = Sentence("Diakhiri: {id}, mulai {at}.", "Ended: {id}, as of {at}.")
_OVER = Sentence(
    "Jendela {id} sudah selesai; tidak ada yang perlu diakhiri.",
    "Window {id} is over already; there is nothing to end.",
)
_NO_WINDOW = Sentence(
    "Tidak ada jendela {id} yang diumumkan{near}", "There is no announced window {id}{near}"
)
_NEAR = Sentence("; maksud Anda {near}?", "; did you mean {near}?")
_UNREAD = Sentence(
    "Belum dibaca pemantau, jadi belum diumumkan: {ids} (di {path}).",
    "Not yet read by the daemon, and so not announced: {ids} (in {path}).",
)
_NOTHING = Sentence(
    "Tidak ada jendela pemeliharaan yang berlangsung atau akan datang; --all menampilkan yang sudah lewat.",
    "No maintenance window is running or coming; --all shows those of the past.",
)


def _scope_option(name: str, indonesian: str, english: str) -> Any:
    return typer.Option(
        f"--{name}", metavar="ID", help=f"{indonesian}; boleh berulang. {english}; repeatable."
    )


@app.command("add", short_help="Umumkan pemeliharaan. Announce maintenance.")
def add(
    window_id: Annotated[
        str, typer.Argument(metavar="ID", help="Nama pendek, unik. A short name of its own.")
    ],
    *,
    title: Annotated[str, typer.Option(help="Apa yang dikerjakan. What is done.")],
    starts: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="Mulai, mis. “2026-11-28 22:00”, menurut zona setelan. Start, in the settings' zone.",
        ),
    ],
    ends: Annotated[str | None, typer.Option(metavar="TIME", help="Selesai. End; or --duration.")] = None,
    duration: Annotated[
        str | None, typer.Option(metavar="SPAN", help="Lamanya: 30m, 6h. How long; or --ends.")
    ] = None,
    service: Annotated[list[str] | None, _scope_option("service", "Layanan", "A service")] = None,
    agency: Annotated[list[str] | None, _scope_option("agency", "Instansi", "An agency")] = None,
    government: Annotated[list[str] | None, _scope_option("government", "Pemerintah", "A government")] = None,
    tag: Annotated[list[str] | None, _scope_option("tag", "Layanan bertag", "Services with a tag")] = None,
    repeat: Annotated[
        str | None,
        typer.Option(metavar="RRULE", help="Aturan ulang RFC 5545: FREQ=WEEKLY;BYDAY=SU. Recurrence rule."),
    ] = None,
    by: ByOption = None,
    reason: ReasonOption = "",
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Umumkan pemeliharaan. Announce maintenance; a running daemon sees it within seconds.

    Hanya yang diumumkan sebelum dimulai yang dihitung sebagai terencana.

    Only what is announced before it begins counts as planned.
    """
    from monitor.cli.window.announcing import read_window
    from monitor.registry.windows import load_windows

    who, why = doer(by), printable(reason, "--reason")
    settings, registry = load(config)
    times = {
        "id": window_id,
        "title": printable(title, "--title"),
        "starts": starts,
        "ends": ends,
        "duration": duration,
    }
    scope = {"services": service, "agencies": agency, "governments": government, "tags": tag}
    window = read_window(
        {**times, "repeat": repeat}, {key: ids or [] for key, ids in scope.items()}, settings, registry, lang
    )
    if window.id in {one.id for one in load_windows(settings.windows, settings, registry)}:
        _refuse(lang.of(_IN_FILE).format(id=window.id, path=settings.windows))
    announcement = Announcement(
        window=window, source=WindowSource.COMMAND, announced_at=datetime.now(UTC), announced_by=who
    )
    if not asyncio.run(_announce(settings, announcement, why)):
        _refuse(lang.of(_TAKEN).format(id=window.id))
    count = sum(window.scope.covers(one, registry) for one in registry.services.values())
    _tell(announcement, count, settings, lang)


@app.command("list", short_help="Tampilkan jendela pemeliharaan. Show the windows.")
def show_list(
    *,
    everything: Annotated[
        bool, typer.Option("--all", help="Juga yang sudah lewat. Also those of the past.")
    ] = False,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Tampilkan jendela pemeliharaan. Show what maintenance is running, and what comes next."""
    from monitor.cli.window.calendar import entries, shape, table
    from monitor.registry.windows import load_windows

    settings, registry = load(config)
    from_file = load_windows(settings.windows, settings, registry)
    announcements = asyncio.run(_announced(settings))
    found = entries(announcements, datetime.now(UTC))
    listed = [entry for entry in found if everything or not entry.past]
    if as_json:
        show_json([shape(entry) for entry in listed])
    elif listed:
        show(table(listed, lang, settings.time_zone))
    else:
        talk().print(lang.of(_NOTHING))
    unread = _unread(from_file, announcements)
    if unread:
        talk().print(lang.of(_UNREAD).format(ids=", ".join(unread), path=settings.windows))


@app.command("end", short_help="Akhiri atau batalkan jendela. End a window, or call it off.")
def end(
    window_id: Annotated[str, typer.Argument(metavar="ID", help="Id jendela. The window's id.")],
    *,
    by: ByOption = None,
    reason: ReasonOption = "",
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Akhiri jendela sekarang juga, atau batalkan. End a window now, or call it off before it begins."""
    from monitor.registry.windows import load_windows

    who, why = doer(by), printable(reason, "--reason")
    settings, registry = load(config)
    now = datetime.now(UTC)
    announcements = asyncio.run(_announced(settings))
    in_file = {one.id for one in load_windows(settings.windows, settings, registry)}
    why_not = _why_not_to_end(window_id, announcements, in_file, now)
    if why_not is None and not asyncio.run(_withdraw(settings, window_id, who, why, now)):
        why_not = _NO_WINDOW  # somebody else was quicker
    if why_not is not None:
        near = get_close_matches(window_id, [one.window.id for one in announcements if _stands(one)], n=1)
        hint = lang.of(_NEAR).format(near=near[0]) if near else "."
        _refuse(lang.of(why_not).format(id=window_id, path=settings.windows, near=hint))
    at = now.astimezone(settings.time_zone)
    talk().print(lang.of(_ENDED).format(id=window_id, at=f"{at:%Y-%m-%d %H:%M:%S %Z}"))


def _unread(from_file: Sequence[Window], announcements: Sequence[Announcement]) -> list[str]:
    """Return the ids of the file's windows that no daemon has read as they stand there now."""
    from monitor.store.windows import definition

    read = {
        (one.window.id, definition(one.window))
        for one in announcements
        if one.source is WindowSource.FILE and _stands(one)
    }
    return [window.id for window in from_file if (window.id, definition(window)) not in read]


async def _announced(settings: Settings) -> list[Announcement]:
    from monitor.store import Store
    from monitor.store.windows import announced

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await announced(store)


async def _announce(settings: Settings, announcement: Announcement, reason: str) -> bool:
    from monitor.store import Store
    from monitor.store.windows import announce

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await announce(
            store,
            announcement.window,
            announcement.source,
            announcement.announced_by,
            announcement.announced_at,
            reason=reason,
        )


async def _withdraw(settings: Settings, window_id: str, who: str, reason: str, at: datetime) -> bool:
    from monitor.store import Store
    from monitor.store.windows import withdraw

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await withdraw(store, window_id, at, by=who, reason=reason)


def _tell(announcement: Announcement, count: int, settings: Settings, lang: Lang) -> None:
    """Say what was announced, and whether it was too late."""
    from monitor.cli.window.calendar import span
    from monitor.registry.recurrence import next_occurrence

    window = announcement.window
    repeated = "" if window.recurrence is None else lang.of(_REPEATED).format(rule=window.recurrence)
    when = span(window.starts_at, window.starts_at.astimezone(UTC) + window.duration, settings.time_zone)
    talk().print(lang.of(_ANNOUNCED).format(id=window.id, span=when, repeat=repeated, count=count))
    coming = next_occurrence(announcement, announcement.announced_at)
    if coming is None:
        talk().print(lang.of(_PAST))
    elif not coming.planned:
        talk().print(lang.of(_LATE))


def _why_not_to_end(
    window_id: str, announcements: Sequence[Announcement], in_file: AbstractSet[str], now: datetime
) -> Sentence | None:
    """Return why a window cannot be ended by command; None: it can."""
    from monitor.registry.recurrence import next_occurrence

    standing = [one for one in announcements if one.window.id == window_id and _stands(one)]
    for one in standing:
        if one.source is WindowSource.COMMAND:
            return _OVER if next_occurrence(one, now) is None else None
    if window_id in in_file:
        return _IN_FILE
    return _LEFT_FILE if standing else _NO_WINDOW


def _stands(announcement: Announcement) -> bool:
    return announcement.withdrawn_at is None


def _refuse(said: str) -> NoReturn:
    talk().print(said)
    raise typer.Exit(Exit.CONFIGURATION)
