"""Hosts with a certificate of a kind, and what the inspection makes of them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from monitor.core.rulebook import RULES
from monitor.core.rulebook.telling import tell
from tests.certificates import A_DAY, Identity
from tests.servers import (
    ServerTls,
    answers,
    reply,
    serve,
)

HSTS = [("Strict-Transport-Security", "max-age=31536000")]
GOOD = reply(headers=HSTS)
AIA = "http://pki.demoprov.go.id/perantara.crt"
RSA_WITH_SHA256, RSA_WITH_SHA1 = (bytes.fromhex(f"2a864886f70d0101{last}") for last in ("0b", "05"))
SECOND = "127.0.7.2"
BOTH = {"good.test": ("127.0.0.1", SECOND)}


async def inspect(made, before=None, now=None):
    """Inspect the one target there is."""
    (target,) = made.targets()
    return await made.inspect(target, before, now or datetime.now(UTC))


def rules(inspected):
    for one in inspected.seen:
        rule = RULES[one.identity.rule]
        told = tell(rule, one.identity, one.places, one.evidence, ZoneInfo("Asia/Makassar"), inspected.at)
        for text in (told.title.id, told.problem.id, told.remedy.id, told.problem.en, told.remedy.en):
            assert "tidak diketahui" not in text
            assert "not known" not in text
    return sorted(one.identity.rule for one in inspected.seen)


def evidence(inspected, rule):
    (one,) = [each for each in inspected.seen if each.identity.rule == rule]
    return one.evidence


def ending(certificates, days):
    """Return one of 100 days' validity of which so many are left."""
    return certificates.ordinary("good.test", since=(days - 100) * A_DAY, until=days * A_DAY)


def said_to_be_sha1(identity):
    """Return the identity with SHA-1 for SHA-256 in what its certificate says of its RSA signature.

    Nobody signs with SHA-1 any more, the library of the tests included. How strong a signature is is judged
    before it is verified.
    """
    der = identity.certificate.public_bytes(Encoding.DER)
    changed = der.replace(RSA_WITH_SHA256, RSA_WITH_SHA1)
    assert changed != der
    return Identity(identity.key, (x509.load_der_x509_certificate(changed),))


@asynccontextmanager
async def host(identity, *, answer=GOOD, address="127.0.0.1", port=0, **tls):
    async with serve(answers(answer), ServerTls(identity=identity, **tls), host=address, port=port) as server:
        yield server
