"""Alerts in the database: what should be said to whom, each key once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.alert import Alert, AlertKind
from monitor.store import schema
from monitor.store.instants import from_us, to_us
from monitor.store.upsert import insert_new

if TYPE_CHECKING:
    from monitor.store.store import Store

_INSERT = insert_new(schema.alert, "key")


async def write_alerts(connection: AsyncConnection, alerts: Sequence[Alert]) -> None:
    """Write alerts within a transaction; one whose key is there already was raised before, and stays."""
    rows = [
        {
            "key": one.key,
            "raised_at": to_us(one.raised_at),
            "kind": one.kind.value,
            "subject": one.subject,
            "detail": json.dumps(one.detail, separators=(",", ":")),
        }
        for one in alerts
    ]
    if rows:
        await connection.execute(_INSERT, rows)


async def alerts(store: Store) -> list[Alert]:
    """Return all alerts, in the order in which they were raised.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    async with store.reading() as connection:
        found = await connection.execute(select(schema.alert).order_by(schema.alert.c.id))
        return [read_alert(row) for row in found]


async def episode(store: Store, key: str, ends: AlertKind | None) -> tuple[Alert, Alert | None] | None:
    """Return an alert, and the first that ends it about the same check; None: there is no such key.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    table = schema.alert
    async with store.reading() as connection:
        row = (await connection.execute(select(table).where(table.c.key == key))).one_or_none()
        if row is None:
            return None
        begin = read_alert(row)
        if ends is None:
            return begin, None
        query = select(table).where(
            table.c.kind == ends.value, table.c.subject == begin.subject, table.c.id > row.id
        )
        for later in await connection.execute(query.order_by(table.c.id)):
            end = read_alert(later)
            if end.detail.get("check") == begin.detail.get("check"):
                return begin, end
        return begin, None


async def beginning(store: Store, end: Alert, kind: AlertKind) -> Alert | None:
    """Return the latest alert of a kind before one that ends it, about the same check.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    table = schema.alert
    async with store.reading() as connection:
        own = await connection.scalar(select(table.c.id).where(table.c.key == end.key))
        query = select(table).where(
            table.c.kind == kind.value, table.c.subject == end.subject, table.c.id < (own or 0)
        )
        for row in await connection.execute(query.order_by(table.c.id.desc())):
            begin = read_alert(row)
            if begin.detail.get("check") == end.detail.get("check"):
                return begin
        return None


def read_alert(row: Row[Any]) -> Alert:
    """Read a row of `alert`."""
    return Alert(
        key=row.key,
        raised_at=from_us(row.raised_at),
        kind=AlertKind(row.kind),
        subject=row.subject,
        detail=json.loads(row.detail),
    )
