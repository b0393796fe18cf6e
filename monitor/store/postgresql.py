"""PostgreSQL: sessions that never wait without end, reads of one moment, and writers that take turns."""

from __future__ import annotations

import logging
import re
from typing import Any

from sqlalchemy import URL, Connection, event
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from monitor.store.errors import StoreError
from monitor.store.turns import GIVEN_UP_SECONDS, LOCK_TIMEOUT_SECONDS, SPACE, TRANSACTION, TURN, WRITES

OLDEST = 14
"""The oldest server that is supported: older ones get no corrections any more."""

CONNECT_SECONDS = 10
QUERY_SECONDS = 60
"""After this a server that says nothing counts as gone. A year of 1,000 services is read in a few seconds."""
_STATEMENT_MS = 55_000
"""A little less, so that a server that lives says by itself that it took too long."""
POOL, OVERFLOW = 5, 5
"""Connections kept, and more at need: the writer, pages and reports."""

_SSL_MODES = ("disable", "allow", "prefer", "require", "verify-ca", "verify-full")
_OPTIONS = {"timeout", "sslmode", "host"}
_KEEPALIVES, _KEEPALIVE_SECONDS = 3, 2
_SESSION = {
    "application_name": "kulkul",
    "timezone": "UTC",
    "statement_timeout": str(_STATEMENT_MS),
    # A transaction of ours that hangs must not keep all other writers from their turn.
    "idle_in_transaction_session_timeout": str(_STATEMENT_MS),
    # A host that is lost without a word gives its locks back.
    "tcp_keepalives_idle": str(GIVEN_UP_SECONDS - _KEEPALIVES * _KEEPALIVE_SECONDS),
    "tcp_keepalives_interval": str(_KEEPALIVE_SECONDS),
    "tcp_keepalives_count": str(_KEEPALIVES),
    # While an answer waits to be acknowledged no keepalive is sent: it is repeated, as long as this.
    "tcp_user_timeout": str(GIVEN_UP_SECONDS * 1000),
}


def checked(url: URL) -> URL:
    """Return the URL as `connect` takes it.

    Raises:
        StoreError: another driver, no name of a database, or options that are not known.
    """
    name = shown(url)
    if url.drivername not in ("postgresql", "postgresql+asyncpg"):
        raise StoreError(f"{name}: leave the driver out; write postgresql://USER@HOST:PORT/NAME.")
    if not url.database:
        raise StoreError("The database's name is missing; write postgresql://USER@HOST:PORT/NAME.")
    options = {"timeout": str(LOCK_TIMEOUT_SECONDS), **url.query}
    unknown = set(options) - _OPTIONS
    if unknown:
        raise StoreError(
            f"{name}: the option {min(unknown)} is not known; there are host, sslmode and timeout."
        )
    if not re.fullmatch(r"\d+(\.\d+)?", str(options["timeout"])):
        raise StoreError(f"{name}: `timeout` is how long to wait for a lock, as in ?timeout=5 (seconds).")
    if options.get("sslmode", "prefer") not in _SSL_MODES:
        raise StoreError(f"{name}: `sslmode` should be one of {', '.join(_SSL_MODES)}.")
    return url.set(drivername="postgresql+asyncpg", query=options)


def shown(url: URL) -> str:
    """Return the database as people are told of it: host, port and name."""
    host = url.host or str(url.query.get("host", "localhost"))
    port = "" if url.port is None else f":{url.port}"
    return f"postgresql://{f'[{host}]' if ':' in host else host}{port}/{url.database}"


def connect(url: URL) -> AsyncEngine:
    """Return an engine for a URL that was `checked`; nothing is connected yet."""
    options = dict(url.query)
    lock_ms = round(float(str(options.pop("timeout"))) * 1000)
    arguments: dict[str, Any] = {
        "timeout": CONNECT_SECONDS,
        "command_timeout": QUERY_SECONDS,
        "server_settings": {**_SESSION, "lock_timeout": str(max(1, lock_ms))},
    }
    if "sslmode" in options:
        arguments["ssl"] = options.pop("sslmode")
    engine = create_async_engine(
        url.set(query=options),
        connect_args=arguments,
        pool_size=POOL,
        max_overflow=OVERFLOW,
        pool_timeout=CONNECT_SECONDS,
        pool_pre_ping=True,  # a server that was restarted costs nobody an error
        isolation_level="REPEATABLE READ",  # what is read over a connection is of one moment
        execution_options={"postgresql_readonly": True},
    )
    logging.getLogger("asyncio").addFilter(_worth_telling)
    event.listen(engine.sync_engine, "connect", _require)
    event.listen(engine.sync_engine, "begin", _begin)
    return engine


def _worth_telling(record: logging.LogRecord) -> bool:
    """Drop what asyncio says of a future that asyncpg forgot with a session: the store tells of the loss."""
    error = record.exc_info[1] if record.exc_info else None
    forgotten = record.getMessage().startswith("Future exception was never retrieved")
    return not (forgotten and type(error).__name__ == "ConnectionDoesNotExistError")


def _begin(connection: Connection) -> None:
    # What BEGIN IMMEDIATE is to a file: from here on nobody else writes until this transaction ends.
    if connection.get_execution_options().get(WRITES, False):
        turn = f"SELECT pg_current_xact_id()::text FROM pg_advisory_xact_lock({SPACE}, {TURN})"  # noqa: S608 - two numbers of ours
        connection.info[TRANSACTION] = connection.exec_driver_sql(turn).scalar()


def _require(connection: Any, _record: object) -> None:
    """Refuse a server on which we would fail later and less clearly."""
    driver = connection.driver_connection
    version, encoding = driver.get_server_version(), driver.get_settings().server_encoding
    if version.major >= OLDEST and encoding == "UTF8":
        return
    connection.close()
    if version.major < OLDEST:
        raise StoreError(
            f"This PostgreSQL is version {version.major}, which is too old; Kulkul needs {OLDEST} or newer."
        )
    raise StoreError(
        f"The database is encoded in {encoding}; create one with: CREATE DATABASE kulkul ENCODING 'UTF8' "
        "TEMPLATE template0."
    )
