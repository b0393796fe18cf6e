"""What is wrong with how a host speaks TLS and http, whatever certificate it shows. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from ipaddress import ip_address
from typing import Any

from monitor.core.finding import FindingSeverity, Identity, Seen, Subject, SubjectKind
from monitor.core.https.certificates import certificates_known
from monitor.core.https.chain import lacks_issuer, matches, organization, path, short_name
from monitor.core.https.look import AddressLook, HostLook, HttpLook, PlainState
from monitor.core.https.look_json import NAMES
from monitor.core.reason import Reason
from monitor.core.result import Certificate, TlsFacts

MISMATCH = "certificate_hostname_mismatch"
INCOMPLETE = "certificate_chain_incomplete"
SELF_SIGNED = "certificate_self_signed"
UNTRUSTED = "certificate_untrusted"
OUTDATED = "tls_outdated"
DIFFER = "certificates_differ"
NOT_REDIRECTED = "http_not_redirected"
HTTP_ONLY = "http_only"
DOWNGRADE = "redirect_downgrade"
HSTS_MISSING = "hsts_missing"
HSTS_SHORT = "hsts_short"
_TRUST = (INCOMPLETE, SELF_SIGNED, UNTRUSTED)
HOST_RULES = frozenset(
    {MISMATCH, *_TRUST, OUTDATED, DIFFER, NOT_REDIRECTED, HTTP_ONLY, DOWNGRADE, HSTS_MISSING, HSTS_SHORT}
)

HALF_A_YEAR_SECONDS = 15_768_000
"""Of HSTS: what the common graders ask for. With less, who comes twice a year is unprotected each time."""
_NO_ANCHOR = frozenset({2, 18, 19, 20, 21})
"""OpenSSL found no way to an authority that it knows. It looks for one first: others mean it had one."""
_OF_ITSELF = frozenset({9, 10, 62, 64, 66, 67, 68})
"""OpenSSL's verdicts that rules of their own tell: time, name, weakness."""
_WRONG_NAME = frozenset({62, 64})
_ERROR = 400
"""From this status on a reply is no page: many servers send their headers with pages only."""


def host_coverage(look: HostLook, now: datetime) -> frozenset[str]:
    """Return the rules about hosts whose problems would have been seen at this one."""
    covered: set[str] = set()
    if certificates_known(look, now):
        covered.add(MISMATCH)
        if all(_verdict_known(one.tls, look) for one in look.shown):
            covered.update(_TRUST)
        if all(one.outdated is not None for one in look.shown):
            covered.add(OUTDATED)
        if look.whole:
            covered.add(DIFFER)
        if _pages(look) and all(_page(one) is not None for one in look.shown):
            covered.update((HSTS_MISSING, HSTS_SHORT))
    plain_known = look.plain.state in (PlainState.REDIRECTS, PlainState.ANSWERS, PlainState.REFUSED)
    if look.shown or (_refused(look) and plain_known):
        covered.add(HTTP_ONLY)
    if plain_known and (_verified(look) or _refused(look)):
        covered.add(NOT_REDIRECTED)
    if look.journeys:
        covered.add(DOWNGRADE)
    return frozenset(covered)


def host_problems(look: HostLook) -> Iterator[Seen]:
    """Judge how a host speaks, at each of its addresses."""
    for rule, severity, addresses, evidence in (*_of_tls(look), *_of_plain(look), *_of_hsts(look)):
        yield Seen(
            identity=Identity(rule, Subject(SubjectKind.HOST, look.name)),
            severity=severity,
            places=frozenset({look.name}),
            evidence={"addresses": [one.address for one in addresses], **evidence},
        )


_Judged = Iterator[tuple[str, FindingSeverity, Sequence[AddressLook], dict[str, Any]]]


def _of_tls(look: HostLook) -> _Judged:
    shown = [(one, one.tls) for one in look.shown if one.tls is not None]
    if wrong := [one for one, tls in shown if _wrong_name(tls, look)]:
        leaf = _leaf(wrong)
        named = list(leaf.names[:20]) or [short_name(leaf.subject)]
        yield MISMATCH, FindingSeverity.SEVERE, wrong, {"server_name": look.server_name, "names": named}
    kinds = {rule: [one for one, tls in shown if _trouble(tls, look) == rule] for rule in _TRUST}
    if incomplete := kinds[INCOMPLETE]:
        leaf = _leaf(incomplete)
        missing, signer = short_name(leaf.issuer), organization(leaf.issuer)
        evidence = {"missing": missing, "missing_name": leaf.issuer, "source": leaf.issuer_url or signer}
        yield INCOMPLETE, FindingSeverity.MODERATE, incomplete, evidence
    if alone := kinds[SELF_SIGNED]:
        leaf = _leaf(alone)
        evidence = {"certificate": short_name(leaf.subject)}
        yield SELF_SIGNED, FindingSeverity.SEVERE, alone, evidence
    if untrusted := kinds[UNTRUSTED]:
        tls = next(tls for one, tls in shown if one is untrusted[0])
        top = path(tls.chain)[-1]
        evidence = {"authority": organization(top.issuer), "detail": tls.verify_error or "-"}
        yield UNTRUSTED, FindingSeverity.SEVERE, untrusted, evidence
    if old := [one for one in look.addresses if one.outdated]:
        version = next((one.tls.version for one in old if one.tls and one.tls.version), None)
        yield OUTDATED, FindingSeverity.SEVERE, old, {"version": version or "TLS 1.0/1.1"}
    if look.whole and len({leaf.fingerprint_sha256 for leaf in map(_own, look.shown)}) > 1:
        each = [f"{one.address} ({_mark(_own(one))})" for one in look.shown]
        yield DIFFER, FindingSeverity.MINOR, look.shown, {"certificates": each}


