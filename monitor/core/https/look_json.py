"""A look at a host as JSON, and back. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from monitor.core.https.look import (
    AddressLook,
    HostLook,
    Hsts,
    HttpLook,
    Journey,
    LookFailure,
    PlainLook,
    PlainState,
)
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Certificate, TlsFacts
from monitor.core.shape import moment

NAMES = 250
"""Of one certificate that are kept: more than authorities usually put into one."""
FEW_NAMES = 10
"""Of the certificates above it, whose names nobody visits."""
CHAIN = 10
TEXT = 500
NAME_LENGTH = 253


def facts_json(look: HostLook) -> dict[str, Any]:
    """Return a look as plain values, bounded whatever the server sent; times are ISO 8601 in UTC."""
    return {
        "name": look.name,
        "host": look.host,
        "port": look.port,
        "looked_at": moment(look.looked_at),
        "server_name": look.server_name,
        "verify": look.verify,
        "own_authority": look.own_authority,
        "public": look.public,
        "web": look.web,
        "whole": look.whole,
        "addresses": [_address(one) for one in look.addresses],
        "plain": {
            "state": look.plain.state.value,
            "url": look.plain.url,
            "status": look.plain.status,
            "to": look.plain.to,
            "failure": _failure(look.plain.failure),
        },
        "journeys": None if look.journeys is None else [list(one.urls) for one in look.journeys],
        "passed": [facts_json(one) for one in look.passed],
    }


def look_of(facts: Mapping[str, Any]) -> HostLook:
    """Read `facts_json` back."""
    plain = facts["plain"]
    journeys = facts["journeys"]
    return HostLook(
        name=facts["name"],
        host=facts["host"],
        port=facts["port"],
        looked_at=datetime.fromisoformat(facts["looked_at"]),
        server_name=facts["server_name"],
        verify=facts["verify"],
        own_authority=facts["own_authority"],
        public=facts["public"],
        web=facts["web"],
        whole=facts["whole"],
        addresses=tuple(_address_of(one) for one in facts["addresses"]),
        plain=PlainLook(
            state=PlainState(plain["state"]),
            url=plain["url"],
            status=plain["status"],
            to=plain["to"],
            failure=_failure_of(plain["failure"]),
        ),
        journeys=None if journeys is None else tuple(Journey(tuple(urls)) for urls in journeys),
        passed=tuple(look_of(one) for one in facts["passed"]),
    )


def _address(look: AddressLook) -> dict[str, Any]:
    return {
        "address": look.address,
        "seen_at": moment(look.seen_at),
        "tls": None if look.tls is None else _tls(look.tls),
        "tls_seen_at": moment(look.tls_seen_at),
        "outdated": look.outdated,
        "http": None if look.http is None else _http(look.http),
        "failure": _failure(look.failure),
    }


def _address_of(facts: Mapping[str, Any]) -> AddressLook:
    tls, http = facts["tls"], facts["http"]
    return AddressLook(
        address=facts["address"],
        seen_at=datetime.fromisoformat(facts["seen_at"]),
        tls=None if tls is None else _tls_of(tls),
        tls_seen_at=_at(facts["tls_seen_at"]),
        outdated=facts["outdated"],
        http=None if http is None else _http_of(http),
        failure=_failure_of(facts["failure"]),
    )


def _tls(facts: TlsFacts) -> dict[str, Any]:
    return {
        "version": facts.version,
        "cipher": facts.cipher,
        "verified": facts.verified,
        "verify_error": facts.verify_error,
        "verify_code": facts.verify_code,
        "verified_chain_not_after": moment(facts.verified_chain_not_after),
        "chain": [
            _certificate(one, FEW_NAMES if above else NAMES) for above, one in enumerate(facts.chain[:CHAIN])
        ],
    }


def _tls_of(facts: Mapping[str, Any]) -> TlsFacts:
    return TlsFacts(
        version=facts["version"],
        cipher=facts["cipher"],
        verified=facts["verified"],
        verify_error=facts["verify_error"],
        verify_code=facts["verify_code"],
        verified_chain_not_after=_at(facts["verified_chain_not_after"]),
        chain=tuple(_certificate_of(one) for one in facts["chain"]),
    )


def _certificate(one: Certificate, most: int) -> dict[str, Any]:
    return {
        "subject": _text(one.subject),
        "issuer": _text(one.issuer),
        "serial": one.serial,
        "not_before": moment(one.not_before),
        "not_after": moment(one.not_after),
        "fingerprint_sha256": one.fingerprint_sha256,
        "names": [_text(name)[:NAME_LENGTH] for name in one.names[:most]],
        "key_type": one.key_type,
        "key_bits": one.key_bits,
        "signature_hash": one.signature_hash,
        "is_authority": one.is_authority,
        "issuer_url": None if one.issuer_url is None else _text(one.issuer_url),
    }


def _certificate_of(facts: Mapping[str, Any]) -> Certificate:
    return Certificate(
        **{
            **facts,
            "not_before": datetime.fromisoformat(facts["not_before"]),
            "not_after": datetime.fromisoformat(facts["not_after"]),
            "names": tuple(facts["names"]),
        }
    )


def _http(look: HttpLook) -> dict[str, Any]:
    hsts = look.hsts
    told = None if hsts is None else {name: getattr(hsts, name) for name in _HSTS}
    return {"status": look.status, "hsts": told}


_HSTS = ("max_age_seconds", "include_subdomains")


def _http_of(facts: Mapping[str, Any]) -> HttpLook:
    hsts = facts["hsts"]
    return HttpLook(status=facts["status"], hsts=None if hsts is None else Hsts(**hsts))


def _failure(failure: LookFailure | None) -> dict[str, Any] | None:
    if failure is None:
        return None
    return {
        "stage": failure.stage.value,
        "reason": failure.reason.value,
        "outcome": failure.outcome.value,
        "detail": _text(failure.detail),
    }


def _failure_of(facts: Mapping[str, Any] | None) -> LookFailure | None:
    if facts is None:
        return None
    return LookFailure(
        stage=Stage(facts["stage"]),
        reason=Reason(facts["reason"]),
        outcome=Outcome(facts["outcome"]),
        detail=facts["detail"],
    )


def _text(text: str) -> str:
    """Cut a text from outside to what a database takes: bounded, and without halves of surrogate pairs."""
    return text[:TEXT].encode("utf-8", "backslashreplace").decode()


def _at(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
