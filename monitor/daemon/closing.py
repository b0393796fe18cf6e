"""Closes months by themselves, a while after they are over."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from monitor.core.service import Registry
from monitor.reports.closing import ClosedAlreadyError, close
from monitor.reports.due import due_months
from monitor.reports.gather import gather
from monitor.settings import Settings
from monitor.store import Store, StoreError
from monitor.store.frozen import frozen_periods
from monitor.store.history import recorded_since

CLOSED_BY = "kulkul"
"""Who closes them, as reports and the audit log name it."""

_log = logging.getLogger(__name__)


class Closing:
    """Looks for months that are due.

    Args:
        store: open.
        now: tells the time, aware UTC.
    """

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def look(self, registry: Registry, settings: Settings) -> None:
        """Close every month that is due; what cannot be stored now is tried again at the next look."""
        try:
            await self._look(registry, settings)
        except StoreError as error:
            _log.warning("a month that is over could not be closed yet: %s", error)

    async def _look(self, registry: Registry, settings: Settings) -> None:
        vantage, accounting = settings.vantage.name, settings.accounting
        closed = {one.period for one in await frozen_periods(self._store, vantage)}
        since = await recorded_since(self._store)
        now = self._now()
        for month in due_months(since, now, settings.reports.close_after, closed, settings.time_zone):
            record = await gather(
                self._store,
                registry,
                month,
                accounting.policies[accounting.policy],
                vantage=vantage,
                now=now,
                office=settings.reports.office,
            )
            try:
                one = await close(self._store, record, by=CLOSED_BY, at=now)
            except ClosedAlreadyError:
                continue
            _log.info("closed %s: policy %s, SHA-256 %s", one.period, one.policy, one.sha256)
