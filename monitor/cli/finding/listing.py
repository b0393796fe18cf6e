"""`kulkul findings`: all that is open, the worst first."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from datetime import timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.exits import Exit
from monitor.cli.finding.table import finding_table, worst_first
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import Reader, meet, plain
from monitor.core.affected import Places, affected
from monitor.core.finding import Finding, FindingSeverity
from monitor.core.finding_shape import finding_json
from monitor.core.reason import Sentence
from monitor.core.rulebook import RULES

if TYPE_CHECKING:
    from monitor.core.service import Registry
    from monitor.settings import Settings

_NO_DOMAIN = Sentence(
    "--domain: “{name}” bukan nama di bawah akhiran publik seperti go.id.",
    "--domain: “{name}” is not a name below a public suffix such as go.id.",
)
_NO_SUCH = Sentence("{option}: “{name}” tidak dikenal", "{option}: “{name}” is not known")
_NEAR = Sentence("; maksud Anda {near}?", "; did you mean {near}?")
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
            metavar="DAYS",
            min=1,
            max=36_500,
            help="Yang teratasi dalam sekian hari. Those mended within so many days.",
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
    wanted = _domain(domain, lang) if domain is not None else None
    if rule is not None:
        _hold_against(rule, "--rule", RULES, lang)
    if service is not None and reader.registry is not None:
        _hold_against(service, "--service", reader.registry.services, lang)
    listed = asyncio.run(_read(settings, reader, closed))
    if wanted is not None and reader.registry is not None:
        _hold_against(wanted, "--domain", {*_domains(reader.registry), *(one.domain for one in listed)}, lang)
    found = [
        one
        for one in listed
        if (wanted is None or one.domain == wanted)
        and (rule is None or one.identity.rule == rule)
        and one.severity.rank >= FindingSeverity(severity.value).rank
        and (accepted or one.closed_at is not None or not one.accepted(reader.now))
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


def _domain(text: str, lang: Lang) -> str:
    """Return the registrable domain of what was asked for."""
    from monitor.registry.domains import registrable_of

    found = registrable_of(text)
    if found is None:
        talk().print(lang.of(_NO_DOMAIN).format(name=plain(text)))
        raise typer.Exit(Exit.CONFIGURATION)
    return found


def _domains(registry: Registry) -> Collection[str]:
    from monitor.inspections.cards import domains_of

    return domains_of(registry)


def _hold_against(name: str, option: str, known: Collection[str], lang: Lang) -> None:
    """Refuse a name that does not exist, with what may be meant: no finding of it is no good news."""
    if name in known:
        return
    near = get_close_matches(name, list(known), n=1)
    hint = lang.of(_NEAR).format(near=near[0]) if near else "."
    talk().print(lang.of(_NO_SUCH).format(option=option, name=plain(name)) + hint)
    raise typer.Exit(Exit.CONFIGURATION)


async def _read(settings: Settings, reader: Reader, closed: int | None) -> list[Finding]:
    from monitor.store import Store
    from monitor.store.findings import closed_findings, open_findings

    async with await Store.open(settings.database.url, migrate=False) as store:
        if closed is not None:
            return await closed_findings(store, reader.now - timedelta(days=closed))
        return await open_findings(store)


def _concerns(finding: Finding, service_id: str, places: Places) -> bool:
    return service_id in finding.places or service_id in affected(finding, places)
