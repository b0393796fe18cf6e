"""Bringing a database to the schema of this program, with Alembic."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Connection, inspect, text
from sqlalchemy.ext.asyncio import AsyncEngine

from monitor.store.engine import connect, is_file, locate, shown
from monitor.store.errors import StoreError, explained
from monitor.store.schema import HEAD
from monitor.store.turns import connect_writer

if TYPE_CHECKING:  # Alembic takes long to import, and is needed only when there is something to migrate
    from alembic.config import Config

_VERSION_TABLE = "alembic_version"


@dataclass(frozen=True, slots=True)
class Upgrade:
    """What an upgrade did, as schema revisions."""

    before: str | None
    """None: the database was empty."""
    after: str


async def upgrade(url_or_path: str | Path) -> Upgrade:
    """Create the database, or bring it to the newest schema; in one transaction, or not at all.

    Raises:
        StoreError: it cannot be created or written, is no database of ours, or is newer than this program.
    """
    url = locate(url_or_path)
    make_folder(url)
    where = shown(url)
    with explained(where):
        engine = connect(url)
        try:
            return await bring_to_head(engine, where)
        finally:
            await engine.dispose()


async def bring_to_head(engine: AsyncEngine, where: str) -> Upgrade:
    """Run the migrations that are missing. Raises as `upgrade` does, and the driver's errors as they are."""
    before = await revision(engine, where)
    if before == HEAD:
        return Upgrade(before, HEAD)
    connection = await connect_writer(engine)
    try:
        async with connection.begin():
            await connection.run_sync(_migrate, where)
    finally:
        await connection.close()
    return Upgrade(before, HEAD)


async def require_head(engine: AsyncEngine, where: str) -> None:
    """Look at a database without changing it.

    Raises:
        StoreError: its schema is not the one that this program reads.
    """
    before = await revision(engine, where)
    if before == HEAD:
        return
    if before is not None and before not in _known_revisions():
        raise _newer(where, before)
    raise StoreError(f"{where} has an older schema than this program needs; run `kulkul db upgrade`.")


async def revision(engine: AsyncEngine, where: str) -> str | None:
    """Return the schema revision of a database; None if it is empty.

    Raises:
        StoreError: it holds tables that are not ours.
    """
    async with engine.connect() as connection:
        return await connection.run_sync(_revision, where)


def make_folder(url: URL) -> None:
    """Create the folder that the file is to stand in; a server keeps its own.

    Raises:
        StoreError: it cannot be created.
    """
    if not is_file(url):
        return
    folder = Path(str(url.database)).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StoreError(
            f"{url.database}: its folder cannot be created ({error.strerror}); name another place."
        ) from error


def require_file(url: URL) -> None:
    """Refuse a file that is not there, rather than create an empty one by looking.

    Raises:
        StoreError: the file does not exist.
    """
    if is_file(url) and not Path(str(url.database)).exists():
        raise StoreError(f"{url.database} does not exist; start the daemon once, or run `kulkul db upgrade`.")


def _revision(connection: Connection, where: str) -> str | None:
    tables = inspect(connection).get_table_names()
    if _VERSION_TABLE in tables:
        found: str | None = connection.scalar(text(f"SELECT version_num FROM {_VERSION_TABLE}"))  # noqa: S608 - a constant
        return found
    if tables:
        raise StoreError(f"{where} is the database of another program; name another one.")
    return None


def _migrate(connection: Connection, where: str) -> None:
    from alembic import command

    present = _revision(connection, where)  # again, now that nobody else can migrate it
    if present is not None and present not in _known_revisions():
        raise _newer(where, present)
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _known_revisions() -> set[str]:
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory.from_config(_config()).walk_revisions()}


def _config() -> Config:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    return config


def _newer(where: str, present: str) -> StoreError:
    return StoreError(
        f"{where} was written by a newer Kulkul (schema {present}; this program knows up to {HEAD}); "
        "update the program."
    )
