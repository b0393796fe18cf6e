"""What is kept of a result that was not OK besides its figures, and how often."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from typing import Any

from monitor.core.evidence import EXCERPT_CHARACTERS
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result

LINE_CHARACTERS = 1_000
"""A URL or sentence longer than this is padding: the row of one hostile site must stay small."""
LINES = 20
REPEATED_AFTER_US = 3_600_000_000
"""An excerpt of the same kind of failure is kept at most once an hour per check. Challenge and error pages
carry a new token every time; kept with each result they would outweigh all figures together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Detail:
    """The evidence beside the figures, cut to a bounded size. Excerpts are not kept with every result."""

    message: str | None = None
    final_url: str | None = None
    redirects: tuple[tuple[str, int, str], ...] = ()
    """URL, HTTP status, address of each hop."""
    problems: tuple[str, ...] = ()
    tls_verify_error: str | None = None
    dns_rcode: str | None = None
    dns_answers: tuple[str, ...] = ()
    excerpt: str | None = None

    @classmethod
    def of(cls, result: Result) -> Detail:
        """Take from a result what is worth keeping."""
        http, tls, dns = result.http, result.tls, result.dns
        hops = http.redirects if http is not None else ()
        return cls(
            message=_line(result.message),
            final_url=_line(http.final_url) if http is not None else None,
            redirects=tuple((hop.url[:LINE_CHARACTERS], hop.status, hop.address) for hop in hops[:LINES]),
            problems=_lines(result.problems),
            tls_verify_error=_line(tls.verify_error) if tls is not None else None,
            dns_rcode=dns.rcode if dns is not None else None,
            dns_answers=_lines(dns.answers) if dns is not None else (),
            excerpt=result.excerpt[:EXCERPT_CHARACTERS] if result.excerpt is not None else None,
        )

    def to_json(self, *, excerpt: bool = True) -> str:
        """Write the fields that say something; pure ASCII, so that no byte a site sends can be refused."""
        values = {
            field.name: value
            for field in fields(self)
            if (value := getattr(self, field.name)) not in (None, ()) and (excerpt or field.name != "excerpt")
        }
        return json.dumps(values, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Detail:
        """Read what `to_json` wrote."""
        values: dict[str, Any] = json.loads(text)
        for name in ("problems", "dns_answers"):
            values[name] = tuple(values.get(name, ()))
        values["redirects"] = tuple(
            (url, status, address) for url, status, address in values.get("redirects", ())
        )
        return cls(**values)


def _line(text: str | None) -> str | None:
    return text[:LINE_CHARACTERS] if text is not None else None


def _lines(texts: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(text[:LINE_CHARACTERS] for text in texts[:LINES])


_Kind = tuple[Outcome, Stage | None, Reason | None, int | None]


@dataclass(slots=True)
class _Kept:
    """What was last kept for one check from one vantage."""

    kind: _Kind
    brief: str
    """The detail without its excerpt."""
    detail_id: int
    full_at: int
    """When the kind was last kept with its excerpt; microseconds since 1970."""


class Evidence:
    """Decides which results get a detail of their own, and which share the one before.

    A site that is out for a day fails hundreds of times in the same words: those results share one row. It
    remembers in memory only; after a restart each failing check gets one more row.
    """

    def __init__(self) -> None:
        self._kept: dict[tuple[int, int], _Kept] = {}

    def place(self, check_no: int, vantage_no: int, row_id: int, result: Result) -> tuple[int, str | None]:
        """Find the detail of a result that is not OK; `row_id` is the result's own, microseconds since 1970.

        Returns: the id of its detail, and the text where that is to be written first.
        """
        detail = Detail.of(result)
        brief = detail.to_json(excerpt=False)
        kind = (result.outcome, result.stage, result.reason, result.http.status if result.http else None)
        kept = self._kept.get((check_no, vantage_no))
        fresh = kept is not None and kept.kind == kind and row_id - kept.full_at < REPEATED_AFTER_US
        if kept is None or not fresh:
            self._kept[check_no, vantage_no] = _Kept(kind, brief, row_id, row_id)
            return row_id, detail.to_json()
        if kept.brief == brief:
            return kept.detail_id, None
        kept.brief, kept.detail_id = brief, row_id
        return row_id, brief
