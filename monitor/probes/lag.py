"""How far the event loop is behind: a stalled loop makes good sites look slow."""

from __future__ import annotations

import asyncio
from collections import deque

PERIOD_SECONDS = 0.1
KEPT_SECONDS = 60.0


class LoopLag:
    """Measures by a timer that should fire every tenth of a second how late it really fires."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._late: deque[tuple[float, float]] = deque()
        self._due = self._loop.time() + PERIOD_SECONDS
        self._timer = self._loop.call_at(self._due, self._tick)

    def since(self, moment: float) -> float:
        """Return the largest stall since a moment of the loop's clock, the present one included; seconds."""
        worst = max(0.0, self._loop.time() - self._due)
        for at, late in reversed(self._late):
            if at < moment:
                break
            worst = max(worst, late)
        return worst

    def close(self) -> None:
        """Stop measuring."""
        self._timer.cancel()

    def _tick(self) -> None:
        now = self._loop.time()
        late = now - self._due
        if late > PERIOD_SECONDS / 10:  # below that it is the timer's own grain; not worth keeping
            self._late.append((now, late))
        while self._late and self._late[0][0] < now - KEPT_SECONDS:
            self._late.popleft()
        self._due = now + PERIOD_SECONDS
        self._timer = self._loop.call_at(self._due, self._tick)
