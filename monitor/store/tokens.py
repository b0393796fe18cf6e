"""Tokens as they are remembered: their SHA-256, and what they open."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, func, insert, select, update

from monitor.core.access import Role, RoleKind, Token
from monitor.store.audit import AuditEntry, record
from monitor.store.instants import from_us, optional_from_us, optional_to_us, to_us
from monitor.store.rows import storable
from monitor.store.schema import api_token as table
from monitor.store.store import Store

CREATE = "token.create"
REVOKE = "token.revoke"
_USE_NOTED_EVERY = timedelta(hours=1)


async def tokens(store: Store) -> list[Token]:
    """Return all tokens that there ever were, in the order in which they were made.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    async with store.reading() as connection:
        return [_token(row) for row in await connection.execute(select(table).order_by(table.c.id))]


async def token_of(store: Store, sha256: str) -> Token | None:
    """Return the token of a fingerprint, whatever its state; None: there is none.

    The index compares fingerprints, of which nobody who measures time learns anything about a token.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    async with store.reading() as connection:
        row = (await connection.execute(select(table).where(table.c.sha256 == sha256))).one_or_none()
    return None if row is None else _token(row)


async def create_token(
    store: Store,
    name: str,
    sha256: str,
    role: Role,
    *,
    by: str,
    at: datetime,
    expires_at: datetime | None = None,
) -> bool:
    """Remember a new token, and write that to the audit log.

    Returns: False, and nothing is written, where another of this name is not revoked.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.writing() as (connection, _):
        taken = select(func.count()).where(table.c.name == name, table.c.revoked_at.is_(None))
        if await connection.scalar(taken):
            return False
        await connection.execute(
            insert(table).values(
                name=storable(name),
                sha256=sha256,
                role=role.kind.value,
                role_id=role.id,
                created_at=to_us(at),
                created_by=storable(by),
                expires_at=optional_to_us(expires_at),
            )
        )
        detail = {
            "role": role.kind.value,
            "id": role.id,
            "expires_at": None if expires_at is None else expires_at.isoformat(),
        }
        entry = AuditEntry(at=at, who=by, action=CREATE, subject=f"token:{name}", reason="", detail=detail)
        await record(connection, entry)
        return True


async def revoke_token(store: Store, name: str, *, by: str, at: datetime, reason: str = "") -> bool:
    """Let a token open nothing from now on, and write that to the audit log.

    Returns: False, and nothing is written, where there is none of this name, or it is revoked.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.writing() as (connection, _):
        revoked = await connection.execute(
            update(table)
            .where(table.c.name == name, table.c.revoked_at.is_(None))
            .values(revoked_at=to_us(at), revoked_by=storable(by))
        )
        if not revoked.rowcount:
            return False
        entry = AuditEntry(at=at, who=by, action=REVOKE, subject=f"token:{name}", reason=reason)
        await record(connection, entry)
        return True


def use_is_news(token: Token, at: datetime) -> bool:
    """Whether a use of a token is worth a write: not more than one an hour is."""
    return token.last_used_at is None or at - token.last_used_at >= _USE_NOTED_EVERY


async def note_use(store: Store, token: Token, at: datetime) -> None:
    """Remember when a token was used.

    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.writing() as (connection, _):
        await connection.execute(
            update(table).where(table.c.id == token.number).values(last_used_at=to_us(at))
        )


def _token(row: Row[Any]) -> Token:
    return Token(
        number=row.id,
        name=row.name,
        role=Role(RoleKind(row.role), row.role_id),
        created_at=from_us(row.created_at),
        created_by=row.created_by,
        expires_at=optional_from_us(row.expires_at),
        revoked_at=optional_from_us(row.revoked_at),
        revoked_by=row.revoked_by,
        last_used_at=optional_from_us(row.last_used_at),
    )
