"""Servers that fail before a word is spoken."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from tests.servers.serving import hold, reset

UNREACHABLE = "127.255.255.255"
"""The broadcast address of the loopback network: the kernel answers a connection attempt with ENETUNREACH."""


@contextmanager
def refused_port(host: str = "127.0.0.1") -> Iterator[int]:
    """Yield a port at which nothing listens: bound, so that nobody else takes it meanwhile."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as holder:
        holder.bind((host, 0))
        yield int(holder.getsockname()[1])


@contextmanager
def full_backlog(host: str = "127.0.0.1") -> Iterator[int]:
    """Yield a port whose queue is full, so that the kernel leaves every further SYN without an answer."""
    with ExitStack() as held:
        listener = held.enter_context(socket.socket())
        listener.bind((host, 0))
        listener.listen(0)
        for _ in range(3):
            client = held.enter_context(socket.socket())
            client.setblocking(False)
            client.connect_ex(listener.getsockname())
        yield int(listener.getsockname()[1])


async def reset_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the connection and reset it."""
    reset(writer)


async def close_at_once(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the connection and close it."""
    writer.close()


async def silence(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Take the connection, hear everything, say nothing."""
    await hold(reader)


async def close_when_asked(reader: asyncio.StreamReader, _: asyncio.StreamWriter) -> None:
    """Hear the first words, then close without a reply."""
    await reader.read(65536)


async def reset_when_asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hear the first words, then reset."""
    await reader.read(65536)
    reset(writer)


async def deaf(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Take the connection and never read: what the client sends piles up until it can send no more."""
    connection = writer.get_extra_info("socket")
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    writer.transport.pause_reading()  # type: ignore[attr-defined]  # asyncio types transports by their base
    await asyncio.Event().wait()


async def reset_in_the_request(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read the head of a request and cut off its body."""
    await reader.readuntil(b"\r\n\r\n")
    reset(writer)


def banner(words: bytes):
    """Speak first, as SSH, FTP and SMTP servers do, and then listen."""

    async def speak(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(words)
        await hold(reader)

    return speak


SSH = banner(b"SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n")
FTP = banner(b"220 ProFTPD Server ready.\r\n")
SMTP = banner(b"220 mail.demoprov.go.id ESMTP Postfix\r\n")
