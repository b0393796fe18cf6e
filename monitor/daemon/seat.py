"""One daemon for each vantage: a second one on the same server stands by until the first is gone."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import AsyncIterator
from datetime import timedelta

import monitor
from monitor.daemon.notices import ServiceManager
from monitor.daemon.signals import listening
from monitor.settings import Settings
from monitor.store import SeatTaken, Store, StoreError, StoreUnavailable
from monitor.web import Language, WebError, WebServer, standby_app

LOOK_AGAIN = timedelta(seconds=1)
"""How often who stands by looks whether the seat is free: one short connection."""
LET_THE_OTHER = timedelta(seconds=45)
"""How long who stands by waits after the server was gone. The daemon that sat there tries again every 30
seconds at the latest, and has results in memory that nobody else has."""

_log = logging.getLogger(__name__)


class StartError(Exception):
    """The daemon cannot start; the text is one sentence for the operator."""


async def open_store(settings: Settings, stop: asyncio.Event, manager: ServiceManager) -> Store | None:
    """Open the store, as soon as no other daemon of this vantage writes to it.

    Args:
        settings: for the database and the vantage.
        stop: ends the waiting; set by SIGTERM and SIGINT meanwhile.
        manager: is told of the waiting, or it would take it for a start that hangs.
    Returns: None: asked to stop before that.
    Raises:
        StartError: the database cannot be used.
    """
    url, vantage = settings.database.url, settings.vantage.name
    stood_by = False
    async with contextlib.AsyncExitStack() as stack:
        while not stop.is_set():
            try:
                return await Store.open(url, seat=vantage)
            except SeatTaken as error:
                if not stood_by:
                    # There is nothing to reload yet, and SIGHUP must not end it.
                    stack.enter_context(listening(stop.set, lambda: None))
                    _log.warning("standing by: %s", error)
                    await stack.enter_async_context(_page(settings))
                stood_by, pause = True, LOOK_AGAIN
            except StoreUnavailable as error:
                if not stood_by:
                    raise StartError(str(error)) from error
                _log.warning("still standing by: %s", error)
                pause = LET_THE_OTHER
            except StoreError as error:
                raise StartError(str(error)) from error
            manager.standing_by("standing by: another daemon of this vantage is at work")
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(pause.total_seconds()):
                    await stop.wait()
    return None


async def step_aside(store: Store) -> None:
    """Return when another daemon has taken this one's place: it must not go on beside that."""
    await store.unseated.wait()
    _log.error("another daemon of this vantage has taken over; this one stops")


@contextlib.asynccontextmanager
async def _page(settings: Settings) -> AsyncIterator[None]:
    """Serve what says that this daemon stands by; beside the other on one machine its port may be taken."""
    web = WebServer(standby_app(monitor.__version__, Language(settings.language)))
    try:
        await web.start(settings.web.host, settings.web.port)
    except WebError as error:
        _log.warning("no page says so: %s", error)
    try:
        yield
    finally:
        await web.stop()
