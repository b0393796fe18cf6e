"""Blind periods, written and read back on real SQLite files."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.sight import BlindCause, BlindPeriod
from monitor.store import Batch, Store, StoreUnavailable
from monitor.store.sight import blind_periods, open_period, write_periods

T0 = datetime(2026, 10, 1, 0, 0, 0, 123_457, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DARK = BlindPeriod(
    vantage="local",
    began_at=T0,
    cause=BlindCause.CANARIES,
    dead=("tcp:1.1.1.1:443", "dns:pandi.id@[2001:db8::1]:53"),
    failing_networks=9,
    seen_networks=12,
)
LATER = BlindPeriod(
    vantage="local", began_at=T0 + 10 * MINUTE, ended_at=T0 + 11 * MINUTE, cause=BlindCause.NETWORKS
)


@pytest.fixture
async def store(database):
    async with await Store.open(database.url) as opened:
        yield opened


async def write(store, *periods):
    async with store.writing() as (connection, keys):
        await write_periods(connection, keys, periods)


async def test_what_is_read_back_is_what_was_written_in_the_order_of_time(store, database):
    await write(store, LATER, DARK)
    assert await blind_periods(store, "local") == [DARK, LATER]
    async with await Store.open(database.url, migrate=False) as another:
        assert await blind_periods(another, "local") == [DARK, LATER]


async def test_a_period_that_ends_stays_one_period(store):
    await write(store, DARK)
    assert await open_period(store, "local") == DARK
    ended = replace(DARK, ended_at=T0 + 3 * MINUTE)
    await write(store, ended)
    assert await blind_periods(store, "local") == [ended]
    assert await open_period(store, "local") is None


async def test_of_the_same_period_twice_in_one_writing_the_last_counts(store):
    ended = replace(DARK, ended_at=T0 + 3 * MINUTE)
    await write(store, DARK, ended)
    assert await blind_periods(store, "local") == [ended]


async def test_each_vantage_has_its_own_periods(store):
    elsewhere = replace(DARK, vantage="denpasar")
    await write(store, DARK, LATER)
    await write(store, elsewhere)
    assert await blind_periods(store, "denpasar") == [elsewhere]
    assert await open_period(store, "denpasar") == elsewhere
    assert await blind_periods(store, "local") == [DARK, LATER]
    assert await blind_periods(store, "nowhere") == []
    assert await open_period(store, "nowhere") is None


async def test_since_leaves_out_what_was_over_before(store):
    first = replace(DARK, ended_at=T0 + 3 * MINUTE)
    lasting = replace(DARK, began_at=T0 + 20 * MINUTE)
    await write(store, first, LATER, lasting)
    for minutes, left in ((0, 3), (3, 3), (3.1, 2), (11, 2), (12, 1), (10_000, 1)):
        found = await blind_periods(store, "local", T0 + minutes * MINUTE)
        assert found == [first, LATER, lasting][-left:], minutes


async def test_the_latest_of_several_open_periods_is_the_open_one(store):
    again = replace(DARK, began_at=T0 + MINUTE)
    await write(store, DARK, again)
    assert await open_period(store, "local") == again


async def test_a_vantage_whose_first_news_is_its_blindness_keeps_its_number(store):
    await write(store, DARK)
    await store.write(Batch(heartbeat=("local", T0)))
    assert await store.seen_until("local") == T0
    assert await blind_periods(store, "local") == [DARK]


async def test_no_periods_are_no_work_and_no_vantage(store, database):
    await write(store)
    assert database.rows("SELECT count(*) FROM vantage") == [(0,)]


async def test_a_transaction_that_fails_leaves_nothing(store, database):
    async def write_and_fail():
        async with store.writing() as (connection, keys):
            await write_periods(connection, keys, [DARK])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await write_and_fail()
    assert await blind_periods(store, "local") == []
    assert database.rows("SELECT count(*) FROM vantage") == [(0,)]
    await write(store, DARK)
    assert await blind_periods(store, "local") == [DARK]


async def test_a_locked_database_is_said_to_be_locked(database):
    async with await Store.open(database.impatient(0.1)) as store:
        async with database.locked():
            with pytest.raises(StoreUnavailable, match="locked"):
                await write(store, DARK)
        await write(store, DARK)
        assert await blind_periods(store, "local") == [DARK]
