"""Outages, announced maintenance, and what people did by hand."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text

from monitor.store.schema.base import STILL_OPEN, BigId, metadata

# `incident_no` is the year and six digits: 2026000123 is INC-2026-000123.
incident = Table(
    "incident",
    metadata,
    Column("incident_no", BigId, primary_key=True, autoincrement=False),
    Column("vantage_no", SmallInteger, ForeignKey("vantage.vantage_no"), nullable=False),
    Column("began_at", BigInteger, nullable=False),
    Column("confirmed_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("closed_at", BigInteger),
    Column("flapping", SmallInteger, nullable=False),
    Column("cause_tie", Text),
    Column("cause_value", Text),
    Column("merged_into", BigInteger),
    Column("split_from", BigInteger),
    Index("incident_began_at", "began_at"),
    Index("incident_open", "incident_no", sqlite_where=STILL_OPEN, postgresql_where=STILL_OPEN),
)

incident_member = Table(
    "incident_member",
    metadata,
    Column("incident_no", BigInteger, ForeignKey("incident.incident_no"), primary_key=True),
    Column("service_id", Text, primary_key=True),
    Column("slack_us", BigInteger, nullable=False),
    Column("traits", Text, nullable=False),  # JSON list of [tie, value]
    Column("history", Text, nullable=False),  # JSON list of [at, check id, stage, reason, message]
    Column("moved_to", BigInteger),
    Column("withdrawn", SmallInteger, nullable=False),
    Index("incident_member_service_id", "service_id"),
    sqlite_with_rowid=False,
)

incident_spell = Table(
    "incident_spell",
    metadata,
    Column("incident_no", BigInteger, ForeignKey("incident.incident_no"), primary_key=True),
    Column("check_no", Integer, ForeignKey("check_key.check_no"), primary_key=True),
    Column("began_at", BigInteger, primary_key=True),
    Column("confirmed_at", BigInteger, nullable=False),
    Column("ended_at", BigInteger),
    Column("stage", SmallInteger),
    Column("reason", SmallInteger),
    sqlite_with_rowid=False,
)

incident_evidence = Table(
    "incident_evidence",
    metadata,
    Column("incident_no", BigInteger, ForeignKey("incident.incident_no"), primary_key=True),
    Column("check_no", Integer, ForeignKey("check_key.check_no"), primary_key=True),
    Column("which", SmallInteger, primary_key=True),  # 0: first failure, 1: last
    Column("at", BigInteger, nullable=False),
    Column("text", Text, nullable=False),  # JSON
    sqlite_with_rowid=False,
)

# A row for each form that a window had: a change is a new row, and the old one is withdrawn.
maintenance_window = Table(
    "maintenance_window",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("window_id", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("definition", Text, nullable=False),  # JSON
    Column("announced_at", BigInteger, nullable=False),
    Column("announced_by", Text, nullable=False),
    Column("withdrawn_at", BigInteger),
    Index("maintenance_window_window_id", "window_id"),
)

# Appended to, never changed.
audit = Table(
    "audit",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
    Index("audit_subject", "subject"),
)
