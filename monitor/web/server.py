"""The web application on a socket."""

from __future__ import annotations

import errno
import logging

from aiohttp import web
from aiohttp.http import HttpProcessingError

MAX_LINE_BYTES = 8190
MAX_HEADERS = 64
_KEEPALIVE_SECONDS = 75
"""Longer than the usual scrape intervals, so that Prometheus keeps its connection."""
_SHUTDOWN_SECONDS = 5
"""What a running request is given to end when the daemon drains."""


class WebError(Exception):
    """The address cannot be listened on; one sentence that says why and what to do."""


def _ours(record: logging.LogRecord) -> bool:
    """Whether what aiohttp logs is about us: it gives each malformed request of a stranger a traceback."""
    return not (record.exc_info and isinstance(record.exc_info[1], HttpProcessingError))


_LOG = logging.getLogger(__name__)
_LOG.addFilter(_ours)


class WebServer:
    """Serves an application on one address, from `start` to `stop`."""

    def __init__(self, app: web.Application) -> None:
        self._runner = web.AppRunner(
            app,
            access_log=None,
            logger=_LOG,
            handle_signals=False,
            keepalive_timeout=_KEEPALIVE_SECONDS,
            max_line_size=MAX_LINE_BYTES,
            max_field_size=MAX_LINE_BYTES,
            max_headers=MAX_HEADERS,
            shutdown_timeout=_SHUTDOWN_SECONDS,
        )
        self._port: int | None = None

    @property
    def port(self) -> int:
        """The port that is listened on; with port 0 asked for, the one the kernel chose.

        Raises:
            RuntimeError: the server has not been started.
        """
        if self._port is None:
            raise RuntimeError("the web server has not been started")
        return self._port

    async def start(self, host: str, port: int) -> None:
        """Listen on a host name or address and a port; 0 lets the kernel choose.

        Raises:
            WebError: that cannot be listened on.
        """
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except (OSError, OverflowError, UnicodeError) as error:
            await self._runner.cleanup()
            raise WebError(_explain(host, port, error)) from error
        self._port = int(self._runner.addresses[0][1])

    async def stop(self) -> None:
        """Stop listening, let running requests end, close what is idle. Twice is fine."""
        await self._runner.cleanup()
        self._port = None


def _explain(host: str, port: int, error: Exception) -> str:
    where = f"cannot listen on [{host}]:{port}" if ":" in host else f"cannot listen on {host}:{port}"
    number = error.errno if isinstance(error, OSError) else None
    if isinstance(error, OSError) and number is None:
        number = errno.EADDRNOTAVAIL  # from Python 3.13 on asyncio says only that it could bind nowhere
    match number:
        case errno.EADDRINUSE:
            return f"{where}: another program has this port; stop it, or choose another port in the settings."
        case errno.EACCES | errno.EPERM:
            return (
                f"{where}: ports below 1024 need privileges; choose one from 1024 to 65535 in the settings."
            )
        case errno.EADDRNOTAVAIL:
            return f"{where}: this machine has no such address; choose one that it has, or 127.0.0.1."
        case _:
            reason = error.strerror if isinstance(error, OSError) and error.strerror else error
            return f"{where}: {reason}; check the address and the port in the settings."
