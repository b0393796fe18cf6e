"""The small numbers that stand for check ids, vantages and addresses in every other table."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from monitor.store import schema
from monitor.store.detail import Evidence
from monitor.store.marks import Mark, read_mark


class Numbers:
    """Numbers for texts of one kind. Those newly given out wait in `fresh` until they are written."""

    def __init__(self, known: dict[str, int]) -> None:
        self._known = known
        self._next = max(known.values(), default=0) + 1
        self.fresh: list[tuple[int, str]] = []

    def of(self, text: str) -> int:
        """Return the number of a text, giving it one where it has none."""
        number = self._known.get(text)
        if number is None:
            number = self._known[text] = self._next
            self._next += 1
            self.fresh.append((number, text))
        return number


@dataclass(slots=True)
class Keys:
    """All that the writer remembers between two transactions. After a failed one it is read anew."""

    checks: Numbers
    vantages: Numbers
    addresses: Numbers
    services: dict[str, str | None]
    """Check id → service id, as stored."""
    last_id: int
    """Of the newest result that there is or was; 0 if there never was one."""
    evidence: Evidence = field(default_factory=Evidence)
    days: set[datetime] = field(default_factory=set)
    """Of which a server has a partition of results; see `monitor.store.partitions`."""

    async def insert_fresh(self, connection: AsyncConnection, now: int) -> None:
        """Write the numbers given out since the last time; `now` in microseconds since 1970."""
        checks = [
            {
                "check_no": number,
                "check_id": text,
                "service_id": self.services.setdefault(text, None),
                "first_seen_at": now,
            }
            for number, text in self.checks.fresh
        ]
        vantages = [{"vantage_no": number, "name": text} for number, text in self.vantages.fresh]
        addresses = [{"address_no": number, "text": text} for number, text in self.addresses.fresh]
        for table, rows in (
            (schema.check_key, checks),
            (schema.vantage, vantages),
            (schema.address, addresses),
        ):
            if rows:
                await connection.execute(insert(table), rows)
        for numbers in (self.checks, self.vantages, self.addresses):
            numbers.fresh.clear()


async def read_keys(connection: AsyncConnection) -> Keys:
    """Read all numbers given out so far."""
    checks = (await connection.execute(select(schema.check_key))).all()
    vantages = (await connection.execute(select(schema.vantage))).all()
    addresses = (await connection.execute(select(schema.address))).all()
    newest = await connection.scalar(select(func.max(schema.result.c.id)))
    # A new result is beyond those that were rolled up and deleted since, also where the clock was set back.
    rolled_up = await read_mark(connection, Mark.RESULTS)
    return Keys(
        checks=Numbers({row.check_id: row.check_no for row in checks}),
        vantages=Numbers({row.name: row.vantage_no for row in vantages}),
        addresses=Numbers({row.text: row.address_no for row in addresses}),
        services={row.check_id: row.service_id for row in checks},
        last_id=max(newest or 0, rolled_up or 0),
    )