def _of_plain(look: HostLook) -> _Judged:
    plain = look.plain
    if plain.state is PlainState.ANSWERS:
        evidence = {"url": plain.url, "status": plain.status, "https_url": _https(look)}
        if _verified(look):
            yield NOT_REDIRECTED, FindingSeverity.MODERATE, (), evidence
        elif look.public and _refused(look):
            yield HTTP_ONLY, FindingSeverity.MODERATE, look.addresses, evidence
    steps = (one.downgrade for one in look.journeys or ())
    if (first := next((one for one in steps if one is not None), None)) is not None:
        yield DOWNGRADE, FindingSeverity.MODERATE, (), {"from_url": first[0], "to_url": first[1]}


def _of_hsts(look: HostLook) -> _Judged:
    pages = _pages(look)
    missing = [one for one, page in pages if page.hsts is None or page.hsts.max_age_seconds is None]
    if missing:
        yield HSTS_MISSING, FindingSeverity.INFO, missing, {}
        return
    ages = [
        (one, page.hsts.max_age_seconds)
        for one, page in pages
        if page.hsts is not None and page.hsts.max_age_seconds is not None
    ]
    if short := [(one, age) for one, age in ages if age < HALF_A_YEAR_SECONDS]:
        age = min(age for _, age in short)
        evidence = {"max_age_seconds": age, "wanted_seconds": HALF_A_YEAR_SECONDS}
        yield HSTS_SHORT, FindingSeverity.INFO, [one for one, _ in short], evidence


def _wrong_name(tls: TlsFacts, look: HostLook) -> bool:
    leaf = tls.chain[0]
    if not look.verify or tls.verified:
        return False
    if len(leaf.names) >= NAMES:  # not all are kept: only OpenSSL saw them
        return tls.verify_code in _WRONG_NAME
    return not any(matches(name, look.server_name) for name in leaf.names)


def _trouble(tls: TlsFacts, look: HostLook) -> str | None:
    """Return the rule by which nobody vouches for a certificate."""
    if tls.verified or not look.verify:
        return None
    if tls.verify_code in _NO_ANCHOR:
        if tls.chain[0].self_issued:
            return SELF_SIGNED
        return INCOMPLETE if lacks_issuer(tls.chain) else UNTRUSTED
    return UNTRUSTED if tls.verify_code is not None and tls.verify_code not in _OF_ITSELF else None


def _verdict_known(tls: TlsFacts | None, look: HostLook) -> bool:
    return not look.verify or (tls is not None and (tls.verified or tls.verify_code is not None))


def _pages(look: HostLook) -> list[tuple[AddressLook, HttpLook]]:
    """Return the replies by which HSTS is judged. It means nothing for addresses (RFC 6797, 8.1.1)."""
    if not look.web or _literal(look.host):
        return []
    return [(one, page) for one in look.shown if (page := _page(one)) is not None]


def _page(look: AddressLook) -> HttpLook | None:
    """Return the reply that a visitor gets over TLS that is believed: HSTS over any other is ignored."""
    trusted = look.tls is not None and look.tls.verified
    return look.http if trusted and look.http is not None and look.http.status < _ERROR else None


def _verified(look: HostLook) -> bool:
    """Whether https works there, so that http could lead to it."""
    return any(one.tls is not None and one.tls.verified for one in look.shown)


def _refused(look: HostLook) -> bool:
    """Whether nothing listens for TLS at any address."""
    failures = [one.failure.reason if one.failure else None for one in look.addresses]
    return bool(failures) and all(reason is Reason.TCP_REFUSED for reason in failures)


def _leaf(looks: Iterable[AddressLook]) -> Certificate:
    return next(_own(one) for one in looks)


def _own(look: AddressLook) -> Certificate:
    assert look.leaf is not None  # noqa: S101 - only what is shown is asked
    return look.leaf


def _mark(leaf: Certificate) -> str:
    return f"{leaf.fingerprint_sha256[:16]}, {leaf.not_after:%Y-%m-%d}"


def _https(look: HostLook) -> str:
    return f"https://[{look.host}]/" if ":" in look.host else f"https://{look.name}/"


def _literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
