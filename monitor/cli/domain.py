"""`kulkul domain`: all that is known of one domain, on one card."""

from __future__ import annotations

import asyncio
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer
from rich.text import Text

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption, load
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import plain
from monitor.core.affected import places_of
from monitor.core.card import DomainCard, Section, Tone, card_json, sections
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from datetime import datetime

    from monitor.core.service import Registry
    from monitor.settings import Settings

_STYLES = {Tone.PLAIN: "", Tone.GOOD: "green", Tone.WARNING: "yellow", Tone.BAD: "bold red"}
_UNKNOWN = Sentence(
    "Tidak ada layanan di register yang memakai domain {name}{near}.",
    "No service of the register uses the domain {name}{near}.",
)
_NEAR = Sentence("; maksud Anda {near}?", "; did you mean {near}?")
_NO_DOMAIN = Sentence(
    "“{name}” bukan nama di bawah akhiran publik seperti go.id.",
    "“{name}” is not a name below a public suffix such as go.id.",
)
_WIDTH = 24


def domain(
    name: Annotated[
        str,
        typer.Argument(metavar="NAME", help="Domain atau host. A domain, or a host below it."),
    ],
    *,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Kartu satu domain: pendaftaran, delegasi, sertifikat, layanan, temuan. All about one domain.

    Yang ditampilkan adalah pengamatan terakhir yang tersimpan. It shows the looks last stored.
    """
    from datetime import UTC, datetime

    from monitor.registry.domains import registrable_of
    from monitor.registry.references import load_references

    settings, registry = load(config)
    wanted = registrable_of(name)
    if wanted is None:
        _refuse(lang.of(_NO_DOMAIN).format(name=plain(name)))
    now = datetime.now(UTC)
    card = asyncio.run(_read(settings, registry, wanted, now))
    if card is None:
        _refuse(_unknown(wanted, registry, lang))
    if as_json:
        references = load_references(settings.references)
        show_json(card_json(card, references, places_of(registry), settings.time_zone, now))
        return
    parts = sections(card, lang.value, settings.time_zone, now)
    show(Text(card.domain, style="bold"), *(line for part in parts for line in _lines(part)))


async def _read(settings: Settings, registry: Registry, wanted: str, now: datetime) -> DomainCard | None:
    from monitor.inspections.cards import read_card
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await read_card(store, registry, wanted, now)


def _lines(section: Section) -> list[Text]:
    """Return a section as indented lines, the labels in a column of their own."""
    found = [Text(""), Text(section.title, style="bold")]
    for row in section.rows:
        label = plain(row.label)
        first, *others = row.lines
        lead = f"  {label:<{_WIDTH}} "
        found.append(Text.assemble(lead, (plain(first), _STYLES[row.tone])))
        found += [Text(" " * (_WIDTH + 3) + plain(line)) for line in others]
    return found


def _unknown(wanted: str, registry: Registry, lang: Lang) -> str:
    from monitor.inspections.cards import domains_of

    near = get_close_matches(wanted, domains_of(registry), n=1)
    hint = lang.of(_NEAR).format(near=near[0]) if near else ""
    return lang.of(_UNKNOWN).format(name=plain(wanted), near=hint).replace("?.", "?")


def _refuse(sentence: str) -> NoReturn:
    talk().print(sentence)
    raise typer.Exit(Exit.CONFIGURATION)
