"""The web application: what is served at which path, and how errors look from outside."""

from __future__ import annotations

import asyncio
import functools
import logging
import time
import zlib
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, tzinfo

from aiohttp import hdrs, web

from monitor.metrics.exposition import OPENMETRICS_TYPE, TEXT_TYPE, Exposition
from monitor.web import negotiate
from monitor.web.answers import say, secure
from monitor.web.api import ReportApi
from monitor.web.api.errors import ApiError
from monitor.web.domains import Cards, CardsUnavailableError, DomainPages
from monitor.web.health import Health
from monitor.web.page import Page, Row, page
from monitor.web.texts import TEXTS, Language

_LOG = logging.getLogger(__name__)

MAX_REQUEST_BYTES = 64 * 1024
"""Nothing here takes a body; what a client sends all the same is read no further than this."""
_SLICE_SECONDS = 0.003
"""How long a page may be worked on before the loop gets its turn: well under what distorts a probe."""
_COMPRESSION = 1
"""Level 1: on expositions it takes a third of the time of level 6 and leaves a few percent more."""
_SHOWN_SECONDS = 1.0
_SHARE = 10
"""A page that took t seconds to build is shown for 10 t: reloading it cannot take over a tenth of a core."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Where the status page gets what it shows."""

    rows: Callable[[], Sequence[Row]]
    now: Callable[[], datetime]
    """Aware; the daemon's clock."""
    zone: tzinfo
    vantage: str
    version: str
    language: Language
    blind_since: Callable[[], datetime | None] = lambda: None
    """Since when the vantage cannot see; None: it can."""


def build_app(
    exposition: Exposition,
    health: Health,
    table: Table,
    cards: Cards | None = None,
    reports: ReportApi | None = None,
) -> web.Application:
    """Return the application with all its routes; HEAD works wherever GET does."""
    site = _Site(exposition, health, table)
    domains = DomainPages(cards or Cards(), functools.partial(_page, table), table.language)
    app = web.Application(middlewares=[site.explain], client_max_size=MAX_REQUEST_BYTES)
    app.on_response_prepare.append(secure)
    app.router.add_get("/", site.status)
    app.router.add_get("/domains", domains.list)
    app.router.add_get("/domains/{name}", domains.card)
    app.router.add_get("/metrics", site.metrics)
    app.router.add_get("/-/healthy", site.healthy)
    app.router.add_get("/-/ready", site.ready)
    if reports is not None:
        reports.join(app)
    return app


@dataclass(frozen=True, slots=True)
class _Built:
    """A page ready to be sent, both ways."""

    plain: bytes
    packed: bytes
    fresh_until: float
    """On the monotonic clock."""


