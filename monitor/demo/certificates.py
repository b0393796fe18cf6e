"""Certificates of every quality for the sites, below a root that only the demo's own monitor trusts."""

from __future__ import annotations

import ssl
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

A_DAY = timedelta(days=1)
_ORGANIZATION = "Pemerintah Provinsi Demo"


class Quality(Enum):
    """How well an office looks after its certificate."""

    GOOD = "good"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    WRONG_HOST = "wrong host"
    SELF_SIGNED = "self-signed"
    INCOMPLETE_CHAIN = "incomplete chain"


@dataclass(frozen=True, slots=True)
class Identity:
    """A private key, and the certificates that are shown with it, the holder's own first."""

    key: ec.EllipticCurvePrivateKey
    chain: tuple[x509.Certificate, ...]

    @property
    def certificate(self) -> x509.Certificate:
        """The holder's own certificate."""
        return self.chain[0]

    @property
    def pem(self) -> bytes:
        """Every certificate of the chain as PEM."""
        return b"".join(one.public_bytes(Encoding.PEM) for one in self.chain)

    def server_context(self) -> ssl.SSLContext:
        """Return a context in which a server shows this identity."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        key = self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        with tempfile.NamedTemporaryFile() as file:  # OpenSSL takes certificates from files only
            file.write(key + self.pem)
            file.flush()
            context.load_cert_chain(file.name)
        return context


class Authority:
    """A root, an intermediate below it, and identities for the sites."""

    def __init__(self) -> None:
        self.root = _issue(None, "Otoritas Sertifikat Demo", authority=True)
        self.intermediate = _issue(self.root, "Otoritas Sertifikat Demo Perantara", authority=True)

    def identity(self, host: str, quality: Quality) -> Identity:
        """Return what the server of a host shows."""
        match quality:
            case Quality.GOOD:
                return self._sent_with_intermediate(_issue(self.intermediate, host))
            case Quality.EXPIRING:
                return self._sent_with_intermediate(
                    _issue(self.intermediate, host, since=-84 * A_DAY, until=6 * A_DAY)
                )
            case Quality.EXPIRED:
                return self._sent_with_intermediate(
                    _issue(self.intermediate, host, since=-93 * A_DAY, until=-3 * A_DAY)
                )
            case Quality.WRONG_HOST:
                return self._sent_with_intermediate(_issue(self.intermediate, f"lama.{host}"))
            case Quality.SELF_SIGNED:
                return _issue(None, host)
            case Quality.INCOMPLETE_CHAIN:
                return _issue(self.intermediate, host)

    def _sent_with_intermediate(self, leaf: Identity) -> Identity:
        return Identity(leaf.key, (leaf.certificate, self.intermediate.certificate))


def _issue(
    issuer: Identity | None,
    name: str,
    *,
    since: timedelta = -A_DAY,
    until: timedelta = 90 * A_DAY,
    authority: bool = False,
) -> Identity:
    """Sign one certificate.

    Args:
        issuer: None: self-signed.
        name: the common name; for a server also its subjectAltName.
        since: start of validity, from now.
        until: end of validity, from now.
        authority: whether it may sign others.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    signer = issuer.key if issuer else key
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "ID"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, _ORGANIZATION),
            x509.NameAttribute(NameOID.COMMON_NAME, name),
        ]
    )
    now = datetime.now(UTC).replace(microsecond=0)
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + since)
        .not_valid_after(now + until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(_usage(authority=authority), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
    )
    if not authority:
        builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        uses = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
        builder = builder.add_extension(uses, critical=False)
    return Identity(key, (builder.sign(signer, hashes.SHA256()),))


def _usage(*, authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=True,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=authority,
        crl_sign=authority,
        encipher_only=False,
        decipher_only=False,
    )
