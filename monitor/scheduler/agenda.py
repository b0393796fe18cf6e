"""Which check is due, and which of those may start: a heap, politeness, two lanes and a pace. Pure.

No clock and no loop: every call is told what time it is, in seconds of any monotonic clock.
"""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import Enum

from monitor.core.rounds import phase_seconds
from monitor.core.service import Check

CATCH_UP_FACTOR = 2.0
"""After a stall, overdue checks start at no more than twice the register's mean rate: the backlog of a
minute is worked off within the next, and no site, router or loop sees a burst."""
LEAST_RATE = 10.0
BURST_SECONDS = 1.0
"""Phases are random, so due times bunch as a Poisson process does: a second's worth may start at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Politeness and protection. Counts are of probes at once."""

    per_host: int = 1
    quick: int = 200
    slow: int = 200
    slow_after_seconds: float = 2.0
    """A probe that takes longer gives its place in the quick lane to the next one, and stands in the slow
    lane; the next probe of that check starts there. So slow sites wait for slow sites only."""


class Lane(Enum):
    """Where a probe in flight is counted."""

    QUICK = "quick"
    SLOW = "slow"


@dataclass(slots=True, eq=False)
class _Entry:
    """One check's place in the agenda."""

    check: Check
    slot: float
    """The next moment of the check's own phase."""
    due: float = 0.0
    """When it is to start: the slot, or sooner or later where the last result asks for it."""
    ticket: int = 0
    """Names the one heap row that counts; older ones are stale."""
    waiting: bool = False
    running: Lane | None = None
    slow: bool = False
    started: float = 0.0
    gone: bool = False


@dataclass(frozen=True, slots=True)
class Start:
    """A check to start now; handed back to `Agenda.finish` when it is done."""

    check: Check
    due: float
    """When it should have started; the difference is the lateness."""
    entry: _Entry = field(repr=False)


