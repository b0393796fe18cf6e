"""What the service manager is told, as sd_notify(3) describes: datagrams to the socket it names."""

from __future__ import annotations

import contextlib
import logging
import os
import socket
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta

_log = logging.getLogger(__name__)


class ServiceManager:
    """The manager that started this process, if there is one; what it does not take is logged, never raised.

    Args:
        environment: of the process: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID are read.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        address = environment.get("NOTIFY_SOCKET", "")
        # "@" stands for the zero byte of an abstract address; anything else (vsock) is for virtual machines.
        self._address = "\0" + address[1:] if address.startswith("@") else address
        self._known = address[:1] in ("/", "@")
        self._refused = False
        self.watchdog = _watchdog(environment) if self._known else None
        """How long the manager waits for a sign of life before it restarts us; None: it does not."""

    def ready(self) -> None:
        """Say that the daemon does its work."""
        self._send("READY=1")

    def status(self, text: str) -> None:
        """Say how things stand, in one line that `systemctl status` shows."""
        self._send(f"STATUS={text}")

    def alive(self) -> None:
        """Give a sign of life."""
        self._send("WATCHDOG=1")

    def standing_by(self, text: str) -> None:
        """Say that all is well though another daemon does the work; again and again, as a sign of life."""
        self._send(f"READY=1\nWATCHDOG=1\nSTATUS={text}")

    def stopping(self) -> None:
        """Say that the daemon ends of its own accord, or because it was asked to."""
        self._send("STOPPING=1")

    @contextlib.contextmanager
    def reloading(self) -> Iterator[None]:
        """Say that the register is taken over, and that this is done, whatever came of it."""
        # Type=notify-reload wants to know that this reload began after it asked.
        self._send(f"RELOADING=1\nMONOTONIC_USEC={time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000}")
        try:
            yield
        finally:
            self.ready()

    def _send(self, text: str) -> None:
        if not self._known:
            return
        try:
            # One for each: they are seconds apart, and a manager that was restarted listens anew.
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as connection:
                connection.setblocking(False)
                connection.sendto(text.encode(), self._address)
        except OSError as error:
            if not self._refused:
                _log.warning("the service manager at NOTIFY_SOCKET takes no notices: %s", error)
            self._refused = True
        else:
            self._refused = False


def this_manager() -> ServiceManager:
    """Return the manager that this process's environment names."""
    return ServiceManager(os.environ)


def _watchdog(environment: Mapping[str, str]) -> timedelta | None:
    """Return the manager's patience; None where it has no watchdog, or watches another process."""
    try:
        patience = int(environment.get("WATCHDOG_USEC", "0"))
        watched = int(environment.get("WATCHDOG_PID") or os.getpid())
    except ValueError:
        return None
    return timedelta(microseconds=patience) if patience > 0 and watched == os.getpid() else None
