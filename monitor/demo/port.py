"""A port for the demo's pages."""

from __future__ import annotations

import errno
import socket
from collections.abc import Iterator
from contextlib import contextmanager

from monitor.daemon.seat import StartError

USUAL_PORT = 8686
_TRIED = 100


@contextmanager
def held_port(host: str, wanted: int | None) -> Iterator[int]:
    """Find a port on which the daemon can listen, and hold it until it does.

    A socket that is bound with SO_REUSEADDR but does not listen keeps others from being given the port, and
    lets our own server, bound in the same way, have it.

    Args:
        host: an IPv4 address.
        wanted: 0: any free one; None: the usual one, or the next free one after it.
    Raises:
        StartError: there is none.
    """
    with socket.socket() as held:
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        usual = range(USUAL_PORT, USUAL_PORT + _TRIED)
        for port in usual if wanted is None else (wanted,):
            try:
                held.bind((host, port))
            except OSError as error:
                if wanted is None and error.errno == errno.EADDRINUSE:
                    continue
                raise StartError(
                    f"cannot listen on {host}:{port} ({error.strerror}); choose another with --port."
                ) from error
            yield int(held.getsockname()[1])
            return
        raise StartError(f"ports {usual[0]} to {usual[-1]} are all taken; choose one with --port.")
