"""The parent's side of a delegation: who serves the zone above, and to whom it refers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import dns.flags
import dns.name
import dns.rdatatype
import dns.rrset

from monitor.inspections.delegation.authorities import MOST_ADDRESSES, Authorities
from monitor.inspections.delegation.question import (
    Message,
    Name,
    NoAnswerError,
    authoritative,
    found,
    rcode,
    targets,
    text,
)
from monitor.inspections.delegation.resolving import OurResolver

_MOST_ASKED = 4
"""Servers of one zone that are asked until one refers."""
_MOST_STEPS = 4
"""Zones between the one that our resolver names as the parent, and the domain."""
_ADDRESSES = (dns.rdatatype.A, dns.rdatatype.AAAA)

Glue = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Parent:
    """What the parent answers to the question for a domain's name servers."""

    address: str
    """Of the server that answered."""
    rcode: str
    referred: bool = False
    """See `Delegation.referred`."""
    name_servers: tuple[str, ...] = ()
    """Sorted; none: it delegates no such zone."""
    glue: Glue = field(default_factory=dict)
    """Addresses that came along."""


async def parent_of(domain: Name, resolver: OurResolver, authorities: Authorities) -> Parent:
    """Ask the servers of the zone above a domain.

    Raises:
        ResolverSilentError: we have no resolver to find that zone by.
        NoAnswerError: that zone, its servers or their answer could not be had.
    """
    zone = await _zone_above(domain, resolver)
    servers = await _servers_of(zone, resolver)
    for _ in range(_MOST_STEPS):
        step = await _referral(domain, zone, servers, authorities)
        if isinstance(step, Parent):
            return step
        zone, names, glue = step
        servers = [address for name in names for address in await _addresses(name, glue, resolver)]
    raise NoAnswerError(f"The zones above {text(domain)} refer to each other without end.")


async def _zone_above(domain: Name, resolver: OurResolver) -> Name:
    """Find the closest zone above: the owner of the SOA that the resolver gives for the name above."""
    above = domain.parent()
    reply = await resolver.ask(above, dns.rdatatype.SOA)
    for section in (reply.answer, reply.authority):
        for one in section:
            if one.rdtype == dns.rdatatype.SOA and above.is_subdomain(one.name):
                return one.name
    raise NoAnswerError(f"Our resolver names no zone above {text(domain)}.")


async def _servers_of(zone: Name, resolver: OurResolver) -> list[str]:
    reply = await resolver.ask(zone, dns.rdatatype.NS)
    names = targets(found(reply.answer, zone, dns.rdatatype.NS))
    if not names:
        raise NoAnswerError(f"Our resolver names no name servers of {text(zone) or 'the root'}.")
    addresses: list[str] = []
    for name in names:
        addresses += await _addresses(name, {}, resolver)
        if len(addresses) >= _MOST_ASKED:
            break
    return addresses


async def _addresses(name: str, glue: Glue, resolver: OurResolver) -> tuple[str, ...]:
    if name in glue:
        return glue[name]
    try:
        return await resolver.addresses(name)
    except NoAnswerError:
        return ()


async def _referral(
    domain: Name, zone: Name, servers: list[str], authorities: Authorities
) -> Parent | tuple[Name, tuple[str, ...], Glue]:
    """Ask the servers of a zone in turn, until one refers to the domain or to a zone between.

    One that serves the domain itself tells less, and one that denies it may be a forger's voice (so names are
    blocked here): both are believed only where no other refers.
    """
    otherwise: Parent | None = None
    why = "none of its servers may or can be asked"
    for address in authorities.askable(servers)[:_MOST_ASKED]:
        try:
            reply = await authorities.ask(address, domain, dns.rdatatype.NS)
        except NoAnswerError as error:
            why = str(error).rstrip(".")
            continue
        step = read_referral(reply, domain, zone, address)
        if isinstance(step, str):
            why = step
        elif isinstance(step, Parent) and not step.referred:
            if otherwise is None or not otherwise.name_servers:
                otherwise = step
        else:
            return step
    if otherwise is not None:
        return otherwise
    raise NoAnswerError(f"The zone {text(zone)} above {text(domain)} could not be asked: {why}.")


def read_referral(
    reply: Message, domain: Name, zone: Name, address: str
) -> Parent | tuple[Name, tuple[str, ...], Glue] | str:
    """Read the answer of a server of the zone above; pure.

    Args:
        reply: to the question for the domain's NS, asked without recursion.
        domain: absolute.
        zone: which the server serves.
        address: of the server.
    Returns: what it says of the domain; or a zone between, with its servers; or why it is of no use.
    """
    code = rcode(reply)
    if code not in ("NOERROR", "NXDOMAIN"):
        return f"{address} answered {code}"
    for one in () if reply.answer else reply.authority:
        deeper = domain.is_subdomain(one.name) and one.name.is_subdomain(zone) and one.name != zone
        if one.rdtype != dns.rdatatype.NS or not deeper:
            continue
        names = targets(one)
        glue = _glue(reply, names, zone)
        if one.name != domain:
            return one.name, names, glue
        return Parent(address=address, rcode=code, referred=True, name_servers=names, glue=glue)
    if authoritative(reply):
        own = targets(found(reply.answer, domain, dns.rdatatype.NS))
        return Parent(address=address, rcode=code, name_servers=own, glue=_glue(reply, own, domain))
    if reply.flags & dns.flags.RA:
        return f"{address} answered as a resolver does: questions to name servers may be intercepted"
    return f"{address} answered without authority and without referral"


def _glue(reply: Message, names: tuple[str, ...], zone: Name) -> Glue:
    """Return the addresses of those names for which the zone may speak."""
    glue: dict[str, tuple[str, ...]] = {}
    for one in reply.additional:
        name = text(one.name)
        if one.rdtype in _ADDRESSES and name in names and one.name.is_subdomain(zone):
            addresses = (*glue.get(name, ()), *(record.address for record in one))
            glue[name] = addresses[:MOST_ADDRESSES]
    return glue
