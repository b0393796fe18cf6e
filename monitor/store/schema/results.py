"""What was measured, and what came of it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, SmallInteger, Table, Text

from monitor.store.schema.base import OUT_OF_LINE, BigId, SmallId, metadata

vantage = Table(
    "vantage",
    metadata,
    Column("vantage_no", SmallId, primary_key=True, autoincrement=False),
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
    Column("id", BigId, primary_key=True, autoincrement=False),  # when it was recorded, made unique
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
    Column("id", BigId, primary_key=True, autoincrement=False),  # of the first result that it belongs to
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
    Column("id", BigId, primary_key=True),
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
    Column("vantage_no", SmallId, ForeignKey("vantage.vantage_no"), primary_key=True, autoincrement=False),
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
