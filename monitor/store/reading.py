"""The questions that are asked of the database, each as one query."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, and_, func, select, union_all
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.status import CheckState, Transition
from monitor.store import rows
from monitor.store.instants import from_us, span_us, to_us
from monitor.store.rows import StoredResult
from monitor.store.schema import (
    ON_TIME_US,
    OUT_OF_LINE,
    address,
    check_key,
    check_state,
    detail,
    heartbeat,
    result,
    transition,
    vantage,
)


async def states(connection: AsyncConnection, vantage_name: str) -> dict[str, CheckState]:
    """Return the latest saved state of every check, by check id."""
    query = (
        select(check_state, check_key.c.check_id)
        .join(check_key, check_key.c.check_no == check_state.c.check_no)
        .where(check_state.c.vantage_no == _vantage_no(vantage_name))
    )
    found = await connection.execute(query)
    return {row.check_id: rows.check_state(row, vantage_name) for row in found}


async def transitions(
    connection: AsyncConnection, vantage_name: str, since: datetime | None
) -> list[Transition]:
    """Return the changes that began at `since` or later, in the order in which they began."""
    query = (
        select(transition, check_key.c.check_id)
        .join(check_key, check_key.c.check_no == transition.c.check_no)
        .where(transition.c.vantage_no == _vantage_no(vantage_name))
        .order_by(transition.c.at, transition.c.id)
    )
    if since is not None:
        query = query.where(transition.c.at >= to_us(since))
    found = await connection.execute(query)
    return [rows.transition(row, vantage_name) for row in found]


async def seen_until(connection: AsyncConnection, vantage_name: str) -> datetime | None:
    """Return the later of the last heartbeat and the time the last result was recorded."""
    vantage_no = await connection.scalar(select(vantage.c.vantage_no).where(vantage.c.name == vantage_name))
    if vantage_no is None:
        return None
    seen_at = await connection.scalar(select(heartbeat.c.seen_at).where(heartbeat.c.vantage_no == vantage_no))
    # Heartbeats come every few seconds, so there are few results to look through after the last of them.
    recorded = await connection.scalar(
        select(result.c.id)
        .where(result.c.vantage_no == vantage_no, result.c.id > (seen_at or 0))
        .order_by(result.c.id.desc())
        .limit(1)
    )
    latest = recorded or seen_at
    return None if latest is None else from_us(latest)


async def latest_results(
    connection: AsyncConnection, vantage_name: str, within: timedelta
) -> dict[str, StoredResult]:
    """Return the newest result of every check, by check id, among those `within` the newest of all."""
    newest = select(func.max(result.c.id)).scalar_subquery()
    ids = (
        select(func.max(result.c.id))
        .where(result.c.id > newest - span_us(within), result.c.vantage_no == _vantage_no(vantage_name))
        .group_by(result.c.check_no)
    )
    found = await connection.execute(_stored(result.c.id.in_(ids)))
    return {row.check_id: rows.stored_result(row) for row in found}


async def results(
    connection: AsyncConnection, check_id: str, vantage_name: str, since: datetime, until: datetime
) -> list[StoredResult]:
    """Return one check's results that started from `since` on and before `until`, in that order.

    It reads through all checks' results of that time (a day at 50 results/s: 0.4 s); the table has
    no index per check.
    """
    check_no = await connection.scalar(select(check_key.c.check_no).where(check_key.c.check_id == check_id))
    if check_no is None:
        return []
    started_at = result.c.id - result.c.started_us_before_id
    wanted = and_(
        result.c.check_no == check_no,
        result.c.vantage_no == _vantage_no(vantage_name),
        started_at >= to_us(since),
        started_at < to_us(until),
    )
    ids = union_all(
        select(result.c.id).where(
            wanted,
            result.c.id.between(to_us(since), to_us(until) + ON_TIME_US),
            result.c.started_us_before_id.between(0, ON_TIME_US),
        ),
        select(result.c.id).where(wanted, OUT_OF_LINE),
    )
    found = await connection.execute(_stored(result.c.id.in_(ids)))
    return sorted(
        (rows.stored_result(row) for row in found), key=lambda one: (one.started_at, one.recorded_at)
    )


def _vantage_no(name: str) -> ColumnElement[int]:
    return select(vantage.c.vantage_no).where(vantage.c.name == name).scalar_subquery()


def _stored(condition: ColumnElement[bool]) -> Select[tuple[object, ...]]:
    """Return the query for whole results, as `rows.stored_result` reads them."""
    return (
        select(
            result,
            check_key.c.check_id,
            vantage.c.name.label("vantage"),
            address.c.text.label("address_text"),
            detail.c.text.label("detail_text"),
        )
        .join(check_key, check_key.c.check_no == result.c.check_no)
        .join(vantage, vantage.c.vantage_no == result.c.vantage_no)
        .outerjoin(address, address.c.address_no == result.c.address_no)
        .outerjoin(detail, detail.c.id == result.c.detail_id)
        .where(condition)
    )
