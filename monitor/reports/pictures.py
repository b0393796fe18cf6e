"""Pictures of a report as SVG: how a service fared through the period, and all of them together; pure.

What is told by colour is told by shape as well, so that a print in grey and a reader who sees no red lose
nothing; what the shapes say stands in words in its `title`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from xml.sax.saxutils import escape

from monitor.core.accounting.availability import Availability
from monitor.reports.report import ENOUGH


class Look(StrEnum):
    """What a cell of a strip shows, the first that holds."""

    DOWN = "down"
    """Some of its time counts as an outage."""
    UNKNOWN = "unknown"
    """Less than half of what should have been measured was."""
    UP = "up"
    MAINTENANCE = "maintenance"
    """Announced, and nothing else."""
    ABSENT = "absent"
    """Not registered, or not yet come."""


COLOURS: Mapping[str, str] = {
    Look.DOWN: "#a4161a",
    Look.UNKNOWN: "#6c757d",
    Look.UP: "#8ecfa8",
    Look.MAINTENANCE: "#3a6ea5",
    Look.ABSENT: "#adb5bd",
    "coverage": "#9aa5b1",
}
"""The graver the darker, so that they differ in grey too. A page may say otherwise by class."""
_FLOORS = tuple(Fraction(one, 1000) for one in (999, 995, 990, 980, 950, 900, 800, 500, 0))
"""Where the scale of a trend may begin: the highest below everything that it shows."""
_WIDTH, _GAP, _HEIGHT = 5, 1, 12
"""Of the cells of a strip."""
_LEAST_DARK = 4.0
"""Of a cell's height: a minute of outage in a month has to be seen too."""
_MAGNITUDES = 4
"""From a ten-thousandth lost, which is drawn as the least, to everything."""
_WIDE, _TALL, _LEFT, _TOP = 720, 110, 64, 8
"""Of a trend: as a whole, its bars, the room for its scale, and above."""
_FOOT, _SPACE, _LABELS = 12, 5, 18
"""Of the coverage below the bars, before it, and of the names below it."""
_MOST_NAMES = 16


def look(one: Availability) -> Look:
    """Return what a cell shows."""
    if one.down:
        return Look.DOWN
    if one.coverage is not None:
        return Look.UP if one.coverage >= ENOUGH else Look.UNKNOWN
    return Look.MAINTENANCE if one.maintenance else Look.ABSENT


def strip(figures: Sequence[Availability], told: str) -> str:
    """Draw the cells of one service beside each other.

    Up: filled, light. Down: the same, dark from the top by the magnitude of what was lost. Unknown: an empty
    frame with a stroke across. Maintenance: two lines. Absent: a short line below.

    Args:
        figures: of the cells, in the order of time.
        told: the same in words.
    Returns: an `svg` element.
    """
    shapes = [
        _cell(look(one), place * (_WIDTH + _GAP), Fraction(0) if one.ratio is None else 1 - one.ratio)
        for place, one in enumerate(figures)
    ]
    return _svg("strip", max(len(figures) * (_WIDTH + _GAP) - _GAP, 1), _HEIGHT, told, shapes)


def sample(shown: Look, told: str) -> str:
    """Draw the cell that a legend explains, as an `svg` element."""
    return _svg("strip", _WIDTH, _HEIGHT, told, [_cell(shown, 0, Fraction(1, 100))])


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """What a picture of all services together shows."""

    names: tuple[str, ...]
    """Of the cells, short."""
    figures: tuple[Availability, ...]
    """The same cells, all services together."""
    target: Fraction | None
    """None: there is none."""

    @property
    def floor(self) -> Fraction:
        """Where its scale begins: below everything that it shows, and as near as can be."""
        shown = [one.ratio for one in self.figures if one.ratio is not None]
        lowest = min(shown if self.target is None else [*shown, self.target], default=Fraction(0))
        return next((one for one in _FLOORS if one < lowest), Fraction(0))


