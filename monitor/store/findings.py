"""Findings in the database: what an inspection changes of them, in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import Select, bindparam, case, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.finding import Acceptance, Finding, Identity, Inspected, Seen, Subject, diff, prune
from monitor.core.raising import deed_alert, finding_alerts
from monitor.store.alerts import write_alerts
from monitor.store.audit import AuditEntry, record
from monitor.store.finding_rows import changed_row, finding_of, identity_values, opening_row, subject_of
from monitor.store.instants import to_us
from monitor.store.json_items import json_items
from monitor.store.looks import write_changes, write_look
from monitor.store.rows import storable
from monitor.store.schema import finding as table

if TYPE_CHECKING:
    from monitor.store.store import Store

_CHANGED = ("domain", "severity", "places", "evidence", "last_seen_at", "closed_at", "withdrawn")
ACCEPT = "finding.accept"
REVOKE = "finding.revoke"


MOST_PLACES = 500
"""Of an inspection that covers more places, the findings of its rules are all read: it is of the register."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What an inspection changed of the findings, as they are now stored."""

    opened: tuple[Finding, ...]
    kept: tuple[Finding, ...]
    closed: tuple[Finding, ...]
    worse: tuple[Finding, ...] = ()
    """Of those kept: they matter more than before, reach further, or belong to another domain."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenCount:
    """How many findings alike are open."""

    rule: str
    severity: str
    domain: str
    subject: Subject
    accepted: bool
    count: int


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
    async with store.writing() as (connection, _):
        before = {one.number: one for one in await _concerned(connection, inspected)}
        found = diff(before.values(), inspected)
        domains = {one.identity: domain_of(one) for one in inspected.seen}
        kept = tuple(replace(one, domain=domains.get(one.identity, one.domain)) for one in found.kept)
        opened = tuple(
            [await _insert(connection, one, domains[one.identity], inspected.at) for one in found.opened]
        )
        await _update(connection, (*kept, *found.closed))
        await write_look(connection, inspected)
        await write_changes(connection, inspected.changes)
        worse = tuple(one for one in kept if _is_news(before[one.number], one))
        moved = [before[one.number] for one in worse]
        await write_alerts(connection, finding_alerts(inspected, opened, found.closed, (*worse, *moved)))
    return Recorded(opened, kept, found.closed, worse)


async def prune_findings(store: Store, known: Callable[[str, str], bool], at: datetime) -> Recorded:
    """Take out of the open findings what left the register; nobody is told of that.

    Args:
        store: open.
        known: whether a rule is still looked at at a place.
        at: aware UTC.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.writing() as (connection, _):
        before = [finding_of(row) for row in await connection.execute(_open())]
        found = prune(before, known, at)
        await _update(connection, (*found.kept, *found.closed))
    return Recorded((), found.kept, found.closed)


async def accept(store: Store, number: int, acceptance: Acceptance, at: datetime) -> bool:
    """Write down that somebody answers for an open finding, here and in the audit log.

    Returns: False, and nothing is written, where no such finding is open.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    detail = {"until": acceptance.until.isoformat()}
    return await _take(store, number, acceptance, at, ACCEPT, acceptance.by, acceptance.reason, detail)


async def revoke(store: Store, number: int, at: datetime, *, by: str, reason: str) -> bool:
    """Take an acceptance back; otherwise as `accept`.

    Returns: False, and nothing is written, where no such finding is open, or nobody accepted it.
    """
    return await _take(store, number, None, at, REVOKE, by, reason, {})


async def open_findings(store: Store, *, domains: Iterable[str] | None = None) -> list[Finding]:
    """Return what is open, in the order in which it was found; only of some domains if asked.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = _open()
    if domains is not None:
        query = query.where(table.c.domain.in_(list(domains)))
    return await _read(store, query)


async def findings(store: Store, numbers: Iterable[int]) -> list[Finding]:
    """Return findings by their numbers, open or not; those that do not exist are left out.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    return await _read(store, select(table).where(table.c.id.in_(list(numbers))).order_by(table.c.id))


async def findings_open_at(store: Store, at: datetime) -> list[Finding]:
    """Return what was open at a moment, in the order in which it was found.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    moment = to_us(at)
    then = or_(table.c.closed_at.is_(None), table.c.closed_at >= moment)
    query = select(table).where(table.c.first_seen_at < moment, then).order_by(table.c.id)
    return await _read(store, query)


async def closed_findings(store: Store, since: datetime) -> list[Finding]:
    """Return what was closed at `since` or later, the latest first.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    query = select(table).where(table.c.closed_at >= to_us(since)).order_by(table.c.closed_at.desc())
    return await _read(store, query)


async def open_counts(store: Store, now: datetime) -> list[OpenCount]:
    """Return how many findings are open, by all that tells them apart but their key.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    accepted = case((table.c.accepted_until > to_us(now), 1), else_=0)
    alike = (table.c.rule, table.c.severity, table.c.domain, table.c.subject_kind, table.c.subject, accepted)
    query = select(*alike, func.count()).where(table.c.closed_at.is_(None)).group_by(*alike)
    async with store.reading() as connection:
        return [
            OpenCount(
                rule=rule,
                severity=severity,
                domain=domain,
                subject=subject_of(kind, subject),
                accepted=bool(taken),
                count=count,
            )
            for rule, severity, domain, kind, subject, taken, count in await connection.execute(query)
        ]


async def _concerned(connection: AsyncConnection, inspected: Inspected) -> list[Finding]:
    """Return the open findings that an inspection may have something to say of."""
    rules = {*inspected.covered, *(one.identity.rule for one in inspected.seen)}
    query = _open().where(table.c.rule.in_(rules))
    places = {place for covered in inspected.covered.values() for place in covered}
    subjects = {storable(one.identity.subject.name) for one in inspected.seen}
    if len(places) + len(subjects) <= MOST_PLACES:
        place = json_items(table.c.places).table_valued("value")
        there = select(1).select_from(place).where(place.c.value.in_(places)).exists()
        query = query.where(or_(there, table.c.subject.in_(subjects)))
    return [finding_of(row) for row in await connection.execute(query)]


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
            .values({name: bindparam(f"new_{name}") for name in _CHANGED}),
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
        if acceptance is None and finding.acceptance is None:
            return False
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


def _is_news(before: Finding, after: Finding) -> bool:
    """Whether a finding matters more than before, reaches further, or belongs to another domain."""
    return (
        after.severity.rank > before.severity.rank
        or bool(after.places - before.places)
        or after.domain != before.domain
    )
