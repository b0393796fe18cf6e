"""Checks and days for tests of the agenda; numbers stand for time."""

from __future__ import annotations

import math
from datetime import timedelta

from monitor.core.service import Check, CheckKind, TcpTarget
from monitor.scheduler.agenda import Agenda, Limits

WALL = 1_790_000_000.0
SLOW_AFTER = 2.0


def check(check_id, *, host=None, interval=60.0):
    return Check(
        id=check_id,
        service_id="service",
        kind=CheckKind.TCP,
        target=TcpTarget(host=host or f"{check_id}.example", port=1),
        interval=timedelta(seconds=interval),
    )


def many(number, **options):
    return [check(f"check {each}", **options) for each in range(number)]


class Day:
    """An agenda lived through: probes take as long as `takes` says (seconds by check id)."""

    def __init__(self, checks, *, takes=None, limits=None, now=0.0):
        self.agenda = Agenda(limits or Limits())
        self.takes = takes or {}
        self.begun = now
        self.now = now
        self.running = []
        self.started = []
        self.replace(checks)

    def replace(self, checks):
        self.agenda.replace(checks, self.now, WALL + self.now)

    def live(self, seconds):
        """Go on for so long, waking only when the agenda asks for it or a probe ends."""
        until = self.now + seconds
        while True:
            for start in self.agenda.start(self.now):
                self.started.append((self.now, start))
                self.running.append((self.now + self.takes.get(start.check.id, 0.1), start))
            wake_at = self.agenda.wake_at(self.now)
            moments = [math.inf if wake_at is None else wake_at, *(end for end, _ in self.running)]
            following = max(min(moments), self.now + 1e-6)  # a clock moves on, however little
            if following > until:
                self.now = until
                return
            self.now = following
            for one in [one for one in self.running if one[0] <= self.now]:
                self.running.remove(one)
                self.agenda.finish(one[1], self.now)

    def stall(self, seconds):
        """Let time pass without anybody looking."""
        self.now += seconds

    def starts(self, since=-math.inf):
        return [(at, start.check.id) for at, start in self.started if at >= since]

    def lateness(self, since=-math.inf):
        return [at - start.due for at, start in self.started if at >= since]
