"""A copy made while the daemon runs takes the place of a lost database, as docs/operations.md tells."""

from __future__ import annotations

import asyncio
import signal
import sqlite3
import subprocess
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.core.status import Status
from monitor.store import Store
from tests.databases import in_a_file
from tests.processes import KULKUL, wait_until
from tests.reporting import WITA, change, remember

pytestmark = pytest.mark.real

GUIDE = Path(__file__).resolve().parents[2] / "docs" / "operations.md"
COPY = "VACUUM INTO"
YESTERDAY = datetime.now(WITA).date() - timedelta(days=1)


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


@in_a_file
def test_a_restored_copy_goes_on_where_it_was_made_and_its_reports_verify(station, start, kulkul):
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
    backup = station.folder / "backup.sqlite"
    with closing(sqlite3.connect(station.home.path)) as connection:
        connection.execute(f"{COPY} '{backup}'")
    first.alive()
    first.end(signal.SIGKILL)

    for lost in station.home.path.parent.iterdir():
        lost.unlink()
    backup.rename(station.home.path)
    start()
    station.wait_for(good="UP", dead="DOWN")
    assert kulkul("report", "verify", str(report)) == verified
    assert station.rows("PRAGMA integrity_check") == [("ok",)]
    assert [one[0] for one in _incidents(station)] == [one[0] for one in incidents]


def test_the_guide_makes_the_copy_by_the_same_words():
    assert f"{COPY} '" in GUIDE.read_text(encoding="utf-8")
