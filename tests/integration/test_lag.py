"""How far behind the event loop was, on an event loop that really is."""

from __future__ import annotations

import asyncio
import time

import pytest

from monitor.probes.lag import PERIOD_SECONDS, LoopLag

STALL = 0.6


@pytest.fixture
async def lag():
    measured = LoopLag()
    yield measured
    measured.close()


def now():
    return asyncio.get_running_loop().time()


def stall(seconds=STALL):
    time.sleep(seconds)


async def test_a_stall_shows_while_it_is_not_yet_noticed_and_after(lag):
    before = now()
    await asyncio.sleep(0)
    stall()
    assert lag.since(before) >= STALL - PERIOD_SECONDS
    await asyncio.sleep(2 * PERIOD_SECONDS)
    assert STALL - PERIOD_SECONDS <= lag.since(before) < STALL + 1


async def test_a_stall_does_not_weigh_on_what_began_after_it(lag):
    before = now()
    stall()
    await asyncio.sleep(PERIOD_SECONDS)
    after = now()
    await asyncio.sleep(PERIOD_SECONDS)
    assert lag.since(after) < STALL / 2 < lag.since(before)


async def test_the_largest_of_several_stalls_counts(lag):
    before = now()
    stall()
    await asyncio.sleep(2 * PERIOD_SECONDS)
    between = now()
    stall(STALL / 2)
    await asyncio.sleep(2 * PERIOD_SECONDS)
    assert lag.since(before) >= STALL - PERIOD_SECONDS > lag.since(between)


async def test_one_stall_does_not_make_the_next_moments_late(lag):
    stall()
    await asyncio.sleep(PERIOD_SECONDS)
    for _ in range(3):
        since = now()
        await asyncio.sleep(PERIOD_SECONDS)
        assert lag.since(since) < STALL / 2


async def test_a_closed_measurement_leaves_no_timer_behind():
    lag = LoopLag()
    await asyncio.sleep(1.5 * PERIOD_SECONDS)
    lag.close()
    due = lag._due
    await asyncio.sleep(2 * PERIOD_SECONDS)
    assert lag._due == due
