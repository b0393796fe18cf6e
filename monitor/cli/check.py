"""`kulkul check`: try services of the register once, now, without storing anything."""

from __future__ import annotations

import asyncio
import difflib
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from monitor.cli.exits import Exit, exit_for
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption, load
from monitor.cli.output import quiet, show, show_json, talk
from monitor.cli.story import outcome_text, remark
from monitor.core.reason import Outcome, Sentence
from monitor.core.result import Result
from monitor.core.service import Check, Registry
from monitor.core.shape import result_json

if TYPE_CHECKING:
    from monitor.settings import Settings

AT_ONCE = 50
"""Probes in flight: a person waits for the answer, but times measured in a crowd say little of the sites."""
SUGGESTED = 3
_NO_SUCH = Sentence("Tidak ada layanan “{id}” di register", "There is no service “{id}” in the register")
_NEAR = Sentence("; maksud Anda {near}?", "; did you mean {near}?")
_OR = Sentence(" atau ", " or ")
_NOTHING = Sentence(
    "Register tidak berisi layanan yang aktif hari ini.", "The register has no service that is active today."
)
_HEADS = {
    Lang.ID: ("Hasil", "Layanan", "Waktu", "Keterangan"),
    Lang.EN: ("Result", "Service", "Time", "Remark"),
}


def check(
    services: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SERVICE",
            help="Id layanan; kosong: semua yang aktif hari ini. Ids of services; none: all active today.",
        ),
    ] = None,
    *,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Periksa layanan sekali, tanpa menyimpan. Try services once, now; nothing is stored."""
    settings, registry = load(config)
    checks = _named(registry, services, lang) if services else _active(registry, settings)
    if not checks:
        talk().print(lang.of(_NOTHING))
        raise typer.Exit(Exit.CONFIGURATION)
    results = asyncio.run(_try_all(checks, settings))
    if as_json:
        show_json([{"check": one.check_id, **result_json(one)} for one in results])
    else:
        show(_table(results, lang))
        talk().print(_summary(results, lang))
    raise typer.Exit(exit_for([result.outcome for result in results]))


def _named(registry: Registry, wanted: Sequence[str], lang: Lang) -> list[Check]:
    unknown = [name for name in wanted if name not in registry.services]
    for name in unknown:
        near = _near(name, list(registry.services))
        hint = lang.of(_NEAR).format(near=lang.of(_OR).join(near)) if near else "."
        talk().print(lang.of(_NO_SUCH).format(id=name) + hint)
    if unknown:
        raise typer.Exit(Exit.CONFIGURATION)
    return [check for name in dict.fromkeys(wanted) for check in registry.services[name].checks]


def _near(name: str, known: Sequence[str]) -> list[str]:
    """Return ids that may be meant: those that contain what was written, or else those spelt alike."""
    containing = [one for one in known if name and name.lower() in one]
    return containing[:SUGGESTED] or difflib.get_close_matches(name.lower(), known, n=1)


def _active(registry: Registry, settings: Settings) -> list[Check]:
    from monitor.daemon.register import active_checks

    return active_checks(registry, settings, datetime.now(UTC))


async def _try_all(checks: Sequence[Check], settings: Settings) -> list[Result]:
    """Try every check, as politely as the daemon does: few at a time per host name."""
    from rich.progress import Progress

    from monitor import probes
    from monitor.daemon.vantage import make_vantage

    vantage = make_vantage(settings)
    places = asyncio.Semaphore(min(AT_ONCE, settings.probing.concurrency))
    hosts = {check.host: asyncio.Semaphore(settings.probing.per_host) for check in checks}
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
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS[lang]:
        table.add_column(head, overflow="fold")
    for result in results:
        spent = f"{result.duration / timedelta(milliseconds=1):.0f} ms"
        why = remark(result.reason, result.message, lang)
        table.add_row(outcome_text(result.outcome, lang), result.check_id, spent, why)
    return table


def _summary(results: Sequence[Result], lang: Lang) -> str:
    found = Counter(result.outcome for result in results)
    return ", ".join(
        f"{found[outcome]} {outcome_text(outcome, lang)}" for outcome in Outcome if found[outcome]
    )
