"""A small DNS on loopback: a parent zone, a zone with its name servers, and a resolver, at one port."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from dns.dnssectypes import Algorithm, DSDigest

from tests.servers.nameservers import Answering, NameServer, Query, Reply, serve_dns

PARENT = "go.id"
DOMAIN = "demoprov.go.id"
RESOLVER, PARENT_SERVER, NS1, NS2 = "127.0.11.1", "127.0.12.1", "127.0.13.1", "127.0.14.1"
NS1_NAME, NS2_NAME = f"ns1.{DOMAIN}", f"ns2.{DOMAIN}"
NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
SERIAL = 2026112201
REFRESH_SECONDS = 3600

Records = Sequence[str]
"""Lines such as `lapor IN A 192.0.2.1`; names are relative to the zone."""


def zone(origin: str, records: Records, *, serial: int = SERIAL) -> dns.zone.Zone:
    """Build a zone from its records."""
    soa = f"@ IN SOA ns1.{DOMAIN}. hostmaster.{DOMAIN}. {serial} {REFRESH_SECONDS} 600 86400 60"
    text = "\n".join(["$TTL 60", soa, *records])
    return dns.zone.from_text(text, f"{origin}.", relativize=False, check_origin=False)


def child(*more: str, servers: Sequence[str] = (NS1_NAME, NS2_NAME), serial: int = SERIAL) -> dns.zone.Zone:
    """Build the domain's own zone."""
    names = [f"@ IN NS {one}." for one in servers]
    return zone(DOMAIN, [*names, f"ns1 IN A {NS1}", f"ns2 IN A {NS2}", *more], serial=serial)


def parent(
    *more: str,
    glue: Mapping[str, Sequence[str]] | None = None,
    ds: dns.rrset.RRset | None = None,
) -> dns.zone.Zone:
    """Build the zone above it, which delegates to the servers of `glue` (name → addresses)."""
    glue = {NS1_NAME: [NS1], NS2_NAME: [NS2]} if glue is None else glue
    records = ["@ IN NS ns.go.id.", f"ns IN A {PARENT_SERVER}"]
    for name, addresses in glue.items():
        records.append(f"{DOMAIN}. IN NS {name}.")
        records += [f"{name}. IN {'AAAA' if ':' in one else 'A'} {one}" for one in addresses]
    records += [f"{DOMAIN}. IN DS {one}" for one in ds or ()]
    return zone(PARENT, [*records, *more])


@dataclass(frozen=True)
class Signed:
    """A zone with signatures, and what its parent needs to vouch for it."""

    zone: dns.zone.Zone
    ds: dns.rrset.RRset


def signed(
    plain: dns.zone.Zone,
    *,
    begins: datetime = NOW - timedelta(days=1),
    ends: datetime = NOW + timedelta(days=13),
) -> Signed:
    """Sign a zone with a key made for it."""
    private = Ed25519PrivateKey.generate()
    key = dns.dnssec.make_dnskey(private.public_key(), Algorithm.ED25519, flags=257)
    dns.dnssec.sign_zone(plain, keys=[(private, key)], inception=begins, expiration=ends)
    ds = dns.dnssec.make_ds(plain.origin, key, DSDigest.SHA256)
    return Signed(plain, dns.rrset.from_rdata(plain.origin, 60, ds))


def authority(data: dns.zone.Zone) -> Answering:
    """Answer as a server with authority for a zone: records, referrals, denials; REFUSED for the rest."""

    def answer(query: Query, _: bool) -> Reply:
        response = dns.message.make_response(query)
        name, kind = query.question[0].name, query.question[0].rdtype
        if not name.is_subdomain(data.origin):
            response.set_rcode(dns.rcode.REFUSED)
            return response
        for cut in _cuts(data, name):
            if cut == name and kind == dns.rdatatype.DS:
                break
            referral = data.get_rrset(cut, "NS")
            response.authority.append(referral)
            response.additional += _glue(data, referral)
            return response
        response.flags |= dns.flags.AA
        if query.ednsflags & dns.flags.DO:
            response.want_dnssec()
        _fill(response, data, name, kind)
        return response

    return answer


def recursor(*zones: dns.zone.Zone) -> Answering:
    """Answer as a resolver that knows these zones; names outside them do not exist."""

    def answer(query: Query, _: bool) -> Reply:
        response = dns.message.make_response(query, recursion_available=True)
        name, kind = query.question[0].name, query.question[0].rdtype
        for _hop in range(20):
            above = [one for one in zones if name.is_subdomain(one.origin)]
            if not above:
                response.set_rcode(dns.rcode.NXDOMAIN)
                break
            target = _fill(response, max(above, key=lambda one: len(one.origin)), name, kind)
            if target is None:
                break
            name = target
        return response

    return answer


@dataclass(frozen=True)
class World:
    """The servers that run."""

    port: int
    servers: Mapping[str, NameServer]
    """By address."""

    @property
    def resolver(self) -> str:
        return f"{RESOLVER}:{self.port}"


@asynccontextmanager
async def serve_world(answering: Mapping[str, Answering]) -> AsyncIterator[World]:
    """Run a server at each address, all at one port, until the block ends."""
    async with AsyncExitStack() as stack:
        while True:
            attempt = AsyncExitStack()
            port, servers = 0, {}
            try:
                for host, one in answering.items():
                    servers[host] = await attempt.enter_async_context(serve_dns(one, host=host, port=port))
                    port = servers[host].port
            except OSError:  # somebody has that port at one of the addresses
                await attempt.aclose()
                continue
            await stack.enter_async_context(attempt)
            break
        yield World(port, servers)


def _fill(
    response: dns.message.Message, data: dns.zone.Zone, name: dns.name.Name, kind: dns.rdatatype.RdataType
) -> dns.name.Name | None:
    """Add what a zone says of a name; returns where an alias leads that is yet to be followed."""
    alias = data.get_rrset(name, "CNAME")
    if alias is not None and kind != dns.rdatatype.CNAME:
        response.answer.append(alias)
        return alias[0].target
    records = data.get_rrset(name, kind)
    if records is not None:
        response.answer.append(records)
        signatures = data.get_rrset(name, "RRSIG", kind)
        if signatures is not None and response.ednsflags & dns.flags.DO:
            response.answer.append(signatures)
        return None
    response.authority.append(data.get_rrset(data.origin, "SOA"))
    if not any(node.is_subdomain(name) for node in data):
        response.set_rcode(dns.rcode.NXDOMAIN)
    return None


def _cuts(data: dns.zone.Zone, name: dns.name.Name) -> Iterator[dns.name.Name]:
    for depth in range(len(data.origin) + 1, len(name) + 1):
        above = dns.name.Name(name.labels[-depth:])
        if data.get_rrset(above, "NS") is not None:
            yield above


def _glue(data: dns.zone.Zone, servers: dns.rrset.RRset) -> Iterator[dns.rrset.RRset]:
    for one in servers:
        for kind in ("A", "AAAA"):
            records = data.get_rrset(one.target, kind) if one.target.is_subdomain(data.origin) else None
            if records is not None:
                yield records
