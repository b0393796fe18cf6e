"""Rolling up anew, from the results and changes of status that are still there.

An hour or a day is put in place of what stands in one transaction, and only where all its results are still
there: what is older stays. A daemon may go on rolling up meanwhile: what it counts between reading and
writing is counted in.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.accounting.days import HOUR, Days, hour_of
from monitor.core.accounting.rollup import Rollup, roll_up, together
from monitor.core.accounting.spans import Span
from monitor.store.instants import from_us, to_us
from monitor.store.marks import Mark, read_mark
from monitor.store.rollup_rows import (
    MEASURED,
    Place,
    measured,
    replace_counts,
    started_at,
    started_in,
)
from monitor.store.rollup_times import rewind_times
from monitor.store.schema import OUT_OF_LINE, result, rollup_day, rollup_hour, vantage
from monitor.store.unbroken import unbroken

if TYPE_CHECKING:
    from monitor.store.store import Store

_RESULTS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What was rolled up anew."""

    since: datetime
    """Of the hours; what began before it stays as it was. Aware UTC."""
    hours: int
    days: int
    results: int
    """In the hours."""


async def rebuild(store: Store, days: Days, told: Callable[[int, int], None]) -> Rebuilt | None:
    """Roll up anew all hours and days of which every result is still there.

    The times of each status in them are forgotten, and computed by the next steps of `add_times`.

    Args:
        store: open.
        days: how days are cut.
        told: is told after each hour or day how many are done, and of how many.
    Returns: None: there is nothing to roll up anew.
    Raises:
        StoreUnavailable: as `Store.write`; what was done until then is whole.
    """
    async with store.reading() as connection:
        within = await _rebuildable(connection, days)
    if within is None:
        return None
    hours = list(_hours(within))
    whole_days = list(_days(within, days))
    parts = [(rollup_hour, one) for one in hours] + [(rollup_day, one) for one in whole_days]
    results = 0
    for done, (table, span) in enumerate(parts, 1):
        found = await _rebuild_one(store, table, span)
        results += found if table is rollup_hour else 0
        told(done, len(parts))
        await asyncio.sleep(0)
    days_from = whole_days[0].starts_at if whole_days else within.ends_at
    async with store.writing() as (connection, _):
        for number in list(await connection.scalars(select(vantage.c.vantage_no))):
            await rewind_times(connection, number, hours=within.starts_at, days=days_from)
    return Rebuilt(within.starts_at, len(hours), len(whole_days), results)


async def _rebuildable(connection: AsyncConnection, days: Days) -> Span | None:
    """Return the whole hours in which results started that are counted, and of which none was deleted."""
    counted = await read_mark(connection, Mark.RESULTS)
    first = await connection.scalar(select(func.min(result.c.id)))
    if counted is None or first is None or first > counted:
        return None
    odd = select(func.min(started_at), func.max(started_at)).where(OUT_OF_LINE)
    earliest, latest = (await connection.execute(odd)).one()
    ends_at = hour_of(from_us(max(counted, latest or 0))).ends_at
    gone = await read_mark(connection, Mark.RESULTS_GONE)
    if gone is not None:
        return Span(hour_of(from_us(gone)).ends_at, ends_at)
    # Results that are in line were recorded an hour after they started at the latest, and before the first
    # there never was any: so its whole day can be told.
    day = days.of(from_us(min(first, earliest or first)) - HOUR)
    return Span(hour_of(day.starts_at).starts_at, ends_at)


async def _rebuild_one(store: Store, table: Table, span: Span) -> int:
    """Roll up one hour or day anew; returns how many results are in it."""
    found: dict[Place, Rollup] = {}
    async with store.reading() as connection:
        counted = await read_mark(connection, Mark.RESULTS) or 0
        if (await read_mark(connection, Mark.RESULTS_GONE) or 0) >= to_us(span.starts_at):
            return 0  # some of it was deleted since we began: what stands is whole, and this would not be
        for query in started_in(span):
            async for rows in _in_slices(connection, query.where(result.c.id <= counted)):
                await asyncio.to_thread(_add, found, rows, span)
    return await unbroken(_replace(store, table, span, found, counted))


async def _replace(store: Store, table: Table, span: Span, found: dict[Place, Rollup], counted: int) -> int:
    async with store.writing() as (connection, _):
        by_now = await read_mark(connection, Mark.RESULTS) or 0
        if by_now > counted:
            meanwhile = MEASURED.where(result.c.id > counted, result.c.id <= by_now)
            _add(found, (await connection.execute(meanwhile)).all(), span)
        await replace_counts(connection, table, span, found)
    return sum(sum(one.outcomes.values()) for one in found.values())


def _add(found: dict[Place, Rollup], rows: Sequence[Any], span: Span) -> None:
    own = (one for one in measured(rows) if span.starts_at <= one.started_at < span.ends_at)
    for (place, _), one in roll_up(own, lambda _: span).items():
        found[place] = together([found[place], one]) if place in found else one


async def _in_slices(connection: AsyncConnection, query: Select[Any]) -> AsyncIterator[list[Any]]:
    last = 0
    while rows := list(
        await connection.execute(
            query.where(result.c.id > last).order_by(result.c.id).limit(_RESULTS_AT_ONCE)
        )
    ):
        yield rows
        last = rows[-1].id


def _hours(within: Span) -> Iterator[Span]:
    starts_at = within.starts_at
    while starts_at < within.ends_at:
        yield Span(starts_at, starts_at + HOUR)
        starts_at += HOUR


def _days(within: Span, days: Days) -> Iterator[Span]:
    """Yield the days that begin in a span: the last one may go on beyond it."""
    day = days.of(within.starts_at)
    if day.starts_at < within.starts_at:
        day = days.of(day.ends_at)
    while day.starts_at < within.ends_at:
        yield day
        day = days.of(day.ends_at)
