"""Moving house: everything of a file into an empty database of a server, in one transaction, and counted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Table, func, select, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor.store.engine import connect, is_file, locate, shown
from monitor.store.errors import StoreError, explained
from monitor.store.inserting import copy_rows
from monitor.store.migrate import bring_to_head, require_file, require_head
from monitor.store.partitions import make_partitions
from monitor.store.schema import metadata, result
from monitor.store.turns import connect_writer

_AT_ONCE = 5_000
"""Rows read, and copied, at a time: some megabytes."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What was copied, and counted in the target."""

    source: str
    target: str
    rows: Mapping[str, int]
    """By table."""


async def copy(source: str | Path, target: str | Path, told: Callable[[int, int], None]) -> Copied:
    """Copy every row of a file into a server's database; all of them, or none.

    Args:
        source: a file that no daemon writes to meanwhile: what comes later is not copied.
        target: an empty database; its schema is created.
        told: is told now and then how many rows are copied, and of how many.
    Raises:
        StoreError: one of them cannot be used, the target is not empty, or the counts differ.
    """
    source_url, target_url = locate(source), locate(target)
    if not is_file(source_url) or is_file(target_url):
        raise StoreError(
            "Only an SQLite file can be copied, and only to PostgreSQL: name them in this order."
        )
    require_file(source_url)
    here, there = shown(source_url), shown(target_url)
    with explained(here):
        reader = connect(source_url)
    writer = connect(target_url)
    try:
        with explained(here):
            await require_head(reader, here)
        with explained(there):
            await bring_to_head(writer, there)
            rows = await _copy(reader, writer, there, told)
    finally:
        await writer.dispose()
        await reader.dispose()
    return Copied(here, there, rows)


async def _copy(
    reader: AsyncEngine, writer: AsyncEngine, there: str, told: Callable[[int, int], None]
) -> dict[str, int]:
    target = await connect_writer(writer)
    try:
        async with reader.connect() as source, target.begin():
            for table in metadata.sorted_tables:
                if await _count(target, table):
                    raise StoreError(
                        f"{there} is not empty (there are rows in {table.name}); name an empty database."
                    )
            wanted = {table.name: await _count(source, table) for table in metadata.sorted_tables}
            done, total = 0, sum(wanted.values())
            for table in metadata.sorted_tables:
                async for count in _copy_table(source, target, table):
                    done += count
                    told(done, total)
                found = await _count(target, table)
                if found != wanted[table.name]:
                    raise StoreError(
                        f"Of {wanted[table.name]} rows of {table.name} {found} arrived; nothing was copied."
                    )
            await target.execute(text("ANALYZE"))
        return wanted
    finally:
        await target.close()


async def _copy_table(source: AsyncConnection, target: AsyncConnection, table: Table) -> AsyncIterator[int]:
    """Copy a table; yields how many rows were copied each time."""
    names = [column.name for column in table.c]
    known: set[datetime] = set()
    rows = await source.stream(select(table).order_by(*table.primary_key))
    async for some in rows.partitions(_AT_ONCE):
        if table is result:
            await make_partitions(target, known, (row.id for row in some))
        await copy_rows(target, table.name, names, [tuple(row) for row in some])
        yield len(some)
    own = table.autoincrement_column
    if own is not None and own.autoincrement is not False:
        # Numbers go on after the last one; a table without rows begins at 1.
        await target.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{own.name}'), max({own.name})) "  # noqa: S608 - our tables
                f"FROM {table.name} HAVING max({own.name}) IS NOT NULL"
            )
        )


async def _count(connection: AsyncConnection, table: Table) -> int:
    return await connection.scalar(select(func.count()).select_from(table)) or 0
