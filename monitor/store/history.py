"""The record that availability is computed from: changes of status, and since when there is one."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import and_, func, or_, select

from monitor.core.accounting.history import Change, History
from monitor.core.accounting.spans import Span
from monitor.store.codes import STATUSES
from monitor.store.instants import from_us, to_us
from monitor.store.reading import seen_until
from monitor.store.schema import check_key, transition, vantage

_AT_ONCE = 2_000
"""Rows read without letting others have their turn: some 10 ms."""

if TYPE_CHECKING:
    from monitor.store.store import Store


async def recorded_since(store: Store) -> datetime | None:
    """Return since when the register names any check; None: never yet.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    async with store.reading() as connection:
        first = await connection.scalar(select(func.min(check_key.c.first_seen_at)))
    return None if first is None else from_us(first)


async def history(store: Store, vantage_name: str, within: Span) -> History:
    """Return what a vantage has on record of a span.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    ours = select(vantage.c.vantage_no).where(vantage.c.name == vantage_name).scalar_subquery()
    starts_at, ends_at = to_us(within.starts_at), to_us(within.ends_at)
    # What was decided last of the time before the span is what was true when it began.
    before = (
        select(func.max(transition.c.id))
        .where(transition.c.vantage_no == ours, transition.c.at < starts_at)
        .group_by(transition.c.check_no)
    )
    in_it = and_(transition.c.at >= starts_at, transition.c.at < ends_at)
    query = (
        select(transition.c.at, transition.c.decided_at, transition.c.after, check_key.c.check_id)
        .join(check_key, check_key.c.check_no == transition.c.check_no)
        .where(transition.c.vantage_no == ours, or_(in_it, transition.c.id.in_(before)))
        .order_by(transition.c.id)
    )
    changes: defaultdict[str, list[Change]] = defaultdict(list)
    async with store.reading() as connection:
        for some in (await connection.execute(query)).partitions(_AT_ONCE):
            for row in some:
                changes[row.check_id].append(
                    Change(from_us(row.at), from_us(row.decided_at), STATUSES[row.after])
                )
            await asyncio.sleep(0)  # probes go on meanwhile
        keys = await connection.execute(select(check_key.c.check_id, check_key.c.first_seen_at))
        first_seen = {row.check_id: from_us(row.first_seen_at) for row in keys}
        return History(
            changes=changes, first_seen=first_seen, seen_until=await seen_until(connection, vantage_name)
        )
