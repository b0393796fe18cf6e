"""The kinds of value that only the register has: status codes, patterns, paths, header parts, credentials."""

from __future__ import annotations

import re
import warnings
from typing import Annotated, Any

import jsonpath
from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainValidator,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WithJsonSchema,
)
from pydantic_core import InitErrorDetails

from monitor.core.service import StatusRange
from monitor.settings.fields import LARGEST_PORT, any_host, name_server, one_line
from monitor.settings.references import ReferredText

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_OWN_HEADERS = {
    "host": "use request.host",
    "content-length": "Kulkul sets it from the body",
    "transfer-encoding": "Kulkul sends the body in one piece",
    "connection": "every probe uses a connection of its own",
}
_SECRET_HEADERS = ("authorization", "proxy-authorization", "cookie")


def parse_status(value: object) -> StatusRange:
    """Read `200`, `200-299` or `2xx`.

    Raises:
        ValueError: it is none of these.
    """
    match = re.fullmatch(r"([1-5])xx|([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?", str(value).lower(), re.ASCII)
    if match is None or isinstance(value, bool):
        raise ValueError("write a status such as 200, a range such as 200-299, or a class such as 2xx")
    if match[1]:
        return StatusRange(low=int(match[1]) * 100, high=int(match[1]) * 100 + 99)
    low, high = int(match[2]), int(match[3] or match[2])
    if low > high:
        raise ValueError("the range runs backwards: write the lower status first")
    return StatusRange(low=low, high=high)


def _pattern(value: str) -> str:
    """See that a regular expression compiles; what Python only warns of is no mistake."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            re.compile(value)
    except re.error as error:
        place = f" at its character {error.pos + 1}" if error.pos is not None else ""
        raise ValueError(f"not a valid regular expression: {error.msg}{place}") from None
    except (OverflowError, RecursionError):
        raise ValueError("not a usable regular expression: it is too large") from None
    return value


def _json_path(value: str) -> str:
    try:
        jsonpath.compile(value)
    except (jsonpath.JSONPathError, RecursionError) as error:
        why = str(error).splitlines()[0] if str(error) else "it is not complete"
        raise ValueError(f"not a valid JSON path: {why}; write for example $.result.count") from None
    return value


def _json_scalar(value: object) -> object:
    if value is None or isinstance(value, str | bool | int | float):
        return str(value) if isinstance(value, ReferredText) else value
    raise ValueError("should be a text, a number, true, false or null (a date must be in quotes)")


def _header_name(value: str) -> str:
    if not _TOKEN.fullmatch(value):
        raise ValueError("not a valid header name: letters, digits and hyphens, no colon and no spaces")
    return value


def _sent_header_name(value: str) -> str:
    if (why := _OWN_HEADERS.get(_header_name(value).lower())) is not None:
        raise ValueError(f"this header cannot be set here: {why}")
    return value


def _header_value(value: object) -> object:
    if isinstance(value, str) and re.search(r"[\x00-\x08\x0a-\x1f\x7f]", value):
        raise ValueError("a header value may not hold line breaks or control characters")
    if isinstance(value, str) and not value.strip():
        raise ValueError("is empty: write a value, or remove the header")
    return value


def check_headers(headers: object, valid: ValidatorFunctionWrapHandler) -> Any:
    """Validate names and values, and refuse repeated names and credentials that are written out.

    Raises:
        ValidationError: with all of these, each at its own header.
    """
    errors: list[InitErrorDetails] = []
    seen: set[str] = set()
    for name, value in headers.items() if isinstance(headers, dict) else ():
        folded = str(name).lower()
        message: str | None = None
        loc: tuple[str | int, ...] = (name,)
        if folded in seen:
            message = "the header stands here twice: small and capital letters are the same"
            loc = (name, "[key]")
        elif folded in _SECRET_HEADERS and not isinstance(value, ReferredText):
            message = "this header is a secret, which may not stand here: write ${env:NAME} or ${file:path}"
        if message is not None:
            ctx = {"error": ValueError(message)}
            errors.append({"type": "value_error", "loc": loc, "input": None, "ctx": ctx})
        seen.add(folded)
    try:
        result = valid(headers)
    except ValidationError as error:
        errors.extend(
            {"type": one["type"], "loc": one["loc"], "input": one["input"], "ctx": one.get("ctx", {})}
            for one in error.errors(include_url=False)
        )
    if errors:
        raise ValidationError.from_exception_data("headers", errors)
    return result


def _upper(value: object) -> object:
    return value.upper() if isinstance(value, str) else value


def _user_name(value: str) -> str:
    if ":" in value:
        raise ValueError("a user name for basic credentials has no colon")
    return value


def email(value: str) -> str:
    """Read one e-mail address, without a name.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(r"[^@\s<>,;]+@[^@\s<>,;]+\.[^@\s<>,;.]+", value):
        raise ValueError("should be one e-mail address, for example layanan@example.go.id")
    return value


def _host_with_port(value: str) -> str:
    """Read an address or a host name, either with a port or without."""
    host, mark, port = value.partition(":")
    if value.count(":") != 1 or not port.isdecimal():
        return name_server(value) if ":" in value else any_host(value)
    if not 1 <= int(port) <= LARGEST_PORT:
        raise ValueError("the port should lie between 1 and 65535")
    return any_host(host) + mark + port


Status = Annotated[
    StatusRange,
    PlainValidator(parse_status),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "integer", "minimum": 100, "maximum": 599},
                {"type": "string", "pattern": r"^([1-5][xX][xX]|[1-5][0-9]{2}(\s*-\s*[1-5][0-9]{2})?)$"},
            ],
            "examples": [200, "200-299", "2xx"],
        }
    ),
]
Pattern = Annotated[str, AfterValidator(_pattern), WithJsonSchema({"type": "string", "format": "regex"})]
JsonPath = Annotated[str, AfterValidator(_json_path)]
JsonScalar = Annotated[
    Any,
    PlainValidator(_json_scalar),
    WithJsonSchema({"type": ["string", "number", "boolean", "null"]}),
]
HeaderName = Annotated[str, AfterValidator(_header_name)]
SentHeaderName = Annotated[str, AfterValidator(_sent_header_name)]
HeaderValue = Annotated[str, BeforeValidator(_header_value)]
Upper = BeforeValidator(_upper)
HostWithPort = Annotated[str, AfterValidator(_host_with_port)]
Email = Annotated[str, AfterValidator(email)]
UserName = Annotated[str, AfterValidator(one_line), AfterValidator(_user_name)]
