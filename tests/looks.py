"""Looks at hosts and certificates as plain values, for the tests of judging them."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

from monitor.core.https.judge import judge
from monitor.core.https.look import AddressLook, HostLook, HttpLook, LookFailure, PlainLook, hsts_of
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Certificate, TlsFacts

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)
HOST = "lapor.baliprov.go.id"
DOMAIN = "baliprov.go.id"
AUTHORITY = "CN=R11,O=Let's Encrypt,C=US"
ROOT = "CN=ISRG Root X1,O=Internet Security Research Group,C=US"
A, B = "203.0.113.7", "203.0.113.8"


def certificate(
    *names, since=-30 * DAY, until=60 * DAY, subject=None, issuer=AUTHORITY, mark="", **more
) -> Certificate:
    """Return a certificate; the same particulars give the same fingerprint."""
    names = names or (HOST,)
    subject = subject or f"CN={names[0]}"
    text = repr((names, since, until, subject, issuer, mark, sorted(more.items())))
    return Certificate(
        subject=subject,
        issuer=issuer,
        serial="01",
        not_before=NOW + since,
        not_after=NOW + until,
        fingerprint_sha256=hashlib.sha256(text.encode()).hexdigest(),
        names=names,
        **{"key_type": "EC", "key_bits": 256, "signature_hash": "sha256", **more},
    )


INTERMEDIATE = certificate(
    subject=AUTHORITY, issuer=ROOT, since=-700 * DAY, until=700 * DAY, is_authority=True
)


def tls(*chain, code=None, error=None, verified=None, version="TLSv1.3") -> TlsFacts:
    """Return what a handshake showed; verified unless OpenSSL's number of an error is given."""
    chain = chain or (certificate(), INTERMEDIATE)
    good = code is None if verified is None else verified
    return TlsFacts(
        version=version,
        cipher="TLS_AES_128_GCM_SHA256",
        verified=good,
        verify_error=error or (None if good or code is None else f"error {code}"),
        chain=chain,
        verified_chain_not_after=min(one.not_after for one in chain) if good else None,
        verify_code=code,
    )


def failure(reason=Reason.TCP_TIMEOUT, stage=Stage.CONNECT, outcome=Outcome.FAILED):
    return LookFailure(stage=stage, reason=reason, detail="It did not work (there).", outcome=outcome)


def shows(facts=None, *, address=A, status=200, hsts="max-age=31536000", at=NOW, **more) -> AddressLook:
    """Return an address that answered."""
    facts = facts or tls()
    page = HttpLook(status=status, hsts=hsts_of(hsts)) if facts.verified and status else None
    return AddressLook(
        address=address, seen_at=at, tls=facts, tls_seen_at=at, **{"outdated": False, "http": page, **more}
    )


def silent(*, address=B, reason=Reason.TCP_TIMEOUT, seen_before=None) -> AddressLook:
    return AddressLook(address=address, seen_at=NOW, tls_seen_at=seen_before, failure=failure(reason))


def look(*addresses, host=HOST, port=443, name=None, plain=None, **more) -> HostLook:
    return HostLook(
        **{
            "name": name or (host if port == 443 else f"{host}:{port}"),
            "host": host,
            "port": port,
            "looked_at": NOW,
            "server_name": host,
            "addresses": addresses or (shows(),),
            "plain": plain or PlainLook(),
            **more,
        }
    )


def domain_of(host):
    return ".".join(host.split(".")[-3:]) if host.count(".") > 1 and not host[-1].isdigit() else None


def judged(*looks, now=NOW):
    return judge(looks, domain_of, now)


def seen_rules(*looks, now=NOW):
    return sorted(one.identity.rule for one in judged(*looks, now=now)[0])


def the(rule, *looks, now=NOW):
    """Return the one finding of a rule."""
    (one,) = [each for each in judged(*looks, now=now)[0] if each.identity.rule == rule]
    return one
