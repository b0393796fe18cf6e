"""The servers that tell what the town's names are: RDAP, WHOIS, name servers and a resolver, on loopback."""

from __future__ import annotations

import asyncio
import socket
from asyncio import StreamReader, StreamWriter
from collections.abc import Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

import dns.name

from monitor.demo.domains import (
    NAME_SERVERS,
    PARENT_SERVERS,
    RDAP_ADDRESS,
    RESOLVER_ADDRESS,
    WHOIS_ADDRESS,
    Domain,
)
from monitor.demo.door import Door
from monitor.demo.nameserver import Answering, NameServer, resolves, serves
from monitor.demo.pages import head, requested
from monitor.demo.registry import RDAP_PATH, rdap_answer, whois_answer
from monitor.demo.zones import Tree, tree

_LONGEST_QUESTION = 256
_PORTS_TRIED = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Naming:
    """Where these servers are."""

    rdap: str
    """Base URL."""
    whois: str
    """Address."""
    whois_port: int
    resolver: str
    """`address:port`"""
    dns_port: int
    """Of all name servers."""


class NamingServers:
    """Those servers: doors that somebody has to open, and name servers that answer at once.

    Args:
        domains: the town's.
        hosts: host name → address.
    """

    def __init__(self, domains: Sequence[Domain], hosts: Mapping[str, str]) -> None:
        self._domains = domains
        self._opened_at = datetime.now(UTC)
        self._tree = tree(domains, hosts, self._opened_at)
        self._rdap = Door(RDAP_ADDRESS, self._answer_rdap)
        self._whois = Door(WHOIS_ADDRESS, self._answer_whois)
        self.doors = (self._rdap, self._whois)
        self.name_servers: list[NameServer] = []

    async def open(self, stack: AsyncExitStack) -> Naming:
        """Have the name servers answer until the stack is closed, which removes the doors too.

        Raises:
            OSError: there is no port that is free at all their addresses.
        """
        for door in self.doors:
            stack.push_async_callback(door.remove)
        kinds: dict[str, Answering] = {RESOLVER_ADDRESS: resolves(self._tree)}
        for name, address in {**PARENT_SERVERS, **NAME_SERVERS}.items():
            kinds[address] = serves(self._tree, _zones_of(name, self._tree, self._domains))
        sockets = _at_one_port(list(kinds))
        for one, answering in zip(sockets, kinds.values(), strict=True):
            transport, server = await asyncio.get_running_loop().create_datagram_endpoint(
                partial(NameServer, answering), sock=one
            )
            stack.callback(transport.close)
            self.name_servers.append(server)
        port = int(sockets[0].getsockname()[1])
        return Naming(
            rdap=f"http://{RDAP_ADDRESS}:{self._rdap.port}{RDAP_PATH}",
            whois=WHOIS_ADDRESS,
            whois_port=self._whois.port,
            resolver=f"{RESOLVER_ADDRESS}:{port}",
            dns_port=port,
        )

    async def _answer_rdap(self, reader: StreamReader, writer: StreamWriter) -> None:
        status, kind, body = rdap_answer(await requested(reader), self._domains, self._opened_at)
        writer.write(head(status, len(body), kind=kind) + body)
        await writer.drain()

    async def _answer_whois(self, reader: StreamReader, writer: StreamWriter) -> None:
        question = (await reader.readuntil(b"\n"))[:_LONGEST_QUESTION].decode("ascii", "replace")
        writer.write(whois_answer(question, self._domains, self._opened_at).encode())
        await writer.drain()


def _zones_of(server: str, tree_: Tree, domains: Sequence[Domain]) -> frozenset[dns.name.Name]:
    """Return the names of the zones that a name server has loaded."""
    own = {dns.name.from_text(one.name): one for one in domains}
    return frozenset(
        name
        for name in tree_.zones
        if (server in PARENT_SERVERS if name not in own else _has_loaded(server, own[name]))
    )


def _has_loaded(server: str, domain: Domain) -> bool:
    return server in domain.name_servers and server not in domain.lame


def _at_one_port(addresses: Sequence[str]) -> list[socket.socket]:
    """Return UDP sockets at one port, free at all these addresses; the kernel proposes it.

    Raises:
        OSError: no port was free at all of them, time after time.
    """
    for left in reversed(range(_PORTS_TRIED)):
        sockets: list[socket.socket] = []
        port = 0
        try:
            for address in addresses:
                one = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
                sockets.append(one)
                one.setblocking(False)
                one.bind((address, port))
                port = int(one.getsockname()[1])
        except OSError:
            for one in sockets:
                one.close()
            if not left:
                raise
        else:
            return sockets
    raise AssertionError  # the last try returns or raises
