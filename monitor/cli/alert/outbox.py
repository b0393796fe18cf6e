"""`kulkul alert list`, `dead` and `retry`: what became of messages, and those that could not be delivered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.table import Table
from rich.text import Text

from monitor.cli.deed import ByOption, ReasonOption, doer, printable
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import plain
from monitor.core.reason import Sentence
from monitor.core.shape import moment

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store.outbox import Notification, State

_HEADS = {
    Lang.ID: ("No.", "Keadaan", "Dibuat ({zone})", "Perihal", "Kejadian", "Ke", "Percobaan", "Keterangan"),
    Lang.EN: ("No.", "State", "Written ({zone})", "Subject", "Occasion", "To", "Attempts", "Remark"),
}
_STATES = {
    Lang.ID: ("menunggu", "terkirim", "gagal"),
    Lang.EN: ("waiting", "sent", "dead"),
}
_STYLES = ("yellow", "green", "bold red")
_NONE = Sentence("Tidak ada kabar.", "There are no messages.")
_NONE_DEAD = Sentence("Tidak ada kabar yang gagal dikirim untuk seterusnya.", "No message has been given up.")
_RETRIED = Sentence(
    "{count} kabar akan dikirim ulang begitu pemantau berjalan.",
    "{count} messages will be sent again as soon as the daemon runs.",
)
_RETRIED_ONE = Sentence(
    "1 kabar akan dikirim ulang begitu pemantau berjalan.",
    "1 message will be sent again as soon as the daemon runs.",
)
_NOTHING_DEAD = Sentence(
    "Tidak ada kabar gagal dengan nomor itu; lihat: kulkul alert dead",
    "No message that was given up has that number; see: kulkul alert dead",
)
_WHICH = Sentence("Sebutkan nomornya, atau --all.", "Name the numbers, or write --all.")

LimitOption = Annotated[
    int, typer.Option("--limit", min=1, max=100_000, help="Paling banyak sekian. At most so many.")
]


def show_list(
    *,
    subject: Annotated[
        str | None,
        typer.Option(
            metavar="INC|DOMAIN", help="Tentang gangguan atau domain ini saja. About this one only."
        ),
    ] = None,
    limit: LimitOption = 50,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Tampilkan kabar, yang terbaru di atas. Show messages and what became of them, newest first."""
    from monitor.core.incident import incident_name, incident_number
    from monitor.core.raising import findings_subject

    name = subject
    if subject and (number := incident_number(subject)) is not None:
        name = incident_name(number)
    elif subject and "." in subject and ":" not in subject:
        name = findings_subject(subject.lower())
    _show(config, lang, _NONE, as_json=as_json, state=None, subject=name, limit=limit)


def show_dead(
    *,
    limit: LimitOption = 1000,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Tampilkan kabar yang gagal untuk seterusnya. Show the messages that were given up, and why.

    Kode keluar: 0 tidak ada, 1 ada. Exit code: 0 there are none, 1 there are some.
    """
    from monitor.store.outbox import State

    if _show(config, lang, _NONE_DEAD, as_json=as_json, state=State.DEAD, subject=None, limit=limit):
        raise typer.Exit(Exit.BAD_ANSWER)


def retry(
    numbers: Annotated[
        list[int] | None, typer.Argument(metavar="[NO.]...", help="Nomor kabar. Numbers of messages.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Semuanya. All of them.")] = False,
    by: ByOption = None,
    reason: ReasonOption = "",
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Kirim ulang kabar yang gagal. Send messages that were given up once more."""
    from monitor.settings import load_settings

    who, why = doer(by), printable(reason, "--reason")
    if bool(numbers) is everything:
        talk().print(lang.of(_WHICH))
        raise typer.Exit(Exit.CONFIGURATION)
    count = asyncio.run(_revive(load_settings(config), numbers or [], who, why))
    if not count and not everything:
        talk().print(lang.of(_NOTHING_DEAD))
        raise typer.Exit(Exit.CONFIGURATION)
    said = {0: _NONE_DEAD, 1: _RETRIED_ONE}.get(count, _RETRIED)
    talk().print(lang.of(said).format(count=count))


def _show(
    config: Any,
    lang: Lang,
    none: Sentence,
    *,
    as_json: bool,
    state: State | None,
    subject: str | None,
    limit: int,
) -> bool:
    """Show messages; returns whether there were any."""
    from monitor.settings import load_settings

    settings = load_settings(config)
    found = asyncio.run(_read(settings, state, subject, limit))
    if as_json:
        show_json([_shape(one) for one in found])
    elif found:
        show(_table(found, lang, settings.time_zone))
    else:
        talk().print(lang.of(none))
    return bool(found)


async def _read(
    settings: Settings, state: State | None, subject: str | None, limit: int
) -> list[Notification]:
    from monitor.store import Store
    from monitor.store.outbox import notifications

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await notifications(store, state=state, subject=subject, limit=limit)


async def _revive(settings: Settings, numbers: Sequence[int], who: str, why: str) -> int:
    """Revive those numbers, or all; in one transaction with the entry of the audit log."""
    from monitor.store import Store
    from monitor.store.audit import AuditEntry, record
    from monitor.store.outbox import State, notifications, revive

    now = datetime.now(UTC)
    async with await Store.open(settings.database.url, migrate=False) as store:
        chosen = numbers or [one.id for one in await notifications(store, state=State.DEAD, limit=100_000)]
        async with store.writing() as (connection, _):
            count = await revive(connection, chosen, now)
            if count:
                entry = AuditEntry(
                    at=now,
                    who=who,
                    action="alert.retry",
                    subject="outbox",
                    reason=why,
                    detail={"numbers": list(chosen)},
                )
                await record(connection, entry)
        return count


def _table(found: Sequence[Notification], lang: Lang, zone: tzinfo) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS[lang]:
        table.add_column(head.format(zone=datetime.now(zone).tzname()), overflow="fold")
    for one in found:
        table.add_row(
            str(one.id),
            Text(_STATES[lang][one.state], style=_STYLES[one.state]),
            f"{one.created_at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            plain(one.subject),
            one.occasion,
            plain(" ".join(part for part in (one.channel, one.address) if part)),
            str(one.attempts),
            plain(one.error or ""),
        )
    return table


def _shape(one: Notification) -> dict[str, Any]:
    return {
        "id": one.id,
        "key": one.key,
        "state": one.state.name.lower(),
        "listener": one.route_id,
        "subject": one.subject,
        "place": one.place,
        "occasion": one.occasion,
        "channel": one.channel,
        "address": one.address,
        "language": one.language,
        "created_at": moment(one.created_at),
        "due_at": moment(one.due_at),
        "sent_at": moment(one.sent_at),
        "attempts": one.attempts,
        "error": one.error,
    }
