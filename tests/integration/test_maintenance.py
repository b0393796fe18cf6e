"""The daemon's knowledge of announced maintenance, over a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.window import Scope, Window, WindowSource
from monitor.daemon.maintenance import Maintenance
from monitor.store import Store, StoreUnavailable
from monitor.store.windows import announce, announced, withdraw
from tests.recording import Clock, registry

T0 = datetime(2026, 11, 20, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def clock():
    return Clock(T0)


@pytest.fixture
async def store(database):
    async with await Store.open(database.impatient()) as opened:
        yield opened


@pytest.fixture
def maintenance(store, clock):
    return Maintenance(store, clock)


def window(id_="jendela", *, starts_at=T0 + HOUR, services=("satu",), **fields):
    return Window(
        id=id_,
        title="Pindah server",
        scope=Scope(services=frozenset(services)),
        starts_at=starts_at,
        duration=fields.pop("duration", 2 * HOUR),
        **fields,
    )


async def test_services_are_covered_from_the_start_of_a_window_until_its_end(maintenance):
    await maintenance.take(registry("satu", "dua", "tiga"), [window(services=("satu", "dua"))])
    assert maintenance.covered(T0 + HOUR - timedelta(microseconds=1)) == set()
    assert maintenance.covered(T0 + HOUR) == {"satu", "dua"}
    assert maintenance.covered(T0 + 3 * HOUR - timedelta(microseconds=1)) == {"satu", "dua"}
    assert maintenance.covered(T0 + 3 * HOUR) == set()
    assert maintenance.under("tiga", T0 + HOUR) is None
    found = maintenance.under("satu", T0 + 2 * HOUR)
    assert (found.window_id, found.starts_at, found.ends_at) == ("jendela", T0 + HOUR, T0 + 3 * HOUR)
    assert found.planned


@pytest.mark.parametrize(
    "scope", [{"agencies": frozenset({"diskominfo"})}, {"governments": frozenset({"badung"})}], ids=str
)
async def test_a_window_for_an_agency_or_a_government_covers_all_its_services(maintenance, scope):
    await maintenance.take(registry("satu", "dua"), [replace(window(), scope=Scope(**scope))])
    assert maintenance.covered(T0 + HOUR) == {"satu", "dua"}


async def test_a_window_for_a_tag_covers_the_services_that_carry_it(maintenance):
    register = registry("satu", "dua")
    tagged = replace(register.services["dua"], tags=frozenset({"prioritas", "pajak"}))
    register = replace(register, services={**register.services, "dua": tagged})
    await maintenance.take(register, [replace(window(), scope=Scope(tags=frozenset({"pajak"})))])
    assert maintenance.covered(T0 + HOUR) == {"dua"}


async def test_a_service_that_the_register_newly_names_is_covered_after_the_reload(maintenance):
    whole = replace(window(), scope=Scope(agencies=frozenset({"diskominfo"})))
    await maintenance.take(registry("satu"), [whole])
    await maintenance.take(registry("satu", "dua"), [whole])
    assert maintenance.covered(T0 + HOUR) == {"satu", "dua"}


async def test_a_restart_does_not_announce_the_file_anew(store, maintenance, clock):
    await maintenance.take(registry("satu"), [window()])
    clock.now += 2 * HOUR
    again = Maintenance(store, clock)
    await again.take(registry("satu"), [window()])
    assert again.under("satu", clock.now).planned
    assert [one.announced_at for one in await announced(store)] == [T0]


async def test_what_another_process_announces_and_withdraws_is_seen_at_the_next_look(
    database, maintenance, clock
):
    await maintenance.take(registry("satu"), [])
    clock.now += 2 * HOUR
    async with await Store.open(database.url) as other:
        await announce(other, window(), WindowSource.COMMAND, "Wayan", clock.now)
        assert maintenance.covered(clock.now) == set()
        await maintenance.refresh()
        assert maintenance.covered(clock.now) == {"satu"}
        assert not maintenance.under("satu", clock.now).planned
        await withdraw(other, "jendela", clock.now, by="Wayan")
    await maintenance.refresh()
    assert maintenance.covered(clock.now) == set()
    assert maintenance.covered(clock.now - HOUR / 2) == {"satu"}


async def test_a_window_taken_out_of_the_file_ends_then(maintenance, clock):
    await maintenance.take(registry("satu"), [window()])
    clock.now += 2 * HOUR
    await maintenance.take(registry("satu"), [])
    assert maintenance.covered(clock.now) == set()
    assert maintenance.under("satu", clock.now - HOUR / 2).planned


async def test_of_several_windows_the_one_announced_in_time_is_told(store, maintenance, clock):
    await announce(store, window("awal"), WindowSource.COMMAND, "Wayan", T0)
    await announce(store, window("telat", starts_at=T0), WindowSource.COMMAND, "Wayan", T0 + HOUR)
    await maintenance.take(registry("satu"), [])
    assert maintenance.under("satu", T0 + 1.5 * HOUR).window_id == "awal"
    assert maintenance.under("satu", T0 + HOUR / 2).window_id == "telat"


async def test_a_window_that_recurs_goes_on_day_after_day(maintenance, clock):
    await maintenance.take(registry("satu"), [window(recurrence="FREQ=DAILY")])
    for _ in range(5):
        await maintenance.refresh()
        assert maintenance.covered(clock.now) == set()
        assert maintenance.covered(clock.now + HOUR) == {"satu"}
        clock.now += DAY


@pytest.mark.parametrize("days", [9, -9], ids=["days later", "after the clock was set back"])
async def test_what_is_asked_about_any_other_day_is_right_without_a_look_at_the_store(maintenance, days):
    long_ago = window(starts_at=T0 - 99 * DAY, recurrence="FREQ=DAILY")
    await maintenance.take(registry("satu"), [long_ago])
    assert maintenance.covered(T0 + days * DAY + HOUR) == {"satu"}
    assert maintenance.covered(T0 + days * DAY + 3 * HOUR) == set()


async def test_what_was_known_stays_in_force_while_the_store_cannot_be_written(database, maintenance):
    await maintenance.take(registry("satu"), [window()])
    async with database.locked():
        with pytest.raises(StoreUnavailable):
            await maintenance.take(registry("satu", "dua"), [])
    assert maintenance.covered(T0 + HOUR) == {"satu"}
    await maintenance.refresh()
    assert maintenance.covered(T0 + HOUR) == {"satu"}


async def test_a_look_at_the_store_while_the_register_is_replaced_does_not_undo_that(maintenance):
    whole = replace(window(), scope=Scope(agencies=frozenset({"diskominfo"})))
    await maintenance.take(registry("satu"), [])
    await asyncio.gather(
        maintenance.refresh(), maintenance.take(registry("satu", "dua"), [whole]), maintenance.refresh()
    )
    assert maintenance.covered(T0 + HOUR) == {"satu", "dua"}
