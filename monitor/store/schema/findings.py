"""What inspections saw, what they found, and what changed."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, SmallInteger, Table, Text

from monitor.store.schema.base import STILL_OPEN, BigId, metadata

# The latest look of each inspection at each target.
inspection = Table(
    "inspection",
    metadata,
    Column("name", Text, primary_key=True),
    Column("target", Text, primary_key=True),
    Column("tried_at", BigInteger, nullable=False),
    Column("failure", Text),  # of the latest try; null: none
    Column("seen_at", BigInteger),  # when `facts` were seen; null: never yet
    Column("facts", Text),  # JSON
    sqlite_with_rowid=False,
)

# Never deleted: at most one open row of each identity (rule, subject, key).
finding = Table(
    "finding",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("subject_kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("key", Text, nullable=False),
    Column("domain", Text, nullable=False),
    Column("severity", Text, nullable=False),
    Column("places", Text, nullable=False),  # JSON list
    Column("evidence", Text, nullable=False),  # JSON
    Column("first_seen_at", BigInteger, nullable=False),
    Column("last_seen_at", BigInteger, nullable=False),
    Column("closed_at", BigInteger),
    Column("withdrawn", SmallInteger, nullable=False),  # closed since it left the register
    Column("accepted_until", BigInteger),
    Column("accepted_by", Text),
    Column("accepted_reason", Text),
    Index(
        "finding_open",
        "rule",
        "subject_kind",
        "subject",
        "key",
        unique=True,
        sqlite_where=STILL_OPEN,
        postgresql_where=STILL_OPEN,
    ),
    Index("finding_domain", "domain"),
)

# Appended to: what a registry or name server said before, and says now.
domain_change = Table(
    "domain_change",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("domain", Text, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("what", Text, nullable=False),
    Column("before", Text),
    Column("after", Text),
    Index("domain_change_domain", "domain"),
)
