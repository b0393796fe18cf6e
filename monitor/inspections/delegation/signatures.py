"""Whether a signed zone can be verified, from the DS at its parent down to its SOA."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import dns.dnssec
import dns.exception
import dns.rdatatype
import dns.rrset
from dns.dnssectypes import Algorithm, DSDigest

from monitor.core.delegation.facts import Dnssec
from monitor.inspections.delegation.authorities import Authorities
from monitor.inspections.delegation.question import (
    Message,
    Name,
    NoAnswerError,
    authoritative,
    found,
    rcode,
    text,
)

_MOST_ASKED = 3
"""Servers that are tried: who verifies goes on to the next where one's answer is broken."""
_MOST_KEYS = 16
_MOST_SIGNATURES = 8
"""Of one set of records. More only make whoever verifies work (CVE-2023-50387)."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it can be verified, and in one sentence why not."""

    dnssec: Dnssec
    detail: str | None = None


async def verify(
    zone: Name, parent_address: str, servers: list[str], authorities: Authorities, now: datetime
) -> Verdict:
    """Ask the parent for DS, the servers for DNSKEY and SOA, and verify these.

    Args:
        zone: absolute.
        parent_address: of a server that speaks for the parent.
        servers: addresses of those with authority for the zone.
        authorities: by whom they are asked.
        now: aware UTC.
    """
    try:
        reply = await _said(authorities, parent_address, zone, dns.rdatatype.DS)
    except NoAnswerError as error:
        return Verdict(Dnssec.UNKNOWN, str(error))
    ds = found(reply.answer, zone, dns.rdatatype.DS)
    if ds is None:
        return _without_ds(reply, zone, parent_address)
    verdict = Verdict(Dnssec.UNKNOWN, "No server with authority could be asked for the zone's keys.")
    for address in servers[:_MOST_ASKED]:
        try:
            keys = await _said(authorities, address, zone, dns.rdatatype.DNSKEY)
            soa = await _said(authorities, address, zone, dns.rdatatype.SOA)
            said = judge(zone, ds, keys, soa, now)
        except NoAnswerError as error:
            said = Verdict(Dnssec.UNKNOWN, str(error))
        if said.dnssec is Dnssec.VALID:
            return said
        if verdict.dnssec is Dnssec.UNKNOWN:
            verdict = said
    return verdict


def _without_ds(reply: Message, zone: Name, parent_address: str) -> Verdict:
    # DS records are the parent's; a server that only serves the zone itself denies them without knowing.
    if found(reply.authority, zone, dns.rdatatype.SOA) is None:
        return Verdict(Dnssec.UNSIGNED)
    return Verdict(Dnssec.UNKNOWN, f"{parent_address} answered for {text(zone)} itself, not for its parent.")


async def _said(authorities: Authorities, address: str, zone: Name, kind: dns.rdatatype.RdataType) -> Message:
    reply = await authorities.ask(address, zone, kind, dnssec=True)
    if rcode(reply) == "NOERROR" and authoritative(reply):
        return reply
    how = f"with {rcode(reply)}" if rcode(reply) != "NOERROR" else "without authority"
    raise NoAnswerError(
        f"{address} answered the question for {text(zone)} {dns.rdatatype.to_text(kind)} {how}."
    )


def judge(zone: Name, ds: dns.rrset.RRset, keys: Message, soa: Message, now: datetime) -> Verdict:
    """Verify a zone's keys by the parent's DS, and its SOA by the keys; pure.

    Args:
        zone: absolute.
        ds: of the zone, as the parent gives them.
        keys: the answer to the question for DNSKEY.
        soa: the answer to the question for SOA.
        now: aware UTC.
    """
    try:
        _check(zone, ds, keys, soa, now)
    except _FlawError as flaw:
        return Verdict(flaw.dnssec, str(flaw))
    return Verdict(Dnssec.VALID)


def _check(zone: Name, ds: dns.rrset.RRset, keys: Message, soa: Message, now: datetime) -> None:
    dnskey = found(keys.answer, zone, dns.rdatatype.DNSKEY)
    if dnskey is None:
        raise _FlawError(f"The parent has a DS record for {text(zone)}, but the zone has no DNSKEY.")
    _check_signatures(keys, dnskey, _entry(zone, ds, dnskey), now)
    records = found(soa.answer, zone, dns.rdatatype.SOA)
    if records is None:
        raise _FlawError(f"The zone {text(zone)} gave no SOA record to verify.", Dnssec.UNKNOWN)
    _check_signatures(soa, records, dnskey, now)


