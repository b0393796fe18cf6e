"""The town's name servers, and how each kind of them answers."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping
from typing import Any

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone

from monitor.demo.zones import TTL_SECONDS, Tree

Answering = Callable[[dns.message.QueryMessage, dns.message.Message], None]
"""Completes the answer (second) to a question (first)."""


class NameServer(asyncio.DatagramProtocol):
    """Answers what is asked over UDP; what is no question gets no answer."""

    def __init__(self, answering: Answering) -> None:
        self._answering = answering
        self.deaf = False
        """Whether no question reaches it."""

    def connection_made(self, transport: Any) -> None:
        """Keep the socket to answer over."""
        self._transport: asyncio.DatagramTransport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Answer one question."""
        if self.deaf:
            return
        try:
            query = dns.message.from_wire(data)
            if not isinstance(query, dns.message.QueryMessage) or len(query.question) != 1:
                return
            response = dns.message.make_response(query)
            self._answering(query, response)
            wire = response.to_wire()
        except dns.exception.DNSException:
            return
        self._transport.sendto(wire, addr)


def knows(addresses: Mapping[str, str]) -> Answering:
    """Answer for the addresses (A) of these names; NXDOMAIN for all others."""

    def answer(query: dns.message.QueryMessage, response: dns.message.Message) -> None:
        response.flags |= dns.flags.RA
        (question,) = query.question
        address = addresses.get(question.name.to_text(omit_final_dot=True).lower())
        if address is None:
            response.set_rcode(dns.rcode.NXDOMAIN)
        elif question.rdtype == dns.rdatatype.A:
            response.answer.append(dns.rrset.from_text(question.name, TTL_SECONDS, "IN", "A", address))

    return answer


def serves(tree: Tree, zones: Collection[dns.name.Name]) -> Answering:
    """Answer with authority for some zones of a tree, refer to those below them, and refuse all else."""

    def answer(query: dns.message.QueryMessage, response: dns.message.Message) -> None:
        (question,) = query.question
        zone = tree.speaking_for(question.name, question.rdtype, zones)
        if zone is None:
            response.set_rcode(dns.rcode.REFUSED)
        elif (below := _below(zone, question.name, question.rdtype)) is not None:
            _refer(zone, below, response)
        else:
            response.flags |= dns.flags.AA
            _tell(zone, query, response)

    return answer


def resolves(tree: Tree) -> Answering:
    """Answer as a resolver that has found its way through a tree."""

    def answer(query: dns.message.QueryMessage, response: dns.message.Message) -> None:
        response.flags |= dns.flags.RA
        (question,) = query.question
        zone = tree.speaking_for(question.name, question.rdtype, tree.zones)
        if zone is None:
            response.set_rcode(dns.rcode.REFUSED)
        else:
            _tell(zone, query, response)

    return answer


def _below(zone: dns.zone.Zone, name: dns.name.Name, kind: dns.rdatatype.RdataType) -> dns.name.Name | None:
    """Return the zone below this one that a name lies in; its DS record lies in this one."""
    while name != zone.origin:
        if kind != dns.rdatatype.DS and zone.get_rrset(name, dns.rdatatype.NS) is not None:
            return name
        kind, name = dns.rdatatype.NONE, name.parent()
    return None


def _refer(zone: dns.zone.Zone, below: dns.name.Name, response: dns.message.Message) -> None:
    servers = zone.get_rrset(below, dns.rdatatype.NS)
    if servers is not None:
        response.authority.append(servers)
        glue = (zone.get_rrset(one.target, dns.rdatatype.A) for one in servers)
        response.additional += [one for one in glue if one is not None]


def _tell(zone: dns.zone.Zone, query: dns.message.QueryMessage, response: dns.message.Message) -> None:
    """Give what a zone holds; with signatures where they are asked for."""
    (question,) = query.question
    name, kind = question.name, question.rdtype
    records = zone.get_rrset(name, kind)
    if records is None:
        start = zone.get_rrset(zone.origin or name, dns.rdatatype.SOA)
        response.authority += [] if start is None else [start]
        if not any(one.is_subdomain(name) for one in zone.nodes):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return
    response.answer.append(records)
    signatures = zone.get_rrset(name, dns.rdatatype.RRSIG, kind)
    if query.ednsflags & dns.flags.DO and signatures is not None:
        response.answer.append(signatures)
