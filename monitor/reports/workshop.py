"""Building documents beside the loop that probes: one at a time, each no more often than needed."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import BrokenExecutor, Executor

from monitor.core.asking import Refusal, RefusedError
from monitor.core.reason import Sentence
from monitor.reports.bench import Bench

MOST_WAITING = 16
"""Different documents that wait at once; further ones are put off."""
KEPT_BYTES = 32 * 1024 * 1024
"""Of documents that cannot change: some months of a region in all formats, or the files of one year."""
IDLE_SECONDS = 60.0
"""How long the bench is kept without work: starting it takes a second, keeping it a hundred megabytes."""
_BUSY = Sentence(
    "Terlalu banyak laporan sedang disusun; cobalah lagi sebentar lagi.",
    "Too many reports are being built; try again in a moment.",
)


class Workshop:
    """Builds documents.

    Args:
        bench: makes what the work is done on; it does one thing at a time.
        most_waiting: documents under way at once, that which is being built with them.
        kept_bytes: how much of what cannot change is kept.
        idle_seconds: how long the bench is kept without work.
    """

    def __init__(
        self,
        bench: Callable[[], Executor] = Bench,
        *,
        most_waiting: int = MOST_WAITING,
        kept_bytes: int = KEPT_BYTES,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._make = bench
        self._bench: Executor | None = None
        self._most_waiting = most_waiting
        self._room = kept_bytes
        self._idle_seconds = idle_seconds
        self._rest: asyncio.TimerHandle | None = None
        self._underway: dict[Hashable, asyncio.Future[bytes]] = {}
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def build(self, key: Hashable, work: Callable[[], bytes], *, keep_as: str | None = None) -> bytes:
        """Return what `work` does; who asks for the same meanwhile gets the same.

        Args:
            key: what is the same while it is under way.
            work: what is done.
            keep_as: under which tag what was done is kept; None: it is not.
        Raises:
            RefusedError: too much waits already.
            BrokenExecutor: the bench broke down in the middle of it; there will be another.
        """
        underway = self._underway.get(key)
        if underway is None:
            if len(self._underway) >= self._most_waiting:
                raise RefusedError(Refusal.BUSY, _BUSY)
            underway = self._begin(work)
            self._underway[key] = underway
            underway.add_done_callback(lambda done: self._ended(key, done, keep_as))
        return await asyncio.shield(underway)

    async def build_once(self, tag: str, work: Callable[[], bytes]) -> bytes:
        """Return what `work` does, or did before: the same tag is the same to the byte.

        Raises:
            RefusedError: too much waits already.
            BrokenExecutor: as `build`.
        """
        found = self._kept.get(tag)
        if found is None:
            return await self.build(tag, work, keep_as=tag)
        self._kept.move_to_end(tag)
        return found

    def close(self) -> None:
        """Clear the bench, also of what is being built."""
        if self._rest is not None:
            self._rest.cancel()
        bench, self._bench = self._bench, None
        if bench is not None:
            bench.shutdown(wait=False, cancel_futures=True)

    def _begin(self, work: Callable[[], bytes]) -> asyncio.Future[bytes]:
        if self._rest is not None:
            self._rest.cancel()
        if self._bench is None:
            self._bench = self._make()
        try:
            return asyncio.wrap_future(self._bench.submit(work))
        except BrokenExecutor:  # it was killed while it had nothing to do
            self.close()
            self._bench = self._make()
            return asyncio.wrap_future(self._bench.submit(work))

    def _ended(self, key: Hashable, done: asyncio.Future[bytes], keep_as: str | None) -> None:
        # Kept in the same moment in which it is under way no more: who asks just then finds it.
        del self._underway[key]
        if keep_as is not None and not done.cancelled() and done.exception() is None:
            self._keep(keep_as, done.result())
        # Looked at, or asyncio would complain where all who asked have left.
        if not done.cancelled() and isinstance(done.exception(), BrokenExecutor):
            self.close()
        if not self._underway and self._bench is not None:
            self._rest = asyncio.get_running_loop().call_later(self._idle_seconds, self.close)

    def _keep(self, tag: str, document: bytes) -> None:
        if tag in self._kept or len(document) > self._room // 2:
            return
        self._kept[tag] = document
        while sum(map(len, self._kept.values())) > self._room:
            self._kept.popitem(last=False)
