"""The town's servers on loopback, and the way out through which the monitor reaches them."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass

from monitor.core.canary import Canary, CanaryKind
from monitor.core.service import CheckKind
from monitor.demo.behaviours import Behaviour, Visit
from monitor.demo.certificates import Authority
from monitor.demo.domains import DOMAINS, Domain
from monitor.demo.door import Door, Reception
from monitor.demo.nameserver import NameServer, knows
from monitor.demo.naming import Naming, NamingServers
from monitor.demo.offices import AGENCY_NAMES
from monitor.demo.pages import head, requested
from monitor.demo.site import Site
from monitor.demo.turns import Turns

CANARIES = ("127.0.1.1", "127.0.2.1")
"""In two networks, as the settings ask."""
GUARD = "127.0.4.1"
"""Who misses the monitor when it does not call any more."""


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
async def open_town(
    sites: Sequence[Site], authority: Authority, domains: Sequence[Domain] = DOMAINS
) -> AsyncIterator[Town]:
    """Serve every site, on ports that the kernel chooses, and the domains, until the context ends."""
    async with AsyncExitStack() as stack:
        addresses = {site.host: site.address for site in sites}
        servers = NamingServers(domains, addresses)
        town = Town(stack, authority, addresses, await servers.open(stack))
        await town.build(sites, servers)
        yield town


class Town:
    """Its servers run until the stack that they stand on is closed.

    Args:
        stack: closes what is opened.
        authority: makes the certificates.
        addresses: what the name server knows, by name.
        naming: where the servers are that tell what the town's names are.
    """

    def __init__(
        self, stack: AsyncExitStack, authority: Authority, addresses: dict[str, str], naming: Naming
    ) -> None:
        self.places: list[Place] = []
        self.canaries: list[Canary] = []
        self.naming = naming
        self.heartbeat: str
        """The URL that the guard waits to be called at."""
        self.cut = False
        """Whether the way out is cut: nothing in the town can be reached."""
        self._stack = stack
        self._authority = authority
        self._addresses = addresses
        self._doors: list[tuple[Door, Turns | None]] = []
        self._name_servers: list[NameServer] = []
        self._switched = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._opened_at = self._loop.time()

    async def build(self, sites: Sequence[Site], servers: NamingServers) -> None:
        """Serve the sites, the canaries and the guard, and open the doors of those servers; called once."""
        self._name_servers += servers.name_servers
        self._doors += [(door, None) for door in servers.doors]
        self.places += [Place(site, await self._serve(site)) for site in sites]
        for address in CANARIES:
            port = self._door(Door(address, _leave))
            self.canaries.append(Canary(kind=CanaryKind.TCP, target=f"{address}:{port}"))
        self.heartbeat = f"http://{GUARD}:{self._door(Door(GUARD, _take))}/"
        await self._settle()
        self._stack.push_async_callback(_end, self._loop.create_task(self._keep(), name="town"))

    def toggle(self) -> None:
        """Cut the way out, or mend it; it is so a moment later."""
        self.cut = not self.cut
        self._switched.set()

    async def _keep(self) -> None:
        """Open and shut doors at the switch and when the turn of a host has come, until cancelled."""
        while True:
            self._switched.clear()
            await self._settle()
            open_for = self._loop.time() - self._opened_at
            waits = [turns.left_at(open_for) for _, turns in self._doors if turns is not None]
            with suppress(TimeoutError):
                async with asyncio.timeout(min(waits, default=None)):
                    await self._switched.wait()

    async def _settle(self) -> None:
        open_for = self._loop.time() - self._opened_at
        for server in self._name_servers:
            server.deaf = self.cut
        for door, turns in self._doors:
            if self.cut or (turns is not None and not turns.well_at(open_for)):
                door.shut()
            else:
                await door.open()

    async def _serve(self, site: Site) -> int:
        """Give a site its port, and a door where anybody is to be let in; returns the port."""
        if site.kind is CheckKind.DNS:
            return await self._name_server(site)
        context = None
        if site.certificate is not None:
            context = self._authority.identity(site.host, site.certificate).server_context()
        if site.behaviour is None:
            return self._closed(Door(site.address, _leave, context))
        return self._door(Door(site.address, self._reception(site, site.behaviour), context), site.turns)

    def _door(self, door: Door, turns: Turns | None = None) -> int:
        self._doors.append((door, turns))
        return self._closed(door)

    def _closed(self, door: Door) -> int:
        self._stack.push_async_callback(door.remove)
        return door.port

    def _reception(self, site: Site, behaviour: Behaviour) -> Reception:
        async def receive(reader: StreamReader, writer: StreamWriter) -> None:
            path = await requested(reader) if site.kind is CheckKind.HTTP else ""
            open_for = self._loop.time() - self._opened_at
            office = AGENCY_NAMES[site.agency]
            await behaviour(Visit(reader, writer, site.name, office, site.host, path, open_for))

        return receive

    async def _name_server(self, site: Site) -> int:
        transport, server = await self._loop.create_datagram_endpoint(
            lambda: NameServer(knows(self._addresses)), local_addr=(site.address, 0)
        )
        self._stack.callback(transport.close)
        self._name_servers.append(server)
        port = int(transport.get_extra_info("sockname")[1])
        place = f"{site.address}:{port}"
        self.canaries.append(Canary(kind=CanaryKind.DNS, target=site.host, server=place))
        return port


async def _leave(_: StreamReader, __: StreamWriter) -> None:
    """Receive a visitor who wants no more than to be let in."""


async def _take(reader: StreamReader, writer: StreamWriter) -> None:
    """Take a call."""
    await requested(reader)
    writer.write(head(204, 0))
    await writer.drain()


async def _end(task: asyncio.Task[None]) -> None:
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
