"""A database of either kind for one test: its URL, and what another program would see of it and do to it."""

from __future__ import annotations

import asyncio
import getpass
import os
import pwd
import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import asynccontextmanager, closing, contextmanager
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.processes import wait_until

KINDS = ("sqlite", "postgresql")
in_a_file = pytest.mark.parametrize("home", ["sqlite"], indirect=True)
"""For a test of what only a file can be: missing, empty, unreadable."""
on_a_server = pytest.mark.parametrize("home", ["postgresql"], indirect=True)
_ELSEWHERE = Path("/usr/lib/postgresql")  # Debian keeps the server's programs out of PATH


class Sqlite:
    """A file in a folder of the test."""

    kind = "sqlite"

    def __init__(self, path: Path) -> None:
        self.path = path
        self.url = f"sqlite:///{path}"
        self.name = str(path)

    def impatient(self, seconds: float = 0.2) -> str:
        """Return the URL of one who waits only so long for a lock."""
        return f"{self.url}?timeout={seconds}"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        # Who may only read leaves the log of a killed program to the next one, who must cope with it.
        with closing(sqlite3.connect(f"{self.path.as_uri()}?mode=ro", uri=True, timeout=20)) as connection:
            return connection.execute(query).fetchall()

    def execute(self, *statements: str) -> None:
        with closing(sqlite3.connect(self.path, timeout=20)) as connection, connection:
            for one in statements:
                connection.execute(one)

    def refuse(self, table: str) -> None:
        """Let nothing more into a table."""
        self.execute(f"CREATE TRIGGER no BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'no'); END")

    def allow(self, _table: str) -> None:
        self.execute("DROP TRIGGER no")

    @asynccontextmanager
    async def locked(self):
        """Keep every writer waiting, as another program would.

        Waits for the lock in a thread: who holds it now may be a task of the same loop.
        """
        with closing(
            sqlite3.connect(self.path, isolation_level=None, timeout=20, check_same_thread=False)
        ) as other:
            await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
            yield
            other.execute("ROLLBACK")

    @contextmanager
    def shut(self) -> Iterator[None]:
        """Keep every reader waiting too; nobody may have the file open."""
        with closing(sqlite3.connect(self.path, isolation_level=None)) as other:
            # Without the log that lets others read meanwhile, a lock shuts out everybody.
            other.execute("PRAGMA journal_mode = DELETE")
            other.execute("BEGIN EXCLUSIVE")
            yield

    @contextmanager
    def away(self) -> Iterator[None]:
        """Let nobody open it; who has it open keeps it."""
        elsewhere = self.path.rename(f"{self.path}.away")
        yield
        elsewhere.rename(self.path)


class Postgresql:
    """A database of a server that the tests started."""

    kind = "postgresql"

    def __init__(self, server: Server, name: str) -> None:
        self.server = server
        self.database = name
        self.url = server.url(name)
        self.name = f"postgresql://{server.host}:{server.port}/{name}"

    def impatient(self, seconds: float = 0.2) -> str:
        return f"{self.url}?timeout={seconds}"

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with self.server.connected(self.database) as connection:
            return connection.execute(query).fetchall()

    def execute(self, *statements: str) -> None:
        with self.server.connected(self.database) as connection:
            for one in statements:
                connection.execute(one)

    def refuse(self, table: str) -> None:
        self.execute(f"ALTER TABLE {table} ADD CONSTRAINT no CHECK (false) NOT VALID")

    def allow(self, table: str) -> None:
        self.execute(f"ALTER TABLE {table} DROP CONSTRAINT no")

    @asynccontextmanager
    async def locked(self):
        from monitor.store.turns import SPACE, TURN

        with self.server.connected(self.database) as other:
            await asyncio.to_thread(other.execute, f"SELECT pg_advisory_lock({SPACE}, {TURN})")
            yield

    @contextmanager
    def shut(self) -> Iterator[None]:
        tables = ", ".join(
            f'"{name}"'
            for (name,) in self.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        )
        with self.server.connected(self.database) as other, other.transaction():
            other.execute(f"LOCK TABLE {tables}")
            yield

    @contextmanager
    def away(self) -> Iterator[None]:
        with self.server.connected("postgres") as other:
            other.execute(f"ALTER DATABASE {self.database} ALLOW_CONNECTIONS false")
            yield
            other.execute(f"ALTER DATABASE {self.database} ALLOW_CONNECTIONS true")


