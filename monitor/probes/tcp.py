"""The `tcp` probe: does something listen, and does it say what it should?"""

from __future__ import annotations

import re
import ssl

from monitor.core.reason import Reason, Stage
from monitor.core.service import TcpTarget
from monitor.probes.dial import Connection, Peer, connected
from monitor.probes.stages import Attempt, ProbeFailure, shown
from monitor.probes.tls import broken
from monitor.probes.vantage import Vantage

HEARD_LIMIT_BYTES = 4096


async def probe(attempt: Attempt, vantage: Vantage, target: TcpTarget) -> None:
    """Try the target once; leaves the facts on the attempt.

    Raises:
        ProbeFailure: it is not as expected, and where and why.
    """
    peer = Peer(host=target.host, port=target.port, family=target.family, tls=target.tls)
    async with connected(attempt, vantage, peer) as connection:
        try:
            if target.send is not None:
                async with attempt.stage(Stage.REQUEST, peer.where):
                    await connection.stream.send(target.send)
            if target.expect is not None:
                await _listen(attempt, connection, target.expect, peer.where)
        except ssl.SSLError as error:
            raise broken(attempt.at, peer.where, error) from error


async def _listen(attempt: Attempt, connection: Connection, pattern: str, where: str) -> None:
    """Read until the pattern is heard, the peer falls silent or hangs up, or it has said enough."""
    wanted = re.compile(pattern)
    heard = bytearray()
    try:
        async with attempt.stage(Stage.RESPONSE, where):
            while len(heard) < HEARD_LIMIT_BYTES:
                data = await connection.stream.receive()
                if not data:
                    break
                heard += data[: HEARD_LIMIT_BYTES - len(heard)]
                if wanted.search(heard.decode("utf-8", "replace")):
                    return
    except ProbeFailure as failure:
        if not heard or failure.reason is not Reason.HTTP_TIMEOUT:
            raise
    text = heard.decode("utf-8", "replace")
    attempt.excerpt = text
    if not heard:
        raise ProbeFailure(
            Stage.RESPONSE, Reason.TCP_CLOSED, f"{where} closed the connection without saying anything."
        )
    raise ProbeFailure(
        Stage.RESPONSE, Reason.BODY_MISMATCH, f"{where} said “{shown(text)}”, which does not match {pattern}."
    )
