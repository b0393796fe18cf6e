"""The time of each status in hours and days, on real files: always what is measured of the same span."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.accounting.availability import measure
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.spans import Span
from monitor.core.accounting.timeline import check_timeline
from monitor.core.reason import Outcome
from monitor.core.status import Status, Transition
from monitor.store import Batch, Store
from monitor.store.history import history
from monitor.store.marks import follow_zone
from monitor.store.rollup_times import add_times
from monitor.store.schema import rollup_day, rollup_hour
from tests.recording import Clock, until
from tests.rollups import DAY, HOUR, MINUTE, T0, WITA, build, day_start, result, stored, write

MUMBAI = ZoneInfo("Asia/Kolkata")
UP, DOWN, UNKNOWN = Status.UP, Status.DOWN, Status.UNKNOWN


@pytest.fixture
def clock():
    return Clock(T0)


@pytest.fixture
async def store(database, clock):
    async with await Store.open(database.url, clock=clock) as opened:
        yield opened


def change(check_id, at, after, decided=timedelta(0)):
    return Transition(check_id, "local", at, at + decided, UNKNOWN, after)


async def times(store, table):
    return {
        (check, at): found for (check, _, at), (_, found) in (await stored(store, table)).items() if found
    }


async def test_hours_and_days_have_the_time_of_each_status_up_to_when_the_vantage_was_awake(store):
    await store.register([("lapor", "lapor")], T0 - 8 * HOUR)
    await store.write(
        Batch(
            transitions=[change("lapor", T0 - 8 * HOUR, UP), change("lapor", T0 + 20 * MINUTE, DOWN)],
            heartbeat=("local", T0 + 17 * HOUR + MINUTE),
        )
    )
    await build(store)
    hours = await times(store, rollup_hour)
    assert hours["lapor", T0] == {UP: 20 * MINUTE, DOWN: 40 * MINUTE}
    assert max(at for _, at in hours) == T0 + 16 * HOUR
    assert await times(store, rollup_day) == {
        ("lapor", T0 - 8 * HOUR): {UP: 8 * HOUR + 20 * MINUTE, DOWN: 15 * HOUR + 40 * MINUTE}
    }


async def test_a_change_that_reaches_back_corrects_what_was_rolled_up(store):
    await store.register([("lapor", "lapor"), ("jdih", "jdih")], T0)
    awake = ("local", T0 + 40 * HOUR)
    await store.write(Batch(transitions=[change("lapor", T0, UP), change("jdih", T0, UP)], heartbeat=awake))
    await build(store)
    await store.write(Batch(transitions=[change("lapor", T0 + 2 * HOUR, UNKNOWN)]))
    await build(store)
    hours = await times(store, rollup_hour)
    assert {at for check, at in hours if check == "lapor"} == {T0, T0 + HOUR}
    assert len([at for check, at in hours if check == "jdih"]) == 40
    days = await times(store, rollup_day)
    assert days["lapor", T0 - 8 * HOUR] == {UP: 2 * HOUR}
    assert days["jdih", T0 - 8 * HOUR] == {UP: 16 * HOUR}


async def test_results_and_times_of_an_hour_stand_in_one_row(store, clock):
    await store.register([("lapor", "lapor")], T0)
    await store.write(Batch(transitions=[change("lapor", T0, UP)], heartbeat=("local", T0 + 2 * HOUR)))
    await build(store)
    await write(store, clock, result("lapor", T0 + MINUTE), late=HOUR)
    await build(store)
    rollup, found = (await stored(store, rollup_hour))["lapor", "local", T0]
    assert (rollup.outcomes, found) == ({Outcome.OK: 1}, {UP: HOUR})


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["lapor", "jdih"]),
            st.integers(0, 3 * 1_440),
            st.integers(0, 300),
            st.sampled_from(Status),
        ),
        min_size=1,
        max_size=25,
    ),
    st.sampled_from([WITA, MUMBAI]),
    st.randoms(use_true_random=False),
)
def test_a_day_and_its_hours_are_what_is_measured_of_it(made, zone, chance):
    async def live(path):
        async with await Store.open(path) as store:
            await store.register([("lapor", "lapor")], T0 - 30 * MINUTE)
            await store.register([("jdih", "jdih")], T0 + 90 * MINUTE)
            for check, at, decided, after in sorted(made, key=lambda one: one[1] + one[2]):
                one = change(check, T0 + at * MINUTE, after, decided * MINUTE)
                await store.write(Batch(transitions=[one], heartbeat=("local", one.decided_at)))
                if chance.random() < 0.3:
                    await build(store, zone)
            await store.write(Batch(heartbeat=("local", T0 + 4 * DAY)))
            await build(store, zone)
            for check in ("lapor", "jdih"):
                await _same_as_measured(store, check, zone)

    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(live(Path(folder) / "kulkul.db"))


async def _same_as_measured(store, check, zone):
    within = Span(T0 - DAY, T0 + 4 * DAY)
    record = await history(store, "local", within)
    timeline = check_timeline(record.changes.get(check, ()), Span(record.first_seen[check], within.ends_at))
    hours, days = await times(store, rollup_hour), await times(store, rollup_day)
    for number in range(-1, 3):
        starts_at = day_start(zone)(T0 + number * DAY + 12 * HOUR)
        day = Span(starts_at, starts_at + DAY)
        wanted = _measured(timeline, day)
        assert days.get((check, starts_at), {}) == wanted
        if zone is WITA:
            own = [found for (one, at), found in hours.items() if one == check and at in _hours(day)]
            total = {
                status: sum((one.get(status, 0 * HOUR) for one in own), 0 * HOUR)
                for status in {status for one in own for status in one}
            }
            assert total == wanted


def _hours(day):
    return {day.starts_at + n * HOUR for n in range(24)}


def _measured(timeline, span):
    found = measure(timeline, span, AccountingPolicy())
    known = (Status.UP, Status.DEGRADED, Status.BLOCKED, Status.DOWN)
    return {status: time for status in known if (time := getattr(found, status.value.lower()))}


@pytest.mark.parametrize("steps", [1, 100])
async def test_a_step_that_was_overtaken_writes_nothing(database, store, steps):
    await store.register([("lapor", "lapor"), ("jdih", "jdih")], T0 - 30 * MINUTE)
    await store.write(
        Batch(
            transitions=[change("lapor", T0, UP), change("jdih", T0, UP)],
            heartbeat=("local", T0 + 4 * DAY),
        )
    )
    days = await follow_zone(store, WITA, T0)
    await add_times(store, "local", days, T0 + 9 * DAY)
    async with await Store.open(database.url) as other:
        async with store._turn:  # the step has read what there is, and waits for its turn to write
            step = asyncio.create_task(add_times(store, "local", days, T0 + 9 * DAY))
            await until(lambda: store._turn._waiters)
            await other.write(Batch(transitions=[change("lapor", T0 + 5 * HOUR, DOWN)]))
            for _ in range(steps):
                await add_times(other, "local", days, T0 + 9 * DAY)
        await step
    await build(store)
    for check in ("lapor", "jdih"):
        await _same_as_measured(store, check, WITA)
