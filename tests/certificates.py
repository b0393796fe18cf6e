"""Certificates, good and bad, for the servers of the tests: trustme's root, `cryptography` for the rest.

trustme makes the root and the ordinary server certificates; `issue` makes what trustme rightly will not:
weak keys, expired intermediates, certificates that lack names.
"""

from __future__ import annotations

import ssl
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from ipaddress import ip_address
from pathlib import Path

import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import AuthorityInformationAccessOID, ExtendedKeyUsageOID, NameOID

PrivateKey = ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Identity:
    """A private key and the certificates that a server (or client, or authority) shows with it."""

    key: PrivateKey
    chain: tuple[x509.Certificate, ...]
    """As sent, the holder's own certificate first."""

    @property
    def certificate(self) -> x509.Certificate:
        """The holder's own certificate."""
        return self.chain[0]

    @property
    def not_after(self) -> datetime:
        """Expiry of the holder's own certificate, aware UTC."""
        return self.certificate.not_valid_after_utc

    @property
    def key_pem(self) -> bytes:
        """The private key as PEM."""
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def chain_pem(self) -> bytes:
        """Every certificate that is sent, as PEM."""
        return b"".join(one.public_bytes(Encoding.PEM) for one in self.chain)

    def sending(self, *others: Identity) -> Identity:
        """Return the same identity, sending its own certificate and then each of the others'."""
        return Identity(self.key, (self.certificate, *(one.certificate for one in others)))

    def load_into(self, context: ssl.SSLContext) -> None:
        """Let a server or client context show this identity."""
        with tempfile.NamedTemporaryFile() as file:
            file.write(self.key_pem + self.chain_pem)
            file.flush()
            context.load_cert_chain(file.name)

    def write(self, folder: Path, name: str) -> tuple[str, str]:
        """Write the chain and the key as PEM files; return both paths."""
        chain, key = folder / f"{name}.pem", folder / f"{name}.key"
        chain.write_bytes(self.chain_pem)
        key.write_bytes(self.key_pem)
        return str(chain), str(key)


def issue(
    issuer: Identity | None,
    *names: str,
    common_name: str | None = None,
    since: timedelta = -A_DAY,
    until: timedelta = 90 * A_DAY,
    rsa_bits: int | None = None,
    authority: bool = False,
    name_extension: bool = True,
    issuer_url: str | None = None,
    signature: hashes.HashAlgorithm | None = None,
) -> Identity:
    """Sign a certificate; it sends itself alone.

    Args:
        issuer: None: self-signed.
        names: DNS names and addresses for subjectAltName.
        since: start of validity, from now.
        until: end of validity, from now.
        rsa_bits: an RSA key of this size; None: P-256.
        name_extension: False: no subjectAltName, the common name alone.
        issuer_url: where the issuer's certificate can be fetched (AIA caIssuers).
    """
    key = _new_key(rsa_bits)
    now = datetime.now(UTC).replace(microsecond=0)
    subject = x509.Name(
        [
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "Pemprov Demo"),
            x509.NameAttribute(NameOID.COMMON_NAME, common_name or names[0]),
        ]
    )
    signer = issuer.key if issuer else key
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer.certificate.subject if issuer else subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now + since)
        .not_valid_after(now + until)
        .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(signer.public_key()), critical=False
        )
        .add_extension(_usage(authority=authority), critical=True)
    )
    if not authority:
        uses = [ExtendedKeyUsageOID.SERVER_AUTH, ExtendedKeyUsageOID.CLIENT_AUTH]
        builder = builder.add_extension(x509.ExtendedKeyUsage(uses), critical=False)
    if names and name_extension:
        builder = builder.add_extension(
            x509.SubjectAlternativeName([_general_name(name) for name in names]), critical=False
        )
    if issuer_url:
        place = x509.AccessDescription(
            AuthorityInformationAccessOID.CA_ISSUERS, x509.UniformResourceIdentifier(issuer_url)
        )
        builder = builder.add_extension(x509.AuthorityInformationAccess([place]), critical=False)
    return Identity(key, (builder.sign(signer, signature or hashes.SHA256()),))


