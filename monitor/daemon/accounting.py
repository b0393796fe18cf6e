"""The figures of the running month, counted anew every few minutes: for metrics and the status page."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Callable, Mapping
from datetime import datetime

from monitor.core.accounting.availability import Availability
from monitor.core.period import PeriodKind, period_of
from monitor.core.service import Registry
from monitor.metrics.accounts import Account, Accounts
from monitor.reports.figures import build_report
from monitor.reports.gather import gather
from monitor.reports.report import Report
from monitor.settings import Settings
from monitor.store import Store, StoreError

_REST = 30
"""Times as long as counting took, before it is done again."""

_log = logging.getLogger(__name__)


class Accounting:
    """Counts, shows and remembers.

    Args:
        store: open.
        accounts: where the figures are exposed.
        now: tells the time, aware UTC.
    """

    def __init__(self, store: Store, accounts: Accounts, now: Callable[[], datetime]) -> None:
        self._store = store
        self._accounts = accounts
        self._now = now
        self._rested_at = -math.inf
        self.month: Mapping[str, Availability] = {}
        """Of each service by id, as last counted."""

    async def look(self, registry: Registry, settings: Settings) -> None:
        """Refresh, unless that was just now: at most a thirtieth of the time goes into it."""
        began = time.monotonic()
        if began >= self._rested_at:
            await self.refresh(registry, settings)
            self._rested_at = began + _REST * (time.monotonic() - began)

    async def refresh(self, registry: Registry, settings: Settings) -> None:
        """Count the month so far; where the store cannot be read the figures before stay."""
        now, accounting = self._now(), settings.accounting
        month = period_of(PeriodKind.MONTH, now.astimezone(settings.time_zone).date(), settings.time_zone)
        policy = accounting.policies[accounting.policy]
        try:
            record = await gather(
                self._store, registry, month, policy, vantage=settings.vantage.name, now=now
            )
        except StoreError as error:
            _log.warning("the figures of this month could not be counted anew: %s", error)
            return
        report = await asyncio.to_thread(build_report, record)
        self.month = {one.service.id: one.availability for one in report.services}
        self._accounts.observe(_services(report), _agencies(report))


def _services(report: Report) -> dict[str, Account]:
    return {
        one.service.id: Account(
            labels={"service": one.service.id, "agency": one.agency.id},
            month=one.availability,
            last_month=one.before,
            target=one.service.target_ratio,
        )
        for one in report.services
    }


def _agencies(report: Report) -> dict[str, Account]:
    return {
        one.id: Account(
            labels={"agency": one.id, "government": one.services[0].government.id},
            month=one.availability,
            last_month=one.before,
        )
        for one in report.agencies
    }
