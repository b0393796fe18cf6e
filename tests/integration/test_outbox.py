"""From the outbox to the channels, on a real store: each message once, in order, and none lost."""

from __future__ import annotations

import asyncio
from datetime import timedelta

from alerts.delivery import DeliveryError
from alerts.sender import FIRST_PAUSE, GIVEN_UP_AFTER, LONGEST_PAUSE, PER_CHANNEL, retry_pause
from monitor.core.route import Topic
from monitor.store import Store
from monitor.store.alerts import alerts
from monitor.store.outbox import (
    State,
    claim,
    notifications,
    revive,
    settle_retry,
    settle_sent,
)
from tests.recording import SECOND, T0, clock
from tests.telling import (
    DAY,
    HOUR,
    LEASE,
    Postbox,
    notification,
    planner,
    put,
    refused,
    route,
    routing,
    said,
    sender,
    states,
    store,
)

__all__ = ["clock", "store"]


async def refused_for_good(_):
    raise DeliveryError("There is no such mailbox.", permanent=True)


# Claims


async def test_two_senders_on_one_database_deliver_hundreds_of_messages_once_each(store, clock, database):
    await put(store, *(notification(number, channel=("mail", "hook")[number % 2]) for number in range(400)))
    box = Postbox(lambda _: asyncio.sleep(0.001))
    async with await Store.open(database.url) as one, await Store.open(database.url) as other:
        senders = [await sender(each, clock, box, box) for each in (one, other)]

        async def work(sending):
            while await sending.flush():
                pass

        await asyncio.gather(*map(work, senders))
    assert sorted(box.keys) == sorted(f"key-{number}" for number in range(400))
    assert await states(store) == [State.SENT] * 400


async def test_messages_of_one_conversation_go_to_each_in_their_order(store, clock):
    stories = [
        notification(key=f"{subject}-{place}", subject=subject, place=place, address=address)
        for place in (3, 1, 0, 2)
        for subject, address in (("INC-2026-000001", "a@demo.go.id"), ("INC-2026-000002", "b@demo.go.id"))
    ]
    await put(store, *stories)
    box = Postbox()
    sending = await sender(store, clock, box, box)
    while await sending.flush():
        pass
    for address in ("a@demo.go.id", "b@demo.go.id"):
        assert [one.place for one in box.delivered if one.address == address] == [0, 1, 2, 3]


async def test_what_failed_keeps_what_comes_after_it_waiting_and_nothing_else(store, clock):
    await put(
        store,
        notification(0, key="first", subject="INC-2026-000001", place=0),
        notification(1, key="second", subject="INC-2026-000001", place=1),
        notification(2, key="other", subject="INC-2026-000002", place=1),
    )
    box = Postbox(refused)
    sending = await sender(store, clock, box, box)
    assert await sending.flush() == 2
    box.trouble = None
    assert await sending.flush() == 0
    clock.go_on(40)
    while await sending.flush():
        pass
    assert box.keys.index("first") < box.keys.index("second")
    assert sorted(box.keys) == ["first", "other", "second"]


async def test_what_a_sender_claimed_before_it_crashed_is_sent_when_its_claim_ends(store, clock):
    await put(store, notification())
    [one] = await claim(store, "somebody who crashed", clock.now, LEASE)
    box = Postbox()
    sending = await sender(store, clock, box, box)
    clock.now = T0 + LEASE - SECOND
    assert await sending.flush() == 0
    clock.now = T0 + LEASE
    assert await sending.flush() == 1
    assert box.keys == [one.key]
    assert box.delivered[0].place == 0


async def test_what_comes_of_a_claim_that_passed_to_somebody_else_is_ignored(store, clock):
    await put(store, notification())
    [late] = await claim(store, "late", T0, LEASE)
    [one] = await claim(store, "prompt", T0 + LEASE, LEASE)
    await settle_retry(store, "late", late, T0 + HOUR, "It failed.")
    await settle_sent(store, "prompt", one, T0 + LEASE)
    [kept] = await notifications(store)
    assert (kept.state, kept.sent_at, kept.attempts, kept.error) == (State.SENT, T0 + LEASE, 2, None)


async def test_a_message_whose_claim_ended_before_its_turn_came_is_left_to_who_claimed_it_then(
    store, clock, database
):
    """More are claimed at once than one channel takes: behind a slow server the last wait their turn."""
    await put(store, *(notification(number) for number in range(20)))
    go_on = asyncio.Event()

    async def slow(_):
        await go_on.wait()

    box, prompt = Postbox(slow), Postbox()
    async with await Store.open(database.url) as other:
        first, second = await sender(store, clock, box, box), await sender(other, clock, prompt, prompt)
        flushing = asyncio.create_task(first.flush())
        async with asyncio.timeout(10):
            while len(box.tried) < PER_CHANNEL:  # noqa: ASYNC110 - no event tells
                await asyncio.sleep(0.01)
        clock.now = T0 + LEASE + SECOND
        while await second.flush():
            pass
        go_on.set()
        await flushing
    twice = set(box.keys) & set(prompt.keys)
    assert len({*box.keys, *prompt.keys}) == 20
    assert len(twice) <= PER_CHANNEL, "only what was being sent all that time may be repeated"


