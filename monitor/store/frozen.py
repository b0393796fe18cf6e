"""Closed periods: what their figures followed from, kept as it was. Appended to, never changed."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Row, Select, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.instants import from_us, to_us
from monitor.store.keys import Keys
from monitor.store.rows import storable
from monitor.store.schema import frozen_period as table
from monitor.store.schema import vantage

if TYPE_CHECKING:
    from monitor.store.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenPeriod:
    """One closing of a period. Times are aware UTC."""

    vantage: str
    period: str
    revision: int
    """From 1."""
    starts_at: datetime
    """Of the period."""
    policy: str
    register_version: str
    sha256: str
    """Of the record, hexadecimal."""
    frozen_at: datetime
    frozen_by: str
    reason: str
    """Why it was closed again; empty of the first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FrozenContent:
    """What was kept of it."""

    record: bytes
    """Canonical JSON."""
    figures: bytes
    """JSON."""


async def frozen_periods(store: Store, vantage_name: str, period: str | None = None) -> list[FrozenPeriod]:
    """Return all closings, or those of one period, in the order of the calendar and of their revisions.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = _heads(vantage_name).order_by(table.c.starts_at, table.c.period, table.c.revision)
    if period is not None:
        query = query.where(table.c.period == period)
    async with store.reading() as connection:
        return [_frozen(row) for row in await connection.execute(query)]


async def frozen_content(store: Store, one: FrozenPeriod) -> FrozenContent:
    """Return what was kept of a closing that `frozen_periods` returned.

    Raises:
        StoreUnavailable: locked or damaged.
        ValueError: what was kept cannot be unpacked.
    """
    query = (
        select(table.c.record, table.c.figures)
        .join(vantage, vantage.c.vantage_no == table.c.vantage_no)
        .where(vantage.c.name == one.vantage, table.c.period == one.period, table.c.revision == one.revision)
    )
    async with store.reading() as connection:
        row = (await connection.execute(query)).one()
    try:
        return FrozenContent(record=zlib.decompress(row.record), figures=zlib.decompress(row.figures))
    except zlib.error as error:
        raise ValueError("it cannot be unpacked") from error


async def last_revision(connection: AsyncConnection, keys: Keys, vantage_name: str, period: str) -> int:
    """Return the number of the last closing within the transaction of a new one; 0: there is none."""
    number = await connection.scalar(
        select(func.max(table.c.revision)).where(
            table.c.vantage_no == keys.vantages.of(vantage_name), table.c.period == period
        )
    )
    return number or 0


async def write_frozen(
    connection: AsyncConnection, keys: Keys, one: FrozenPeriod, content: FrozenContent
) -> None:
    """Append a closing within a transaction (see `Store.writing`)."""
    vantage_no = keys.vantages.of(one.vantage)
    await keys.insert_fresh(connection, to_us(one.frozen_at))
    await connection.execute(
        insert(table).values(
            vantage_no=vantage_no,
            period=one.period,
            revision=one.revision,
            starts_at=to_us(one.starts_at),
            policy=one.policy,
            register_version=one.register_version,
            sha256=one.sha256,
            frozen_at=to_us(one.frozen_at),
            frozen_by=storable(one.frozen_by),
            reason=storable(one.reason),
            record=zlib.compress(content.record),
            figures=zlib.compress(content.figures),
        )
    )


def _heads(vantage_name: str) -> Select[tuple[Any, ...]]:
    columns = [one for one in table.c if one.name not in {"record", "figures"}]
    return (
        select(*columns, vantage.c.name.label("vantage"))
        .join(vantage, vantage.c.vantage_no == table.c.vantage_no)
        .where(vantage.c.name == vantage_name)
    )


def _frozen(row: Row[Any]) -> FrozenPeriod:
    return FrozenPeriod(
        vantage=row.vantage,
        period=row.period,
        revision=row.revision,
        starts_at=from_us(row.starts_at),
        policy=row.policy,
        register_version=row.register_version,
        sha256=row.sha256,
        frozen_at=from_us(row.frozen_at),
        frozen_by=row.frozen_by,
        reason=row.reason,
    )
