"""What is judged but not yet stored: bounded, oldest first, and never a transition lost. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.core.result import Result
from monitor.core.status import CheckState, Transition
from monitor.recorder.record import NOTHING, Record


@dataclass(frozen=True, slots=True)
class Judged:
    """One step: a result, the state it led to, the change of status it made, and what follows from that."""

    result: Result | None
    state: CheckState | None
    transition: Transition | None
    record: Record = NOTHING


class Backlog:
    """A queue for one writer: `take` a batch, write it, and `put_back` what could not be written.

    Where the store is unavailable for long, results (evidence) give way, oldest first; transitions, the
    states they led to, and incidents (the record) stay.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting: deque[Judged] = deque()
        self._results = 0

    def __len__(self) -> int:
        """How many results wait."""
        return self._results

    @property
    def empty(self) -> bool:
        """Whether nothing waits, results or other."""
        return not self._waiting

    def add(self, judged: Judged) -> int:
        """Append one step; returns how many results had to give way."""
        self._waiting.append(judged)
        self._results += judged.result is not None
        return self._give_way() if self._results > self._limit else 0

    def take(self, most: int) -> list[Judged]:
        """Take out the oldest steps."""
        batch = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
        self._results -= sum(one.result is not None for one in batch)
        return batch

    def put_back(self, batch: Sequence[Judged]) -> None:
        """Put a batch back where it was."""
        self._waiting.extendleft(reversed(batch))
        self._results += sum(one.result is not None for one in batch)

    def _give_way(self) -> int:
        """Drop the older half of what waits, but for changes of status: rarely, rather than step by step."""
        kept: deque[Judged] = deque()
        most = max(1, self._limit // 2)
        gone = 0
        for one in self._waiting:
            if one.result is None or self._results - gone <= most:
                kept.append(one)
                continue
            gone += 1
            if one.transition is not None or one.record:
                kept.append(replace(one, result=None))
        self._waiting = kept
        self._results -= gone
        return gone
