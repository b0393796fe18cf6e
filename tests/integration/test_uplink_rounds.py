"""Looking again and again: at every interval, at once when asked, and never more than is needed."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from monitor.core.canary import Canary, CanaryKind
from monitor.probes.uplink import BETWEEN_ASKED_ROUNDS, BETWEEN_CANARIES, Uplink
from tests.recording import until
from tests.servers import close_when_asked, full_backlog, nameservers, refused_port, serve, serve_dns, silence

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
EPOCH = datetime(2026, 10, 1, tzinfo=UTC)


def now():
    """Tell the time of the loop's clock, so that what is measured here does not depend on the machine's."""
    return EPOCH + asyncio.get_running_loop().time() * SECOND


def tcp(port):
    return Canary(kind=CanaryKind.TCP, target=f"127.0.0.1:{port}")


@pytest.fixture
def watching(make_vantage):
    """Run an Uplink for the length of the context; yields it and the list of what it tells."""

    @asynccontextmanager
    async def watch(*canaries, interval=MINUTE, patience=SECOND):
        told = []
        uplink = Uplink(canaries, make_vantage(), interval, patience, told.append, now)
        task = asyncio.create_task(uplink.run())
        try:
            yield uplink, told
            assert not task.done()
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return watch


def starts(told):
    return sorted(one.started_at for one in told)


def gaps(times):
    return [(after - before) / SECOND for before, after in pairwise(times)]


async def test_every_canary_is_looked_at_when_it_begins_and_at_every_interval(watching):
    async with serve(close_when_asked) as server:
        with refused_port() as refusing:
            async with watching(tcp(server.port), tcp(refusing), interval=0.3 * SECOND) as (_, told):
                await until(lambda: len(told) >= 6)
    assert {(one.canary, one.alive) for one in told} == {(tcp(server.port), True), (tcp(refusing), False)}
    of_one = starts(one for one in told if one.alive)
    assert all(0.28 <= gap < 10 for gap in gaps(of_one)), gaps(of_one)


async def test_a_regular_round_is_spread_in_time_and_an_asked_one_is_not(watching):
    async with serve(close_when_asked) as server:
        canaries = [tcp(server.port), tcp(server.port), tcp(server.port)]
        async with watching(*canaries) as (uplink, told):
            await until(lambda: len(told) == 3)
            regular = gaps(starts(told))
            uplink.look_soon()
            await until(lambda: len(told) == 6)
            asked = gaps(starts(told[3:]))
    between = BETWEEN_CANARIES / SECOND
    assert all(gap > 0.9 * between for gap in regular), regular
    assert sum(asked) < 0.9 * 2 * between, asked


async def test_each_look_is_told_as_it_ends_without_waiting_for_the_slower_ones(watching):
    async with serve(close_when_asked) as server:
        with full_backlog() as blackhole:
            async with watching(tcp(blackhole), tcp(server.port), patience=MINUTE) as (_, told):
                await until(lambda: told)
                assert [one.canary for one in told] == [tcp(server.port)]


async def test_a_thousand_failures_are_one_round(watching):
    async with serve(close_when_asked) as server, watching(tcp(server.port)) as (uplink, told):
        await until(lambda: len(told) == 1)
        asked_at = now()
        for _ in range(1000):
            uplink.look_soon()
        await until(lambda: len(told) == 2)
        await asyncio.sleep(2 * BETWEEN_ASKED_ROUNDS / SECOND)
    assert len(told) == server.connections == 2
    assert asked_at <= told[1].started_at < asked_at + 10 * SECOND


async def test_a_round_that_began_before_the_question_is_followed_by_another(watching):
    with full_backlog() as blackhole:
        async with watching(tcp(blackhole), patience=0.4 * SECOND) as (uplink, told):
            await asyncio.sleep(0.2)
            asked_at = now()
            uplink.look_soon()
            await until(lambda: len(told) == 2)
    before, after = told
    assert before.started_at < asked_at < before.ended_at
    assert before.ended_at <= after.started_at < before.ended_at + 10 * SECOND


async def test_rounds_that_are_asked_for_without_end_keep_their_distance(watching):
    async with serve(close_when_asked) as server, watching(tcp(server.port)) as (uplink, told):
        await until(lambda: len(told) == 1)
        began = now()
        while now() < began + 1.7 * SECOND:
            uplink.look_soon()
            await asyncio.sleep(0.01)
    asked = [one.started_at for one in told[1:]]
    assert 2 <= len(asked) <= 4
    assert all(gap >= 0.99 * BETWEEN_ASKED_ROUNDS / SECOND for gap in gaps(asked)), gaps(asked)


async def test_without_canaries_it_does_nothing_for_as_long_as_it_runs(watching):
    async with watching(interval=0.05 * SECOND) as (uplink, told):
        uplink.look_soon()
        await asyncio.sleep(0.2)
    assert told == []


def own_sockets():
    found = set()
    for one in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            place = str(one.readlink())
            if place.startswith("socket:"):
                found.add(place)
    return found


async def test_when_it_is_cancelled_no_task_and_no_socket_is_left(watching):
    async with serve(silence) as server, serve_dns(nameservers.ignores) as names:
        with full_backlog() as blackhole:
            hung = [
                tcp(blackhole),
                Canary(kind=CanaryKind.DNS, target="canary.test", server=names.address),
                Canary(kind=CanaryKind.DNS, target="canary.test"),
            ]
            tasks, sockets = asyncio.all_tasks(), own_sockets()
            async with watching(*hung, tcp(server.port), patience=MINUTE) as (_, told):
                await until(lambda: told and names.questions)
                under_way = asyncio.all_tasks() - tasks
                assert len([one for one in under_way if one.get_name().startswith("look at ")]) >= 2
                assert own_sockets() - sockets
            await until(lambda: not own_sockets() - sockets - _accepted(server), seconds=5)
            assert not {one for one in asyncio.all_tasks() - tasks if one.get_name().startswith("look at ")}


def _accepted(server):
    return {f"socket:[{inode}]" for inode in server.inodes}
