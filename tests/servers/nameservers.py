"""A small DNS server over UDP and TCP, for right and wrong answers."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from tests.servers.serving import SERVER_TASK

Query = dns.message.QueryMessage
Reply = dns.message.Message | bytes | None
"""None: no answer at all. Bytes are sent as they are."""
Answering = Callable[[Query, bool], Reply]
"""What is said to a question; the flag says whether it came over TCP."""

TTL_SECONDS = 60


class Unframed(bytes):
    """Sent over TCP as it is, without the length that DNS puts before a message."""

    __slots__ = ()


@dataclass
class NameServer:
    """A running DNS server."""

    host: str
    port: int
    questions: list[tuple[str, str, str]] = field(default_factory=list)
    """Name, type and transport (`udp` or `tcp`) of each question, in order."""

    @property
    def address(self) -> str:
        return f"{self.host}:{self.port}"


def zone(records: Mapping[tuple[str, str], Sequence[str]], *, authenticated: bool = False) -> Answering:
    """Answer from records `(name, type) → texts`, following CNAMEs; NXDOMAIN for names that it lacks."""

    def answer(query: Query, _: bool) -> Reply:
        question = query.question[0]
        response = dns.message.make_response(query, recursion_available=True)
        if authenticated:
            response.flags |= dns.flags.AD
        name, kind = (
            question.name.to_text(omit_final_dot=True).lower(),
            dns.rdatatype.to_text(question.rdtype),
        )
        while (name, "CNAME") in records and kind != "CNAME":
            response.answer.append(_records(name, "CNAME", records[name, "CNAME"]))
            name = records[name, "CNAME"][0].rstrip(".")
        if (name, kind) in records:
            response.answer.append(_records(name, kind, records[name, kind]))
        elif not any(known == name for known, _ in records):
            response.set_rcode(dns.rcode.NXDOMAIN)
        return response

    return answer


def refuses(rcode: str) -> Answering:
    """Answer every question with this code: NXDOMAIN, SERVFAIL, REFUSED, NOERROR (and no record), …"""

    def answer(query: Query, _: bool) -> Reply:
        response = dns.message.make_response(query, recursion_available=True)
        response.set_rcode(dns.rcode.from_text(rcode))
        return response

    return answer


def ignores(query: Query, _: bool) -> Reply:
    """Never answer."""
    return None


def babbles(query: Query, _: bool) -> Reply:
    """Answer with bytes that are no DNS message."""
    return b"\xff" * 7


def half(answering: Answering) -> Answering:
    """Break every message off in the middle, its id intact."""

    def answer(query: Query, tcp: bool) -> Reply:
        whole = answering(query, tcp)
        assert isinstance(whole, dns.message.Message)
        return whole.to_wire()[:20]

    return answer


def mistakes_the_id(answering: Answering) -> Answering:
    """Answer as another question was asked: what a spoofer does who guesses."""

    def answer(query: Query, tcp: bool) -> Reply:
        response = answering(query, tcp)
        assert isinstance(response, dns.message.Message)
        response.id = (query.id + 1) % 65536
        return response

    return answer


def truncates(answering: Answering) -> Answering:
    """Say over UDP only that the answer is too long for it; give it over TCP."""

    def answer(query: Query, tcp: bool) -> Reply:
        if tcp:
            return answering(query, tcp)
        response = dns.message.make_response(query, recursion_available=True)
        response.flags |= dns.flags.TC
        return response

    return answer


@asynccontextmanager
async def serve_dns(
    answering: Answering, *, host: str = "127.0.0.1", port: int = 0
) -> AsyncIterator[NameServer]:
    """Answer DNS over UDP and TCP at one port until the block ends; OSError: the given port is taken."""
    loop = asyncio.get_running_loop()
    udp, tcp = _two_sockets(host, port)
    server = NameServer(host, int(udp.getsockname()[1]))

    def say(wire: bytes, over_tcp: bool) -> bytes | None:
        query = dns.message.from_wire(wire)
        assert isinstance(query, Query)
        question = query.question[0]
        kind = dns.rdatatype.to_text(question.rdtype)
        transport = "tcp" if over_tcp else "udp"
        server.questions.append((question.name.to_text(omit_final_dot=True), kind, transport))
        response = answering(query, over_tcp)
        return _wire(query, response, over_tcp) if isinstance(response, dns.message.Message) else response

    talks: dict[asyncio.Task[None], asyncio.StreamWriter] = {}

    def let_in(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talks[loop.create_task(talk(reader, writer), name=SERVER_TASK)] = writer

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(asyncio.IncompleteReadError, OSError):
            while True:
                (length,) = struct.unpack("!H", await reader.readexactly(2))
                response = say(await reader.readexactly(length), True)
                if isinstance(response, Unframed):
                    writer.write(response)
                elif response is not None:
                    writer.write(struct.pack("!H", len(response)) + response)
        writer.close()

    transport, _ = await loop.create_datagram_endpoint(lambda: _Datagrams(say), sock=udp)
    listener = await asyncio.start_server(let_in, sock=tcp)
    try:
        yield server
    finally:
        transport.close()
        listener.close()
        for task, writer in talks.items():
            writer.transport.abort()
            task.cancel()
        await asyncio.gather(*talks, return_exceptions=True)
        await asyncio.sleep(0)


class _Datagrams(asyncio.DatagramProtocol):
    def __init__(self, say: Callable[[bytes, bool], bytes | None]) -> None:
        self._say = say

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        response = self._say(data, False)
        if response is not None:
            self._transport.sendto(response, addr)


def _wire(query: Query, response: dns.message.Message, over_tcp: bool) -> bytes:
    if over_tcp:
        return response.to_wire(max_size=65535)
    try:
        return response.to_wire()
    except dns.exception.TooBig:
        short = dns.message.make_response(query)
        short.flags |= dns.flags.TC
        return short.to_wire()


def _records(name: str, kind: str, texts: Sequence[str]) -> dns.rrset.RRset:
    return dns.rrset.from_text(f"{name}.", TTL_SECONDS, "IN", kind, *texts)


def _two_sockets(host: str, port: int) -> tuple[socket.socket, socket.socket]:
    """Bind UDP and TCP to one port number; of free choice another is tried where somebody has the TCP one."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    while True:
        udp, tcp = socket.socket(family, socket.SOCK_DGRAM), socket.socket(family)
        try:
            udp.bind((host, port))
            tcp.bind(udp.getsockname())
        except OSError:
            udp.close()
            tcp.close()
            if port:
                raise
            continue
        udp.setblocking(False)
        tcp.setblocking(False)
        return udp, tcp
