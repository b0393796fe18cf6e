"""The commands `list`, `show`, `ack`, `note` and `contest`."""

from __future__ import annotations

import asyncio
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from monitor.cli.deed import ByOption, doer
from monitor.cli.exits import Exit
from monitor.cli.incident.deeds import Decision, Person, acknowledging, attempt, contesting, noting, unknown
from monitor.cli.incident.evidence import evidence_lines
from monitor.cli.incident.story import incident_lines
from monitor.cli.incident.table import incident_table
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import Reader, meet, plain
from monitor.core.incident import Incident, incident_number
from monitor.core.incident_shape import evidence_json, incident_json, journal_json
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.audit import AuditEntry
    from monitor.store.incidents import StoredEvidence

app = typer.Typer(no_args_is_help=True, help="Gangguan yang tercatat. Incidents on record.")

_NONE = Sentence("Tidak ada gangguan yang cocok.", "No incident matches.")
_NO_NUMBER = Sentence(
    "“{name}” bukan nomor gangguan; tulis seperti INC-2026-000123 atau 2026-123.",
    "“{name}” is not the number of an incident; write it like INC-2026-000123 or 2026-123.",
)
_NO_SINCE = Sentence(
    "--since: tulis jumlah hari (7) atau tanggal (2026-11-01), bukan “{text}”.",
    "--since: write a number of days (7) or a date (2026-11-01), not “{text}”.",
)
_NO_TIME = Sentence(
    "{option}: tulis tanggal dan jam setempat, misalnya 2026-11-28 22:00, bukan “{text}”.",
    "{option}: write a date and a local time, for example 2026-11-28 22:00, not “{text}”.",
)
_NOT_IN_IT = Sentence(
    "Layanan “{service}” tidak termasuk dalam {name}.", "The service “{service}” is not part of {name}."
)

NumberArgument = Annotated[
    str, typer.Argument(metavar="NUMBER", help="INC-2026-000123, atau singkatnya. Or 2026-123 for short.")
]


