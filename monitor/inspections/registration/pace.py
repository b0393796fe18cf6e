"""One question at a time to each registry, not too often, and none while it asks to be left alone."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta

from monitor.core.retry_after import LONGEST_WAIT
from monitor.inspections.registration.lookup import LookupFailure

_FIRST_WAIT = timedelta(minutes=1)
"""After a refusal that does not say for how long; doubled by each further one in a row."""


@dataclass
class _Host:
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    next_at: float = 0.0
    quiet_until: float = 0.0
    refusals: int = 0
    """Without a word about how long, in a row."""


class Pace:
    """The manners towards registries, each by its host.

    Args:
        pause: least time between two questions to one host.
        patience: a host that asks to be left alone for longer than this is not waited for.
        clock: monotonic seconds.
        sleep: waits that many seconds.
    """

    def __init__(
        self,
        pause: timedelta,
        patience: timedelta,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._pause = pause.total_seconds()
        self._patience = patience.total_seconds()
        self._clock = clock
        self._sleep = sleep
        self._hosts: dict[str, _Host] = {}

    @asynccontextmanager
    async def turn(self, host: str) -> AsyncIterator[None]:
        """Wait for one's turn with a host, and keep it while the block runs.

        Raises:
            LookupFailure: the host asked to be left alone, for longer than anybody waits here.
        """
        state = self._hosts.setdefault(host, _Host())
        async with state.lock:
            quiet = state.quiet_until - self._clock()
            if quiet > self._patience:
                raise LookupFailure(f"{host} asked to be left alone for another {_words(quiet)}")
            while (rest := max(state.next_at, state.quiet_until) - self._clock()) > 0:
                await self._sleep(rest)
            state.next_at = self._clock() + self._pause
            yield

    def slow_down(self, host: str, wait: timedelta | None) -> None:
        """Leave a host alone: for as long as it says, else for a minute, then two, four, up to a day."""
        state = self._hosts.setdefault(host, _Host())
        if wait is None:
            wait = min(_FIRST_WAIT * 2 ** min(state.refusals, 20), LONGEST_WAIT)
            state.refusals += 1
        state.quiet_until = max(state.quiet_until, self._clock() + wait.total_seconds())

    def answered(self, host: str) -> None:
        """Note that a host took a question: its next refusal is a first one."""
        self._hosts.setdefault(host, _Host()).refusals = 0


def _words(seconds: float) -> str:
    minutes = max(round(seconds / 60), 1)
    return f"{minutes} min" if minutes < 60 else f"{round(minutes / 60)} h"  # noqa: PLR2004 - of an hour
