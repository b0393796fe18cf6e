"""A server for one test: takes connections, keeps what it was asked, and lets a behaviour answer."""

from __future__ import annotations

import asyncio
import os
import socket
import ssl
import struct
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import ClassVar

from tests.certificates import Identity

SERVER_TASK = "test server"
"""The name of every task of a test server, to tell them from what a probe leaves behind."""

Behaviour = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What is done with one connection. When it returns the connection is closed in the usual way."""


@dataclass(frozen=True)
class Heard:
    """One request (or whatever else a client said), as raw bytes and as read by HTTP/1.1's rules."""

    raw: bytes

    @property
    def method(self) -> str:
        return self._line[0]

    @property
    def target(self) -> str:
        return self._line[1]

    @property
    def version(self) -> str:
        return self._line[2]

    @property
    def headers(self) -> list[tuple[str, str]]:
        """In the order received; names lower case."""
        pairs = (line.partition(":") for line in self._head.split("\r\n")[1:])
        return [(name.lower(), value.strip()) for name, _, value in pairs]

    def header(self, name: str) -> str | None:
        return dict(self.headers).get(name)

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def _head(self) -> str:
        return self.raw.partition(b"\r\n\r\n")[0].decode("latin-1")

    @property
    def _line(self) -> list[str]:
        return self._head.split("\r\n")[0].split(" ")


@dataclass(frozen=True, kw_only=True)
class ServerTls:
    """How a server speaks TLS."""

    identity: Identity
    minimum: ssl.TLSVersion | None = None
    maximum: ssl.TLSVersion | None = None
    by_name: Mapping[str, Identity] = field(default_factory=dict)
    """Other identities for some of the names that clients ask for (SNI)."""
    clients_from: Identity | None = None
    """Clients must show a certificate of this authority."""

    def context(self, asked: list[str | None]) -> ssl.SSLContext:
        """Build the context; the names that clients ask for are added to `asked`."""
        context = self._context_of(self.identity)
        others = {name: self._context_of(one) for name, one in self.by_name.items()}

        def choose(connection: ssl.SSLObject, name: str | None, _: ssl.SSLContext) -> None:
            asked.append(name)
            if name in others:
                connection.context = others[name]

        context.sni_callback = choose
        return context

    def _context_of(self, identity: Identity) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        # Weak keys and old versions are what some of the tests are about.
        context.set_ciphers("DEFAULT:@SECLEVEL=0")
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)
            if self.minimum is not None:
                context.minimum_version = self.minimum
            if self.maximum is not None:
                context.maximum_version = self.maximum
        if self.clients_from is not None:
            context.verify_mode = ssl.CERT_REQUIRED
            context.load_verify_locations(cadata=self.clients_from.chain_pem.decode())
        identity.load_into(context)
        return context


class Server:
    """A server that is running; see `serve`."""

    running: ClassVar[set[Server]] = set()

    def __init__(self, behaviour: Behaviour, tls: ServerTls | None, listener: socket.socket) -> None:
        self.behaviour = behaviour
        self.host, self.port = listener.getsockname()[:2]
        self.names_asked: list[str | None] = []
        """The names in the ClientHellos (SNI), None where there was none."""
        self.connections = 0
        self.at_once = 0
        self.most_at_once = 0
        """The most connections that were being answered at one time."""
        self.errors: list[Exception] = []
        """What went wrong on the server's own side: refused handshakes, resets by the client."""
        self.inodes: set[int] = set()
        """Of the accepted sockets, to tell them from the client's in one process."""
        self._tls = tls.context(self.names_asked) if tls else None
        self._listener = listener
        self._heard: list[bytearray] = []
        self._writers: list[asyncio.StreamWriter] = []
        self._unattended: set[socket.socket] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def requests(self) -> list[Heard]:
        """What was said on each connection, in the order they were made; silent ones left out."""
        return [Heard(bytes(one)) for one in self._heard if one]

    def url(self, path: str = "/", host: str = "good.test") -> str:
        """Return the address of a page here under a name that the tests resolve to loopback."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    def start(self) -> None:
        self.running.add(self)
        self._spawn(self._accept())

    async def stop(self) -> None:
        for writer in self._writers:
            writer.transport.abort()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        for connection in self._unattended:  # their tasks were cancelled before the first step
            connection.close()
        self.running.remove(self)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        task.set_name(SERVER_TASK)
        self._tasks.add(task)

    async def _accept(self) -> None:
        while True:
            connection, _ = await asyncio.get_running_loop().sock_accept(self._listener)
            self._unattended.add(connection)
            self._spawn(self._attend(connection))

    async def _attend(self, connection: socket.socket) -> None:
        self._unattended.remove(connection)
        self.connections += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        self.inodes.add(os.fstat(connection.fileno()).st_ino)
        writer: asyncio.StreamWriter | None = None
        try:
            reader, writer = await self._open(connection)
            await self.behaviour(reader, writer)
        except (OSError, asyncio.IncompleteReadError) as error:
            self.errors.append(error)
        finally:
            # Before the connection is closed: a client that comes back at once must not count as two.
            self.at_once -= 1
            if writer is not None:
                writer.close()
        if writer is not None:
            with suppress(OSError):
                await writer.wait_closed()
            self._writers.remove(writer)

    async def _open(self, connection: socket.socket) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        heard = bytearray()
        self._heard.append(heard)
        loop = asyncio.get_running_loop()
        reader = _RecordingReader(heard)
        protocol = asyncio.StreamReaderProtocol(reader)
        transport, _ = await loop.connect_accepted_socket(lambda: protocol, connection, ssl=self._tls)
        writer = asyncio.StreamWriter(transport, protocol, reader, loop)
        self._writers.append(writer)
        return reader, writer


class _RecordingReader(asyncio.StreamReader):
    def __init__(self, heard: bytearray) -> None:
        super().__init__()
        self._heard = heard

    def feed_data(self, data: bytes) -> None:
        self._heard += data
        super().feed_data(data)


@asynccontextmanager
async def serve(
    behaviour: Behaviour, tls: ServerTls | None = None, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[Server]:
    """Run a server until the block ends; then every connection is cut and every task is over."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
        listener.setblocking(False)
        server = Server(behaviour, tls, listener)
        server.start()
        try:
            yield server
        finally:
            await server.stop()


async def read_request(reader: asyncio.StreamReader) -> Heard:
    """Read one request with its body (Content-Length only).

    Raises:
        asyncio.IncompleteReadError: the client left before its end.
    """
    head = await reader.readuntil(b"\r\n\r\n")
    length = int(Heard(head).header("content-length") or 0)
    return Heard(head + await reader.readexactly(length))


async def hold(reader: asyncio.StreamReader) -> None:
    """Keep the connection, saying nothing, until the client has left it."""
    with suppress(OSError):
        while await reader.read(65536):
            pass


def reset(writer: asyncio.StreamWriter) -> None:
    """Cut the connection with a RST instead of an orderly end."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    writer.transport.abort()
