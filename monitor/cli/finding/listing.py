"""`kulkul findings`: all that is open, the worst first."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.finding.table import finding_table, worst_first
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import Reader, meet
from monitor.core.affected import Places, affected
from monitor.core.finding import Finding, FindingSeverity
from monitor.core.finding_shape import finding_json
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from monitor.settings import Settings

_NONE = Sentence("Tidak ada temuan yang cocok.", "No finding matches.")


class Least(StrEnum):
    """The severities by their names on the command line."""

    INFO = "info"
    MINOR = "minor"
    MODERATE = "moderate"
    SEVERE = "severe"


def findings(
    *,
    domain: Annotated[
        str | None, typer.Option(metavar="NAME", help="Hanya domain ini. Of this domain only.")
    ] = None,
    service: Annotated[
        str | None, typer.Option(metavar="ID", help="Hanya layanan ini. Of this service only.")
    ] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="RULE", help="Hanya aturan ini. Of this rule only.")
    ] = None,
    severity: Annotated[
        Least, typer.Option(help="Paling ringan yang ditampilkan. The least severe to show.")
    ] = Least.INFO,
    accepted: Annotated[
        bool, typer.Option("--accepted", help="Juga yang diterima. Accepted ones as well.")
    ] = False,
    closed: Annotated[
        int | None,
        typer.Option(
            metavar="DAYS", min=1, help="Yang teratasi dalam sekian hari. Those mended within so many days."
        ),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Tampilkan temuan, yang terberat di atas. List findings, the worst first."""
    from monitor.registry.references import load_references

    settings, reader = meet(config, lang)
    places = reader.places()
    found = [
        one
        for one in asyncio.run(_read(settings, reader, closed))
        if (domain is None or one.domain == domain.lower())
        and (rule is None or one.identity.rule == rule)
        and one.severity.rank >= FindingSeverity(severity.value).rank
        and (accepted or not one.accepted(reader.now))
        and (service is None or _concerns(one, service, places))
    ]
    ordered = worst_first(found)
    if as_json:
        references = load_references(settings.references)
        show_json([finding_json(one, references, places, reader.zone, reader.now) for one in ordered])
    elif ordered:
        show(finding_table(ordered, reader))
    else:
        talk().print(lang.of(_NONE))


async def _read(settings: Settings, reader: Reader, closed: int | None) -> list[Finding]:
    from monitor.store import Store
    from monitor.store.findings import closed_findings, open_findings

    async with await Store.open(settings.database.url, migrate=False) as store:
        if closed is not None:
            return await closed_findings(store, reader.now - timedelta(days=closed))
        return await open_findings(store)


def _concerns(finding: Finding, service_id: str, places: Places) -> bool:
    return service_id in finding.places or service_id in affected(finding, places)
