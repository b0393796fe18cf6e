"""Announced maintenance as it is remembered: one row for each form that a window had."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.core.window import Announcement, Scope, Window, WindowSource
from monitor.store.audit import AuditEntry, record
from monitor.store.instants import MICROSECOND, from_us, optional_from_us, to_us
from monitor.store.rows import storable
from monitor.store.schema import maintenance_window
from monitor.store.store import Store

_column = maintenance_window.c


async def announced(store: Store) -> list[Announcement]:
    """Return everything that was ever announced, also what was withdrawn since, in the order of announcing.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    async with store.reading() as connection:
        found = await connection.execute(select(maintenance_window).order_by(_column.id))
        return [_announcement(row) for row in found]


async def edition(store: Store) -> tuple[int, int]:
    """Return what differs whenever something was announced or withdrawn; cheap to ask.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    async with store.reading() as connection:
        query = select(func.coalesce(func.max(_column.id), 0), func.count(_column.withdrawn_at))
        newest, withdrawn = (await connection.execute(query)).one()
        return newest, withdrawn


async def announce(
    store: Store, window: Window, source: WindowSource, by: str, at: datetime, *, reason: str = ""
) -> bool:
    """Announce a window, and write that to the audit log.

    Returns: False, and nothing is written, where a window of this id is announced already.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.writing() as (connection, _):
        taken = select(func.count()).where(_column.window_id == window.id, _column.withdrawn_at.is_(None))
        if await connection.scalar(taken):
            return False
        await connection.execute(insert(maintenance_window).values(_row(window, source, by, at)))
        detail = {"source": source.value, "definition": json.loads(definition(window))}
        await _log(connection, "window.announce", window.id, by=by, at=at, reason=reason, detail=detail)
        return True


async def withdraw(store: Store, window_id: str, at: datetime, *, by: str, reason: str = "") -> bool:
    """Withdraw a window that was announced by command, and write that to the audit log.

    Returns: False, and nothing is written, where there is none of this id.
    Raises:
        StoreUnavailable: as `Store.write`.
    """
    async with store.writing() as (connection, _):
        ours = (_column.window_id == window_id, _column.source == WindowSource.COMMAND.value)
        if not await _end(connection, at, *ours):
            return False
        await _log(connection, "window.withdraw", window_id, by=by, at=at, reason=reason, detail={})
        return True


async def reconcile(store: Store, from_file: Sequence[Window], at: datetime, by: str) -> None:
    """Make the stored announcements of the file match the file; what is in both stays as it was announced.

    A window whose times or scope changed is withdrawn and announced anew as of `at`: nothing can be announced
    backdated. A new title is no new announcement. Each id stands in the file once.

    Raises:
        StoreUnavailable: as `Store.write`; then nothing changed.
    """
    wanted = {window.id: (definition(window), window) for window in from_file}
    announced_at = dict.fromkeys(wanted, at)
    async with store.writing() as (connection, _):
        query = select(maintenance_window).where(
            _column.source == WindowSource.FILE.value, _column.withdrawn_at.is_(None)
        )
        for row in (await connection.execute(query)).all():
            text, _window = wanted.get(row.window_id, (None, None))
            if text == row.definition:
                del wanted[row.window_id]
                continue
            if text is not None and _untitled(text) == _untitled(row.definition):
                announced_at[row.window_id] = from_us(row.announced_at)
            await _end(connection, at, _column.id == row.id)
        rows = [_row(window, WindowSource.FILE, by, announced_at[window.id]) for _, window in wanted.values()]
        if rows:
            await connection.execute(insert(maintenance_window), rows)


def definition(window: Window) -> str:
    """Return a window as canonical JSON: equal texts for equal windows, and for no others."""
    zone, scope = window.starts_at.tzinfo, window.scope
    return json.dumps(
        {
            "title": window.title,
            "services": sorted(scope.services),
            "agencies": sorted(scope.agencies),
            "governments": sorted(scope.governments),
            "tags": sorted(scope.tags),
            "starts": window.starts_at.isoformat(),
            "zone": zone.key if isinstance(zone, ZoneInfo) else None,
            "duration_us": window.duration // MICROSECOND,
            "repeat": window.recurrence,
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def _untitled(text: str) -> dict[str, object]:
    """Return what a definition says about when and for whom."""
    return {key: value for key, value in json.loads(text).items() if key != "title"}


def _window(window_id: str, text: str) -> Window:
    data = json.loads(text)
    starts_at = datetime.fromisoformat(data["starts"])
    return Window(
        id=window_id,
        title=data["title"],
        scope=Scope(
            **{kind: frozenset(data[kind]) for kind in ("services", "agencies", "governments", "tags")}
        ),
        starts_at=starts_at if data["zone"] is None else starts_at.astimezone(ZoneInfo(data["zone"])),
        duration=data["duration_us"] * MICROSECOND,
        recurrence=data["repeat"],
    )


def _announcement(row: Row[Any]) -> Announcement:
    return Announcement(
        window=_window(row.window_id, row.definition),
        source=WindowSource(row.source),
        announced_at=from_us(row.announced_at),
        announced_by=row.announced_by,
        withdrawn_at=optional_from_us(row.withdrawn_at),
    )


def _row(window: Window, source: WindowSource, by: str, at: datetime) -> dict[str, object]:
    return {
        "window_id": window.id,
        "source": source.value,
        "definition": definition(window),
        "announced_at": to_us(at),
        "announced_by": storable(by),
    }


async def _end(connection: AsyncConnection, at: datetime, *which: ColumnElement[bool]) -> bool:
    """Withdraw what is announced of some windows; returns whether there was anything."""
    ended = await connection.execute(
        update(maintenance_window)
        .where(*which, _column.withdrawn_at.is_(None))
        .values(withdrawn_at=to_us(at))
    )
    return ended.rowcount > 0


async def _log(
    connection: AsyncConnection,
    action: str,
    window_id: str,
    *,
    by: str,
    at: datetime,
    reason: str,
    detail: Mapping[str, object],
) -> None:
    entry = AuditEntry(
        at=at.astimezone(UTC),
        who=by,
        action=action,
        subject=f"window:{window_id}",
        reason=reason,
        detail=detail,
    )
    await record(connection, entry)
