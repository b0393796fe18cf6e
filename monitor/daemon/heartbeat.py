"""The dead man's switch: a URL called while all is well, since the dead cannot tell of their own death."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable
from datetime import timedelta

import aiohttp

from monitor.settings import Settings

MOST_REDIRECTS = 3
FIRST_REFUSAL = 400
"""From this HTTP status on a call was not taken."""
WITHHELD = "the monitor is not well: it cannot store, cannot see, or is late"

_log = logging.getLogger(__name__)


def open_session() -> aiohttp.ClientSession:
    """Open what calls are made with; inside a running loop."""
    return aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar())


class Heartbeat:
    """Calls a URL at an interval while the daemon is healthy; what goes wrong is logged, and never raised.

    The URL may be secret. No log line names it, nor any text of an exception, which might.

    Args:
        url: called with GET.
        interval: between the starts of two calls.
        timeout: of one call, redirects included; at most the interval.
        healthy: whether the daemon is; a call is withheld while it is not.
        taken: told of each turn whether the URL took a call.
        user_agent: how the monitor introduces itself.
        session: opens what calls are made with.
    """

    def __init__(
        self,
        url: str,
        interval: timedelta,
        timeout: timedelta,
        healthy: Callable[[], bool],
        taken: Callable[[bool], None],
        *,
        user_agent: str,
        session: Callable[[], aiohttp.ClientSession] = open_session,
    ) -> None:
        self._url = url
        self._interval = interval.total_seconds()
        self._timeout = aiohttp.ClientTimeout(total=timeout.total_seconds())
        self._healthy = healthy
        self._taken = taken
        self._headers = {"User-Agent": user_agent}
        self._session = session
        self._trouble: str | None = None

    async def run(self) -> None:
        """Call at once, and then at every interval, until cancelled."""
        loop = asyncio.get_running_loop()
        async with self._session() as session:
            due = loop.time()
            while True:
                trouble = await self._turn(session)
                self._taken(trouble is None)
                self._say(trouble)
                # After a stall: one call now, and not those that were missed.
                due = max(due + self._interval, loop.time())
                await asyncio.sleep(due - loop.time())

    async def _turn(self, session: aiohttp.ClientSession) -> str | None:
        """Call once if all is well; returns what is wrong, in words that name no part of the URL."""
        try:
            if not self._healthy():
                return WITHHELD
            async with session.get(
                self._url,
                headers=self._headers,
                timeout=self._timeout,
                max_redirects=MOST_REDIRECTS + 1,  # aiohttp counts the one that it refuses
            ) as reply:
                refused = reply.status >= FIRST_REFUSAL
                return f"the answer was HTTP status {reply.status}" if refused else None
        except Exception as error:  # noqa: BLE001 - neither their fault nor one of ours may end the daemon
            return _why(error)

    def _say(self, trouble: str | None) -> None:
        """Log trouble when it begins, changes or ends; not at every turn."""
        if trouble == self._trouble:
            return
        if trouble is None:
            _log.warning("the heartbeat is taken again")
        elif trouble == WITHHELD:
            _log.error("the heartbeat is withheld: %s", trouble)
        else:
            _log.error("the heartbeat is not taken: %s", trouble)
        self._trouble = trouble


def make_heartbeat(
    settings: Settings, healthy: Callable[[], bool], taken: Callable[[bool], None]
) -> Heartbeat | None:
    """Build the heartbeat that the settings describe; None where they name no URL to call."""
    wanted = settings.heartbeat
    if wanted.url is None:
        return None
    return Heartbeat(
        wanted.url,
        wanted.interval,
        wanted.timeout,
        healthy,
        taken,
        user_agent=settings.vantage.user_agent,
    )


def _why(error: Exception) -> str:
    """Put a failure in words of our own: those of the exception may hold the URL."""
    match error:
        case TimeoutError():
            return "there was no answer in time"
        case aiohttp.TooManyRedirects():
            return f"there were more than {MOST_REDIRECTS} redirects"
        case aiohttp.ClientConnectorDNSError():
            return "its name could not be looked up"
        case aiohttp.ClientSSLError():
            return "there was no TLS connection that can be trusted"
        case aiohttp.ClientConnectorError() if error.errno:
            return f"there was no connection ({os.strerror(error.errno)})"
        case _:
            return f"the call failed ({type(error).__name__})"
