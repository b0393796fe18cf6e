"""Which problems a registry's reply shows, and which it would have shown. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.core.finding import FindingSeverity, Identity, Seen, Subject, SubjectKind
from monitor.core.registration.facts import Phase, Registration
from monitor.core.registration.phase import HOLDS, phase_by_date, phase_of

_NEAR = timedelta(days=7)
"""An office needs about a week for a letter that its head signs."""
_BY_DATE = ("domain_expiring", "domain_expired")
_BY_STATUS = ("domain_renew_period", "domain_redemption", "domain_pending_delete", "domain_hold")
_UNREGISTERED = "domain_unregistered"
_PORTAL = "domain.go.id"
"""The ministry's portal: names under go.id are renewed nowhere else."""
_LOST = {Phase.REDEMPTION: "domain_redemption", Phase.PENDING_DELETE: "domain_pending_delete"}


def findings(
    registration: Registration, now: datetime
) -> tuple[tuple[Seen, ...], Mapping[str, frozenset[str]]]:
    """Return the problems of a domain, and the rules that it was held against, as `Inspected` wants them.

    A rule is covered only if the reply says what it asks for: without a date nothing is said about expiry,
    and without statuses nothing about a hold. A domain whose deletion has begun is told by that alone: its
    past date and its hold are the same matter.

    Args:
        registration: of a reply that could be read.
        now: aware UTC.
    """
    rules = _rules(registration, now)
    evidence = _evidence(registration)
    subject = Subject(SubjectKind.DOMAIN, registration.domain)
    places = frozenset({registration.domain})
    seen = tuple(
        Seen(identity=Identity(rule, subject), severity=severity, places=places, evidence=evidence)
        for rule, severity in rules.items()
    )
    covered = {_UNREGISTERED}
    if not registration.registered or registration.statuses:
        covered.update(_BY_STATUS)
    if not registration.registered or registration.expires_at or rules.keys() & _LOST.values():
        covered.update(_BY_DATE)
    return seen, dict.fromkeys(sorted(covered | rules.keys()), places)


def _rules(registration: Registration, now: datetime) -> dict[str, FindingSeverity]:
    phase = phase_of(registration, now)
    if phase is Phase.UNREGISTERED:
        return {_UNREGISTERED: FindingSeverity.SEVERE}
    if phase in _LOST:
        return {_LOST[phase]: FindingSeverity.SEVERE}
    rules = {}
    if HOLDS.intersection(registration.statuses):
        rules["domain_hold"] = FindingSeverity.SEVERE
    expires_at = registration.expires_at
    match phase_by_date(registration, now):
        case Phase.EXPIRING if expires_at is not None:
            near = expires_at - now <= _NEAR
            rules["domain_expiring"] = FindingSeverity.SEVERE if near else FindingSeverity.MODERATE
        case Phase.EXPIRED | Phase.RENEW_PERIOD if expires_at is not None and expires_at <= now:
            rules["domain_expired"] = FindingSeverity.SEVERE
        case Phase.RENEW_PERIOD:
            rules["domain_renew_period"] = FindingSeverity.MINOR
    return rules


def _evidence(registration: Registration) -> Mapping[str, Any]:
    """Return what the texts name: nothing that is not known, as they would say that it is not."""
    evidence: dict[str, Any] = {
        "renewal": _renewal(registration),
        "source": registration.source.value.upper(),
    }
    if holds := sorted(HOLDS.intersection(registration.statuses)):
        evidence["holds"] = holds
    if registration.expires_at is not None:
        evidence["expires_at"] = registration.expires_at.isoformat()
    return evidence


def _renewal(registration: Registration) -> str:
    """Through whom it is renewed; “registrar”, a word of both languages, where nobody is named."""
    return _PORTAL if registration.domain.endswith(".go.id") else registration.registrar or "registrar"
