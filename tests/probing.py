"""Checks for tests, and what must hold of every probe's result, whatever the server did."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path
from typing import Any

from monitor import probes
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.service import (
    Check,
    CheckKind,
    Deadlines,
    DnsTarget,
    Family,
    HttpExpectation,
    HttpRequest,
    HttpTarget,
    Network,
    TcpTarget,
    TlsOptions,
)
from monitor.probes.vantage import Vantage
from tests.servers.serving import SERVER_TASK, Server

LOOPBACK = ("127.0.0.0/8", "::1/128")
NAMES = {
    "good.test": ("127.0.0.1",),
    "other.test": ("127.0.0.1",),
    "www.good.test": ("127.0.0.1",),
    "both.test": ("::1", "127.0.0.1"),
    "six.test": ("::1",),
    "inside.test": ("10.0.0.1",),
    "localhost": ("127.0.0.1",),
}
"""What the vantage of the tests knows without asking DNS."""

NO_RESOLVER = ("127.0.0.1:1",)
"""Where nothing answers: a name that the map lacks must not be asked of the world outside."""

QUICK = Deadlines(
    total=timedelta(seconds=0.8),
    **dict.fromkeys(
        ("resolve", "connect", "handshake", "request", "response", "content"), timedelta(seconds=0.4)
    ),
)
"""For servers that let a probe hang."""
GRACE_SECONDS = 5.0
"""How much longer than its deadline a probe may take on a busy machine; far less than the usual deadlines."""
LONGEST_MESSAGE = 500


def http_check(
    url: str,
    *,
    expect: HttpExpectation | None = None,
    deadlines: Deadlines | None = None,
    network: Network = Network.PUBLIC,
    **request: Any,
) -> Check:
    """Return an `http` check; further arguments are those of HttpRequest."""
    target = HttpTarget(request=HttpRequest(url=url, **request), expect=expect or HttpExpectation())
    return _check(CheckKind.HTTP, target, deadlines, network)


def tcp_check(
    port: int,
    *,
    host: str = "good.test",
    tls: TlsOptions | None = None,
    send: bytes | None = None,
    expect: str | None = None,
    family: Family = Family.PREFER_IPV4,
    deadlines: Deadlines | None = None,
) -> Check:
    """Return a `tcp` check."""
    target = TcpTarget(host=host, port=port, tls=tls, send=send, expect=expect, family=family)
    return _check(CheckKind.TCP, target, deadlines, Network.PUBLIC)


def dns_check(
    name: str,
    server: str | None,
    *,
    deadlines: Deadlines | None = None,
    network: Network = Network.PUBLIC,
    **target: Any,
) -> Check:
    """Return a `dns` check; further arguments are those of DnsTarget."""
    return _check(CheckKind.DNS, DnsTarget(name=name, server=server, **target), deadlines, network)


def _check(
    kind: CheckKind, target: HttpTarget | TcpTarget | DnsTarget, deadlines: Deadlines | None, network: Network
) -> Check:
    return Check(
        id="demo/layanan",
        service_id="demo/layanan",
        kind=kind,
        target=target,
        deadlines=deadlines or Deadlines(),
        network=network,
    )


async def watched(check: Check, vantage: Vantage, *, avoid: str | None = None) -> Result:
    """Run one probe and hold it to what is true of every probe.

    It ends in time; it leaves no task and no connection behind; its times add up; what it says is a sentence.
    """
    loop = asyncio.get_running_loop()
    tasks, sockets = asyncio.all_tasks(), _tcp_sockets()
    began = loop.time()
    result = await probes.run(check, vantage, avoid)
    took = loop.time() - began
    total = check.deadlines.total.total_seconds()
    assert took <= total + GRACE_SECONDS, f"took {took:.2f} s of {total} s"
    await _settled(tasks, sockets)
    assert_sound(result)
    return result


async def _settled(tasks: set[asyncio.Task[Any]], sockets: set[int]) -> None:
    """Give closing a moment of the loop's time; then nothing may be left that was not there before."""
    for last in (False,) * 20 + (True,):
        left = {task for task in asyncio.all_tasks() - tasks if task.get_name() != SERVER_TASK}
        theirs = {inode for server in Server.running for inode in server.inodes}
        open_sockets = _tcp_sockets() - sockets - theirs
        if not left and not open_sockets:
            return
        assert not last, f"left behind: tasks {left}, sockets {open_sockets}"
        await asyncio.sleep(0.01)


def assert_sound(result: Result) -> None:
    """Hold a result to its own rules."""
    known = [one for stage in Stage if (one := result.timings.of(stage)) is not None]
    assert all(one >= timedelta(0) for one in known)
    assert abs(sum(known, timedelta(0)) - result.duration) < timedelta(milliseconds=1)
    explained = (result.stage is not None, result.reason is not None, result.message is not None)
    assert explained == (result.outcome is not Outcome.OK,) * 3
    for sentence in [*result.problems, *([result.message] if result.message else [])]:
        assert sentence.endswith("."), sentence
        assert " " in sentence
        assert sentence.isprintable(), sentence
        assert len(sentence) < LONGEST_MESSAGE, sentence


def assert_failed(
    result: Result, stage: Stage, reason: Reason, *words: str, outcome: Outcome = Outcome.FAILED
) -> None:
    """Hold a result to one outcome, stage and reason, and its message to these particulars."""
    assert (result.outcome, result.stage, result.reason) == (outcome, stage, reason), result.message
    for word in words:
        assert word in (result.message or ""), result.message


def assert_ok(result: Result) -> None:
    """Hold a result to success, showing why not."""
    assert result.outcome is Outcome.OK, (result.stage, result.reason, result.message)


def _tcp_sockets() -> set[int]:
    """Return the inodes of this process' TCP sockets that have a peer; as the kernel sees it."""
    peers: set[int] = set()
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        rows = [line.split() for line in Path(table).read_text().splitlines()][1:]
        peers |= {int(row[9]) for row in rows if row[3] != "0A"}  # 0A: listening
    return peers & {inode for one in Path("/proc/self/fd").iterdir() if (inode := _inode(one))}


def _inode(descriptor: Path) -> int | None:
    try:
        place = str(descriptor.readlink())
    except OSError:
        return None
    return int(place[8:-1]) if place.startswith("socket:[") else None
