"""Rows written in place of what stands under the same primary key."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite


def upsert(table: Table) -> sqlite.Insert:
    """Return the statement that inserts rows of a table, or replaces all but their primary key."""
    statement = sqlite.insert(table)
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={column.name: statement.excluded[column.name] for column in table.c if not column.primary_key},
    )
