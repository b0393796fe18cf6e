"""Rolling up on real files: every result once, whatever comes between."""

from __future__ import annotations

import asyncio
import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.accounting.sketch import Sketch
from monitor.core.accounting.spans import Span
from monitor.core.reason import Outcome
from monitor.store import Batch, Store
from monitor.store.marks import follow_zone
from monitor.store.responses import responses
from monitor.store.rollups import count_results, counted_until
from monitor.store.schema import rollup_day, rollup_hour
from tests.recording import Clock
from tests.rollups import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    US,
    WITA,
    build,
    counts,
    day_start,
    hour_start,
    reckoned,
    result,
    snapshot,
    write,
)

ROOT = Path(__file__).parents[2]
MUMBAI = ZoneInfo("Asia/Kolkata")


@pytest.fixture
def clock():
    return Clock(T0)


@pytest.fixture
async def store(database, clock):
    async with await Store.open(database.url, clock=clock) as opened:
        yield opened


histories = st.lists(
    st.tuples(
        st.sampled_from(["lapor", "jdih", "ppid"]),
        st.sampled_from(["local", "singaraja"]),
        st.integers(0, 4 * 86_400_000_000),  # when it started
        st.integers(0, 30_000_000),  # how long it took
        st.sampled_from(Outcome),
        st.sampled_from([0, 0, 0, 30, 59, 61, 3_000, -90]),  # minutes until it was recorded
    ),
    min_size=1,
    max_size=40,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(histories, st.integers(1, 9), st.sampled_from([WITA, MUMBAI]), st.randoms(use_true_random=False))
def test_rollups_equal_the_results_reckoned_one_by_one_also_while_they_are_written(
    made, at_once, zone, chance
):
    every = [
        (result(check, T0 + at * US, outcome, took * US, vantage=where), minutes)
        for check, where, at, took, outcome, minutes in made
    ]

    async def live(path):
        clock = Clock(T0)
        async with await Store.open(path, clock=clock) as store:
            days = await follow_zone(store, zone, T0)
            for one, minutes in every:
                clock.now = one.started_at + minutes * MINUTE
                await store.write(Batch(results=[one]))
                if chance.random() < 0.3:
                    await count_results(store, days, at_once)
            while await count_results(store, days, at_once):
                pass
            plain = [one for one, _ in every]
            assert await counts(store, rollup_hour) == reckoned(plain, hour_start)
            assert await counts(store, rollup_day) == reckoned(plain, day_start(zone))
            within = Span(T0 + 5 * HOUR + 7 * MINUTE, T0 + 3 * DAY + 61 * MINUTE)
            assert await responses(store, "local", within) == _good(plain, within)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder) / "kulkul.db"))


def _good(results, within, vantage="local"):
    found = {}
    for one in results:
        own = one.vantage == vantage and within.starts_at <= one.started_at < within.ends_at
        if own and one.outcome is Outcome.OK:
            found.setdefault(one.check_id, []).append(one.duration)
    return {check_id: Sketch.of(durations) for check_id, durations in found.items()}


async def test_rolling_up_again_changes_nothing(store, database, clock):
    for minute in range(0, 300, 5):
        await write(store, clock, result("lapor", T0 + minute * MINUTE))
    assert await build(store, at_once=7) >= 60 // 7
    before = snapshot(database)
    assert await build(store) == 0
    assert snapshot(database) == before


async def test_a_result_that_comes_late_is_counted_in_its_own_hour(store, clock):
    await write(store, clock, result("lapor", T0))
    await write(store, clock, result("lapor", T0 + 5 * HOUR))
    await build(store)
    late = result("lapor", T0 + 10 * MINUTE, Outcome.FAILED)
    await write(store, clock, late, late=5 * HOUR)
    await build(store)
    found = await counts(store, rollup_hour)
    assert found["lapor", "local", T0].outcomes == {Outcome.OK: 1, Outcome.FAILED: 1}
    assert len(found) == 2


async def test_two_that_roll_up_at_once_count_nothing_twice(store, database, clock):
    every = [result(f"c{n % 7}", T0 + n * MINUTE) for n in range(400)]
    await write(store, clock, *every)
    async with await Store.open(database.url) as other:
        days = await follow_zone(store, WITA, T0)

        async def all_of(one):
            while await count_results(one, days, 10):
                pass

        await asyncio.gather(all_of(store), all_of(other), all_of(store))
    assert await counts(store, rollup_hour) == reckoned(every, hour_start)
    assert await counts(store, rollup_day) == reckoned(every, day_start(WITA))


