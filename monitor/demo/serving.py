"""The town's servers on loopback."""

from __future__ import annotations

import asyncio
import socket
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from monitor.core.service import CheckKind
from monitor.demo.behaviours import Behaviour, Visit
from monitor.demo.certificates import Authority
from monitor.demo.nameserver import NameServer
from monitor.demo.offices import AGENCY_NAMES
from monitor.demo.site import Site


@dataclass(frozen=True, slots=True)
class Place:
    """A site, and the port that it is served on (or that refuses)."""

    site: Site
    port: int

    @property
    def url(self) -> str:
        """Where people would open it."""
        scheme = "https" if self.site.certificate else "http"
        return f"{scheme}://{self.site.host}:{self.port}/"


@asynccontextmanager
async def open_town(sites: Sequence[Site], authority: Authority) -> AsyncIterator[list[Place]]:
    """Serve every site, on ports that the kernel chooses, until the context ends."""
    async with AsyncExitStack() as stack:
        town = _Town(stack, authority, {site.host: site.address for site in sites})
        yield [Place(site, await town.open(site)) for site in sites]


class _Town:
    """Opens servers onto a stack, which closes them."""

    def __init__(self, stack: AsyncExitStack, authority: Authority, addresses: dict[str, str]) -> None:
        self._stack = stack
        self._authority = authority
        self._addresses = addresses
        self._loop = asyncio.get_running_loop()
        self._opened_at = self._loop.time()

    async def open(self, site: Site) -> int:
        """Serve one site; returns its port."""
        if site.kind is CheckKind.DNS:
            return await self._name_server(site)
        if site.behaviour is None:
            return self._refuse(site)
        return await self._serve(site, site.behaviour)

    async def _serve(self, site: Site, behaviour: Behaviour) -> int:
        visits: set[asyncio.Task[None]] = set()

        def accept(reader: StreamReader, writer: StreamWriter) -> None:
            task = self._loop.create_task(self._receive(site, behaviour, reader, writer))
            visits.add(task)
            task.add_done_callback(visits.discard)

        async def close() -> None:
            server.close()
            for task in visits:
                task.cancel()
            await asyncio.gather(*visits, return_exceptions=True)

        context = None
        if site.certificate is not None:
            context = self._authority.identity(site.host, site.certificate).server_context()
        server = await asyncio.start_server(accept, site.address, 0, ssl=context)
        self._stack.push_async_callback(close)
        return _port(server.sockets[0])

    async def _receive(
        self, site: Site, behaviour: Behaviour, reader: StreamReader, writer: StreamWriter
    ) -> None:
        # A visitor may leave at any moment, in the middle of a handshake too: that is no news here.
        with suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            try:
                path = await _requested(reader) if site.kind is CheckKind.HTTP else ""
                open_for = self._loop.time() - self._opened_at
                office = AGENCY_NAMES[site.agency]
                await behaviour(Visit(reader, writer, site.name, office, site.host, path, open_for))
            finally:
                writer.close()

    def _refuse(self, site: Site) -> int:
        """Hold a port on which nothing listens, so that nobody else comes to listen on it."""
        held = self._stack.enter_context(socket.socket())
        held.bind((site.address, 0))
        return _port(held)

    async def _name_server(self, site: Site) -> int:
        transport, _ = await self._loop.create_datagram_endpoint(
            lambda: NameServer(self._addresses), local_addr=(site.address, 0)
        )
        self._stack.callback(transport.close)
        return _port(transport.get_extra_info("socket"))


async def _requested(reader: StreamReader) -> str:
    """Read the head of a request; returns the path that it asks for."""
    head = await reader.readuntil(b"\r\n\r\n")
    _, target, *_ = *head.split(b" ", 2), b"/"
    return target.partition(b"?")[0].decode("latin-1")


def _port(opened: socket.socket) -> int:
    return int(opened.getsockname()[1])
