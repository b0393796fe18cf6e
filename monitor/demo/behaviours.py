"""How the demo's sites behave: each a function that answers one connection."""

from __future__ import annotations

import asyncio
from asyncio import StreamReader, StreamWriter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from monitor.demo.pages import head, page
from monitor.demo.turns import Turns

SLOW_SECONDS = 1.5
UP_SECONDS = 40.0
"""How long the flapping site is up, and then down: long enough to be confirmed DOWN, and UP again."""
_FLAPPING = Turns(UP_SECONDS, UP_SECONDS)


@dataclass(frozen=True, slots=True)
class Visit:
    """One connection to a site, its request read (for http; a `tcp` service speaks first)."""

    reader: StreamReader
    writer: StreamWriter
    title: str
    """Name of the service."""
    office: str
    host: str
    path: str
    open_for: float
    """Seconds since the town opened."""

    async def reply(self, status: int, text: str, *headers: tuple[str, str]) -> None:
        """Send a whole page."""
        body = page(self.title, self.office, text)
        self.writer.write(head(status, len(body), *headers) + body)
        await self.writer.drain()


Behaviour = Callable[[Visit], Awaitable[None]]


async def healthy(visit: Visit) -> None:
    """Answer as one should."""
    await visit.reply(200, "Selamat datang. Layanan tersedia setiap hari, 24 jam.")


async def slow(visit: Visit) -> None:
    """Answer well, but late."""
    await asyncio.sleep(SLOW_SECONDS)
    await healthy(visit)


async def broken(visit: Visit) -> None:
    """Answer that something went wrong inside."""
    await visit.reply(500, "Terjadi kesalahan pada server. Silakan coba beberapa saat lagi.")


async def hollow(visit: Visit) -> None:
    """Answer 200 with a page that holds nothing: the database behind it is gone."""
    await visit.reply(200, "Error establishing a database connection")


async def redirects(visit: Visit) -> None:
    """Lead over three places to a good page."""
    following = {"/": "/beranda", "/beranda": "/id/", "/id/": "/id/produk-hukum"}.get(visit.path)
    if following is None:
        await healthy(visit)
    else:
        await visit.reply(302, "Halaman dipindahkan.", ("Location", following))


async def circles(visit: Visit) -> None:
    """Send to the login page, and from there back."""
    following = "/" if visit.path == "/masuk" else "/masuk"
    await visit.reply(302, "Halaman dipindahkan.", ("Location", following))


async def drips(visit: Visit) -> None:
    """Begin a page, and go on with one byte a second."""
    body = page(visit.title, visit.office, "Antrean penuh.")
    visit.writer.write(head(200, len(body)))
    for byte in body:
        visit.writer.write(bytes([byte]))
        await visit.writer.drain()
        await asyncio.sleep(1)


async def silent(visit: Visit) -> None:
    """Accept, and say nothing until the visitor gives up."""
    await visit.reader.read()


async def challenges(visit: Visit) -> None:
    """Take every visitor for a robot, in the manner of a protection service."""
    await visit.reply(403, "Memeriksa bahwa Anda bukan robot. Mohon tunggu.", ("cf-mitigated", "challenge"))


async def flaps(visit: Visit) -> None:
    """Be up for a while, then down as long, and so on."""
    if _FLAPPING.well_at(visit.open_for):
        await healthy(visit)
    else:
        await visit.reply(503, "Layanan sedang tidak tersedia.")


async def greets(visit: Visit) -> None:
    """Greet as a mail server does, and wait to be spoken to."""
    visit.writer.write(f"220 {visit.host} ESMTP siap\r\n".encode())
    await visit.writer.drain()
    await visit.reader.read()
