"""What the demo's web servers read and send: small pages as an Indonesian office would write them."""

from __future__ import annotations

from asyncio import StreamReader
from html import escape
from http import HTTPStatus

_PAGE = """<!doctype html>
<html lang="id">
<head><meta charset="utf-8"><title>{title} | {office}</title></head>
<body>
<h1>{title}</h1>
<p>{text}</p>
<footer>© {office}. Situs peragaan Kulkul; bukan layanan sungguhan.</footer>
</body>
</html>
"""


def page(title: str, office: str, text: str) -> bytes:
    """Return one page; everything is escaped."""
    return _PAGE.format(title=escape(title), office=escape(office), text=escape(text)).encode()


async def requested(reader: StreamReader) -> str:
    """Read the head of a request; returns the path that it asks for."""
    head = await reader.readuntil(b"\r\n\r\n")
    _, target, *_ = *head.split(b" ", 2), b"/"
    return target.partition(b"?")[0].decode("latin-1")


def head(
    status: int, length: int, *headers: tuple[str, str], kind: str = "text/html; charset=utf-8"
) -> bytes:
    """Return the head of a reply of `length` body bytes, after which the connection closes."""
    lines = [f"HTTP/1.1 {status} {HTTPStatus(status).phrase}"]
    usual = (
        ("Server", "demo"),
        ("Content-Type", kind),
        ("Content-Length", str(length)),
        ("Connection", "close"),
    )
    lines += [f"{name}: {value}" for name, value in (*usual, *headers)]
    return "\r\n".join([*lines, "", ""]).encode()