class _Site:
    """The handlers, and the pages kept between requests."""

    def __init__(self, exposition: Exposition, health: Health, table: Table) -> None:
        self._exposition = exposition
        self._health = health
        self._table = table
        self._pages: dict[Language, _Built] = {}
        # One build at a time: a dozen impatient readers cost what one costs, in time and in memory.
        self._building = asyncio.Lock()
        self._scraping = asyncio.Lock()

    async def healthy(self, _: web.Request) -> web.Response:
        """Answer at all: the loop runs."""
        return web.Response(text="OK\n")

    async def ready(self, _: web.Request) -> web.Response:
        """Say whether what is shown can be relied on."""
        reason = self._health.reason
        if reason is None:
            return web.Response(text="OK\n")
        return web.Response(status=503, text=f"Not ready: {reason}\n")

    async def metrics(self, request: web.Request) -> web.StreamResponse:
        """Send the exposition in the format and coding asked for."""
        openmetrics = negotiate.wants_openmetrics(request.headers.get(hdrs.ACCEPT, ""))
        packed = negotiate.allows_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        async with self._scraping:
            blocks = [block async for block in self._exposition.blocks(openmetrics=openmetrics)]
            if packed:
                blocks = await asyncio.to_thread(_pack, blocks)
        response = web.StreamResponse(headers={hdrs.VARY: "Accept, Accept-Encoding"})
        response.headers[hdrs.CONTENT_TYPE] = OPENMETRICS_TYPE if openmetrics else TEXT_TYPE
        response.content_length = sum(map(len, blocks))
        if packed:
            response.headers[hdrs.CONTENT_ENCODING] = "gzip"
        # A client that goes away in the middle is nobody's fault; aiohttp notes it when it ends the answer.
        with suppress(ConnectionError):
            await response.prepare(request)
            if request.method != hdrs.METH_HEAD:
                for block in blocks:
                    await response.write(block)
            await response.write_eof()
        return response

    async def status(self, request: web.Request) -> web.Response:
        """Send the status page."""
        built = await self._built(self._language(request))
        packed = negotiate.allows_gzip(request.headers.get(hdrs.ACCEPT_ENCODING, ""))
        response = web.Response(
            body=built.packed if packed else built.plain,
            headers={hdrs.VARY: "Accept-Encoding", hdrs.CACHE_CONTROL: "no-cache"},
            content_type="text/html",
            charset="utf-8",
        )
        if packed:
            response.headers[hdrs.CONTENT_ENCODING] = "gzip"
        return response

    @web.middleware
    async def explain(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer errors with one sentence, as HTML to a browser; what went wrong here goes to the log."""
        try:
            return await handler(request)
        except web.HTTPException as error:
            allow = error.headers.get(hdrs.ALLOW)
            return self._sentence(request, error.status, {hdrs.ALLOW: allow} if allow else {})
        except CardsUnavailableError as error:
            _LOG.error("cannot serve %s: %s", request.path, error)
            return self._sentence(request, 503, {})
        except Exception:  # noqa: BLE001  # whatever broke, the reader gets a sentence and the log the rest
            _LOG.exception("cannot serve %s", request.path)
            return self._sentence(request, 500, {})

    def _sentence(self, request: web.Request, status: int, headers: dict[str, str]) -> web.Response:
        if request.path.startswith("/api/"):
            return ApiError.general(status, headers).response()
        language = self._language(request)
        texts = TEXTS[language]
        known = {404: texts.not_found, 405: texts.wrong_method, 500: texts.broken, 503: texts.unavailable}
        return say(request, status, known.get(status, texts.bad_request), language, headers)

    def _language(self, request: web.Request) -> Language:
        return negotiate.language(request.query.get("lang"), self._table.language)

    async def _built(self, language: Language) -> _Built:
        async with self._building:
            built = self._pages.get(language)
            if built is None or built.fresh_until <= time.monotonic():
                started = time.monotonic()
                pieces = await gather(self._pieces(language))
                packed = await asyncio.to_thread(_pack, pieces)
                ended = time.monotonic()
                shown = max(_SHOWN_SECONDS, _SHARE * (ended - started))
                built = _Built(b"".join(pieces), b"".join(packed), ended + shown)
                self._pages[language] = built
            return built

    def _pieces(self, language: Language) -> Iterator[str]:
        return page(self._table.rows(), _page(self._table, language))


def _page(table: Table, language: Language) -> Page:
    return Page(
        generated_at=table.now(),
        zone=table.zone,
        vantage=table.vantage,
        version=table.version,
        language=language,
        blind_since=table.blind_since(),
    )


async def gather(pieces: Iterator[str]) -> list[bytes]:
    """Draw the pieces of a page, letting the loop run whenever a slice of time is used up."""
    gathered: list[bytes] = []
    while True:
        part: list[str] = []
        until = time.perf_counter() + _SLICE_SECONDS
        for piece in pieces:
            part.append(piece)
            if time.perf_counter() >= until:
                break
        else:
            gathered.append("".join(part).encode(errors="replace"))
            return gathered
        gathered.append("".join(part).encode(errors="replace"))
        await asyncio.sleep(0)


def _pack(blocks: Iterable[bytes]) -> list[bytes]:
    """Compress to gzip. Runs in a thread: zlib lets go of the interpreter while it works on a block."""
    packer = zlib.compressobj(_COMPRESSION, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    return [*(packer.compress(block) for block in blocks), packer.flush()]
