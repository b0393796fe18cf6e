"""How long checks took to answer over a span of time, from days, hours and the newest results."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.accounting.cover import Cover, cover
from monitor.core.accounting.sketch import Sketch, together_bytes
from monitor.core.accounting.spans import Span
from monitor.core.reason import Outcome
from monitor.store.codes import OUTCOME_CODES
from monitor.store.instants import from_us, to_us
from monitor.store.marks import Mark, read_days, read_mark
from monitor.store.rollup_rows import MEASURED, measured, started_at, started_in
from monitor.store.schema import check_key, result, rollup_day, rollup_hour, vantage

if TYPE_CHECKING:
    from monitor.store.store import Store

_Written = defaultdict[int, list[bytes]]


async def responses(store: Store, vantage_name: str, within: Span) -> Mapping[str, Sketch]:
    """Return the durations of good results that started in a span, by check id.

    Exact as long as hours are kept, whatever the span; of older time whole days are counted to where they
    begin. What is not rolled up yet is read from the results.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    if not within.length:
        return {}
    written: _Written = defaultdict(list)
    async with store.reading() as connection:
        number = await connection.scalar(select(vantage.c.vantage_no).where(vantage.c.name == vantage_name))
        if number is None:
            return {}
        days = await read_days(connection)
        counted = await read_mark(connection, Mark.RESULTS) or 0
        if days is not None:
            gone = from_us(await read_mark(connection, Mark.HOURS_GONE) or 0)
            await _rolled_up(connection, number, cover(within, days, gone), counted, written)
        newest: Select[Any] = MEASURED.where(
            result.c.id > counted,
            started_at >= to_us(within.starts_at),
            started_at < to_us(within.ends_at),
        )
        await _results(connection, number, newest, written)
        keys = await connection.execute(select(check_key.c.check_no, check_key.c.check_id))
        names = {row.check_no: row.check_id for row in keys}
    return await asyncio.to_thread(_joined, written, names)


async def _rolled_up(
    connection: AsyncConnection, vantage_no: int, parts: Cover, counted: int, written: _Written
) -> None:
    for table, spans in ((rollup_day, parts.days), (rollup_hour, parts.hours)):
        for span in spans:
            query = select(table.c.check_no, table.c.responses).where(
                table.c.starts_at >= to_us(span.starts_at),
                table.c.starts_at < to_us(span.ends_at),
                table.c.vantage_no == vantage_no,
                table.c.ok > 0,
            )
            for check_no, data in map(tuple, await connection.execute(query)):
                written[check_no].append(data)
    for span in parts.rest:
        for started in started_in(span):
            await _results(connection, vantage_no, started.where(result.c.id <= counted), written)


async def _results(
    connection: AsyncConnection, vantage_no: int, query: Select[Any], written: _Written
) -> None:
    good = query.where(result.c.vantage_no == vantage_no, result.c.outcome == OUTCOME_CODES[Outcome.OK])
    found: defaultdict[int, list[timedelta]] = defaultdict(list)
    for one in measured(await connection.execute(good)):
        found[one.check[0]].append(one.duration)
    for check_no, durations in found.items():
        written[check_no].append(Sketch.of(durations).to_bytes())


def _joined(written: _Written, names: Mapping[int, str]) -> dict[str, Sketch]:
    return {names[check_no]: together_bytes(data) for check_no, data in written.items()}
