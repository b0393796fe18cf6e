"""The handlers of the pages of domains."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from aiohttp import hdrs, web

from monitor.core.card import DomainCard, DomainLine
from monitor.web import negotiate
from monitor.web.domain_page import card_page, list_page
from monitor.web.page import Page
from monitor.web.texts import Language


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

    async def list(self, request: web.Request) -> web.Response:
        """Send the list of all domains."""
        return _html(list_page(await self._cards.lines(), self._page(self._asked(request))))

    async def card(self, request: web.Request) -> web.Response:
        """Send the card of one domain."""
        card = await self._cards.card(request.match_info["name"].lower().rstrip("."))
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
