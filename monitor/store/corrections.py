"""Corrections of the record, made by hand. Appended to, never changed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.accounting.correction import Correction, CountsAs
from monitor.core.accounting.spans import Span
from monitor.store.instants import from_us, to_us
from monitor.store.rows import storable
from monitor.store.schema import correction as table

if TYPE_CHECKING:
    from monitor.store.store import Store


async def corrections(store: Store, within: Span) -> list[Correction]:
    """Return what was corrected of some time, in the order in which it was.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = (
        select(table)
        .where(table.c.starts_at < to_us(within.ends_at), table.c.ends_at > to_us(within.starts_at))
        .order_by(table.c.id)
    )
    async with store.reading() as connection:
        return [
            Correction(
                services=tuple(json.loads(row.services)),
                span=Span(from_us(row.starts_at), from_us(row.ends_at)),
                counts_as=CountsAs(row.counts_as),
                reason=row.reason,
                by=row.made_by,
                at=from_us(row.made_at),
            )
            for row in await connection.execute(query)
        ]


async def write_correction(connection: AsyncConnection, one: Correction) -> None:
    """Append a correction within a transaction (see `Store.writing`)."""
    await connection.execute(
        insert(table).values(
            services=json.dumps(one.services),
            starts_at=to_us(one.span.starts_at),
            ends_at=to_us(one.span.ends_at),
            counts_as=one.counts_as.value,
            reason=storable(one.reason),
            made_by=storable(one.by),
            made_at=to_us(one.at),
        )
    )
