"""Periodic jobs: when they run, what is said of those that fail, and how they end."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from monitor.scheduler import Housekeeping

HOUR = timedelta(hours=1)


async def housekeep(job, *, until):
    """Run a job at once until something happened, and stop."""
    jobs = Housekeeping()
    jobs.every(HOUR, "look around", job, at_once=True)
    jobs.start()
    async with asyncio.timeout(20):
        await until.wait()
    jobs.stop()
    for _ in range(5):
        await asyncio.sleep(0.01)


async def test_a_job_may_run_right_at_the_start():
    ran = asyncio.Event()

    async def job():
        ran.set()

    await housekeep(job, until=ran)


async def test_a_job_that_is_under_way_when_all_stops_ends_without_a_word(caplog):
    began, ended = asyncio.Event(), asyncio.Event()

    async def job():
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.set()

    await housekeep(job, until=began)
    assert ended.is_set()
    assert [one for one in caplog.records if one.levelname in {"ERROR", "WARNING"}] == []


async def test_a_job_that_fails_is_told_by_its_name(caplog):
    failed = asyncio.Event()

    async def job():
        failed.set()
        raise ValueError("no room")

    await housekeep(job, until=failed)
    assert "housekeeping “look around” failed: no room" in caplog.text


async def test_a_job_that_takes_longer_than_its_interval_is_told_once_until_it_has_ended(caplog):
    caplog.set_level("INFO")
    left_out = "housekeeping “look around” takes longer than its interval; turns are left out"
    told, third = [], asyncio.Event()

    async def job():
        told.append([one.getMessage() for one in caplog.records if one.name.startswith("monitor")])
        if len(told) == 3:
            third.set()
        await asyncio.sleep(0.3)

    jobs = Housekeeping()
    jobs.every(timedelta(milliseconds=20), "look around", job, at_once=True)
    jobs.start()
    async with asyncio.timeout(20):
        await third.wait()
    jobs.stop()
    assert told == [[], [left_out], [left_out, left_out]]
