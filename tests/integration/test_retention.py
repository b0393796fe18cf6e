"""Thinning out: what goes, what stays, and that results are written meanwhile."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.core.accounting.spans import Span
from monitor.core.reason import Outcome
from monitor.core.status import Status, Transition
from monitor.store import Batch, Store
from monitor.store.instants import to_us
from monitor.store.marks import follow_zone
from monitor.store.rebuild import rebuild
from monitor.store.responses import responses
from monitor.store.retention import thin_details, thin_hours, thin_results
from monitor.store.schema import metadata, rollup_day, rollup_hour
from tests.recording import Clock, until
from tests.rollups import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    WITA,
    build,
    counts,
    hour_start,
    kept,
    reckoned,
    result,
    snapshot,
    write,
)

SECOND = timedelta(seconds=1)


@pytest.fixture
def clock():
    return Clock(T0)


@pytest.fixture
async def store(database, clock):
    async with await Store.open(database.url, clock=clock) as opened:
        yield opened


slices = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""A server drops whole days instead: tests/integration/test_postgresql_days.py."""


async def thin_all(step, *arguments):
    """Take a step until it finds nothing; returns what each deleted."""
    found = []
    while count := await step(*arguments):
        found.append(count)
    return found


async def hourly(store, clock, hours, outcome=Outcome.OK, *, since=T0):
    every = [result("lapor", since + n * HOUR, outcome) for n in range(hours)]
    for one in every:
        await write(store, clock, one)
    return every


class TestResults:
    @slices
    async def test_exactly_those_recorded_before_a_moment_go(self, store, database, clock):
        await hourly(store, clock, 100)
        await build(store)
        before = kept(database)[40]
        assert await thin_all(thin_results, store, before, 7) == [7, 7, 7, 7, 7, 5]
        assert len(kept(database)) == 60
        assert kept(database)[0] == before

    @slices
    async def test_what_is_not_rolled_up_stays_however_old(self, store, database, clock):
        await hourly(store, clock, 10)
        assert await thin_results(store, T0 + 1000 * DAY) == 0
        await build(store)
        await hourly(store, clock, 5, since=T0 + DAY)
        assert await thin_all(thin_results, store, T0 + 1000 * DAY, 4) == [4, 4, 2]
        assert len(kept(database)) == 5

    async def test_of_what_is_gone_the_rollups_tell(self, store, clock):
        every = await hourly(store, clock, 60)
        await build(store)
        within = Span(T0 - DAY, T0 + 3 * DAY)
        before = await responses(store, "local", within)
        await thin_all(thin_results, store, T0 + 1000 * DAY)
        await build(store)
        assert await counts(store, rollup_hour) == reckoned(every, hour_start)
        assert await responses(store, "local", within) == before

    async def test_the_record_stays_whole(self, store, database, clock):
        def record():
            tables = set(metadata.tables) - {"result", "detail", "rollup_mark"}
            return {name: sorted(database.rows(f"SELECT * FROM {name}"), key=repr) for name in tables}

        await store.write(Batch(heartbeat=("local", T0)))
        await hourly(store, clock, 50, Outcome.FAILED)
        await build(store)
        before = record()
        await thin_all(thin_results, store, T0 + 1000 * DAY)
        await thin_all(thin_details, store)
        assert record() == before

    async def test_results_are_written_between_its_slices(self, store, database, clock):
        await store.write(Batch(results=[result(f"c{n % 9}", T0 + n * SECOND) for n in range(3_000)]))
        await build(store)
        clock.now = T0 + 30 * DAY
        thinning, between = True, 0

        async def writer():
            nonlocal between
            while thinning:
                clock.now += SECOND
                await store.write(Batch(results=[result("lapor", clock.now)]))
                between += thinning

        async def thinner():
            nonlocal thinning
            slices = await thin_all(thin_results, store, T0 + DAY, 50)
            thinning = False
            return slices

        _, slices = await asyncio.gather(writer(), thinner())
        assert sum(slices) == 3_000
        assert between >= len(slices) // 2
        assert between <= len(kept(database)) <= between + 1


class TestDetails:
    @slices
    async def test_those_go_that_no_result_refers_to_and_no_others(self, store, database, clock):
        for minute in range(0, 600, 5):
            await write(store, clock, result("lapor", T0 + minute * MINUTE, Outcome.FAILED))
        await build(store)
        before = kept(database, "detail")
        await thin_all(thin_results, store, T0 + 5 * HOUR + 30 * MINUTE)
        deleted = sum(await thin_all(thin_details, store, 3))
        assert 0 < deleted < len(before)
        assert kept(database, "detail") == before[deleted:]
        lost = "detail_id IS NOT NULL AND detail_id NOT IN (SELECT id FROM detail)"
        assert database.rows(f"SELECT count(*) FROM result WHERE {lost}") == [(0,)]
        # At most those of an hour may be left over.
        assert kept(database, "detail")[0] >= kept(database)[0] - HOUR

    async def test_where_no_results_are_left_a_detail_that_is_still_in_use_stays(
        self, store, database, clock
    ):
        same = result("lapor", T0, Outcome.FAILED)
        await write(store, clock, same)
        await write(store, clock, result("jdih", T0 + 2 * HOUR, Outcome.FAILED))
        await build(store)
        await thin_all(thin_results, store, T0 + DAY)
        assert await thin_all(thin_details, store) == [1]
        assert len(kept(database, "detail")) == 1