class Server:
    """A PostgreSQL server in a folder, on a port of loopback or another address; `start` again after `kill`.

    It makes no effort to keep what a power cut would lose: what is tested is the death of processes.
    """

    def __init__(self, programs: Path, folder: Path, port: int, host: str = "127.0.0.1") -> None:
        self.host, self.port = host, port
        self.password = "kata sandi @/:%"
        self._programs = programs
        self._data = folder / "data"
        self._log = folder / "log"
        self._process: subprocess.Popen[bytes] | None = None
        self._user = "postgres" if os.geteuid() == 0 else getpass.getuser()
        folder.mkdir(parents=True, exist_ok=True)
        if os.geteuid() == 0:
            shutil.chown(folder, self._user)
            for parent in folder.parents:  # pytest keeps its folders to itself
                if parent.stat().st_uid == 0 and not parent.stat().st_mode & 0o001:
                    parent.chmod(parent.stat().st_mode | 0o011)
        secret = folder / "password"
        secret.write_text(self.password)
        secret.chmod(0o644)
        arguments = ("--username=kulkul", f"--pwfile={secret}", "--auth=scram-sha-256", "--encoding=UTF8")
        self._run("initdb", f"--pgdata={self._data}", *arguments, "--locale=C.UTF-8", "--no-sync")
        with (self._data / "postgresql.conf").open("a") as settings:
            settings.write(
                f"listen_addresses = '{host}'\nport = {port}\nunix_socket_directories = ''\n"
                "fsync = off\nfull_page_writes = off\nshared_buffers = 32MB\nmax_connections = 60\n"
                "autovacuum_naptime = 1h\nlog_min_messages = warning\n"
            )
        with (self._data / "pg_hba.conf").open("a") as rules:
            rules.write("host all all all scram-sha-256\n")

    def start(self) -> None:
        with self._log.open("ab") as log:
            self._process = subprocess.Popen(
                self._as_user("postgres", "-D", str(self._data)), stdout=log, stderr=log, cwd="/"
            )

        def answers() -> bool:
            assert self._process is not None
            assert self._process.poll() is None, self._log.read_text()
            try:
                self.connected("postgres").close()
            except psycopg.OperationalError:
                return False
            return True

        wait_until("PostgreSQL answers", answers)

    def kill(self) -> None:
        """Kill the postmaster as the kernel would; its children notice by themselves and end."""
        assert self._process is not None
        self._process.send_signal(signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGINT)  # "fast": disconnects everybody
            self._process.wait(60)

    def url(self, database: str) -> str:
        from urllib.parse import quote

        return f"postgresql://kulkul:{quote(self.password, safe='')}@{self.host}:{self.port}/{database}"

    def connected(self, database: str) -> psycopg.Connection[Any]:
        return psycopg.connect(
            host=self.host,
            port=self.port,
            user="kulkul",
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=10,
        )

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            self._as_user(program, *arguments), capture_output=True, text=True, check=False, cwd="/"
        )
        assert done.returncode == 0, done.stderr

    def _as_user(self, program: str, *arguments: str) -> list[str]:
        command = [str(self._programs / program), *arguments]
        if os.geteuid() != 0:
            return command
        user = pwd.getpwnam(self._user)  # PostgreSQL refuses to run as root
        ids = (f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups")
        return ["setpriv", *ids, "--", *command]


class Databases:
    """Makes databases on one server, each a copy of one that is migrated already."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._numbers = count(1)

    def empty(self) -> Postgresql:
        """Make a database without any table."""
        return self._make("template0")

    def migrated(self) -> Postgresql:
        """Make a database with the newest schema."""
        return self._make("pola")

    def drop(self, one: Postgresql) -> None:
        with self.server.connected("postgres") as connection:
            connection.execute(f"DROP DATABASE {one.database} WITH (FORCE)")

    def _make(self, template: str) -> Postgresql:
        name = f"uji_{next(self._numbers)}"
        with self.server.connected("postgres") as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return Postgresql(self.server, name)


def home_file(folder: Path) -> Path:
    """Return the file that holds the URL of a folder's database, where that is one on a server."""
    return folder / "database.url"


def home_reference(folder: Path) -> str:
    """Return what settings in a folder have as `database.url`: the server's, or a file of its own."""
    secret = home_file(folder)
    return f"${{file:{secret}}}" if secret.exists() else f"sqlite:///{folder}/data/kulkul.sqlite"


def postgresql_programs() -> Path:
    """Return where the server's programs are; skip, or fail where real components are asked for."""
    found = shutil.which("initdb")
    folders = [Path(found).resolve().parent] if found else sorted(_ELSEWHERE.glob("*/bin"), reverse=True)
    for folder in folders:
        if (folder / "initdb").exists():
            return folder
    if os.environ.get("KULKUL_REQUIRE_REAL") == "1":
        pytest.fail("the PostgreSQL server is not installed, and KULKUL_REQUIRE_REAL=1 asks for it")
    pytest.skip("the PostgreSQL server is not installed")
