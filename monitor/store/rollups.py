"""Rolling up: every result is counted once, in the hour and the day in which it started.

Results are read in the order in which they were recorded, and the mark of how far moves in the transaction
that counts them. So a result that comes late is counted when it comes, and one is never counted twice,
wherever the program is killed.
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import TYPE_CHECKING

from monitor.core.accounting.days import Days, hour_of
from monitor.core.accounting.rollup import Measured, roll_up
from monitor.store.instants import from_us
from monitor.store.marks import Mark, read_mark, set_mark
from monitor.store.rollup_rows import MEASURED, Place, Rollups, add_counts, measured
from monitor.store.schema import result, rollup_day, rollup_hour
from monitor.store.unbroken import unbroken

if TYPE_CHECKING:
    from monitor.store.store import Store

RESULTS_AT_ONCE = 300
"""They may be of as many checks, and then change two rows for each: some 20 ms, for which a batch waits."""


async def count_results(store: Store, days: Days, at_once: int = RESULTS_AT_ONCE) -> bool:
    """Count the next results in their hours and days, in one transaction; returns whether there may be more.

    Args:
        store: open; another process may do the same at the same time.
        days: how days are cut.
        at_once: how many results at most.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.reading() as connection:
        mark = await read_mark(connection, Mark.RESULTS)
        query = MEASURED.where(result.c.id > (mark or 0)).order_by(result.c.id).limit(at_once)
        rows = (await connection.execute(query)).all()
    if not rows:
        return False
    hours, whole_days = await asyncio.to_thread(_roll_up, list(measured(rows)), days)
    await unbroken(_add(store, mark, rows[-1].id, hours, whole_days))
    return True


async def counted_until(store: Store) -> datetime | None:
    """Return when the last result was recorded that is counted; None: none is.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    async with store.reading() as connection:
        mark = await read_mark(connection, Mark.RESULTS)
    return None if mark is None else from_us(mark)


def _roll_up(results: list[Measured[Place]], days: Days) -> tuple[Rollups, Rollups]:
    return roll_up(results, hour_of), roll_up(results, days.of)


async def _add(store: Store, seen: int | None, last_id: int, hours: Rollups, days: Rollups) -> None:
    async with store.writing() as (connection, _):
        if await read_mark(connection, Mark.RESULTS) != seen:
            return  # somebody else has counted them: the next call begins where they left off
        await add_counts(connection, rollup_hour, hours)
        await add_counts(connection, rollup_day, days)
        await set_mark(connection, Mark.RESULTS, last_id)
