"""CPU per probe: this project's probe beside aiohttp and blackbox_exporter, in interleaved rounds of one run.

Each probe opens a fresh connection to a local server and reads a 27 kB page; over https the chain is verified
and read. CPU is user and system time of the process that probes; the server is another process.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import functools
import http.client
import socket
import ssl
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import aiohttp
import uvloop
from accounting import cpu_seconds, machine, median_and_range, table
from aiohttp.abc import AbstractResolver
from peers import BLACKBOX, Peer, blackbox, probe_path
from target import Target

from monitor import probes
from monitor.core.service import Check, CheckKind, HttpRequest, HttpTarget
from monitor.probes.vantage import Vantage

Round = Callable[[str, int], float]
"""Probes a scheme so many times; returns the CPU seconds that it took."""
SITES = 500
"""As many as a province has: fewer would let caches shine that a real register overflows."""


def main() -> None:
    """Measure and print."""
    raw = argparse.RawDescriptionHelpFormatter
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=raw)
    parser.add_argument("--rounds", type=int, default=7, help="the median of them counts (7)")
    parser.add_argument("--count", type=int, default=150, help="probes per contestant and round (150)")
    asked = parser.parse_args()
    with contextlib.ExitStack() as stack:
        target = stack.enter_context(Target.opened())
        contestants: dict[str, Round] = {
            "kulkul": functools.partial(_on_loop, asyncio.new_event_loop, _kulkul, target),
            "kulkul, uvloop": functools.partial(_on_loop, uvloop.new_event_loop, _kulkul, target),
            "aiohttp": functools.partial(_on_loop, asyncio.new_event_loop, _aiohttp, target),
            "aiohttp, uvloop": functools.partial(_on_loop, uvloop.new_event_loop, _aiohttp, target),
            "blocking socket, nothing judged": functools.partial(_blocking, target),
        }
        if BLACKBOX is not None:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kulkul-bench-")))
            peer = stack.enter_context(blackbox(target, folder))
            contestants[f"blackbox_exporter {peer.version}"] = functools.partial(_blackbox, target, peer)
        print(machine())
        print(f"{asked.rounds} rounds of {asked.count} probes, fresh connection, 27 kB page\n")
        for scheme in ("http", "https"):
            _report(scheme, _measure(contestants, scheme, asked.rounds, asked.count))


def _measure(contestants: dict[str, Round], scheme: str, rounds: int, count: int) -> dict[str, list[float]]:
    """Return milliseconds per probe, by contestant and round."""
    taken: dict[str, list[float]] = {name: [] for name in contestants}
    for number in range(rounds + 1):
        for name, contestant in contestants.items():
            spent = contestant(scheme, count)
            if number:  # the round before the first warms caches
                taken[name].append(spent / count * 1000)
    return taken


def _report(scheme: str, taken: dict[str, list[float]]) -> None:
    peer = next((values for name, values in taken.items() if name.startswith("blackbox")), None)
    rows = []
    for name, values in taken.items():
        # Paired within each round, so that a noisy neighbour weighs on both sides.
        ratio = statistics.median(a / b for a, b in zip(values, peer, strict=True)) if peer else None
        rows.append([name, median_and_range(values), f"{ratio:.2f}" if ratio is not None else ""])
    print(table([scheme, "ms CPU per probe", "of blackbox"], rows), end="\n\n")


def _on_loop(
    new_loop: Callable[[], asyncio.AbstractEventLoop],
    contestant: Callable[[Target, str, int], Awaitable[float]],
    target: Target,
    scheme: str,
    count: int,
) -> float:
    with asyncio.Runner(loop_factory=new_loop) as runner:
        return runner.run(contestant(target, scheme, count))


async def _kulkul(target: Target, scheme: str, count: int) -> float:
    checks = [
        Check(
            id=f"s{number}",
            service_id=f"s{number}",
            kind=CheckKind.HTTP,
            target=HttpTarget(request=HttpRequest(url=target.url(scheme, number))),
            interval=timedelta(minutes=1),
        )
        for number in range(SITES)
    ]
    vantage = Vantage(
        resolve={target.host(number): [target.address(number)] for number in range(SITES)},
        allow_networks=["127.0.0.0/8"],
        ca_file=str(target.ca_file),
        user_agent="Kulkul/bench",
    )
    began = time.process_time()
    for number in range(count):
        result = await probes.run(checks[number % SITES], vantage)
        _demand(result.ok and result.http is not None and result.http.body_bytes == 27_000, result)
    spent = time.process_time() - began
    await vantage.close()
    return spent


class _Static(AbstractResolver):
    def __init__(self, target: Target) -> None:
        self._addresses = {target.host(number): target.address(number) for number in range(SITES)}

    async def resolve(
        self, host: str, port: int = 0, family: int = socket.AF_INET
    ) -> list[dict[str, object]]:
        address = self._addresses[host]
        return [{"hostname": host, "host": address, "port": port, "family": family, "proto": 0, "flags": 0}]

    async def close(self) -> None:
        pass


async def _aiohttp(target: Target, scheme: str, count: int) -> float:
    context = ssl.create_default_context(cafile=str(target.ca_file))
    resolver, timeout = _Static(target), aiohttp.ClientTimeout(total=20)
    began = time.process_time()
    for number in range(count):
        moments: dict[str, float] = {}
        connector = aiohttp.TCPConnector(resolver=resolver, ssl=context, force_close=True)
        traces = [_traced(moments)]
        async with (
            aiohttp.ClientSession(connector=connector, trace_configs=traces, timeout=timeout) as session,
            session.get(target.url(scheme, number % SITES)) as reply,
        ):
            transport = reply.connection.transport if reply.connection is not None else None
            if transport is not None and (tls := transport.get_extra_info("ssl_object")) is not None:
                tls.getpeercert()
            body = await reply.read()
        _demand(len(body) == 27_000 and len(moments) >= 5, moments)
    return time.process_time() - began


def _traced(moments: dict[str, float]) -> aiohttp.TraceConfig:
    """Note when each phase began and ended: what blackbox_exporter and our own probe report as phases."""
    trace = aiohttp.TraceConfig()
    for name in (
        "on_dns_resolvehost_start",
        "on_dns_resolvehost_end",
        "on_connection_create_start",
        "on_connection_create_end",
        "on_request_start",
        "on_request_headers_sent",
        "on_response_chunk_received",
        "on_request_end",
    ):

        async def note(_session: object, _context: object, _seen: object, name: str = name) -> None:
            moments[name] = time.perf_counter()

        getattr(trace, name).append(note)
    return trace


def _blocking(target: Target, scheme: str, count: int) -> float:
    """Do the least that can be done: what is left when everything that makes it a probe is taken away."""
    context = ssl.create_default_context(cafile=str(target.ca_file))
    began = time.process_time()
    for number in range(count):
        site = number % SITES
        with socket.create_connection((target.address(site), target.port(scheme))) as plain:
            plain.settimeout(10)
            host, heard, peer = target.host(site), 0, plain
            if scheme == "https":
                peer = context.wrap_socket(plain, server_hostname=host)
            peer.sendall(f"GET / HTTP/1.1\r\nHost: {host}\r\nUser-Agent: bare/1\r\n\r\n".encode())
            while data := peer.recv(65536):
                heard += len(data)
            _demand(heard > 27_000, heard)
            peer.close()
    return time.process_time() - began


def _blackbox(target: Target, peer: Peer, scheme: str, count: int) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", peer.port, timeout=20)
    paths = [probe_path(target, scheme, number) for number in range(SITES)]
    began = cpu_seconds(peer.pid)
    for number in range(count):
        connection.request("GET", paths[number % SITES])
        text = connection.getresponse().read()
        _demand(b"\nprobe_success 1" in text and b"uncompressed_body_length 27000" in text, text)
    spent = cpu_seconds(peer.pid) - began
    connection.close()
    return spent


def _demand(good: object, seen: object) -> None:
    """Insist that a probe did its work; else its figure means nothing."""
    if not good:
        raise RuntimeError(f"the probe did not see what it should have seen: {seen}")


if __name__ == "__main__":
    main()
