"""Results → status → one transaction. Judges at once, shows at once, and stores in batches."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta

from monitor.core.result import Result
from monitor.core.service import Check, Registry, Service
from monitor.core.status import CheckState, Transition
from monitor.metrics import Exposition
from monitor.recorder.backlog import Backlog, Judged
from monitor.recorder.board import Board
from monitor.store import Batch, Store, StoreUnavailable, materially_different

BATCH_RESULTS = 500
BATCH_PERIOD = timedelta(seconds=1)
HEARTBEAT_PERIOD = timedelta(seconds=5)
"""A heartbeat is one more page written: every five seconds it costs little even where few results come."""
SUSPENDED_AFTER = timedelta(seconds=30)
"""A wall clock that jumps this far between two looks means that the machine slept, or the process stood
still: nothing was measured then. Shorter stalls are the loop's lag, and are shown as such."""
LONGEST_PAUSE = timedelta(seconds=30)
BACKLOG_RESULTS = 20_000

_log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """Return the present, aware UTC."""
    return datetime.now(UTC)


class Recorder:
    """The sink of all results of one vantage; the only writer of its store.

    A store that is locked or full never stops probing or judging: what is to be written waits in a bounded
    backlog, and the metrics and the log say so.

    Args:
        store: open.
        board: judges and holds what is true now.
        exposition: shows it to Prometheus.
        now: the clock; aware UTC.
        backlog_results: how many results may wait for the store.
    """

    def __init__(
        self,
        store: Store,
        board: Board,
        exposition: Exposition,
        *,
        now: Callable[[], datetime] = utc_now,
        backlog_results: int = BACKLOG_RESULTS,
    ) -> None:
        self.board = board
        self._store = store
        self._exposition = exposition
        self._now = now
        self._backlog = Backlog(backlog_results)
        self._stored: dict[str, CheckState] = {}
        self._services: dict[str, Service] = {}
        self._beat_at: datetime | None = None
        self._seen_until: datetime | None = None
        self._full = asyncio.Event()
        self._turn = asyncio.Lock()
        self._writing = 0
        self._stopping = False
        self._trouble: str | None = None
        exposition.own.recorder_queue.set_function(lambda: self.waiting_results)

    async def load(self) -> None:
        """Take up where the last run ended: its states, and UNKNOWN since its last sign of life.

        Raises:
            StoreUnavailable: the store cannot be read.
        """
        self._stored = await self._store.load_states(self.board.vantage)
        self.board.states.update(self._stored)
        seen_until = await self._store.seen_until(self.board.vantage)
        if seen_until is not None:
            self._seen_until = min(seen_until, self._now())  # the clock may have been set back since
            self._record_all(self.board.interrupt(self._seen_until, self._now()))

    async def follow(self, registry: Registry, checks: Sequence[Check]) -> None:
        """Take in a register, and which of its checks are probed from now on.

        Raises:
            StoreUnavailable: new checks could not be written down.
        """
        await self._store.register(((check.id, check.service_id) for check in checks), self._now())
        self._record_all(self.board.follow(checks, self._now(), self._seen_until))
        self._seen_until = None
        probed = {check.service_id: registry.services[check.service_id] for check in checks}
        for service_id in self._services.keys() - probed.keys():
            self._exposition.remove(service_id)
        for service in probed.values():
            if self._services.get(service.id) != service:
                agency = registry.agencies[service.agency_id]
                self._exposition.add(service, agency, registry.government_of(service))
        self._services = probed
        self._show(probed)

    def put(self, result: Result) -> bool:
        """Judge one result, show it, and queue it for the store; returns whether to check again soon."""
        judged = self.board.fold(result)
        if judged is None:
            return False  # its check left the register while the probe was under way
        state, transition = judged
        self._record(result, state, transition)
        self._exposition.observe(result)
        self._show((self.board.service_of(result.check_id),))
        return state.confirming

    async def run(self) -> None:
        """Write batches until `close`; survives every trouble of the store."""
        watch = asyncio.create_task(self._watch(), name="watch for sleep")
        pause = BATCH_PERIOD
        try:
            while not self._stopping:
                await self._wait(pause)
                pause = BATCH_PERIOD if await self._flush() else min(pause * 2, LONGEST_PAUSE)
        finally:
            watch.cancel()

    async def close(self) -> bool:
        """Write what waits, the last heartbeat with it; returns whether everything could be written."""
        self._stopping = True
        self._full.set()
        self._beat_at = None
        while await self._flush():
            if self._backlog.empty:
                return True
        return False

    @property
    def waiting_results(self) -> int:
        """How many results are not yet stored."""
        return len(self._backlog) + self._writing

    async def _wait(self, pause: timedelta) -> None:
        """Wait for the period to end, or for a full batch while the store is well."""
        self._full.clear()
        try:
            async with asyncio.timeout(pause.total_seconds()):
                if self._trouble is not None or len(self._backlog) < BATCH_RESULTS:
                    await self._full.wait()
        except TimeoutError:
            pass

    async def _watch(self) -> None:
        """Notice when the machine slept."""
        awake_at = self._now()
        while True:
            await asyncio.sleep(1)
            now = self._now()
            if now - awake_at > SUSPENDED_AFTER:
                span = f"{awake_at:%H:%M:%S} to {now:%H:%M:%S} UTC"
                _log.warning("the process stood still from %s; that time is UNKNOWN", span)
                self._record_all(self.board.interrupt(awake_at, now))
                self._show(self._services)
            awake_at = now

    async def _flush(self) -> bool:
        """Write one batch; returns whether the store took it."""
        async with self._turn:  # a batch that is put back goes before the next one, not after it
            return await self._write()

    async def _write(self) -> bool:
        batch = self._backlog.take(BATCH_RESULTS)
        now = self._now()
        beat = self._beat_at is None or now - self._beat_at >= HEARTBEAT_PERIOD
        if not batch and not beat:
            return True
        self._writing = sum(one.result is not None for one in batch)  # not stored yet: they wait as well
        states = _latest(batch)
        changed = [s for s in states.values() if materially_different(self._stored.get(s.check_id), s)]
        itself = self._exposition.own
        try:
            with itself.store_write_duration.time():
                await self._store.write(
                    Batch(
                        results=[one.result for one in batch if one.result is not None],
                        states=changed,
                        transitions=[one.transition for one in batch if one.transition is not None],
                        heartbeat=(self.board.vantage, now) if beat else None,
                    )
                )
        except StoreUnavailable as error:
            self._backlog.put_back(batch)
            itself.store_errors.inc()
            self._say(str(error))
            return False
        finally:
            self._writing = 0
        self._say(None)
        self._stored.update((state.check_id, state) for state in changed)
        if beat:
            self._beat_at = now
        return True

    def _record(self, result: Result | None, state: CheckState, transition: Transition | None) -> None:
        dropped = self._backlog.add(Judged(result, state, transition))
        if dropped:
            self._exposition.own.store_dropped_results.inc(dropped)
            _log.error("the store has been unavailable for too long: %d results were given up", dropped)
        if len(self._backlog) >= BATCH_RESULTS and self._trouble is None:
            self._full.set()

    def _record_all(self, changes: Iterable[tuple[CheckState, Transition]]) -> None:
        for state, transition in changes:
            self._record(None, state, transition)

    def _show(self, service_ids: Iterable[str]) -> None:
        for service_id in service_ids:
            self._exposition.observe_service(
                service_id, self.board.status(service_id), self.board.seconds(service_id)
            )

    def _say(self, trouble: str | None) -> None:
        """Log trouble when it begins, changes or ends; not at every try."""
        if trouble == self._trouble:
            return
        if trouble is not None:
            _log.error("nothing can be stored; probing goes on and results wait: %s", trouble)
        else:
            _log.warning("the store works again; %d waiting results are being written", len(self._backlog))
        self._trouble = trouble


def _latest(batch: Iterable[Judged]) -> dict[str, CheckState]:
    return {one.state.check_id: one.state for one in batch}
