"""Stores full of results, and what their rollups should be, reckoned the plain way."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.accounting.days import hour_of
from monitor.core.accounting.rollup import Rollup
from monitor.core.accounting.sketch import Sketch
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.store import Batch
from monitor.store.instants import from_us
from monitor.store.marks import follow_zone
from monitor.store.rollup_rows import read_rollup, read_times
from monitor.store.rollup_times import add_times
from monitor.store.rollups import count_results
from monitor.store.schema import check_key, vantage

T0 = datetime(2026, 10, 1, tzinfo=UTC)
US, MINUTE, HOUR, DAY = (
    timedelta(microseconds=1),
    timedelta(minutes=1),
    timedelta(hours=1),
    timedelta(days=1),
)
WITA = ZoneInfo("Asia/Makassar")


def result(check_id, at, outcome=Outcome.OK, duration=timedelta(seconds=0.2), *, vantage="local"):
    failed = outcome is not Outcome.OK
    return Result(
        check_id=check_id,
        vantage=vantage,
        url=f"tcp://{check_id}.example:1",
        started_at=at,
        duration=duration,
        outcome=outcome,
        stage=Stage.CONNECT if failed else None,
        reason=Reason.TCP_REFUSED if failed else None,
        message=f"Refused since {at:%H} o'clock." if failed else None,
    )


async def write(store, clock, *results, late=timedelta(seconds=1)):
    """Write results, recorded a while after the last of them started."""
    clock.now = max(one.started_at + one.duration for one in results) + late
    await store.write(Batch(results=results))


async def build(store, zone=WITA, *, now=T0 + 400 * DAY, at_once=1_000, vantage="local"):
    """Roll everything up, as the daemon does; returns how many transactions that took."""
    days, steps = await follow_zone(store, zone, now), 0
    while await count_results(store, days, at_once):
        steps += 1
    while await add_times(store, vantage, days, now):
        steps += 1
    return steps


async def stored(store, table):
    """Return the rows of a table: (check id, vantage, start) → (rollup, times)."""
    query = (
        table.select()
        .add_columns(check_key.c.check_id, vantage.c.name)
        .join(check_key, check_key.c.check_no == table.c.check_no)
        .join(vantage, vantage.c.vantage_no == table.c.vantage_no)
    )
    async with store.reading() as connection:
        return {
            (row.check_id, row.name, from_us(row.starts_at)): (read_rollup(row), read_times(row))
            for row in await connection.execute(query)
        }


async def counts(store, table):
    """Return what a table counts, without the rows that have times only."""
    rows = await stored(store, table)
    return {key: rollup for key, (rollup, _) in rows.items() if rollup != Rollup()}


def reckoned(results, start_of):
    """Count results one by one; `start_of` says when the hour or day of a moment begins."""
    found = defaultdict(list)
    for one in results:
        found[one.check_id, one.vantage, start_of(one.started_at)].append(one)
    return {
        key: Rollup(
            outcomes={
                outcome: sum(each.outcome is outcome for each in every)
                for outcome in Outcome
                if any(each.outcome is outcome for each in every)
            },
            responses=Sketch.of(each.duration for each in every if each.outcome is Outcome.OK),
        )
        for key, every in found.items()
    }


def hour_start(at):
    return hour_of(at).starts_at


def day_start(zone):
    """Return the function from a moment to the beginning of its day in a zone without changes of clock."""

    def start(at):
        local = at.astimezone(zone)
        return local.replace(hour=0, minute=0, second=0, microsecond=0).astimezone(UTC)

    return start


def snapshot(database):
    """Return every row of the rollups and their marks, as they stand in a database."""
    return {
        table: database.rows(f"SELECT * FROM {table} ORDER BY 1, 2")
        for table in ("rollup_hour", "rollup_day", "rollup_mark", "rollup_zone")
    }


def kept(database, table="result"):
    """Return the ids in a table of a database, as moments."""
    return [from_us(row_id) for (row_id,) in database.rows(f"SELECT id FROM {table} ORDER BY id")]
