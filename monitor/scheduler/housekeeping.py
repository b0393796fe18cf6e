"""Everything periodic that is not a probe, on APScheduler's calendars."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import logging
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta

from apscheduler.events import (
    EVENT_JOB_ERROR,
    EVENT_JOB_EXECUTED,
    EVENT_JOB_MAX_INSTANCES,
    JobExecutionEvent,
    JobSubmissionEvent,
)
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

_log = logging.getLogger(__name__)


class Housekeeping:
    """Runs small jobs at intervals; one that fails is logged and tried again at its next turn.

    One that takes longer than its interval leaves turns out, which is logged once, until it has ended.

    APScheduler skips a late run silently unless `misfire_grace_time` is None; with `coalesce` a job that
    missed several turns runs once.
    """

    def __init__(self) -> None:
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._late: set[str] = set()
        self._scheduler.add_listener(self._failed, EVENT_JOB_ERROR)
        self._scheduler.add_listener(self._left_out, EVENT_JOB_MAX_INSTANCES)
        self._scheduler.add_listener(self._ended, EVENT_JOB_EXECUTED)

    def every(
        self,
        interval: timedelta,
        name: str,
        job: Callable[[], Awaitable[None] | None],
        *,
        at_once: bool = False,
    ) -> None:
        """Run a job at an interval; a coroutine function or a plain quick function.

        Args:
            interval: between two runs.
            name: for the log.
            job: what is run.
            at_once: whether also right at the start; else first after one interval.
        """
        trigger = IntervalTrigger(seconds=interval.total_seconds(), timezone="UTC")
        soon = {"next_run_time": datetime.now(UTC)} if at_once else {}
        self._scheduler.add_job(_left_alone(job), trigger, id=name, name=name, **soon)

    def start(self) -> None:
        """Begin, on the running loop."""
        self._scheduler.start()

    def stop(self) -> None:
        """Start no further job."""
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    def _failed(self, event: JobExecutionEvent) -> None:
        self._late.discard(event.job_id)
        _log.error("housekeeping “%s” failed: %s", event.job_id, event.exception, exc_info=event.exception)

    def _left_out(self, event: JobSubmissionEvent) -> None:
        if event.job_id not in self._late:
            self._late.add(event.job_id)
            _log.info("housekeeping “%s” takes longer than its interval; turns are left out", event.job_id)

    def _ended(self, event: JobExecutionEvent) -> None:
        self._late.discard(event.job_id)


def _left_alone(job: Callable[[], Awaitable[None] | None]) -> Callable[[], Awaitable[None] | None]:
    """Return a job that ends in silence where it is cancelled: then the daemon stops, and nothing failed."""
    if not inspect.iscoroutinefunction(job):
        return job

    async def run() -> None:
        with contextlib.suppress(asyncio.CancelledError):
            await job()

    return run
