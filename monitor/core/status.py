"""Judgement: how a series of results becomes a status, and when it really changed."""

from __future__ import annotations

import statistics
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.service import Rule

RECENT_KEPT = 5
RECENT_NEEDED = 3
"""DEGRADED is judged on the median of the last five undistorted response times, once there are three:
one slow answer in an otherwise quick series is noise, and three of five slow ones are not."""


class Status(StrEnum):
    """What we hold to be true of a check or a service."""

    UP = "UP"
    DEGRADED = "DEGRADED"
    BLOCKED = "BLOCKED"
    DOWN = "DOWN"
    UNKNOWN = "UNKNOWN"

    @property
    def works(self) -> bool:
        """Whether visitors are served."""
        return self in (Status.UP, Status.DEGRADED)


_WORST_FIRST = (Status.DOWN, Status.BLOCKED, Status.UNKNOWN, Status.DEGRADED, Status.UP)


def worst(statuses: Iterable[Status]) -> Status:
    """Combine the statuses of a service's checks into the service's own; UNKNOWN where there are none.

    UNKNOWN outranks DEGRADED and UP: a service of which one part is unmeasured is not known to work.
    """
    present = set(statuses)
    return next((status for status in _WORST_FIRST if status in present), Status.UNKNOWN)


@dataclass(frozen=True, slots=True)
class Doubt:
    """Results in a row that speak against the present status, not yet enough of them to change it."""

    towards: Status
    """UP, DOWN, BLOCKED or UNKNOWN. A row of failures and blocks together speaks for DOWN."""
    count: int
    since_at: datetime | None
    """First of them; None if it lies before a gap in measuring and so cannot be counted from."""


@dataclass(frozen=True, slots=True)
class CheckState:
    """All that is remembered of a check between two results. Times are aware UTC."""

    check_id: str
    vantage: str
    status: Status
    since_at: datetime
    known: Status | None = None
    """The last status other than UNKNOWN: what an UNKNOWN returns to without being confirmed again."""
    doubt: Doubt | None = None
    last_at: datetime | None = None
    """Start of the latest result folded in, or the end of a gap in measuring if that is later."""
    recent: tuple[float, ...] = ()
    """Latest response times in seconds, oldest first, at most RECENT_KEPT."""
    reason: Reason | None = None
    """Of the latest result that was not OK, while the status or a doubt rests on it."""

    @property
    def confirming(self) -> bool:
        """Whether the check should be tried again soon."""
        return self.doubt is not None

    @property
    def settled_at(self) -> datetime:
        """Up to when the timeline is final: whatever comes next cannot change what lies before."""
        if self.doubt is not None and self.doubt.since_at is not None:
            return self.doubt.since_at
        return max(self.since_at, self.last_at or self.since_at)


@dataclass(frozen=True, slots=True)
class Transition:
    """One change of status."""

    check_id: str
    vantage: str
    at: datetime
    """When it really began: the first of the results that showed it."""
    decided_at: datetime
    """When we were sure."""
    before: Status
    after: Status
    stage: Stage | None = None
    reason: Reason | None = None
    message: str | None = None


def first_state(check_id: str, vantage: str, now: datetime) -> CheckState:
    """Return the state of a check that has never been measured."""
    return CheckState(check_id=check_id, vantage=vantage, status=Status.UNKNOWN, since_at=now)


