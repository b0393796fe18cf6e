"""What is announced, withdrawn and logged stays on record, in a real database."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from monitor.core.window import Scope, Window, WindowSource
from monitor.store import Store, StoreUnavailable
from monitor.store.audit import AuditEntry, entries, record
from monitor.store.windows import announce, announced, definition, edition, reconcile, withdraw

T0 = datetime(2026, 11, 20, 1, 2, 3, 456789, tzinfo=UTC)
HOUR = timedelta(hours=1)
WITA = ZoneInfo("Asia/Makassar")
COMMAND, FILE = WindowSource.COMMAND, WindowSource.FILE


@pytest.fixture
async def store(database):
    async with await Store.open(database.impatient()) as opened:
        yield opened


def window(id_="pindah-server", **fields):
    usual = {
        "title": "Pindah server",
        "scope": Scope(services=frozenset({"satu", "dua"}), tags=frozenset({"prioritas"})),
        "starts_at": datetime(2026, 11, 28, 22, tzinfo=WITA),
        "duration": 6 * HOUR,
    }
    return Window(id=id_, **{**usual, **fields})


async def told(store):
    """Return id, source, announced at and withdrawn at of everything, the times in hours since T0."""

    def hours(at):
        return None if at is None else (at - T0) / HOUR

    return [
        (one.window.id, one.source, hours(one.announced_at), hours(one.withdrawn_at))
        for one in await announced(store)
    ]


async def test_an_announcement_comes_back_as_it_was_made(store):
    weekly = window(recurrence="FREQ=WEEKLY;BYDAY=SA", title='Pindah “server” \U0001f6e0, "lagi"\\')
    abroad = window("lain", starts_at=datetime(2026, 11, 28, 22, tzinfo=timezone(-3.5 * HOUR)))
    assert await announce(store, weekly, COMMAND, "Wayan", T0)
    assert await announce(store, abroad, FILE, "windows.yml", T0 + HOUR)
    first, second = await announced(store)
    assert first.window == weekly
    assert first.window.starts_at.tzinfo is WITA
    assert (first.source, first.announced_by, first.announced_at) == (COMMAND, "Wayan", T0)
    assert first.withdrawn_at is None
    assert (second.window, second.source) == (abroad, FILE)
    assert second.window.starts_at.utcoffset() == -3.5 * HOUR


async def test_an_id_that_is_announced_cannot_be_announced_again_until_it_is_withdrawn(store):
    assert await announce(store, window(), COMMAND, "Wayan", T0)
    assert not await announce(store, window(title="Lain"), COMMAND, "Made", T0 + HOUR)
    assert await withdraw(store, "pindah-server", T0 + 2 * HOUR, by="Made")
    assert await announce(store, window(title="Lain"), COMMAND, "Made", T0 + 3 * HOUR)
    assert await told(store) == [("pindah-server", COMMAND, 0, 2), ("pindah-server", COMMAND, 3, None)]


async def test_of_two_who_announce_at_once_one_succeeds(database, store):
    async with await Store.open(database.url) as other:
        done = await asyncio.gather(
            announce(store, window(), COMMAND, "Wayan", T0), announce(other, window(), COMMAND, "Made", T0)
        )
    assert sorted(done) == [False, True]
    assert len(await announced(store)) == len(await entries(store)) == 1


async def test_only_what_was_announced_by_command_is_withdrawn_by_command(store):
    await reconcile(store, [window()], T0, "windows.yml")
    assert not await withdraw(store, "pindah-server", T0 + HOUR, by="Made")
    assert not await withdraw(store, "tidak-ada", T0 + HOUR, by="Made")
    assert await told(store) == [("pindah-server", FILE, 0, None)]
    assert await entries(store) == []


async def test_reading_the_same_file_again_announces_nothing_anew(store):
    for hours in range(3):
        await reconcile(store, [window("satu"), window("dua")], T0 + hours * HOUR, "windows.yml")
    assert await told(store) == [("satu", FILE, 0, None), ("dua", FILE, 0, None)]
    assert {one.announced_by for one in await announced(store)} == {"windows.yml"}


@pytest.mark.parametrize(
    "change",
    [
        {"scope": Scope(services=frozenset({"satu"}))},
        {"starts_at": datetime(2026, 11, 28, 21, tzinfo=WITA)},
        {"starts_at": datetime(2026, 11, 28, 14, tzinfo=UTC)},
        {"duration": 7 * HOUR},
        {"recurrence": "FREQ=DAILY"},
    ],
    ids=lambda change: next(iter(change)),
)
async def test_a_window_that_changed_is_announced_anew_from_when_the_change_was_read(store, change):
    await reconcile(store, [window(), window("dua")], T0, "windows.yml")
    await reconcile(store, [window("dua"), window(**change)], T0 + HOUR, "windows.yml")
    assert await told(store) == [
        ("pindah-server", FILE, 0, 1),
        ("dua", FILE, 0, None),
        ("pindah-server", FILE, 1, None),
    ]
    assert definition((await announced(store))[-1].window) == definition(window(**change))


async def test_a_new_title_is_no_new_announcement(store):
    await reconcile(store, [window()], T0, "windows.yml")
    await reconcile(store, [window(title="Pindah server, tahap 1")], T0 + 2 * HOUR, "windows.yml")
    assert await told(store) == [("pindah-server", FILE, 0, 2), ("pindah-server", FILE, 0, None)]


async def test_a_window_that_left_the_file_is_withdrawn_once_and_may_come_back(store):
    await reconcile(store, [window()], T0, "windows.yml")
    await reconcile(store, [], T0 + HOUR, "windows.yml")
    await reconcile(store, [], T0 + 2 * HOUR, "windows.yml")
    await reconcile(store, [window()], T0 + 3 * HOUR, "windows.yml")
    assert await told(store) == [("pindah-server", FILE, 0, 1), ("pindah-server", FILE, 3, None)]


async def test_the_file_leaves_alone_what_was_announced_by_command(store):
    assert await announce(store, window(), COMMAND, "Wayan", T0)
    await reconcile(store, [window()], T0 + HOUR, "windows.yml")
    await reconcile(store, [], T0 + 2 * HOUR, "windows.yml")
    assert await told(store) == [("pindah-server", COMMAND, 0, None), ("pindah-server", FILE, 1, 2)]


async def test_the_edition_differs_after_every_change_and_only_then(store):
    seen = [await edition(store)]
    await announce(store, window(), COMMAND, "Wayan", T0)
    seen.append(await edition(store))
    await reconcile(store, [window("dua")], T0, "windows.yml")
    seen.append(await edition(store))
    await withdraw(store, "pindah-server", T0, by="Wayan")
    seen.append(await edition(store))
    assert len(set(seen)) == 4
    await reconcile(store, [window("dua")], T0 + HOUR, "windows.yml")
    assert await edition(store) == seen[-1]


async def test_announcing_and_withdrawing_are_in_the_audit_log_with_who_when_and_why(store):
    await announce(store, window(), COMMAND, "Wayan", T0, reason="Listrik padam")
    await withdraw(store, "pindah-server", T0 + HOUR, by="Made", reason="Selesai lebih awal")
    first, second = await entries(store)
    assert (first.at, first.who, first.action) == (T0, "Wayan", "window.announce")
    assert (first.subject, first.reason) == ("window:pindah-server", "Listrik padam")
    assert first.detail["definition"]["services"] == ["dua", "satu"]
    assert second == AuditEntry(
        at=T0 + HOUR,
        who="Made",
        action="window.withdraw",
        subject="window:pindah-server",
        reason="Selesai lebih awal",
    )


async def test_the_log_can_be_asked_for_one_subject_and_takes_any_text(store):
    entry = AuditEntry(
        at=T0, who="I\0 \ud800", action="incident.note", subject="INC-2026-000001", reason="“ya”"
    )
    async with store.writing() as (connection, _):
        await record(connection, entry)
        await record(connection, replace(entry, subject="lain", detail={"besar": [1, None, "\ud800"]}))
    [found] = await entries(store, "INC-2026-000001")
    assert (found.who, found.reason) == ("I\\x00 \\ud800", "“ya”")
    assert [one.detail for one in await entries(store)] == [{}, {"besar": [1, None, "\ud800"]}]


async def test_nothing_is_announced_where_the_database_is_locked(database, store):
    await announced(store)
    async with database.locked():
        with pytest.raises(StoreUnavailable, match="locked by another program"):
            await announce(store, window(), COMMAND, "Wayan", T0)
        with pytest.raises(StoreUnavailable, match="locked by another program"):
            await reconcile(store, [window()], T0, "windows.yml")
        assert await announced(store) == []
    assert await announce(store, window(), COMMAND, "Wayan", T0)


async def test_an_entry_is_not_kept_where_the_deed_itself_fails(store):
    async def fail():
        async with store.writing() as (connection, _):
            await record(connection, AuditEntry(at=T0, who="a", action="b", subject="c", reason=""))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await fail()
    assert await entries(store) == []
