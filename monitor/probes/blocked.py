"""Recognises replies that are meant for robots, not for visitors: the site works, but not for us."""

from __future__ import annotations

from yarl import URL

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import HttpFacts
from monitor.probes.stages import ProbeFailure

# Cloudflare documents this header for telling its challenge pages apart
# (developers.cloudflare.com, "Detect a Challenge Page response", read 2026-11).
_CHALLENGE_HEADER = ("cf-mitigated", "challenge")
_CHALLENGE_MARKS = (b"/cdn-cgi/challenge-platform/", b"window._cf_chl_opt")
_CHALLENGE_STATUSES = frozenset({403, 429, 503})
_NATIONAL_HOST = "internetpositif.id"


def recognise(facts: HttpFacts, body: bytes) -> ProbeFailure | None:
    """Return the failure with outcome BLOCKED, or None where the reply is the site's own."""
    name, value = _CHALLENGE_HEADER
    marked = facts.status in _CHALLENGE_STATUSES and any(mark in body for mark in _CHALLENGE_MARKS)
    if facts.header(name) == value or marked:
        return ProbeFailure(
            Stage.RESPONSE,
            Reason.BLOCKED_CHALLENGE,
            f"{facts.final_url} shows a Cloudflare challenge page (status {facts.status}).",
            Outcome.BLOCKED,
        )
    host = URL(facts.final_url).raw_host or ""
    if host == _NATIONAL_HOST or host.endswith(f".{_NATIONAL_HOST}"):
        return ProbeFailure(
            Stage.RESPONSE,
            Reason.BLOCKED_NATIONAL,
            f"The address leads to the national block page {facts.final_url}.",
            Outcome.BLOCKED,
        )
    return None
