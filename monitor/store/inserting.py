"""Results on their way into the table: as rows of a file, or copied in one piece to a server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store.keys import Keys
from monitor.store.partitions import make_partitions
from monitor.store.schema import result

_COLUMNS = [column.name for column in result.c]


async def write_results(
    connection: AsyncConnection, keys: Keys, rows: Sequence[Mapping[str, object]]
) -> None:
    """Write rows of `result` within a transaction of the writer; not none."""
    if connection.dialect.name != "postgresql":
        await connection.execute(insert(result), rows)
        return
    await make_partitions(connection, keys.days, (cast("int", row["id"]) for row in rows))
    await copy_rows(connection, "result", _COLUMNS, [tuple(row[name] for name in _COLUMNS) for row in rows])


async def copy_rows(
    connection: AsyncConnection, table: str, columns: Sequence[str], rows: Sequence[Sequence[object]]
) -> None:
    """Copy rows into a table of a server, within the transaction that runs on the connection."""
    from asyncpg import InternalClientError  # not loaded where there is no server

    driver = (await connection.get_raw_connection()).driver_connection
    try:
        await driver.copy_records_to_table(table, records=rows, columns=list(columns))  # type: ignore[union-attr] # asyncpg's
    except InternalClientError as error:
        # The server had said that it ends this session. Unlike after any other statement, asyncpg (0.32)
        # then keeps the connection, as one on which an operation is in progress that never ends.
        driver.terminate()  # type: ignore[union-attr] # asyncpg's; at once, since nothing can be said over it
        await connection.invalidate(error)
        raise
