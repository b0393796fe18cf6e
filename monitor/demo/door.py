"""A port on loopback that can be shut and opened again."""

from __future__ import annotations

import asyncio
import socket
import ssl
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from contextlib import suppress

Reception = Callable[[StreamReader, StreamWriter], Awaitable[None]]


class Door:
    """A TCP port that refuses connections until it is opened, and after it was shut.

    A socket that is bound and does not listen holds it all the while, so that nobody else is given it.

    Args:
        address: an IPv4 address of this machine; the port is any free one.
        receive: serves one visitor; what it does not close is closed for it.
        context: for TLS; None: plain text.
    """

    def __init__(self, address: str, receive: Reception, context: ssl.SSLContext | None = None) -> None:
        self.address = address
        self._receive = receive
        self._context = context
        self._server: asyncio.Server | None = None
        self._visits: dict[asyncio.Task[None], StreamWriter] = {}
        self._held = socket.socket()
        self._held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        self._held.bind((address, 0))

    @property
    def port(self) -> int:
        """Its number; the same for as long as the door is there."""
        return int(self._held.getsockname()[1])

    async def open(self) -> None:
        """Let visitors in."""
        if self._server is None:
            # Beside the socket that holds the port there is room for one that listens: both reuse it.
            self._server = await asyncio.start_server(
                self._let_in, self.address, self.port, ssl=self._context, reuse_address=True
            )

    def shut(self) -> None:
        """Refuse visitors, and drop those who are inside."""
        if self._server is not None:
            self._server.close()
            self._server = None
        for visit, writer in self._visits.items():
            writer.transport.abort()  # a task that is cancelled before its first step does nothing at all
            visit.cancel()

    async def remove(self) -> None:
        """Shut it for good."""
        self.shut()
        await asyncio.gather(*self._visits, return_exceptions=True)
        self._held.close()

    def _let_in(self, reader: StreamReader, writer: StreamWriter) -> None:
        if self._server is None:  # shut in the middle of a handshake
            writer.transport.abort()
            return
        visit = asyncio.get_running_loop().create_task(self._attend(reader, writer))
        self._visits[visit] = writer
        visit.add_done_callback(self._visits.pop)

    async def _attend(self, reader: StreamReader, writer: StreamWriter) -> None:
        try:
            # A visitor may leave at any moment, in the middle of a handshake too: that is no news here.
            with suppress(OSError, ssl.SSLError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
                await self._receive(reader, writer)
        finally:
            writer.close()
