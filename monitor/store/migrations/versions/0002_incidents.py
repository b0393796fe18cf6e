"""Blind periods, alerts, incidents, windows and the audit log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002_incidents"
down_revision = "0001_results"

_BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_STILL_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Create the tables."""
    _create_blindness()
    _create_incidents()
    _create_parts_of_incidents()
    _create_announcements()


def _create_blindness() -> None:
    op.create_table(
        "blind_period",
        sa.Column("vantage_no", sa.SmallInteger, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False, autoincrement=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("cause", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("vantage_no", "began_at", name="blind_period_pkey"),
        _key("blind_period", "vantage", "vantage_no"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "alert",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("raised_at", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="alert_pkey"),
        sa.UniqueConstraint("key", name="alert_key_key"),
    )


def _create_incidents() -> None:
    op.create_table(
        "incident",
        sa.Column("incident_no", _BigId, nullable=False, autoincrement=False),
        sa.Column("vantage_no", sa.SmallInteger, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("flapping", sa.SmallInteger, nullable=False),
        sa.Column("cause_tie", sa.Text),
        sa.Column("cause_value", sa.Text),
        sa.Column("merged_into", sa.BigInteger),
        sa.Column("split_from", sa.BigInteger),
        sa.PrimaryKeyConstraint("incident_no", name="incident_pkey"),
        _key("incident", "vantage", "vantage_no"),
    )
    op.create_index("incident_began_at", "incident", ["began_at"])
    op.create_index(
        "incident_open", "incident", ["incident_no"], sqlite_where=_STILL_OPEN, postgresql_where=_STILL_OPEN
    )


def _create_parts_of_incidents() -> None:
    op.create_table(
        "incident_member",
        sa.Column("incident_no", sa.BigInteger, nullable=False),
        sa.Column("service_id", sa.Text, nullable=False),
        sa.Column("slack_us", sa.BigInteger, nullable=False),
        sa.Column("traits", sa.Text, nullable=False),
        sa.Column("history", sa.Text, nullable=False),
        sa.Column("moved_to", sa.BigInteger),
        sa.Column("withdrawn", sa.SmallInteger, nullable=False),
        sa.PrimaryKeyConstraint("incident_no", "service_id", name="incident_member_pkey"),
        _key("incident_member", "incident", "incident_no"),
        sqlite_with_rowid=False,
    )
    op.create_index("incident_member_service_id", "incident_member", ["service_id"])
    op.create_table(
        "incident_spell",
        sa.Column("incident_no", sa.BigInteger, nullable=False),
        sa.Column("check_no", sa.Integer, nullable=False),
        sa.Column("began_at", sa.BigInteger, nullable=False),
        sa.Column("confirmed_at", sa.BigInteger, nullable=False),
        sa.Column("ended_at", sa.BigInteger),
        sa.Column("stage", sa.SmallInteger),
        sa.Column("reason", sa.SmallInteger),
        sa.PrimaryKeyConstraint("incident_no", "check_no", "began_at", name="incident_spell_pkey"),
        _key("incident_spell", "incident", "incident_no"),
        _key("incident_spell", "check_key", "check_no"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "incident_evidence",
        sa.Column("incident_no", sa.BigInteger, nullable=False),
        sa.Column("check_no", sa.Integer, nullable=False),
        sa.Column("which", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("incident_no", "check_no", "which", name="incident_evidence_pkey"),
        _key("incident_evidence", "incident", "incident_no"),
        _key("incident_evidence", "check_key", "check_no"),
        sqlite_with_rowid=False,
    )


def _create_announcements() -> None:
    op.create_table(
        "maintenance_window",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("window_id", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("definition", sa.Text, nullable=False),
        sa.Column("announced_at", sa.BigInteger, nullable=False),
        sa.Column("announced_by", sa.Text, nullable=False),
        sa.Column("withdrawn_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="maintenance_window_pkey"),
    )
    op.create_index("maintenance_window_window_id", "maintenance_window", ["window_id"])
    op.create_table(
        "audit",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("action", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="audit_pkey"),
    )
    op.create_index("audit_subject", "audit", ["subject"])


def _key(table: str, other: str, column: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.{column}"], name=f"{table}_{column}_fkey")
