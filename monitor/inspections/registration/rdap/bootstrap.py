"""Which RDAP service answers for a top-level domain: the settings, then IANA's list, then what ships."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from yarl import URL

from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.rdap.reply import json_object

SHIPPED: Mapping[str, str] = {"id": "https://rdap.pandi.id/rdap/"}
"""From https://data.iana.org/rdap/dns.json, read in August 2026."""
_FRESH_FOR = timedelta(days=7)
_AGAIN = timedelta(days=1)
"""After a list that could not be had."""

Fetch = Callable[[str], Awaitable[bytes]]


class Bootstrap:
    """Knows the services, and asks IANA for its list at most once a week.

    Args:
        own: top-level domain → base URL; goes before everything else, and is asked nobody about.
        url: of IANA's list; None: it is never fetched.
        fetch: returns a document or raises LookupFailure.
    """

    def __init__(self, own: Mapping[str, str], url: str | None, fetch: Fetch) -> None:
        self._own = {key.lower().strip("."): value for key, value in own.items()}
        self._url = url
        self._fetch = fetch
        self._known: Mapping[str, str] = SHIPPED
        self._next_at: datetime | None = None
        self._fetching = asyncio.Lock()

    async def base(self, domain: str, now: datetime) -> str | None:
        """Return the base URL for a domain; None: no service is known.

        Args:
            domain: lower case, ASCII.
            now: aware UTC; says whether the list is due.
        """
        if (found := _longest(self._own, domain)) is not None:
            return found
        async with self._fetching:
            await self._refresh(now)
        return _longest(self._known, domain)

    async def _refresh(self, now: datetime) -> None:
        if self._url is None or (self._next_at is not None and now < self._next_at):
            return
        try:
            found = services(await self._fetch(self._url))
        except LookupFailure:
            found = {}
        if found:
            self._known = {**SHIPPED, **found}
        self._next_at = now + (_FRESH_FOR if found else _AGAIN)


def services(document: bytes) -> dict[str, str]:
    """Read IANA's list (RFC 9224, 3): top-level domain → base URL, of https where there is a choice.

    What is not of its shape is passed over. Pure.
    """
    listed = (json_object(document) or {}).get("services")
    found: dict[str, str] = {}
    for entry in listed if isinstance(listed, list) else []:
        match entry:
            case [list() as names, list() as urls, *_]:
                usable = sorted(filter(_is_base, urls), key=lambda url: not url.lower().startswith("https:"))
                found |= {name.lower(): usable[0] for name in names if usable and isinstance(name, str)}
    return found


def _is_base(value: Any) -> bool:
    try:
        url = URL(value)
    except (TypeError, ValueError):
        return False
    return url.scheme in ("http", "https") and bool(url.host) and url.user is None


def _longest(services_: Mapping[str, str], domain: str) -> str | None:
    """Return the entry that shares the most labels with the domain (RFC 9224, 4)."""
    labels = domain.split(".")
    names = (".".join(labels[cut:]) for cut in range(len(labels)))
    return next((services_[name] for name in names if name in services_), None)
