"""The handshake stage: one handshake, all the facts, also when verification fails."""

from __future__ import annotations

import os
import ssl
import warnings
from datetime import UTC, datetime
from typing import Any

from monitor.core.reason import Reason, Stage
from monitor.core.result import Certificate, TlsFacts
from monitor.core.service import TlsOptions
from monitor.probes.certificate import UnreadableCertificateError, faults, missing_issuer, parse
from monitor.probes.connection import TlsStream
from monitor.probes.stages import Attempt, ProbeFailure


class TrustError(ValueError):
    """There is nothing to verify certificates against; the message says which file is the trouble."""


class Contexts:
    """One SSLContext per verification profile: making one costs 33 ms, a probe cannot afford that."""

    def __init__(self, ca_file: str | None = None) -> None:
        self._ca_file = ca_file
        self._made: dict[tuple[object, ...], ssl.SSLContext] = {}
        self.get(TlsOptions(), ("http/1.1",))  # says at start, not at the first probe, that trust is missing

    def get(self, options: TlsOptions, protocols: tuple[str, ...] = ()) -> ssl.SSLContext:
        """Return the context for a check's TLS options.

        Raises:
            TrustError: a file named by the options cannot be used.
        """
        key = (
            options.verify,
            options.ca_file,
            options.client_certificate,
            options.client_key,
            options.outdated,
            protocols,
        )
        if key not in self._made:
            self._made[key] = self._make(options, protocols)
        return self._made[key]

    def _make(self, options: TlsOptions, protocols: tuple[str, ...]) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        # Python 3.13 adds VERIFY_X509_STRICT by default: name the flags, so that all versions judge alike.
        context.verify_flags = ssl.VerifyFlags.VERIFY_X509_TRUSTED_FIRST
        context.hostname_checks_common_name = False  # as browsers: only subjectAltName counts
        if options.outdated:
            _offer_outdated(context)
        else:
            context.minimum_version = ssl.TLSVersion.TLSv1_2  # what browsers still accept
        if protocols:
            context.set_alpn_protocols(list(protocols))
        if options.verify:
            _trust(context, options.ca_file or self._ca_file)
        else:
            context.check_hostname = False
            context.verify_mode = ssl.CERT_NONE
        if options.client_certificate is not None:
            try:
                context.load_cert_chain(options.client_certificate, options.client_key)
            except (OSError, ssl.SSLError) as error:
                raise TrustError(
                    f"the client certificate {options.client_certificate} cannot be used: {_plain(error)}"
                ) from error
        return context


def _offer_outdated(context: ssl.SSLContext) -> None:
    context.set_ciphers("ALL:@SECLEVEL=0")  # they sign with SHA-1, which OpenSSL 3 forbids above
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1_1


def _trust(context: ssl.SSLContext, ca_file: str | None) -> None:
    if ca_file is not None:
        try:
            context.load_verify_locations(cafile=ca_file)
        except (OSError, ssl.SSLError) as error:
            raise TrustError(f"the CA file {ca_file} cannot be used: {_plain(error)}") from error
        return
    context.load_default_certs(ssl.Purpose.SERVER_AUTH)
    paths = ssl.get_default_verify_paths()
    if not context.get_ca_certs() and not (paths.capath and os.path.isdir(paths.capath)):  # noqa: PTH112 - a plain question
        raise TrustError(
            "this machine has no certificate authorities to trust, so every https site would look"
            " untrusted: install Debian's ca-certificates, or name a file in probing.ca_file"
        )


async def handshake(
    attempt: Attempt, stream: TlsStream, options: TlsOptions, host: str, where: str
) -> TlsFacts:
    """Shake hands and keep every fact; leaves them on the attempt too.

    Args:
        attempt: whose handshake stage this is.
        stream: connected, TLS not yet spoken.
        options: whether to verify.
        host: the name that the certificate must cover.
        where: the peer, for messages.
    Raises:
        ProbeFailure: a visitor's browser would not get through either.
    """
    async with attempt.stage(Stage.HANDSHAKE, where):
        error: ssl.SSLError | None = None
        try:
            await stream.handshake()
        except ssl.SSLError as caught:
            error = caught
        except ConnectionAbortedError:
            raise ProbeFailure(
                Stage.HANDSHAKE, Reason.TCP_CLOSED, f"{where} closed the connection during the TLS handshake."
            ) from None
        facts = attempt.tls = _facts(stream.tls, error, verify=options.verify)
        now = datetime.now(UTC)
        found = faults(facts.chain, host, now)
        if error is None:
            _note_rest(
                attempt, [one for one in found if not (facts.verified and one[0] in _ABOUT_TRUST)], None
            )
            return facts
        reason, message = _why(error, facts.chain, host, where, now)
        _note_rest(attempt, found, reason)
        raise ProbeFailure(Stage.HANDSHAKE, reason, message) from None


_ABOUT_TRUST = frozenset({Reason.TLS_SELF_SIGNED, Reason.TLS_INCOMPLETE_CHAIN})
"""What a verified chain refutes: its anchor is in our store, sent or not."""


def _note_rest(attempt: Attempt, found: list[tuple[Reason, str]], told: Reason | None) -> None:
    for reason, sentence in found:
        if reason is not told:
            attempt.note(sentence)


