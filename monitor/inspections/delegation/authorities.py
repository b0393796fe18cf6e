"""The servers with authority, as far as a monitor may and can ask them."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterable

from monitor.core.delegation.facts import ServerState
from monitor.inspections.delegation.question import Message, Name, RdataType, put
from monitor.probes.guard import Networks, Reach, reach

MOST_ADDRESSES = 4
"""Addresses of one name server that are looked at."""


class Authorities:
    """Asks without recursion, at the port of name servers, and only where a monitor may be led."""

    def __init__(self, port: int, allowed: Networks, timeout_seconds: float) -> None:
        self._port = port
        self._allowed = allowed
        self._timeout_seconds = timeout_seconds

    def obstacle(self, address: str) -> tuple[ServerState, str] | None:
        """Say why an address is not asked, in one sentence; None: it may be."""
        try:
            public = reach(address, self._allowed) is Reach.PUBLIC
        except ValueError:
            public = False
        if not public:
            return (
                ServerState.REFUSED_BY_US,
                f"The address {address} is not public, and a monitor is not led there.",
            )
        if not routed(address, self._port):
            return ServerState.NOT_ASKED, f"This vantage has no route to {address}."
        return None

    def askable(self, addresses: Iterable[str]) -> list[str]:
        """Return those that may be asked, in the same order."""
        return [one for one in addresses if self.obstacle(one) is None]

    async def ask(self, address: str, name: Name, kind: RdataType, *, dnssec: bool = False) -> Message:
        """Ask one that `obstacle` has nothing against.

        Raises:
            NoAnswerError: it gave none.
        """
        return await put(name, kind, address, self._port, self._timeout_seconds, dnssec=dnssec)


def routed(address: str, port: int) -> bool:
    """Whether a route of ours leads to an address; nothing is sent."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as one:
            one.connect((address, port))
            return leads_out(one.getsockname()[0], address)
    except OSError:
        return False


def leads_out(source: str, destination: str) -> bool:
    """Whether answers can come back to the source address that a route gives us; pure.

    A private IPv6 address (RFC 4193) with a default route is common in containers, and reaches nobody.
    """
    there = ipaddress.ip_address(destination.partition("%")[0])
    here = ipaddress.ip_address(source.partition("%")[0])
    return there.version == 4 or not there.is_global or here.is_global  # noqa: PLR2004 - IPv4
