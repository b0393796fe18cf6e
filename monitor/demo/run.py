"""The demo: the real daemon, a throw-away database, and a town of sites on loopback."""

from __future__ import annotations

import asyncio
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import timedelta
from pathlib import Path

from monitor.daemon.daemon import Daemon
from monitor.daemon.logs import set_up_logs
from monitor.demo.certificates import Authority
from monitor.demo.port import held_port
from monitor.demo.screen import Lines, LiveTable
from monitor.demo.serving import open_town
from monitor.demo.station import write_station
from monitor.demo.town import TOWN
from monitor.demo.welcome import welcome
from monitor.registry import load_registry
from monitor.settings import load_settings

HOST = "127.0.0.1"
LOOK_SECONDS = 1.0


async def run_demo(folder: Path | None, port: int | None, *, table: bool, duration: timedelta | None) -> None:
    """Run the demo until Ctrl-C, SIGTERM or the end of `duration`.

    On a terminal it shows a live table. Elsewhere stdout gets the page's address on a line of its own, then
    a line for every change of status; all else goes to stderr.

    Args:
        folder: for settings, register and database, and kept; None: a temporary one.
        port: of the pages; 0: any free one; None: 8686, or the next free one.
        table: False: no live table on a terminal either.
        duration: None: until stopped.
    Raises:
        StartError: the folder or the port cannot be used.
        ConfigurationError: another services file in the folder is not whole.
    """
    authority = Authority()
    async with open_town(TOWN, authority) as places:
        with _place(folder) as place, held_port(HOST, port) as number:
            path = write_station(place, places, authority.root.pem, number)
            settings = load_settings(path)
            set_up_logs(settings.log.level, settings.log.format)
            daemon = Daemon(settings, load_registry(settings.register, settings))
            async with _running(daemon) as running:
                greeting = welcome(path, number, places, kept=folder is not None, usual=port is None)
                sys.stderr.write(greeting)
                sys.stderr.flush()
                if duration is not None:
                    running.get_loop().call_later(duration.total_seconds(), daemon.stop)
                await _watch(daemon, running, live=table and sys.stdout.isatty())


async def _watch(daemon: Daemon, running: asyncio.Task[bool], *, live: bool) -> None:
    """Show what the daemon holds to be true until it has ended."""
    with (LiveTable if live else Lines)(daemon) as screen:
        while not running.done():
            screen.show()
            await asyncio.wait({running}, timeout=LOOK_SECONDS)


@asynccontextmanager
async def _running(daemon: Daemon) -> AsyncIterator[asyncio.Task[bool]]:
    """Run the daemon; the context begins when it is ready, and ends when it has stopped.

    Raises:
        StartError: it could not start.
    """
    ready = asyncio.Event()
    running = asyncio.create_task(daemon.run(ready=ready), name="daemon")
    starting = asyncio.create_task(ready.wait(), name="daemon is ready")
    try:
        await asyncio.wait({running, starting}, return_when=asyncio.FIRST_COMPLETED)
        if not running.done():
            yield running
    finally:
        starting.cancel()
        daemon.stop()
        await running


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="kulkul-demo-") as name:
        yield Path(name)
