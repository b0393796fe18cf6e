"""Rows written in place of what stands under the same key, or only where nothing does.

SQLite took ON CONFLICT over from PostgreSQL, and SQLAlchemy's compiler for SQLite writes PostgreSQL's insert
as well (not the other way round). So one statement serves both; the tests of the store run on both.
"""

from __future__ import annotations

from sqlalchemy import Select, Table
from sqlalchemy.dialects import postgresql


def upsert(table: Table, *only: str) -> postgresql.Insert:
    """Return the statement that inserts rows of a table, or replaces all but their primary key.

    Args:
        table: with a primary key.
        only: the columns that are replaced, where that is not all of them.
    """
    statement = postgresql.insert(table)
    replaced = only or [column.name for column in table.c if not column.primary_key]
    return statement.on_conflict_do_update(
        index_elements=[column.name for column in table.primary_key],
        set_={name: statement.excluded[name] for name in replaced},
    )


def insert_new(table: Table, *unique: str) -> postgresql.Insert:
    """Return the statement that inserts rows, but none whose unique columns (its key) are there already."""
    return postgresql.insert(table).on_conflict_do_nothing(index_elements=unique or None)


def copy_new(table: Table, columns: list[str], rows: Select[tuple[object, ...]]) -> postgresql.Insert:
    """Return the statement that inserts the rows of a query, but none whose key is there already.

    `rows` needs a WHERE: without it SQLite reads ON CONFLICT as part of a join.
    """
    return postgresql.insert(table).from_select(columns, rows).on_conflict_do_nothing()
