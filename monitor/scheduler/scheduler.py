"""Runs probes as the agenda says, and hands every result on."""

from __future__ import annotations

import asyncio
import logging
import math
import time
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from monitor.core.result import Result
from monitor.core.service import Check
from monitor.scheduler.agenda import Agenda, Limits, Start

LONGEST_WAIT = timedelta(hours=1)
"""A site may ask to be left alone, but not to go unmeasured for a day."""

STUCK_AFTER = timedelta(minutes=5)
"""Checks wait, and for so long no probe has begun or ended: those that hold the places will not end any more,
since each has a deadline, by default of 20 seconds."""
STUCK_DEADLINES = 2
"""Where an operator allows a probe longer than that: after so many times its deadline."""

_log = logging.getLogger(__name__)

TIMER_GRAIN_SECONDS = 0.001
"""Event loops round timers to milliseconds, some also down: woken a trifle too early, we would ask the agenda
over and over until the moment has come."""

ProbeCall = Callable[[Check, str | None], Awaitable[Result]]
"""Tries a check once, leaving an address aside if it can; never raises for a bad site."""


class ResultSink(Protocol):
    """Takes results in: the seam behind which a remote vantage may stand."""

    def put(self, result: Result) -> bool:
        """Take one result; returns whether the check should be tried again soon. Never blocks."""


@dataclass(frozen=True, slots=True)
class Pulse:
    """A sign of life that the scheduler's own turns give, so that it ends with them."""

    beat: Callable[[], None]
    """Gives it."""
    every: timedelta
    stuck_after: timedelta = STUCK_AFTER


class Scheduler:
    """Probes every check at its phase, and doubtful ones sooner.

    Args:
        probe: tries one check once.
        sink: gets every result.
        limits: how much at once.
        late: told the lateness of every start, in seconds.
        pulse: the sign of life that somebody waits for; None: nobody does.
    """

    def __init__(
        self,
        probe: ProbeCall,
        sink: ResultSink,
        limits: Limits,
        late: Callable[[float], None],
        pulse: Pulse | None = None,
    ) -> None:
        self.agenda = Agenda(limits)
        self.latest_lateness = 0.0
        """How long after its due time the latest probe started, in seconds."""
        self._probe = probe
        self._sink = sink
        self._late = late
        self._pulse = pulse
        self._beat_at = -math.inf
        self._moved_at = -math.inf
        self._longest_seconds = 0.0
        self._loop = asyncio.get_running_loop()
        self._woken = asyncio.Event()
        self._asleep_until = math.inf
        self._running: set[asyncio.Task[None]] = set()
        self._avoid: dict[str, str] = {}
        self._stopping = False

    def replace(self, checks: Iterable[Check]) -> None:
        """Take in a new register by its difference; see `Agenda.replace`."""
        wanted = tuple(checks)
        longest = max((check.deadlines.total for check in wanted), default=timedelta(0))
        self._longest_seconds = STUCK_DEADLINES * longest.total_seconds()
        self.agenda.replace(wanted, self._loop.time(), time.time())
        self._woken.set()

    async def run(self) -> None:
        """Start what is due until `drain` is called."""
        while not self._stopping:
            self._woken.clear()
            now = self._loop.time()
            for start in self.agenda.start(now):
                self._moved_at = now
                task = self._loop.create_task(self._try(start), name=f"probe {start.check.id}")
                self._running.add(task)
                task.add_done_callback(self._running.discard)
            wake_at = self.agenda.wake_at(now)
            await self._sleep(wake_at if self._pulse is None else self._beat(self._pulse, now, wake_at))

    async def drain(self, patience: timedelta) -> None:
        """Start nothing more, and wait for what is under way; cancel what takes longer."""
        self._stopping = True
        self._woken.set()
        if self._running:
            _, late = await asyncio.wait(set(self._running), timeout=patience.total_seconds())
            for task in late:
                task.cancel()
            if late:
                await asyncio.wait(late)

    def _beat(self, pulse: Pulse, now: float, wake_at: float | None) -> float:
        """Give the sign of life when it is time, unless nothing moves; returns when to wake at the latest."""
        if now >= self._beat_at:
            self._beat_at = now + pulse.every.total_seconds()
            patience = max(pulse.stuck_after.total_seconds(), self._longest_seconds)
            if not self.agenda.waiting or now - self._moved_at < patience:
                pulse.beat()
        return self._beat_at if wake_at is None else min(wake_at, self._beat_at)

    async def _sleep(self, until: float | None) -> None:
        self._asleep_until = math.inf if until is None else until
        if until is None:
            await self._woken.wait()
            return
        timer = self._loop.call_at(until + TIMER_GRAIN_SECONDS, self._woken.set)
        try:
            await self._woken.wait()
        finally:
            timer.cancel()

    async def _try(self, start: Start) -> None:
        check = start.check
        self.latest_lateness = self._loop.time() - start.due
        self._late(self.latest_lateness)
        again, rest = None, 0.0
        try:
            result = await self._probe(check, self._avoid.get(check.id))
            if result.ok or result.address is None:
                self._avoid.pop(check.id, None)
            else:
                self._avoid[check.id] = result.address
            rest = min(result.retry_after or timedelta(0), LONGEST_WAIT).total_seconds()
            # Where the interval is shorter than the pause before a re-check, the phase comes soon enough.
            if self._sink.put(result) and check.rule.recheck < check.interval:
                again = check.rule.recheck.total_seconds()
        except Exception:  # noqa: BLE001 - one lost result must not end the daemon; it is logged whole
            _log.exception("the result of %s was lost to a fault in our own code", check.id)
        finally:
            now = self._moved_at = self._loop.time()
            due = self.agenda.finish(start, now, again_seconds=again, rest_seconds=rest)
            if self.agenda.waiting or (due is not None and due < self._asleep_until):
                self._woken.set()
