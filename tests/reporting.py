"""A record of two services, and reports from it."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.period import parse_period
from monitor.core.status import Status, Transition
from monitor.registry import load_registry
from monitor.reports.figures import build_report
from monitor.reports.gather import gather
from monitor.settings import load_settings
from monitor.store import Batch, Store
from tests.command import write_config
from tests.recording import registry

WITA = ZoneInfo("Asia/Makassar")
OCTOBER = parse_period("2026-10", WITA)
START, END = OCTOBER.starts_at, OCTOBER.ends_at
LATER = END + timedelta(days=5)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UP, DOWN, BLOCKED, UNKNOWN = Status.UP, Status.DOWN, Status.BLOCKED, Status.UNKNOWN
USUAL = AccountingPolicy()


def change(check_id, at, after, *, decided=MINUTE, vantage="local"):
    return Transition(
        check_id=check_id, vantage=vantage, at=at, decided_at=at + decided, before=UNKNOWN, after=after
    )


async def remember(
    store, *changes, seen_until=LATER, since=START - 60 * DAY, checks=("lapor", "jdih"), vantage="local"
):
    """Write changes as a daemon would have left them."""
    await store.register([(one, one) for one in checks], since)
    await store.write(Batch(transitions=changes, heartbeat=(vantage, seen_until)))


async def reporting_station(folder):
    """Write a station of two services, one out for a day of October; returns its settings file."""
    config = write_config(folder, {"lapor": "http://good.test/", "jdih": "http://other.test/"})
    settings = load_settings(config)
    async with await Store.open(settings.database.url) as store:
        checks = [one.id for one in load_registry(settings.register, settings).checks()]
        await remember(
            store,
            *(change(one, START - DAY, UP) for one in checks),
            change("jdih", START + DAY, DOWN),
            change("jdih", START + 2 * DAY, UP),
            checks=checks,
        )
    return config


async def recorded(store, *check_ids, period=OCTOBER, now=LATER, policy=USUAL, register=None):
    """Return all that a report follows from."""
    return await gather(store, register or registry(*check_ids), period, policy, vantage="local", now=now)


async def reported(store, *check_ids, **asked):
    return build_report(await recorded(store, *check_ids, **asked))
