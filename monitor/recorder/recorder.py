"""Results → status → incidents → one transaction. Judges and shows at once, and stores in batches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from monitor.core.canary import Canary, Look
from monitor.core.ledger import LATEST_NEWS, STABLE_AFTER, Ledger
from monitor.core.raising import blind_alert, status_alerts
from monitor.core.result import Result
from monitor.core.service import Check, Registry, Service
from monitor.core.sight import BlindCause, BlindPeriod, Sight, SightRule
from monitor.core.status import CheckState, Status, Transition
from monitor.metrics import Exposition
from monitor.recorder.backlog import Judged
from monitor.recorder.board import Board
from monitor.recorder.casebook import NOWHERE, Casebook, Neighbourhood
from monitor.recorder.eyes import Eyes, Ready
from monitor.recorder.record import NOTHING, Record
from monitor.recorder.writer import Writer
from monitor.store import Store
from monitor.store.incidents import last_number, open_incidents
from monitor.store.sight import open_period

TICK = timedelta(seconds=1)
SUSPENDED_AFTER = timedelta(seconds=30)
"""A wall clock that jumps this far between two looks means that the machine slept, or the process stood
still: nothing was measured then. Shorter stalls are the loop's lag, and are shown as such."""
BACKLOG_RESULTS = 20_000

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the present, aware UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """By what the recorder knows whether this vantage can see."""

    canaries: tuple[Canary, ...] = ()
    rule: SightRule = field(default_factory=SightRule)
    patience: timedelta = timedelta(0)
    """How long a failure may wait for a look at the canaries before it counts as unseen."""
    look_soon: Callable[[], None] = lambda: None
    """Asks for such a look."""


