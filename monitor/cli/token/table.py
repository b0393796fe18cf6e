"""Tokens as a table and as JSON; pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, tzinfo

from rich.table import Table

from monitor.cli.options import Lang
from monitor.cli.reader import NOTHING, plain
from monitor.core.access import Role, RoleKind, Token, TokenState
from monitor.core.reason import Sentence
from monitor.core.shape import moment

_HEADS = {
    Lang.ID: ("Nama", "Keadaan", "Boleh membaca", "Dibuat ({zone})", "Oleh", "Berlaku sampai", "Dipakai"),
    Lang.EN: ("Name", "State", "May read", "Created ({zone})", "By", "Valid until", "Last used"),
}
_STATES = {
    TokenState.LIVE: Sentence("berlaku", "valid"),
    TokenState.EXPIRED: Sentence("kedaluwarsa", "expired"),
    TokenState.REVOKED: Sentence("dicabut", "revoked"),
}
_ROLES = {
    RoleKind.ALL: Sentence("semua laporan", "all reports"),
    RoleKind.GOVERNMENT: Sentence("laporan pemerintah {id}", "reports of government {id}"),
    RoleKind.AGENCY: Sentence("laporan instansi {id}", "reports of agency {id}"),
}


def role_words(role: Role, lang: Lang) -> str:
    """Say what a role may read."""
    return lang.of(_ROLES[role.kind]).format(id=role.id)


def token_table(found: Sequence[Token], lang: Lang, zone: tzinfo, now: datetime) -> Table:
    """Return the table for people, with times of a zone."""

    def local(at: datetime | None) -> str:
        return NOTHING if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M}"

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS[lang]:
        table.add_column(head.format(zone=f"{now.astimezone(zone):%Z}"), overflow="fold")
    for one in found:
        table.add_row(
            plain(one.name),
            lang.of(_STATES[one.state(now)]),
            role_words(one.role, lang),
            local(one.created_at),
            plain(one.created_by),
            local(one.expires_at),
            local(one.last_used_at),
        )
    return table


def token_json(one: Token, now: datetime) -> dict[str, object]:
    """Return the shape: times in UTC; nothing of what the token reads."""
    return {
        "name": one.name,
        "state": one.state(now).value,
        "role": one.role.kind.value,
        "id": one.role.id,
        "created_at": moment(one.created_at),
        "created_by": one.created_by,
        "expires_at": moment(one.expires_at),
        "revoked_at": moment(one.revoked_at),
        "revoked_by": one.revoked_by,
        "last_used_at": moment(one.last_used_at),
    }