class _FlawError(Exception):
    def __init__(self, sentence: str, dnssec: Dnssec = Dnssec.BROKEN) -> None:
        super().__init__(sentence)
        self.dnssec = dnssec


def _entry(zone: Name, ds: dns.rrset.RRset, keys: dns.rrset.RRset) -> dns.rrset.RRset:
    """Return the keys that the parent vouches for."""
    if len(keys) > _MOST_KEYS:
        raise _FlawError(f"The zone {text(zone)} has {len(keys)} keys, too many to try.", Dnssec.UNKNOWN)
    known = [one for one in ds if one.algorithm in _ALGORITHMS and one.digest_type in _DIGESTS]
    if not known:
        raise _FlawError(
            f"The DS records of {text(zone)} use algorithms that are not known here.", Dnssec.UNKNOWN
        )
    trusted = [key for key in keys if any(_fits(zone, key, one) for one in known)]
    if not trusted:
        tags = ", ".join(sorted({str(one.key_tag) for one in known}))
        raise _FlawError(f"No DNSKEY of {text(zone)} fits the DS at the parent (key tag {tags}).")
    return dns.rrset.from_rdata_list(zone, keys.ttl, trusted)


def _check_signatures(reply: Message, records: dns.rrset.RRset, keys: dns.rrset.RRset, now: datetime) -> None:
    """See that a signature in the reply, made with one of the keys, verifies the records.

    Raises:
        _FlawError: none does, and why.
    """
    zone = records.name
    what = f"the {dns.rdatatype.to_text(records.rdtype)} records of {text(zone)}"
    signatures = [
        one
        for group in reply.answer
        if group.name == zone and group.rdtype == dns.rdatatype.RRSIG and group.covers == records.rdtype
        for one in group
    ]
    if not signatures:
        raise _FlawError(f"There is no signature over {what}.")
    if len(signatures) > _MOST_SIGNATURES:
        raise _FlawError(
            f"There are {len(signatures)} signatures over {what}, too many to try.", Dnssec.UNKNOWN
        )
    seconds = now.timestamp()
    try:
        group = dns.rrset.from_rdata_list(zone, records.ttl, signatures)
        dns.dnssec.validate(records, group, {zone: keys}, now=seconds)
    except dns.exception.DNSException as error:
        if not any(one.algorithm in _ALGORITHMS for one in signatures):
            raise _FlawError(
                f"The signatures over {what} use algorithms that are not known here.", Dnssec.UNKNOWN
            ) from error
        last, first = max(one.expiration for one in signatures), min(one.inception for one in signatures)
        if last < seconds:
            raise _FlawError(f"The signatures over {what} expired on {_day(last)}.") from error
        if first > seconds:
            raise _FlawError(f"The signatures over {what} are valid only from {_day(first)} on.") from error
        raise _FlawError(f"No signature over {what} verifies with the keys that it should.") from error


_DIGESTS = (DSDigest.SHA1, DSDigest.SHA256, DSDigest.SHA384)
_ALGORITHMS = (
    Algorithm.RSASHA1,
    Algorithm.RSASHA1NSEC3SHA1,
    Algorithm.RSASHA256,
    Algorithm.RSASHA512,
    Algorithm.ECDSAP256SHA256,
    Algorithm.ECDSAP384SHA384,
    Algorithm.ED25519,
    Algorithm.ED448,
)
"""What dnspython verifies."""


def _fits(zone: Name, key: Any, ds: Any) -> bool:
    if dns.dnssec.key_id(key) != ds.key_tag or key.algorithm != ds.algorithm:
        return False
    try:
        return bool(dns.dnssec.make_ds(zone, key, ds.digest_type, validating=True) == ds)
    except dns.exception.DNSException:
        return False


def _day(timestamp: int) -> str:
    return datetime.fromtimestamp(timestamp, UTC).strftime("%Y-%m-%d %H:%M UTC")
