"""The bundle kept with an incident: all that one probe saw, bounded, and without what is secret. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import (
    ZERO,
    Certificate,
    DnsFacts,
    Hop,
    HttpFacts,
    Result,
    Timings,
    TlsFacts,
)
from monitor.core.shape import result_json

EXCERPT_CHARACTERS = 4_096
HEADERS_BYTES = 64 * 1024
"""Of names and values together. Replies with more exist only to fill someone's disk."""
LINE_CHARACTERS = 4_096
LINES = 250
"""The names of one certificate, redirects, DNS answers: more than the largest shared certificates list."""
_COOKIES = frozenset({"set-cookie", "set-cookie2"})
CUT = "…"
"""Stands where something was left out."""


def evidence(result: Result) -> dict[str, Any]:
    """Return a result as plain values that JSON can hold, whatever a site sent.

    It is the shape of `kulkul probe --json` with `check`, `aliases`, `excerpt`, `lag_seconds`, `rtt_seconds`,
    `retry_after_seconds`, and `headers_cut` beside the headers. Cookies keep their names only: a session of
    ours would open the site to whoever reads the evidence.
    """
    shape = {
        "check": result.check_id,
        **result_json(result),
        "aliases": list(result.aliases),
        "lag_seconds": _seconds(result.lag),
        "rtt_seconds": _seconds(result.rtt),
        "retry_after_seconds": _seconds(result.retry_after),
    }
    bundle: dict[str, Any] = _bounded(shape)
    if result.http is not None:
        kept = _headers(result.http.headers)
        bundle["http"] |= {"headers": kept, "headers_cut": len(kept) < len(result.http.headers)}
    excerpt = result.excerpt
    bundle["excerpt"] = None if excerpt is None else _clean(excerpt[:EXCERPT_CHARACTERS])[:EXCERPT_CHARACTERS]
    return bundle


def result_of(bundle: Mapping[str, Any]) -> Result:
    """Read a bundle back as a result, as far as it tells: cut where it was cut, no TLS of redirects."""
    http, tls, dns = bundle["http"], bundle["tls"], bundle.get("dns")
    return Result(
        check_id=bundle["check"],
        vantage=bundle["vantage"],
        url=bundle["url"],
        started_at=datetime.fromisoformat(bundle["started_at"]),
        duration=_span(bundle["duration_seconds"]) or ZERO,
        outcome=Outcome(bundle["outcome"]),
        stage=Stage(bundle["stage"]) if bundle["stage"] else None,
        reason=Reason(bundle["reason"]) if bundle["reason"] else None,
        message=bundle["message"],
        address=bundle["address"],
        family=bundle["family"],
        aliases=tuple(bundle["aliases"]),
        timings=Timings(**{stage: _span(bundle["timings"][f"{stage}_seconds"]) for stage in Stage}),
        http=None if http is None else _http_of(http),
        tls=None if tls is None else _tls_of(tls),
        dns=None if dns is None else DnsFacts(**{**dns, "answers": tuple(dns["answers"])}),
        problems=tuple(bundle["problems"]),
        excerpt=bundle["excerpt"],
        lag=_span(bundle["lag_seconds"]) or ZERO,
        rtt=_span(bundle["rtt_seconds"]),
        retry_after=_span(bundle["retry_after_seconds"]),
    )


def _http_of(facts: Mapping[str, Any]) -> HttpFacts:
    return HttpFacts(
        status=facts["status"],
        version=facts["version"],
        headers=tuple((name, value) for name, value in facts["headers"]),
        wire_bytes=facts["wire_bytes"],
        body_bytes=facts["body_bytes"],
        redirects=tuple(Hop(**hop) for hop in facts["redirects"]),
        final_url=facts["final_url"],
    )


def _tls_of(facts: Mapping[str, Any]) -> TlsFacts:
    chain = tuple(
        Certificate(
            subject=one["subject"],
            issuer=one["issuer"],
            serial=one["serial"],
            not_before=datetime.fromisoformat(one["not_before"]),
            not_after=datetime.fromisoformat(one["not_after"]),
            fingerprint_sha256=one["fingerprint_sha256"],
            names=tuple(one["names"]),
        )
        for one in facts["chain"]
    )
    return TlsFacts(
        version=facts["version"],
        cipher=facts["cipher"],
        verified=facts["verified"],
        verify_error=facts["verify_error"],
        chain=chain,
    )


def _headers(headers: Iterable[tuple[str, str]]) -> list[list[str]]:
    """Return the first headers, as many as fit into HEADERS_BYTES; latin-1, so a character is a byte."""
    kept, room = [], HEADERS_BYTES
    for name, value in headers:
        told = _without_secret(value) if name in _COOKIES else value
        room -= len(name) + len(told)
        if room < 0:
            break
        kept.append([_clean(name), _clean(told)])
    return kept


def _without_secret(cookie: str) -> str:
    name, equals, _ = cookie.partition(";")[0].partition("=")
    return f"{name}={CUT}" if equals else CUT


def _bounded(value: Any) -> Any:
    """Cut texts and lists of a JSON value to a size that no site chooses."""
    match value:
        case str():
            return _clean(value[:LINE_CHARACTERS])
        case list():
            return [_bounded(one) for one in value[:LINES]]
        case dict():
            return {name: _bounded(one) for name, one in value.items()}
    return value


def _clean(text: str) -> str:
    r"""Write out halves of surrogate pairs as `\ud…`: JSON would join two of them, and UTF-8 has none."""
    return text.encode("utf-8", "backslashreplace").decode()


def _seconds(span: timedelta | None) -> float | None:
    return None if span is None else round(span.total_seconds(), 6)


def _span(seconds: float | None) -> timedelta | None:
    return None if seconds is None else timedelta(seconds=seconds)
