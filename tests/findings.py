"""Findings as an inspection would leave them, and a small rulebook of the tests' own."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from alerts.facts import Occasion
from alerts.finding_words import finding_facts
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
from monitor.core.route import Severity
from monitor.core.rulebook import EXPIRY_STEPS, FindingRule
from tests.facts import WITA, facts, service

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


def told(*findings, occasion=Occasion.FINDING, at=T0 + 10 * MINUTE, besides=(), services=(), **more):
    """The facts of a message that is sent for some findings, and mentions others besides."""
    ids = frozenset(one.id for one in services)
    words = [
        finding_facts(one, BOOK.get(one.identity.rule), services=ids, news=news, zone=WITA, now=at)
        for news, group in ((True, findings), (False, besides))
        for one in group
    ]
    values = {
        "occasion": occasion,
        "subject": f"findings:{DOMAIN}",
        "written_at": at,
        "findings": tuple(words),
    }
    return facts(*services, **{**values, "severity": Severity.WARNING, "services": tuple(services), **more})


PORTAL = service(
    0,
    name="Portal Provinsi",
    url="https://www.baliprov.go.id/",
    out=False,
    stage=None,
    reason=None,
    particulars=None,
)
LAPOR = replace(PORTAL, id="lapor", name="Lapor", url="https://lapor.baliprov.go.id/")
CERTIFICATE = expiring(
    3, days=12, key="ab12", places=frozenset({"lapor.baliprov.go.id", "www.baliprov.go.id"})
)
SERVERS = finding(4, LAME.id, evidence={"servers": ["ns1.baliprov.go.id (192.0.2.7)", "ns3.baliprov.go.id"]})
NO_CAA = finding(5)
THREE = told(SERVERS, CERTIFICATE, NO_CAA, services=(PORTAL, LAPOR), severity=Severity.CRITICAL)
ONE = told(CERTIFICATE, services=(LAPOR,))
NEARER = told(
    CERTIFICATE,
    occasion=Occasion.FINDING_REMINDER,
    at=T0 + 11 * DAY,
    besides=(
        NO_CAA,
        replace(SERVERS, closed_at=T0 + DAY),
        replace(finding(6), acceptance=accepted(T0 + 40 * DAY)),
    ),
    services=(PORTAL, LAPOR),
)
ENDED = told(
    replace(CERTIFICATE, closed_at=T0 + 11 * DAY),
    replace(NO_CAA, closed_at=T0 + 12 * DAY),
    occasion=Occasion.FINDING_CLOSED,
    at=T0 + 12 * DAY,
    services=(PORTAL, LAPOR),
    severity=Severity.INFO,
)