def step(state: CheckState, result: Result, rule: Rule) -> tuple[CheckState, Transition | None]:
    """Fold one result into a check's state.

    DOWN on the `rule.down_after`-th failure in a row, since the FIRST of them: reports count the real
    start, not the moment we were sure. UP again on the `rule.up_after`-th good result in a row, since the
    first of them. A row of nothing but blocks leads to BLOCKED in the same way; a row in which failures
    and blocks mix leads to DOWN. Faults of our own lead to UNKNOWN, since the first evidence we could not
    weigh. Out of UNKNOWN, what was known before it returns with the first result that agrees; a service
    never yet measured is UP with its first good result.

    Args:
        state: before the result; times aware UTC.
        result: of the same check and vantage. A start before `state.last_at` (a clock that was set back)
            is read as `state.last_at`, so that a timeline never runs backwards.
        rule: failures and successes in a row, each at least 1.
    Returns: the new state, and the transition if the status changed.
    Raises:
        ValueError: the result belongs to another check or vantage.
    Source: docs/decisions/0007-status-from-results.md; compare Alertmanager's `for`, and Nagios' soft states.
    """
    if (result.check_id, result.vantage) != (state.check_id, state.vantage):
        raise ValueError(f"result of {result.check_id} folded into the state of {state.check_id}")
    at = max(result.started_at, state.last_at or state.since_at, state.since_at)
    observed = _OBSERVED[result.outcome]
    state = replace(state, last_at=at)
    if observed is Status.UNKNOWN:
        return _fold_fault(state, result, rule, at)
    if _agrees(state, observed):
        return _confirm(state, result, rule, at, observed)
    doubt = _extend(state, observed, at)
    if doubt.count >= (rule.up_after if observed is Status.UP else rule.down_after):
        return _change(state, result, doubt.towards, doubt.since_at or at, at)
    return replace(state, doubt=doubt, reason=result.reason or state.reason), None


def unseen(state: CheckState, result: Result) -> tuple[CheckState, Transition | None]:
    """Fold a failure that was seen while the vantage itself could not see: it says nothing about the site.

    The status becomes UNKNOWN at once, from the first failing evidence on: from this result, or from the
    failures in a row that came before it, since those may have been the first signs of our own blindness.
    What was known is kept, and returns with the first result that agrees with it.

    Args:
        state: before the result; times aware UTC.
        result: a failure, of the same check and vantage; its start is clamped as `step` does.
    """
    at = max(result.started_at, state.last_at or state.since_at, state.since_at)
    doubt = state.doubt
    state = replace(state, last_at=at, doubt=None, reason=Reason.VANTAGE_BLIND)
    if state.status is Status.UNKNOWN:
        return state, None
    against = doubt is not None and doubt.towards is not Status.UP
    since_at = doubt.since_at if doubt is not None and against else None
    return _become_unknown(state, since_at or at, at, Reason.VANTAGE_BLIND)


def resume(state: CheckState, seen_until: datetime, until: datetime) -> tuple[CheckState, Transition | None]:
    """Say that nothing was measured from `seen_until` to `until`: the daemon was not running.

    The status becomes UNKNOWN from then, always. What was known, and how many results spoke against it,
    is kept; but a doubt from before the gap loses its start, since UNKNOWN time is never made DOWN later.
    A probe that was under way over the gap speaks for what follows it, not for the gap.

    Args:
        state: as loaded from the store.
        seen_until: the last heartbeat; aware UTC. Clamped so that the timeline never runs backwards.
        until: when measuring goes on; aware UTC, clamped likewise.
    """
    at = max(seen_until, state.since_at, state.last_at or state.since_at)
    doubt = state.doubt
    if doubt is not None:
        doubt = None if doubt.towards is Status.UNKNOWN else replace(doubt, since_at=None)
    state = replace(state, doubt=doubt, last_at=max(at, until))
    if state.status is Status.UNKNOWN:
        return state, None
    return _become_unknown(state, at, at, Reason.SELF_FAULT)


_OWN_FAULTS = {
    Reason.SELF_FAULT: "The monitor was not running.",
    Reason.VANTAGE_BLIND: "The monitor's own connection was down.",
}


def _become_unknown(
    state: CheckState, since_at: datetime, decided_at: datetime, reason: Reason
) -> tuple[CheckState, Transition]:
    at = max(since_at, state.since_at)
    transition = Transition(
        check_id=state.check_id,
        vantage=state.vantage,
        at=at,
        decided_at=decided_at,
        before=state.status,
        after=Status.UNKNOWN,
        reason=reason,
        message=_OWN_FAULTS[reason],
    )
    return replace(state, status=Status.UNKNOWN, since_at=at, recent=(), reason=reason), transition


_OBSERVED = {
    Outcome.OK: Status.UP,
    Outcome.FAILED: Status.DOWN,
    Outcome.BLOCKED: Status.BLOCKED,
    Outcome.SELF_FAULT: Status.UNKNOWN,
}


