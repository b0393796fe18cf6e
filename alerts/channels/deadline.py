"""How long a channel may take."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from alerts.delivery import DeliveryError


@asynccontextmanager
async def within(limit: timedelta, whom: str) -> AsyncIterator[None]:
    """Give the block so much time and no more.

    Raises:
        DeliveryError: it took longer; temporary.
    """
    try:
        async with asyncio.timeout(limit.total_seconds()):
            yield
    except TimeoutError:
        raise DeliveryError(f"{whom} did not finish within {limit.total_seconds():g} s") from None
