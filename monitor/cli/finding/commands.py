"""The commands `show`, `accept` and `revoke`."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from monitor.cli.deed import ByOption, doer, printable
from monitor.cli.exits import Exit
from monitor.cli.finding.table import finding_lines
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import meet
from monitor.core.finding import Acceptance, finding_name, finding_number
from monitor.core.finding_shape import finding_json
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store

_Answer = TypeVar("_Answer")

LONGEST = timedelta(days=366)
"""Within a year somebody must look at it again, and answer for it again."""

app = typer.Typer(no_args_is_help=True, help="Satu temuan. One finding: see it, accept it.")

_NO_NUMBER = Sentence(
    "“{name}” bukan nomor temuan; tulis seperti FND-000123 atau FND-123.",
    "“{name}” is not the number of a finding; write it like FND-000123 or FND-123.",
)
_UNKNOWN = Sentence(
    "Tidak ada temuan {name}; lihat: kulkul findings", "There is no finding {name}; see: kulkul findings"
)
_NOT_OPEN = Sentence(
    "Tidak ada temuan {name} yang terbuka; lihat: kulkul findings",
    "No finding {name} is open; see: kulkul findings",
)
_NOT_ACCEPTED = Sentence(
    "{name} tidak sedang diterima; tidak ada yang diubah.", "{name} is not accepted; nothing was changed."
)
_NO_DAY = Sentence(
    "--until: tulis tanggal seperti 2027-01-31, bukan “{text}”.",
    "--until: write a date like 2027-01-31, not “{text}”.",
)
_PAST = Sentence("--until: {day} sudah lewat.", "--until: {day} has passed.")
_TOO_LONG = Sentence(
    "--until: paling lama satu tahun, sampai {day}; sesudah itu temuan perlu ditinjau lagi.",
    "--until: a year at most, until {day}; by then somebody must look at it again.",
)
_NO_REASON = Sentence("--reason: tulis alasannya.", "--reason: write why.")
_ACCEPTED = Sentence(
    "{name} diterima sampai akhir {day}; tercatat dalam log audit.",
    "{name} is accepted until the end of {day}; the audit log has it.",
)
_REVOKED = Sentence("Penerimaan {name} dicabut.", "{name} is no longer accepted.")

NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help="FND-000123, atau singkatnya FND-123. Or FND-123 for short.")
]
WhyOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help="Mengapa. Why.")]


@app.command("show", short_help="Satu temuan selengkapnya. Everything about one finding.")
def show_finding(
    number: NumberArgument,
    *,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Satu temuan selengkapnya: apa masalahnya, cara memperbaikinya. What is wrong, and how to mend it."""
    from monitor.registry.references import load_references
    from monitor.store.findings import findings

    wanted = _number(number, lang)
    settings, reader = meet(config, lang)
    found = asyncio.run(_with_store(settings, lambda store: findings(store, [wanted])))
    if not found:
        _refuse(_UNKNOWN, lang, name=number)
    references = load_references(settings.references)
    if as_json:
        show_json(finding_json(found[0], references, reader.places(), reader.zone, reader.now))
    else:
        show(*finding_lines(found[0], references, reader))


@app.command("accept", short_help="Terima temuan untuk sementara. Accept a finding for a time.")
def accept_finding(
    number: NumberArgument,
    *,
    until: Annotated[
        str, typer.Option(metavar="DATE", help="Sampai akhir tanggal ini. Until the end of this day.")
    ],
    reason: WhyOption,
    by: ByOption = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Terima temuan apa adanya untuk sementara. Leave a finding as it is for a time, and answer for that.

    Selama diterima, temuan tidak dikabarkan. While it is accepted nobody is told of it.
    """
    from monitor.settings import load_settings
    from monitor.store.findings import accept

    wanted = _number(number, lang)
    settings, now = load_settings(config), datetime.now(UTC)
    why = printable(reason, "--reason")
    if not why:
        _refuse(_NO_REASON, lang)
    day, end = _end_of(until, settings.time_zone, now, lang)
    acceptance = Acceptance(until=end, by=doer(by), reason=why)
    if not asyncio.run(_with_store(settings, lambda store: accept(store, wanted, acceptance, now))):
        _refuse(_NOT_OPEN, lang, name=number)
    talk().print(lang.of(_ACCEPTED).format(name=finding_name(wanted), day=day.isoformat()))


@app.command("revoke", short_help="Cabut penerimaan. Take an acceptance back.")
def revoke_acceptance(
    number: NumberArgument,
    *,
    reason: WhyOption = "",
    by: ByOption = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Cabut penerimaan sebuah temuan; temuan itu dikabarkan lagi. Take an acceptance back."""
    from monitor.settings import load_settings
    from monitor.store.findings import revoke

    wanted = _number(number, lang)
    settings, now = load_settings(config), datetime.now(UTC)
    who, why = doer(by), printable(reason, "--reason")
    if not asyncio.run(_with_store(settings, lambda store: revoke(store, wanted, now, by=who, reason=why))):
        _refuse(_NOT_ACCEPTED, lang, name=number)
    talk().print(lang.of(_REVOKED).format(name=finding_name(wanted)))


async def _with_store(settings: Settings, ask: Callable[[Store], Awaitable[_Answer]]) -> _Answer:
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await ask(store)


def _number(name: str, lang: Lang) -> int:
    number = finding_number(name)
    if number is None:
        _refuse(_NO_NUMBER, lang, name=name)
    return number


def _end_of(text: str, zone: tzinfo, now: datetime, lang: Lang) -> tuple[date, datetime]:
    """Return a day, and when it ends on the clock of a zone."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        _refuse(_NO_DAY, lang, text=text)
    today = now.astimezone(zone).date()
    if day < today:
        _refuse(_PAST, lang, day=text)
    if day > today + LONGEST:
        _refuse(_TOO_LONG, lang, day=(today + LONGEST).isoformat())
    return day, datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)


def _refuse(sentence: Sentence, lang: Lang, **words: str) -> NoReturn:
    talk().print(lang.of(sentence).format(**words))
    raise typer.Exit(Exit.CONFIGURATION)
