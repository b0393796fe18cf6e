"""Plain YAML scalars: what is read as it looks, and what YAML 1.1 would read as something else.

PyYAML follows YAML 1.1, in which `no` is false, `1:30` is ninety and `0361224671` is octal. Most people
(and most editors, which follow YAML 1.2) expect none of it, so such scalars are refused, not guessed.
No sentence here repeats the scalar: it may be a password that was written out by mistake.
"""

from __future__ import annotations

import math
import re
from datetime import date

Scalar = str | int | float | bool | date | None

_YAML = "tag:yaml.org,2002:"
_WHOLE = re.compile(r"[-+]?(?:0|[1-9][0-9]{0,17})")
_FRACTION = re.compile(r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


def read(tag: str, value: str) -> Scalar:
    """Return the value of a scalar whose tag YAML 1.1 resolved.

    Raises:
        ValueError: the tag is not a plain type, or the scalar is a trap; the sentence to show.
    """
    match tag.removeprefix(_YAML):
        case "str" | "value":
            return value
        case "null":
            return None
        case "bool":
            return _truth(value)
        case "int":
            return _whole(value)
        case "float":
            return _fraction(value)
        case "timestamp":
            return _day(value)
        case _:
            raise ValueError(f"the tag {_written(tag)} is not supported: remove it")


def is_name(tag: str, value: str) -> bool:
    """Whether a scalar can be a key: a text, or a day, which reads as it is written."""
    return tag == _YAML + "str" or (tag == _YAML + "timestamp" and _DAY.fullmatch(value) is not None)


def refuse_tag(tag: str, plain: str) -> None:
    """Refuse any tag of a list or mapping but its own.

    Raises:
        ValueError: the sentence to show.
    """
    if tag != _YAML + plain:
        raise ValueError(f"the tag {_written(tag)} is not supported: remove it")


def _written(tag: str) -> str:
    return tag.replace(_YAML, "!!")


def _truth(value: str) -> bool:
    if value.lower() not in ("true", "false"):
        raise ValueError(
            "yes, no, on and off are read as true or false by some YAML readers and as text by others: "
            "write true or false, or put it in quotes for text"
        )
    return value.lower() == "true"


def _whole(value: str) -> int:
    if _WHOLE.fullmatch(value):
        return int(value)
    _refuse_disguised(value)
    if value.lstrip("+-").startswith("0"):
        raise ValueError(
            "a number that begins with 0 is read as octal, hexadecimal or binary: "
            "put it in quotes for text (a telephone number, a code), or write a decimal number"
        )
    raise ValueError("the number is too large: put it in quotes for text")


def _fraction(value: str) -> float:
    _refuse_disguised(value)
    if not _FRACTION.fullmatch(value) or not math.isfinite(float(value)):
        raise ValueError("this is not a number that can be used: write a decimal number, or quotes for text")
    return float(value)


def _refuse_disguised(value: str) -> None:
    if ":" in value:
        raise ValueError(
            "numbers joined by colons are read in base 60 (1:30 is 90): put it in quotes for text, "
            "or write a duration such as 1h30m"
        )
    if "_" in value:
        raise ValueError(
            "digits joined by _ are read as one number: put it in quotes for text, or leave the _ out"
        )


def _day(value: str) -> date:
    if not _DAY.fullmatch(value):
        raise ValueError(
            "this is read as a point in time: put it in quotes for text, or write a day: 2026-01-31"
        )
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("there is no such day: write it as year-month-day, for example 2026-01-31") from None
