"""Building documents in a thread, one at a time, so that the loop that probes goes on."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import ThreadPoolExecutor

from monitor.core.asking import Refusal, RefusedError
from monitor.core.reason import Sentence

MOST_WAITING = 16
"""Different documents that wait at once; further ones are put off."""
KEPT_BYTES = 32 * 1024 * 1024
"""Of documents that cannot change: some months of a region in all formats, or the files of one year."""
_BUSY = Sentence(
    "Terlalu banyak laporan sedang disusun; cobalah lagi sebentar lagi.",
    "Too many reports are being built; try again in a moment.",
)


class Workshop:
    """Builds documents; a second one at a time would only share the interpreter with the first.

    Args:
        most_waiting: documents under way at once, that which is being built with them.
        kept_bytes: how much of what cannot change is kept.
    """

    def __init__(self, most_waiting: int = MOST_WAITING, kept_bytes: int = KEPT_BYTES) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="reports")
        self._most_waiting = most_waiting
        self._room = kept_bytes
        self._underway: dict[Hashable, asyncio.Future[bytes]] = {}
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def build(self, key: Hashable, work: Callable[[], bytes]) -> bytes:
        """Return what `work` does, in the thread; who asks for the same meanwhile gets the same.

        Raises:
            RefusedError: too much waits already.
        """
        underway = self._underway.get(key)
        if underway is None:
            if len(self._underway) >= self._most_waiting:
                raise RefusedError(Refusal.BUSY, _BUSY)
            underway = asyncio.get_running_loop().run_in_executor(self._thread, work)
            self._underway[key] = underway
            underway.add_done_callback(lambda done: self._ended(key, done))
        return await asyncio.shield(underway)

    async def build_once(self, tag: str, work: Callable[[], bytes]) -> bytes:
        """Return what `work` does, or did before: the same tag is the same to the byte.

        Raises:
            RefusedError: too much waits already.
        """
        found = self._kept.get(tag)
        if found is None:
            found = await self.build(tag, work)
            self._keep(tag, found)
        else:
            self._kept.move_to_end(tag)
        return found

    def close(self) -> None:
        """Begin nothing more; what is being built ends by itself."""
        self._thread.shutdown(wait=False, cancel_futures=True)

    def _ended(self, key: Hashable, done: asyncio.Future[bytes]) -> None:
        del self._underway[key]
        if not done.cancelled():
            done.exception()  # looked at, or asyncio would complain where all who asked have left

    def _keep(self, tag: str, document: bytes) -> None:
        if tag in self._kept or len(document) > self._room // 2:
            return
        self._kept[tag] = document
        while sum(map(len, self._kept.values())) > self._room:
            self._kept.popitem(last=False)
