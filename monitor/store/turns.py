"""Who writes when, on both kinds of database: one after the other."""

from __future__ import annotations

import asyncio
import zlib

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from monitor.store.errors import StoreUnavailable
from monitor.store.unbroken import connected

LOCK_TIMEOUT_SECONDS = 5
"""How long to wait for another program's lock, unless the URL says otherwise (`?timeout=`): longer than our
own transactions or a backup's step take, shorter than what the recorder's queue can hold."""

WRITES = "kulkul_writes"
"""Execution option of a connection whose transactions write: they take turns, one at a time."""


TRANSACTION = "kulkul_transaction"
"""Where a connection remembers the server's number of the transaction that writes; not there for a file."""

SPACE = 0x4B554C4B
"""The first of two numbers by which our advisory locks are known ("KULK"); other programs have others."""
TURN = 0
"""The second number: of the writer whose turn it is. Other seconds are of vantages, never 0."""
_LOOK_AGAIN_SECONDS = 0.25
GIVEN_UP_SECONDS = 11
"""After this a server ends a session whose other end answers no more, and so frees its seat and its turn."""
SEAT_PATIENCE_SECONDS = GIVEN_UP_SECONDS + 4
"""How long a daemon asks for its seat again: who sits there may be itself, on a connection that broke on its
own side only."""

XACT_STATUS = text("SELECT pg_xact_status(CAST(CAST(:transaction AS text) AS xid8))")
"""What has become of a transaction: committed, aborted, in progress, or null: long forgotten."""


class SeatTaken(StoreUnavailable):
    """Another daemon of the same vantage writes to the database."""


async def connect_writer(
    engine: AsyncEngine, where: str = "", seat: str | None = None, patience_seconds: float = 0
) -> AsyncConnection:
    """Return a connection whose transactions write, one writer at a time.

    With a `seat`, for which the database must be a server's, nobody else has a connection with the same seat
    for as long as this one lives: who loses the connection loses the seat, so two daemons of one vantage can
    never write both.

    Args:
        engine: of the database.
        where: the database, as people are told of it.
        seat: the vantage.
        patience_seconds: how long to ask again while somebody sits there: a connection of ours that broke
            may do so for a moment.
    Raises:
        SeatTaken: somebody else sits there.
    """
    options: dict[str, object] = {WRITES: True}
    if engine.dialect.name == "postgresql":
        # Each statement after the turn is taken must see what the writer before left.
        options |= {"isolation_level": "READ COMMITTED", "postgresql_readonly": False}
    connection = await connected(engine)
    try:
        if seat is not None:
            await _sit_down(connection, where, seat, patience_seconds)
        return await connection.execution_options(**options)
    except BaseException:
        await connection.close()
        raise


def transaction_of(connection: AsyncConnection) -> str | None:
    """Return the server's number of the transaction on a writing connection; None: it is a file's."""
    sync = connection.sync_connection
    number: str | None = None if sync is None else sync.info.get(TRANSACTION)
    return number


async def _sit_down(connection: AsyncConnection, where: str, seat: str, patience_seconds: float) -> None:
    ends = asyncio.get_running_loop().time() + patience_seconds
    number = zlib.crc32(seat.encode()) >> 1 or 1  # four bytes with a sign, and not TURN
    query = text(f"SELECT pg_try_advisory_lock({SPACE}, {number})")
    while not await connection.scalar(query):
        await connection.rollback()
        if asyncio.get_running_loop().time() >= ends:
            raise SeatTaken(
                f"Another daemon of the vantage {seat} writes to {where}; stop it, or give this one a "
                "vantage.name of its own.",
                retryable=True,
            )
        await asyncio.sleep(_LOOK_AGAIN_SECONDS)
    await connection.rollback()  # the transaction ends, the seat stays
