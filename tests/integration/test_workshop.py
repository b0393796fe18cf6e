"""Building documents on a bench of its own: a real process, its life and its death."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import pickle
import signal
import subprocess
import sys
import threading
from concurrent.futures import BrokenExecutor
from pathlib import Path

import pytest

from monitor.core.asking import Refusal, RefusedError
from monitor.core.reason import Sentence
from monitor.reports.formats import FORMATS
from monitor.reports.workshop import Workshop
from tests.asking import serving, threads, write_station
from tests.command import PLAIN
from tests.processes import wait_until

OCT = "/api/v1/reports/2026-10"


def number():
    return str(os.getpid()).encode()


def priority():
    return str(os.getpriority(os.PRIO_PROCESS, 0)).encode()


def die():
    os.kill(os.getpid(), signal.SIGKILL)


def alive(pid):
    """Whether a process lives: a zombie does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
    except FileNotFoundError:
        return False
    return state != "Z"


@pytest.fixture
async def workshop():
    made = Workshop()
    yield made
    made.close()


async def gone(pid):
    await asyncio.to_thread(wait_until, "the bench is cleared", lambda: not alive(pid))


async def test_work_is_done_in_one_other_process_of_low_priority(workshop):
    found = {await workshop.build(at, number) for at in range(3)}
    assert len(found) == 1
    assert found != {number()}
    assert int(await workshop.build("p", priority)) > int(priority())


async def test_a_bench_without_work_is_cleared_and_there_is_another_when_there_is_some():
    workshop = Workshop(idle_seconds=0)
    first = int(await workshop.build(1, number))
    await gone(first)
    second = int(await workshop.build(2, number))
    assert second != first
    workshop.close()
    await gone(second)


async def test_a_bench_that_is_killed_fails_its_work_and_is_replaced(workshop):
    with pytest.raises(BrokenExecutor):
        await workshop.build(1, die)
    assert await workshop.build(1, number)


async def test_a_bench_that_is_killed_while_idle_is_replaced_unnoticed(workshop):
    first = int(await workshop.build(1, number))
    os.kill(first, signal.SIGKILL)
    await gone(first)
    await asyncio.sleep(0.5)
    assert int(await workshop.build(2, number)) != first


async def test_a_bench_does_not_outlive_a_daemon_that_is_killed():
    program = (
        "import asyncio, sys, time\n"
        "from monitor.reports.workshop import Workshop\n"
        "from os import getpid\n"
        "async def main():\n"
        "    print((await Workshop().build(1, getpid)), flush=True)\n"
        "    time.sleep(100)\n"
        "if __name__ == '__main__':\n"
        "    asyncio.run(main())\n"
    )
    daemon = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, stdout=subprocess.PIPE, env=PLAIN
    )
    try:
        pid = int(await daemon.stdout.readline())
        assert alive(pid)
    finally:
        daemon.kill()
        await daemon.wait()
    await gone(pid)


async def test_what_cannot_change_is_kept_within_bounds():
    asked = []

    def work(name):
        asked.append(name)
        return name.encode() * 10

    workshop = threads(kept_bytes=25)
    try:
        for name in ("a", "b", "a", "c", "a", "b"):
            assert await workshop.build_once(name, functools.partial(work, name)) == name.encode() * 10
        assert asked == ["a", "b", "c", "b"]
        for _ in range(2):
            await workshop.build_once("long name", functools.partial(work, "long name"))
        assert asked[-2:] == ["long name"] * 2
    finally:
        workshop.close()


async def test_who_asks_for_the_same_meanwhile_gets_the_same_and_later_something_new():
    gate, begun = threading.Event(), []

    def work():
        begun.append(None)
        gate.wait(30)
        return str(len(begun)).encode()

    workshop = threads()
    try:
        asked = [asyncio.create_task(workshop.build("same", work)) for _ in range(5)]
        asked.append(asyncio.create_task(workshop.build("other", work)))
        await asyncio.sleep(0.1)
        gate.set()
        assert await asyncio.gather(*asked) == [b"1"] * 5 + [b"2"]
        assert await workshop.build("same", work) == b"3"
    finally:
        gate.set()
        workshop.close()


def test_a_refusal_finds_its_way_from_process_to_process():
    error = RefusedError(Refusal.BUSY, Sentence("a", "b"))
    again = pickle.loads(pickle.dumps(error))
    assert (again.refusal, again.sentence) == (Refusal.BUSY, Sentence("a", "b"))


@pytest.fixture
async def station(tmp_path, home):
    async with serving(write_station(tmp_path), workshop=Workshop()) as found:
        yield found


class TestTheApiOnARealBench:
    async def test_every_format_of_now_and_of_a_closing_is_what_a_thread_would_write(
        self, station, tmp_path_factory
    ):
        folder = tmp_path_factory.mktemp("other")
        async with serving(write_station(folder)) as other:
            for one in (station, other):
                one.text = await one.token()
                await one.close_period()
            for form in FORMATS:
                for asked in ("live=true", "agency=kominfo&lang=en"):
                    path = f"{OCT}/file.{form}?{asked}"
                    _, _, expected = await other.get(path, other.text)
                    status, _, body = await station.get(path, station.text)
                    assert (status, body) == (200, expected)

    async def test_what_goes_wrong_on_the_bench_is_told_as_elsewhere(self, station, home):
        token = await station.token()
        await station.close_period()
        assert (await station.error(f"{OCT}?agency=nobody", token))[:2] == (404, "no_service")
        home.execute("UPDATE frozen_period SET record = substr(record, 2)")
        assert (await station.error(OCT, token))[:2] == (500, "damaged_closing")
        assert (await station.get(f"{OCT}?live=true", token))[0] == 200
        with home.away():
            status, _, body = await station.get(f"{OCT}?live=true&lang=en", token)
        assert (status, json.loads(body)["error"]["code"]) == (503, "unavailable")
