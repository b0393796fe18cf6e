"""Closed periods, and corrections of the record."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_reports"
down_revision = "0004_findings"

_BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "frozen_period",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("vantage_no", sa.SmallInteger, nullable=False),
        sa.Column("period", sa.Text, nullable=False),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("policy", sa.Text, nullable=False),
        sa.Column("register_version", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("frozen_at", sa.BigInteger, nullable=False),
        sa.Column("frozen_by", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("record", sa.LargeBinary, nullable=False),
        sa.Column("figures", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="frozen_period_pkey"),
        sa.ForeignKeyConstraint(["vantage_no"], ["vantage.vantage_no"], name="frozen_period_vantage_no_fkey"),
        sa.UniqueConstraint("vantage_no", "period", "revision", name="frozen_period_vantage_no_key"),
    )
    op.create_table(
        "correction",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("services", sa.Text, nullable=False),
        sa.Column("starts_at", sa.BigInteger, nullable=False),
        sa.Column("ends_at", sa.BigInteger, nullable=False),
        sa.Column("counts_as", sa.Text, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("made_by", sa.Text, nullable=False),
        sa.Column("made_at", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("id", name="correction_pkey"),
    )
    op.create_index("correction_starts_at", "correction", ["starts_at"])
