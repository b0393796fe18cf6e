"""One question at a time to each registry, not too often, and none while it asks to be left alone."""

from __future__ import annotations

import asyncio
from datetime import timedelta

import pytest

from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.pace import Pace

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)


class Watch:
    """A clock that goes on only while somebody sleeps."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now

    async def sleep(self, seconds):
        await asyncio.sleep(0)
        self.now += seconds


@pytest.fixture
def watch():
    return Watch()


@pytest.fixture
def pace(watch):
    return Pace(5 * SECOND, 20 * SECOND, clock=watch, sleep=watch.sleep)


async def ask(pace, watch, host="rdap.id", *, lasting=0.0, heard=None):
    async with pace.turn(host):
        asked_at = watch.now
        await watch.sleep(lasting)
        if heard is not None:
            pace.slow_down(host, heard)
    return asked_at - 1000


async def test_questions_to_one_registry_are_a_pause_apart(pace, watch):
    assert await asyncio.gather(*[ask(pace, watch) for _ in range(3)]) == [0, 5, 10]


async def test_a_slow_answer_is_waited_for_and_counts_for_the_pause(pace, watch):
    assert await asyncio.gather(*[ask(pace, watch, lasting=7) for _ in range(3)]) == [0, 7, 14]


async def test_another_registry_is_asked_meanwhile(pace, watch):
    await ask(pace, watch)
    assert await ask(pace, watch, "rdap.org") == 0


async def test_a_short_wait_that_was_asked_for_is_waited_out_by_all(pace, watch):
    await ask(pace, watch, heard=12 * SECOND)
    assert await asyncio.gather(*[ask(pace, watch) for _ in range(2)]) == [12, 17]


async def test_who_is_already_waiting_is_held_back_too(pace, watch):
    waits = [ask(pace, watch, heard=HOUR), ask(pace, watch), ask(pace, watch, "rdap.org")]
    first, second, other = await asyncio.gather(*waits, return_exceptions=True)
    assert (first, other) == (0, 0)
    assert isinstance(second, LookupFailure)


async def test_a_long_wait_is_not_waited_out_and_nobody_is_asked(pace, watch):
    await ask(pace, watch, heard=HOUR)
    with pytest.raises(LookupFailure, match=r"^rdap\.id asked to be left alone for another 1 h$"):
        await ask(pace, watch)
    watch.now += 3600
    assert await ask(pace, watch) == 3600


async def test_refusals_that_name_no_time_are_waited_out_longer_each_time(pace, watch):
    rests = []
    for _ in range(14):
        pace.slow_down("rdap.id", None)
        began = watch.now
        while True:
            try:
                async with pace.turn("rdap.id"):
                    break
            except LookupFailure:
                watch.now += 10
        rests.append(watch.now - began)
    assert rests[:4] == [60, 120, 240, 480]
    assert rests[-1] == 86400


async def test_an_answer_makes_the_next_refusal_a_first_one(pace, watch):
    for _ in range(3):
        pace.slow_down("rdap.id", None)
    watch.now += 86400
    pace.answered("rdap.id")
    pace.slow_down("rdap.id", None)
    with pytest.raises(LookupFailure, match=r"1 min$"):
        await ask(pace, watch)


async def test_a_shorter_wait_does_not_cut_a_longer_one(pace, watch):
    pace.slow_down("rdap.id", HOUR)
    pace.slow_down("rdap.id", SECOND)
    with pytest.raises(LookupFailure, match=r"1 h$"):
        await ask(pace, watch)


async def test_who_gives_up_waiting_leaves_the_turn_to_the_next(pace, watch):
    async with pace.turn("rdap.id"):
        waiting = asyncio.ensure_future(ask(pace, watch))
        await asyncio.sleep(0)
        waiting.cancel()
    assert await ask(pace, watch) == 5