class Recorder:
    """The sink of all results of one vantage; the only writer of its record.

    A store that is locked or full never stops probing or judging: what is to be written waits in a bounded
    backlog, and the metrics and the log say so.

    Args:
        store: open.
        board: judges and holds what is true now.
        exposition: shows it to Prometheus.
        outlook: the canaries.
        neighbourhood: what is known of names, for common causes.
        now: the clock; aware UTC.
        backlog_results: how many results may wait for the store.
    """

    def __init__(
        self,
        store: Store,
        board: Board,
        exposition: Exposition,
        *,
        outlook: Outlook | None = None,
        neighbourhood: Neighbourhood = NOWHERE,
        now: Callable[[], datetime] = utc_now,
        backlog_results: int = BACKLOG_RESULTS,
    ) -> None:
        outlook = outlook or Outlook()
        self.board = board
        self.eyes = Eyes(board.vantage, Sight(outlook.canaries, outlook.rule), outlook.patience)
        self.casebook = Casebook(Ledger(vantage=board.vantage, zone=neighbourhood.zone), neighbourhood)
        self._writer = Writer(store, board.vantage, exposition.own, now=now, backlog_results=backlog_results)
        self._store = store
        self._exposition = exposition
        self._look_soon = outlook.look_soon
        self._now = now
        self._services: dict[str, Service] = {}
        self._seen_until: datetime | None = None
        self._counted = 0
        self._blind_since: datetime | None = None

    async def load(self) -> None:
        """Take up where the last run ended; UNKNOWN since its last sign of life.

        Raises:
            StoreUnavailable: the store cannot be read.
        """
        vantage, now = self.board.vantage, self._now()
        states = await self._store.load_states(vantage)
        self._writer.know(states)
        self.board.states.update(states)
        self.eyes.period = await open_period(self._store, vantage)
        self._counted = await last_number(self._store)
        incidents = await open_incidents(self._store, vantage, now - STABLE_AFTER - LATEST_NEWS)
        self.casebook.ledger = replace(
            self.casebook.ledger,
            last_number=self._counted,
            incidents={one.number: one for one in incidents},
        )
        seen_until = await self._store.seen_until(vantage)
        if seen_until is not None:
            self._seen_until = min(seen_until, now)  # the clock may have been set back since
            self._add_all(self.board.interrupt(self._seen_until, now))

    async def follow(self, registry: Registry, checks: Sequence[Check]) -> None:
        """Take in a register, and which of its checks are probed from now on.

        Raises:
            StoreUnavailable: new checks could not be written down.
        """
        now = self._now()
        await self._store.register(((check.id, check.service_id) for check in checks), now)
        self.eyes.keep_only({check.id for check in checks})
        self._add_all(self.board.follow(checks, now, self._seen_until))
        self._seen_until = None
        ended = self.casebook.follow(checks, self.board.states, now)
        probed = {check.service_id: registry.services[check.service_id] for check in checks}
        for service_id in self._services.keys() - probed.keys():
            self._exposition.remove(service_id)
        for service in probed.values():
            if self._services.get(service.id) != service:
                agency = registry.agencies[service.agency_id]
                self._exposition.add(service, agency, registry.government_of(service))
        self._services = probed
        self._add(Judged(None, None, None, ended))
        for incident in self.casebook.ledger.open:
            self._exposition.observe_incident(incident)
        self._show(probed)

    def put(self, result: Result) -> bool:
        """Judge one result, show it, and queue it for the store; returns whether to check again soon.

        A failure may have to wait for a look at a canary: it is shown at once, judged and stored then.
        """
        if not self.board.probes(result.check_id):
            return False  # its check left the register while the probe was under way
        now = self._now()
        self._exposition.observe(result)
        ready = self.eyes.offer(result, now, worked=self.board.worked(result.check_id))
        if not ready:
            state = self.board.states[result.check_id]
            if not result.ok and state.status is Status.DOWN and not state.confirming:
                return False  # nothing new: the next look at the canaries comes soon enough
            self._look_soon()
            return True
        if not result.ok:
            self._turn(now)
        for one in ready:
            self._judge(one, now)
        return not ready[-1].seen or self.board.states[result.check_id].confirming

    def look(self, look: Look) -> None:
        """Take in a look at a canary, and judge what waited for it."""
        self._exposition.own.vantage_canary_up.labels(canary=look.canary.name).set(look.alive)
        self.eyes.look(look)
        self._go_on(self._now())

    async def run(self) -> None:
        """Write batches until `close`; survives every trouble of the store."""
        async with asyncio.TaskGroup() as tasks:
            watch = tasks.create_task(self._watch(), name="watch over time")
            await self._writer.run()
            watch.cancel()

    async def close(self) -> bool:
        """Judge and write what waits, the last heartbeat with it; returns whether all could be written."""
        now = self._now()
        self._go_on(now)
        for one in self.eyes.surrender():
            self._judge(one, now)
        return await self._writer.close()

    @property
    def waiting_results(self) -> int:
        """How many results are not yet stored."""
        return self._writer.waiting_results

    @property
    def storing(self) -> bool:
        """Whether the store takes what it is given."""
        return self._writer.trouble is None

    async def _watch(self) -> None:
        """Do what time alone brings about; notice when the machine slept."""
        awake_at = self._now()
        while True:
            await asyncio.sleep(TICK.total_seconds())
            now = self._now()
            if now - awake_at > SUSPENDED_AFTER:
                span = f"{awake_at:%H:%M:%S} to {now:%H:%M:%S} UTC"
                _log.warning("the process stood still from %s; that time is UNKNOWN", span)
                for one in self.eyes.surrender():
                    self._judge(one, awake_at)
                self._add_all(self.board.interrupt(awake_at, now))
                self._show(self._services)
            awake_at = now
            self._go_on(now)
            self._add(Judged(None, None, None, self.casebook.settle(now)))

    def _go_on(self, now: datetime) -> None:
        """Judge what can be judged now."""
        self._turn(now)
        for one in self.eyes.release(now):
            self._judge(one, now)

    def _judge(self, ready: Ready, now: datetime) -> None:
        result = ready.result
        before = self.board.states.get(result.check_id)
        folded = self.board.fold(result, seen=ready.seen)
        if folded is None or before is None:
            return
        state, transition = folded
        if ready.seen:
            record = self.casebook.observe(result, state, transition, now)
        else:
            self.casebook.overlook(result.check_id)
            record = NOTHING
        if transition is not None:
            service_id = self.board.service_of(result.check_id)
            alerts = status_alerts(service_id, before, state, now, result.message)
            record = replace(record, alerts=(*record.alerts, *alerts))
        self._add(Judged(result, state, transition, record))
        self._show((self.board.service_of(result.check_id),))

    def _turn(self, now: datetime) -> None:
        """Write down that a blind period began or ended, and tell the operators of its beginning."""
        period = self.eyes.turn(now)
        self._exposition.own.vantage_blind.set(self.eyes.period is not None)
        if period is None:
            return
        if period.ended_at is not None or period.began_at == self._blind_since:
            if period.ended_at is not None:
                _log.warning("this vantage can see again; failures are judged")
            self._add(Judged(None, None, None, Record(periods=(period,))))
            return
        self._blind_since = period.began_at
        _log.error(
            "this vantage cannot see (%s); failures become UNKNOWN, and nobody is told of outages",
            _blind_words(period),
        )
        self._add(Judged(None, None, None, Record(periods=(period,), alerts=(blind_alert(period, now),))))

    def _add(self, judged: Judged) -> None:
        if judged.result is None and judged.transition is None and not judged.record:
            return
        self._writer.add(judged)
        for incident in judged.record.incidents:
            self._exposition.observe_incident(incident)
            if incident.number > self._counted:
                self._counted = incident.number
                self._exposition.own.incidents.inc()

    def _add_all(self, changes: Iterable[tuple[CheckState, Transition]]) -> None:
        for state, transition in changes:
            self._add(Judged(None, state, transition))

    def _show(self, service_ids: Iterable[str]) -> None:
        for service_id in service_ids:
            self._exposition.observe_service(
                service_id, self.board.status(service_id), self.board.seconds(service_id)
            )


def _blind_words(period: BlindPeriod) -> str:
    if period.cause is BlindCause.NETWORKS:
        return f"{period.failing_networks} of {period.seen_networks} networks fail at once"
    return f"no answer from {', '.join(period.dead)}"
