"""Servers on a TLS port that never finish a handshake. They speak the raw bytes: run them without `tls=`."""

from __future__ import annotations

import asyncio
import ssl
import struct
from collections.abc import Callable
from contextlib import suppress

from tests.certificates import Identity
from tests.servers.serving import Behaviour, ServerTls, hold, read_request, reset

UNEXPECTED_MESSAGE = 10
HANDSHAKE_FAILURE = 40
ACCESS_DENIED = 49
PROTOCOL_VERSION = 70
UNRECOGNIZED_NAME = 112
"""Alert descriptions of RFC 8446, section 6.2."""


def alert(description: int) -> Behaviour:
    """Answer the ClientHello with a fatal alert."""

    async def refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(65536)
        writer.write(_record(21, bytes((2, description))))

    return refuse


def partial(identity: Identity, *, then: str, length: int = 60) -> Behaviour:
    """Send the first `length` bytes of a true ServerHello, and then `stall`, `reset` or `close`."""
    context = ServerTls(identity=identity).context([])

    async def begin(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        incoming.write(await reader.read(65536))
        with suppress(ssl.SSLWantReadError):
            server.do_handshake()
        writer.write(outgoing.read()[:length])
        await writer.drain()
        if then == "stall":
            await hold(reader)
        elif then == "reset":
            # The client must have the bytes before the reset discards them.
            await asyncio.sleep(0.05)
            reset(writer)

    return begin


def speaks_up(tls: ServerTls, answer: bytes) -> Behaviour:
    """Shake hands and answer; where the handshake fails, say why in an alert before leaving.

    asyncio's own server closes without its alert, and with a reset if the client has sent its request.
    """
    context = tls.context([])

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        try:
            await _pump(server.do_handshake, reader, writer, incoming, outgoing)
            await _pump(lambda: server.read(65536), reader, writer, incoming, outgoing)
            server.write(answer)
        except ssl.SSLError:
            writer.write(outgoing.read())
            writer.write_eof()
            await hold(reader)
        writer.write(outgoing.read())

    return behave


async def _pump(
    work: Callable[[], object],
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    incoming: ssl.MemoryBIO,
    outgoing: ssl.MemoryBIO,
) -> None:
    while True:
        try:
            work()
        except ssl.SSLWantReadError:
            writer.write(outgoing.read())
            incoming.write(await reader.read(65536))
        else:
            writer.write(outgoing.read())
            return


async def garbage_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with a record that claims to be a ServerHello and holds none."""
    await reader.read(65536)
    writer.write(_record(22, b"\x02\x00\x00\x46" + bytes(range(70))))
    await hold(reader)


async def random_bytes(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Answer with what is no TLS record at all."""
    await reader.read(65536)
    writer.write(bytes((7 * number + 131) % 256 for number in range(300)))
    await hold(reader)


async def drip_hello(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Send a handshake record a byte at a time, each in time, the whole never."""
    await reader.read(65536)
    for byte in _record(22, bytes(16000)):
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0.05)


async def plain_http(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Speak HTTP where TLS is expected, as nginx does: 400, in plain text."""
    await reader.read(65536)
    writer.write(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n")
    writer.write_eof()
    await hold(reader)


def cut_without_notice(raw: bytes) -> Behaviour:
    """Send these bytes over TLS and end the TCP connection without close_notify (run with `tls=`)."""

    async def cut(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(raw)
        await writer.drain()
        # abort() drops what is still in the buffers of the transport; these bytes have left them by now.
        await asyncio.sleep(0.02)
        writer.transport.abort()

    return cut


def _record(kind: int, payload: bytes) -> bytes:
    return struct.pack("!BHH", kind, 0x0303, len(payload)) + payload
