"""Rows written in place of what stands under the same primary key."""

from __future__ import annotations

from sqlalchemy import Table
from sqlalchemy.dialects import sqlite


def upsert(table: Table, *only: str) -> sqlite.Insert:
    """Return the statement that inserts rows of a table, or replaces all but their primary key.

    Args:
        table: with a primary key.
        only: the columns that are replaced, where that is not all of them.
    """
    statement = sqlite.insert(table)
    replaced = only or [column.name for column in table.c if not column.primary_key]
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={name: statement.excluded[name] for name in replaced},
    )
