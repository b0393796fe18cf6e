"""HTTP replies, right and wrong, and the behaviours that send them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping

from tests.servers.serving import Behaviour, Heard, hold, read_request, reset

DRIP_SECONDS = 0.04
"""Between two bytes that drip: far below any deadline for one byte, so that only one for the whole helps."""

Answer = bytes | Callable[[Heard], bytes]


def reply(
    body: bytes = b"<h1>Layanan berjalan</h1>",
    *,
    status: int = 200,
    phrase: str = "OK",
    headers: Iterable[tuple[str, str]] = (),
    length: int | str | None = None,
) -> bytes:
    """Write a reply that closes the connection.

    Args:
        length: what Content-Length says; None: the truth. Left out where `headers` name a Transfer-Encoding.
    """
    lines = [f"HTTP/1.1 {status} {phrase}", "Connection: close"]
    if not any(name.lower() == "transfer-encoding" for name, _ in headers):
        lines.append(f"Content-Length: {len(body) if length is None else length}")
    lines += [f"{name}: {value}" for name, value in headers]
    return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n" + body


def answers(answer: Answer) -> Behaviour:
    """Read one request, send this answer, close."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        writer.write(answer if isinstance(answer, bytes) else answer(request))

    return behave


def site(pages: Mapping[str, Answer | Behaviour]) -> Behaviour:
    """Answer by path (the query is part of it); 404 for the others. Values may also be whole behaviours."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await read_request(reader)
        page = pages.get(request.target, reply(b"", status=404, phrase="Not Found"))
        if isinstance(page, bytes):
            writer.write(page)
        else:
            writer.write(page(request))

    return behave


def keeps_open(raw: bytes) -> Behaviour:
    """Read one request, send these bytes, and never end the connection."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(raw)
        await hold(reader)

    return behave


def then_reset(raw: bytes) -> Behaviour:
    """Read one request, send these bytes, let them arrive, and reset."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(raw)
        await writer.drain()
        await asyncio.sleep(0.05)
        reset(writer)

    return behave


def slow(seconds: float, raw: bytes) -> Behaviour:
    """Think for a while before a good answer."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        await asyncio.sleep(seconds)
        writer.write(raw)

    return behave


