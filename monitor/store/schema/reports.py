"""What reports rest on beside the record: periods as they were closed, and what was corrected by hand."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    Table,
    Text,
    UniqueConstraint,
)

from monitor.store.schema.base import BigId, metadata

# Appended to, never changed: a correction is a revision more.
frozen_period = Table(
    "frozen_period",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("vantage_no", SmallInteger, ForeignKey("vantage.vantage_no"), nullable=False),
    Column("period", Text, nullable=False),
    Column("revision", Integer, nullable=False),  # from 1
    Column("starts_at", BigInteger, nullable=False),
    Column("policy", Text, nullable=False),
    Column("register_version", Text, nullable=False),
    Column("sha256", Text, nullable=False),  # of the record, before compression
    Column("frozen_at", BigInteger, nullable=False),
    Column("frozen_by", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),  # canonical JSON, zlib
    Column("figures", LargeBinary, nullable=False),  # JSON, zlib
    UniqueConstraint("vantage_no", "period", "revision"),
)

# Appended to, never changed: the last one that covers a moment holds.
correction = Table(
    "correction",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("services", Text, nullable=False),  # JSON list of ids
    Column("starts_at", BigInteger, nullable=False),
    Column("ends_at", BigInteger, nullable=False),
    Column("counts_as", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("made_at", BigInteger, nullable=False),
    Index("correction_starts_at", "starts_at"),
)
