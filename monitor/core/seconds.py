"""Seconds per status of one service, added up from its checks' timelines as they become final."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from monitor.core.status import CheckState, Status, Transition, worst


@dataclass(slots=True)
class _Timeline:
    """One check: what it was at `StatusSeconds.settled_at`, and its changes after that."""

    status: Status
    changes: list[tuple[datetime, Status]]
    settled_at: datetime


@dataclass(slots=True)
class StatusSeconds:
    """Adds up how long a service spent in each status, never revising what was once added.

    The service's status at any moment is the worst of its checks'. Time is added only up to the moment up
    to which every check is settled (`CheckState.settled_at`): a suspected outage is added once it is
    decided, from its true beginning. So the totals only grow, as a Prometheus counter must.
    """

    settled_at: datetime
    """Aware UTC; time before it is in `totals`."""
    totals: dict[Status, float] = field(default_factory=lambda: dict.fromkeys(Status, 0.0))
    _checks: dict[str, _Timeline] = field(default_factory=dict)

    def follow(self, check_id: str) -> None:
        """Take a further check into the service; UNKNOWN from `settled_at` until its first result."""
        self._checks.setdefault(check_id, _Timeline(Status.UNKNOWN, [], self.settled_at))

    def forget(self, check_id: str) -> None:
        """Take a check out of the service; what it contributed stays."""
        self._checks.pop(check_id, None)

    def observe(self, state: CheckState, transition: Transition | None) -> None:
        """Take in a check's new state, and add what has become final by it.

        Raises:
            KeyError: the check is not followed.
        """
        timeline = self._checks[state.check_id]
        if transition is not None:
            timeline.changes.append((max(transition.at, self.settled_at), transition.after))
        timeline.settled_at = max(timeline.settled_at, state.settled_at)
        self._settle(min(one.settled_at for one in self._checks.values()))

    @property
    def follows(self) -> frozenset[str]:
        """The checks that make up the service."""
        return frozenset(self._checks)

    @property
    def status(self) -> Status:
        """The service's status as of the latest observation."""
        return worst(one.changes[-1][1] if one.changes else one.status for one in self._checks.values())

    def _settle(self, until: datetime) -> None:
        if until <= self.settled_at:
            return
        cuts = sorted({at for one in self._checks.values() for at, _ in one.changes if at < until})
        for cut in [*cuts, until]:
            if cut > self.settled_at:
                now = worst(one.status for one in self._checks.values())
                self.totals[now] += (cut - self.settled_at).total_seconds()
                self.settled_at = cut
            for one in self._checks.values():
                while one.changes and one.changes[0][0] <= cut:
                    one.status = one.changes.pop(0)[1]
