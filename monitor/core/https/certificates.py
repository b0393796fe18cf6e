"""What is wrong with certificates, whichever hosts show them. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from monitor.core.finding import FindingSeverity, Identity, Seen, Subject, SubjectKind
from monitor.core.https.chain import organization, path, short_name, weak_key, weak_signature
from monitor.core.https.look import AddressLook, HostLook
from monitor.core.result import Certificate, TlsFacts
from monitor.core.shape import moment

DomainOf = Callable[[str], str | None]
"""The registrable domain of a host; None where it has none."""

EXPIRING = "certificate_expiring"
EXPIRED = "certificate_expired"
CHAIN_EXPIRING = "chain_certificate_expiring"
NOT_YET_VALID = "certificate_not_yet_valid"
WEAK_KEY = "certificate_weak_key"
WEAK_SIGNATURE = "certificate_weak_signature"
LONG_VALIDITY = "certificate_long_validity"
CERTIFICATE_RULES = frozenset(
    {EXPIRING, EXPIRED, CHAIN_EXPIRING, NOT_YET_VALID, WEAK_KEY, WEAK_SIGNATURE, LONG_VALIDITY}
)

A_DAY = timedelta(days=1)
FIRST_WARNING = 30 * A_DAY
LAST_WARNING = 7 * A_DAY
FORGET_AFTER = 7 * A_DAY
"""An address that showed a certificate may still show it while we cannot reach it: its findings stay open.
After a week of silence visitors get nothing from it either."""
_SOON = 14 * A_DAY
_LONGEST = (
    (datetime(2029, 3, 15, tzinfo=UTC), 47),
    (datetime(2027, 3, 15, tzinfo=UTC), 100),
    (datetime(2026, 3, 15, tzinfo=UTC), 200),
    (datetime(2020, 9, 1, tzinfo=UTC), 398),
)
"""Since when a certificate may be valid for so many days at most (Baseline Requirements 6.3.2, SC-081v3)."""


def warns_from(certificate: Certificate) -> timedelta:
    """Return how long before its end a certificate counts as expiring.

    30 days: an office needs as long to order one. ACME clients renew with a third of the lifetime left (30 of
    90 days); where a third of that third has passed as well, renewing has failed for days. So it is at most
    2/9 of the lifetime, 20 of 90 days, or every healthy renewal would be told as a problem.
    """
    lifetime = certificate.not_after - certificate.not_before
    return min(FIRST_WARNING, max(lifetime, timedelta(0)) * 2 / 9)


def longest_days(certificate: Certificate) -> int | None:
    """Return for how many days browsers let a certificate of its day of issue be valid; None: any."""
    return next((days for since, days in _LONGEST if certificate.not_before >= since), None)


def certificates_known(look: HostLook, now: datetime) -> bool:
    """Whether all certificates that visitors of a host can get were seen."""
    return bool(look.shown) and all(
        one.leaf is not None or one.tls_seen_at is None or now - one.tls_seen_at > FORGET_AFTER
        for one in look.addresses
    )


def certificate_coverage(look: HostLook, now: datetime) -> frozenset[str]:
    """Return the rules about certificates whose problems would have been seen at a host."""
    return CERTIFICATE_RULES if certificates_known(look, now) else frozenset()


def certificate_problems(look: HostLook, domain_of: DomainOf, now: datetime) -> Iterator[Seen]:
    """Judge every certificate that a host shows, once each."""
    domain = domain_of(look.host)
    subject = Subject(SubjectKind.HOST, look.name) if domain is None else Subject(SubjectKind.DOMAIN, domain)
    by_print: dict[str, tuple[Certificate, TlsFacts, list[AddressLook]]] = {}
    for one in look.shown:
        assert one.tls is not None  # noqa: S101 - it is shown
        for certificate in path(one.tls.chain):
            mark = certificate.fingerprint_sha256
            by_print.setdefault(mark, (certificate, one.tls, []))[2].append(one)
    for certificate, facts, addresses in by_print.values():
        leaf = certificate is facts.chain[0]
        known = _described(certificate) | {"addresses": sorted({one.address for one in addresses})}
        judged = _of_leaf(certificate, facts, look, now) if leaf else _above(certificate, facts, now)
        for rule, severity, more in (*judged, *_of_any(certificate)):
            yield Seen(
                identity=Identity(rule, subject, certificate.fingerprint_sha256[:16]),
                severity=severity,
                places=frozenset({look.name}),
                evidence=known | more,
            )


_Judged = Iterator[tuple[str, FindingSeverity, dict[str, Any]]]


def _of_leaf(one: Certificate, facts: TlsFacts, look: HostLook, now: datetime) -> _Judged:
    left = one.not_after - now
    if left < timedelta(0):
        yield EXPIRED, FindingSeverity.SEVERE, {}
    elif left <= warns_from(one):
        yield EXPIRING, urgency(one, now), {}
    if now < one.not_before:
        yield NOT_YET_VALID, FindingSeverity.SEVERE, {}
    most = longest_days(one)
    lifetime = one.not_after - one.not_before
    # Browsers hold only authorities that they know themselves to it, not those that an office runs.
    if most is not None and lifetime > most * A_DAY and facts.verified and not look.own_authority:
        yield LONG_VALIDITY, FindingSeverity.MINOR, {"most_days": most}


def _above(one: Certificate, facts: TlsFacts, now: datetime) -> _Judged:
    end = facts.verified_chain_not_after
    if facts.verified and (end is None or one.not_after < end):
        return  # verification took another way: an old root that is sent along harms nobody
    if one.not_after - now <= warns_from(one):
        yield CHAIN_EXPIRING, urgency(one, now), {}


def _of_any(one: Certificate) -> _Judged:
    if weak_key(one):
        yield WEAK_KEY, FindingSeverity.SEVERE, {"key": f"{one.key_type} {one.key_bits}"}
    if weak_signature(one):
        yield WEAK_SIGNATURE, FindingSeverity.SEVERE, {"hash": one.signature_hash.upper()}


def urgency(one: Certificate, now: datetime) -> FindingSeverity:
    """Return how much an expiry matters: severe in its last week, or the last half of a shorter warning."""
    left = one.not_after - now
    if left <= min(LAST_WARNING, warns_from(one) / 2):
        return FindingSeverity.SEVERE
    return FindingSeverity.MODERATE if left <= _SOON else FindingSeverity.MINOR


def _described(one: Certificate) -> dict[str, Any]:
    """Return what the texts name of a certificate."""
    return {
        "certificate": short_name(one.subject),
        "names": list(one.names[:20]) or [short_name(one.subject)],
        "issuer": organization(one.issuer),
        "starts_at": moment(one.not_before),
        "expires_at": moment(one.not_after),
        "lifetime_days": (one.not_after - one.not_before).days,
        "fingerprint": one.fingerprint_sha256[:16],
    }
