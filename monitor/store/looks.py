"""What inspections saw last, and the history of domains, in the database."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.finding import Change, Inspected
from monitor.store.finding_rows import Look, change_of, change_row, facts_text, look_of
from monitor.store.instants import to_us
from monitor.store.rows import storable
from monitor.store.schema import domain_change, inspection
from monitor.store.upsert import upsert

if TYPE_CHECKING:
    from monitor.store.store import Store

__all__ = ["Look", "changes_of", "last_look", "looks", "write_changes", "write_look"]


_AT_A_TIME = 1000
"""Targets that one question to the database names."""


async def write_look(connection: AsyncConnection, inspected: Inspected) -> None:
    """Write a look within a transaction, in place of the one before.

    One without facts leaves those alone; one in passing leaves alone when the target was last looked at.
    """
    tried = {"tried_at": to_us(inspected.at)}
    values: dict[str, object] = {
        "failure": None if inspected.failure is None else storable(inspected.failure),
    }
    if inspected.facts is not None:
        values |= {"seen_at": to_us(inspected.at), "facts": facts_text(inspected.facts)}
    row = {"name": inspected.inspection, "target": storable(inspected.target), **tried, **values}
    changed = values if inspected.in_passing else {**tried, **values}
    await connection.execute(upsert(inspection, *changed), row)


async def write_changes(connection: AsyncConnection, changes: Sequence[Change]) -> None:
    """Append changes within a transaction."""
    if changes:
        await connection.execute(insert(domain_change), [change_row(one) for one in changes])


async def looks(store: Store, targets: Iterable[str] | None = None) -> list[Look]:
    """Return the latest look of each inspection at each target; only at some targets if asked.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = select(inspection).order_by(inspection.c.name, inspection.c.target)
    async with store.reading() as connection:
        if targets is None:
            return [look_of(row) for row in await connection.execute(query)]
        found: list[Look] = []
        wanted = list(targets)
        for first in range(0, len(wanted), _AT_A_TIME):
            some = inspection.c.target.in_(map(storable, wanted[first : first + _AT_A_TIME]))
            found += [look_of(row) for row in await connection.execute(query.where(some))]
        return found


async def last_look(store: Store, name: str, target: str) -> Look | None:
    """Return the latest look of an inspection at a target; None: there was none.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = select(inspection).where(inspection.c.name == name, inspection.c.target == storable(target))
    async with store.reading() as connection:
        row = (await connection.execute(query)).one_or_none()
    return None if row is None else look_of(row)


async def changes_of(store: Store, domain: str, limit: int = 50) -> list[Change]:
    """Return what changed of a domain, the latest first.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = (
        select(domain_change)
        .where(domain_change.c.domain == storable(domain))
        .order_by(domain_change.c.id.desc())
        .limit(limit)
    )
    async with store.reading() as connection:
        return [change_of(row) for row in await connection.execute(query)]
