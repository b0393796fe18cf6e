"""Whether a reply is what the register expects of it; pure."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Sequence
from functools import lru_cache

import jsonpath
from yarl import URL

from monitor.core.reason import Reason, Stage
from monitor.core.result import HttpFacts
from monitor.core.service import HeaderMatch, HttpExpectation, JsonEquals, StatusRange
from monitor.probes.stages import ProbeFailure, shown


def judge(expect: HttpExpectation, facts: HttpFacts, body: bytes, *, overflowed: bool) -> None:
    """Hold a reply against its expectation, in the order in which a person would look.

    Args:
        expect: from the register.
        facts: the last reply.
        body: decoded, as far as it was read.
        overflowed: there was more of it than the limit.
    Raises:
        ProbeFailure: the first expectation that is not met.
    """
    url = URL(facts.final_url)
    if expect.http_versions and facts.version not in expect.http_versions:
        wanted = " or ".join(expect.http_versions)
        raise _unmet(Reason.HTTP_VERSION, f"The reply came over HTTP/{facts.version}, expected {wanted}.")
    if not any(facts.status in allowed for allowed in expect.status):
        raise _unmet(Reason.HTTP_STATUS, f"{url} answered {facts.status}, expected {_ranges(expect.status)}.")
    if expect.tls and url.scheme != "https":
        raise _unmet(Reason.TLS_REQUIRED, f"The final page {url} is not served over https.")
    if expect.final_host and url.raw_host not in expect.final_host:
        wanted = " or ".join(expect.final_host)
        raise _unmet(Reason.HTTP_FINAL_HOST, f"The redirects end on {url.host}, expected {wanted}.")
    for wanted_header in expect.headers:
        _judge_header(wanted_header, facts)
    if overflowed and expect.max_body_bytes is not None:
        raise ProbeFailure(
            Stage.CONTENT, Reason.BODY_TOO_LARGE, f"The body is larger than {expect.max_body_bytes} bytes."
        )
    if expect.body_contains or expect.body_matches or expect.body_not_matches:
        _judge_text(expect, text_of(body, facts.header("content-type")))
    if expect.json:
        _judge_json(expect.json, body)


def text_of(body: bytes, content_type: str | None) -> str:
    """Decode a body as its Content-Type says; a charset that is unknown or wrong is read as UTF-8."""
    match = re.search(r"charset\s*=\s*[\"']?([\w.:-]+)", content_type or "", re.IGNORECASE)
    charset = match.group(1) if match else "utf-8"
    try:
        if not codecs.lookup(charset)._is_text_encoding:  # noqa: SLF001 - how bytes.decode itself asks
            charset = "utf-8"
        return body.decode(charset, "replace")
    except (LookupError, UnicodeError):
        return body.decode("utf-8", "replace")


def _judge_header(wanted: HeaderMatch, facts: HttpFacts) -> None:
    values = [value for name, value in facts.headers if name == wanted.name.lower()]
    if not values:
        if wanted.allow_missing:
            return
        raise _unmet(Reason.HTTP_HEADER_MISMATCH, f"The reply has no header {wanted.name}.")
    if not any(re.search(wanted.pattern, value, re.IGNORECASE) for value in values):
        raise _unmet(
            Reason.HTTP_HEADER_MISMATCH,
            f"The header {wanted.name} is “{shown(values[0])}”, not like {shown(wanted.pattern)}.",
        )


def _judge_text(expect: HttpExpectation, text: str) -> None:
    for part in expect.body_contains:
        if part not in text:
            raise _body(f"The page does not contain “{shown(part)}”.")
    for pattern in expect.body_matches:
        if not re.search(pattern, text):
            raise _body(f"The page does not match {shown(pattern)}.")
    for pattern in expect.body_not_matches:
        if found := re.search(pattern, text):
            raise _body(
                f"The page contains “{shown(found.group())}”, which {shown(pattern)} says it must not."
            )


def _judge_json(wanted: Sequence[JsonEquals], body: bytes) -> None:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise _body(f"The reply is not JSON ({error}).") from error
    for one in wanted:
        found = _path(one.path).match(document)
        if found is None:
            raise _body(f"The JSON has nothing at {one.path}.")
        # True == 1 in Python, but not in JSON.
        if found.obj != one.value or isinstance(found.obj, bool) is not isinstance(one.value, bool):
            seen, wanted_value = shown(json.dumps(found.obj)), json.dumps(one.value)
            raise _body(f"The JSON has {seen} at {one.path}, expected {wanted_value}.")


@lru_cache(maxsize=1024)
def _path(text: str) -> jsonpath.JSONPath | jsonpath.CompoundJSONPath:
    return jsonpath.compile(text)


def _ranges(ranges: Sequence[StatusRange]) -> str:
    return ", ".join(f"{one.low}" if one.low == one.high else f"{one.low}-{one.high}" for one in ranges)


def _unmet(reason: Reason, message: str) -> ProbeFailure:
    return ProbeFailure(Stage.RESPONSE, reason, message)


def _body(message: str) -> ProbeFailure:
    return ProbeFailure(Stage.CONTENT, Reason.BODY_MISMATCH, message)
