"""How long each status was held in every hour and day, from the changes of status.

These are computed anew wherever a change that became known later reaches back to, so they are always what
`measure` says of the same span. Only whole hours and days have them, up to when the vantage was last awake.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.accounting.days import Days, hour_of
from monitor.core.accounting.history import History
from monitor.core.accounting.rollup import status_times
from monitor.core.accounting.spans import Span
from monitor.core.accounting.timeline import check_timeline
from monitor.core.status import Status
from monitor.store.history import history
from monitor.store.instants import from_us, to_us
from monitor.store.marks import ALL_VANTAGES, Mark, read_mark, set_mark
from monitor.store.reading import seen_until
from monitor.store.rollup_rows import ROWS_AT_ONCE, Place, clear_times, write_times
from monitor.store.schema import check_key, rollup_day, rollup_hour, transition, vantage
from monitor.store.unbroken import unbroken

if TYPE_CHECKING:
    from monitor.store.store import Store

CHANGES_AT_ONCE = 500
_AT_A_TIME = timedelta(days=1)
"""Of hours: the record of a day is read once for all of them."""

_Times = tuple[Place, Span, Mapping[Status, timedelta]]


@dataclass(frozen=True, slots=True)
class _Standing:
    """What had been done when a step began; a step that finds it changed at its end writes nothing."""

    vantage_no: int
    transitions: int
    """Id of the last change that is accounted for."""
    hours: int
    days: int
    hours_gone: int


async def add_times(store: Store, vantage_name: str, days: Days, now: datetime) -> bool:
    """Take one step; returns whether there is another to take.

    Args:
        store: open; another process may do the same at the same time.
        vantage_name: whose record it is.
        days: how days are cut.
        now: aware UTC; times to come are not told.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.reading() as connection:
        known = await connection.scalar(select(vantage.c.vantage_no).where(vantage.c.name == vantage_name))
        seen = await seen_until(connection, vantage_name)
        standing = None if known is None else await _standing(connection, known)
    if known is None or seen is None:
        return False
    if standing is None:
        return await _begin(store, known, days)
    step = _Step(store, vantage_name, standing)
    return await step.correct(days) or await step.go_on(days, min(seen, now))


async def rewind_times(
    connection: AsyncConnection, vantage_no: int, *, hours: datetime, days: datetime
) -> None:
    """Let all times from two moments on, of an hour and a day, be computed anew; within a transaction."""
    for mark, at in ((Mark.HOUR_TIMES, hours), (Mark.DAY_TIMES, days)):
        reached = await read_mark(connection, mark, vantage_no)
        if reached is not None:
            await set_mark(connection, mark, min(reached, to_us(at)), vantage_no)


