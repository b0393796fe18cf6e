"""One look at one domain: parent, name servers, signatures, CAA, and the hosts of the register."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

import dns.name
import dns.rdatatype

from monitor.core.delegation.facts import Delegation, NameLook, ServerLook, ServerState
from monitor.core.delegation.lameness import differ_since, lameness, networks, shortfall
from monitor.inspections.delegation.authorities import Authorities
from monitor.inspections.delegation.parent import Parent, parent_of
from monitor.inspections.delegation.question import (
    Name,
    NoAnswerError,
    authoritative,
    found,
    name_of,
    rcode,
)
from monitor.inspections.delegation.resolving import OurResolver, ResolverSilentError
from monitor.inspections.delegation.servers import server_looks
from monitor.inspections.delegation.signatures import verify

_HOSTS_AT_ONCE = 8


@dataclass(frozen=True, slots=True)
class Looked:
    """What a look brought, and why some of it could not be had, in one sentence."""

    delegation: Delegation
    failure: str | None = None


async def look_at(
    domain: str,
    hosts: Iterable[str],
    before: Delegation | None,
    resolver: OurResolver,
    authorities: Authorities,
    now: datetime,
) -> Looked:
    """Ask all that is asked about one domain.

    Args:
        domain: registrable; lower case, IDNA.
        hosts: of the register, below it.
        before: the last look.
        resolver: our own.
        authorities: by whom servers are asked.
        now: aware UTC.
    Raises:
        NoAnswerError: nothing can be said: the name is none, or our own resolver does not answer.
    """
    zone = name_of(domain)
    if zone is None:
        raise NoAnswerError(f"{domain} is no name that the DNS can hold.")
    failure, parent = None, None
    try:
        parent = await parent_of(zone, resolver, authorities)
    except ResolverSilentError:
        raise
    except NoAnswerError as error:
        failure = str(error)
    names = await _names(hosts, resolver)
    filtered = any(one.blocked for one in names)
    seen = Delegation(domain=domain, looked_at=now, names=names, filtered=filtered)
    if parent is None:
        return Looked(seen, shortfall(seen) or failure)
    seen = replace(
        seen,
        exists=bool(parent.name_servers),
        parent_rcode=parent.rcode,
        referred=parent.referred,
        parent_name_servers=parent.name_servers,
    )
    if parent.name_servers:
        seen = await _zone(seen, zone, parent, before, resolver, authorities)
    return Looked(seen, shortfall(seen))


async def _names(hosts: Iterable[str], resolver: OurResolver) -> tuple[NameLook, ...]:
    places = asyncio.Semaphore(_HOSTS_AT_ONCE)

    async def one(host: str) -> NameLook:
        async with places:
            return await resolver.look(host)

    return tuple(await asyncio.gather(*map(one, hosts)))


async def _zone(
    seen: Delegation,
    zone: Name,
    parent: Parent,
    before: Delegation | None,
    resolver: OurResolver,
    authorities: Authorities,
) -> Delegation:
    servers = await server_looks(zone, parent.name_servers, parent.glue, resolver, authorities)
    if seen.filtered:
        servers = tuple(map(_doubted, servers))
    serving = [
        one.address for one in servers if one.state is ServerState.AUTHORITATIVE and one.address is not None
    ]
    verdict, has_caa, resolvable = await asyncio.gather(
        verify(zone, parent.address, serving, authorities, seen.looked_at),
        _has_caa(zone, serving, resolver, authorities, filtered=seen.filtered),
        _resolvable(zone, servers, resolver),
    )
    return replace(
        seen,
        servers=servers,
        zone_name_servers=tuple(sorted({name for one in servers for name in one.name_servers})),
        lameness=lameness(servers, resolvable=resolvable),
        serials_differ_since=differ_since(servers, before, seen.looked_at),
        networks=networks(one.address for one in servers if one.address is not None),
        dnssec=verdict.dnssec,
        dnssec_detail=verdict.detail,
        has_caa=has_caa,
    )


def _doubted(one: ServerLook) -> ServerLook:
    """Take back that a name has no address: it was a filtered resolver that said so."""
    if one.state is not ServerState.NO_ADDRESS:
        return one
    return replace(one, state=ServerState.NOT_ASKED, detail=f"The address of {one.name} is not known.")


async def _resolvable(zone: Name, servers: Iterable[ServerLook], resolver: OurResolver) -> bool | None:
    """Whether our resolver finds the zone; asked only where all its servers are silent."""
    if any(one.state in (ServerState.AUTHORITATIVE, ServerState.LAME) for one in servers):
        return None
    try:
        reply = await resolver.ask(zone, dns.rdatatype.SOA)
    except ResolverSilentError:
        return None
    except NoAnswerError:
        return False
    return found(reply.answer, zone, dns.rdatatype.SOA) is not None


async def _has_caa(
    zone: Name, serving: list[str], resolver: OurResolver, authorities: Authorities, *, filtered: bool
) -> bool | None:
    """Whether CAA is set at the domain or above it, where authorities look too (RFC 8659, section 3)."""
    if not serving:
        return None
    try:
        reply = await authorities.ask(serving[0], zone, dns.rdatatype.CAA)
        if rcode(reply) != "NOERROR" or not authoritative(reply):
            return None
        if found(reply.answer, zone, dns.rdatatype.CAA) is not None:
            return True
        return None if filtered else await _has_caa_above(zone, resolver)
    except NoAnswerError:
        return None


async def _has_caa_above(zone: Name, resolver: OurResolver) -> bool:
    while (zone := zone.parent()) != dns.name.root:
        reply = await resolver.ask(zone, dns.rdatatype.CAA)
        if found(reply.answer, zone, dns.rdatatype.CAA) is not None:
            return True
    return False
