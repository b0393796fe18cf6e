"""Tokens by which reports are asked for over HTTP."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_tokens"
down_revision = "0006_rollups"

_BigId = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_NOT_REVOKED = sa.text("revoked_at IS NULL")


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "api_token",
        sa.Column("id", _BigId, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("sha256", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("role_id", sa.Text),
        sa.Column("created_at", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.Text, nullable=False),
        sa.Column("expires_at", sa.BigInteger),
        sa.Column("revoked_at", sa.BigInteger),
        sa.Column("revoked_by", sa.Text),
        sa.Column("last_used_at", sa.BigInteger),
        sa.PrimaryKeyConstraint("id", name="api_token_pkey"),
        sa.UniqueConstraint("sha256", name="api_token_sha256_key"),
    )
    op.create_index(
        "api_token_name",
        "api_token",
        ["name"],
        unique=True,
        sqlite_where=_NOT_REVOKED,
        postgresql_where=_NOT_REVOKED,
    )
