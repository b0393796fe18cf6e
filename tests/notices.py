"""The socket on which a service manager listens."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PATIENCE_SECONDS = 60.0


class Listener:
    """What came in, datagram by datagram."""

    def __init__(self, address: str, bound: socket.socket) -> None:
        self.address = address
        self._socket = bound

    def next(self) -> str:
        """Wait for the next datagram."""
        self._socket.settimeout(PATIENCE_SECONDS)
        return self._socket.recv(4096).decode()

    def until(self, wanted: str) -> list[str]:
        """Wait for a datagram that begins so; returns all up to it."""
        seen = [self.next()]
        while not seen[-1].startswith(wanted):
            seen.append(self.next())
        return seen

    def waiting(self) -> list[str]:
        """Return what came in already."""
        self._socket.setblocking(False)
        seen = []
        while True:
            try:
                seen.append(self._socket.recv(4096).decode())
            except BlockingIOError:
                return seen


@contextmanager
def listening(address: str | Path) -> Iterator[Listener]:
    """Listen at a path, or at an abstract address that begins with `@`."""
    shown = str(address)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as bound:
        bound.bind(f"\0{shown[1:]}" if shown.startswith("@") else shown)
        yield Listener(shown, bound)