# Retries


def test_pauses_between_tries_grow_to_a_ceiling_and_are_never_in_step():
    middle = [retry_pause(attempts, 0.5) for attempts in range(1, 12)]
    assert middle[0] == FIRST_PAUSE
    assert middle == sorted(middle)
    assert middle[-1] == LONGEST_PAUSE
    assert retry_pause(10**9, 0.5) == LONGEST_PAUSE
    assert retry_pause(3, 0) < retry_pause(3, 0.5) < retry_pause(3, 1)


async def test_what_is_refused_for_now_is_tried_again_after_growing_pauses_until_it_arrives(store, clock):
    await put(store, notification())
    outcomes = []
    box = Postbox(refused)
    sending = await sender(store, clock, box, box, count=lambda *one: outcomes.append(one))
    tried_at = []
    while len(tried_at) < 6:
        if await sending.flush():
            tried_at.append((clock.now - T0) // SECOND)
            [one] = await notifications(store)
            assert one.error == "The server refused it for now."
        clock.go_on(1)
    assert tried_at == [0, 30, 90, 210, 450, 930]
    box.trouble = None
    clock.go_on(3600)
    assert await sending.flush() == 1
    [one] = await notifications(store)
    assert (one.state, one.attempts, one.error) == (State.SENT, 7, None)
    assert outcomes == [("mail", "retried")] * 6 + [("mail", "sent")]


async def test_a_server_that_asks_for_more_time_is_given_it(store, clock):
    async def too_many(_):
        raise DeliveryError("Too many.", retry_after=timedelta(minutes=10))

    await put(store, notification())
    box = Postbox(too_many)
    sending = await sender(store, clock, box, box)
    await sending.flush()
    clock.go_on(599)
    assert await sending.flush() == 0
    clock.go_on(1)
    assert await sending.flush() == 1


async def test_a_channel_that_fails_in_its_own_code_is_tried_again(store, clock):
    async def broken(_):
        raise ZeroDivisionError

    await put(store, notification())
    box = Postbox(broken)
    sending = await sender(store, clock, box, box)
    await sending.flush()
    box.trouble = None
    clock.go_on(3600)
    await sending.flush()
    assert box.keys == ["key-0"]


# The dead letter


async def test_what_is_refused_for_good_dies_with_its_reason_and_one_alert(store, clock):
    await put(store, notification())
    outcomes = []
    box = Postbox(refused_for_good)
    sending = await sender(store, clock, box, box, count=lambda *one: outcomes.append(one))
    for _ in range(3):
        await sending.flush()
        clock.go_on(3600)
    [one] = await notifications(store, state=State.DEAD)
    assert (one.attempts, one.error) == (1, "There is no such mailbox.")
    [alert] = await alerts(store)
    assert (alert.kind, alert.subject) == (
        "undelivered",
        f"notification:{one.id}",
    )
    assert outcomes == [("mail", "dead")]


async def test_the_news_of_a_dead_message_that_dies_itself_raises_no_further_news(store, clock):
    await put(store, notification())
    planning = planner(store, clock, routes=routing(route(topics=frozenset({Topic.MONITOR}))))
    box = Postbox(refused_for_good)
    sending = await sender(store, clock, box, box)
    for _ in range(20):
        await planning.tick()
        await sending.flush()
        clock.go_on(60)
    assert await said(store) == [("outage", "uptd@demo.go.id"), ("undelivered", "uptd@demo.go.id")]
    assert await states(store) == [State.DEAD, State.DEAD]
    assert len(await alerts(store)) == 1


async def test_what_nobody_took_for_days_is_given_up(store, clock):
    await put(store, notification())
    box = Postbox(refused)
    sending = await sender(store, clock, box, box)
    clock.now = T0 + GIVEN_UP_AFTER
    await sending.flush()
    assert await states(store) == [State.WAITING]
    clock.go_on(3600)
    await sending.flush()
    assert await states(store) == [State.DEAD]


async def test_a_message_taken_out_of_the_dead_letter_after_days_is_tried_as_patiently_as_a_new_one(
    store, clock
):
    await put(store, notification())
    box = Postbox(refused_for_good)
    sending = await sender(store, clock, box, box)
    await sending.flush()
    clock.now = T0 + 4 * DAY
    async with store.writing() as (connection, _):
        [one] = await notifications(store, state=State.DEAD)
        assert await revive(connection, [one.id], clock.now) == 1
    box.trouble = refused
    assert await sending.flush() == 1
    box.trouble = None
    clock.go_on(3600)
    await sending.flush()
    assert box.keys == ["key-0"]


async def test_a_message_that_cannot_be_written_dies_and_the_others_go_out(store, clock):
    await put(store, notification(0, facts={"occasion": "unheard of"}), notification(1))
    box = Postbox()
    sending = await sender(store, clock, box, box)
    await sending.flush()
    assert box.keys == ["key-1"]
    assert await states(store) == [State.SENT, State.DEAD]
