"""Politeness: no more than so many connections at once to one address, however many names it has."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager


class AddressGate:
    """Lets at most `limit` probes through to one address; others wait, first come first served."""

    def __init__(self, limit: int) -> None:
        if limit < 1:
            raise ValueError(f"the limit per address must be at least 1, not {limit}")
        self._limit = limit
        self._doors: dict[str, tuple[asyncio.Semaphore, int]] = {}

    @asynccontextmanager
    async def through(self, address: str) -> AsyncIterator[float]:
        """Hold one place at the address; yields the seconds waited for it."""
        loop = asyncio.get_running_loop()
        semaphore, users = self._doors.get(address, (None, 0))
        if semaphore is None:
            semaphore = asyncio.Semaphore(self._limit)
        self._doors[address] = (semaphore, users + 1)
        began = loop.time()
        try:
            async with semaphore:
                yield loop.time() - began
        finally:
            _, users = self._doors[address]
            if users == 1:
                del self._doors[address]
            else:
                self._doors[address] = (semaphore, users - 1)
