"""The town's name server."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

import dns.exception
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL_SECONDS = 60


class NameServer(asyncio.DatagramProtocol):
    """Answers questions for the addresses (A) of the names it knows; NXDOMAIN for all others."""

    def __init__(self, addresses: Mapping[str, str]) -> None:
        self._addresses = addresses
        self.deaf = False
        """Whether no question reaches it."""

    def connection_made(self, transport: Any) -> None:
        """Keep the socket to answer over."""
        self._transport: asyncio.DatagramTransport = transport

    def datagram_received(self, data: bytes, addr: tuple[str | Any, int]) -> None:
        """Answer one question; what is no question gets no answer."""
        if self.deaf:
            return
        try:
            query = dns.message.from_wire(data)
            response = dns.message.make_response(query, recursion_available=True)
        except dns.exception.DNSException:
            return
        for question in query.question:
            address = self._addresses.get(question.name.to_text(omit_final_dot=True).lower())
            if address is None:
                response.set_rcode(dns.rcode.NXDOMAIN)
            elif question.rdtype == dns.rdatatype.A:
                response.answer.append(dns.rrset.from_text(question.name, TTL_SECONDS, "IN", "A", address))
        self._transport.sendto(response.to_wire(), addr)
