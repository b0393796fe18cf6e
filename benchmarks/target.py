"""The sites under measurement: one page over http and https on many loopback addresses, served by a process.

Run as a script it serves until its standard input ends; `Target.opened` starts it so.
"""

from __future__ import annotations

import asyncio
import contextlib
import functools
import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import uvloop

from monitor.demo.certificates import Authority, Quality

DOMAIN = "bench.example"
"""Host names are s0.bench.example, s1.bench.example …: one wildcard certificate covers them."""
PAGE_BYTES = 27_000
COUNTS_PATH = "/counts"
ADDRESSES = [f"127.0.1.{last}" for last in range(1, 65)]
"""Many, so that the limit of probes per address is not what is measured."""


@dataclass(frozen=True, slots=True)
class Target:
    """The sites, as a prober needs to know them."""

    http_port: int
    https_port: int
    ca_file: Path
    """PEM of the root that signed, through an intermediate, the certificate that every https site shows."""
    pid: int

    @classmethod
    @contextlib.contextmanager
    def opened(cls) -> Iterator[Target]:
        """Serve in another process for as long as the context lasts."""
        with tempfile.TemporaryDirectory(prefix="kulkul-bench-") as folder:
            ca_file = Path(folder) / "root.pem"
            command = [sys.executable, __file__, str(ca_file)]
            with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
                try:
                    http_port, https_port = json.loads(process.stdout.readline())
                    yield cls(http_port, https_port, ca_file, process.pid)
                finally:
                    process.terminate()

    def address(self, number: int) -> str:
        """Return the address of site `number`."""
        return ADDRESSES[number % len(ADDRESSES)]

    def host(self, number: int) -> str:
        """Return the name of site `number`."""
        return f"s{number}.{DOMAIN}"

    def port(self, scheme: str) -> int:
        """Return the port of a scheme."""
        return self.https_port if scheme == "https" else self.http_port

    def url(self, scheme: str, number: int, *, named: bool = True) -> str:
        """Return the URL of site `number`, by name or by address."""
        host = self.host(number) if named else self.address(number)
        return f"{scheme}://{host}:{self.port(scheme)}/"

    def served(self) -> dict[str, int]:
        """Return how many pages each user agent has been given so far."""
        with urlopen(f"http://{ADDRESSES[0]}:{self.http_port}{COUNTS_PATH}", timeout=5) as reply:
            return json.load(reply)


_PAGE = (b"<!doctype html><title>Layanan</title><p>Pemerintah Provinsi Contoh</p>" * 400)[:PAGE_BYTES]
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: %s\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
_REPLY = _HEAD % (b"text/html; charset=utf-8", len(_PAGE)) + _PAGE


class _Site(asyncio.Protocol):
    """Answers one request and closes, as a server without keep-alive does."""

    def __init__(self, counts: Counter[str]) -> None:
        self._counts = counts
        self._heard = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]  # a stream server's

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._heard.endswith(b"\r\n\r\n"):
            return
        if self._heard.startswith(f"GET {COUNTS_PATH} ".encode()):
            text = json.dumps(self._counts).encode()
            self._transport.write(_HEAD % (b"application/json", len(text)) + text)
        else:
            agent = self._heard.lower().partition(b"user-agent: ")[2].partition(b"\r\n")[0]
            self._counts[agent.partition(b"/")[0].decode("latin-1")] += 1
            self._transport.write(_REPLY)
        self._transport.close()


async def _serve(authority: Authority) -> None:
    context = authority.identity(f"*.{DOMAIN}", Quality.GOOD).server_context()
    site = functools.partial(_Site, Counter())
    loop = asyncio.get_running_loop()
    ports = []
    for security in (None, context):
        first = await loop.create_server(site, ADDRESSES[0], 0, ssl=security, backlog=1024)
        ports.append(first.sockets[0].getsockname()[1])
        await loop.create_server(site, ADDRESSES[1:], ports[-1], ssl=security, backlog=1024)
    print(json.dumps(ports), flush=True)
    await loop.run_in_executor(None, sys.stdin.read)  # ends with whoever started us


def main() -> None:
    """Serve until standard input ends."""
    authority = Authority()
    Path(sys.argv[1]).write_bytes(authority.root.pem)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(_serve(authority))


if __name__ == "__main__":
    main()