def trend(one: Trend, told: str, scale: Mapping[Fraction, str]) -> str:
    """Draw availability as bars over a scale that ends at 100%, the target as a line, coverage below.

    A bar that misses the target is dark; one that rests on less than half of its time is only a frame.

    Args:
        one: what it shows.
        told: the same in words.
        scale: what is written at which heights.
    Returns: an `svg` element.
    """
    bottom = _TOP + _TALL

    def y(share: Fraction) -> float:
        return bottom - float((share - one.floor) / (1 - one.floor)) * _TALL

    shapes = []
    for share, label in scale.items():
        shapes += [_line("axis", _LEFT, y(share)), _text("end", _LEFT - 6, y(share) + 3.5, label)]
    step = (_WIDE - _LEFT) / max(len(one.names), 1)
    every = -(-len(one.names) // _MOST_NAMES)
    for place, (name, figures) in enumerate(zip(one.names, one.figures, strict=True)):
        x, wide = _LEFT + step * (place + 0.12), step * 0.76
        if figures.ratio is not None:
            missed = one.target is not None and figures.ratio < one.target
            box = x, y(figures.ratio), wide, bottom - y(figures.ratio)
            known = (figures.coverage or 0) >= ENOUGH
            shapes.append((_rect if known else _frame)(Look.DOWN if missed else Look.UP, *box))
        covered = float(figures.coverage or 0) * _FOOT
        shapes.append(_rect("coverage", x, bottom + _SPACE + _FOOT - covered, wide, covered))
        if place % every == 0:
            shapes.append(_text("middle", x + wide / 2, bottom + _SPACE + _FOOT + _LABELS - 5, name))
    if one.target is not None:
        shapes.append(_line("target", _LEFT, y(one.target)))
    return _svg("trend", _WIDE, bottom + _SPACE + _FOOT + _LABELS, told, shapes)


def _cell(shown: Look, x: int, lost: Fraction) -> str:
    match shown:
        case Look.UP:
            return _rect(shown, x, 0, _WIDTH, _HEIGHT)
        case Look.DOWN:
            dark = _dark(lost)
            return _rect(Look.UP, x, 0, _WIDTH, _HEIGHT) + _rect(shown, x, 0, _WIDTH, dark)
        case Look.UNKNOWN:
            drawn = f"M{x + 0.5} 0.5h{_WIDTH - 1}v{_HEIGHT - 1}h-{_WIDTH - 1}zl{_WIDTH - 1} {_HEIGHT - 1}"
        case Look.MAINTENANCE:
            drawn = f"M{x} 4.5h{_WIDTH}M{x} 8.5h{_WIDTH}"
        case Look.ABSENT:
            drawn = f"M{x} {_HEIGHT - 0.5}h{_WIDTH}"
    return f'<path class="{shown}" d="{drawn}" fill="none" stroke="{COLOURS[shown]}"/>'


def _dark(lost: Fraction) -> float:
    """Return how high what was lost is: by magnitude, as minutes are lost far more often than days."""
    magnitude = 1 + math.log10(lost) / _MAGNITUDES if lost else 0
    return _LEAST_DARK + max(magnitude, 0) * (_HEIGHT - _LEAST_DARK)


def _rect(kind: str, x: float, y: float, width: float, height: float) -> str:
    return f'<rect class="{kind}" {_box(x, y, width, height)} fill="{COLOURS[kind]}"/>'


def _frame(shown: Look, x: float, y: float, width: float, height: float) -> str:
    box = _box(x + 0.5, y + 0.5, max(width - 1, 0), max(height - 1, 0))
    return f'<rect class="{shown}-frame" {box} fill="none" stroke="{COLOURS[shown]}" stroke-dasharray="3 2"/>'


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}"'


def _line(kind: str, x: float, y: float) -> str:
    drawn = 'stroke="#222222" stroke-dasharray="5 3"' if kind == "target" else 'stroke="#c4c9ce"'
    return f'<path class="{kind}" d="M{x:g} {y:g}H{_WIDE}" {drawn}/>'


def _text(anchor: str, x: float, y: float, text: str) -> str:
    return (
        f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}" font-size="11" font-family="Libertinus Serif" '
        f'fill="#222222">{escape(text)}</text>'
    )


def _svg(kind: str, width: int, height: int, told: str, shapes: Sequence[str]) -> str:
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="{kind}" role="img" width="{width}" '
        f'height="{height}" viewBox="0 0 {width} {height}"><title>{escape(told)}</title>'
        f"{''.join(shapes)}</svg>"
    )
