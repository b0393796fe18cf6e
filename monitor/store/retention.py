"""Thinning out: what is old and rolled up is deleted, a few thousand rows at a time.

Every slice is a short transaction of its own, so that results are written in between. SQLite gives the room
to rows that come later; the file does not shrink. A server drops the results of a whole day (UTC) at once,
which takes milliseconds and gives the room back; so they stay up to a day longer there.
"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import delete, func, select

from monitor.core.accounting.days import HOUR
from monitor.store.detail import REPEATED_AFTER_US
from monitor.store.instants import from_us, to_us
from monitor.store.marks import Mark, read_mark, set_mark
from monitor.store.partitions import DAY, drop_partition, partitions
from monitor.store.rollup_rows import started_at
from monitor.store.schema import OUT_OF_LINE, detail, result, rollup_hour
from monitor.store.unbroken import unbroken

if TYPE_CHECKING:
    from monitor.store.store import Store

ROWS_AT_ONCE = 2_000


async def thin_results(store: Store, before: datetime, at_once: int = ROWS_AT_ONCE) -> int:
    """Delete the oldest results that were recorded before a moment and are counted in the rollups.

    On a server those of the oldest day are dropped, once that is over before that moment and counted.

    Returns: how many were deleted; 0: there are none left.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    if store.keeps_days:
        return await unbroken(_drop_day(store, to_us(before)))
    return await unbroken(_thin_results(store, to_us(before), at_once))


async def thin_details(store: Store, at_once: int = ROWS_AT_ONCE) -> int:
    """Delete the oldest details that no result refers to any more; as `thin_results`."""
    return await unbroken(_thin_details(store, at_once))


async def thin_hours(store: Store, before: datetime) -> int:
    """Delete the oldest hour that ended before a moment, of all checks; as `thin_results`."""
    return await unbroken(_thin_hours(store, to_us(before - HOUR)))


async def _thin_results(store: Store, before_us: int, at_once: int) -> int:
    async with store.writing() as (connection, _):
        counted = await read_mark(connection, Mark.RESULTS) or 0
        oldest = (
            select(result.c.id, (result.c.id - result.c.started_us_before_id).label("started_at"))
            .where(result.c.id < before_us, result.c.id <= counted)
            .order_by(result.c.id)
            .limit(at_once)
            .subquery()
        )
        query = select(func.count(), func.max(oldest.c.id), func.max(oldest.c.started_at))
        count, last_id, started_at = (await connection.execute(query)).one()
        if not count:
            return 0
        await connection.execute(delete(result).where(result.c.id <= last_id))
        gone = await read_mark(connection, Mark.RESULTS_GONE) or 0
        await set_mark(connection, Mark.RESULTS_GONE, max(gone, last_id, started_at))
    return int(count)


async def _drop_day(store: Store, before_us: int) -> int:
    """Drop the oldest day that holds results, if it is over before a moment and all of them are counted."""
    async with store.reading() as connection:
        counted = await read_mark(connection, Mark.RESULTS) or 0
        for day, name in (await partitions(connection)).items():  # noqa: B007 - the name is used once one is found
            within = result.c.id.between(to_us(day), to_us(day + DAY) - 1)
            query = select(func.count(), func.max(result.c.id)).where(within)
            count, last_id = (await connection.execute(query)).one()
            if to_us(day + DAY) > before_us or (last_id or 0) > counted:
                return 0
            if count:
                odd = await connection.scalar(select(func.max(started_at)).where(within, OUT_OF_LINE))
                break
        else:
            return 0
    # Ids only grow, so nothing came into that day since.
    async with store.writing() as (connection, keys):
        await drop_partition(connection, name)
        keys.days.discard(day)
        gone = await read_mark(connection, Mark.RESULTS_GONE) or 0
        await set_mark(connection, Mark.RESULTS_GONE, max(gone, last_id, odd or 0))
    return int(count)


async def _thin_details(store: Store, at_once: int) -> int:
    async with store.writing() as (connection, _):
        first = await connection.scalar(select(func.min(result.c.id)))
        if first is None:
            first = await read_mark(connection, Mark.RESULTS) or 0
        # A detail is shared by results of one hour after its own at most; see `Evidence.place`.
        unused = (
            select(detail.c.id)
            .where(detail.c.id < first - REPEATED_AFTER_US)
            .order_by(detail.c.id)
            .limit(at_once)
        )
        ids = list(await connection.scalars(unused))
        if ids:
            await connection.execute(delete(detail).where(detail.c.id <= ids[-1]))
    return len(ids)


async def _thin_hours(store: Store, before_us: int) -> int:
    async with store.writing() as (connection, _):
        oldest = await connection.scalar(select(func.min(rollup_hour.c.starts_at)))
        if oldest is None or oldest > before_us:
            return 0
        done = await connection.execute(delete(rollup_hour).where(rollup_hour.c.starts_at == oldest))
        gone = await read_mark(connection, Mark.HOURS_GONE) or 0
        await set_mark(connection, Mark.HOURS_GONE, max(gone, to_us(from_us(oldest) + HOUR)))
    return done.rowcount
