"""The scheduler on a running loop, with probes that take a moment and a sink that listens."""

from __future__ import annotations

import asyncio
import itertools
import logging
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.service import Check, CheckKind, Rule, TcpTarget
from monitor.scheduler import Lane, Limits, Scheduler
from monitor.scheduler.scheduler import LONGEST_WAIT

SOON = 0.05


def check(check_id, *, interval=0.2, host=None, recheck=SOON):
    """Make a check; far quicker than an operator may set, so that the tests are."""
    return Check(
        id=check_id,
        service_id=check_id,
        kind=CheckKind.TCP,
        target=TcpTarget(host=host or f"{check_id}.example", port=1),
        interval=timedelta(seconds=interval),
        rule=Rule(recheck=timedelta(seconds=recheck)),
    )


def result(check, outcome=Outcome.OK, *, address="192.0.2.1", retry_after=None):
    bad = outcome is not Outcome.OK
    return Result(
        check_id=check.id,
        vantage="local",
        url=check.url,
        started_at=datetime.now(UTC),
        duration=timedelta(0),
        outcome=outcome,
        stage=Stage.CONNECT if bad else None,
        reason=Reason.TCP_REFUSED if bad else None,
        message="Refused." if bad else None,
        address=address,
        retry_after=None if retry_after is None else timedelta(seconds=retry_after),
    )


class Probes:
    """Answers as told, check by check; remembers who was asked when, and what was to be avoided."""

    def __init__(self):
        self.answers = {}
        self.takes = {}
        self.gates = {}
        self.asked = []
        self.under_way = set()
        self.ended = []

    async def __call__(self, check, avoid):
        self.asked.append((asyncio.get_running_loop().time(), check.id, avoid))
        assert check.id not in self.under_way
        self.under_way.add(check.id)
        try:
            await asyncio.sleep(self.takes.get(check.id, 0.001))
            if gate := self.gates.get(check.id):
                await gate.wait()
        finally:
            self.under_way.remove(check.id)
        self.ended.append(check.id)
        answers = self.answers.get(check.id, [])
        answer = answers.pop(0) if answers else result(check)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def times(self, check_id):
        return [at for at, asked, _ in self.asked if asked == check_id]

    def avoided(self, check_id):
        return [avoid for _, asked, avoid in self.asked if asked == check_id]


class Sink:
    """Takes results in, as the recorder does; finds those doubtful that are not OK."""

    def __init__(self):
        self.results = []

    def put(self, result):
        self.results.append(result)
        return not result.ok

    def count(self, check_id):
        return sum(one.check_id == check_id for one in self.results)


async def until(condition, seconds=10):
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is many things, and no event of theirs
            await asyncio.sleep(0.002)


@pytest.fixture
def probes():
    return Probes()


@pytest.fixture
def sink():
    return Sink()


@pytest.fixture
async def scheduler(probes, sink):
    lateness = []
    made = Scheduler(probes, sink, Limits(), lateness.append)
    made.lateness = lateness
    running = asyncio.create_task(made.run())
    yield made
    await made.drain(timedelta(0))
    await running
    assert made.agenda.in_flight(Lane.QUICK) == made.agenda.in_flight(Lane.SLOW) == 0


async def test_a_single_check_is_probed_again_and_again(scheduler, probes, sink):
    scheduler.replace([check("a")])
    await until(lambda: sink.count("a") >= 4)
    times = probes.times("a")
    assert times[3] - times[0] > 0.4  # three intervals, but for the lateness of the first


async def test_a_quick_interval_does_not_sleep_until_the_turn_of_a_slow_one(scheduler, sink):
    scheduler.replace([check("rare", interval=3600), check("often", interval=0.1)])
    await until(lambda: sink.count("often") >= 4)


async def test_lateness_is_told_for_every_start(scheduler, sink):
    scheduler.replace([check("a"), check("b")])
    await until(lambda: len(sink.results) >= 6)
    assert len(scheduler.lateness) >= len(sink.results)
    assert all(0 <= late < 5 for late in scheduler.lateness)


