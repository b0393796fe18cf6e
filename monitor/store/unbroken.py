"""Transactions that nobody breaks off."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


async def unbroken(work: Coroutine[Any, Any, T]) -> T:
    """Return what the work returns; where whoever awaits it is cancelled, it goes on to its end all the same.

    Unlike with `asyncio.shield` alone, an error that it then ends with is not reported as one that was
    forgotten: who was cancelled has given its outcome up.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_noted)
        raise


def _noted(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
