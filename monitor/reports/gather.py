"""Reads what a report is built from."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.period import Period
from monitor.core.service import Registry, Service
from monitor.reports.figures import Report, build_report, recorded_span
from monitor.reports.holidays import holidays_in, unsure_years
from monitor.store import Store
from monitor.store.history import history
from monitor.store.windows import announced


async def gather(
    store: Store,
    registry: Registry,
    period: Period,
    policy: AccountingPolicy,
    *,
    vantage: str,
    now: datetime,
    wanted: Callable[[Service], bool] = lambda _: True,
) -> Report:
    """Read the record of a period and the one before, and build the report of the services wanted.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    record = await history(store, vantage, recorded_span(period, now))
    rule = policy.hours.holidays if policy.hours else None
    days = period.before.first, period.last
    return build_report(
        [one for one in registry.services.values() if wanted(one)],
        registry,
        record,
        await announced(store),
        period,
        policy,
        vantage=vantage,
        now=now,
        holidays=() if rule is None else holidays_in(rule, *days),
        unsure_years=() if rule is None else unsure_years(rule, *days),
    )
