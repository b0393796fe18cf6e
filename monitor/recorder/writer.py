"""From memory to the store: batches, heartbeats, and a store that is sometimes not there."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from monitor.core.status import CheckState
from monitor.metrics.itself import SelfMetrics
from monitor.recorder.backlog import Backlog, Judged
from monitor.recorder.record import joined
from monitor.store import Batch, InDoubt, Store, StoreUnavailable, materially_different

BATCH_RESULTS = 500
BATCH_PERIOD = timedelta(seconds=1)
HEARTBEAT_PERIOD = timedelta(seconds=5)
"""A heartbeat is one more page written: every five seconds it costs little even where few results come."""
LONGEST_PAUSE = timedelta(seconds=30)

_log = logging.getLogger(__name__)


class Writer:
    """Writes what it is given in batches, in order, whenever the store takes it.

    Args:
        store: open.
        vantage: whose heartbeat goes with the batches.
        itself: metrics of waiting, writing, failing and giving up.
        now: the clock; aware UTC.
        backlog_results: how many results may wait for the store.
    """

    def __init__(
        self,
        store: Store,
        vantage: str,
        itself: SelfMetrics,
        *,
        now: Callable[[], datetime],
        backlog_results: int,
    ) -> None:
        self._store = store
        self._vantage = vantage
        self._itself = itself
        self._now = now
        self._backlog = Backlog(backlog_results)
        self._stored: dict[str, CheckState] = {}
        self._beat_at: datetime | None = None
        self._full = asyncio.Event()
        self._turn = asyncio.Lock()
        self._writing = 0
        self._doubt: tuple[str, Sequence[Judged]] | None = None
        self._stopping = False
        self.trouble: str | None = None
        """Why the store takes nothing, while it does not."""
        itself.recorder_queue.set_function(lambda: self.waiting_results)

    def know(self, states: Mapping[str, CheckState]) -> None:
        """Take in which states are stored already."""
        self._stored.update(states)

    def add(self, judged: Judged) -> None:
        """Queue one step for the store."""
        dropped = self._backlog.add(judged)
        if dropped:
            self._itself.store_dropped_results.inc(dropped)
            _log.error("the store has been unavailable for too long: %d results were given up", dropped)
        if len(self._backlog) >= BATCH_RESULTS and self.trouble is None:
            self._full.set()

    async def run(self) -> None:
        """Write batches until `close`; survives every trouble of the store."""
        pause = BATCH_PERIOD
        while not self._stopping:
            await self._wait(pause)
            pause = BATCH_PERIOD if await self._flush() else min(pause * 2, LONGEST_PAUSE)

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
        doubtful = 0 if self._doubt is None else _results(self._doubt[1])
        return len(self._backlog) + self._writing + doubtful

    async def _wait(self, pause: timedelta) -> None:
        """Wait for the period to end, or for a full batch while the store is well."""
        self._full.clear()
        try:
            async with asyncio.timeout(pause.total_seconds()):
                if self.trouble is not None or len(self._backlog) < BATCH_RESULTS:
                    await self._full.wait()
        except TimeoutError:
            pass

    async def _flush(self) -> bool:
        """Write one batch; returns whether the store took it."""
        async with self._turn:  # a batch that is put back goes before the next one, not after it
            return await self._resolve() and await self._write()

    async def _resolve(self) -> bool:
        """Find out what became of the batch whose commit was cut off: otherwise it might be written twice."""
        if self._doubt is None:
            return True
        transaction, steps = self._doubt
        try:
            written = await self._store.was_written(transaction)
        except StoreUnavailable as error:
            self._say(str(error))
            return False
        self._doubt = None
        if written:
            self._stored.update(_latest(steps))
        else:
            self._backlog.put_back(steps)
        return True

    async def _write(self) -> bool:
        steps = self._backlog.take(BATCH_RESULTS)
        now = self._now()
        beat = self._beat_at is None or now - self._beat_at >= HEARTBEAT_PERIOD
        if not steps and not beat:
            return True
        self._writing = _results(steps)  # not stored yet: they wait as well
        states = _latest(steps)
        changed = [s for s in states.values() if materially_different(self._stored.get(s.check_id), s)]
        record = joined(one.record for one in steps)
        batch = Batch(
            results=[one.result for one in steps if one.result is not None],
            states=changed,
            transitions=[one.transition for one in steps if one.transition is not None],
            incidents=record.incidents,
            evidence=record.evidence,
            periods=record.periods,
            alerts=record.alerts,
            heartbeat=(self._vantage, now) if beat else None,
        )
        try:
            with self._itself.store_write_duration.time():
                await self._store.write(batch)
        except StoreUnavailable as error:
            if isinstance(error, InDoubt):
                self._doubt = error.transaction, steps
            else:
                self._backlog.put_back(steps)
            self._itself.store_errors.inc()
            self._say(str(error))
            return False
        finally:
            self._writing = 0
        self._say(None)
        self._stored.update((state.check_id, state) for state in changed)
        if beat:
            self._beat_at = now
        return True

    def _say(self, trouble: str | None) -> None:
        """Log trouble when it begins, changes or ends; not at every try."""
        if trouble == self.trouble:
            return
        if trouble is not None:
            _log.error("nothing can be stored; probing goes on and results wait: %s", trouble)
        else:
            _log.warning("the store works again; %d waiting results are being written", len(self._backlog))
        self.trouble = trouble


def _results(steps: Iterable[Judged]) -> int:
    return sum(one.result is not None for one in steps)


def _latest(steps: Iterable[Judged]) -> dict[str, CheckState]:
    return {one.state.check_id: one.state for one in steps if one.state is not None}
