"""Who may ask for reports."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Table, Text, UniqueConstraint, text

from monitor.store.schema.base import BigId, metadata

NOT_REVOKED = text("revoked_at IS NULL")

# Never deleted: the audit log and the logs name them.
api_token = Table(
    "api_token",
    metadata,
    Column("id", BigId, primary_key=True),
    Column("name", Text, nullable=False),
    Column("sha256", Text, nullable=False),  # of the token, which stands nowhere
    Column("role", Text, nullable=False),  # all, government or agency
    Column("role_id", Text),  # null: all
    Column("created_at", BigInteger, nullable=False),
    Column("created_by", Text, nullable=False),
    Column("expires_at", BigInteger),
    Column("revoked_at", BigInteger),
    Column("revoked_by", Text),
    Column("last_used_at", BigInteger),  # to the hour
    UniqueConstraint("sha256"),
    Index(
        "api_token_name",
        "name",
        unique=True,
        sqlite_where=NOT_REVOKED,
        postgresql_where=NOT_REVOKED,
    ),
)
