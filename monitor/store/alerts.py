"""Alerts in the database: what should be said to whom, each key once."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, select
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.alert import Alert, AlertKind, Audience
from monitor.store import schema
from monitor.store.instants import from_us, to_us

if TYPE_CHECKING:
    from monitor.store.store import Store

_INSERT = sqlite.insert(schema.alert).on_conflict_do_nothing(index_elements=["key"])


async def write_alerts(connection: AsyncConnection, alerts: Sequence[Alert]) -> None:
    """Write alerts within a transaction; one whose key is there already was raised before, and stays."""
    rows = [
        {
            "key": one.key,
            "raised_at": to_us(one.raised_at),
            "audience": one.audience.value,
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


def read_alert(row: Row[Any]) -> Alert:
    """Read a row of `alert`."""
    return Alert(
        key=row.key,
        raised_at=from_us(row.raised_at),
        audience=Audience(row.audience),
        kind=AlertKind(row.kind),
        subject=row.subject,
        detail=json.loads(row.detail),
    )
