"""A recorder at work on a real store, its clock in the test's hands."""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from contextlib import asynccontextmanager, closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from prometheus_client.parser import text_string_to_metric_families as parse_text

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.service import Agency, Check, CheckKind, Government, Registry, Service, TcpTarget
from monitor.core.status import Status
from monitor.metrics import Exposition
from monitor.recorder import Board, Recorder
from monitor.store import Store
from tests.databases import Sqlite

T0 = datetime(2026, 10, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
UP, DOWN, UNKNOWN = Status.UP, Status.DOWN, Status.UNKNOWN


class Clock:
    """Tells the time it was given."""

    def __init__(self, now=T0):
        self.now = now

    def __call__(self):
        return self.now

    def go_on(self, seconds):
        self.now += seconds * SECOND


def registry(*check_ids):
    """Make a register of services with one check each, of the same id."""
    return Registry(
        governments={"badung": Government(id="badung", name="Pemkab Badung")},
        agencies={"diskominfo": Agency(id="diskominfo", name="Dinas Kominfo", government_id="badung")},
        services={
            each: Service(
                id=each,
                name=f"Layanan {each}",
                agency_id="diskominfo",
                urls=(),
                checks=(
                    Check(
                        id=each,
                        service_id=each,
                        kind=CheckKind.TCP,
                        target=TcpTarget(host=f"{each}.example", port=1),
                    ),
                ),
            )
            for each in check_ids
        },
        version="0",
    )


def good(check_id, at):
    return Result(
        check_id=check_id,
        vantage="local",
        url=f"tcp://{check_id}.example:1",
        started_at=at,
        duration=SECOND / 10,
        outcome=Outcome.OK,
    )


def bad(check_id, at):
    return replace(
        good(check_id, at),
        outcome=Outcome.FAILED,
        stage=Stage.CONNECT,
        reason=Reason.TCP_REFUSED,
        message="Refused.",
    )


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def path(tmp_path):
    return tmp_path / "kulkul.db"


@pytest.fixture
def database(path):
    """A file; a module that does not import this fixture is run on both kinds of database."""
    return Sqlite(path)


@pytest.fixture
def following(database, clock):
    """Open a store and a recorder that follows services, as the daemon does when it starts.

    `async with following("a", "b") as recorder`; leaving the block without `close` is a sudden end.
    """

    @asynccontextmanager
    async def open_all(*check_ids, **options):
        async with await Store.open(database.impatient(), clock=clock) as store:
            recorder = Recorder(store, Board("local"), Exposition("test"), now=clock, **options)
            recorder.store = store
            await recorder.load()
            await follow(recorder, *check_ids)
            yield recorder

    return open_all


async def follow(recorder, *check_ids):
    register = registry(*check_ids)
    await recorder.follow(register, list(register.checks()))


@asynccontextmanager
async def running(recorder):
    task = asyncio.create_task(recorder.run())
    yield
    await recorder.close()
    async with asyncio.timeout(5):
        await task


@asynccontextmanager
async def locked(path):
    """Hold the database as another program would."""
    async with Sqlite(path).locked():
        yield


async def until(condition, seconds=20):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is many things, and no event of theirs
            await asyncio.sleep(0.005)


def stored(path):
    """Return how many results of each check are stored."""
    with closing(sqlite3.connect(path)) as connection:
        return Counter(
            check_id
            for (check_id,) in connection.execute(
                "SELECT check_id FROM result JOIN check_key USING (check_no)"
            )
        )


def heartbeat(path):
    with closing(sqlite3.connect(path)) as connection:
        [(seen_at,)] = connection.execute("SELECT seen_at FROM heartbeat")
        return datetime.fromtimestamp(seen_at / 1_000_000, UTC)


async def samples(recorder):
    """Return what Prometheus would read: (name, service, distinguishing label) → value."""
    text = (await recorder._exposition.render(openmetrics=False)).decode()
    return {
        (
            one.name,
            one.labels.get("service"),
            one.labels.get("status") or one.labels.get("outcome"),
        ): one.value
        for family in parse_text(text)
        for one in family.samples
    }


def told(changes):
    return [(one.check_id, (one.at - T0) // SECOND, one.after) for one in changes]
