"""Which problems a look at a domain's delegation shows, and where they would have been seen. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from monitor.core.delegation.facts import Delegation, Dnssec, Lameness, NameLook, ServerState
from monitor.core.delegation.lameness import (
    addresses_known,
    at_fault,
    dangling,
    lags,
    parent_differs,
    serials,
    single_network,
    single_server,
)
from monitor.core.finding import FindingSeverity, Identity, Seen, Subject, SubjectKind

Covered = Mapping[str, frozenset[str]]
"""Rule → the places at which its problem would have been seen."""


def findings(delegation: Delegation) -> tuple[tuple[Seen, ...], Covered]:
    """Return the problems, and what was looked at well enough to see them."""
    judged = [*_of_domain(delegation), *_of_names(delegation)]
    covered: dict[str, frozenset[str]] = {}
    for rule, places, _ in judged:
        covered[rule] = covered.get(rule, frozenset()) | places
    return tuple(seen for _, _, seen in judged if seen is not None), covered


_Judged = tuple[str, frozenset[str], Seen | None]


def _of_domain(look: Delegation) -> Iterator[_Judged]:
    place = frozenset({look.domain})

    def judged(rule: str, severity: FindingSeverity, evidence: Mapping[str, Any] | None) -> _Judged:
        if evidence is None:
            return rule, place, None
        subject = Subject(SubjectKind.DOMAIN, look.domain)
        seen = Seen(identity=Identity(rule, subject), severity=severity, places=place, evidence=evidence)
        return rule, place, seen

    if look.exists is not None:
        gone = look.parent_rcode == "NXDOMAIN"
        yield judged("domain_not_delegated", FindingSeverity.SEVERE, {} if gone else None)
    if look.lameness is not Lameness.UNKNOWN:
        full = look.lameness is Lameness.FULL
        severity = FindingSeverity.SEVERE if full else FindingSeverity.MODERATE
        yield judged("delegation_lame", severity, _lame(look))
    if (differs := parent_differs(look)) is not None:
        both = {"parent": list(look.parent_name_servers), "zone": list(look.zone_name_servers)}
        yield judged("delegation_mismatch", FindingSeverity.MODERATE, both if differs else None)
    if serials(look.servers):
        yield judged("dns_serials_differ", FindingSeverity.MINOR, _lagging(look) if lags(look) else None)
    if addresses_known(look.servers):
        alone = single_server(look.servers)
        servers = sorted({_server(one.name, one.address) for one in look.servers if one.address})
        yield judged("dns_single_server", FindingSeverity.MODERATE, {"servers": servers} if alone else None)
        network = single_network(look)
        shared = {"servers": servers, "network": network} if network else None
        yield judged("dns_single_network", FindingSeverity.MINOR, shared)
    if look.dnssec is not Dnssec.UNKNOWN:
        broken = {"detail": look.dnssec_detail} if look.dnssec is Dnssec.BROKEN else None
        yield judged("dnssec_broken", FindingSeverity.SEVERE, broken)
        unsigned = look.dnssec is Dnssec.UNSIGNED
        yield judged("dnssec_unsigned", FindingSeverity.INFO, {} if unsigned else None)
    if look.has_caa is not None:
        yield judged("caa_missing", FindingSeverity.INFO, None if look.has_caa else {})


def _lame(look: Delegation) -> Mapping[str, Any] | None:
    bad = at_fault(look.servers)
    if look.lameness is Lameness.NONE or not bad:
        return None
    return {
        "servers": sorted({_server(one.name, one.address) for one in bad}),
        "details": [one.detail.rstrip(".") for one in bad if one.detail],
        "count": len({one.name for one in bad}),
        "total": len({one.name for one in look.servers}),
    }


def _lagging(look: Delegation) -> Mapping[str, Any]:
    order = serials(look.servers)
    given = {
        f"{one.name}: {one.serial}": order.index(one.serial)
        for one in look.servers
        if one.serial is not None and one.state is ServerState.AUTHORITATIVE
    }
    since = look.serials_differ_since
    return {
        "serials": sorted(given, key=lambda text: (given[text], text)),
        "since_at": since.isoformat() if since else None,
    }


def _server(name: str, address: str | None) -> str:
    return name if address is None else f"{name} ({address})"


def _of_names(look: Delegation) -> Iterator[_Judged]:
    # A resolver that is filtered is believed in nothing; and a domain that is gone takes its hosts with it.
    if look.filtered or look.parent_rcode == "NXDOMAIN":
        return
    believed = [one for one in look.names if not (one.static or one.blocked)]
    for one in believed:
        if one.addresses or one.rcode in ("NOERROR", "NXDOMAIN"):
            yield from _of_host(one, look.domain)
    answered = [one for one in believed if one.rcode == "NOERROR"]
    if answered:
        looked = frozenset(one.name for one in answered)
        lacking = frozenset(one.name for one in answered if one.addresses and not _has_six(one))
        subject = Subject(SubjectKind.DOMAIN, look.domain)
        seen = Seen(identity=Identity("ipv6_missing", subject), severity=FindingSeverity.INFO, places=lacking)
        yield "ipv6_missing", looked, seen if lacking else None


def _of_host(one: NameLook, domain: str) -> Iterator[_Judged]:
    place = frozenset({one.name})
    subject = Subject(SubjectKind.HOST, one.name)
    target = dangling(one, domain)
    for rule, severity, evidence in (
        ("cname_dangling", FindingSeverity.SEVERE, {"target": target} if target else None),
        (
            "host_without_address",
            FindingSeverity.MODERATE,
            None if target or one.addresses else {"answer": one.rcode},
        ),
    ):
        seen = None
        if evidence is not None:
            identity = Identity(rule, subject)
            seen = Seen(identity=identity, severity=severity, places=place, evidence=evidence)
        yield rule, place, seen


def _has_six(one: NameLook) -> bool:
    return any(":" in address for address in one.addresses)