def _agrees(state: CheckState, observed: Status) -> bool:
    """Whether one result of this kind is enough to be (or to stay) in the status that it shows."""
    if state.status is Status.UNKNOWN:
        if observed is Status.UP:
            return state.known is None or state.known.works
        return state.known is observed
    return state.status.works if observed is Status.UP else state.status is observed


def _confirm(
    state: CheckState, result: Result, rule: Rule, at: datetime, observed: Status
) -> tuple[CheckState, Transition | None]:
    """Fold a result that agrees with what is held or was last known."""
    if state.status is Status.UNKNOWN:
        # What was slow is slow until it has shown otherwise: a gap makes nothing quicker.
        known = state.known if state.known is not None and observed is Status.UP else observed
        return _change(state, result, known, at, at)
    reason = None if observed is Status.UP else result.reason
    state = replace(state, doubt=None, reason=reason)
    if observed is not Status.UP or result.distorted:
        return state, None
    state = replace(state, recent=_remember(state.recent, result))
    pace = _pace(state.recent, rule)
    if pace is None or pace is state.status:
        return state, None
    return _change(state, result, pace, at, at)


def _fold_fault(
    state: CheckState, result: Result, rule: Rule, at: datetime
) -> tuple[CheckState, Transition | None]:
    """Fold a fault of our own: no evidence about the site, but time in which it was not seen."""
    if state.status is Status.UNKNOWN:
        # It ends a row: blind time between two failures must not become part of an outage.
        return replace(state, doubt=None, reason=result.reason), None
    doubt = state.doubt
    if doubt is None or doubt.towards is not Status.UNKNOWN:
        # Failures seen just before our own fault may be that fault's first signs: unknown from them on.
        against = doubt is not None and doubt.towards is not Status.UP
        since_at = doubt.since_at if doubt is not None and against else None
        doubt = Doubt(towards=Status.UNKNOWN, count=0, since_at=since_at or at)
    doubt = replace(doubt, count=doubt.count + 1)
    if doubt.count >= rule.down_after:
        return _change(state, result, Status.UNKNOWN, doubt.since_at or at, at)
    return replace(state, doubt=doubt, reason=result.reason or state.reason), None


def _extend(state: CheckState, observed: Status, at: datetime) -> Doubt:
    """Add one more result to the doubt it belongs to, or open a new doubt."""
    doubt = state.doubt
    both_bad = {Status.DOWN, Status.BLOCKED}
    if doubt is not None and doubt.towards is Status.UNKNOWN and observed in both_bad:
        # Between faults of our own a failure proves nothing: the row goes on towards UNKNOWN.
        return replace(doubt, count=doubt.count + 1, since_at=doubt.since_at or at)
    if doubt is None or not (doubt.towards is observed or {doubt.towards, observed} == both_bad):
        return Doubt(towards=observed, count=1, since_at=at)
    towards = observed if doubt.towards is observed else Status.DOWN
    return Doubt(towards=towards, count=doubt.count + 1, since_at=doubt.since_at or at)


def _change(
    state: CheckState, result: Result, after: Status, since_at: datetime, decided_at: datetime
) -> tuple[CheckState, Transition]:
    """Enter a status; never before the present one began."""
    at = max(since_at, state.since_at)
    transition = Transition(
        check_id=state.check_id,
        vantage=state.vantage,
        at=at,
        decided_at=decided_at,
        before=state.status,
        after=after,
        stage=result.stage,
        reason=result.reason,
        message=result.message,
    )
    recent = state.recent if state.status.works and after.works else ()
    if after.works and not recent and result.ok and not result.distorted:
        recent = _remember((), result)
    changed = replace(
        state,
        status=after,
        since_at=at,
        known=state.known if after is Status.UNKNOWN else after,
        doubt=None,
        recent=recent,
        reason=result.reason,
    )
    return changed, transition


def _remember(recent: tuple[float, ...], result: Result) -> tuple[float, ...]:
    return (*recent, result.duration.total_seconds())[-RECENT_KEPT:]


def _pace(recent: tuple[float, ...], rule: Rule) -> Status | None:
    """Judge slowness: None where there is no rule, or too little to judge by."""
    if rule.slow is None:
        return Status.UP
    if len(recent) < RECENT_NEEDED:
        return None
    return Status.DEGRADED if statistics.median(recent) > rule.slow.total_seconds() else Status.UP
