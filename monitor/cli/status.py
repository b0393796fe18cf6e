"""`kulkul status`: what the store says, without asking the daemon."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import typer
from rich.table import Table
from rich.text import Text

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption, load
from monitor.cli.output import show, show_json, talk
from monitor.cli.story import remark
from monitor.core.reason import Sentence
from monitor.core.service import Check, Registry
from monitor.core.shape import moment
from monitor.core.status import CheckState, Status
from monitor.core.window import Announcement

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import StoredResult

LOOK_BACK = timedelta(hours=1)
MOMENT = timedelta(microseconds=1)
LONGEST_SILENCE = timedelta(seconds=30)
"""Six heartbeats: a slow disk may keep back a few, a daemon that runs does not keep back six."""
NOTHING = "—"
_COLOURS = {
    Status.UP: "green",
    Status.DEGRADED: "yellow",
    Status.BLOCKED: "magenta",
    Status.DOWN: "bold red",
    Status.UNKNOWN: "dim",
}
_HEADS = {
    Lang.ID: ("Status", "Layanan", "Sejak ({zone})", "Terakhir", "Waktu", "Keterangan"),
    Lang.EN: ("Status", "Service", "Since ({zone})", "Last", "Time", "Remark"),
}
_NO_DATABASE = Sentence(
    "Belum ada basis data di {path}; jalankan pemantau dahulu: kulkul run",
    "There is no database at {path} yet; start the daemon with: kulkul run",
)
_NEVER = Sentence(
    "Pemantau belum pernah berjalan dengan basis data {path}; jalankan: kulkul run",
    "No daemon has ever run on the database {path}; start it with: kulkul run",
)
_NOT_RUNNING = Sentence(
    "Pemantau tidak berjalan sejak {at}; yang ditampilkan adalah keadaan pada saat itu.",
    "The daemon has not been running since {at}; this is how things stood then.",
)


@dataclass(frozen=True, slots=True)
class _Stored:
    states: dict[str, CheckState]
    latest: dict[str, StoredResult]
    seen_until: datetime | None
    announcements: list[Announcement]


def status(
    *, as_json: JsonOption = False, lang: LangOption = Lang.ID, config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """Tampilkan status terakhir yang tersimpan. Show the status last stored of every check.

    Kode keluar: 0 semua berfungsi, 1 ada gangguan, 3 tidak dapat dipastikan (juga bila pemantau mati).

    Exit code: 0 all work, 1 something is down, 3 not known (also when the daemon is not running).
    """
    from monitor.daemon.register import active_checks

    settings, registry = load(config)
    if settings.database.missing:
        talk().print(lang.of(_NO_DATABASE).format(path=settings.database.name))
        raise typer.Exit(Exit.UNKNOWN)
    now = datetime.now(UTC)
    checks = active_checks(registry, settings, now)
    stored = asyncio.run(_read(settings, checks))
    maintained = _maintained(registry, stored.announcements, now)
    if as_json:
        show_json([_shape(registry, check, stored, maintained) for check in checks])
    else:
        show(_table(checks, stored, maintained, settings, lang))
    silent = _silence(stored, settings, now)
    if silent is not None:
        talk().print(lang.of(silent[0]).format(**silent[1]))
        raise typer.Exit(Exit.UNKNOWN)
    raise typer.Exit(_exit([_status(check, stored) for check in checks]))


async def _read(settings: Settings, checks: Sequence[Check]) -> _Stored:
    from monitor.store import Store
    from monitor.store.windows import announced

    # Twice the longest interval: the newest result of the most seldom probed check is up to one interval old,
    # and the one that replaces it may be late.
    within = max([LOOK_BACK, *(2 * check.interval for check in checks)])
    vantage = settings.vantage.name
    async with await Store.open(settings.database.url, migrate=False) as store:
        return _Stored(
            states=await store.load_states(vantage),
            latest=await store.latest_results(vantage, within),
            seen_until=await store.seen_until(vantage),
            announcements=await announced(store),
        )


def _silence(stored: _Stored, settings: Settings, now: datetime) -> tuple[Sentence, dict[str, object]] | None:
    """Return what to say where no daemon is at work: the states are not those of now."""
    if stored.seen_until is None:
        return _NEVER, {"path": settings.database.name}
    if now - stored.seen_until <= LONGEST_SILENCE:
        return None
    return _NOT_RUNNING, {"at": f"{stored.seen_until.astimezone(settings.time_zone):%Y-%m-%d %H:%M:%S %Z}"}


def _exit(statuses: Sequence[Status]) -> Exit:
    if Status.DOWN in statuses or Status.BLOCKED in statuses:
        return Exit.BAD_ANSWER
    return Exit.UNKNOWN if Status.UNKNOWN in statuses else Exit.FINE


def _status(check: Check, stored: _Stored) -> Status:
    state = stored.states.get(check.id)
    return state.status if state else Status.UNKNOWN


def _maintained(registry: Registry, announcements: Sequence[Announcement], now: datetime) -> set[str]:
    """Return the ids of the services that are under announced maintenance."""
    from monitor.registry.recurrence import occurrences

    scopes = [one.window.scope for one in announcements if occurrences(one, now, now + MOMENT)]
    return {
        service.id
        for service in registry.services.values()
        if any(scope.covers(service, registry) for scope in scopes)
    }


def _shape(registry: Registry, check: Check, stored: _Stored, maintained: AbstractSet[str]) -> dict[str, Any]:
    service = registry.services[check.service_id]
    state, last = stored.states.get(check.id), stored.latest.get(check.id)
    return {
        "service": service.id,
        "check": check.id,
        "agency": service.agency_id,
        "name": service.name,
        "url": check.url,
        "status": _status(check, stored).value,
        "since": moment(state.since_at) if state else None,
        "confirming": state.confirming if state else False,
        "maintenance": service.id in maintained,
        "last_probe": moment(last.started_at) if last else None,
        "duration_seconds": round(last.duration.total_seconds(), 6) if last else None,
        "outcome": last.outcome.value if last else None,
        "stage": last.stage.value if last and last.stage else None,
        "reason": last.reason.value if last and last.reason else None,
        "message": last.message if last else None,
    }


def _table(
    checks: Sequence[Check], stored: _Stored, maintained: AbstractSet[str], settings: Settings, lang: Lang
) -> Table:
    from monitor.web import Language
    from monitor.web.texts import SYMBOLS, TEXTS  # the words of the status page: no two places disagree

    texts = TEXTS[Language(lang)]
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS[lang]:
        table.add_column(head.format(zone=datetime.now(settings.time_zone).tzname()), overflow="fold")
    for check in checks:
        state, last = stored.states.get(check.id), stored.latest.get(check.id)
        now = _status(check, stored)
        since, at, spent, why = NOTHING, NOTHING, NOTHING, ""
        if state is not None:
            since = f"{state.since_at.astimezone(settings.time_zone):%Y-%m-%d %H:%M}"
        if last is not None:
            at = f"{last.started_at.astimezone(settings.time_zone):%Y-%m-%d %H:%M:%S}"
            spent = f"{last.duration / timedelta(milliseconds=1):.0f} ms"
            why = remark(last.reason, last.message, lang)
        if state is not None and state.confirming and why:
            why = f"{texts.confirming} {why}"
        word = Text(f"{SYMBOLS[now]} {texts.statuses[now]}", style=_COLOURS[now])
        if check.service_id in maintained:
            word.append(f" ({texts.maintenance})", style="not bold default")
        table.add_row(word, check.id, since, at, spent, why)
    return table