def _facts(tls: ssl.SSLObject, error: ssl.SSLError | None, *, verify: bool) -> TlsFacts:
    cipher = tls.cipher()
    verified = verify and error is None
    wrong: str | None = None
    if isinstance(error, ssl.SSLCertVerificationError):
        wrong = error.verify_message
    elif error is not None:
        wrong = error.reason or _plain(error)
    return TlsFacts(
        version=tls.version() if cipher else None,
        cipher=cipher[0] if cipher else None,
        verified=verified,
        verify_error=wrong,
        chain=_parse_chain(_sent_chain(tls)),
        verified_chain_not_after=_earliest(_verified_chain(tls)) if verified else None,
        verify_code=error.verify_code if isinstance(error, ssl.SSLCertVerificationError) else None,
    )


def _earliest(chain: list[bytes]) -> datetime | None:
    return min((one.not_after for one in _parse_chain(chain)), default=None)


def _parse_chain(chain: list[bytes]) -> tuple[Certificate, ...]:
    try:
        return tuple(parse(der) for der in chain)
    except UnreadableCertificateError:
        return ()


def _sent_chain(tls: ssl.SSLObject) -> list[bytes]:
    """Return the DER certificates as sent; works after a failed verification too."""
    return _chain(tls, "get_unverified_chain")


def _verified_chain(tls: ssl.SSLObject) -> list[bytes]:
    return _chain(tls, "get_verified_chain")


def _chain(tls: Any, name: str) -> list[bytes]:
    method = getattr(tls, name, None)
    if method is not None:  # public from Python 3.13 on
        return list(method() or ())
    # 3.11 and 3.12 have it on the inner object only, as certificates that encode themselves.
    inner = getattr(tls, "_sslobj", None)
    found = getattr(inner, name)() if inner is not None else None
    return [one.public_bytes(ssl._ssl.ENCODING_DER) for one in found or ()]  # type: ignore[attr-defined]  # noqa: SLF001 - see above


# X509_V_ERR_… of OpenSSL's x509_vfy.h
_BY_CODE = {
    9: Reason.TLS_NOT_YET_VALID,
    10: Reason.TLS_EXPIRED,
    18: Reason.TLS_SELF_SIGNED,
    23: Reason.TLS_REVOKED,
    62: Reason.TLS_HOSTNAME,
    64: Reason.TLS_HOSTNAME,
    66: Reason.TLS_WEAK,
    67: Reason.TLS_WEAK,
    68: Reason.TLS_WEAK,
}
_NO_ISSUER = frozenset({2, 20, 21})


def _why(
    error: ssl.SSLError, chain: tuple[Certificate, ...], host: str, where: str, now: datetime
) -> tuple[Reason, str]:
    """Name the first thing that broke the handshake, in our words."""
    if not isinstance(error, ssl.SSLCertVerificationError):
        return _why_protocol(error, where)
    code = error.verify_code
    if code in _NO_ISSUER and chain and (missing := missing_issuer(chain)) is not None:
        return Reason.TLS_INCOMPLETE_CHAIN, missing
    reason = _BY_CODE.get(code, Reason.TLS_UNTRUSTED)
    for found, sentence in faults(chain, host, now):
        if found is reason:
            return reason, sentence
    if reason is Reason.TLS_UNTRUSTED and chain:
        return reason, f"{where} uses a certificate whose issuer “{chain[-1].issuer}” is not trusted."
    return reason, f"{where}: OpenSSL refuses the certificate: {error.verify_message}."


_ABOUT_CLIENT = ("CERTIFICATE_REQUIRED", "ALERT_BAD_CERTIFICATE", "ALERT_UNKNOWN_CA", "ALERT_CERTIFICATE")
"""Alerts that a server sends about our certificate; of its own it never sends one."""


def broken(stage: Stage, where: str, error: ssl.SSLError) -> ProbeFailure:
    """Name what broke a TLS connection after the handshake: in TLS 1.3 servers refuse a client only then."""
    reason, message = _why_protocol(error, where)
    return ProbeFailure(stage, reason, message)


def _why_protocol(error: ssl.SSLError, where: str) -> tuple[Reason, str]:
    text = error.reason or _plain(error)
    if text in {"WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE"}:
        return Reason.TLS_PROTOCOL, f"{where} does not speak TLS on this port ({text})."
    if text in {
        "UNSUPPORTED_PROTOCOL",
        "TLSV1_ALERT_PROTOCOL_VERSION",
        "NO_PROTOCOLS_AVAILABLE",
        "WRONG_SSL_VERSION",
    }:
        return Reason.TLS_PROTOCOL, f"{where} offers only TLS older than 1.2, which browsers refuse ({text})."
    if any(word in text for word in _ABOUT_CLIENT):
        return (
            Reason.TLS_CLIENT_CERTIFICATE,
            f"{where} wants a client certificate that it knows ({text}).",
        )
    if "KEY_TOO_SMALL" in text or "MD_TOO_WEAK" in text:
        return Reason.TLS_WEAK, f"{where} uses a key or signature that is too weak ({text})."
    return Reason.TLS_PROTOCOL, f"TLS with {where} failed ({text})."


def _plain(error: Exception) -> str:
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return str(error)
