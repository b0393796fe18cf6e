"""What rolling up and thinning out cost, in a database that is made for it.

    .venv/bin/python benchmarks/rollups.py --checks 1000 --days 8

Prints the cost of each result, how long the transactions take, how long a batch waits beside them, what
is kept, and how long the percentiles of a year take to read. Asks nobody anything.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import statistics
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from accounting import machine, resident_bytes, table
from sqlalchemy import text

from monitor.core.accounting.days import Days
from monitor.core.accounting.spans import Span
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.status import Status, Transition
from monitor.daemon.rollups import PAUSE
from monitor.store import Batch, Store
from monitor.store.marks import follow_zone
from monitor.store.rebuild import rebuild
from monitor.store.responses import responses
from monitor.store.retention import thin_details, thin_hours, thin_results
from monitor.store.rollup_times import add_times
from monitor.store.rollups import count_results

SINCE = datetime(2026, 9, 30, 16, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Makassar")
SEED = 2026
BATCH = 500
INTERVAL = timedelta(minutes=5)
DAY = timedelta(days=1)


class Clock:
    """The time at which results are recorded."""

    def __init__(self) -> None:
        self.now = SINCE

    def __call__(self) -> datetime:
        """Tell it."""
        return self.now


def results(ids: Sequence[str], at: datetime, chance: random.Random) -> list[Result]:
    """Make one round: each check once, spread over the interval, one in a hundred failing."""
    found = []
    for number, id_ in enumerate(ids):
        failed = chance.random() < 0.01
        median = 0.05 * (1 + number % 40)
        found.append(
            Result(
                check_id=id_,
                vantage="local",
                url=f"https://{id_}.example/",
                started_at=at + INTERVAL * number / len(ids),
                duration=timedelta(seconds=min(median * chance.lognormvariate(0, 0.35), 15)),
                outcome=Outcome.FAILED if failed else Outcome.OK,
                stage=Stage.CONNECT if failed else None,
                reason=Reason.TCP_TIMEOUT if failed else None,
                message="The server did not answer." if failed else None,
            )
        )
    return found


async def fill(store: Store, clock: Clock, checks: int, days: int) -> int:
    """Write all results, and a change of status for each failure; returns how many results there are."""
    ids = [f"layanan-{number:05}" for number in range(checks)]
    await store.register([(one, one) for one in ids], SINCE)
    chance, written, at = random.Random(SEED), 0, SINCE
    while at < SINCE + days * DAY:
        every = results(ids, at, chance)
        for start in range(0, len(every), BATCH):
            some = every[start : start + BATCH]
            clock.now = some[-1].started_at + timedelta(seconds=1)
            changes = [
                Transition(
                    one.check_id,
                    "local",
                    one.started_at,
                    clock.now,
                    Status.UNKNOWN,
                    Status.UP if one.ok else Status.DOWN,
                )
                for one in some
                if not one.ok or at == SINCE or chance.random() < 0.01
            ]
            await store.write(Batch(results=some, transitions=changes, heartbeat=("local", clock.now)))
            written += len(some)
        at += INTERVAL
    return written


class Ledger:
    """How long things took, in milliseconds."""

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self.rows: list[list[str]] = []

    async def measure(self, name: str, step: Callable[[], Awaitable[object]], of: int = 0) -> None:
        """Take a step until it finds nothing, pausing as the daemon does, while batches are written."""
        steps: list[float] = []
        cpu, wall = time.process_time(), time.perf_counter()
        async with self._writing() as waits:
            while True:
                begun = time.perf_counter()
                if not await step():
                    break
                steps.append((time.perf_counter() - begun) * 1e3)
                await asyncio.sleep(PAUSE.total_seconds())
        cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
        self.rows.append(
            [
                name,
                str(len(steps)),
                f"{cpu:.1f}",
                f"{wall:.0f}",
                f"{cpu / of * 1e6:.1f}" if of else "",
                _quantiles(steps),
                _quantiles(waits),
            ]
        )

    @asynccontextmanager
    async def _writing(self) -> AsyncIterator[list[float]]:
        """Write a batch of five results ten times a second, as a daemon with 50 checks a second would."""
        waits: list[float] = []
        chance = random.Random(SEED)

        async def write() -> None:
            while True:
                self._clock.now += timedelta(milliseconds=100)
                batch = Batch(results=results(["beside"] * 5, self._clock.now - INTERVAL, chance))
                begun = time.perf_counter()
                await self._store.write(batch)
                waits.append((time.perf_counter() - begun) * 1e3)
                await asyncio.sleep(0.1)

        task = asyncio.create_task(write())
        try:
            yield waits
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)


def _quantiles(values: Sequence[float]) -> str:
    if len(values) < 2:
        return "".join(f"{one:.0f}" for one in values)
    return (
        f"{statistics.median(values):.0f} / {statistics.quantiles(values, n=100)[98]:.0f} / {max(values):.0f}"
    )


async def sizes(store: Store) -> dict[str, int]:
    """Return the bytes of each table, where this SQLite can tell; else nothing."""
    async with store.reading() as connection:
        found = await connection.execute(text("SELECT name, sum(pgsize) FROM dbstat GROUP BY name"))
        return dict(map(tuple, found))


async def file_bytes(store: Store) -> tuple[int, int]:
    """Return the bytes of the file and those of them that are free."""
    async with store.reading() as connection:
        figures = [
            int(await connection.scalar(text(f"PRAGMA {name}")) or 0)
            for name in ("page_count", "freelist_count", "page_size")
        ]
    return figures[0] * figures[2], figures[1] * figures[2]


async def a_year(store: Store, checks: int) -> str:
    """Copy one day's rows over a year and read the percentiles of it."""
    day_us = int(DAY / timedelta(microseconds=1))
    begun_us = int((SINCE - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(microseconds=1)) + day_us
    async with store.writing() as (connection, _):
        for number in range(400, 400 + 365):
            await connection.execute(
                text(
                    "INSERT INTO rollup_day SELECT starts_at + :by, check_no, vantage_no, ok, failed, "
                    "blocked, self_fault, responses, up_us, degraded_us, blocked_us, down_us "
                    "FROM rollup_day WHERE starts_at = :own"
                ),
                {"by": number * day_us, "own": begun_us},
            )
    within = Span(SINCE + 401 * DAY, SINCE + 766 * DAY)
    wall, cpu = time.perf_counter(), time.process_time()
    found = await responses(store, "local", within)
    p95 = [one.quantile(0.95) for one in found.values()]
    spent = time.process_time() - cpu, time.perf_counter() - wall
    total = sum(one.total for one in found.values())
    return f"{len(p95)} checks of {checks}, {total} results: {spent[0]:.1f} s CPU, {spent[1]:.1f} s"


async def measure(checks: int, days: int) -> None:
    """Fill a database, roll it up, thin it out, and print what that took."""
    clock = Clock()
    with tempfile.TemporaryDirectory() as folder:
        async with await Store.open(Path(folder) / "kulkul.db", clock=clock) as store:
            count = await fill(store, clock, checks, days)
            filled = await sizes(store)
            now, ledger = clock.now, Ledger(store, clock)
            cut: Days = await follow_zone(store, ZONE, now)
            await ledger.measure("counting results", lambda: count_results(store, cut), count)
            await ledger.measure("adding times", lambda: add_times(store, "local", cut, now))
            built = await sizes(store)
            rebuilt = time.perf_counter()
            await rebuild(store, cut, lambda *_: None)
            rebuilt = time.perf_counter() - rebuilt
            while await add_times(store, "local", cut, now):
                pass
            before = await file_bytes(store)
            old = SINCE + (days - 7) * DAY
            await ledger.measure("deleting results", lambda: thin_results(store, old), count // days)
            await ledger.measure("deleting details", lambda: thin_details(store))
            await ledger.measure("deleting hours", lambda: thin_hours(store, SINCE + DAY), 24 * checks)
            after = await file_bytes(store)
            year = await a_year(store, checks)
    print(f"{checks} checks every 5 min for {days} days: {count} results. {machine()}\n")
    head = ["step", "transactions", "CPU s", "wall s", "µs each", "step ms", "a batch beside, ms"]
    print(table(head, ledger.rows))
    print("\nms are median / 99th percentile / most; pauses and the batches beside are in CPU and wall.\n")
    for name in ("result", "rollup_hour", "rollup_day"):
        size = built.get(name, 0) if name != "result" else filled.get(name, 0)
        print(f"{name}: {size / 1e6:.1f} MB, {size / checks / days:.0f} B per check and day")
    print(f"rolled up anew in {rebuilt:.0f} s")
    print(
        f"file: {before[0] / 1e6:.0f} MB, {before[1] / 1e6:.0f} MB of it free; then "
        f"{after[0] / 1e6:.0f} MB, {after[1] / 1e6:.0f} MB free"
    )
    print(f"percentiles of a year: {year}")
    print(f"most memory: {resident_bytes(os.getpid(), most=True) / 1e6:.0f} MB")


def main() -> None:
    """Read the sizes and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--checks", type=int, default=1000)
    parser.add_argument("--days", type=int, default=8, help="at least 8, or nothing is deleted")
    asked = parser.parse_args()
    asyncio.run(measure(asked.checks, asked.days))


if __name__ == "__main__":
    main()