class Agenda:
    """The due-queue. One probe at a time per check; see Limits for the rest."""

    def __init__(self, limits: Limits) -> None:
        self._limits = limits
        self._entries: dict[str, _Entry] = {}
        self._running: dict[str, _Entry] = {}
        self._heap: list[tuple[float, int, _Entry]] = []
        self._tickets = 0
        self._ready: dict[Lane, deque[_Entry]] = {lane: deque() for lane in Lane}
        self._in_flight: Counter[Lane] = Counter()
        self._hosts: Counter[str] = Counter()
        self._queues: dict[str, deque[_Entry]] = {}
        self._young: deque[tuple[float, _Entry]] = deque()
        self._rate = LEAST_RATE
        self._tokens = LEAST_RATE * BURST_SECONDS
        self._tokens_at: float | None = None

    def in_flight(self, lane: Lane) -> int:
        """Return how many probes of a lane are under way."""
        return self._in_flight[lane]

    @property
    def waiting(self) -> int:
        """How many checks are due but must wait: for a lane, for their host, or for the pace."""
        return sum(map(len, self._ready.values())) + sum(map(len, self._queues.values()))

    def replace(self, checks: Iterable[Check], now: float, wall: float) -> None:
        """Take in a new register. A check whose interval is unchanged keeps its phase and its turn.

        Args:
            checks: all that are to be probed from now on.
            now: the monotonic time.
            wall: the same moment in Unix seconds, from which phases are counted.
        """
        wanted = {check.id: check for check in checks}
        for check_id in self._entries.keys() - wanted.keys():
            self._entries.pop(check_id).gone = True
        for check in wanted.values():
            entry = self._entries.get(check.id) or self._revive(check.id)
            if entry is not None and entry.check.interval == check.interval:
                entry.check = check
                continue
            slot = now + _until_phase(check, wall)
            if entry is None:
                entry = self._entries[check.id] = _Entry(check, slot)
            entry.check, entry.slot = check, slot
            if entry.running is None and not entry.waiting:
                self._schedule(entry, slot)
        mean = sum(1 / check.interval.total_seconds() for check in wanted.values())
        self._rate = max(LEAST_RATE, CATCH_UP_FACTOR * mean)
        self._requeue()

    def start(self, now: float) -> list[Start]:
        """Return the checks to start now; they count as running from here on."""
        self._age(now)
        while self._heap and self._heap[0][0] <= now:
            _, ticket, entry = heapq.heappop(self._heap)
            if ticket == entry.ticket and not entry.gone:
                entry.waiting = True
                self._ready[self._lane(entry)].append(entry)
        self._refill(now)
        started: list[Start] = []
        # Slow ones first: quick ones of the same host would else take their turn again and again.
        for lane, limit in ((Lane.SLOW, self._limits.slow), (Lane.QUICK, self._limits.quick)):
            ready = self._ready[lane]
            while ready and self._in_flight[lane] < limit and self._tokens >= 1:
                entry = ready.popleft()
                if entry.gone:
                    continue
                host = entry.check.host
                if self._hosts[host] >= self._limits.per_host:
                    self._queues.setdefault(host, deque()).append(entry)
                    continue
                started.append(self._begin(entry, lane, now))
        return started

    def finish(
        self, start: Start, now: float, *, again_seconds: float | None = None, rest_seconds: float = 0.0
    ) -> float | None:
        """Say that a started check is done; returns when it is due next, None if it left the register.

        Args:
            start: as returned by `start`.
            now: the monotonic time.
            again_seconds: when to try again; None: at the check's next phase. Missed phases are skipped.
            rest_seconds: how long it is to be left alone in any case.
        """
        entry = start.entry
        self._in_flight[entry.running or Lane.QUICK] -= 1
        entry.running = None
        del self._running[start.check.id]
        entry.slow = now - entry.started >= self._limits.slow_after_seconds
        self._leave_host(start.check.host)
        if entry.gone:
            return None
        interval = entry.check.interval.total_seconds()
        if entry.slot <= now:
            entry.slot += ((now - entry.slot) // interval + 1) * interval
        due = entry.slot if again_seconds is None else now + again_seconds
        self._schedule(entry, max(due, now + rest_seconds))
        return entry.due

    def wake_at(self, now: float) -> float | None:
        """Return when `start` should be asked again, if nothing finishes before; None: not by itself."""
        moments = [self._heap[0][0]] if self._heap else []
        if any(self._ready.values()):
            if self._tokens < 1:
                moments.append(now + (1 - self._tokens) / self._rate)
            if self._young:
                moments.append(self._young[0][0] + self._limits.slow_after_seconds)
        return min(moments, default=None)

    def _schedule(self, entry: _Entry, due: float) -> None:
        entry.due = due
        self._tickets += 1
        entry.ticket = self._tickets
        heapq.heappush(self._heap, (due, entry.ticket, entry))

    def _revive(self, check_id: str) -> _Entry | None:
        """Return the entry of a check that left and comes back while its last probe is still under way."""
        entry = self._running.get(check_id)
        if entry is not None:
            entry.gone = False
            self._entries[check_id] = entry
        return entry

    def _requeue(self) -> None:
        """Let `start` sort anew what waits for a host: checks may have left, or moved to another host."""
        for queue in self._queues.values():
            for entry in queue:
                if not entry.gone:
                    self._ready[self._lane(entry)].append(entry)
        self._queues.clear()

    def _begin(self, entry: _Entry, lane: Lane, now: float) -> Start:
        self._tokens -= 1
        self._in_flight[lane] += 1
        self._hosts[entry.check.host] += 1
        self._running[entry.check.id] = entry
        entry.running, entry.waiting, entry.started = lane, False, now
        if lane is Lane.QUICK:
            self._young.append((now, entry))
        return Start(entry.check, entry.due, entry)

    def _leave_host(self, host: str) -> None:
        self._hosts[host] -= 1
        if not self._hosts[host]:
            del self._hosts[host]
        if queue := self._queues.get(host):
            entry = queue.popleft()
            self._ready[self._lane(entry)].appendleft(entry)  # it has waited; the pace still holds
            if not queue:
                del self._queues[host]

    def _age(self, now: float) -> None:
        """Move probes that turned out slow out of the quick lane."""
        while self._young and self._young[0][0] <= now - self._limits.slow_after_seconds:
            began, entry = self._young.popleft()
            if entry.running is Lane.QUICK and entry.started == began:
                entry.running = Lane.SLOW
                self._in_flight[Lane.QUICK] -= 1
                self._in_flight[Lane.SLOW] += 1

    def _refill(self, now: float) -> None:
        passed = 0.0 if self._tokens_at is None else now - self._tokens_at
        most = max(1.0, self._rate * BURST_SECONDS)
        self._tokens = min(most, self._tokens + passed * self._rate)
        self._tokens_at = now

    def _lane(self, entry: _Entry) -> Lane:
        return Lane.SLOW if entry.slow else Lane.QUICK


def _until_phase(check: Check, wall: float) -> float:
    """Return the seconds from a wall-clock moment to the check's next phase."""
    interval = check.interval.total_seconds()
    return (phase_seconds(check.id, check.interval) - wall) % interval