async def test_a_doubtful_check_is_tried_again_soon_at_another_address(scheduler, probes, sink):
    one = check("a", interval=3600)
    probes.answers["a"] = [
        result(one, Outcome.FAILED, address="192.0.2.1"),
        result(one, Outcome.FAILED, address="192.0.2.2"),
        result(one, address="192.0.2.1"),
    ]
    probes.gates["a"] = asyncio.Event()
    scheduler.replace([check("a", interval=0.1)])
    await until(lambda: probes.under_way)
    scheduler.replace([one])
    probes.gates["a"].set()
    await until(lambda: sink.count("a") >= 3)
    times = probes.times("a")
    assert probes.avoided("a") == [None, "192.0.2.1", "192.0.2.2"]
    assert all(SOON <= after - before < 5 for before, after in itertools.pairwise(times))
    await asyncio.sleep(3 * SOON)
    assert len(probes.times("a")) == 3


async def test_an_address_that_works_is_no_longer_avoided(scheduler, probes, sink):
    one = check("a")
    probes.answers["a"] = [result(one, Outcome.FAILED), result(one)]
    scheduler.replace([one])
    await until(lambda: sink.count("a") >= 3)
    assert probes.avoided("a")[:3] == [None, "192.0.2.1", None]


async def test_a_failure_without_an_address_leaves_none_to_avoid(scheduler, probes, sink):
    one = check("a")
    probes.answers["a"] = [result(one, Outcome.FAILED), result(one, Outcome.FAILED, address=None)]
    scheduler.replace([one])
    await until(lambda: sink.count("a") >= 3)
    assert probes.avoided("a")[:3] == [None, "192.0.2.1", None]


async def test_a_pause_before_a_recheck_never_holds_back_a_quicker_interval(scheduler, probes, sink):
    one = check("a", interval=0.1, recheck=3600)
    probes.answers["a"] = [result(one, Outcome.FAILED)]
    scheduler.replace([one])
    await until(lambda: sink.count("a") >= 3)


async def test_a_site_that_asks_for_rest_gets_it_even_where_it_is_in_doubt(scheduler, probes, sink):
    one = check("a", interval=0.1)
    probes.answers["a"] = [result(one, Outcome.FAILED, retry_after=0.5)]
    scheduler.replace([one])
    await until(lambda: sink.count("a") >= 2)
    first, second = probes.times("a")[:2]
    assert second - first >= 0.5


async def test_a_site_cannot_ask_to_go_unmeasured_for_a_day(scheduler, probes, sink):
    one = check("a", interval=0.1)
    probes.answers["a"] = [result(one, retry_after=86_400)]
    scheduler.replace([one])
    await until(lambda: sink.count("a") >= 1)
    await until(lambda: scheduler.agenda.in_flight(Lane.QUICK) == 0)
    wake_at = scheduler.agenda.wake_at(0)
    rest = wake_at - asyncio.get_running_loop().time()
    assert rest == pytest.approx(LONGEST_WAIT.total_seconds(), abs=30)


@pytest.mark.parametrize("fault", [RuntimeError("a fault in a probe"), KeyError("x")])
async def test_a_fault_in_a_probe_costs_one_result_and_is_logged(scheduler, probes, sink, caplog, fault):
    caplog.set_level(logging.ERROR)
    probes.answers["a"] = [fault]
    scheduler.replace([check("a"), check("b")])
    await until(lambda: sink.count("a") >= 2 and sink.count("b") >= 2)
    [record] = caplog.records
    assert record.message == "the result of a was lost to a fault in our own code"
    assert record.exc_info[1] is fault


