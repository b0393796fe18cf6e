"""`kulkul status`: what the store says, without asking the daemon."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import typer
from rich.table import Table
from rich.text import Text

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption, load, out, talk
from monitor.cli.shape import moment
from monitor.core.service import Registry
from monitor.core.status import CheckState, Status
from monitor.settings import Settings
from monitor.store import Store, StoredResult

_COLOURS = {
    Status.UP: "green",
    Status.DEGRADED: "yellow",
    Status.BLOCKED: "magenta",
    Status.DOWN: "bold red",
    Status.UNKNOWN: "dim",
}
NOTHING = "—"
_HEADS = {
    Lang.ID: ("Status", "Layanan", "Sejak", "Terakhir", "Waktu", "Keterangan"),
    Lang.EN: ("Status", "Service", "Since", "Last", "Time", "Remark"),
}


def status(
    *, as_json: JsonOption = False, lang: LangOption = Lang.ID, config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """Tampilkan status terakhir yang tersimpan. Show the status last stored of every check."""
    settings, registry = load(config)
    if not settings.database.path.exists():
        talk().print(
            f"There is no database at {settings.database.path} yet; start the daemon with: kulkul run"
        )
        raise typer.Exit(Exit.UNKNOWN)
    states, latest = asyncio.run(_read(settings))
    if as_json:
        typer.echo(json.dumps(_shape(registry, states, latest), ensure_ascii=False, indent=2))
    else:
        out().print(_table(registry, settings, states, latest, lang))
    shown = [state.status for check in registry.checks() if (state := states.get(check.id)) is not None]
    if any(one in (Status.DOWN, Status.BLOCKED) for one in shown):
        raise typer.Exit(Exit.BAD_ANSWER)
    unknown = len(shown) < sum(1 for _ in registry.checks()) or Status.UNKNOWN in shown
    raise typer.Exit(Exit.UNKNOWN if unknown else Exit.FINE)


async def _read(settings: Settings) -> tuple[dict[str, CheckState], dict[str, StoredResult]]:
    async with await Store.open(settings.database.url, migrate=False) as store:
        vantage = settings.vantage.name
        return await store.load_states(vantage), await store.latest_results(vantage)


def _shape(
    registry: Registry, states: dict[str, CheckState], latest: dict[str, StoredResult]
) -> list[dict[str, Any]]:
    found = []
    for service in registry.services.values():
        for check in service.checks:
            state, last = states.get(check.id), latest.get(check.id)
            found.append(
                {
                    "service": service.id,
                    "check": check.id,
                    "agency": service.agency_id,
                    "name": service.name,
                    "url": check.url,
                    "status": state.status.value if state else Status.UNKNOWN.value,
                    "since": moment(state.since_at) if state else None,
                    "confirming": state.confirming if state else False,
                    "last_probe": moment(last.started_at) if last else None,
                    "duration_seconds": round(last.duration.total_seconds(), 6) if last else None,
                    "outcome": last.outcome.value if last else None,
                    "stage": last.stage.value if last and last.stage else None,
                    "reason": last.reason.value if last and last.reason else None,
                    "message": last.message if last else None,
                }
            )
    return found


def _table(
    registry: Registry,
    settings: Settings,
    states: dict[str, CheckState],
    latest: dict[str, StoredResult],
    lang: Lang,
) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS[lang]:
        table.add_column(head, overflow="fold")
    for check in registry.checks():
        state, last = states.get(check.id), latest.get(check.id)
        now = state.status if state else Status.UNKNOWN
        since = f"{state.since_at.astimezone(settings.time_zone):%Y-%m-%d %H:%M}" if state else NOTHING
        at = f"{last.started_at.astimezone(settings.time_zone):%H:%M:%S}" if last else NOTHING
        spent = f"{last.duration.total_seconds() * 1000:.0f} ms" if last else NOTHING
        remark = (last.message or "") if last else ""
        table.add_row(Text(now.value, style=_COLOURS[now]), check.id, since, at, spent, remark)
    return table
