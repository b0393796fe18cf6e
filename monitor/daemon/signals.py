"""What the daemon does when it is sent a signal."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Callable, Coroutine, Iterator


@contextlib.contextmanager
def signals(stop: Callable[[], None], reload: Callable[[], Coroutine[None, None, None]]) -> Iterator[None]:
    """Stop at SIGTERM and SIGINT, reload at SIGHUP, for the length of the context; inside a running loop."""
    loop = asyncio.get_running_loop()
    reloads: set[asyncio.Task[None]] = set()

    def begin_reload() -> None:
        task = loop.create_task(reload(), name="reload")
        reloads.add(task)
        task.add_done_callback(reloads.discard)

    with listening(stop, begin_reload):
        yield


@contextlib.contextmanager
def listening(stop: Callable[[], None], hang_up: Callable[[], None]) -> Iterator[None]:
    """Call one function at SIGTERM and SIGINT, another at SIGHUP; inside a running loop."""
    loop = asyncio.get_running_loop()
    handlers = {signal.SIGTERM: stop, signal.SIGINT: stop, signal.SIGHUP: hang_up}
    for number, handler in handlers.items():
        loop.add_signal_handler(number, handler)
    try:
        yield
    finally:
        for number in handlers:
            loop.remove_signal_handler(number)
