"""How far rolling up and deleting have come, and by which clock days are cut."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy import delete, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.accounting.days import Days
from monitor.store.instants import EPOCH, from_us, to_us
from monitor.store.schema import rollup_mark, rollup_zone
from monitor.store.upsert import upsert

if TYPE_CHECKING:
    from monitor.store.store import Store

ALL_VANTAGES = 0


class Mark(StrEnum):
    """What is marked; values are microseconds since 1970, or ids."""

    RESULTS = "results"
    """Id of the last result that is counted in the rollups."""
    RESULTS_GONE = "results_gone"
    """When the latest of the results began, or was recorded, that were deleted."""
    HOURS_GONE = "hours_gone"
    """Before this no hour is kept."""
    TRANSITIONS = "transitions"
    """Of a vantage: id of the last change that the times in the rollups know of."""
    HOUR_TIMES = "hour_times"
    """Of a vantage: up to when hours have their times of each status."""
    DAY_TIMES = "day_times"
    """The same of days."""


async def read_mark(connection: AsyncConnection, mark: Mark, vantage_no: int = ALL_VANTAGES) -> int | None:
    """Return a mark; None: it was never set."""
    query = select(rollup_mark.c.value).where(
        rollup_mark.c.name == mark.value, rollup_mark.c.vantage_no == vantage_no
    )
    found: int | None = await connection.scalar(query)
    return found


async def set_mark(
    connection: AsyncConnection, mark: Mark, value: int, vantage_no: int = ALL_VANTAGES
) -> None:
    """Set a mark within the transaction of what it tells of."""
    row = {"name": mark.value, "vantage_no": vantage_no, "value": value}
    await connection.execute(_UPSERT, row)


async def read_days(connection: AsyncConnection) -> Days | None:
    """Return how days are cut; None: nothing was ever rolled up."""
    rows = await connection.execute(select(rollup_zone).order_by(rollup_zone.c.since))
    zones = [(from_us(row.since), ZoneInfo(row.zone)) for row in rows]
    return Days(zones) if zones else None


async def follow_zone(store: Store, zone: ZoneInfo, now: datetime) -> Days:
    """Cut days by a zone: where that is another one than before, from the next midnight on.

    Days that are counted already stay as they were cut.

    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.reading() as connection:
        days = await read_days(connection)
    if days is not None and _key(days, len(days.zones) - 1) == zone.key:
        return days
    async with store.writing() as (connection, _):
        days = await read_days(connection)
        since = EPOCH
        if days is not None:
            # One that was announced and has not begun is given up.
            await connection.execute(delete(rollup_zone).where(rollup_zone.c.since > to_us(now)))
            kept = Days([one for one in days.zones if one[0] <= now])
            if _key(kept, len(kept.zones) - 1) == zone.key:
                return kept
            since = kept.of(now).ends_at
        await connection.execute(insert(rollup_zone).values(since=to_us(since), zone=zone.key))
        found = await read_days(connection)
    return found or Days([(since, zone)])


def _key(days: Days, place: int) -> str:
    return str(days.zones[place][1])


_UPSERT = upsert(rollup_mark)
