"""The items of a JSON list, as rows: the one function that both kinds of database name differently."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Text
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import GenericFunction


class json_items(GenericFunction[Any]):  # noqa: N801 - written like the functions of `sqlalchemy.func`
    """Rows with the column `value`, of a text that holds a JSON list of texts; use with `table_valued`."""

    type = Text()
    inherit_cache = True


@compiles(json_items)
def _sqlite(element: json_items, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_each({compiler.process(element.clauses, **options)})"


@compiles(json_items, "postgresql")
def _postgresql(element: json_items, compiler: SQLCompiler, **options: Any) -> str:
    return f"json_array_elements_text(CAST({compiler.process(element.clauses, **options)} AS json))"
