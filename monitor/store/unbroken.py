"""Work on the database that nobody breaks off: transactions, and connections in the making."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any, TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

T = TypeVar("T")


async def unbroken(work: Coroutine[Any, Any, T], undo: Callable[[T], Awaitable[None]] | None = None) -> T:
    """Return what the work returns; where whoever awaits it is cancelled, it goes on to its end all the same.

    Unlike with `asyncio.shield` alone, an error that it then ends with is not reported as one that was
    forgotten: who was cancelled has given its outcome up.

    Args:
        work: begins at once.
        undo: what is done with an outcome that nobody takes any more; None: nothing.
    """
    given_up = False

    async def whole() -> T:
        outcome = await work
        if given_up and undo is not None:
            await undo(outcome)
        return outcome

    task = asyncio.ensure_future(whole())
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        given_up = True
        if undo is not None and task.done() and not task.cancelled() and task.exception() is None:
            await undo(task.result())
        task.add_done_callback(_noted)
        raise


async def connected(engine: AsyncEngine) -> AsyncConnection:
    """Return a connection, which must be closed.

    One that was opened for somebody who was cancelled meanwhile is closed: aiosqlite (0.22) would leave its
    file open.
    """
    return await unbroken(_started(engine), AsyncConnection.close)


async def _started(engine: AsyncEngine) -> AsyncConnection:
    return await engine.connect()


def _noted(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()
