"""A copy made while the daemon runs takes the place of a lost database, as docs/operations.md tells."""

from __future__ import annotations

import asyncio
import os
import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.status import Status
from monitor.store import Store
from tests.databases import on_a_server, postgresql_programs
from tests.processes import KULKUL, wait_until
from tests.reporting import WITA, change, remember

pytestmark = pytest.mark.real

DOCS = Path(__file__).resolve().parents[2] / "docs"
COPY = "VACUUM INTO"
CHECK = "PRAGMA integrity_check"
DUMP = "pg_dump --username=kulkul --format=custom"
READ = "pg_restore --file=/dev/null"
ANEW = "--dbname=postgres --create --clean --if-exists --exit-on-error"
RESTORE = f"pg_restore --username=kulkul {ANEW}"
YESTERDAY = datetime.now(WITA).date() - timedelta(days=1)
LEFT_BY_A_NEWER_PROGRAM = (
    "CREATE TABLE newer (incident_no bigint REFERENCES incident)",
    "CREATE TABLE result_20991231 (LIKE result INCLUDING ALL)",
    "ALTER TABLE result ATTACH PARTITION result_20991231 FOR VALUES FROM (1) TO (2)",
    "DROP TABLE frozen_period",
)
"""On top of what the dump holds, which must not stay: the next update would stumble over it."""


class InAFile:
    """A file that is copied, and lost with its journals."""

    def __init__(self, station):
        self.home = station.home
        self.lost = station.home.path
        self.copy = station.folder / "backup.sqlite"

    def make(self):
        with closing(sqlite3.connect(self.lost)) as connection:
            connection.execute(f"{COPY} '{self.copy}'")
        with closing(sqlite3.connect(self.copy)) as connection:
            assert connection.execute(CHECK).fetchall() == [("ok",)]

    def lose(self):
        for lost in self.lost.parent.iterdir():
            lost.unlink()

    def restore(self):
        self.copy.rename(self.lost)

    def whole(self):
        return self.home.rows(CHECK) == [("ok",)]


class OnAServer:
    """A database that is dumped, and restored over one that a newer program has changed."""

    def __init__(self, station):
        self.home = station.home
        self.copy = station.folder / "kulkul.dump"

    def run(self, command, *arguments, **files):
        program, *options = command.split()
        server = self.home.server
        where = {"PGHOST": "127.0.0.1", "PGPORT": str(server.port), "PGPASSWORD": server.password}
        return subprocess.run(
            [postgresql_programs() / program, *options, *arguments],
            env={**os.environ, **where, "LC_ALL": "C"},
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            **files,
        )

    def read(self, command):
        with self.copy.open("rb") as dump:
            done = self.run(command, stdin=dump)
        return done.returncode, done.stderr

    def make(self):
        with self.copy.open("wb") as dump:
            assert self.run(DUMP, self.home.database, stdout=dump).returncode == 0
        assert self.read(READ) == (0, "")

    def lose(self):
        self.home.execute(*LEFT_BY_A_NEWER_PROGRAM)

    def restore(self):
        assert self.read(RESTORE) == (0, "")

    def whole(self):
        return self.home.rows("SELECT to_regclass('newer'), to_regclass('result_20991231')") == [(None, None)]


class OnANewServer(OnAServer):
    """A database that is dumped, and restored where there is an empty one, as on a new host."""

    def lose(self):
        with self.home.server.connected("postgres") as connection:
            connection.execute(f"DROP DATABASE {self.home.database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {self.home.database}")


async def _yesterday(url):
    """Leave what a daemon would have: a month of good days and an outage of ten minutes yesterday."""
    noon = datetime(YESTERDAY.year, YESTERDAY.month, YESTERDAY.day, 12, tzinfo=WITA).astimezone(UTC)
    async with await Store.open(url) as store:
        await remember(
            store,
            change("good", noon - timedelta(days=30), Status.UP),
            change("good", noon, Status.DOWN),
            change("good", noon + timedelta(minutes=10), Status.UP),
            seen_until=datetime.now(UTC),
            since=noon - timedelta(days=30),
            checks=("good", "dead"),
        )


