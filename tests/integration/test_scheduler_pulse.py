"""The scheduler's sign of life: given by its own turns, and missing when they do nothing any more."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.reason import Outcome
from monitor.core.result import Result
from monitor.core.service import Check, CheckKind, Deadlines, TcpTarget
from monitor.scheduler import Limits, Pulse, Scheduler

EVERY = timedelta(milliseconds=10)
STUCK_AFTER = timedelta(milliseconds=100)


def check(check_id, *, interval=0.05, deadline=0.01):
    return Check(
        id=check_id,
        service_id=check_id,
        kind=CheckKind.TCP,
        target=TcpTarget(host="satu.example", port=1),
        interval=timedelta(seconds=interval),
        deadlines=Deadlines(total=timedelta(seconds=deadline)),
    )


class Sink:
    def put(self, _):
        return False


class Station:
    """A scheduler that gives signs of life; its probes end while the gate is open."""

    def __init__(self):
        self.beats = 0
        self.gate = asyncio.Event()
        self.gate.set()
        self.scheduler = Scheduler(
            self.probe, Sink(), Limits(), lambda _: None, Pulse(self.beat, EVERY, STUCK_AFTER)
        )
        self.running = asyncio.create_task(self.scheduler.run())

    def beat(self):
        self.beats += 1

    async def probe(self, check, _):
        await self.gate.wait()
        return Result(
            check_id=check.id,
            vantage="local",
            url=check.url,
            started_at=datetime.now(UTC),
            duration=timedelta(0),
            outcome=Outcome.OK,
        )

    async def beats_on(self):
        """Wait for three signs more."""
        wanted = self.beats + 3
        async with asyncio.timeout(30):
            while self.beats < wanted:  # noqa: ASYNC110 - beats are counted, and no event of theirs
                await asyncio.sleep(0.002)

    async def silent(self, turns=30):
        """Whether the loop, which runs, brings no sign for as long as `turns` of them take."""
        before = self.beats
        for _ in range(turns):
            await asyncio.sleep(EVERY.total_seconds())
        return self.beats == before


@pytest.fixture
async def station():
    made = Station()
    yield made
    made.gate.set()
    await made.scheduler.drain(timedelta(0))
    await asyncio.gather(made.running, return_exceptions=True)


async def test_a_scheduler_without_checks_gives_signs_of_life(station):
    await station.beats_on()


async def test_a_scheduler_whose_next_check_is_an_hour_away_gives_signs_of_life(station):
    station.scheduler.replace([check("jarang", interval=3600)])
    await station.beats_on()


async def test_a_busy_scheduler_gives_no_more_signs_than_it_is_asked_for(station):
    station.scheduler.replace([check(f"{number}", interval=0.02) for number in range(20)])
    loop = asyncio.get_running_loop()
    began, before = loop.time(), station.beats
    await station.beats_on()
    assert station.beats - before <= (loop.time() - began) / EVERY.total_seconds() + 1


async def test_the_loop_alone_gives_no_sign_when_the_scheduler_does_not_turn(station):
    await station.beats_on()
    station.running.cancel()
    await asyncio.wait([station.running])
    assert await station.silent()


async def test_a_scheduler_whose_checks_wait_for_probes_that_never_end_gives_no_sign(station):
    station.gate.clear()
    station.scheduler.replace([check("satu"), check("dua")])  # one host: the second waits for the first
    async with asyncio.timeout(30):
        while not await station.silent():
            pass
    assert station.scheduler.agenda.waiting
    station.gate.set()
    await station.beats_on()


async def test_a_probe_that_takes_its_time_while_nothing_waits_is_no_reason_for_silence(station):
    station.gate.clear()
    station.scheduler.replace([check("lambat")])
    for _ in range(5):
        assert not await station.silent()


async def test_a_probe_within_the_deadline_that_an_operator_set_is_no_reason_for_silence(station):
    station.gate.clear()
    station.scheduler.replace([check("satu", deadline=3600), check("dua")])
    async with asyncio.timeout(30):
        while not station.scheduler.agenda.waiting:  # noqa: ASYNC110 - a number, and no event of its own
            await asyncio.sleep(0.002)
    for _ in range(5):
        assert not await station.silent()
