"""The audit log: who did what by hand, when, and why. Appended to, never changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store import schema
from monitor.store.instants import from_us, to_us
from monitor.store.rows import storable
from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One deed. `at` is aware UTC."""

    at: datetime
    who: str
    action: str
    """What was done, such as `window.add`; alike for all deeds of one kind."""
    subject: str
    """What it was done to, such as `window:pindah-server`."""
    reason: str
    """In the words of who did it; empty where none was given."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """Further particulars, as JSON can hold them."""


async def record(connection: AsyncConnection, entry: AuditEntry) -> None:
    """Append an entry within the transaction of the deed itself (see `Store.writing`)."""
    await connection.execute(
        insert(schema.audit).values(
            at=to_us(entry.at),
            who=storable(entry.who),
            action=entry.action,
            subject=storable(entry.subject),
            reason=storable(entry.reason),
            # ASCII escapes, so that whatever text is in it can be stored.
            detail=json.dumps(dict(entry.detail), sort_keys=True, separators=(",", ":")),
        )
    )


async def entries(store: Store, subject: str | None = None, *, action: str | None = None) -> list[AuditEntry]:
    """Return the log in the order in which it was written.

    Args:
        store: where it is.
        subject: what was done to this alone.
        action: deeds of this kind alone.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = select(schema.audit).order_by(schema.audit.c.id)
    if subject is not None:
        query = query.where(schema.audit.c.subject == storable(subject))
    if action is not None:
        query = query.where(schema.audit.c.action == action)
    async with store.reading() as connection:
        return [
            AuditEntry(
                at=from_us(row.at),
                who=row.who,
                action=row.action,
                subject=row.subject,
                reason=row.reason,
                detail=json.loads(row.detail),
            )
            for row in await connection.execute(query)
        ]