async def test_results_are_written_between_the_steps_of_rolling_up(store, clock):
    every = [result(f"c{n % 7}", T0 + n * MINUTE) for n in range(600)]
    await write(store, clock, *every[:300])
    days = await follow_zone(store, WITA, T0)
    rolling = True
    between = 0

    async def writer():
        nonlocal between
        for one in every[300:]:
            await write(store, clock, one)
            between += rolling

    async def roller():
        nonlocal rolling
        while await count_results(store, days, 5):
            pass
        rolling = False

    await asyncio.gather(writer(), roller())
    assert between > 20
    await build(store)
    assert await counts(store, rollup_hour) == reckoned(every, hour_start)


# Runs in a process of its own: rolls up ten results at a time, and says so after each transaction.
ROLLER = """
import asyncio, sys
from monitor.store import Store
from monitor.store.marks import follow_zone
from monitor.store.rollups import count_results
from tests.rollups import T0, WITA

async def main(path):
    async with await Store.open(path) as store:
        days = await follow_zone(store, WITA, T0)
        while await count_results(store, days, 10):
            print("rolled", flush=True)

asyncio.run(main(sys.argv[1]))
"""


async def test_killed_between_or_within_its_steps_it_goes_on_where_it_was(store, database, clock):
    every = [result(f"c{n % 7}", T0 + n * MINUTE, duration=n * 7 * US) for n in range(3_000)]
    for at in range(0, 3_000, 500):
        await write(store, clock, *every[at : at + 500])
    chance = random.Random(4)
    for _ in range(3):
        roller = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ROLLER, database.url, stdout=asyncio.subprocess.PIPE, cwd=ROOT
        )
        for _ in range(chance.randrange(5, 30)):
            assert await roller.stdout.readline() == b"rolled\n"
        roller.kill()
        await roller.communicate()
    assert T0 < await counted_until(store) < clock.now - DAY
    await build(store)
    assert await counts(store, rollup_hour) == reckoned(every, hour_start)
    assert await counts(store, rollup_day) == reckoned(every, day_start(WITA))


async def test_a_cancelled_step_is_whole_or_not_at_all(store, clock):
    every = [result(f"c{n % 7}", T0 + n * MINUTE) for n in range(500)]
    await write(store, clock, *every)
    days = await follow_zone(store, WITA, T0)
    for turns in range(25):
        step = asyncio.create_task(count_results(store, days, 17))
        for _ in range(turns):
            await asyncio.sleep(0)
        step.cancel()
        await asyncio.gather(step, return_exceptions=True)
    await build(store)
    assert await counts(store, rollup_hour) == reckoned(every, hour_start)


async def test_results_after_a_clock_that_was_set_back_are_counted_though_all_others_are_gone(
    database, clock
):
    async with await Store.open(database.url, clock=clock) as store:
        await write(store, clock, result("lapor", T0 + 90 * DAY))
        await build(store)
    database.execute("DELETE FROM result")
    async with await Store.open(database.url, clock=clock) as store:
        await write(store, clock, result("lapor", T0))
        await build(store)
        assert set(await counts(store, rollup_hour)) == {
            ("lapor", "local", T0),
            ("lapor", "local", T0 + 90 * DAY),
        }


class TestZone:
    async def test_a_changed_zone_cuts_days_anew_from_the_next_midnight_on(self, store, clock):
        every = [result("lapor", T0 + n * HOUR) for n in range(72)]
        await write(store, clock, *every[:10])
        await build(store, WITA, now=T0 + 10 * HOUR)
        await write(store, clock, *every[10:])
        await build(store, MUMBAI, now=T0 + 11 * HOUR)
        found = await counts(store, rollup_day)
        assert sorted(at for _, _, at in found) == [
            T0 - 8 * HOUR,
            T0 + 16 * HOUR,
            *(T0 + n * DAY + timedelta(hours=18, minutes=30) for n in range(3)),
        ]
        assert sum(one.responses.total for one in found.values()) == 72

    async def test_a_zone_that_is_changed_back_at_once_leaves_no_trace(self, store, database):
        await follow_zone(store, WITA, T0)
        before = snapshot(database)["rollup_zone"]
        await follow_zone(store, MUMBAI, T0 + HOUR)
        assert len(snapshot(database)["rollup_zone"]) == 2
        await follow_zone(store, WITA, T0 + 2 * HOUR)
        assert snapshot(database)["rollup_zone"] == before


class TestResponses:
    async def test_of_nothing_there_is_nothing(self, store):
        assert await responses(store, "local", Span(T0, T0 + DAY)) == {}
        assert await responses(store, "local", Span(T0, T0)) == {}

    async def test_what_is_not_rolled_up_yet_is_read_from_the_results(self, store, clock):
        every = [result("lapor", T0 + n * 7 * MINUTE, duration=(n + 1) * MINUTE / 600) for n in range(300)]
        within = Span(T0 + 20 * MINUTE, T0 + 31 * HOUR)
        await write(store, clock, *every[:100])
        assert await responses(store, "local", within) == _good(every[:100], within)
        await build(store)
        await write(store, clock, *every[100:])
        assert await responses(store, "local", within) == _good(every, within)
