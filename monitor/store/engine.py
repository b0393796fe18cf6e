"""How a database is named and connected to."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor.store import postgresql, sqlite
from monitor.store.errors import StoreError


def locate(url_or_path: str | Path) -> URL:
    """Read the name of a database: a path, or an SQLAlchemy URL.

    Raises:
        StoreError: a kind of database that is not supported, no file, or an option that is not known.
    """
    if isinstance(url_or_path, Path) or "://" not in url_or_path:
        return sqlite.checked(URL.create("sqlite", database=str(url_or_path)))
    try:
        url = make_url(url_or_path)
    except (ArgumentError, ValueError) as error:
        raise StoreError(
            "The database URL cannot be read; write sqlite:///PATH or postgresql://USER@HOST:PORT/NAME."
        ) from error
    if url.get_backend_name() == "sqlite":
        return sqlite.checked(url)
    if url.get_backend_name() == "postgresql":
        return postgresql.checked(url)
    raise StoreError(
        f"{url.render_as_string()}: only SQLite and PostgreSQL are supported; write sqlite:///PATH or "
        "postgresql://USER@HOST:PORT/NAME."
    )


def shown(url: URL) -> str:
    """Return a database as people are told of it, without user and password."""
    if is_file(url):
        return str(url.database)
    return postgresql.shown(url)


def is_file(url: URL) -> bool:
    """Whether a database is a file of this machine."""
    return url.get_backend_name() == "sqlite"


def connect(url: URL) -> AsyncEngine:
    """Return an engine for a database that was located.

    Raises:
        sqlalchemy.exc.DBAPIError: a file that cannot be opened.
    """
    return sqlite.connect(url) if is_file(url) else postgresql.connect(url)