@pytest.fixture
def kulkul(station):
    def run(*arguments):
        ran = subprocess.run(
            [*KULKUL, *arguments[:2], "--config", str(station.config), *arguments[2:]],
            capture_output=True,
            text=True,
            check=False,
            cwd=station.folder,
        )
        return ran.returncode, ran.stdout + ran.stderr

    return run


def _incidents(station):
    return station.rows("SELECT * FROM incident ORDER BY 1")


@pytest.mark.parametrize(
    ("home", "kind"),
    [("sqlite", InAFile), ("postgresql", OnAServer), ("postgresql", OnANewServer)],
    ids=["a file", "a server", "a new server"],
    indirect=["home"],
)
def test_a_restored_copy_goes_on_where_it_was_made_and_its_reports_verify(kind, station, start, kulkul):
    backup = kind(station)
    asyncio.run(_yesterday(station.home.url))
    first = start()
    station.wait_for(good="UP", dead="DOWN")
    assert kulkul("report", "freeze", YESTERDAY.isoformat())[0] == 0
    report = station.folder / "laporan.xlsx"
    wanted = ("--format", "xlsx", "--output", str(report))
    assert kulkul("report", "build", YESTERDAY.isoformat(), *wanted)[0] == 0
    verified = kulkul("report", "verify", str(report))
    assert verified[0] == 0, verified

    incidents = wait_until("the incident is on record", lambda: _incidents(station))
    backup.make()
    results = station.rows("SELECT * FROM result ORDER BY id")
    first.alive()
    first.end(signal.SIGKILL)

    backup.lose()
    backup.restore()
    kept = station.rows("SELECT * FROM result ORDER BY id")
    assert kept
    assert kept == results[: len(kept)]
    second = start()
    station.wait_for(good="UP", dead="DOWN")
    assert kulkul("report", "verify", str(report)) == verified
    wait_until("it goes on", lambda: len(station.rows("SELECT id FROM result")) > len(kept))
    assert backup.whole()
    assert [one[0] for one in _incidents(station)] == [one[0] for one in incidents]
    assert second.end() == 0
    assert "Traceback" not in second.stderr


@on_a_server
def test_a_dump_that_was_cut_short_is_noticed_when_it_is_read(station):
    backup = OnAServer(station)
    backup.make()
    whole = backup.copy.read_bytes()
    backup.copy.write_bytes(whole[:-100])
    code, said = backup.read(READ)
    assert code == 1
    assert "could not read from input file: end of file" in said


@on_a_server
def test_while_somebody_works_on_the_database_a_restoration_changes_nothing(station, start):
    backup = OnAServer(station)
    backup.make()
    daemon = start()
    station.wait_for(good="UP", dead="DOWN")
    results = station.rows("SELECT * FROM result ORDER BY id")
    code, said = backup.read(RESTORE)
    assert code == 1
    assert "is being accessed by other users" in said
    assert station.rows("SELECT * FROM result ORDER BY id")[: len(results)] == results
    assert daemon.end() == 0


def test_the_guides_say_the_same_words():
    operations = (DOCS / "operations.md").read_text(encoding="utf-8")
    in_container = "$ docker compose exec -T postgres "
    assert f"{COPY} '" in operations
    assert f'"{CHECK}"' in operations
    assert f"{in_container}{DUMP} kulkul > kulkul-$(date +%F).dump" in operations
    assert f"{in_container}{READ} < kulkul-$(date +%F).dump" in operations
    assert f"{in_container}{RESTORE} < kulkul-2026-11-22.dump" in operations

    postgresql = (DOCS / "postgresql.md").read_text(encoding="utf-8")
    assert f"$ {DUMP} --host=db.demoprov.go.id kulkul > kulkul.dump" in postgresql
    assert f"$ {READ} < kulkul.dump" in postgresql
    assert f"$ sudo -u postgres pg_restore {ANEW} < kulkul.dump" in postgresql
