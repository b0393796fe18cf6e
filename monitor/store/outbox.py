"""The outbox: alerts not yet turned into messages, what each route was told, and messages on their way.

Alerts are written with their cause (`monitor.store.alerts`). Turning them into messages moves a cursor past
them by compare-and-set, in the transaction that writes the messages: of two daemons one succeeds, and a
crash repeats nothing. A message is claimed for a while before it is sent; who crashes while sending loses
the claim, and the message is sent again: at most the one that was in flight is repeated, none is lost.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, Row, and_, exists, func, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.alert import Alert
from monitor.store import schema
from monitor.store.alerts import read_alert, write_alerts
from monitor.store.instants import from_us, optional_from_us, optional_to_us, to_us
from monitor.store.rows import storable
from monitor.store.upsert import insert_new, upsert

if TYPE_CHECKING:
    from monitor.store.store import Store

_CURSOR = "conversations"
_LOOKED_AT = 500
"""Of the messages that are due, how many are looked at for some that a channel has room for."""
_note = schema.notification.c


class State(IntEnum):
    """What has become of a message."""

    WAITING = 0
    SENT = 1
    DEAD = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """What one route was told of one subject; `state` is the business of `alerts.policy`."""

    route_id: str
    subject: str
    state: Mapping[str, Any]
    due_at: datetime | None
    """When to look at it again though nothing happened; None: never."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One message to one recipient. Times are aware UTC."""

    key: str
    route_id: str
    subject: str
    place: int
    occasion: str
    channel: str
    address: str
    language: str
    facts: Mapping[str, Any]
    created_at: datetime
    due_at: datetime
    """When it is tried next."""
    wanted_at: datetime | None = None
    """When it should have been sent; given by the store: the first `due_at`, or when it was revived."""
    id: int = 0
    """Given by the store."""
    attempts: int = 0
    state: State = State.WAITING
    sent_at: datetime | None = None
    error: str | None = None
    """Of the last attempt that failed; one English sentence."""


@dataclass(frozen=True, slots=True)
class Waiting:
    """How full the outbox is."""

    waiting: int
    """Due, and not tried yet."""
    held: int
    """Not due yet: quiet hours."""
    retrying: int
    """Tried in vain, to be tried again."""
    oldest_due_at: datetime | None
    """Of those due or retrying, when the first should have been sent."""


async def fresh_alerts(store: Store, limit: int = 1000) -> tuple[int, int, list[Alert]]:
    """Return the cursor, where it goes, and the alerts between, in the order in which they were raised."""
    table = schema.alert
    async with store.reading() as connection:
        cursor = await _cursor(connection)
        query = select(table).where(table.c.id > cursor).order_by(table.c.id).limit(limit)
        rows = (await connection.execute(query)).all()
    return cursor, rows[-1].id if rows else cursor, [read_alert(row) for row in rows]


async def conversations(
    store: Store, *, due_before: datetime | None = None, subjects: Sequence[str] = (), beginning: str = ""
) -> list[Conversation]:
    """Return the conversations that are due, those about some subjects, and those whose subject begins so."""
    column = schema.conversation.c
    wanted: list[ColumnElement[bool]] = [column.subject.in_(subjects)]
    if beginning:
        wanted.append(column.subject.startswith(beginning, autoescape=True))
    if due_before is not None:
        wanted.append(column.due_at <= to_us(due_before))
    async with store.reading() as connection:
        found = await connection.execute(select(schema.conversation).where(or_(*wanted)))
        return [
            Conversation(
                route_id=row.route_id,
                subject=row.subject,
                state=json.loads(row.state),
                due_at=optional_from_us(row.due_at),
            )
            for row in found
        ]


