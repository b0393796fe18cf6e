"""Conversations and the outbox."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_outbox"
down_revision = "0002_incidents"

_BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_NOT_SENT = sa.text("state = 0")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "alert_cursor",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("alert_id", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", name="alert_cursor_pkey"),
    )
    op.create_table(
        "conversation",
        sa.Column("route_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("due_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("route_id", "subject", name="conversation_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_index("conversation_due_at", "conversation", ["due_at"])
    op.create_table(
        "notification",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("route_id", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("occasion", sa.Text, nullable=False),
        sa.Column("channel", sa.Text, nullable=False),
        sa.Column("address", sa.Text, nullable=False),
        sa.Column("language", sa.Text, nullable=False),
        sa.Column("facts", sa.Text, nullable=False),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("wanted_at", sa.BigInteger, nullable=False),
        sa.Column("due_at", sa.BigInteger, nullable=False),
        sa.Column("state", sa.SmallInteger, nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("claimed_until", sa.BigInteger),
        sa.Column("claimed_by", sa.Text),
        sa.Column("sent_at", sa.BigInteger),
        sa.Column("error", sa.Text),
        sa.PrimaryKeyConstraint("id", name="notification_pkey"),
        sa.UniqueConstraint("key", name="notification_key_key"),
    )
    op.create_index(
        "notification_due_at", "notification", ["due_at"], sqlite_where=_NOT_SENT, postgresql_where=_NOT_SENT
    )
    op.create_index("notification_conversation", "notification", ["route_id", "subject"])
