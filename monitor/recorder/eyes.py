"""Failures wait here until it is known that we could see; and when we could not is written down. Pure."""

from __future__ import annotations

from collections import deque
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from monitor.core.canary import Look
from monitor.core.reason import Outcome
from monitor.core.result import Result
from monitor.core.sight import BlindCause, BlindPeriod, Sight, Verdict


@dataclass(frozen=True, slots=True)
class Ready:
    """A result that can be folded now."""

    result: Result
    seen: bool
    """Whether we could see; False only for failures."""


def _rank(cause: BlindCause) -> int:
    return list(BlindCause).index(cause)


class Eyes:
    """Holds failures back until a canary was seen alive after them, and what comes after them in its turn.

    Args:
        vantage: whose eyes.
        sight: says what may be made of a failure.
        patience: how long a failure may wait; canaries that nobody looks at prove nothing either way, so
            what waited longer counts as unseen.
    """

    def __init__(self, vantage: str, sight: Sight, patience: timedelta) -> None:
        self.period: BlindPeriod | None = None
        """The blind period that is under way; set at start to the one under way when the last run ended."""
        self._vantage = vantage
        self._sight = sight
        self._patience = patience
        self._held: dict[str, deque[tuple[Result, datetime]]] = {}
        self._news: set[str] = set()
        """Checks that worked until what is held of them."""

    @property
    def waiting(self) -> int:
        """How many checks have failures that wait to be judged."""
        return len(self._held)

    def offer(self, result: Result, now: datetime, *, worked: bool) -> list[Ready]:
        """Take in a result; returns it if it can be folded at once.

        Args:
            result: of any check.
            now: aware UTC.
            worked: whether the check worked when last known.
        """
        self._sight.observe(result, worked=worked)
        queue = self._held.get(result.check_id)
        if queue is not None:
            queue.append((result, now))
            return []
        if result.outcome is not Outcome.FAILED:
            return [Ready(result, seen=True)]
        verdict = self._sight.verdict(result, now, now)
        if verdict is not Verdict.WAIT:
            return [Ready(result, seen=verdict is Verdict.JUDGE)]
        self._held[result.check_id] = deque([(result, now)])
        if worked:
            self._news.add(result.check_id)
        return []

    def look(self, look: Look) -> None:
        """Take in a look at a canary; `turn` and `release` say what follows from it."""
        self._sight.look(look)

    def turn(self, now: datetime) -> BlindPeriod | None:
        """Return the period that began, ended, or is better understood since this was last asked, if any.

        Ask before `release`.
        """
        if self.period is None:
            return self._begin(now)
        ended_at = self._sight.sighted_at(now)
        if ended_at is None:
            return self._understand(now)
        if self.period.cause is BlindCause.NETWORKS:
            ended_at = now
        ended = replace(self.period, ended_at=max(ended_at, self.period.began_at))
        self.period = None
        return ended

    def release(self, now: datetime) -> list[Ready]:
        """Return what can be folded now, of every check in the order in which it came."""
        ready: list[Ready] = []
        for check_id, queue in list(self._held.items()):
            while queue:
                result, since = queue[0]
                verdict = Verdict.JUDGE
                if result.outcome is Outcome.FAILED:
                    verdict = self._sight.verdict(result, now, since)
                    if verdict is Verdict.WAIT and now - since > self._patience:
                        verdict = Verdict.BLIND
                if verdict is Verdict.WAIT:
                    break
                queue.popleft()
                ready.append(Ready(result, seen=verdict is Verdict.JUDGE))
            if not queue:
                del self._held[check_id]
        self._news &= self._held.keys()
        return ready

    def surrender(self) -> list[Ready]:
        """Return all that waits, its failures as unseen: there will be no look at a canary any more."""
        held, self._held = self._held, {}
        self._news.clear()
        return [
            Ready(result, seen=result.outcome is not Outcome.FAILED)
            for queue in held.values()
            for result, _ in queue
        ]

    def keep_only(self, check_ids: AbstractSet[str]) -> None:
        """Drop what waits of checks that are no longer probed."""
        self._held = {check_id: queue for check_id, queue in self._held.items() if check_id in check_ids}

    def _understand(self, now: datetime) -> BlindPeriod | None:
        """Name the cause that says most: what came first need not."""
        blindness = self._sight.blindness(now)
        if self.period is None or blindness is None or _rank(blindness.cause) >= _rank(self.period.cause):
            return None
        self.period = replace(self.period, cause=blindness.cause, dead=blindness.dead)
        return self.period

    def _begin(self, now: datetime) -> BlindPeriod | None:
        blindness = self._sight.blindness(now)
        if blindness is None:
            return None
        # What was out before is no sign of anything.
        starts = (self._held[each][0][0].started_at for each in self._news & self._held.keys())
        self.period = BlindPeriod(
            vantage=self._vantage,
            began_at=min([blindness.since_at, *starts]),
            cause=blindness.cause,
            dead=blindness.dead,
            failing_networks=blindness.failing_networks,
            seen_networks=blindness.seen_networks,
        )
        return self.period
