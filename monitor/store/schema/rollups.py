"""Results and statuses of hours and days, which outlive the results (docs/decisions/0016-rollups.md)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Integer, LargeBinary, SmallInteger, Table, Text

from monitor.store.schema.base import BigId, metadata


def _rollup(name: str) -> Table:
    # By time first: rows are added at the end, and removed from the beginning.
    return Table(
        name,
        metadata,
        Column("starts_at", BigInteger, primary_key=True, autoincrement=False),
        Column("check_no", Integer, ForeignKey("check_key.check_no"), primary_key=True, autoincrement=False),
        Column("vantage_no", SmallInteger, ForeignKey("vantage.vantage_no"), primary_key=True),
        # Results that started then, by outcome.
        Column("ok", Integer, nullable=False),
        Column("failed", Integer, nullable=False),
        Column("blocked", Integer, nullable=False),
        Column("self_fault", Integer, nullable=False),
        Column("responses", LargeBinary, nullable=False),  # sketch of the durations of those that were OK
        # Time in each status; what is left was UNKNOWN.
        Column("up_us", BigInteger, nullable=False),
        Column("degraded_us", BigInteger, nullable=False),
        Column("blocked_us", BigInteger, nullable=False),
        Column("down_us", BigInteger, nullable=False),
        sqlite_with_rowid=False,
    )


rollup_hour = _rollup("rollup_hour")  # hours of UTC
rollup_day = _rollup("rollup_day")  # days of the zones in `rollup_zone`; never deleted

# How far building and deleting have come; see `monitor.store.rollup_rows.Mark`.
rollup_mark = Table(
    "rollup_mark",
    metadata,
    Column("name", Text, primary_key=True),
    Column("vantage_no", SmallInteger, primary_key=True),  # 0: of all vantages
    Column("value", BigInteger, nullable=False),
    sqlite_with_rowid=False,
)

# By which zone days are cut, and from when on.
rollup_zone = Table(
    "rollup_zone",
    metadata,
    Column("since", BigId, primary_key=True, autoincrement=False),
    Column("zone", Text, nullable=False),
)
