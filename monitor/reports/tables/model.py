"""Tables of typed cells, from which every tabular format is written. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import TypeAlias

from monitor.core.accounting.availability import KINDS
from monitor.core.reason import Sentence
from monitor.reports import words

Cell: TypeAlias = str | int | Fraction | timedelta | datetime | Sentence | None
"""A fraction is a share, shown in percent and rounded down; a datetime is aware UTC; None: nothing."""


class Unit(StrEnum):
    """What the cells of a column are, where their heading has to say so."""

    PLAIN = "plain"
    SHARE = "share"
    SPAN = "span"


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    name: str
    """By which formats know it."""
    head: Sentence
    unit: Unit = Unit.PLAIN


@dataclass(frozen=True, slots=True)
class Table:
    """One table; a sheet of a workbook."""

    title: Sentence
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def chosen(self, *names: str) -> Table:
        """Return some of its columns, in the order in which they are named."""
        places = {one.name: place for place, one in enumerate(self.columns)}
        wanted = [places[name] for name in names]
        return Table(
            self.title,
            tuple(self.columns[place] for place in wanted),
            tuple(tuple(row[place] for place in wanted) for row in self.rows),
        )


_UNITS = {
    **dict.fromkeys(("availability", "mean", "target", "coverage", "before"), Unit.SHARE),
    **dict.fromkeys(("down", "longest", "repair", "between", "budget", *KINDS), Unit.SPAN),
}


def columns(*names: str) -> tuple[Column, ...]:
    """Return columns by their names in `words.COLUMNS`."""
    return tuple(Column(name, words.COLUMNS[name], _UNITS.get(name, Unit.PLAIN)) for name in names)


def listed(said: Iterable[Sentence]) -> Sentence | None:
    """Return several remarks as one; None: there is none."""
    found = list(said)
    if not found:
        return None
    return Sentence("; ".join(one.id for one in found), "; ".join(one.en for one in found))
