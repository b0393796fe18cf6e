"""Runs the inspections, each target at its time, and hands what they see to the store."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from monitor.core.finding import Inspected, Seen
from monitor.core.rounds import Rhythm, due_at
from monitor.core.route import Severity
from monitor.core.service import Registry
from monitor.inspections.inspection import Inspection
from monitor.inspections.places import domain_of, known_places
from monitor.store import Store, StoreUnavailable
from monitor.store.findings import Recorded, prune_findings, record_inspection
from monitor.store.looks import Look, looks

TICK = timedelta(seconds=1)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Lane:
    """One inspection and its targets."""

    inspection: Inspection
    targets: frozenset[str] = frozenset()
    looks: dict[str, Look] = field(default_factory=dict)
    urgent: set[str] = field(default_factory=set)
    running: dict[str, asyncio.Task[None]] = field(default_factory=dict)


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

    async def load(self) -> None:
        """Learn from the store what was looked at when.

        Raises:
            StoreUnavailable: it cannot be read.
        """
        remembered = await looks(self._store)
        for lane in self._lanes:
            lane.looks = {one.target: one for one in remembered if one.inspection == lane.inspection.name}

    def follow(self, registry: Registry) -> None:
        """Take over a register: the services that are in their registered life."""
        self._registry, self._pruned = registry, False
        for lane in self._lanes:
            lane.inspection.follow(registry)
            lane.targets = frozenset(lane.inspection.targets())

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
        now, inspection = self._now(), lane.inspection
        rhythm = Rhythm(inspection.every, inspection.again)
        waiting: list[tuple[bool, datetime, str]] = []
        for target in lane.targets - lane.running.keys():
            last = lane.looks.get(target)
            due = None
            if last is not None:
                due = due_at(target, last.tried_at, rhythm, failed=last.failure is not None)
            urgent = target in lane.urgent
            if urgent or due is None or due <= now:
                waiting.append((not urgent, due or datetime.min.replace(tzinfo=UTC), target))
        return [target for _, _, target in sorted(waiting)]

    async def _look(self, lane: _Lane, target: str) -> None:
        name = lane.inspection.name
        last = lane.looks.get(target)
        now = self._now()
        try:
            inspected = await lane.inspection.inspect(target, last.facts if last else None, now)
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the other inspections
            _log.exception("the %s inspection of %s failed in our own code", name, target)
            inspected = Inspected(
                inspection=name,
                target=target,
                at=now,
                failure=f"The inspection itself failed ({type(error).__name__}).",
            )
        try:
            await self._record(lane, inspected)
        except StoreUnavailable as error:
            self._say(str(error))
            await asyncio.sleep(TICK.total_seconds())  # it is due again as soon as it has left
        finally:
            del lane.running[target]

    async def _record(self, lane: _Lane, inspected: Inspected) -> None:
        registry = self._registry

        def domain(seen: Seen) -> str:
            subject = seen.identity.subject
            return subject.name if registry is None else domain_of(subject, registry)

        recorded = await record_inspection(self._store, inspected, domain)
        self._say(None)
        last = lane.looks.get(inspected.target)
        fresh = inspected.facts is not None
        look = lane.looks[inspected.target] = Look(
            inspection=inspected.inspection,
            target=inspected.target,
            tried_at=last.tried_at if last and inspected.in_passing else inspected.at,
            failure=inspected.failure,
            seen_at=inspected.at if fresh else last.seen_at if last else None,
            facts=inspected.facts if fresh else last.facts if last else None,
        )
        for finding in recorded.opened:
            grave = finding.severity.as_alert is not Severity.INFO
            _log.log(
                logging.WARNING if grave else logging.INFO,
                "%s: %s at %s",
                finding.name,
                finding.identity.rule,
                finding.identity.subject.name,
            )
        for finding in recorded.closed:
            _log.info("%s is over: %s", finding.name, finding.identity.rule)
        self._told(look, recorded)

    async def _prune(self) -> None:
        """Forget what left the register, once for each register."""
        registry = self._registry
        if self._pruned or registry is None:
            return
        try:
            await prune_findings(self._store, known_places(registry), self._now())
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
