"""Inspections, findings, and the history of domains."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_findings"
down_revision = "0003_outbox"

_BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_STILL_OPEN = sa.text("closed_at IS NULL")


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "inspection",
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("target", sa.Text, nullable=False),
        sa.Column("tried_at", sa.BigInteger, nullable=False),
        sa.Column("failure", sa.Text),
        sa.Column("seen_at", sa.BigInteger),
        sa.Column("facts", sa.Text),
        sa.PrimaryKeyConstraint("name", "target", name="inspection_pkey"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "finding",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("subject_kind", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("key", sa.Text, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("severity", sa.Text, nullable=False),
        sa.Column("places", sa.Text, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False),
        sa.Column("first_seen_at", sa.BigInteger, nullable=False),
        sa.Column("last_seen_at", sa.BigInteger, nullable=False),
        sa.Column("closed_at", sa.BigInteger),
        sa.Column("withdrawn", sa.SmallInteger, nullable=False),
        sa.Column("accepted_until", sa.BigInteger),
        sa.Column("accepted_by", sa.Text),
        sa.Column("accepted_reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="finding_pkey"),
    )
    op.create_index(
        "finding_open",
        "finding",
        ["rule", "subject_kind", "subject", "key"],
        unique=True,
        sqlite_where=_STILL_OPEN,
        postgresql_where=_STILL_OPEN,
    )
    op.create_index("finding_domain", "finding", ["domain"])
    op.create_table(
        "domain_change",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("domain", sa.Text, nullable=False),
        sa.Column("at", sa.BigInteger, nullable=False),
        sa.Column("what", sa.Text, nullable=False),
        sa.Column("before", sa.Text),
        sa.Column("after", sa.Text),
        sa.PrimaryKeyConstraint("id", name="domain_change_pkey"),
    )
    op.create_index("domain_change_domain", "domain_change", ["domain"])
