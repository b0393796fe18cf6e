"""What is held to be true right now: every check's state, every service's status and seconds."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.seconds import StatusSeconds
from monitor.core.service import Check
from monitor.core.status import CheckState, Status, Transition, first_state, resume, step, unseen


@dataclass(frozen=True, slots=True)
class Glance:
    """The little of a result that pages and tables show."""

    started_at: datetime
    duration: timedelta
    outcome: Outcome
    stage: Stage | None
    reason: Reason | None
    message: str | None
    address: str | None
    http_status: int | None
    certificate_not_after: datetime | None

    @classmethod
    def at(cls, result: Result) -> Glance:
        """Take from a result what is shown."""
        return cls(
            started_at=result.started_at,
            duration=result.duration,
            outcome=result.outcome,
            stage=result.stage,
            reason=result.reason,
            message=result.message,
            address=result.address,
            http_status=result.http.status if result.http else None,
            certificate_not_after=result.tls.earliest_not_after if result.tls else None,
        )


class Board:
    """Judges results as they come, in memory; knows no store and no clock.

    States of checks that left the register are kept, so that a check which returns goes on where it was.
    """

    def __init__(self, vantage: str) -> None:
        self.vantage = vantage
        self.states: dict[str, CheckState] = {}
        self.glances: dict[str, Glance] = {}
        self._checks: dict[str, Check] = {}
        self._seconds: dict[str, StatusSeconds] = {}

    def interrupt(self, seen_until: datetime, now: datetime) -> list[tuple[CheckState, Transition]]:
        """Say that nothing was measured since `seen_until`; returns every state that changes by it."""
        changed = []
        for check_id, before in list(self.states.items()):
            state, transition = resume(before, seen_until, now)
            self.states[check_id] = state
            if transition is not None:
                self._account(state, transition)
                changed.append((state, transition))
        return changed

    def follow(
        self, checks: Iterable[Check], now: datetime, since: datetime | None = None
    ) -> list[tuple[CheckState, Transition]]:
        """Take in the checks that are probed from now on.

        Args:
            checks: all of them.
            now: aware UTC.
            since: from when the seconds of services that have states are counted: at start the last sign of
                life, so that the gap is counted as the UNKNOWN time that it is; None: from now, as always
                where a service is new.
        Returns: what ends by it: the states of checks that are no longer probed, now UNKNOWN.
        """
        wanted = {check.id: check for check in checks}
        ended = []
        for check_id in self._checks.keys() - wanted.keys():
            self.glances.pop(check_id, None)
            state, transition = resume(self.states[check_id], now, now)
            self.states[check_id] = state
            if transition is not None:
                self._account(state, transition)
                ended.append((state, transition))
            self._leave(self._checks[check_id])
        known = {check.service_id for check in wanted.values() if check.id in self.states}
        for check in wanted.values():
            if check.id not in self._checks:
                self._enter(check, now, since if since and check.service_id in known else now)
        self._checks = wanted
        return ended

    def fold(self, result: Result, *, seen: bool = True) -> tuple[CheckState, Transition | None] | None:
        """Judge one result; None where its check is no longer probed.

        Args:
            result: of any check.
            seen: False: a failure from a time in which this vantage could not see.
        """
        check = self._checks.get(result.check_id)
        if check is None:
            return None
        before = self.states[check.id]
        state, transition = step(before, result, check.rule) if seen else unseen(before, result)
        self.states[check.id] = state
        self.glances[check.id] = Glance.at(result)
        self._account(state, transition)
        return state, transition

    def worked(self, check_id: str) -> bool:
        """Whether a check worked when it was last known."""
        state = self.states.get(check_id)
        return state is not None and state.known is not None and state.known.works

    def probes(self, check_id: str) -> bool:
        """Whether the check is probed."""
        return check_id in self._checks

    def service_of(self, check_id: str) -> str:
        """Return the id of the service that a followed check belongs to."""
        return self._checks[check_id].service_id

    def follows(self, service_id: str) -> bool:
        """Whether any check of the service is probed."""
        return service_id in self._seconds

    def status(self, service_id: str) -> Status:
        """Return the status of a service: the worst of its checks'."""
        seconds = self._seconds.get(service_id)
        return seconds.status if seconds is not None else Status.UNKNOWN

    def seconds(self, service_id: str) -> dict[Status, float]:
        """Return how long a service has been in each status since counting began."""
        return self._seconds[service_id].totals

    def _enter(self, check: Check, now: datetime, since: datetime) -> None:
        if check.id not in self.states:
            self.states[check.id] = first_state(check.id, self.vantage, now)
        if check.service_id not in self._seconds:
            self._seconds[check.service_id] = StatusSeconds(settled_at=since)
        self._seconds[check.service_id].follow(check.id)

    def _leave(self, check: Check) -> None:
        seconds = self._seconds[check.service_id]
        seconds.forget(check.id)
        if not seconds.follows:
            del self._seconds[check.service_id]

    def _account(self, state: CheckState, transition: Transition | None) -> None:
        check = self._checks.get(state.check_id)
        if check is not None:
            self._seconds[check.service_id].observe(state, transition)
