"""The kinds of value that settings and register are made of, each with its own sentence when it is wrong.

No sentence repeats the value: the place is shown beside it, and the value may be a secret.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
    WithJsonSchema,
)
from pydantic_core import CoreSchema, core_schema

from monitor.settings.address import host_name, http_url
from monitor.settings.references import ReferredText

LARGEST_PORT = 65535


class Model(BaseModel):
    """A mapping in a YAML file: known keys only."""

    model_config = ConfigDict(
        extra="forbid", frozen=True, use_attribute_docstrings=True, hide_input_in_errors=True
    )


@dataclass(frozen=True, slots=True)
class OneOrMore:
    """Lets a list be written as its only item."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Wrap a lone item before it is validated as a list."""
        return core_schema.no_info_before_validator_function(_as_list, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Allow both forms."""
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


def _as_list(value: object) -> object:
    return value if value is None or isinstance(value, list) else [value]


def one_line(text: str) -> str:
    """Return the text with every run of white space made one space.

    Raises:
        ValueError: nothing is left.
    """
    line = " ".join(text.split())
    if not line:
        raise ValueError("is empty: write a text")
    return line


Line = Annotated[str, StringConstraints(max_length=500), AfterValidator(one_line)]
"""A text on one line: a name, a tag, a position."""

Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
"""A text that may have several lines."""

Id = Annotated[str, StringConstraints(max_length=80, pattern=r"^[a-z0-9][a-z0-9-]*$")]

Flag = Annotated[bool, Field(strict=True)]


def _whole(value: object) -> int:
    if type(value) is int:
        return value
    if isinstance(value, ReferredText) and re.fullmatch(r"[0-9]{1,18}", value):
        return int(value)
    raise ValueError("should be a whole number")


Whole = Annotated[int, BeforeValidator(_whole)]
Port = Annotated[Whole, Field(ge=1, le=LARGEST_PORT)]


def _reference_only(value: object) -> object:
    if isinstance(value, str) and not isinstance(value, ReferredText):
        # A ValueError is what pydantic reports; a TypeError would escape it.
        raise ValueError(  # noqa: TRY004 - see above
            "a secret may not stand in this file: write ${env:NAME} or ${file:path}"
        )
    return value


Secret = Annotated[
    str,
    BeforeValidator(_reference_only),
    Field(repr=False),
    WithJsonSchema({"type": "string", "pattern": r"^\$\{(env|file):[^}]+\}$"}),
]
"""A password or token: never written out, always a reference."""

_UNITS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}
_DURATION = re.compile(
    r"(?:(\d+(?:\.\d+)?)d)?(?:(\d+(?:\.\d+)?)h)?(?:(\d+(?:\.\d+)?)m(?!s))?"
    r"(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?",
    re.ASCII,
)
DURATION_SCHEMA = {
    "anyOf": [
        {"type": "number", "exclusiveMinimum": 0},
        {"type": "string", "pattern": r"^([0-9]+(\.[0-9]+)?(d|h|ms|m|s))+$"},
    ],
    "examples": ["30s", "5m", "1h30m"],
}


def parse_duration(value: object, longest_days: int = 366) -> timedelta:
    """Read `30s`, `5m`, `1h30m`, `250ms`, `1d` or a number of seconds.

    Raises:
        ValueError: it is none of these, not above zero, or longer than `longest_days`.
    """
    seconds = 0.0
    if isinstance(value, int | float) and not isinstance(value, bool):
        seconds = float(value)
    elif isinstance(value, str) and (match := _DURATION.fullmatch(value.strip())):
        parts = zip(match.groups(), ("d", "h", "m", "s", "ms"), strict=True)
        seconds = sum(float(number) * _UNITS[unit] for number, unit in parts if number)
    elif isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        seconds = float(value)
    if not 0 < seconds <= longest_days * 86400:
        raise ValueError("write a duration such as 30s, 5m, 1h30m, 250ms or 1d, or a number of seconds")
    return timedelta(seconds=seconds)


def at_least(shortest: timedelta, words: str) -> Callable[[timedelta], timedelta]:
    """Return a validator that refuses shorter durations."""

    def check(value: timedelta) -> timedelta:
        if value < shortest:
            raise ValueError(f"should be at least {words}")
        return value

    return check


Duration = Annotated[timedelta, PlainValidator(parse_duration), WithJsonSchema(DURATION_SCHEMA)]


def parse_ratio(value: object) -> float:
    """Read `99.9%` (or `99,9%`) or a ratio such as 0.999.

    Raises:
        ValueError: it is neither, or not above 0 and at most 100%.
    """
    ratio = Decimal(0)
    if isinstance(value, int | float) and not isinstance(value, bool):
        ratio = Decimal(str(value))
    elif isinstance(value, str) and (match := re.fullmatch(r"(\d{1,3}(?:[.,]\d+)?)\s*%", value, re.ASCII)):
        ratio = Decimal(match[1].replace(",", ".")) / 100
    if ratio.is_nan() or not 0 < ratio <= 1:
        raise ValueError('write a percentage such as "99.5%" or a ratio such as 0.995')
    return float(ratio)


Ratio = Annotated[
    float,
    PlainValidator(parse_ratio),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "exclusiveMinimum": 0, "maximum": 1},
                {"type": "string", "pattern": r"^[0-9]{1,3}([.,][0-9]+)?\s*%$"},
            ]
        }
    ),
]


def _day(value: object) -> date:
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError:
        raise ValueError("write a day as year-month-day, for example 2026-01-31") from None


Day = Annotated[date, PlainValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]


def _address(value: str) -> str:
    try:
        return str(ip_address(value))
    except ValueError:
        raise ValueError("should be an IP address, for example 192.0.2.7 or 2001:db8::7") from None


def name_server(value: str) -> str:
    """Read `address`, `address:port` or `[address]:port`."""
    match = re.fullmatch(r"\[([0-9A-Fa-f:.]+)\]:(\d{1,5})|([0-9.]+):(\d{1,5})", value, re.ASCII)
    if match is None:
        return _address(value)
    if not 1 <= int(match[2] or match[4]) <= LARGEST_PORT:
        raise ValueError("the port should lie between 1 and 65535")
    address = _address(match[1] or match[3])
    return f"[{address}]:{match[2]}" if match[1] else f"{address}:{match[4]}"


def _network(value: str) -> str:
    try:
        return str(ip_network(value))
    except ValueError as error:
        if "host bits" in str(error):
            raise ValueError(
                "the bits after the prefix are not zero: write 10.20.0.0/16, not 10.20.30.40/16"
            ) from None
        raise ValueError("should be a network such as 10.0.0.0/8 or fd00::/8") from None


def any_host(value: str) -> str:
    """Read a host name or an address, without brackets."""
    try:
        return str(ip_address(value))
    except ValueError:
        return host_name(value)


HostName = Annotated[str, AfterValidator(host_name)]
Host = Annotated[str, AfterValidator(any_host)]
Address = Annotated[str, AfterValidator(_address)]
NameServer = Annotated[str, AfterValidator(name_server)]
Network = Annotated[str, AfterValidator(_network)]
Url = Annotated[
    str, AfterValidator(http_url), WithJsonSchema({"type": "string", "pattern": "^[Hh][Tt][Tt][Pp][Ss]?://"})
]


def _pem_file(value: str, info: ValidationInfo) -> str:
    """Resolve against the YAML file's folder (`context["folder"]`), and see that it is what it should be."""
    path: Path = info.context["folder"] / value if info.context else Path(value)
    try:
        with path.open("rb") as file:
            content = file.read(1 << 20)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a path"
        raise ValueError(
            f"the file cannot be read ({reason}); paths are relative to this YAML file"
        ) from None
    if b"-----BEGIN " not in content:
        raise ValueError("the file is not in PEM form (it has no -----BEGIN line)")
    return str(path)


PemFile = Annotated[str, AfterValidator(_pem_file)]
