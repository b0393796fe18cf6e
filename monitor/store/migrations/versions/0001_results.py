"""Results, states, transitions and heartbeats."""

from __future__ import annotations

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

revision = "0001_results"
down_revision = None

_BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SmallId = sa.SmallInteger().with_variant(sa.Integer, "sqlite")
_OUT_OF_LINE = sa.text("(started_us_before_id < 0 OR started_us_before_id > 3600000000)")


def upgrade() -> None:
    """Create every table."""
    _create_keys()
    _create_results()
    _create_judgement()


def _create_keys() -> None:
    op.create_table(
        "vantage",
        sa.Column("vantage_no", _SmallId, nullable=False, autoincrement=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("vantage_no", name="vantage_pkey"),
        sa.UniqueConstraint("name", name="vantage_name_key"),
    )
    op.create_table(
        "check_key",
        sa.Column("check_no", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("check_id", sa.Text, nullable=False),
        sa.Column("service_id", sa.Text),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("check_no", name="check_key_pkey"),
        sa.UniqueConstraint("check_id", name="check_key_check_id_key"),
    )
    op.create_table(
        "address",
        sa.Column("address_no", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("address_no", name="address_pkey"),
        sa.UniqueConstraint("text", name="address_text_key"),
    )


def _create_results() -> None:
    op.create_table(
        "result",
        sa.Column("id", _BigId, nullable=False, autoincrement=False),
        sa.Column("check_no", sa.Integer, nullable=False),
        sa.Column("vantage_no", sa.SmallInteger, nullable=False),
        sa.Column("started_us_before_id", sa.BigInteger, nullable=False),
        sa.Column("duration_us", sa.BigInteger, nullable=False),
        sa.Column("outcome", sa.SmallInteger, nullable=False),
        sa.Column("stage", sa.SmallInteger),
        sa.Column("reason", sa.SmallInteger),
        sa.Column("http_status", sa.SmallInteger),
        sa.Column("resolve_us", sa.BigInteger),
        sa.Column("connect_us", sa.BigInteger),
        sa.Column("handshake_us", sa.BigInteger),
        sa.Column("request_us", sa.BigInteger),
        sa.Column("response_us", sa.BigInteger),
        sa.Column("content_us", sa.BigInteger),
        sa.Column("wire_bytes", sa.BigInteger),
        sa.Column("body_bytes", sa.BigInteger),
        sa.Column("address_no", sa.Integer),
        sa.Column("lag_us", sa.BigInteger),
        sa.Column("detail_id", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="result_pkey"),
        *_keys_of_results(),
        postgresql_partition_by="RANGE (id)",
    )
    op.create_index(
        "result_out_of_line",
        "result",
        ["check_no"],
        sqlite_where=_OUT_OF_LINE,
        postgresql_where=_OUT_OF_LINE,
    )
    op.create_table(
        "detail",
        sa.Column("id", _BigId, nullable=False, autoincrement=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="detail_pkey"),
    )


def _create_judgement() -> None:
    op.create_table(
        "check_state",
        sa.Column("check_no", sa.Integer, nullable=False, autoincrement=False),
        sa.Column("vantage_no", sa.SmallInteger, nullable=False),
        sa.Column("status", sa.SmallInteger, nullable=False),
        sa.Column("since_at", sa.BigInteger, nullable=False),
        sa.Column("known", sa.SmallInteger),
        sa.Column("doubt_towards", sa.SmallInteger),
        sa.Column("doubt_count", sa.Integer),
        sa.Column("doubt_since_at", sa.BigInteger),
        sa.Column("last_at", sa.BigInteger),
        sa.Column("recent", sa.Text, nullable=False),
        sa.Column("reason", sa.SmallInteger),
        sa.PrimaryKeyConstraint("check_no", "vantage_no", name="check_state_pkey"),
        *_check_and_vantage("check_state"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "transition",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("check_no", sa.Integer, nullable=False),
        sa.Column("vantage_no", sa.SmallInteger, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("decided_at", sa.BigInteger, nullable=False),
        sa.Column("before", sa.SmallInteger, nullable=False),
        sa.Column("after", sa.SmallInteger, nullable=False),
        sa.Column("stage", sa.SmallInteger),
        sa.Column("reason", sa.SmallInteger),
        sa.Column("message", sa.Text),
        sa.PrimaryKeyConstraint("id", name="transition_pkey"),
        *_check_and_vantage("transition"),
    )
    op.create_index("transition_check_no_at", "transition", ["check_no", "at"])
    if op.get_context().dialect.name == "postgresql":
        # Changes are stored nearly in the order of time: a few pages tell where those of a month are.
        op.create_index(
            "transition_at",
            "transition",
            ["at"],
            postgresql_using="brin",
            postgresql_with={"autosummarize": True, "pages_per_range": 8},
        )
    op.create_table(
        "heartbeat",
        sa.Column("vantage_no", _SmallId, nullable=False, autoincrement=False),
        sa.Column("seen_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("vantage_no", name="heartbeat_pkey"),
        sa.ForeignKeyConstraint(["vantage_no"], ["vantage.vantage_no"], name="heartbeat_vantage_no_fkey"),
    )


def _keys_of_results() -> Sequence[sa.ForeignKeyConstraint]:
    # A server would look each up for each result, and lock those tables when a day's partition is dropped.
    # The numbers come from the one writer, in the same transaction.
    if op.get_context().dialect.name == "postgresql":
        return ()
    address = sa.ForeignKeyConstraint(["address_no"], ["address.address_no"], name="result_address_no_fkey")
    return (*_check_and_vantage("result"), address)


def _check_and_vantage(table: str) -> tuple[sa.ForeignKeyConstraint, sa.ForeignKeyConstraint]:
    return (
        sa.ForeignKeyConstraint(["check_no"], ["check_key.check_no"], name=f"{table}_check_no_fkey"),
        sa.ForeignKeyConstraint(["vantage_no"], ["vantage.vantage_no"], name=f"{table}_vantage_no_fkey"),
    )
