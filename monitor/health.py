"""Whether the daemon of this machine is ready, for a container's health check: `python -m monitor.health`.

By a bare socket and without the command line's imports: a health check runs every few seconds, for good.
"""

from __future__ import annotations

import socket
import sys

ADDRESS = ("127.0.0.1", 8686)
"""Where the daemon serves its pages by default."""
PATIENCE_SECONDS = 4.0
LARGEST_BYTES = 4096
STANDING_BY = "Not ready: Standing by"
"""A daemon that stands by is well, though not ready: nobody must restart it. See monitor.web.standby."""
USAGE = "usage: python -m monitor.health [HOST:PORT]"


def ask(host: str, port: int, patience: float = PATIENCE_SECONDS) -> tuple[str, str]:
    """Ask `/-/ready`.

    Returns: the status line of the answer, and the sentence that it says.

    Args:
        host: name or address.
        port: of the daemon's pages.
        patience: seconds for the connection, and again for each part of the answer.
    Raises:
        OSError: there is no answer.
    """
    with socket.create_connection((host, port), timeout=patience) as connection:
        connection.sendall(f"GET /-/ready HTTP/1.0\r\nHost: {host}\r\n\r\n".encode())
        answer = b""
        while len(answer) < LARGEST_BYTES:
            part = connection.recv(LARGEST_BYTES)
            if not part:
                break
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    return head.partition(b"\r\n")[0].decode("latin-1"), body.decode(errors="replace").strip()


def main(arguments: list[str]) -> int:
    """Return 0 where the daemon is ready or stands by, 1 where it does neither, 2 for a wrong address."""
    host, port = ADDRESS
    if arguments:
        given, colon, number = arguments[0].rpartition(":")
        if len(arguments) > 1 or not given or not colon or not number.isdecimal():
            print(USAGE, file=sys.stderr)  # noqa: T201 - the command line's own module is what this does without
            return 2
        host, port = given.strip("[]"), int(number)
    try:
        line, said = ask(host, port)
    except (OSError, OverflowError) as error:
        line, said = f"no answer: {error}", ""
    print(f"{line} {said}".strip())  # noqa: T201 - `docker inspect` shows it
    protocol, status, *_ = [*line.split(" "), ""]
    well = status == "200" or (status == "503" and said.startswith(STANDING_BY))
    return 0 if protocol.startswith("HTTP/") and well else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
