"""Rollups of results and statuses by hour and by day."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_rollups"
down_revision = "0005_reports"

_BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables."""
    for name in ("rollup_hour", "rollup_day"):
        op.create_table(
            name,
            sa.Column("starts_at", sa.BigInteger, nullable=False),
            sa.Column("check_no", sa.Integer, nullable=False),
            sa.Column("vantage_no", sa.SmallInteger, nullable=False),
            sa.Column("ok", sa.Integer, nullable=False),
            sa.Column("failed", sa.Integer, nullable=False),
            sa.Column("blocked", sa.Integer, nullable=False),
            sa.Column("self_fault", sa.Integer, nullable=False),
            sa.Column("responses", sa.LargeBinary, nullable=False),
            sa.Column("up_us", sa.BigInteger, nullable=False),
            sa.Column("degraded_us", sa.BigInteger, nullable=False),
            sa.Column("blocked_us", sa.BigInteger, nullable=False),
            sa.Column("down_us", sa.BigInteger, nullable=False),
            sa.ForeignKeyConstraint(["check_no"], ["check_key.check_no"], name=f"{name}_check_no_fkey"),
            sa.ForeignKeyConstraint(["vantage_no"], ["vantage.vantage_no"], name=f"{name}_vantage_no_fkey"),
            sa.PrimaryKeyConstraint("starts_at", "check_no", "vantage_no", name=f"{name}_pkey"),
            sqlite_with_rowid=False,
        )
    op.create_table(
        "rollup_mark",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("vantage_no", sa.SmallInteger, nullable=False),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("name", "vantage_no", name="rollup_mark_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "rollup_zone",
        sa.Column("since", _BigId, nullable=False),
        sa.Column("zone", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("since", name="rollup_zone_pkey"),
    )
