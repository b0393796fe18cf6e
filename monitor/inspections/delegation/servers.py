"""Each name server of a zone, asked at each of its addresses."""

from __future__ import annotations

import asyncio

import dns.rdatatype
from dns.rdtypes.ANY.SOA import SOA

from monitor.core.delegation.facts import ServerLook, ServerState
from monitor.inspections.delegation.authorities import MOST_ADDRESSES, Authorities
from monitor.inspections.delegation.parent import Glue
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


async def server_looks(
    zone: Name, names: tuple[str, ...], glue: Glue, resolver: OurResolver, authorities: Authorities
) -> tuple[ServerLook, ...]:
    """Ask every server for the zone's SOA and NS; in the order of names and addresses."""
    looks = await asyncio.gather(*(_server(zone, name, glue, resolver, authorities) for name in names))
    return tuple(one for each in looks for one in each)


async def _server(
    zone: Name, name: str, glue: Glue, resolver: OurResolver, authorities: Authorities
) -> list[ServerLook]:
    try:
        addresses = glue.get(name) or await resolver.addresses(name)
    except NoAnswerError as error:
        return [ServerLook(name=name, address=None, state=ServerState.NOT_ASKED, detail=str(error))]
    if not addresses:
        detail = f"The name {name} has no address."
        return [ServerLook(name=name, address=None, state=ServerState.NO_ADDRESS, detail=detail)]
    return list(
        await asyncio.gather(
            *(_look(zone, name, one, authorities) for one in sorted(set(addresses))[:MOST_ADDRESSES])
        )
    )


async def _look(zone: Name, name: str, address: str, authorities: Authorities) -> ServerLook:
    if (obstacle := authorities.obstacle(address)) is not None:
        state, detail = obstacle
        return ServerLook(name=name, address=address, state=state, detail=detail)
    try:
        reply = await authorities.ask(address, zone, dns.rdatatype.SOA)
    except NoAnswerError as error:
        return ServerLook(name=name, address=address, state=ServerState.SILENT, detail=f"{name}: {error}")
    soa = soa_of(reply, zone)
    if isinstance(soa, str):
        detail = f"{name} ({address}) answered {soa}."
        return ServerLook(name=name, address=address, state=ServerState.LAME, detail=detail)
    try:
        own = await authorities.ask(address, zone, dns.rdatatype.NS)
        records = found(own.answer, zone, dns.rdatatype.NS) if authoritative(own) else None
    except NoAnswerError:
        records = None
    return ServerLook(
        name=name,
        address=address,
        state=ServerState.AUTHORITATIVE,
        serial=soa.serial,
        refresh_seconds=soa.refresh,
        name_servers=targets(records),
    )


def soa_of(reply: Message, zone: Name) -> SOA | str:
    """Return the SOA that a server gives with authority, or else how it answered; pure."""
    if rcode(reply) != "NOERROR":
        return rcode(reply)
    if not authoritative(reply):
        return f"without authority for {text(zone)}"
    first = next(iter(found(reply.answer, zone, dns.rdatatype.SOA) or ()), None)
    return first if isinstance(first, SOA) else f"without a SOA record of {text(zone)}"
