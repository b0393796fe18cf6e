"""Bytes to and from one peer, over a plain socket or TLS in memory; nothing here knows HTTP."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import ssl
import struct
from datetime import timedelta

RECEIVE_BYTES = 65536
_RTT = struct.Struct("=I")
_RTT_OFFSET = 68  # tcpi_rtt in struct tcp_info (linux/tcp.h): 8 bytes of flags and 15 words before it


async def open_socket(address: str, port: int) -> socket.socket:
    """Connect to one address.

    Raises:
        OSError: refused, unreachable, or (with `errno.ENETDOWN`) this machine has no route there at all.
    """
    loop = asyncio.get_running_loop()
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    sock = socket.socket(family, socket.SOCK_STREAM | socket.SOCK_NONBLOCK)
    try:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        number = sock.connect_ex((address, port))
        if number in (errno.ENETUNREACH, errno.EHOSTUNREACH):
            # Said before any packet left: it is our own routing table that has no way there.
            number = errno.ENETDOWN
        if number == errno.EINPROGRESS:
            await _writable(loop, sock)
            number = sock.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
    except BaseException:
        sock.close()
        raise
    if number:
        sock.close()
        raise OSError(number, os.strerror(number))
    return sock


async def _writable(loop: asyncio.AbstractEventLoop, sock: socket.socket) -> None:
    ready: asyncio.Future[None] = loop.create_future()
    descriptor = sock.fileno()
    loop.add_writer(descriptor, _arrive, ready)
    try:
        await ready
    finally:
        loop.remove_writer(descriptor)


def _arrive(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)


def round_trip(sock: socket.socket) -> timedelta | None:
    """Return the kernel's smoothed round-trip time: exact even while our loop is busy."""
    option = getattr(socket, "TCP_INFO", None)
    if option is None:
        return None
    try:
        info = sock.getsockopt(socket.IPPROTO_TCP, option, _RTT_OFFSET + _RTT.size)
    except OSError:
        return None
    if len(info) < _RTT_OFFSET + _RTT.size:
        return None
    return timedelta(microseconds=_RTT.unpack_from(info, _RTT_OFFSET)[0])


class PlainStream:
    """A socket without TLS."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self._loop = asyncio.get_running_loop()

    async def send(self, data: bytes) -> None:
        """Send everything."""
        await self._loop.sock_sendall(self.sock, data)

    async def receive(self) -> bytes:
        """Return what has arrived; empty at the end of the stream."""
        return await self._loop.sock_recv(self.sock, RECEIVE_BYTES)

    def close(self) -> None:
        """Let go of the socket at once."""
        self.sock.close()


class TlsStream:
    """TLS over a socket, the protocol running in memory, so that the handshake is ours to watch."""

    def __init__(self, sock: socket.socket, context: ssl.SSLContext, server_name: str) -> None:
        self.sock = sock
        self._loop = asyncio.get_running_loop()
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self.tls = context.wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        self.ended_abruptly = False
        """The peer closed without close_notify: an end nobody vouches for."""

    async def handshake(self) -> None:
        """Agree on TLS.

        Raises:
            ssl.SSLError: no agreement; `SSLCertVerificationError` where only trust is missing.
            ConnectionAbortedError: the peer closed in the middle of it.
        """
        while True:
            try:
                self.tls.do_handshake()
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    raise ConnectionAbortedError("closed during the handshake") from None
            except ssl.SSLError:
                await self._flush()  # our alert tells the peer why
                raise
            else:
                await self._flush()
                return

    async def send(self, data: bytes) -> None:
        """Send everything."""
        view = memoryview(data)
        while view:
            view = view[self.tls.write(view) :]
        await self._flush()

    async def receive(self) -> bytes:
        """Return what has arrived; empty at the end of the stream."""
        while True:
            try:
                return self.tls.read(RECEIVE_BYTES)
            except ssl.SSLWantReadError:
                await self._flush()
                if not await self._fill():
                    self._incoming.write_eof()
            except ssl.SSLZeroReturnError:
                return b""
            except ssl.SSLEOFError:
                self.ended_abruptly = True
                return b""

    def close(self) -> None:
        """Let go of the socket at once."""
        self.sock.close()

    async def _flush(self) -> None:
        if data := self._outgoing.read():
            await self._loop.sock_sendall(self.sock, data)

    async def _fill(self) -> bool:
        data = await self._loop.sock_recv(self.sock, RECEIVE_BYTES)
        if data:
            self._incoming.write(data)
        return bool(data)
