"""Canaries tried again and again, so that a failure of our own connection is not taken for the sites'."""

from __future__ import annotations

import asyncio
import logging
import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import dns.asyncquery
import dns.exception
import dns.message

from monitor.core.canary import Canary, CanaryKind, Look
from monitor.core.reason import SENTENCES, Reason, Stage
from monitor.probes.connection import open_socket
from monitor.probes.stages import ProbeFailure, os_failure
from monitor.probes.vantage import Vantage

DNS_PORT = 53
BETWEEN_CANARIES = timedelta(milliseconds=50)
"""Canaries of a regular round follow each other: one hiccup of the network does not meet them all."""
BETWEEN_ASKED_ROUNDS = timedelta(milliseconds=500)
"""A thousand failures at once ask a thousand times, and are answered by one round."""

_TIMEOUTS = {CanaryKind.TCP: Reason.TCP_TIMEOUT, CanaryKind.DNS: Reason.DNS_TIMEOUT}
_ANSWERS = {Reason.DNS_NXDOMAIN, Reason.DNS_NO_ADDRESS}
"""Our resolver asked, and was told: that the name is not there is an answer too."""

_log = logging.getLogger(__name__)


def _utc_now() -> datetime:
    return datetime.now(UTC)


async def look(
    canary: Canary,
    vantage: Vantage,
    timeout: timedelta,  # noqa: ASYNC109 - passing it is an answer here, not an error
    now: Callable[[], datetime] = _utc_now,
) -> Look:
    """Try a canary once.

    Args:
        canary: what to try.
        vantage: whose resolver is asked.
        timeout: after which it is dead.
        now: tells the time, as an aware time.
    Returns: what came of it. Never raises: a fault of our own (no descriptors) is a dead canary too.
    """
    loop = asyncio.get_running_loop()
    started_at, began = now(), loop.time()
    message: str | None = None
    try:
        # One deadline for the whole: the resolver's own tries go on longer.
        async with asyncio.timeout(timeout.total_seconds()):
            await _try(canary, vantage, started_at)
    except TimeoutError:
        sentence = SENTENCES[_TIMEOUTS[canary.kind]].en[:-1]
        message = f"{sentence} ({canary.server or canary.target}, gave up after {loop.time() - began:.1f} s)."
    except ProbeFailure as failure:
        message = failure.message
    except OSError as error:
        message = os_failure(Stage.CONNECT, error, canary.server or canary.target).message
    except dns.exception.DNSException as error:
        message = f"{canary.server} sent no usable answer ({error})."
    except Exception as error:  # noqa: BLE001 - a fault of ours must not end the daemon
        _log.exception("the look at %s failed in our own code", canary.name)
        message = f"The look itself failed ({type(error).__name__}); see the log."
    # By the monotonic clock, so that no look ends before it began.
    ended_at = started_at + timedelta(seconds=loop.time() - began)
    return Look(
        canary=canary, started_at=started_at, ended_at=ended_at, alive=message is None, message=message
    )


async def _try(canary: Canary, vantage: Vantage, started_at: datetime) -> None:
    if canary.kind is CanaryKind.TCP:
        (await open_socket(*_place(canary.target))).close()
    elif canary.server is not None:
        address, port = _place(canary.server)
        question = dns.message.make_query(canary.target, "A")
        # Whatever is answered came from there; what others send meanwhile, or garbage, is passed over.
        await dns.asyncquery.udp(question, address, port=port, ignore_unexpected=True, ignore_errors=True)
    else:
        await _ask_our_resolver(canary.target, vantage, started_at)


async def _ask_our_resolver(name: str, vantage: Vantage, started_at: datetime) -> None:
    """Ask for a name below the canary's that was never asked for before.

    Anything else could be answered from memory, which proves nothing: c-ares keeps answers for their whole
    TTL (pycares offers no way to switch that off), so does a resolver on this machine or in this office, and
    the hosts file and the settings' static addresses answer without any network.

    Raises:
        ProbeFailure: no answer came.
    """
    try:
        await vantage.resolver.lookup(f"kulkul-{started_at.timestamp() * 1e6:.0f}.{name}")
    except ProbeFailure as failure:
        if failure.reason not in _ANSWERS:
            raise


def _place(text: str) -> tuple[str, int]:
    """Split `address`, `address:port` or `[address]:port`; without a port it is that of DNS."""
    address, mark, port = text.rpartition(":")
    if not mark or (":" in address and not address.startswith("[")):
        return text, DNS_PORT
    return address.strip("[]"), int(port)


class Uplink:
    """Looks at the canaries at every interval, and whenever it is asked to.

    Args:
        canaries: none: nothing is ever looked at.
        vantage: whose uplink it is.
        interval: between the starts of two rounds, at most.
        timeout: of one look.
        tell: is told each look as it ends.
        now: tells the time, as an aware time.
    """

    def __init__(
        self,
        canaries: Sequence[Canary],
        vantage: Vantage,
        interval: timedelta,
        timeout: timedelta,
        tell: Callable[[Look], None],
        now: Callable[[], datetime] = _utc_now,
    ) -> None:
        self._canaries = tuple(canaries)
        self._vantage = vantage
        self._interval = interval.total_seconds()
        self._timeout = timeout
        self._tell = tell
        self._now = now
        self._asked = asyncio.Event()

    def look_soon(self) -> None:
        """Ask for a round that begins from now on: at once, or right after the one that is under way."""
        self._asked.set()

    async def run(self) -> None:
        """Look until cancelled; then no look is left under way."""
        loop = asyncio.get_running_loop()
        asked_at = -math.inf
        while True:
            asked = self._asked.is_set()
            if asked:
                await asyncio.sleep(asked_at + BETWEEN_ASKED_ROUNDS.total_seconds() - loop.time())
                asked_at = loop.time()
            # Whoever asks from here on wants a look that has not begun yet.
            self._asked.clear()
            began = loop.time()
            await self._round(timedelta(0) if asked else BETWEEN_CANARIES)
            with suppress(TimeoutError):
                async with asyncio.timeout_at(began + self._interval):
                    await self._asked.wait()

    async def _round(self, between: timedelta) -> None:
        async with asyncio.TaskGroup() as looks:
            for place, canary in enumerate(self._canaries):
                looks.create_task(self._look(canary, place * between), name=f"look at {canary.name}")

    async def _look(self, canary: Canary, wait: timedelta) -> None:
        await asyncio.sleep(wait.total_seconds())
        self._tell(await look(canary, self._vantage, self._timeout, self._now))
