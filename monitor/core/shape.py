"""A result as JSON: the documented shape of `kulkul probe --json`; pure."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from monitor.core.reason import Stage
from monitor.core.result import Certificate, DnsFacts, Hop, HttpFacts, Result, TlsFacts


def result_json(result: Result) -> dict[str, Any]:
    """Return the shape: plain values, times as ISO 8601 in UTC, spans in seconds.

    `dns` is there for `dns` checks only.
    """
    return {
        "url": result.url,
        "vantage": result.vantage,
        "started_at": moment(result.started_at),
        "duration_seconds": _seconds(result.duration.total_seconds()),
        "outcome": result.outcome.value,
        "stage": result.stage.value if result.stage else None,
        "reason": result.reason.value if result.reason else None,
        "message": result.message,
        "address": result.address,
        "family": result.family,
        "timings": {
            f"{stage.value}_seconds": _seconds(spent.total_seconds()) if spent is not None else None
            for stage in Stage
            for spent in (result.timings.of(stage),)
        },
        "http": _http(result.http) if result.http else None,
        "tls": _tls(result.tls) if result.tls else None,
        **({"dns": _dns(result.dns)} if result.dns else {}),
        "problems": list(result.problems),
    }


def moment(at: datetime | None) -> str | None:
    """Return a time as ISO 8601 in UTC, ending in Z."""
    return None if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _seconds(value: float) -> float:
    return round(value, 6)


def _http(facts: HttpFacts) -> dict[str, Any]:
    return {
        "status": facts.status,
        "version": facts.version,
        "headers": [list(header) for header in facts.headers],
        "wire_bytes": facts.wire_bytes,
        "body_bytes": facts.body_bytes,
        "redirects": [_hop(hop) for hop in facts.redirects],
        "final_url": facts.final_url,
    }


def _hop(hop: Hop) -> dict[str, Any]:
    return {"url": hop.url, "status": hop.status, "address": hop.address}


def _tls(facts: TlsFacts) -> dict[str, Any]:
    return {
        "version": facts.version,
        "cipher": facts.cipher,
        "verified": facts.verified,
        "verify_error": facts.verify_error,
        "not_after": moment(facts.not_after),
        "earliest_not_after": moment(facts.earliest_not_after),
        "chain": [_certificate(one) for one in facts.chain],
    }


def _dns(facts: DnsFacts) -> dict[str, Any]:
    return {
        "server": facts.server,
        "rcode": facts.rcode,
        "answers": list(facts.answers),
        "authenticated": facts.authenticated,
    }


def _certificate(one: Certificate) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "issuer": one.issuer,
        "serial": one.serial,
        "not_before": moment(one.not_before),
        "not_after": moment(one.not_after),
        "fingerprint_sha256": one.fingerprint_sha256,
        "names": list(one.names),
    }
