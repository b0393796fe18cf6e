"""Rollups as rows, and back: the counts are added to, the times are replaced."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, Select, Table, and_, delete, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.accounting.rollup import Measured, Rollup, together
from monitor.core.accounting.sketch import Sketch
from monitor.core.accounting.spans import Span
from monitor.core.reason import Outcome
from monitor.core.status import Status
from monitor.store.codes import OUTCOMES
from monitor.store.instants import from_us, span_us, to_us
from monitor.store.schema import ON_TIME_US, OUT_OF_LINE, result, rollup_day, rollup_hour
from monitor.store.upsert import upsert

Place = tuple[int, int]
"""Of a check at a vantage: their numbers."""
Rollups = Mapping[tuple[Place, Span], Rollup]

ROWS_AT_ONCE = 500
"""Rows of times that one transaction writes: some 10 ms, for which a batch of results waits."""

_OUTCOMES = {
    Outcome.OK: "ok",
    Outcome.FAILED: "failed",
    Outcome.BLOCKED: "blocked",
    Outcome.SELF_FAULT: "self_fault",
}
_TIMES = {
    Status.UP: "up_us",
    Status.DEGRADED: "degraded_us",
    Status.BLOCKED: "blocked_us",
    Status.DOWN: "down_us",
}
_NO_COUNTS: Mapping[str, object] = {**dict.fromkeys(_OUTCOMES.values(), 0), "responses": b""}
_NO_TIMES: Mapping[str, object] = dict.fromkeys(_TIMES.values(), 0)
_UPSERT_COUNTS = {table: upsert(table, *_NO_COUNTS) for table in (rollup_hour, rollup_day)}
_UPSERT_TIMES = {table: upsert(table, *_NO_TIMES) for table in (rollup_hour, rollup_day)}

started_at = result.c.id - result.c.started_us_before_id
MEASURED: Select[Any] = select(
    result.c.id,
    result.c.check_no,
    result.c.vantage_no,
    result.c.started_us_before_id,
    result.c.duration_us,
    result.c.outcome,
)
"""As much of results as `measured` reads."""


def measured(rows: Iterable[Row[Any]]) -> Iterator[Measured[Place]]:
    """Read rows of MEASURED."""
    for row_id, check_no, vantage_no, before_us, duration_us, outcome in map(tuple, rows):
        yield Measured(
            (check_no, vantage_no),
            from_us(row_id - before_us),
            timedelta(microseconds=duration_us),
            OUTCOMES[outcome],
        )


def started_in(span: Span) -> tuple[Select[Any], Select[Any]]:
    """Return the queries for the results that started in a span: those in line, and those that are not."""
    since, until = to_us(span.starts_at), to_us(span.ends_at)
    in_it = MEASURED.where(started_at >= since, started_at < until)
    return (
        in_it.where(
            result.c.id.between(since, until + ON_TIME_US),
            result.c.started_us_before_id.between(0, ON_TIME_US),
        ),
        in_it.where(OUT_OF_LINE),
    )


async def add_counts(connection: AsyncConnection, table: Table, rollups: Rollups) -> None:
    """Add rollups of results that are not in the table yet to what is."""
    by_span: defaultdict[Span, dict[Place, Rollup]] = defaultdict(dict)
    for (place, span), one in rollups.items():
        by_span[span][place] = one
    for span, found in by_span.items():
        before = await read_counts(connection, table, span, [check_no for check_no, _ in found])
        rows = [
            {**_key(span, place), **_counts(together([before.get(place, Rollup()), one])), **_NO_TIMES}
            for place, one in found.items()
        ]
        await connection.execute(_UPSERT_COUNTS[table], rows)


async def replace_counts(
    connection: AsyncConnection, table: Table, span: Span, rollups: Mapping[Place, Rollup]
) -> None:
    """Put rollups in place of all that the table counts of an hour or a day."""
    own = table.c.starts_at == to_us(span.starts_at)
    await connection.execute(update(table).where(own).values(**_NO_COUNTS))
    nothing_else = and_(*(table.c[name] == 0 for name in _NO_TIMES))
    await connection.execute(delete(table).where(own, nothing_else))
    rows = [{**_key(span, place), **_counts(one), **_NO_TIMES} for place, one in rollups.items()]
    if rows:
        await connection.execute(_UPSERT_COUNTS[table], rows)


async def read_counts(
    connection: AsyncConnection, table: Table, span: Span, check_nos: Sequence[int]
) -> dict[Place, Rollup]:
    """Return what the table counts of checks in an hour or a day."""
    query = select(table).where(
        table.c.starts_at == to_us(span.starts_at), table.c.check_no.in_(sorted(set(check_nos)))
    )
    return {(row.check_no, row.vantage_no): read_rollup(row) for row in await connection.execute(query)}


def read_rollup(row: Row[Any]) -> Rollup:
    """Read the counts of a row."""
    counts = {outcome: getattr(row, name) for outcome, name in _OUTCOMES.items()}
    return Rollup(
        outcomes={outcome: count for outcome, count in counts.items() if count},
        responses=Sketch.from_bytes(row.responses),
    )


def read_times(row: Row[Any]) -> dict[Status, timedelta]:
    """Read the times of a row; a status that was not held is not named."""
    times = {status: timedelta(microseconds=getattr(row, name)) for status, name in _TIMES.items()}
    return {status: time for status, time in times.items() if time}


async def clear_times(
    connection: AsyncConnection, table: Table, vantage_no: int, starts_at: datetime
) -> None:
    """Forget all times of an hour or a day."""
    told = or_(*(table.c[name] != 0 for name in _NO_TIMES))
    await connection.execute(
        update(table)
        .where(table.c.starts_at == to_us(starts_at), table.c.vantage_no == vantage_no, told)
        .values(**_NO_TIMES)
    )


async def write_times(
    connection: AsyncConnection,
    table: Table,
    times: Sequence[tuple[Place, Span, Mapping[Status, timedelta]]],
) -> None:
    """Put times in place of those that the table has."""
    rows = [
        {
            **_key(span, place),
            **_NO_COUNTS,
            **_NO_TIMES,
            **{_TIMES[status]: span_us(time) for status, time in found.items()},
        }
        for place, span, found in times
    ]
    if rows:
        await connection.execute(_UPSERT_TIMES[table], rows)


def _key(span: Span, place: Place) -> dict[str, object]:
    return {"starts_at": to_us(span.starts_at), "check_no": place[0], "vantage_no": place[1]}


def _counts(rollup: Rollup) -> dict[str, object]:
    counts: dict[str, object] = {name: rollup.outcomes.get(outcome, 0) for outcome, name in _OUTCOMES.items()}
    return {**counts, "responses": rollup.responses.to_bytes()}