class TestHours:
    async def test_whole_hours_go_and_days_stay(self, store, clock):
        every = await hourly(store, clock, 100)
        await build(store)
        before = await counts(store, rollup_day)
        within = Span(T0 + 16 * HOUR, T0 + 64 * HOUR)
        told = await responses(store, "local", within)
        await thin_all(thin_hours, store, T0 + 50 * HOUR + MINUTE)
        assert await counts(store, rollup_hour) == reckoned(every[50:], hour_start)
        assert await counts(store, rollup_day) == before
        assert await responses(store, "local", within) == told

    async def test_a_span_that_cuts_days_counts_those_that_begin_in_it_once_hours_are_gone(
        self, store, clock
    ):
        await hourly(store, clock, 100)
        await build(store)
        within = Span(T0 + 18 * HOUR, T0 + 66 * HOUR)
        assert (await responses(store, "local", within))["lapor"].total == 48
        await thin_all(thin_hours, store, T0 + 100 * HOUR)
        # Of the days that begin at 16, 40 and 64 the last two begin in it.
        assert (await responses(store, "local", within))["lapor"].total == 48
        within = Span(T0 + 18 * HOUR, T0 + 60 * HOUR)
        assert (await responses(store, "local", within))["lapor"].total == 24

    async def test_rolling_up_does_not_bring_them_back(self, store, database, clock):
        await hourly(store, clock, 30)
        await build(store)
        await thin_all(thin_hours, store, T0 + 10 * HOUR)
        before = snapshot(database)
        await build(store)
        assert snapshot(database) == before


class TestRebuild:
    async def run(self, store, zone=WITA):
        told = []
        days = await follow_zone(store, zone, T0 + 400 * DAY)
        done = await rebuild(store, days, lambda *progress: told.append(progress))
        await build(store, zone)
        assert told == [(n, len(told)) for n in range(1, len(told) + 1)]
        return done

    async def test_what_was_spoilt_is_mended_from_the_results(self, store, database, clock):
        await store.register([("lapor", "lapor")], T0)
        every = await hourly(store, clock, 60)
        late = result("jdih", T0 + 3 * MINUTE, Outcome.BLOCKED)
        await write(store, clock, late, late=5 * DAY)
        up = Transition("lapor", "local", T0, T0, Status.UNKNOWN, Status.UP)
        # After hour 60 there are times, and no results.
        await store.write(Batch(transitions=[up], heartbeat=("local", T0 + 64 * HOUR)))
        await build(store)
        sound = snapshot(database)
        nothing = "x''" if database.kind == "sqlite" else "''"
        database.execute(
            f"UPDATE rollup_hour SET ok = ok + 5, responses = {nothing}, up_us = 1",
            "UPDATE rollup_day SET failed = 3, down_us = 7",
            "INSERT INTO rollup_hour "
            f"VALUES ({to_us(T0 + 70 * HOUR)}, 2, 1, 9, 9, 9, 9, {nothing}, 0, 0, 0, 0)",
        )
        done = await self.run(store)
        assert (done.results, done.since) == (len(every) + 1, T0 - 8 * HOUR)
        assert snapshot(database) == sound

    async def test_what_cannot_be_reckoned_any_more_stays(self, store, database, clock):
        await hourly(store, clock, 100)
        await build(store)
        await thin_all(thin_results, store, T0 + 48 * HOUR)
        sound = snapshot(database)
        done = await self.run(store)
        # The last that is gone started in the 48th hour, and the next day in WITA begins at hour 64.
        assert (done.since, done.results) == (T0 + 48 * HOUR, 52)
        assert snapshot(database) == sound

    async def test_results_that_come_meanwhile_are_counted_once(self, store, database, clock):
        first = await hourly(store, clock, 40, since=T0 - 8 * HOUR)
        await build(store)
        days = await follow_zone(store, WITA, T0)
        late = [result("lapor", T0 - 32 * HOUR + n * MINUTE) for n in range(8)]
        async with await Store.open(database.url, clock=clock) as other:
            async with store._turn:  # the first hour is reckoned and waits to be written
                rebuilding = asyncio.create_task(rebuild(store, days, lambda *_: None))
                await until(lambda: store._turn._waiters)
                for one in late:
                    await write(other, clock, one, late=50 * HOUR)
                await build(other)
            await rebuilding
        await build(store)
        assert await counts(store, rollup_hour) == reckoned(first + late, hour_start)

    async def test_results_that_go_meanwhile_leave_their_hours_as_they_were(self, store, database, clock):
        await hourly(store, clock, 60)
        await build(store)
        sound = snapshot(database)
        days = await follow_zone(store, WITA, T0)

        async def daemon():
            async with await Store.open(database.url, clock=clock) as other:
                return await thin_all(thin_results, other, T0 + 48 * HOUR, 1)

        slices, _ = await asyncio.gather(daemon(), rebuild(store, days, lambda *_: None))
        assert sum(slices) == 48
        await build(store)
        found = snapshot(database)
        assert (found["rollup_hour"], found["rollup_day"]) == (sound["rollup_hour"], sound["rollup_day"])

    async def test_of_nothing_nothing_is_rebuilt(self, store):
        assert await self.run(store) is None
