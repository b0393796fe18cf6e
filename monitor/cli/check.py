"""`kulkul check`: try services of the register once, now, without storing anything."""

from __future__ import annotations

import asyncio
import difflib
import json
from collections.abc import Sequence
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from monitor import probes
from monitor.cli.exits import Exit, exit_for
from monitor.cli.options import (
    DEFAULT_CONFIG,
    ConfigOption,
    JsonOption,
    Lang,
    LangOption,
    load,
    out,
    quiet,
    talk,
)
from monitor.cli.shape import result_json
from monitor.cli.story import outcome_text
from monitor.core.reason import SENTENCES
from monitor.core.result import Result
from monitor.core.service import Check, Registry
from monitor.daemon.vantage import make_vantage
from monitor.settings import Settings

AT_ONCE = 50


def check(
    services: Annotated[
        list[str] | None, typer.Argument(metavar="[SERVICE]...", help="Ids of services; none: all of them.")
    ] = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Periksa layanan sekali, tanpa menyimpan. Try services once, now; nothing is stored."""
    settings, registry = load(config)
    checks = _chosen(registry, services or [])
    results = asyncio.run(_try_all(checks, settings))
    if as_json:
        found = [{"check": one.check_id, **result_json(one)} for one in results]
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        out().print(_table(results, lang))
    raise typer.Exit(exit_for([result.outcome for result in results]))


def _chosen(registry: Registry, wanted: Sequence[str]) -> list[Check]:
    unknown = [name for name in wanted if name not in registry.services]
    for name in unknown:
        near = difflib.get_close_matches(name, registry.services, n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        talk().print(f"There is no service “{name}” in the register{hint}")
    if unknown:
        raise typer.Exit(Exit.CONFIGURATION)
    chosen = [registry.services[name] for name in dict.fromkeys(wanted)] or registry.services.values()
    checks = [check for service in chosen for check in service.checks]
    if not checks:
        talk().print("The register has no service to check.")
        raise typer.Exit(Exit.CONFIGURATION)
    return checks


async def _try_all(checks: Sequence[Check], settings: Settings) -> list[Result]:
    """Try every check, as politely as the daemon does: one at a time per host name."""
    vantage = make_vantage(settings)
    places = asyncio.Semaphore(AT_ONCE)
    hosts = {check.host: asyncio.Lock() for check in checks}
    with Progress(console=talk(), disable=quiet(), transient=True) as progress:
        bar = progress.add_task("", total=len(checks))

        async def one(check: Check) -> Result:
            async with hosts[check.host], places:
                result = await probes.run(check, vantage)
            progress.advance(bar)
            return result

        try:
            return await asyncio.gather(*(one(check) for check in checks))
        finally:
            await vantage.close()


def _table(results: Sequence[Result], lang: Lang) -> Table:
    heads = {
        Lang.ID: ("Hasil", "Layanan", "Waktu", "Keterangan"),
        Lang.EN: ("Result", "Service", "Time", "Remark"),
    }
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads[lang]:
        table.add_column(head, overflow="fold")
    for result in results:
        remark = ""
        if result.reason is not None:
            sentence = SENTENCES[result.reason]
            remark = f"{sentence.id if lang is Lang.ID else sentence.en} {result.message or ''}"
        time = f"{result.duration.total_seconds() * 1000:.0f} ms"
        table.add_row(outcome_text(result.outcome, lang), result.check_id, time, remark.strip())
    return table