class _Step:
    """One step, of one vantage."""

    def __init__(self, store: Store, vantage_name: str, standing: _Standing) -> None:
        self._store = store
        self._vantage = vantage_name
        self._standing = standing

    async def correct(self, days: Days) -> bool:
        """Compute anew what changes of status reach back to that are not accounted for."""
        standing = self._standing
        query = (
            select(transition.c.id, transition.c.at, check_key.c.check_id)
            .join(check_key, check_key.c.check_no == transition.c.check_no)
            .where(transition.c.vantage_no == standing.vantage_no, transition.c.id > standing.transitions)
            .order_by(transition.c.id)
            .limit(CHANGES_AT_ONCE)
        )
        async with self._store.reading() as connection:
            rows = (await connection.execute(query)).all()
        if not rows:
            return False
        since: dict[str, datetime] = {}
        for row in rows:
            at = from_us(row.at)
            since[row.check_id] = min(since.get(row.check_id, at), at)
        earliest = min(since.values())
        hours_from = max(hour_of(earliest).starts_at, from_us(standing.hours_gone))
        hours = list(_hours(hours_from, from_us(standing.hours)))
        whole_days = list(_days(days, earliest, from_us(standing.days)))
        await self._write(rollup_hour, await self._times(hours, since))
        await self._write(rollup_day, await self._times(whole_days, since))
        return await self._mark(Mark.TRANSITIONS, rows[-1].id)

    async def go_on(self, days: Days, until: datetime) -> bool:
        """Add the next hours, or else the next day, that are over."""
        reached = from_us(max(self._standing.hours, self._standing.hours_gone))
        ends_at = min(hour_of(until).starts_at, reached + _AT_A_TIME)
        if reached < ends_at:
            hours = list(_hours(reached, ends_at))
            await self._write(rollup_hour, await self._times(hours), clear=hours)
            return await self._mark(Mark.HOUR_TIMES, to_us(ends_at))
        day = days.of(from_us(self._standing.days))
        if day.ends_at > until:
            return False
        await self._write(rollup_day, await self._times([day]), clear=[day])
        return await self._mark(Mark.DAY_TIMES, to_us(day.ends_at))

    async def _times(
        self, spans: Sequence[Span], since: Mapping[str, datetime] | None = None
    ) -> list[_Times]:
        """Return the times of all checks in spans; with `since`, of those checks from then on."""
        if not spans:
            return []
        within = Span(spans[0].starts_at, spans[-1].ends_at)
        record = await history(self._store, self._vantage, within)
        async with self._store.reading() as connection:
            keys = await connection.execute(select(check_key.c.check_id, check_key.c.check_no))
            places = {row.check_id: (row.check_no, self._standing.vantage_no) for row in keys}
        return await asyncio.to_thread(_check_times, record, places, spans, since)

    async def _write(self, table: Table, times: Sequence[_Times], clear: Sequence[Span] = ()) -> None:
        """Write times in bounded transactions, unless somebody else did it meanwhile."""
        rest = iter(times)
        first = True
        while (some := list(islice(rest, ROWS_AT_ONCE))) or (first and clear):
            await unbroken(self._write_some(table, some, clear if first else ()))
            first = False

    async def _write_some(self, table: Table, times: Sequence[_Times], clear: Sequence[Span]) -> None:
        number = self._standing.vantage_no
        async with self._store.writing() as (connection, _):
            if await _standing(connection, number) != self._standing:
                return
            for span in clear:
                await clear_times(connection, table, number, span.starts_at)
            await write_times(connection, table, times)

    async def _mark(self, mark: Mark, value: int) -> bool:
        return await unbroken(self._set_mark(mark, value))

    async def _set_mark(self, mark: Mark, value: int) -> bool:
        number = self._standing.vantage_no
        async with self._store.writing() as (connection, _):
            if await _standing(connection, number) == self._standing:
                await set_mark(connection, mark, value, number)
        return True


async def _standing(connection: AsyncConnection, vantage_no: int) -> _Standing | None:
    values = [
        await read_mark(connection, mark, vantage_no)
        for mark in (Mark.TRANSITIONS, Mark.HOUR_TIMES, Mark.DAY_TIMES)
    ]
    transitions, hours, days = values
    if transitions is None or hours is None or days is None:
        return None
    gone = await read_mark(connection, Mark.HOURS_GONE, ALL_VANTAGES)
    return _Standing(vantage_no, transitions, hours, days, gone or 0)


async def _begin(store: Store, vantage_no: int, days: Days) -> bool:
    """Mark where the record begins; what is in it by now is accounted for on the way from there."""
    async with store.writing() as (connection, _):
        first = await connection.scalar(select(func.min(check_key.c.first_seen_at)))
        if first is None or await _standing(connection, vantage_no) is not None:
            return first is not None
        last = await connection.scalar(
            select(func.max(transition.c.id)).where(transition.c.vantage_no == vantage_no)
        )
        since = from_us(first)
        await set_mark(connection, Mark.TRANSITIONS, last or 0, vantage_no)
        await set_mark(connection, Mark.HOUR_TIMES, to_us(hour_of(since).starts_at), vantage_no)
        await set_mark(connection, Mark.DAY_TIMES, to_us(days.of(since).starts_at), vantage_no)
    return True


def _check_times(
    record: History,
    places: Mapping[str, Place],
    spans: Sequence[Span],
    since: Mapping[str, datetime] | None,
) -> list[_Times]:
    """Return the times of each check in each span; what is not known is told only where it may be news."""
    within = Span(spans[0].starts_at, spans[-1].ends_at)
    found: list[_Times] = []
    for check_id in places if since is None else since:
        first_seen = record.first_seen.get(check_id)
        if first_seen is None:
            continue  # it was written down while the record was being read
        # As reports do: before the register named a check there was nothing to be known of it.
        alive = Span(max(within.starts_at, first_seen), within.ends_at)
        timeline = check_timeline(record.changes.get(check_id, ()), alive) if alive.length else []
        found += [
            (places[check_id], span, times)
            for span, times in zip(spans, status_times(timeline, spans), strict=True)
            if (times if since is None else span.ends_at > since[check_id])
        ]
    return found


def _hours(since: datetime, until: datetime) -> Iterator[Span]:
    while since < until:
        hour = hour_of(since)
        yield hour
        since = hour.ends_at


def _days(days: Days, since: datetime, until: datetime) -> Iterator[Span]:
    while since < until:
        day = days.of(since)
        yield day
        since = day.ends_at