class Certificates:
    """One root that the tests trust, an intermediate below it, and servers' identities of every quality."""

    def __init__(self) -> None:
        self._trustme = trustme.CA(organization_name="Kulkul Test Root")
        self.root = _identity(self._trustme.private_key_pem, [self._trustme.cert_pem])
        self.intermediate = issue(self.root, common_name="Demo Intermediate CA", authority=True)

    def write_root(self, path: Path) -> str:
        """Write the root as the PEM file that a client trusts."""
        path.write_bytes(self.root.chain_pem)
        return str(path)

    @cached_property
    def good(self) -> Identity:
        """Valid for good.test and other.test."""
        return self.ordinary("good.test", "other.test")

    def ordinary(self, *names: str, since: timedelta = -A_DAY, until: timedelta = 90 * A_DAY) -> Identity:
        """Issue as a careful office would, straight from the root, through trustme."""
        now = datetime.now(UTC).replace(microsecond=0)
        leaf = self._trustme.issue_cert(*names, not_before=now + since, not_after=now + until)
        return _identity(leaf.private_key_pem, leaf.cert_chain_pems)

    def expired(self, *names: str, ago: timedelta = 3 * A_DAY) -> Identity:
        """Issue one whose validity ended `ago` ago."""
        return self.ordinary(*names, since=-100 * A_DAY, until=-ago)

    def not_yet_valid(self, *names: str) -> Identity:
        """Issue one that becomes valid in five days."""
        return self.ordinary(*names, since=5 * A_DAY, until=95 * A_DAY)

    def through_intermediate(self, *names: str, issuer_url: str | None = None) -> Identity:
        """Issue from the intermediate, and send both certificates, as is right."""
        return self.incomplete(*names, issuer_url=issuer_url).sending(self.intermediate)

    def incomplete(self, *names: str, issuer_url: str | None = None) -> Identity:
        """Issue from the intermediate, and forget to send it."""
        return issue(self.intermediate, *names, issuer_url=issuer_url)

    def through_expired_intermediate(self, *names: str) -> Identity:
        """Issue a valid certificate from an intermediate that has expired, and send both."""
        stale = issue(
            self.root,
            common_name="Demo Expired CA",
            authority=True,
            since=-100 * A_DAY,
            until=-2 * A_DAY,
        )
        return issue(stale, *names).sending(stale)

    def untrusted(self, *names: str) -> Identity:
        """Issue from a root that nobody trusts, and send that root along."""
        root = issue(None, common_name="Kantor Internal CA", authority=True)
        return issue(root, *names).sending(root)

    def long_chain(self, *names: str, length: int) -> Identity:
        """Send a good certificate followed by `length` useless ones."""
        ballast = issue(None, common_name="Ballast CA", authority=True)
        return self.ordinary(*names).sending(*[ballast] * length)


def self_signed(*names: str, since: timedelta = -A_DAY, until: timedelta = 90 * A_DAY) -> Identity:
    """Issue a certificate that vouches for itself."""
    return issue(None, *names, since=since, until=until)


def _identity(key_pem: trustme.Blob, chain_pems: Sequence[trustme.Blob]) -> Identity:
    key = load_pem_private_key(key_pem.bytes(), password=None)
    assert isinstance(key, PrivateKey)
    return Identity(key, tuple(x509.load_pem_x509_certificate(one.bytes()) for one in chain_pems))


def _new_key(rsa_bits: int | None) -> PrivateKey:
    if rsa_bits is None:
        return ec.generate_private_key(ec.SECP256R1())
    return rsa.generate_private_key(public_exponent=65537, key_size=rsa_bits)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(name))
    except ValueError:
        return x509.DNSName(name)


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
