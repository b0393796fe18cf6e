"""Findings as an inspection would leave them, and a small rulebook of the tests' own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.core.finding import (
    Acceptance,
    Finding,
    FindingSeverity,
    Identity,
    Inspected,
    Seen,
    Subject,
    SubjectKind,
)
from monitor.core.reason import Sentence
from monitor.core.rulebook import EXPIRY_STEPS, FindingRule

DOMAIN = "baliprov.go.id"
T0 = datetime(2026, 11, 4, 2, 45, tzinfo=UTC)
"""Rabu, 4 November 2026 10.45 WITA."""
DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
EXPIRING = FindingRule(
    id="certificate_expiring",
    subject=SubjectKind.DOMAIN,
    severity=FindingSeverity.MODERATE,
    title=Sentence("Sertifikat segera berakhir", "Certificate about to expire"),
    problem=Sentence(
        "Sertifikat untuk {places} berakhir pada {expires_at} ({expires_in}). Setelah itu peramban menolak "
        "membuka layanan.",
        "The certificate of {places} expires on {expires_at} ({expires_in}). After that browsers refuse to "
        "open the service.",
    ),
    remedy=Sentence(
        "Minta pengelola server memperbarui sertifikat, misalnya dengan `certbot renew`.",
        "Ask whoever runs the server to renew the certificate, for example with `certbot renew`.",
    ),
    references=("rfc5280",),
    steps=EXPIRY_STEPS,
)
CAA = FindingRule(
    id="caa_missing",
    subject=SubjectKind.DOMAIN,
    severity=FindingSeverity.INFO,
    title=Sentence("Tidak ada catatan CAA", "No CAA record"),
    problem=Sentence(
        "Setiap penerbit dapat menerbitkan sertifikat untuk {subject}.",
        "Every authority may issue certificates for {subject}.",
    ),
    remedy=Sentence("Tambahkan catatan CAA.", "Add a CAA record."),
)
LAME = FindingRule(
    id="delegation_lame",
    subject=SubjectKind.DOMAIN,
    severity=FindingSeverity.SEVERE,
    title=Sentence("Server nama tidak menjawab", "Name server does not answer"),
    problem=Sentence("{servers} tidak menjawab untuk {subject}.", "{servers} do not answer for {subject}."),
    remedy=Sentence("Hubungi penyedia DNS.", "Call the DNS provider."),
)
BOOK = {one.id: one for one in (EXPIRING, CAA, LAME)}


def identity(rule, domain=DOMAIN, key=""):
    return Identity(rule, Subject(SubjectKind.DOMAIN, domain), key)


def finding(number=1, rule=CAA.id, severity=None, **changes):
    """One that was first seen at T0."""
    domain = changes.pop("domain", DOMAIN)
    known = BOOK.get(rule)
    values = {
        "number": number,
        "identity": identity(rule, domain, changes.pop("key", "")),
        "domain": domain,
        "severity": severity or (known.severity if known else FindingSeverity.MINOR),
        "places": frozenset({domain}),
        "evidence": {},
        "first_seen_at": T0,
        "last_seen_at": T0,
        **changes,
    }
    return Finding(**values)


def expiring(number=1, days=20, at=None, **changes):
    """A certificate that expires so many days after T0."""
    expires_at = at or T0 + days * DAY
    return finding(number, EXPIRING.id, evidence={"expires_at": expires_at.isoformat()}, **changes)


def accepted(until, by="made"):
    return Acceptance(until=until, by=by, reason="Diganti bulan depan.")


def seen(rule=CAA.id, *places, severity=None, key="", domain=DOMAIN, **evidence):
    """A problem as an inspection sees it."""
    return Seen(
        identity=identity(rule, domain, key),
        severity=severity or BOOK[rule].severity,
        places=frozenset(places or {domain}),
        evidence=evidence,
    )


def inspected(at, *sights, covered=None, inspection="certificate", target=DOMAIN):
    """What an inspection of `target` brought to light; it covers the rules and places of `covered`."""
    return Inspected(inspection=inspection, target=target, at=at, seen=sights, covered=covered or {})