def drip(raw: bytes, at_once: int = 0) -> Behaviour:
    """Send the first bytes at once, and the rest one by one."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(raw[:at_once])
        for byte in raw[at_once:]:
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(DRIP_SECONDS)

    return behave


def endless(start: bytes, again: bytes) -> Behaviour:
    """Send `start`, then `again` for ever, as fast as the client takes it."""

    async def behave(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await read_request(reader)
        writer.write(start)
        while True:
            writer.write(again)
            await writer.drain()
            await asyncio.sleep(0)

    return behave


OK_LINE = b"HTTP/1.1 200 OK\r\n"
HEADER_FLOOD = endless(OK_LINE, b"X-Flood: " + b"a" * 100 + b"\r\n")
ENDLESS_HEADER = endless(OK_LINE + b"X-Endless: ", b"a" * 4096)
ENDLESS_STATUS_LINE = endless(b"HTTP/1.1 200 ", b"a" * 4096)
ENDLESS_INTERIM = endless(b"", b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n")
ENDLESS_BODY = endless(OK_LINE + b"\r\n", b"x" * 65536)
ENDLESS_CHUNKS = endless(
    OK_LINE + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + b"x" * 65536 + b"\r\n"
)
ENDLESS_TRAILERS = endless(
    OK_LINE + b"Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n", b"X-Trailer: more\r\n"
)
ENDLESS_CHUNK_EXTENSION = endless(OK_LINE + b"Transfer-Encoding: chunked\r\n\r\n1;", b"x" * 4096)
DRIPPING_HEADERS = drip(OK_LINE + b"X-Slow: " + b"a" * 4000)
DRIPPING_BODY = drip(reply(b"x" * 4000), at_once=len(reply(b"x" * 4000)) - 4000)


def interim(count: int, last: bytes) -> bytes:
    """Write so many 1xx replies before the last one."""
    return b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" * count + last


_BODY = b"<h1>isi</h1>"

MALFORMED: dict[str, bytes] = {
    "random bytes": bytes((7 * number + 131) % 256 for number in range(400)),
    "a body without a head (HTTP/0.9)": b"<html><body>HTTP/0.9 tidak punya header</body></html>",
    "an HTTP/2 server's SETTINGS and GOAWAY": bytes.fromhex("000000040000000000")
    + bytes.fromhex("0000080700000000000000000000000001"),
    "the HTTP/2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "no version in the status line": b"200 OK\r\nContent-Length: 0\r\n\r\n",
    "letters for a status": b"HTTP/1.1 abc OK\r\nContent-Length: 0\r\n\r\n",
    "a status of two digits": b"HTTP/1.1 20 OK\r\nContent-Length: 0\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\nContent-Length: 0\r\n\r\n",
    "a negative status": b"HTTP/1.1 -200 OK\r\nContent-Length: 0\r\n\r\n",
    "NUL in a header": OK_LINE + b"X-Nul: a\x00b\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "NUL in a header's name": OK_LINE + b"X-\x00Nul: a\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "a space before the colon": OK_LINE + b"Content-Length : 12\r\n\r\n" + _BODY,
    "two lengths that differ": OK_LINE + b"Content-Length: 12\r\nContent-Length: 7\r\n\r\n" + _BODY,
    "a negative length": OK_LINE + b"Content-Length: -1\r\n\r\n" + _BODY,
    "a length in hexadecimal": OK_LINE + b"Content-Length: 0x0c\r\n\r\n" + _BODY,
    "a length above 64 bits": OK_LINE + b"Content-Length: 99999999999999999999999\r\n\r\n" + _BODY,
    "an RTSP server": b"RTSP/1.0 200 OK\r\nCSeq: 1\r\n\r\n",
    "the request sent back": b"GET / HTTP/1.1\r\nHost: good.test\r\n\r\n",
}
"""Replies that break RFC 9112 so that no two readers would agree on them."""


TOLERATED: dict[str, bytes] = {
    "line ends without CR": b"HTTP/1.1 200 OK\nContent-Length: 12\n\n" + _BODY,
    "a length beside chunks, which win": OK_LINE
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\nc\r\n"
    + _BODY
    + b"\r\n0\r\n\r\n",
    "no reason phrase": b"HTTP/1.1 200\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "an empty reason phrase": b"HTTP/1.1 200 \r\nContent-Length: 12\r\n\r\n" + _BODY,
    "latin-1 in a header": OK_LINE + b"X-Kota: D\xe9npasar\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "UTF-8 in a header": OK_LINE + "X-Judul: Layanan ✓\r\n".encode() + b"Content-Length: 12\r\n\r\n" + _BODY,
    "HTTP/1.0": b"HTTP/1.0 200 OK\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "no length, ended by the close": OK_LINE + b"\r\n" + _BODY,
    "chunks": OK_LINE
    + b"Transfer-Encoding: chunked\r\n\r\n5;note=x\r\n<h1>i\r\n7\r\nsi</h1>\r\n0\r\nX-T: 1\r\n\r\n",
    "empty lines before the status line": b"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "250 headers, 20 kB of them": OK_LINE
    + b"".join(b"X-H%d: %s\r\n" % (number, b"v" * 70) for number in range(250))
    + b"Content-Length: 12\r\n\r\n"
    + _BODY,
    "one header of 12 kB": OK_LINE
    + b"Set-Cookie: a="
    + b"c" * 12000
    + b"\r\nContent-Length: 12\r\n\r\n"
    + _BODY,
    "a reply after three 1xx": interim(3, OK_LINE + b"Content-Length: 12\r\n\r\n" + _BODY),
}
"""Replies that are odd but that every browser shows: the body is always `<h1>isi</h1>`."""


EITHER_WAY: dict[str, bytes] = {
    "the same length twice": OK_LINE + b"Content-Length: 12\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "a folded header": OK_LINE + b"X-Folded: a\r\n b\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "a bare CR in a header": OK_LINE + b"X-Cr: a\rb\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "HTTP/1.2": b"HTTP/1.2 200 OK\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "HTTP/3.0": b"HTTP/3.0 200 OK\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "a plus in the length": OK_LINE + b"Content-Length: +12\r\n\r\n" + _BODY,
    "a header without a name": OK_LINE + b": x\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "a header without a colon": OK_LINE + b"Nonsense\r\nContent-Length: 12\r\n\r\n" + _BODY,
    "an unknown transfer coding": OK_LINE + b"Transfer-Encoding: rot13\r\n\r\n" + _BODY,
    "bytes after the reply": OK_LINE + b"Content-Length: 12\r\n\r\n" + _BODY + b"sisa yang tidak diminta",
}
"""Replies on which good readers differ: a probe may take or refuse them, but clearly and in time."""
