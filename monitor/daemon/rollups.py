"""The part of the daemon that rolls results up, and deletes what is old and rolled up."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta

from monitor.core.accounting.days import Days
from monitor.metrics import SelfMetrics
from monitor.recorder.recorder import utc_now
from monitor.scheduler import Housekeeping
from monitor.settings import Settings
from monitor.store import Store, StoreError
from monitor.store.marks import follow_zone
from monitor.store.retention import thin_details, thin_hours, thin_results
from monitor.store.rollup_times import add_times
from monitor.store.rollups import count_results, counted_until

BUILD_EVERY = timedelta(minutes=5)
THIN_EVERY = timedelta(hours=1)
PAUSE = timedelta(milliseconds=50)
"""Between two transactions of ours, about as long as one takes: a batch of results never waits for two."""

_log = logging.getLogger(__name__)


class Rollups:
    """Builds rollups and thins out results, in small steps beside everything else.

    Args:
        store: open.
        settings: returns them as they are in force.
        itself: metrics of both.
        now: the clock; aware UTC.
        pause: between two steps.
    """

    def __init__(
        self,
        store: Store,
        settings: Callable[[], Settings],
        itself: SelfMetrics,
        *,
        now: Callable[[], datetime] = utc_now,
        pause: timedelta = PAUSE,
    ) -> None:
        self._store = store
        self._settings = settings
        self._itself = itself
        self._now = now
        self._pause = pause
        # Changed while running it would wait for the next start, as everywhere else.
        self._zone = settings().time_zone

    def join(self, jobs: Housekeeping) -> None:
        """Have both done for as long as the daemon runs."""
        jobs.every(BUILD_EVERY, "roll up results", self.build, at_once=True)
        jobs.every(THIN_EVERY, "thin out results", self.thin)

    async def build(self) -> None:
        """Roll up all results there are; trouble of the store is logged, and the next turn goes on."""
        with _trouble("results could not be rolled up"):
            days = await follow_zone(self._store, self._zone, self._now())
            await self._repeat(lambda: self._count(days))
            vantage = self._settings().vantage.name
            await self._repeat(lambda: add_times(self._store, vantage, days, self._now()))

    async def thin(self) -> None:
        """Delete all that is too old; trouble of the store is logged, and the next turn goes on."""
        kept, now = self._settings().retention, self._now()
        with _trouble("old results could not be deleted"):
            if kept.results is not None:
                before = now - kept.results
                await self._delete("results", lambda: thin_results(self._store, before))
                await self._delete("details", lambda: thin_details(self._store))
            if kept.hourly is not None:
                earliest = now - kept.hourly
                await self._delete("hours", lambda: thin_hours(self._store, earliest))

    async def _count(self, days: Days) -> bool:
        more = await count_results(self._store, days)
        counted = await counted_until(self._store)
        if counted is not None:
            self._itself.rollup_watermark.set(counted.timestamp())
        return more

    async def _delete(self, kind: str, some: Callable[[], Awaitable[int]]) -> None:
        deleted = self._itself.store_deleted.labels(kind=kind)

        async def step() -> bool:
            count = await some()
            deleted.inc(count)
            return count > 0

        await self._repeat(step)

    async def _repeat(self, step: Callable[[], Awaitable[bool]]) -> None:
        while True:
            if not await step():
                return
            await asyncio.sleep(self._pause.total_seconds())


@contextlib.contextmanager
def _trouble(what: str) -> Iterator[None]:
    try:
        yield
    except StoreError as error:
        _log.warning("%s; it is tried again at the next turn: %s", what, error)
    except asyncio.CancelledError:
        # The daemon stops. Every step is whole, and the next start goes on from there.
        _log.debug("stopped")
