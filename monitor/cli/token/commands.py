"""The commands `create`, `list` and `revoke`."""

from __future__ import annotations

import asyncio
import re
import secrets
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta, tzinfo
from difflib import get_close_matches
from typing import TYPE_CHECKING, Annotated, NoReturn, TypeVar

import typer

from monitor.cli.deed import ByOption, ReasonOption, doer, printable
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption, load
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import plain
from monitor.cli.token.table import role_words, token_json, token_table
from monitor.core.access import SECRET_BYTES, Role, RoleKind, fingerprint, token_text
from monitor.core.period import midnight
from monitor.core.reason import Sentence
from monitor.core.service import Registry

if TYPE_CHECKING:
    from monitor.settings import Settings
    from monitor.store import Store

_Answer = TypeVar("_Answer")

app = typer.Typer(no_args_is_help=True, help="Token API laporan. Tokens for the API of reports.")

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_BAD_NAME = Sentence(
    "NAME: pakai huruf, angka, titik, garis bawah, atau tanda hubung, paling banyak 64; bukan “{name}”.",
    "NAME: use letters, digits, dots, underscores or hyphens, 64 at most; not “{name}”.",
)
_ONE_ROLE = Sentence(
    "Sebutkan salah satu: --agency ID, --government ID, atau --all.",
    "Name one of: --agency ID, --government ID, or --all.",
)
_UNKNOWN = Sentence("--{option}: {why}", "--{option}: {why}")
_NO_DAY = Sentence(
    "--expires: tulis tanggal seperti 2027-12-31, bukan “{text}”.",
    "--expires: write a date like 2027-12-31, not “{text}”.",
)
_PAST = Sentence("--expires: {text} sudah lewat.", "--expires: {text} has passed.")
_TAKEN = Sentence(
    "Token {name} sudah ada; pilih nama lain, atau cabut dahulu: kulkul token revoke {name}",
    "Token {name} exists already; choose another name, or revoke it first: kulkul token revoke {name}",
)
_CREATED = Sentence(
    "Token {name} dibuat: boleh membaca {role}{until}. Simpanlah sekarang; token ini tidak dapat "
    "ditampilkan lagi.",
    "Token {name} was created: it may read {role}{until}. Keep it now; it cannot be shown again.",
)
_UNTIL = Sentence(", sampai akhir {day}", ", until the end of {day}")
_NONE = Sentence("Belum ada token.", "There are no tokens yet.")
_NO_TOKEN = Sentence("Tidak ada token {name} yang belum dicabut{near}", "No unrevoked token {name}{near}")
_NEAR = Sentence("; maksud Anda {near}?", "; did you mean {near}?")
_REVOKED = Sentence(
    "Token {name} dicabut; permintaan dengannya ditolak mulai sekarang.",
    "Token {name} is revoked; requests with it are refused from now on.",
)

NameArgument = Annotated[
    str, typer.Argument(metavar="NAME", help="Nama token, mis. pemakainya. What it is called.")
]


