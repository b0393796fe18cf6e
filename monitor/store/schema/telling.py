"""What there is to say, and the outbox."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, SmallInteger, Table, Text

from monitor.store.schema.base import NOT_SENT, BigId, metadata

# What should be said to whom, each once: `key` tells whether it was said before.
alert = Table(
    "alert",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("raised_at", BigInteger, nullable=False),
    Column("kind", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
)

# How far alerts have been turned into notifications: one row.
alert_cursor = Table(
    "alert_cursor",
    metadata,
    Column("name", Text, primary_key=True),
    Column("alert_id", BigInteger, nullable=False),
)

# What one route was told of one subject so far.
conversation = Table(
    "conversation",
    metadata,
    Column("route_id", Text, primary_key=True),
    Column("subject", Text, primary_key=True),
    Column("state", Text, nullable=False),  # JSON
    Column("due_at", BigInteger),  # when to look at it again though nothing happened; null: never
    Index("conversation_due_at", "due_at"),
    sqlite_with_rowid=False,
)

# The outbox: one row for each message to each recipient.
notification = Table(
    "notification",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("key", Text, nullable=False, unique=True),
    Column("route_id", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("place", Integer, nullable=False),  # in the conversation, from 0
    Column("occasion", Text, nullable=False),
    Column("channel", Text, nullable=False),
    Column("address", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("facts", Text, nullable=False),  # JSON
    Column("created_at", BigInteger, nullable=False),
    Column("wanted_at", BigInteger, nullable=False),  # when it should have been sent
    Column("due_at", BigInteger, nullable=False),  # when it is tried next
    Column("state", SmallInteger, nullable=False),  # see `monitor.store.outbox.State`
    Column("attempts", Integer, nullable=False),
    Column("claimed_until", BigInteger),
    Column("claimed_by", Text),
    Column("sent_at", BigInteger),
    Column("error", Text),
    Index("notification_due_at", "due_at", sqlite_where=NOT_SENT, postgresql_where=NOT_SENT),
    Index("notification_conversation", "route_id", "subject"),
)