async def plan(
    store: Store,
    cursor: tuple[int, int],
    talks: Sequence[tuple[Conversation | None, Conversation]],
    notifications: Sequence[Notification],
) -> bool:
    """Move the cursor, and write what follows from the alerts that it passes.

    A message that may leave now takes along what quiet hours hold back of the same conversation: otherwise
    it would wait for its turn behind that.

    Args:
        store: open.
        cursor: as read, and where it goes; both the same where time alone called for something.
        talks: conversations as they were read (None: not there yet), and as they are from now on.
        notifications: messages to be sent; one whose key is there already stays as it is.
    Returns: False, and nothing is written, where somebody else moved the cursor or went on with one of the
        conversations meanwhile.
    """
    async with store.writing() as (connection, _):
        if await _cursor(connection) != cursor[0]:
            return False
        for before, after in talks:
            if await _state(connection, after) != (None if before is None else _packed(before)):
                return False
        if cursor[1] != cursor[0]:
            await connection.execute(_UPSERT_CURSOR, {"name": _CURSOR, "alert_id": cursor[1]})
        if talks:
            rows = [
                {
                    "route_id": one.route_id,
                    "subject": one.subject,
                    "state": _packed(one),
                    "due_at": optional_to_us(one.due_at),
                }
                for _before, one in talks
            ]
            await connection.execute(_UPSERT_CONVERSATION, rows)
        if notifications:
            await connection.execute(_INSERT_NOTIFICATION, [_row(one) for one in notifications])
        for one in notifications:
            if one.due_at <= one.created_at:
                at = to_us(one.due_at)
                await connection.execute(
                    update(schema.notification)
                    .where(_same_way(_note, one), _note.state == State.WAITING)
                    .where(_note.attempts == 0, _note.due_at > at)
                    .values(due_at=at, wanted_at=at)
                )
        return True


async def claim(
    store: Store,
    who: str,
    now: datetime,
    lease: timedelta,
    limit: int = 20,
    room: Callable[[str], int] = lambda _: 20,
    full: Sequence[str] = (),
) -> list[Notification]:
    """Take messages that are due, so that nobody else sends them for the length of the lease.

    Messages of one conversation to one recipient go out in their order.

    Args:
        store: open.
        who: takes them.
        now: aware UTC.
        lease: how long they are taken for.
        limit: at most so many in all.
        room: how many more a channel can carry at once, by its id.
        full: channels that can carry none: their messages keep nobody else's waiting.
    """
    earlier = schema.notification.alias()
    before = exists().where(
        earlier.c.route_id == _note.route_id,
        earlier.c.subject == _note.subject,
        earlier.c.channel == _note.channel,
        earlier.c.address == _note.address,
        earlier.c.place < _note.place,
        earlier.c.state == State.WAITING,
    )
    free = or_(_note.claimed_until.is_(None), _note.claimed_until <= to_us(now))
    ready = and_(_note.state == State.WAITING, _note.due_at <= to_us(now), free)
    async with store.reading() as connection:  # nearly always there is nothing, and nothing to write
        if await connection.scalar(select(_note.id).where(ready).limit(1)) is None:
            return []
    async with store.writing() as (connection, _):
        query = select(schema.notification).where(ready, ~before).order_by(_note.due_at, _note.id)
        query = query.where(_note.channel.not_in(full))
        rows = (await connection.execute(query.limit(_LOOKED_AT))).all()
        values = {"claimed_until": to_us(now + lease), "claimed_by": who, "attempts": _note.attempts + 1}
        claimed: list[Notification] = []
        taken_by: Counter[str] = Counter()
        for row in rows:
            if len(claimed) == limit or taken_by[row.channel] >= room(row.channel):
                continue
            taken_by[row.channel] += 1
            taken = await connection.execute(
                update(schema.notification).where(_note.id == row.id, ready).values(values)
            )
            if taken.rowcount == 1:
                claimed.append(_notification(row, attempts=row.attempts + 1))
        return claimed


async def settle_sent(store: Store, who: str, notification: Notification, now: datetime) -> None:
    """Remember that a message was sent."""
    values = {"state": State.SENT, "sent_at": to_us(now), "error": None}
    await _settle(store, who, notification, values)


async def settle_retry(
    store: Store, who: str, notification: Notification, due_at: datetime, error: str
) -> None:
    """Let go of a message that is to be tried again."""
    values = {"due_at": to_us(due_at), "error": storable(error)}
    await _settle(store, who, notification, values)


async def settle_dead(
    store: Store, who: str, notification: Notification, error: str, alert: Alert | None
) -> None:
    """Put a message into the dead letter, and raise an alert about that in the same transaction."""
    values = {"state": State.DEAD, "error": storable(error)}
    await _settle(store, who, notification, values, alert)


