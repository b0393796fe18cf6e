"""Days with a time of day, as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime, tzinfo
from typing import Annotated

from pydantic import PlainValidator, WithJsonSchema

_FORM = r"2[01][0-9]{2}-[0-9]{2}-[0-9]{2}[ T][0-9]{2}:[0-9]{2}(:[0-9]{2})?( ?(Z|[+-][0-9]{2}:[0-9]{2}))?"


def parse_moment(value: object) -> datetime:
    """Read `2026-11-28 22:00`, perhaps followed by an offset such as `+08:00`; naive where there is none.

    Raises:
        ValueError: it is no such time.
    """
    text = str(value).strip()
    try:
        if re.fullmatch(_FORM, text, re.ASCII):
            return datetime.fromisoformat(text[:16] + text[16:].replace(" ", ""))
    except ValueError:
        raise ValueError("there is no such day or time") from None
    raise ValueError(
        "write a day and a time, for example 2026-11-28 22:00 (an offset such as +08:00 may follow)"
    )


def in_zone(moment: datetime, zone: tzinfo) -> datetime:
    """Return the aware time: with its own offset where it has one, else of the zone."""
    return moment if moment.tzinfo is not None else moment.replace(tzinfo=zone)


def exists(moment: datetime) -> bool:
    """Whether an aware time is on its zone's clock, which may have been set forward over it."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo).replace(tzinfo=None) == moment.replace(
        tzinfo=None
    )


Moment = Annotated[
    datetime,
    PlainValidator(parse_moment),
    WithJsonSchema({"type": "string", "pattern": f"^{_FORM}$", "examples": ["2026-11-28 22:00"]}),
]