async def test_a_fault_in_the_sink_costs_one_result_and_is_logged(probes, caplog):
    caplog.set_level(logging.ERROR)
    heard = []

    class Broken:
        def put(self, result):
            heard.append(result.check_id)
            if heard.count("a") == 1 and result.check_id == "a":
                raise ValueError("not today")
            return False

    scheduler = Scheduler(probes, Broken(), Limits(), lambda _: None)
    running = asyncio.create_task(scheduler.run())
    scheduler.replace([check("a"), check("b")])
    await until(lambda: heard.count("a") >= 3 and heard.count("b") >= 2)
    await scheduler.drain(timedelta(seconds=1))
    await running
    assert [record.message for record in caplog.records] == [
        "the result of a was lost to a fault in our own code"
    ]


async def test_one_host_is_asked_one_thing_at_a_time(scheduler, probes, sink):
    checks = [check(f"c{n}", host="busy.example", interval=0.1) for n in range(4)]
    probes.takes = {one.id: 0.02 for one in checks}
    scheduler.replace(checks)
    most = 0
    while len(sink.results) < 12:
        await asyncio.sleep(0.001)
        most = max(most, len(probes.under_way))
    assert most == 1
    assert {one.check_id for one in sink.results} == {one.id for one in checks}


async def test_a_stuck_site_holds_up_nobody_else(probes, sink):
    probes.takes = {"stuck": 3600}
    scheduler = Scheduler(probes, sink, Limits(quick=1, slow=1, slow_after_seconds=0.1), lambda _: None)
    running = asyncio.create_task(scheduler.run())
    scheduler.replace([check("stuck", interval=0.05)])
    await until(lambda: probes.under_way)
    scheduler.replace([check("stuck", interval=0.05), check("well", interval=0.1)])
    await until(lambda: sink.count("well") >= 3)
    assert scheduler.agenda.in_flight(Lane.SLOW) == 1
    await scheduler.drain(timedelta(0))
    await running


async def test_a_new_register_takes_effect_while_running(scheduler, probes, sink):
    scheduler.replace([check("a"), check("b")])
    await until(lambda: sink.count("a") >= 2 and sink.count("b") >= 2)
    scheduler.replace([check("b"), check("c")])
    seen = len(probes.asked)
    await until(lambda: sink.count("c") >= 2)
    await until(lambda: sink.count("b") >= 4)
    assert {check_id for _, check_id, _ in probes.asked[seen:]} == {"b", "c"}


async def test_an_idle_scheduler_wakes_for_its_first_check(scheduler, sink):
    await asyncio.sleep(0.02)
    scheduler.replace([check("a", interval=0.05)])
    await until(lambda: sink.count("a") >= 1)


async def test_draining_waits_for_probes_under_way_and_starts_no_more(probes, sink):
    scheduler = Scheduler(probes, sink, Limits(), lambda _: None)
    running = asyncio.create_task(scheduler.run())
    probes.takes = {"a": 0.3}
    scheduler.replace([check("a", interval=0.05), check("b", interval=0.05)])
    await until(lambda: "a" in probes.under_way and sink.count("b") >= 1)
    await scheduler.drain(timedelta(seconds=10))
    await running
    asked = len(probes.asked)
    assert sink.count("a") == 1
    assert not probes.under_way
    await asyncio.sleep(0.1)
    assert len(probes.asked) == asked


async def test_draining_cancels_what_takes_longer_than_its_patience(probes, sink):
    scheduler = Scheduler(probes, sink, Limits(), lambda _: None)
    running = asyncio.create_task(scheduler.run())
    probes.takes = {"a": 3600}
    scheduler.replace([check("a", interval=0.05)])
    await until(lambda: probes.under_way)
    async with asyncio.timeout(5):
        await scheduler.drain(timedelta(seconds=0.05))
        await running
    assert not probes.under_way
    assert sink.results == []
    assert scheduler.agenda.in_flight(Lane.QUICK) == 0


async def test_draining_before_anything_ran_is_fine(probes, sink):
    scheduler = Scheduler(probes, sink, Limits(), lambda _: None)
    await scheduler.drain(timedelta(seconds=1))
    scheduler.replace([check("a", interval=0.01)])
    await scheduler.run()
    assert probes.asked == []
