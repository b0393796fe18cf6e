"""The handlers of the pages of domains."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from monitor.core.card import DomainCard, DomainLine
from monitor.registry.domains import registrable
from monitor.web import negotiate
from monitor.web.domain_page import card_page, list_page
from monitor.web.page import Page
from monitor.web.texts import Language

_SHOWN_SECONDS = 1.0
_SHARE = 10
"""As for the status page: what took t seconds to build is shown for 10 t."""


async def _no_card(_: str) -> DomainCard | None:
    return None


async def _no_lines() -> Sequence[DomainLine]:
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cards:
    """Where the pages of domains get what they show."""

    card: Callable[[str], Awaitable[DomainCard | None]] = _no_card
    """Of a domain in lower case; None: it is not known."""
    lines: Callable[[], Awaitable[Sequence[DomainLine]]] = _no_lines


class CardsUnavailableError(Exception):
    """What is known of domains cannot be read just now; the text says why."""


class DomainPages:
    """Serves `/domains` and `/domains/{name}`.

    Args:
        cards: what is shown.
        page: returns what all pages share, in a language.
        language: of readers who ask for none.
    """

    def __init__(self, cards: Cards, page: Callable[[Language], Page], language: Language) -> None:
        self._cards = cards
        self._page = page
        self._language = language
        self._listed: dict[Language, tuple[str, float]] = {}
        """The list as it was built, and until when it is shown, on the monotonic clock."""
        self._building = asyncio.Lock()

    async def list(self, request: web.Request) -> web.Response:
        """Send the list of all domains; built no more often than a tenth of the time allows."""
        language = self._asked(request)
        async with self._building:
            text, fresh_until = self._listed.get(language, ("", 0.0))
            started = time.monotonic()
            if fresh_until <= started:
                text = list_page(await self._cards.lines(), self._page(language))
                ended = time.monotonic()
                self._listed[language] = text, ended + max(_SHOWN_SECONDS, _SHARE * (ended - started))
        return _html(text)

    async def card(self, request: web.Request) -> web.Response:
        """Send the card of one domain; from a host below it one is led there."""
        name = request.match_info["name"].lower().rstrip(".")
        domain = registrable(name)
        if domain is not None and domain != name:
            there = request.rel_url.with_path(f"/domains/{domain}", keep_query=True)
            return web.Response(status=302, headers={hdrs.LOCATION: str(there)})
        async with self._building:  # one at a time: a dozen impatient readers cost what one costs
            card = await self._cards.card(name)
        if card is None:
            raise web.HTTPNotFound
        return _html(card_page(card, self._page(self._asked(request))))

    def _asked(self, request: web.Request) -> Language:
        return negotiate.language(request.query.get("lang"), self._language)


def _html(text: str) -> web.Response:
    return web.Response(
        body=text.encode(errors="replace"),
        content_type="text/html",
        charset="utf-8",
        headers={hdrs.CACHE_CONTROL: "no-cache"},
    )