@app.command("create", short_help="Buat token; tampil sekali saja. Make a token; shown once.")
def create(
    name: NameArgument,
    *,
    agency: Annotated[
        str | None, typer.Option(metavar="ID", help="Hanya instansi ini. This agency only.")
    ] = None,
    government: Annotated[
        str | None, typer.Option(metavar="ID", help="Hanya pemerintah ini. This government only.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="Semua laporan. All reports.")] = False,
    expires: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Hari terakhir berlaku, mis. 2027-12-31. Its last day."),
    ] = None,
    by: ByOption = None,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Buat token untuk API laporan; token ditulis ke stdout sekali ini saja. Make a token for the API.

    Yang disimpan hanya SHA-256-nya. Only its SHA-256 is stored.
    """
    from monitor.store.tokens import create_token

    who, now = doer(by), datetime.now(UTC)
    if not _NAME.fullmatch(name):
        _refuse(_BAD_NAME, lang, name=plain(name))
    settings, registry = load(config)
    role = _role(registry, lang, agency=agency, government=government, everything=everything)
    ends_at = None if expires is None else _end_of(expires, settings.time_zone, now, lang)
    token = token_text(secrets.token_bytes(SECRET_BYTES))

    def remember(store: Store) -> Awaitable[bool]:
        return create_token(store, name, fingerprint(token), role, by=who, at=now, expires_at=ends_at)

    if not asyncio.run(_with_store(settings, remember)):
        _refuse(_TAKEN, lang, name=name)
    until = lang.of(_UNTIL).format(day=expires) if expires else ""
    talk().print(lang.of(_CREATED).format(name=name, role=role_words(role, lang), until=until))
    show(token)


@app.command("list", short_help="Daftar token. List the tokens.")
def show_list(
    *, as_json: JsonOption = False, lang: LangOption = Lang.ID, config: ConfigOption = DEFAULT_CONFIG
) -> None:
    """Semua token, juga yang sudah dicabut; isinya tidak disimpan. All tokens, but for what they read."""
    from monitor.settings import load_settings
    from monitor.store.tokens import tokens

    settings, now = load_settings(config), datetime.now(UTC)
    found = asyncio.run(_with_store(settings, tokens))
    if as_json:
        show_json([token_json(one, now) for one in found])
    elif found:
        show(token_table(found, lang, settings.time_zone, now))
    else:
        talk().print(lang.of(_NONE))


@app.command("revoke", short_help="Cabut token. Let a token open nothing any more.")
def revoke(
    name: NameArgument,
    *,
    by: ByOption = None,
    reason: ReasonOption = "",
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Cabut token mulai sekarang. Let a token open nothing from now on."""
    from monitor.settings import load_settings
    from monitor.store.tokens import revoke_token, tokens

    settings, who, now = load_settings(config), doer(by), datetime.now(UTC)
    why = printable(reason, "--reason")
    if not asyncio.run(
        _with_store(settings, lambda store: revoke_token(store, name, by=who, at=now, reason=why))
    ):
        known = asyncio.run(_with_store(settings, tokens))
        near = get_close_matches(name, [one.name for one in known if one.revoked_at is None], n=1)
        hint = lang.of(_NEAR).format(near=near[0]) if near else "."
        _refuse(_NO_TOKEN, lang, name=plain(name), near=hint)
    talk().print(lang.of(_REVOKED).format(name=name))


async def _with_store(settings: Settings, ask: Callable[[Store], Awaitable[_Answer]]) -> _Answer:
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        return await ask(store)


def _role(
    registry: Registry, lang: Lang, *, agency: str | None, government: str | None, everything: bool
) -> Role:
    """Return the one role that was named; refuses none, several, and an id that is not in the register."""
    from monitor.registry.names import Names

    named = {RoleKind.AGENCY: agency, RoleKind.GOVERNMENT: government}
    roles = [Role(kind, id_) for kind, id_ in named.items() if id_ is not None]
    if everything:
        roles.append(Role(RoleKind.ALL))
    if len(roles) != 1:
        _refuse(_ONE_ROLE, lang)
    [role] = roles
    kinds = {RoleKind.AGENCY: "agencies", RoleKind.GOVERNMENT: "governments"}
    unheard = Names(registry).unknown(kinds[role.kind], role.id) if role.id is not None else None
    if unheard is not None:
        _refuse(_UNKNOWN, lang, option=role.kind.value, why=plain(lang.of(unheard)))
    return role


def _end_of(text: str, zone: tzinfo, now: datetime, lang: Lang) -> datetime:
    """Return when a day ends on the clock of a zone; refuses what is no day, and one that has passed."""
    try:
        ends_at = midnight(date.fromisoformat(text) + timedelta(days=1), zone)
    except (ValueError, OverflowError):
        _refuse(_NO_DAY, lang, text=plain(text))
    if ends_at <= now:
        _refuse(_PAST, lang, text=text)
    return ends_at


def _refuse(sentence: Sentence, lang: Lang, **words: str) -> NoReturn:
    talk().print(lang.of(sentence).format(**words))
    raise typer.Exit(Exit.CONFIGURATION)
