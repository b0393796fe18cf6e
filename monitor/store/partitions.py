"""Results of a server by the day: a partition of `result` for each day of UTC, dropped whole when it is old.

A partition is made with the first result of its day, and attached: unlike CREATE … PARTITION OF that waits
for no reader. There is no default partition, which every attaching would have to search.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.instants import from_us, to_us

DAY = timedelta(days=1)
_NAME = re.compile(r"result_(\d{4})(\d\d)(\d\d)")


def day_of(row_id: int) -> datetime:
    """Return the midnight (UTC) of the day whose partition holds a result."""
    return from_us(row_id).replace(hour=0, minute=0, second=0, microsecond=0)


async def partitions(connection: AsyncConnection) -> dict[datetime, str]:
    """Return the names of the partitions there are by their day, in the order of time."""
    query = text(
        "SELECT relname FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid "
        "WHERE inhparent = 'result'::regclass ORDER BY relname"
    )
    found = {}
    for name in await connection.scalars(query):
        match = _NAME.fullmatch(name)
        if match is not None:
            year, month, day = map(int, match.groups())
            found[datetime(year, month, day, tzinfo=UTC)] = name
    return found


async def make_partitions(connection: AsyncConnection, known: set[datetime], row_ids: Iterable[int]) -> None:
    """Make the partitions that results need, within the transaction of who writes them.

    Args:
        connection: of the writer.
        known: days whose partitions are there; those made are added.
        row_ids: of the results.
    """
    wanted = {day_of(row_id) for row_id in row_ids} - known
    if wanted and not known:
        known |= (await partitions(connection)).keys()
        wanted -= known
    for day in sorted(wanted):
        name = f"result_{day:%Y%m%d}"
        await connection.execute(text(f"CREATE TABLE {name} (LIKE result INCLUDING ALL)"))
        await connection.execute(
            text(
                f"ALTER TABLE result ATTACH PARTITION {name} FOR VALUES FROM ({to_us(day)}) "
                f"TO ({to_us(day + DAY)})"
            )
        )
        known.add(day)


async def drop_partition(connection: AsyncConnection, name: str) -> None:
    """Drop a partition with all that is in it.

    That waits for everybody who reads results just now, and everybody else for that: so not for long.
    """
    await connection.execute(text("SET LOCAL lock_timeout = '1s'"))
    await connection.execute(text(f"DROP TABLE {name}"))
