"""What writing results costs: batches of one size after the other, into a file or a PostgreSQL database.

    .venv/bin/python benchmarks/batches.py --size 50
    .venv/bin/python benchmarks/batches.py --size 500 --database postgresql://kulkul@localhost/empty

Prints wall time of a batch and this process's CPU per result. Asks nobody anything.
"""

from __future__ import annotations

import argparse
import asyncio
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from accounting import machine

from monitor.core.reason import Outcome
from monitor.core.result import HttpFacts, Result, Timings
from monitor.store import Batch, Store

T0 = datetime(2026, 1, 1, tzinfo=UTC)
CHECKS = 3_000
TIMINGS = Timings(*(timedelta(microseconds=n) for n in (1_100, 20_300, 31_000, 400, 50_000, 6_000)))
HTTP = HttpFacts(200, "1.1", (("server", "nginx"),), 27_000, 104_000, (), "https://a.example/")


def batch(first: int, size: int, now: datetime) -> Batch:
    """Make a batch of good results with all timings, and a heartbeat."""
    results = [
        Result(
            check_id=f"layanan-{(first + n) % CHECKS:05}",
            vantage="local",
            url="https://a.example/",
            started_at=now - timedelta(milliseconds=200),
            duration=timedelta(microseconds=123_456),
            outcome=Outcome.OK,
            timings=TIMINGS,
            http=HTTP,
            address="192.0.2.1",
        )
        for n in range(size)
    ]
    return Batch(results, heartbeat=("local", now))


async def measure(size: int, results: int, database: str | None) -> None:
    """Write batches, one a simulated second, and print what they took."""
    clock = [T0]
    with tempfile.TemporaryDirectory() as folder:
        place = database or Path(folder) / "kulkul.db"
        async with await Store.open(place, clock=lambda: clock[0]) as store:
            await store.register([(f"layanan-{n:05}", f"layanan-{n:05}") for n in range(CHECKS)], T0)
            walls, cpu = [], 0.0
            for first in range(0, results, size):
                clock[0] += timedelta(seconds=1)
                one = batch(first, size, clock[0])
                began, spent = time.perf_counter(), time.process_time()
                await store.write(one)
                walls.append(time.perf_counter() - began)
                cpu += time.process_time() - spent
    walls.sort()
    print(
        f"batches of {size}: {walls[len(walls) // 2] * 1e3:.1f} ms median, "
        f"{walls[int(len(walls) * 0.99)] * 1e3:.1f} ms at 99%, {walls[-1] * 1e3:.0f} ms at most; "
        f"{cpu / results * 1e6:.0f} µs of CPU per result. {machine()}"
    )


def main() -> None:
    """Read the sizes and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--size", type=int, default=50)
    parser.add_argument("--results", type=int, default=100_000)
    parser.add_argument("--database", help="an empty PostgreSQL database, instead of a file: its URL")
    asked = parser.parse_args()
    asyncio.run(measure(asked.size, asked.results, asked.database))


if __name__ == "__main__":
    main()
