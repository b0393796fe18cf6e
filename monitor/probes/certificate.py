"""Certificates as facts: parsed once, then judged for everything that is wrong with them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import dsa, ec, rsa
from cryptography.x509.oid import AuthorityInformationAccessOID

from monitor.core.https.chain import lacks_issuer, matches, weak_key, weak_signature
from monitor.core.reason import Reason
from monitor.core.result import Certificate


class UnreadableCertificateError(ValueError):
    """The server sent something that is not an X.509 certificate."""


@lru_cache(maxsize=4096)
def parse(der: bytes) -> Certificate:
    """Read the facts of one DER certificate; the same bytes are parsed once.

    Raises:
        UnreadableCertificateError: the bytes are no certificate, or one that cannot be read.
    """
    try:
        certificate = x509.load_der_x509_certificate(der)
        kind, bits = _key(certificate)
        return Certificate(
            subject=certificate.subject.rfc4514_string(),
            issuer=certificate.issuer.rfc4514_string(),
            serial=f"{certificate.serial_number:x}",
            not_before=certificate.not_valid_before_utc,
            not_after=certificate.not_valid_after_utc,
            fingerprint_sha256=hashlib.sha256(der).hexdigest(),
            names=_names(certificate),
            key_type=kind,
            key_bits=bits,
            signature_hash=_signature_hash(certificate),
            is_authority=_is_authority(certificate),
            issuer_url=_issuer_url(certificate),
        )
    except (ValueError, TypeError, OverflowError) as error:
        raise UnreadableCertificateError(f"the server sent an unreadable certificate: {error}") from error


def faults(chain: Sequence[Certificate], host: str, now: datetime) -> list[tuple[Reason, str]]:
    """Name everything that is wrong with a chain for a host, worst first; OpenSSL names the first only.

    Whether a trust anchor is known is not judged here: only OpenSSL's store can tell.
    """
    if not chain:
        return []
    leaf = chain[0]
    found: list[tuple[Reason, str]] = []
    for position, one in enumerate(chain):
        whose = "The certificate" if position == 0 else f"The chain's certificate “{one.subject}”"
        if now > one.not_after:
            found.append((Reason.TLS_EXPIRED, f"{whose} expired on {_day(one.not_after)}."))
        if now < one.not_before:
            found.append((Reason.TLS_NOT_YET_VALID, f"{whose} is valid only from {_day(one.not_before)}."))
        if weak_key(one):
            found.append((Reason.TLS_WEAK, f"{whose} has an RSA key of only {one.key_bits} bits."))
        if weak_signature(one):
            found.append((Reason.TLS_WEAK, f"{whose} is signed with {one.signature_hash.upper()}."))
    if not any(matches(name, host) for name in leaf.names):
        found.append((Reason.TLS_HOSTNAME, _wrong_name(leaf, host)))
    if leaf.self_issued:
        found.append((Reason.TLS_SELF_SIGNED, f"The certificate is self-signed (“{leaf.subject}”)."))
    elif (missing := missing_issuer(chain)) is not None:
        found.append((Reason.TLS_INCOMPLETE_CHAIN, missing))
    return found


def missing_issuer(chain: Sequence[Certificate]) -> str | None:
    """Say which certificate a server fails to send after its own; None where the issuer is there."""
    if not lacks_issuer(chain):
        return None
    leaf = chain[0]
    where = f", which can be fetched from {leaf.issuer_url}" if leaf.issuer_url else ""
    return f"The server does not send the intermediate certificate “{leaf.issuer}”{where}."


def _wrong_name(leaf: Certificate, host: str) -> str:
    if not leaf.names:
        return f"The certificate names no host in subjectAltName, so it does not cover {host}."
    shown = ", ".join(leaf.names[:5]) + (f" and {len(leaf.names) - 5} more" if len(leaf.names) > 5 else "")  # noqa: PLR2004 - the same five
    return f"The certificate is for {shown}, not for {host}."


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _names(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except (x509.ExtensionNotFound, ValueError):
        return ()
    dns = [name.lower() for name in names.get_values_for_type(x509.DNSName)]
    return (*dns, *(str(address) for address in names.get_values_for_type(x509.IPAddress)))


def _key(certificate: x509.Certificate) -> tuple[str, int]:
    key = certificate.public_key()
    match key:
        case rsa.RSAPublicKey():
            return "RSA", key.key_size
        case ec.EllipticCurvePublicKey():
            return "EC", key.curve.key_size
        case dsa.DSAPublicKey():
            return "DSA", key.key_size
        case _:
            return type(key).__name__.removesuffix("PublicKey"), 0


def _signature_hash(certificate: x509.Certificate) -> str:
    algorithm = certificate.signature_hash_algorithm
    return algorithm.name if algorithm is not None else ""


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except (x509.ExtensionNotFound, ValueError):
        return False


def _issuer_url(certificate: x509.Certificate) -> str | None:
    try:
        access = certificate.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value
    except (x509.ExtensionNotFound, ValueError):
        return None
    for one in access:
        if one.access_method == AuthorityInformationAccessOID.CA_ISSUERS and isinstance(
            one.access_location, x509.UniformResourceIdentifier
        ):
            return one.access_location.value
    return None
