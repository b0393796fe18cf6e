"""Findings in the database: what an inspection changes of them, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, bindparam, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.finding import Acceptance, Difference, Finding, Identity, Inspected, Seen, diff, prune
from monitor.core.raising import deed_alert, finding_alerts
from monitor.store.alerts import write_alerts
from monitor.store.audit import AuditEntry, record
from monitor.store.finding_rows import changed_row, finding_of, identity_values, opening_row
from monitor.store.instants import to_us
from monitor.store.looks import write_changes, write_look
from monitor.store.rows import storable
from monitor.store.schema import finding as table

if TYPE_CHECKING:
    from monitor.store.store import Store

ACCEPT = "finding.accept"
REVOKE = "finding.revoke"


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an inspection changed of the findings, as they are now stored."""

    opened: tuple[Finding, ...]
    kept: tuple[Finding, ...]
    closed: tuple[Finding, ...]


async def record_inspection(store: Store, inspected: Inspected, domain_of: Callable[[Seen], str]) -> Recorded:
    """Write what an inspection saw: its facts, its findings against those on record, changes and alerts.

    A finding that opens again takes over an acceptance that has not run out.

    Args:
        store: open.
        inspected: its facts replace those before; where it has none, they stay.
        domain_of: returns the domain that a problem belongs to.
    Raises:
        StoreUnavailable: as `Store.write`; then nothing of it was written.
    """
    rules = {*inspected.covered, *(one.identity.rule for one in inspected.seen)}
    async with store.writing() as (connection, _):
        rows = await connection.execute(_open().where(table.c.rule.in_(rules)))
        before = [finding_of(row) for row in rows]
        difference = diff(before, inspected)
        opened = [await _insert(connection, one, domain_of(one), inspected.at) for one in difference.opened]
        await _update(connection, (*difference.kept, *difference.closed))
        await write_look(connection, inspected)
        await write_changes(connection, inspected.changes)
        worse = _worse(before, difference)
        await write_alerts(connection, finding_alerts(inspected, opened, difference.closed, worse))
    return Recorded(tuple(opened), difference.kept, difference.closed)


async def prune_findings(store: Store, known: Container[str], at: datetime) -> Recorded:
    """Take out of the open findings what left the register; nobody is told of that.

    Args:
        store: open.
        known: all places that are still looked at.
        at: aware UTC.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.writing() as (connection, _):
        before = [finding_of(row) for row in await connection.execute(_open())]
        difference = prune(before, known, at)
        await _update(connection, (*difference.kept, *difference.closed))
    return Recorded((), difference.kept, difference.closed)


async def accept(store: Store, number: int, acceptance: Acceptance, at: datetime) -> bool:
    """Write down that somebody answers for an open finding, here and in the audit log.

    Returns: False, and nothing is written, where no such finding is open.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    detail = {"until": acceptance.until.isoformat()}
    return await _take(store, number, acceptance, at, ACCEPT, acceptance.by, acceptance.reason, detail)


async def revoke(store: Store, number: int, at: datetime, *, by: str, reason: str) -> bool:
    """Take an acceptance back; otherwise as `accept`."""
    return await _take(store, number, None, at, REVOKE, by, reason, {})


async def open_findings(
    store: Store, *, domains: Iterable[str] | None = None, rules: Iterable[str] | None = None
) -> list[Finding]:
    """Return what is open, in the order in which it was found; only of some domains or rules if asked.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = _open()
    if domains is not None:
        query = query.where(table.c.domain.in_(list(domains)))
    if rules is not None:
        query = query.where(table.c.rule.in_(list(rules)))
    return await _read(store, query)


async def findings(store: Store, numbers: Iterable[int]) -> list[Finding]:
    """Return findings by their numbers, open or not; those that do not exist are left out.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    return await _read(store, select(table).where(table.c.id.in_(list(numbers))).order_by(table.c.id))


async def closed_findings(store: Store, since: datetime, *, domain: str | None = None) -> list[Finding]:
    """Return what was closed at `since` or later, the latest first.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = select(table).where(table.c.closed_at >= to_us(since)).order_by(table.c.closed_at.desc())
    return await _read(store, query if domain is None else query.where(table.c.domain == domain))


def _open() -> Select[tuple[object, ...]]:
    return select(table).where(table.c.closed_at.is_(None)).order_by(table.c.id)


async def _read(store: Store, query: Select[tuple[object, ...]]) -> list[Finding]:
    async with store.reading() as connection:
        return [finding_of(row) for row in await connection.execute(query)]


async def _insert(connection: AsyncConnection, seen: Seen, domain: str, at: datetime) -> Finding:
    acceptance = await _still_accepted(connection, seen.identity, at)
    values = opening_row(seen, domain, at, acceptance)
    row = (await connection.execute(insert(table).values(values).returning(*table.c))).one()
    return finding_of(row)


async def _still_accepted(connection: AsyncConnection, identity: Identity, at: datetime) -> Acceptance | None:
    """Return the acceptance of the same finding when it was last open, if it has not run out."""
    same = [table.c[name] == value for name, value in identity_values(identity).items()]
    query = select(table).where(*same).order_by(table.c.id.desc()).limit(1)
    row = (await connection.execute(query)).one_or_none()
    if row is None:
        return None
    before = finding_of(row)
    return before.acceptance if before.accepted(at) else None


async def _update(connection: AsyncConnection, changed: Sequence[Finding]) -> None:
    if changed:
        await connection.execute(
            update(table)
            .where(table.c.id == bindparam("number"))
            .values(
                {
                    name: bindparam(f"new_{name}")
                    for name in ("severity", "places", "evidence", "last_seen_at", "closed_at")
                }
            ),
            [changed_row(one) for one in changed],
        )


async def _take(
    store: Store,
    number: int,
    acceptance: Acceptance | None,
    at: datetime,
    action: str,
    by: str,
    reason: str,
    detail: Mapping[str, object],
) -> bool:
    async with store.writing() as (connection, _):
        row = (await connection.execute(_open().where(table.c.id == number))).one_or_none()
        if row is None:
            return False
        finding = finding_of(row)
        await connection.execute(
            update(table)
            .where(table.c.id == number)
            .values(
                accepted_until=to_us(acceptance.until) if acceptance else None,
                accepted_by=storable(acceptance.by) if acceptance else None,
                accepted_reason=storable(acceptance.reason) if acceptance else None,
            )
        )
        entry = AuditEntry(
            at=at,
            who=by,
            action=action,
            subject=finding.name,
            reason=reason,
            detail={**detail, "rule": finding.identity.rule, "subject": str(finding.identity.subject)},
        )
        await record(connection, entry)
        await write_alerts(connection, [deed_alert(finding, action, at)])
        return True


def _worse(before: Sequence[Finding], difference: Difference) -> list[Finding]:
    """Return those that matter more than before, or reach further."""
    former = {one.number: one for one in before}
    return [
        one
        for one in difference.kept
        if one.severity.rank > former[one.number].severity.rank or one.places - former[one.number].places
    ]
