"""From a host name to a connected peer: resolve, the guard, connect, handshake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from monitor.core.reason import Reason, Stage
from monitor.core.result import TlsFacts
from monitor.core.service import Family, Network, TlsOptions
from monitor.probes.blocked import check_lookup
from monitor.probes.connection import PlainStream, TlsStream, open_socket, round_trip
from monitor.probes.guard import Reach, reach
from monitor.probes.resolver import choose
from monitor.probes.stages import Attempt, ProbeFailure, self_fault
from monitor.probes.tls import TrustError, handshake
from monitor.probes.vantage import Vantage


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """Whom to connect to, and how."""

    host: str
    port: int
    family: Family
    tls: TlsOptions | None
    protocols: tuple[str, ...] = ()
    """ALPN protocol names to offer."""
    redirected_from: Reach | None = None
    """What kind of place sent us here; None for the check's own target."""

    @property
    def where(self) -> str:
        """Host and port as messages name them."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Connection:
    """A connected peer, its address checked, TLS agreed where asked."""

    stream: PlainStream | TlsStream
    address: str
    reach: Reach
    tls: TlsFacts | None


@asynccontextmanager
async def connected(attempt: Attempt, vantage: Vantage, peer: Peer) -> AsyncIterator[Connection]:
    """Connect to a peer, for as long as the context lasts.

    Waiting for the address to have fewer of our probes is our own time: it moves the budget's end.

    Raises:
        ProbeFailure: any of the three stages failed, or the guard refuses the address.
    """
    address = await _resolve(attempt, vantage, peer)
    kind = reach(address, vantage.allowed)
    _guard(attempt, peer, address, kind)
    async with vantage.gate.through(address) as waited:
        attempt.postpone(waited)
        where = f"{peer.where} at {address}" if address != peer.host else peer.where
        async with attempt.stage(Stage.CONNECT, where):
            sock = await open_socket(address, peer.port)
        try:
            if peer.tls is None:
                yield Connection(PlainStream(sock), address, kind, None)
            else:
                name = peer.tls.server_name or peer.host
                try:
                    context = vantage.contexts.get(peer.tls, peer.protocols)
                except TrustError as error:
                    raise self_fault(Stage.HANDSHAKE, f"{where} was not tried: {error}.") from error
                try:
                    stream = TlsStream(sock, context, name)
                except ValueError as error:
                    raise ProbeFailure(
                        Stage.HANDSHAKE,
                        Reason.DNS_INVALID_NAME,
                        f"{name} is no name TLS can ask for ({error}).",
                    ) from error
                facts = await handshake(attempt, stream, peer.tls, name, where)
                yield Connection(stream, address, kind, facts)
        finally:
            attempt.rtt = round_trip(sock) or attempt.rtt
            sock.close()


async def _resolve(attempt: Attempt, vantage: Vantage, peer: Peer) -> str:
    async with attempt.stage(Stage.RESOLVE, peer.where):
        answer = await vantage.resolver.lookup(peer.host)
        attempt.aliases = answer.aliases
        if attempt.pinned is not None and peer.host.lower() == attempt.check.host:
            usable = [attempt.pinned]
        else:
            usable = choose(answer.addresses, peer.family, attempt.avoid)
        if not usable:
            raise ProbeFailure(
                Stage.RESOLVE,
                Reason.DNS_NO_ADDRESS,
                f"{peer.host} has no {peer.family.value} address (found: {', '.join(answer.addresses)}).",
            )
        attempt.address = usable[0]
        check_lookup(vantage.blocks, peer.host, usable[0], answer)
    attempt.family = 6 if ":" in usable[0] else 4
    return usable[0]


def _guard(attempt: Attempt, peer: Peer, address: str, kind: Reach) -> None:
    """Refuse addresses that a monitor must not be led to; checked for every hop, just before connecting."""
    internal = attempt.check.network is Network.INTERNAL
    if kind is Reach.PUBLIC:
        return
    if kind is Reach.PRIVATE and internal and peer.redirected_from is not Reach.PUBLIC:
        return
    attempt.at = Stage.CONNECT
    what = "private" if kind is Reach.PRIVATE else "special (loopback, link-local or reserved)"
    if peer.redirected_from is not None:
        raise ProbeFailure(
            Stage.CONNECT,
            Reason.HTTP_REDIRECT_REFUSED,
            f"A redirect leads to {peer.host}, whose address {address} is {what}.",
        )
    hint = " If it is an internal service, register it with network: internal." if not internal else ""
    raise ProbeFailure(
        Stage.CONNECT, Reason.GUARD_REFUSED, f"{peer.host} has the address {address}, which is {what}.{hint}"
    )
