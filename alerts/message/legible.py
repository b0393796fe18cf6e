"""Text from outside, made fit to stand in a message; pure."""

from __future__ import annotations

CUT = "…"
_JOINERS = "\u200c\u200d"
"""Not printable by themselves, yet part of the spelling of Balinese script and of some emoji."""


def legible(text: str, at_most: int) -> str:
    r"""Return it on one line, at most so long, with nothing in it that a reader's program would obey.

    White space of every kind becomes one space; what does not print is written as `\x1b`.
    """
    line = " ".join(text.split())
    shown = "".join(one if one.isprintable() or one in _JOINERS else _escaped(one) for one in line)
    return shortened(shown, at_most)


def shortened(text: str, at_most: int) -> str:
    """Return it whole, or its beginning and a sign that it was cut."""
    return text if len(text) <= at_most else text[: at_most - len(CUT)].rstrip() + CUT


def _escaped(one: str) -> str:
    return one.encode("unicode_escape").decode()
