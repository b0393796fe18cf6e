"""Who writes when, on both kinds of database: one after the other."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

LOCK_TIMEOUT_SECONDS = 5
"""How long to wait for another program's lock, unless the URL says otherwise (`?timeout=`): longer than our
own transactions or a backup's step take, shorter than what the recorder's queue can hold."""

WRITES = "kulkul_writes"
"""Execution option of a connection whose transactions write: they take turns, one at a time."""


async def connect_writer(engine: AsyncEngine) -> AsyncConnection:
    """Return a connection whose transactions write, one writer at a time."""
    options: dict[str, object] = {WRITES: True}
    if engine.dialect.name == "postgresql":
        # Each statement after the turn is taken must see what the writer before left.
        options |= {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}
    connection = await engine.connect()
    try:
        return await connection.execution_options(**options)
    except BaseException:
        await connection.close()
        raise