@app.command("list", short_help="Daftar gangguan, yang terbaru di atas. List incidents, newest first.")
def list_incidents(
    *,
    only_open: Annotated[
        bool, typer.Option("--open", help="Hanya yang belum ditutup. Open ones only.")
    ] = False,
    service: Annotated[
        str | None, typer.Option(metavar="ID", help="Hanya layanan ini. Of this service only.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(
            metavar="DAYS|DATE",
            help="Yang belum selesai sebelum itu. Those that were not over before then.",
        ),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Daftar gangguan, yang terbaru di atas. List incidents, newest first."""
    settings, reader = meet(config, lang)
    earliest = _since(since, reader) if since is not None else None
    found, log = asyncio.run(_list(settings, reader, service, earliest, only_open=only_open))
    if as_json:
        show_json([incident_json(one, log.get(one.name, ()), reader, reader.now) for one in found])
    elif found:
        show(incident_table(found, log, reader))
    else:
        talk().print(lang.of(_NONE))


@app.command("show", short_help="Satu gangguan selengkapnya. Everything about one incident.")
def show_incident(
    number: NumberArgument,
    *,
    service: Annotated[
        str | None, typer.Option(metavar="ID", help="Bukti layanan ini saja. Evidence of this service only.")
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Satu gangguan selengkapnya. All about one incident: times, services, reasons, evidence, notes."""
    wanted = _number(number, lang)
    settings, reader = meet(config, lang)
    found, log, evidence = asyncio.run(_one(settings, wanted))
    if found is None:
        _refuse(unknown(wanted).said, lang)
    if service is not None:
        checks = {one.check_id for each in found.members if each.service_id == service for one in each.spells}
        if not checks:
            _refuse(_NOT_IN_IT, lang, service=service, name=found.name)
        evidence = [one for one in evidence if one.check_id in checks]
    if as_json:
        more = {"journal": journal_json(log), "evidence": evidence_json(evidence)}
        show_json({**incident_json(found, log, reader, reader.now), **more})
    else:
        show(*incident_lines(found, log, reader), *evidence_lines(evidence, reader))


@app.command("ack", short_help="Nyatakan gangguan ditangani. Acknowledge: say that it is taken care of.")
def acknowledge(
    number: NumberArgument,
    *,
    by: ByOption = None,
    note: Annotated[str, typer.Option(metavar="TEXT", help="Catatan. A note along with it.")] = "",
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Nyatakan bahwa gangguan ditangani. Acknowledge an incident: say that somebody takes care of it."""
    settings, person = _person(by, config)
    _attempt(settings, number, acknowledging(person, note), lang)


@app.command("note", short_help="Tambahkan catatan pada gangguan. Add a note to an incident.")
def add_note(
    number: NumberArgument,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Isi catatan. What to note.")],
    *,
    by: ByOption = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Tambahkan catatan pada gangguan. Add a note to an incident."""
    settings, person = _person(by, config)
    _attempt(settings, number, noting(person, text), lang)


@app.command("contest", short_help="Sanggah catatan gangguan. Contest the record of an incident.")
def contest(
    number: NumberArgument,
    *,
    reason: Annotated[str, typer.Option(metavar="TEXT", help="Mengapa catatan itu keliru. Why it is wrong.")],
    by: ByOption = None,
    since: Annotated[
        str | None, typer.Option("--from", metavar="TIME", help="Mulai kapan yang disanggah. From when on.")
    ] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="TIME", help="Sampai kapan yang disanggah. Until when.")
    ] = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Sanggah catatan gangguan, tanpa mengubahnya. Contest the record of an incident, which stays as it is.

    Waktu ditulis setempat, misalnya 2026-11-28 22:00. Times are local, such as 2026-11-28 22:00.
    """
    settings, person = _person(by, config)
    first, last = (
        _time(text, option, settings.time_zone, lang) if text is not None else None
        for text, option in ((since, "--from"), (until, "--to"))
    )
    _attempt(settings, number, contesting(person, reason, first, last), lang)


def _person(by: str | None, config: Path) -> tuple[Settings, Person]:
    from monitor.settings import load_settings

    settings = load_settings(config)
    return settings, Person(doer(by), datetime.now(UTC), settings.time_zone)


def _attempt(settings: Settings, number: str, decide: Decision, lang: Lang) -> None:
    answer = asyncio.run(attempt(settings, _number(number, lang), decide))
    talk().print(plain(lang.of(answer.said)))
    raise typer.Exit(answer.code)


async def _list(
    settings: Settings, reader: Reader, service: str | None, since: datetime | None, *, only_open: bool
) -> tuple[list[Incident], Mapping[str, Sequence[AuditEntry]]]:
    """Read the incidents asked for, and the entries of the audit log by the name of their incident."""
    from monitor.registry.names import Names
    from monitor.store import Store
    from monitor.store.audit import entries
    from monitor.store.incidents import incidents

    async with await Store.open(settings.database.url, migrate=False) as store:
        found = await incidents(store, service_id=service, since=since, open_only=only_open)
        if not found and service is not None and reader.registry is not None:
            unheard = Names(reader.registry).unknown("services", service)
            if unheard is not None and not await incidents(store, service_id=service, limit=1):
                _refuse(Sentence(f"--service: {unheard.id}", f"--service: {unheard.en}"), reader.lang)
        log = defaultdict(list)
        for entry in await entries(store):
            log[entry.subject].append(entry)
        return found, log


async def _one(
    settings: Settings, number: int
) -> tuple[Incident | None, list[AuditEntry], list[StoredEvidence]]:
    from monitor.store import Store
    from monitor.store.audit import entries
    from monitor.store.incidents import evidence_of, incident

    async with await Store.open(settings.database.url, migrate=False) as store:
        found = await incident(store, number)
        if found is None:
            return None, [], []
        return found, await entries(store, found.name), await evidence_of(store, number)


def _number(name: str, lang: Lang) -> int:
    number = incident_number(name)
    if number is None:
        _refuse(_NO_NUMBER, lang, name=name)
    return number


def _since(text: str, reader: Reader) -> datetime:
    """Read a number of days before now, or the beginning of a day."""
    from monitor.registry.moment import in_zone, parse_moment

    if re.fullmatch(r"[0-9]{1,4}", text):
        return reader.now - timedelta(days=int(text))
    try:
        return in_zone(parse_moment(f"{text} 00:00"), reader.zone)
    except ValueError:
        _refuse(_NO_SINCE, reader.lang, text=text)


def _time(text: str, option: str, zone: tzinfo, lang: Lang) -> datetime:
    from monitor.registry.moment import in_zone, parse_moment

    try:
        return in_zone(parse_moment(text), zone)
    except ValueError:
        _refuse(_NO_TIME, lang, option=option, text=text)


def _refuse(sentence: Sentence, lang: Lang, **words: str) -> NoReturn:
    said = lang.of(sentence)
    talk().print(plain(said.format(**words) if words else said))
    raise typer.Exit(Exit.CONFIGURATION)
