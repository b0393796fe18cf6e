"""A domain of which everything is known, as plain values, and what a store holds of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.core.card import CardService, DomainCard, HostCard, Known
from monitor.core.delegation.facts import Delegation, Dnssec, Lameness, NameLook, ServerLook, ServerState
from monitor.core.finding import Acceptance, Change, Finding, FindingSeverity, Identity, Subject, SubjectKind
from monitor.core.hostname import HostClass, HostName
from monitor.core.https.look import AddressLook, HostLook, PlainLook, PlainState
from monitor.core.reason import Sentence
from monitor.core.registration.facts import Phase, Registration, RegistrationSource
from monitor.core.result import Certificate, TlsFacts

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
DAY = timedelta(days=1)
DOMAIN = "baliprov.go.id"
HOST = "lapor.baliprov.go.id"

REGISTRATION = Registration(
    domain=DOMAIN,
    source=RegistrationSource.RDAP,
    looked_at=NOW - DAY / 2,
    handle="281096_DOMAIN_ID-ID",
    registrar="PANDI <& kawan>",
    statuses=("clientTransferProhibited",),
    created_at=datetime(2009, 3, 1, tzinfo=UTC),
    expires_at=NOW + 9 * DAY,
    name_servers=("ns1.baliprov.go.id", "ns2.baliprov.go.id"),
    signed=False,
)
DELEGATION = Delegation(
    domain=DOMAIN,
    looked_at=NOW - DAY / 3,
    exists=True,
    referred=True,
    parent_name_servers=("ns1.baliprov.go.id", "ns3.baliprov.go.id"),
    zone_name_servers=("ns1.baliprov.go.id", "ns4.baliprov.go.id"),
    servers=(
        ServerLook(name="ns1.baliprov.go.id", address="192.0.2.1", state=ServerState.AUTHORITATIVE, serial=7),
        ServerLook(name="ns3.baliprov.go.id", address="192.0.2.2", state=ServerState.SILENT),
    ),
    lameness=Lameness.PARTIAL,
    dnssec=Dnssec.BROKEN,
    dnssec_detail="The signature of the SOA has expired.",
    has_caa=False,
    networks=("192.0.2.0/24",),
    names=(NameLook(name=HOST, addresses=("192.0.2.9",), rcode="NOERROR"),),
    filtered=True,
)


def leaf(until, name=HOST):
    return Certificate(
        subject=f"CN={name}",
        issuer="CN=Otoritas Uji,O=Uji",
        serial="01",
        not_before=NOW - 80 * DAY,
        not_after=until,
        fingerprint_sha256="ab" * 32,
        names=(name,),
        key_type="EC",
        key_bits=256,
        signature_hash="sha256",
    )


def host_look(until=NOW + 6 * DAY, name=HOST):
    certificate = leaf(until, name)
    tls = TlsFacts(
        version="TLSv1.3", cipher="x", verified=until > NOW, verify_error=None, chain=(certificate,)
    )
    return HostLook(
        name=name,
        host=name,
        port=443,
        looked_at=NOW,
        server_name=name,
        addresses=(AddressLook(address="192.0.2.9", seen_at=NOW, tls=tls, tls_seen_at=NOW),),
        plain=PlainLook(state=PlainState.REDIRECTS, url=f"http://{name}/"),
    )


def finding(number=12, rule="domain_expiring", severity=FindingSeverity.MODERATE, **more):
    given = {
        "identity": Identity(rule, Subject(SubjectKind.DOMAIN, DOMAIN)),
        "domain": DOMAIN,
        "places": frozenset({DOMAIN}),
        "evidence": {"expires_at": (NOW + 9 * DAY).isoformat(), "renewal": "domain.go.id", "source": "RDAP"},
        "first_seen_at": NOW - 3 * DAY,
        "last_seen_at": NOW - DAY / 2,
    }
    return Finding(number=number, severity=severity, **given | more)


ACCEPTANCE = Acceptance(until=NOW + 30 * DAY, by="made", reason="Perpanjangan sedang diproses.")
KNOWN = Known(tried_at=NOW - DAY / 2, seen_at=NOW - DAY / 2, failure=None)
CARD = DomainCard(
    domain=DOMAIN,
    name=HostName(
        name=DOMAIN,
        kind=HostClass.PROVINCE,
        registrable=DOMAIN,
        owner=Sentence("Pemerintah Provinsi Bali", "Government of Bali Province"),
    ),
    services=(
        CardService(
            id="lapor",
            name="Lapor <b>",
            agency="Dinas Kominfo",
            government="Pemprov Bali",
            holder="Dinas Kominfo",
            urls=(f"https://{HOST}/",),
        ),
        CardService(
            id="jdih",
            name="JDIH",
            agency="Biro Hukum",
            government="Pemprov Bali",
            holder=None,
            urls=(f"https://jdih.{DOMAIN}/",),
        ),
    ),
    registration=REGISTRATION,
    registration_known=KNOWN,
    phase=Phase.EXPIRING,
    delegation=DELEGATION,
    delegation_known=Known(tried_at=NOW, seen_at=NOW - DAY / 3, failure="ns3.baliprov.go.id is silent."),
    hosts=(
        HostCard(name=HOST, look=host_look(), known=KNOWN),
        HostCard(name=f"jdih.{DOMAIN}", look=None, known=None),
    ),
    findings=(
        finding(acceptance=ACCEPTANCE),
        finding(13, rule="delegation_retired_rule", severity=FindingSeverity.INFO),
    ),
    history=(
        Change(domain=DOMAIN, at=NOW - 40 * DAY, what="registrar", before=None, after="PANDI"),
        Change(domain=DOMAIN, at=NOW - 41 * DAY, what="something new", before="a", after="b"),
    ),
)
EMPTY = DomainCard(
    domain="kosong.go.id",
    name=HostName(name="kosong.go.id", kind=HostClass.CENTRAL, registrable="kosong.go.id"),
)
