"""Text as the fonts of the printed report show it: nothing vanishes or runs out of its column; pure."""

from __future__ import annotations

import re

_RANGES = (
    "\\u0020-\\u007e\\u00a0-\\u00ac\\u00ae-\\u036f"  # Latin with all its marks, phonetics
    "\\u0370-\\u0377\\u0384-\\u038a\\u038c\\u038e-\\u03a1\\u03a3-\\u03ff"  # Greek
    "\\u0400-\\u04ff"  # Cyrillic
    "\\u1e00-\\u1eff"  # Latin with two marks
    "\\u2010-\\u2027\\u2030-\\u2040\\u2070\\u2071\\u2074-\\u208e"  # dashes, quotes, high and low digits
    "\\u20a0-\\u20bf\\u2100-\\u211e"  # currencies, letter-like signs
    "\\u2190-\\u22ff\\u25a0-\\u25ff"  # arrows, signs of mathematics, shapes
)
SHOWN = re.compile(f"[{_RANGES}]")
"""What the fonts that come with the typesetter have. A test sets each of them."""
_OTHER = re.compile(f"[^{_RANGES}]")
_BREAK = "\N{ZERO WIDTH SPACE}"
_LONG_WORD = re.compile(r"\S{18,}")
_AFTER = re.compile(r"([/._?&=@:;,-]+)(?=\S)")
_RUN = re.compile(r"([^\s\u200b]{18})(?=[^\s\u200b])")
_LONGEST = 600
"""Characters of a cell: more would not fit on a page, and rows are not broken."""


def legible(text: str) -> str:
    """Return a text with what no font has as its code point, such as `[U+1B13]`, and line breaks as spaces.

    That holds for the scripts of Bali and East Asia, and for marks that turn or hide what follows them.
    """
    return _OTHER.sub(_named, text)


def settable(text: str) -> str:
    """Return a text for a narrow column: legible, of bounded length, and with places to break long words."""
    shown = legible(text)
    if len(shown) > _LONGEST:
        shown = f"{shown[: _LONGEST - 1]}\N{HORIZONTAL ELLIPSIS}"
    return _LONG_WORD.sub(_broken, shown)


def _named(match: re.Match[str]) -> str:
    one = match[0]
    return " " if one.isspace() else f"[U+{ord(one):04X}]"


def _broken(match: re.Match[str]) -> str:
    return _RUN.sub(rf"\1{_BREAK}", _AFTER.sub(rf"\1{_BREAK}", match[0]))
