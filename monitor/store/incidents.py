"""Incidents and their evidence in the database."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Select,
    bindparam,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.incident import Incident
from monitor.store import schema
from monitor.store.incident_rows import (
    StoredEvidence,
    Which,
    evidence_row,
    incident_row,
    member_row,
    read_incidents,
    spell_row,
    stored_evidence,
)
from monitor.store.instants import to_us
from monitor.store.keys import Keys
from monitor.store.upsert import copy_new, insert_new, upsert

if TYPE_CHECKING:
    from monitor.store.store import Store

__all__ = [
    "StoredEvidence",
    "Which",
    "carry_evidence",
    "evidence_of",
    "incident",
    "incidents",
    "last_number",
    "open_incidents",
    "write_evidence",
    "write_incidents",
]


async def write_incidents(connection: AsyncConnection, keys: Keys, incidents: Sequence[Incident]) -> None:
    """Write incidents within a transaction, each in place of what was stored of it before.

    Checks and vantages that have no number yet are given one here. Members are read back in the order in
    which they began, and of those that began together in the order of their ids; spells likewise.
    """
    latest = {one.number: one for one in incidents}
    if not latest:
        return
    heads, members, spells = [], [], []
    for number, one in latest.items():
        heads.append(incident_row(one, keys.vantages.of(one.vantage)))
        for member in one.members:
            members.append(member_row(number, member))
            spells += [spell_row(number, spell, keys.checks.of(spell.check_id)) for spell in member.spells]
    await keys.insert_fresh(connection, to_us(min(one.began_at for one in latest.values())))
    await connection.execute(_UPSERT_INCIDENT, heads)
    numbers = [{"number": number} for number in latest]
    for table, rows in ((schema.incident_spell, spells), (schema.incident_member, members)):
        await connection.execute(delete(table).where(table.c.incident_no == bindparam("number")), numbers)
        await connection.execute(insert(table), rows)


async def write_evidence(connection: AsyncConnection, keys: Keys, items: Sequence[StoredEvidence]) -> None:
    """Write evidence of stored incidents; of a check's first failure, what was written first stays."""
    if not items:
        return
    numbers = {one.check_id: keys.checks.of(one.check_id) for one in items}
    await keys.insert_fresh(connection, to_us(min(one.at for one in items)))
    for which, statement in ((Which.FIRST, _INSERT_EVIDENCE), (Which.LAST, _UPSERT_EVIDENCE)):
        rows = [evidence_row(one, numbers[one.check_id]) for one in items if one.which is which]
        if rows:
            await connection.execute(statement, rows)


async def carry_evidence(connection: AsyncConnection, keys: Keys, incidents: Sequence[Incident]) -> None:
    """Copy the evidence of services that moved to where they went; call it after `write_evidence`."""
    table = schema.incident_evidence
    for one in incidents:
        for member in one.members:
            if member.moved_to is None:
                continue
            checks = {keys.checks.of(spell.check_id) for spell in member.spells}
            theirs = select(
                literal(member.moved_to, BigInteger),
                table.c.check_no,
                table.c.which,
                table.c.at,
                table.c.text,
            ).where(table.c.incident_no == one.number, table.c.check_no.in_(checks))
            columns = ["incident_no", "check_no", "which", "at", "text"]
            await connection.execute(copy_new(table, columns, theirs))


async def open_incidents(store: Store, vantage: str, closed_since: datetime | None = None) -> list[Incident]:
    """Return a vantage's incidents that are open, and those closed at `closed_since` or later; newest first.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    closed_at = schema.incident.c.closed_at
    wanted: ColumnElement[bool] = closed_at.is_(None)
    if closed_since is not None:
        wanted = or_(wanted, closed_at >= to_us(closed_since))
    return await _read(store, _numbers().where(_of_vantage(vantage), wanted))


async def incidents(
    store: Store,
    *,
    vantage: str | None = None,
    service_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    open_only: bool = False,
    limit: int | None = None,
) -> list[Incident]:
    """Return incidents, newest first.

    Args:
        store: where they are.
        vantage: of this vantage only.
        service_id: in which this service is, and did not move to another.
        since: that were not over before this time.
        until: that began before this time.
        open_only: that are not closed.
        limit: at most so many.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    table, member = schema.incident, schema.incident_member
    query = _numbers()
    if vantage is not None:
        query = query.where(_of_vantage(vantage))
    if service_id is not None:
        present = select(member.c.incident_no).where(
            member.c.service_id == service_id, member.c.moved_to.is_(None)
        )
        query = query.where(table.c.incident_no.in_(present))
    if since is not None:
        query = query.where(or_(table.c.ended_at.is_(None), table.c.ended_at >= to_us(since)))
    if until is not None:
        query = query.where(table.c.began_at < to_us(until))
    if open_only:
        query = query.where(table.c.closed_at.is_(None))
    return await _read(store, query.limit(limit))


async def incident(store: Store, number: int) -> Incident | None:
    """Return one incident; None: there is none of that number.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    found = await _read(store, _numbers().where(schema.incident.c.incident_no == number))
    return found[0] if found else None


async def last_number(store: Store) -> int:
    """Return the highest number that an incident has; 0: there is none.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    async with store.reading() as connection:
        return await connection.scalar(select(func.max(schema.incident.c.incident_no))) or 0


async def evidence_of(store: Store, number: int) -> list[StoredEvidence]:
    """Return the evidence of one incident, in the order in which it was seen.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    table = schema.incident_evidence
    query = (
        select(table, schema.check_key.c.check_id)
        .join(schema.check_key, schema.check_key.c.check_no == table.c.check_no)
        .where(table.c.incident_no == number)
        .order_by(table.c.at, schema.check_key.c.check_id, table.c.which)
    )
    async with store.reading() as connection:
        return [stored_evidence(row) for row in await connection.execute(query)]


async def _read(store: Store, numbers: Select[tuple[int]]) -> list[Incident]:
    """Return whole incidents, in three queries however many they are."""
    table, member, spell = schema.incident, schema.incident_member, schema.incident_spell
    heads = (
        select(table, schema.vantage.c.name.label("vantage"))
        .join(schema.vantage, schema.vantage.c.vantage_no == table.c.vantage_no)
        .where(table.c.incident_no.in_(numbers))
        .order_by(table.c.began_at.desc(), table.c.incident_no.desc())
    )
    spells = (
        select(spell, schema.check_key.c.check_id)
        .join(schema.check_key, schema.check_key.c.check_no == spell.c.check_no)
        .where(spell.c.incident_no.in_(numbers))
    )
    async with store.reading() as connection:
        return read_incidents(
            (await connection.execute(heads)).all(),
            (await connection.execute(select(member).where(member.c.incident_no.in_(numbers)))).all(),
            (await connection.execute(spells)).all(),
        )


def _numbers() -> Select[tuple[int]]:
    """Select the numbers of all incidents, newest first."""
    table = schema.incident
    return select(table.c.incident_no).order_by(table.c.began_at.desc(), table.c.incident_no.desc())


def _of_vantage(name: str) -> ColumnElement[bool]:
    number = select(schema.vantage.c.vantage_no).where(schema.vantage.c.name == name).scalar_subquery()
    return schema.incident.c.vantage_no == number


_UPSERT_INCIDENT = upsert(schema.incident)
_INSERT_EVIDENCE = insert_new(schema.incident_evidence)
_UPSERT_EVIDENCE = upsert(schema.incident_evidence)
