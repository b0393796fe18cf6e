"""A process beside the daemon in which documents are built, started when there is work.

In a thread of the daemon they made its loop wait for up to 1.4 seconds (a year of 1,000 services), which
distorts probes; and what they take of memory would stay taken.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from multiprocessing.connection import Connection
from typing import ParamSpec, TypeVar

_P = ParamSpec("_P")
_T = TypeVar("_T")
_NICENESS = 10
"""Whoever waits for a report can wait; a probe cannot."""


class Bench(Executor):
    """One process; a second would take the other core from the probes."""

    def __init__(self) -> None:
        context = multiprocessing.get_context(
            "spawn"
        )  # a fork would copy the loop, its threads and its locks
        theirs, self._lifeline = context.Pipe(duplex=False)
        self._pool = ProcessPoolExecutor(1, context, _settle, (theirs,))
        self._theirs = theirs

    def submit(self, work: Callable[_P, _T], /, *args: _P.args, **kwargs: _P.kwargs) -> Future[_T]:
        """Begin some work, which can be pickled as can what it returns and raises."""
        return self._pool.submit(work, *args, **kwargs)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: FBT001, FBT002 - as of Executor
        """End the process at once, also in the middle of its work."""
        self._lifeline.close()
        self._theirs.close()
        self._pool.shutdown(wait, cancel_futures=cancel_futures)


def _settle(lifeline: Connection) -> None:
    """Be of low priority, and live no longer than the daemon does, however that ends."""
    os.nice(_NICENESS)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole terminal; the daemon decides
    threading.Thread(target=_leave_after, args=(lifeline,), daemon=True).start()


def _leave_after(lifeline: Connection) -> None:
    lifeline.poll(None)  # nothing is ever sent: it becomes readable when the other end is closed
    os._exit(0)
