"""The tables. Why they look like this: docs/decisions/0004-store-layout.md.

Times (`*_at`, and `result.id`) are microseconds since 1970 UTC; durations (`*_us`) are microseconds;
outcomes, stages, reasons and statuses are the numbers of `monitor.store.codes`.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)

HEAD = "0003_outbox"
"""The schema revision that this program reads and writes; a test holds it to the newest migration."""

ON_TIME_US = 3_600_000_000
"""A result is normally recorded at most this long (one hour) after its probe began: the recorder's queue
holds no more. Those that were not stand in the index `result_out_of_line`, so no query loses them."""

OUT_OF_LINE = text(f"(started_us_before_id < 0 OR started_us_before_id > {ON_TIME_US})")

STILL_OPEN = text("closed_at IS NULL")
NOT_SENT = text("state = 0")

# Only a column of exactly the type INTEGER is SQLite's row id, which costs no second tree.
_BigId = BigInteger().with_variant(Integer, "sqlite")
_SmallId = SmallInteger().with_variant(Integer, "sqlite")

metadata = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pkey",
        "fk": "%(table_name)s_%(column_0_name)s_fkey",
        "uq": "%(table_name)s_%(column_0_name)s_key",
    }
)

vantage = Table(
    "vantage",
    metadata,
    Column("vantage_no", _SmallId, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False, unique=True),
)

check_key = Table(
    "check_key",
    metadata,
    Column("check_no", Integer, primary_key=True, autoincrement=False),
    Column("check_id", Text, nullable=False, unique=True),
    Column("service_id", Text),  # null until the register names the check
    Column("first_seen_at", BigInteger, nullable=False),
)

address = Table(
    "address",
    metadata,
    Column("address_no", Integer, primary_key=True, autoincrement=False),
    Column("text", Text, nullable=False, unique=True),
)

# Appended to in the order of time, and with no index per check: such an index would make every batch
# rewrite one 4 KiB page per row instead of one or two pages in all.
result = Table(
    "result",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=False),  # when it was recorded, made unique
    Column("check_no", Integer, ForeignKey("check_key.check_no"), nullable=False),
    Column("vantage_no", SmallInteger, ForeignKey("vantage.vantage_no"), nullable=False),
    Column("started_us_before_id", BigInteger, nullable=False),  # smaller than the time itself
    Column("duration_us", BigInteger, nullable=False),
    Column("outcome", SmallInteger, nullable=False),
    Column("stage", SmallInteger),
    Column("reason", SmallInteger),
    Column("http_status", SmallInteger),
    Column("resolve_us", BigInteger),
    Column("connect_us", BigInteger),
    Column("handshake_us", BigInteger),
    Column("request_us", BigInteger),
    Column("response_us", BigInteger),
    Column("content_us", BigInteger),
    Column("wire_bytes", BigInteger),
    Column("body_bytes", BigInteger),
    Column("address_no", Integer, ForeignKey("address.address_no")),
    Column("lag_us", BigInteger),
    # No foreign key: thinning out details would then search this whole table for each of them.
    Column("detail_id", BigInteger),
    Index("result_out_of_line", "check_no", sqlite_where=OUT_OF_LINE, postgresql_where=OUT_OF_LINE),
)

detail = Table(
    "detail",
    metadata,
    Column("id", _BigId, primary_key=True, autoincrement=False),  # of the first result that it belongs to
    Column("text", Text, nullable=False),  # JSON
)

check_state = Table(
    "check_state",
    metadata,
    Column("check_no", Integer, ForeignKey("check_key.check_no"), primary_key=True, autoincrement=False),
    Column("vantage_no", SmallInteger, ForeignKey("vantage.vantage_no"), primary_key=True),
    Column("status", SmallInteger, nullable=False),
    Column("since_at", BigInteger, nullable=False),
    Column("known", SmallInteger),
    Column("doubt_towards", SmallInteger),
    Column("doubt_count", Integer),
    Column("doubt_since_at", BigInteger),
    Column("last_at", BigInteger),
    Column("recent", Text, nullable=False),  # JSON list of seconds
    Column("reason", SmallInteger),
    sqlite_with_rowid=False,
)

# Never deleted: this is the record that availability is computed from.
transition = Table(
    "transition",
    metadata,
    Column("id", _BigId, primary_key=True),
    Column("check_no", Integer, ForeignKey("check_key.check_no"), nullable=False),
    Column("vantage_no", SmallInteger, ForeignKey("vantage.vantage_no"), nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("decided_at", BigInteger, nullable=False),
    Column("before", SmallInteger, nullable=False),
    Column("after", SmallInteger, nullable=False),
    Column("stage", SmallInteger),
    Column("reason", SmallInteger),
    Column("message", Text),
    Index("transition_check_no_at", "check_no", "at"),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("vantage_no", _SmallId, ForeignKey("vantage.vantage_no"), primary_key=True, autoincrement=False),
    Column("seen_at", BigInteger, nullable=False),
)

# When this vantage could not see. Changed only to end a period.
blind_period = Table(
    "blind_period",
    metadata,
    Column("vantage_no", SmallInteger, ForeignKey("vantage.vantage_no"), primary_key=True),
    Column("began_at", BigInteger, primary_key=True, autoincrement=False),
    Column("ended_at", BigInteger),
    Column("cause", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
    sqlite_with_rowid=False,
)

# What should be said to whom, each once: `key` tells whether it was said before.
alert = Table(
    "alert",
    metadata,
    Column("id", _BigId, primary_key=True),
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
    Column("id", _BigId, primary_key=True),
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

# `incident_no` is the year and six digits: 2026000123 is INC-2026-000123.
incident = Table(
    "incident",
    metadata,
    Column("incident_no", _BigId, primary_key=True, autoincrement=False),
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
    Column("id", _BigId, primary_key=True),
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
    Column("id", _BigId, primary_key=True),
    Column("at", BigInteger, nullable=False),
    Column("who", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("detail", Text, nullable=False),  # JSON
    Index("audit_subject", "subject"),
)
