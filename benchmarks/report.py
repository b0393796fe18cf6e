"""What a report costs: the record of a year of many services, in a database that is made for it.

    .venv/bin/python benchmarks/report.py --services 1000 --outages 50
    .venv/bin/python benchmarks/report.py --services 1000 --outages 50 --hours
    .venv/bin/python benchmarks/report.py --database postgresql://kulkul@localhost/empty

Prints CPU and wall time of reading, of the figures, and of each format. Asks nobody anything.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import tempfile
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from accounting import machine, resident_bytes, table

from monitor.core.accounting.hours import HolidayRule, Opening, ServiceHours
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.period import parse_period
from monitor.core.service import Agency, Check, CheckKind, Government, Registry, Service, TcpTarget
from monitor.core.status import Status, Transition
from monitor.reports.canonical import canonical, read_record
from monitor.reports.figures import build_report
from monitor.reports.formats import FORMATS
from monitor.reports.gather import gather
from monitor.store import Batch, Store

PERIOD = parse_period("2025", ZoneInfo("Asia/Makassar"))
NOW = datetime(2026, 2, 1, tzinfo=UTC)
SINCE = datetime(2023, 12, 31, tzinfo=UTC)
SEED = 2026
OFFICE = ServiceHours(
    week=(
        *[(Opening(timedelta(hours=7.5), timedelta(hours=15.5)),)] * 4,
        (Opening(timedelta(hours=7.5), timedelta(hours=13)),),
        (),
        (),
    ),
    holidays=HolidayRule(calendar="ID", joint_leave=True),
)
AGENCIES = 40
PER_BATCH = 20_000


def register(count: int) -> Registry:
    """Make a register of services spread over agencies of ten governments."""
    governments = {f"g{one}": Government(id=f"g{one}", name=f"Pemerintah {one}") for one in range(10)}
    agencies = {
        f"a{one}": Agency(id=f"a{one}", name=f"Dinas {one}", government_id=f"g{one % 10}")
        for one in range(AGENCIES)
    }
    services = {}
    for number in range(count):
        id_ = f"layanan-{number:05}"
        target = TcpTarget(host=f"{id_}.example", port=443)
        check = Check(id=id_, service_id=id_, kind=CheckKind.TCP, target=target)
        services[id_] = Service(
            id=id_,
            name=f"Layanan {number}",
            agency_id=f"a{number % AGENCIES}",
            urls=(f"https://{id_}.example/",),
            checks=(check,),
        )
    return Registry(governments=governments, agencies=agencies, services=services, version="0")


def changes(ids: Sequence[str], outages: int, chance: random.Random) -> Iterator[Transition]:
    """Make the changes of two years: outages of minutes to hours at any time."""
    seconds = (NOW - SINCE).total_seconds()
    count = int(outages * seconds / timedelta(days=365).total_seconds())
    for id_ in ids:
        moments = sorted(chance.uniform(1, seconds) for _ in range(count))
        yield _change(id_, SINCE, Status.UP)
        last = 0.0
        for began in moments:
            if began <= last:
                continue
            last = began + chance.expovariate(1 / 1800)
            yield _change(id_, SINCE + timedelta(seconds=round(began)), Status.DOWN)
            yield _change(id_, SINCE + timedelta(seconds=round(last) + 1), Status.UP)


def _change(id_: str, at: datetime, after: Status) -> Transition:
    return Transition(check_id=id_, vantage="local", at=at, decided_at=at, before=Status.UNKNOWN, after=after)


async def fill(store: Store, registry: Registry, outages: int) -> int:
    """Write the record; returns how many changes it holds."""
    ids = list(registry.services)
    await store.register([(one, one) for one in ids], SINCE)
    batch: list[Transition] = []
    written = 0
    for one in changes(ids, outages, random.Random(SEED)):
        batch.append(one)
        if len(batch) == PER_BATCH:
            await store.write(Batch(transitions=tuple(batch)))
            written += len(batch)
            batch.clear()
    await store.write(Batch(transitions=tuple(batch), heartbeat=("local", NOW)))
    return written + len(batch)


class Clock:
    """Times of the steps of a report."""

    def __init__(self) -> None:
        self.rows: list[list[str]] = []

    @contextmanager
    def step(self, name: str) -> Iterator[list[str]]:
        """Measure a step; what is appended to the list is told beside."""
        notes: list[str] = []
        wall, cpu = time.perf_counter(), time.process_time()
        yield notes
        spent = [time.process_time() - cpu, time.perf_counter() - wall]
        self.rows.append([name, *(f"{one:.2f}" for one in spent), " ".join(notes)])


async def measure(services: int, outages: int, hours: ServiceHours | None, database: str | None) -> None:
    """Fill a database, build a report of a year from it, and print what that took."""
    registry, clock = register(services), Clock()
    with tempfile.TemporaryDirectory() as folder:
        async with await Store.open(database or Path(folder) / "kulkul.db") as store:
            count = await fill(store, registry, outages)
            with clock.step("read the record") as notes:
                policy = AccountingPolicy(hours=hours)
                record = await gather(store, registry, PERIOD, policy, vantage="local", now=NOW)
                notes.append(f"{sum(map(len, record.history.changes.values()))} of {count} changes")
        with clock.step("close: canonical JSON") as notes:
            data = canonical(record)
            notes.append(f"{len(data) / 1e6:.1f} MB, {len(zlib.compress(data)) / 1e6:.1f} MB compressed")
        with clock.step("open a closing"):
            record = read_record(data)
        with clock.step("figures"):
            report = build_report(record)
        for name, form in FORMATS.items():
            with clock.step(name) as notes:
                notes.append(f"{len(form.write(report, 'id')) / 1e6:.1f} MB")
    print(f"{services} services, {outages} outages each a year, one year. {machine()}\n")
    print(table(["step", "CPU s", "wall s", "of"], clock.rows))
    print(f"\nmost memory: {resident_bytes(os.getpid(), most=True) / 1e6:.0f} MB")


def main() -> None:
    """Read the sizes and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--services", type=int, default=1000)
    parser.add_argument("--outages", type=int, default=50, help="a year, of each service")
    parser.add_argument("--hours", action="store_true", help="count office hours only, without holidays")
    parser.add_argument("--database", help="an empty PostgreSQL database, instead of a file: its URL")
    asked = parser.parse_args()
    asyncio.run(measure(asked.services, asked.outages, OFFICE if asked.hours else None, asked.database))


if __name__ == "__main__":
    main()
