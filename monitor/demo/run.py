"""The demo: the real daemon, a throw-away database, and a town of sites on loopback."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime, timedelta
from pathlib import Path

from monitor.daemon.daemon import Daemon
from monitor.daemon.logs import set_up_logs
from monitor.demo.certificates import Authority
from monitor.demo.keyboard import Keyboard
from monitor.demo.news import News
from monitor.demo.port import held_port
from monitor.demo.screen import Lines, LiveTable
from monitor.demo.serving import Town, open_town
from monitor.demo.station import write_station
from monitor.demo.town import TOWN
from monitor.demo.welcome import welcome
from monitor.recorder.recorder import utc_now
from monitor.registry import load_registry
from monitor.registry.windows import load_windows
from monitor.settings import default_settings, load_settings
from monitor.web import Language

HOST = "127.0.0.1"
LOOK_SECONDS = 1.0
SWITCH = "b"
"""The key; for *buta*, and blind."""


async def run_demo(folder: Path | None, port: int | None, *, table: bool, duration: timedelta | None) -> None:
    """Run the demo until Ctrl-C, SIGTERM or the end of `duration`.

    On a terminal it shows a live table. Elsewhere stdout gets the page's address on a line of its own, then
    a line for every change of status; all else goes to stderr. SIGUSR1, or `b` on a terminal, cuts the way
    out, and mends it the next time.

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
    async with open_town(TOWN, authority) as town:
        with _place(folder) as place, held_port(HOST, port) as number, _switch(town):
            now = datetime.now(default_settings().time_zone)
            path = write_station(
                place,
                town.places,
                town.canaries,
                town.naming,
                town.heartbeat,
                authority.root.pem,
                number,
                now,
            )
            settings = load_settings(path)
            set_up_logs(settings.log.level, settings.log.format)
            registry = load_registry(settings.register, settings)
            daemon = Daemon(settings, registry, load_windows(settings.windows, settings, registry))
            async with _running(daemon) as running:
                with Keyboard() as keyboard:
                    greeting = welcome(
                        path,
                        number,
                        town.places,
                        kept=folder is not None,
                        usual=port is None,
                        pid=os.getpid(),
                    )
                    sys.stderr.write(greeting)
                    sys.stderr.flush()
                    if duration is not None:
                        running.get_loop().call_later(duration.total_seconds(), daemon.stop)
                    live = table and sys.stdout.isatty()
                    screen = LiveTable(daemon, keys=keyboard.there) if live else Lines(daemon)
                    await _watch(daemon, running, town, keyboard, screen)


async def _watch(
    daemon: Daemon, running: asyncio.Task[bool], town: Town, keyboard: Keyboard, screen: LiveTable | Lines
) -> None:
    """Show what the daemon holds to be true until it has ended."""
    news = News(daemon.settings.time_zone, Language(daemon.settings.language))
    with screen:
        while not running.done():
            for _ in range(keyboard.pressed(SWITCH)):
                town.toggle()
            for line in news.tell(cut=town.cut, blind_since=daemon.blind_since, now=utc_now()):
                screen.say(line)
            screen.show()
            if screen.gone:
                daemon.stop()
            await asyncio.wait({running}, timeout=LOOK_SECONDS)


@contextmanager
def _switch(town: Town) -> Iterator[None]:
    """Let SIGUSR1 cut and mend the way out."""
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGUSR1, town.toggle)
    try:
        yield
    finally:
        loop.remove_signal_handler(signal.SIGUSR1)


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
