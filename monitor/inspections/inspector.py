"""Runs the inspections, each target at its time, and hands what they see to the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.core.finding import Inspected, Seen
from monitor.core.rounds import Rhythm, due_at
from monitor.core.route import Severity
from monitor.core.service import Registry
from monitor.inspections.inspection import Inspection
from monitor.inspections.places import Places, domain_of
from monitor.store import Store, StoreUnavailable
from monitor.store.findings import Recorded, prune_findings, record_inspection
from monitor.store.looks import Look, last_look

TICK = timedelta(seconds=1)
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)
"""Before a look is repeated that could not be stored; doubled each time."""
_AT_ONCE = datetime.min.replace(tzinfo=UTC)

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class _Try:
    """The latest look at a target; what it saw is in the store, as it is too much to keep."""

    at: datetime
    failed: bool


@dataclass(slots=True)
class _Lane:
    """One inspection and its targets."""

    inspection: Inspection
    targets: frozenset[str] = frozenset()
    tried: dict[str, _Try] = field(default_factory=dict)
    due: dict[str, datetime] = field(default_factory=dict)
    """When each target is looked at next; kept, as ten thousand of them are asked about every second."""
    urgent: set[str] = field(default_factory=set)
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    put_off: dict[str, timedelta] = field(default_factory=dict)
    """How long a target waits whose last look could not be stored."""


class Inspector:
    """Keeps the calendar of all inspections. The store is its memory: a restart repeats no look.

    Args:
        store: open.
        inspections: those that are to be made.
        told: called with what is now known of a target and what that changed, once it is stored.
        paused: whether nothing should be looked at now, since this vantage cannot see.
        now: the clock; aware UTC.
    """

    def __init__(
        self,
        store: Store,
        inspections: Sequence[Inspection],
        *,
        told: Callable[[Look, Recorded], None] = lambda _, __: None,
        paused: Callable[[], bool] = lambda: False,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store = store
        self._lanes = [_Lane(one) for one in inspections]
        self._told = told
        self._paused = paused
        self._now = now
        self._registry: Registry | None = None
        self._pruned = True
        self._trouble: str | None = None

    def load(self, remembered: Iterable[Look]) -> None:
        """Learn what was looked at when; before `follow`."""
        lanes = {lane.inspection.name: lane for lane in self._lanes}
        for look in remembered:
            if look.inspection in lanes:
                at = min(look.tried_at, self._now())  # the clock may have been ahead once
                lanes[look.inspection].tried[look.target] = _Try(at, look.failure is not None)

    def follow(self, registry: Registry) -> None:
        """Take over a register: the services that are in their registered life."""
        self._registry, self._pruned = registry, False
        for lane in self._lanes:
            lane.inspection.follow(registry)
            lane.targets = frozenset(lane.inspection.targets())
            # What left and comes back is looked at anew: its findings were closed meanwhile.
            lane.tried = {target: one for target, one in lane.tried.items() if target in lane.targets}
            lane.due = {target: _next(lane, target) for target in lane.targets}

    async def run(self) -> None:
        """Look at what is due until cancelled; survives every trouble of the store and of a look."""
        try:
            while True:
                await self._prune()
                if not self._paused():
                    for lane in self._lanes:
                        self._start_due(lane)
                await asyncio.sleep(TICK.total_seconds())
        finally:
            running = [task for lane in self._lanes for task in lane.running.values()]
            for task in running:
                task.cancel()
            await asyncio.gather(*running, return_exceptions=True)

    async def close(self) -> None:
        """Close what the inspections hold open."""
        for lane in self._lanes:
            await lane.inspection.close()

    def _start_due(self, lane: _Lane) -> None:
        lane.urgent |= lane.inspection.urgent()
        lane.urgent &= lane.targets
        for target in self._due(lane)[: lane.inspection.at_once - len(lane.running)]:
            lane.urgent.discard(target)
            task = asyncio.create_task(self._look(lane, target), name=f"{lane.inspection.name} {target}")
            lane.running[target] = task

    def _due(self, lane: _Lane) -> list[str]:
        """Return the targets to look at now: what is urgent first, then what has waited longest."""
        now = self._now()
        waiting = [
            (target not in lane.urgent, due, target)
            for target, due in lane.due.items()
            if (due <= now or target in lane.urgent) and target not in lane.running
        ]
        return [target for _, _, target in sorted(waiting)]

    async def _look(self, lane: _Lane, target: str) -> None:
        try:
            last = await last_look(self._store, lane.inspection.name, target)
            inspected = await self._inspected(lane.inspection, target, last)
            await self._record(lane, inspected, last)
        except StoreUnavailable as error:
            self._say(str(error))
            self._put_off(lane, target)
        except Exception:  # noqa: BLE001 - a fault of ours must not end the other inspections
            _log.exception("the %s inspection of %s was lost to our own code", lane.inspection.name, target)
            self._put_off(lane, target)
        else:
            lane.put_off.pop(target, None)
        finally:
            del lane.running[target]

    def _put_off(self, lane: _Lane, target: str) -> None:
        """Try later what could not be stored: nobody is to be asked each second while our disk is full."""
        pause = lane.put_off[target] = min(2 * lane.put_off.get(target, FIRST_PAUSE / 2), LONGEST_PAUSE)
        if target in lane.targets:
            lane.due[target] = self._now() + pause

    async def _inspected(self, inspection: Inspection, target: str, last: Look | None) -> Inspected:
        now = self._now()
        try:
            return await inspection.inspect(target, last.facts if last else None, now)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the other inspections
            _log.exception("the %s inspection of %s failed in our own code", inspection.name, target)
            return Inspected(
                inspection=inspection.name,
                target=target,
                at=now,
                failure=f"The inspection itself failed ({type(error).__name__}).",
            )

    async def _record(self, lane: _Lane, inspected: Inspected, last: Look | None) -> None:
        registry = self._registry
        if inspected.target not in lane.targets:
            return  # it left the register while somebody looked

        def domain(seen: Seen) -> str:
            subject = seen.identity.subject
            return subject.name if registry is None else domain_of(subject, registry)

        recorded = await record_inspection(self._store, inspected, domain)
        self._say(None)
        fresh = inspected.facts is not None
        look = Look(
            inspection=inspected.inspection,
            target=inspected.target,
            tried_at=last.tried_at if last and inspected.in_passing else inspected.at,
            failure=inspected.failure,
            seen_at=inspected.at if fresh else last.seen_at if last else None,
            facts=inspected.facts if fresh else last.facts if last else None,
        )
        lane.tried[look.target] = _Try(look.tried_at, look.failure is not None)
        lane.due[look.target] = _next(lane, look.target)
        _tell(recorded)
        self._told(look, recorded)

    async def _prune(self) -> None:
        """Forget what left the register, once for each register."""
        registry = self._registry
        if self._pruned or registry is None:
            return
        try:
            await prune_findings(self._store, Places(registry).known, self._now())
        except StoreUnavailable as error:
            self._say(str(error))
            return
        self._pruned = True
        self._say(None)

    def _say(self, trouble: str | None) -> None:
        """Log trouble when it begins or changes; not at every try."""
        if trouble is not None and trouble != self._trouble:
            _log.error("what inspections saw cannot be stored; they are repeated later: %s", trouble)
        self._trouble = trouble


def _tell(recorded: Recorded) -> None:
    """Log what opened and closed."""
    for finding in recorded.opened:
        grave = finding.severity.as_alert is not Severity.INFO
        rule, subject = finding.identity.rule, finding.identity.subject.name
        _log.log(logging.WARNING if grave else logging.INFO, "%s: %s at %s", finding.name, rule, subject)
    for finding in recorded.closed:
        _log.info("%s is over: %s", finding.name, finding.identity.rule)


def _next(lane: _Lane, target: str) -> datetime:
    """Return when a target is to be looked at next; the beginning of time: at once."""
    last = lane.tried.get(target)
    if last is None:
        return _AT_ONCE
    rhythm = Rhythm(lane.inspection.every, lane.inspection.again)
    return due_at(target, last.at, rhythm, failed=last.failed) or _AT_ONCE
