"""SQLite: a file, one writer, and readers that never wait."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import URL, Connection, NullPool, create_engine, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from monitor.store.errors import StoreError
from monitor.store.turns import LOCK_TIMEOUT_SECONDS, WRITES

# synchronous=NORMAL on a WAL: a killed process loses nothing that was committed; a power cut may lose the
# last commits but never damages the file. The limit gives disk back after a long reader made the WAL grow.
_PRAGMAS = (
    "journal_mode = WAL",
    "synchronous = NORMAL",
    "foreign_keys = ON",
    f"journal_size_limit = {16 * 1024 * 1024}",
)


def checked(url: URL) -> URL:
    """Return the URL as `connect` takes it.

    Raises:
        StoreError: it names no file, or has options that are not known.
    """
    if url.database is None or url.database in ("", ":memory:") or url.database.startswith("file:"):
        raise StoreError("The database must be named by the path of its file; write sqlite:///PATH.")
    options = {"timeout": str(LOCK_TIMEOUT_SECONDS), **url.query}
    if set(options) != {"timeout"} or not re.fullmatch(r"\d+(\.\d+)?", str(options["timeout"])):
        raise StoreError(
            f"{url.database}: the only option is how long to wait for a lock, as in ?timeout=5 (seconds)."
        )
    return url.set(drivername="sqlite+aiosqlite", query=options)


def connect(url: URL) -> AsyncEngine:
    """Return an engine for a URL that was `checked`.

    Raises:
        sqlalchemy.exc.DBAPIError: the file cannot be opened.
    """
    # Tried in this thread first: where opening fails, aiosqlite (0.22) leaves a thread behind that writes a
    # traceback if the event loop is closed before it has ended, as happens to a command that then exits.
    create_engine(url.set(drivername="sqlite"), poolclass=NullPool).connect().close()
    # Python's sqlite3 would begin transactions by its own rules, and not at all before DDL.
    engine = create_async_engine(url, connect_args={"isolation_level": None})
    event.listen(engine.sync_engine, "connect", _prepare)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _prepare(connection: Any, _record: object) -> None:
    try:
        cursor = connection.cursor()
        for pragma in _PRAGMAS:
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()
    except BaseException:
        connection.close()  # the pool would drop it with its thread and its file still open
        raise


def _begin(connection: Connection) -> None:
    # A writer that only read at first could find its snapshot outdated, which no waiting would mend.
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