async def waiting(store: Store, now: datetime) -> Waiting:
    """Return how full the outbox is."""
    at = to_us(now)
    tried, due = _note.attempts > 0, _note.due_at <= at
    query = select(
        func.count().filter(due, ~tried),
        func.count().filter(~due, ~tried),
        func.count().filter(tried),
        func.min(_note.wanted_at).filter(or_(due, tried)),
    ).where(_note.state == State.WAITING)
    async with store.reading() as connection:
        ready, held, retrying, oldest = (await connection.execute(query)).one()
    return Waiting(ready, held, retrying, optional_from_us(oldest))


async def notifications(
    store: Store, *, state: State | None = None, subject: str | None = None, limit: int = 1000
) -> list[Notification]:
    """Return messages, newest first."""
    query = select(schema.notification).order_by(_note.id.desc()).limit(limit)
    if state is not None:
        query = query.where(_note.state == state)
    if subject is not None:
        query = query.where(_note.subject == subject)
    async with store.reading() as connection:
        return [_notification(row) for row in await connection.execute(query)]


async def revive(connection: AsyncConnection, ids: Sequence[int], now: datetime) -> int:
    """Take messages out of the dead letter, to be sent now; returns how many there were."""
    revived = await connection.execute(
        update(schema.notification)
        .where(_note.id.in_(ids), _note.state == State.DEAD)
        .values(state=State.WAITING, due_at=to_us(now), wanted_at=to_us(now), attempts=0, claimed_until=None)
    )
    return revived.rowcount


async def _settle(
    store: Store,
    who: str,
    notification: Notification,
    values: Mapping[str, object],
    alert: Alert | None = None,
) -> None:
    """Write the outcome; ignored where the claim has passed to somebody else."""
    async with store.writing() as (connection, _):
        written = await connection.execute(
            update(schema.notification)
            .where(_note.id == notification.id, _note.claimed_by == who, _note.state == State.WAITING)
            .values({**values, "claimed_until": None, "claimed_by": None})
        )
        if written.rowcount == 1 and alert is not None:
            await write_alerts(connection, [alert])


def _packed(one: Conversation) -> str:
    return json.dumps(dict(one.state), separators=(",", ":"))


async def _state(connection: AsyncConnection, one: Conversation) -> str | None:
    column = schema.conversation.c
    query = select(column.state).where(column.route_id == one.route_id, column.subject == one.subject)
    found: str | None = await connection.scalar(query)
    return found


def _same_way(column: Any, one: Notification) -> ColumnElement[bool]:
    """Return the condition: of the same conversation, to the same recipient."""
    return and_(
        column.route_id == one.route_id,
        column.subject == one.subject,
        column.channel == one.channel,
        column.address == one.address,
    )


async def _cursor(connection: AsyncConnection) -> int:
    table = schema.alert_cursor
    found = await connection.scalar(select(table.c.alert_id).where(table.c.name == _CURSOR))
    return found or 0


def _row(one: Notification) -> dict[str, object]:
    return {
        "key": one.key,
        "route_id": one.route_id,
        "subject": one.subject,
        "place": one.place,
        "occasion": one.occasion,
        "channel": one.channel,
        "address": one.address,
        "language": one.language,
        "facts": json.dumps(dict(one.facts), separators=(",", ":")),
        "created_at": to_us(one.created_at),
        "due_at": to_us(one.due_at),
        "wanted_at": to_us(one.due_at),
        "state": State.WAITING,
        "attempts": 0,
    }


def _notification(row: Row[Any], attempts: int | None = None) -> Notification:
    return Notification(
        id=row.id,
        key=row.key,
        route_id=row.route_id,
        subject=row.subject,
        place=row.place,
        occasion=row.occasion,
        channel=row.channel,
        address=row.address,
        language=row.language,
        facts=json.loads(row.facts),
        created_at=from_us(row.created_at),
        due_at=from_us(row.due_at),
        wanted_at=from_us(row.wanted_at),
        attempts=row.attempts if attempts is None else attempts,
        state=State(row.state),
        sent_at=optional_from_us(row.sent_at),
        error=row.error,
    )


_UPSERT_CURSOR = upsert(schema.alert_cursor)
_UPSERT_CONVERSATION = upsert(schema.conversation)
_INSERT_NOTIFICATION = insert_new(schema.notification, "key")
