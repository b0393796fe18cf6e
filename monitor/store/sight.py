"""When a vantage could not see, in the database."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.sight import BlindCause, BlindPeriod
from monitor.store import schema
from monitor.store.instants import from_us, optional_from_us, optional_to_us, to_us
from monitor.store.keys import Keys
from monitor.store.upsert import upsert

if TYPE_CHECKING:  # the store itself writes periods
    from monitor.store.store import Store

_table = schema.blind_period


async def write_periods(connection: AsyncConnection, keys: Keys, periods: Sequence[BlindPeriod]) -> None:
    """Write periods within a transaction, each in place of the one of that vantage with the same beginning.

    A vantage that has no number yet is given one here. Of periods alike the last counts.
    """
    if not periods:
        return
    rows = [_row(one, keys.vantages.of(one.vantage)) for one in periods]
    await keys.insert_fresh(connection, to_us(min(one.began_at for one in periods)))
    await connection.execute(_UPSERT, rows)


async def blind_periods(store: Store, vantage: str, since: datetime | None = None) -> list[BlindPeriod]:
    """Return a vantage's periods in the order in which they began; with `since`, those not over before it.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = _periods_of(vantage)
    if since is not None:
        query = query.where(or_(_table.c.ended_at.is_(None), _table.c.ended_at >= to_us(since)))
    async with store.reading() as connection:
        return [_period(row, vantage) for row in await connection.execute(query)]


async def open_period(store: Store, vantage: str) -> BlindPeriod | None:
    """Return the period that has not ended; of several, the latest.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = _periods_of(vantage).where(_table.c.ended_at.is_(None))
    async with store.reading() as connection:
        rows = (await connection.execute(query)).all()
    return _period(rows[-1], vantage) if rows else None


def _periods_of(vantage: str) -> Select[Any]:
    return (
        select(_table)
        .join(schema.vantage, schema.vantage.c.vantage_no == _table.c.vantage_no)
        .where(schema.vantage.c.name == vantage)
        .order_by(_table.c.began_at)
    )


def _row(period: BlindPeriod, vantage_no: int) -> dict[str, object]:
    detail = {
        "dead": period.dead,
        "failing_networks": period.failing_networks,
        "seen_networks": period.seen_networks,
    }
    return {
        "vantage_no": vantage_no,
        "began_at": to_us(period.began_at),
        "ended_at": optional_to_us(period.ended_at),
        "cause": period.cause.value,
        "detail": json.dumps(detail, separators=(",", ":")),
    }


def _period(row: Row[Any], vantage: str) -> BlindPeriod:
    detail = json.loads(row.detail)
    return BlindPeriod(
        vantage=vantage,
        began_at=from_us(row.began_at),
        ended_at=optional_from_us(row.ended_at),
        cause=BlindCause(row.cause),
        dead=tuple(detail["dead"]),
        failing_networks=detail["failing_networks"],
        seen_networks=detail["seen_networks"],
    )


_UPSERT = upsert(_table)
