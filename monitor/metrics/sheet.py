"""Series by the ten thousand, kept as bytes: one row per subject, one column per series.

A line of the exposition is `head + labels + cell`: the head (metric name and the column's own labels) is
common to a column, the labels to a row, and only the cell (what else belongs between the braces, and the
value) changes with a result. So an observation formats a few numbers, a render only joins bytes, and a
series that a result says nothing about is a cell that is None: nothing can go stale.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from monitor.metrics.catalogue import Metric, Type

Cell = bytes | None


class Column:
    """One series of each subject: a metric, with the labels that set this column apart from its sisters."""

    __slots__ = ("head", "metric")

    def __init__(self, metric: Metric, **labels: str) -> None:
        self.metric = metric
        self.head = f"{metric.name}{{".encode() + b"".join(pair + b"," for pair in _pairs(labels))


@dataclass(slots=True)
class _Row:
    labels: bytes
    cells: Sequence[Cell]


class Sheet:
    """Rows of cells under fixed columns. Columns of one metric stand together, as both formats ask."""

    def __init__(self, columns: Sequence[Column]) -> None:
        self._columns = columns
        self._rows: dict[str, _Row] = {}
        self._empty: Sequence[Cell] = (None,) * len(columns)

    def __contains__(self, key: str) -> bool:
        """Whether there is a row for the subject."""
        return key in self._rows

    def label(self, key: str, labels: Mapping[str, str]) -> None:
        """Give a subject its labels, old or new; its cells stay."""
        packed = b",".join(_pairs(labels))
        row = self._rows.get(key)
        if row is None:
            self._rows[key] = _Row(packed, self._empty)
        else:
            row.labels = packed

    def fill(self, key: str, cells: Sequence[Cell]) -> None:
        """Replace all cells of a subject; as many as there are columns.

        Raises:
            KeyError: the subject has no labels yet.
        """
        self._rows[key].cells = cells

    def drop(self, key: str) -> None:
        """Take a subject out with all its series; a key that is not there is fine."""
        self._rows.pop(key, None)

    def blocks(self, *, openmetrics: bool) -> Iterator[bytes]:
        """Yield the exposition column by column: each block whole lines, a metric's header before its first.

        Between two blocks the caller may do other work, and rows may come, go and change.
        """
        metric: Metric | None = None
        for index, column in enumerate(self._columns):
            head = column.head
            parts = [
                part
                for row in self._rows.values()
                if (cell := row.cells[index]) is not None
                for part in (head, row.labels, cell)
            ]
            if column.metric is not metric:
                metric = column.metric
                parts.insert(0, header(metric, openmetrics=openmetrics))
            yield b"".join(parts)


def value(number: float) -> bytes:
    """Return the cell of a series without further labels: three decimals, fewer if they are zero."""
    return b"} %s\n" % (f"{number:.3f}".rstrip("0").rstrip(".").encode())


def one(**labels: str) -> bytes:
    """Return the cell of an info series, with its further labels."""
    return b"".join(b"," + pair for pair in _pairs(labels)) + b"} 1\n"


def header(metric: Metric, *, openmetrics: bool) -> bytes:
    """Return the HELP, TYPE and (OpenMetrics) UNIT lines of a metric."""
    name, kind = metric.name, metric.type
    lines = []
    if openmetrics:
        name = metric.family
        # The format wants the unit to be the name's ending; blackbox's own names do not all comply.
        if metric.unit and name.endswith(f"_{metric.unit}"):
            lines.append(f"# UNIT {name} {metric.unit}\n")
    elif kind is Type.INFO:
        kind = Type.GAUGE
    lines.append(f"# HELP {name} {metric.help}\n")
    return "".join([f"# TYPE {name} {kind}\n", *lines]).encode()


def _pairs(labels: Mapping[str, str]) -> Iterator[bytes]:
    """Write labels as both formats want them.

    UTF-8 stays as it is. A lone surrogate (YAML can spell one) has no UTF-8 and becomes a question mark.
    """
    for name, text in labels.items():
        escaped = text.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"")
        yield f'{name}="'.encode() + escaped.encode(errors="replace") + b'"'
