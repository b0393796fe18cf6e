"""A sender at work: beside slow channels, a locked store, a stop and a reload; and how full the outbox is."""

from __future__ import annotations

import asyncio
import contextlib
from dataclasses import replace

import pytest

from alerts.delivery import DeliveryError
from monitor.core.route import Routing
from monitor.store import StoreUnavailable
from monitor.store.outbox import (
    State,
    notifications,
    waiting,
)
from tests.recording import T0, clock
from tests.telling import (
    CHANNELS,
    HOUR,
    LEASE,
    MAIL,
    Postbox,
    notification,
    put,
    refused,
    sender,
    states,
    store,
)

__all__ = ["clock", "store"]

# Many channels


async def test_a_mail_server_that_hangs_does_not_hold_up_other_channels(store, clock):
    async def hang(_):
        await asyncio.sleep(4)  # the channel's own time limit, usually 30 s
        raise DeliveryError("It did not answer in time.")

    await put(store, *(notification(number) for number in range(20)))
    hook, mail = Postbox(), Postbox(hang)
    sending = await sender(store, clock, hook, mail)
    task = asyncio.create_task(sending.run())
    async with asyncio.timeout(20):
        while not mail.tried:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.01)
    await put(store, notification(99, channel="hook", address=""))
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(12):  # twenty over a channel that takes four at once last twenty seconds
            while not hook.delivered:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.01)
    sending.stop()
    await task
    assert hook.keys == ["key-99"]
    assert mail.keys == []


async def test_however_many_messages_wait_for_a_channel_that_hangs_another_one_is_not_held_up(store, clock):
    await put(store, *(notification(number) for number in range(600)))
    await put(store, notification(999, channel="hook", address="", due_at=T0))
    go_on = asyncio.Event()

    async def hang(_):
        await go_on.wait()

    hook, mail = Postbox(), Postbox(hang)
    sending = await sender(store, clock, hook, mail)
    task = asyncio.create_task(sending.run())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(20):
            while not hook.delivered:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)
    sending.stop()
    go_on.set()
    await task
    assert hook.keys == ["key-999"]


async def test_what_a_quick_channel_takes_goes_out_without_waiting_for_the_next_tick(store, clock):
    await put(store, *(notification(number) for number in range(60)))
    box = Postbox()
    sending = await sender(store, clock, box, box)
    task = asyncio.create_task(sending.run())
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(8):
            while len(box.delivered) < 60:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.05)
    sending.stop()
    await task
    assert len(box.delivered) == 60


# A store that is sometimes not there


async def test_an_outcome_that_cannot_be_stored_loses_nothing_and_repeats_with_the_same_key(
    store, clock, database
):
    await put(store, notification())
    box = Postbox()
    sending = await sender(store, clock, box, box)
    async with contextlib.AsyncExitStack() as lock:

        async def lock_it(_):
            await lock.enter_async_context(database.locked())

        box.trouble = lock_it
        with pytest.raises(StoreUnavailable):
            await sending.flush()
    box.trouble = None
    clock.now = T0 + LEASE
    assert await sending.flush() == 1
    assert box.keys == ["key-0", "key-0"]
    assert await states(store) == [State.SENT]


async def test_an_outcome_that_cannot_be_stored_is_logged_by_a_running_sender(store, clock, database, caplog):
    await put(store, notification())
    box = Postbox()
    sending = await sender(store, clock, box, box)
    async with contextlib.AsyncExitStack() as lock:

        async def lock_it(_):
            await lock.enter_async_context(database.locked())

        box.trouble = lock_it
        task = asyncio.create_task(sending.run())
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(5):
                while "locked" not in caplog.text:  # noqa: ASYNC110 - no event tells
                    await asyncio.sleep(0.05)
    sending.stop()
    await task
    assert box.keys == ["key-0"]
    assert "is locked by another program" in caplog.text


async def test_a_locked_store_delays_sending_and_loses_nothing(store, clock, database):
    await put(store, notification())
    box = Postbox()
    sending = await sender(store, clock, box, box)
    task = asyncio.create_task(sending.run())
    async with database.locked():
        await asyncio.sleep(1.6)
        assert not task.done()
        assert box.keys == []
    async with asyncio.timeout(20):
        while await states(store) != [State.SENT]:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0.05)
    sending.stop()
    await task
    assert box.keys == ["key-0"]


async def test_a_sender_that_is_stopped_finishes_what_it_is_sending(store, clock):
    await put(store, *(notification(number) for number in range(60)))
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow(_):
        begun.set()
        await go_on.wait()

    box = Postbox(slow)
    sending = await sender(store, clock, box, box)
    task = asyncio.create_task(sending.run())
    async with asyncio.timeout(20):
        await begun.wait()
        sending.stop()
        go_on.set()
        await task
    assert len(box.keys) == len(set(box.keys)) < 60
    assert await states(store) == sorted(
        [State.SENT] * len(box.keys) + [State.WAITING] * (60 - len(box.keys))
    )
    assert box.closed == 1


# Reloads


async def test_a_reload_closes_the_channels_that_changed_and_no_other(store, clock):
    await put(store, notification(0), notification(1, channel="hook", address=""))
    hook, mail = Postbox(), Postbox()
    sending = await sender(store, clock, hook, mail)
    await sending.flush()
    await sending.follow(Routing(channels={**CHANNELS, "mail": replace(MAIL, port=25)}))
    assert (hook.closed, mail.closed) == (0, 1)
    await sending.follow(Routing(channels={"mail": replace(MAIL, port=25)}))
    assert (hook.closed, mail.closed) == (1, 1)
    await put(store, notification(2), notification(3, channel="hook", address=""))
    await sending.flush()
    assert mail.keys == ["key-0", "key-2"]
    [dead] = await notifications(store, state=State.DEAD)
    assert "hook" in dead.error


# How full it is


async def test_what_waits_is_told_apart(store, clock):
    await put(
        store,
        notification(0),
        notification(1, due_at=T0 + HOUR),
        notification(2, due_at=T0 - HOUR),
        notification(3, channel="hook", address=""),
    )
    hook = Postbox(refused)
    found = await waiting(store, clock.now)
    assert (found.waiting, found.held, found.retrying, found.oldest_due_at) == (3, 1, 0, T0 - HOUR)
    sending = await sender(store, clock, hook, Postbox())
    await sending.flush()
    found = await waiting(store, clock.now)
    assert (found.waiting, found.held, found.retrying) == (0, 1, 1)


async def test_the_oldest_message_is_as_old_as_the_time_it_should_have_gone_however_often_it_was_tried(
    store, clock
):
    await put(store, notification())
    box = Postbox(refused)
    sending = await sender(store, clock, box, box)
    for _ in range(24):
        await sending.flush()
        clock.go_on(3600)
        found = await waiting(store, clock.now)
        assert found.oldest_due_at == T0
