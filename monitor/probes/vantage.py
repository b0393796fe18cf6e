"""The place a probe runs from: its name, its resolver, its trust, its manners."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from monitor.core.block import BlockPattern
from monitor.probes.gate import AddressGate
from monitor.probes.guard import networks
from monitor.probes.lag import LoopLag
from monitor.probes.resolver import Resolver
from monitor.probes.tls import Contexts


class Vantage:
    """All that probes of one place share. Make it inside a running loop, and close it there.

    Args:
        name: as stored with every result.
        user_agent: sent with every request; names the monitor and whom to ask about it.
        resolve: host name → addresses, asked before DNS.
        allow_networks: CIDR texts that the guard treats as public.
        nameservers: addresses of the resolvers to ask; none: the system's.
        ca_file: PEM file trusted instead of the system's certificate authorities.
        per_address: most connections at once to one address.
        read_limit_bytes: how much of a body is read where the check sets no limit of its own.
        blocks: known forms of refusal, in the order in which they are tried.
    Raises:
        TrustError: there are no certificate authorities to trust, or the file holds none.
    """

    def __init__(
        self,
        *,
        name: str = "local",
        user_agent: str = "Kulkul",
        resolve: Mapping[str, Sequence[str]] | None = None,
        allow_networks: Iterable[str] = (),
        nameservers: Sequence[str] = (),
        ca_file: str | None = None,
        per_address: int = 4,
        read_limit_bytes: int = 1 << 20,
        blocks: tuple[BlockPattern, ...] = (),
    ) -> None:
        self.name = name
        self.user_agent = user_agent
        self.contexts = Contexts(ca_file)
        self.resolver = Resolver(resolve or {}, nameservers)
        self.allowed = networks(allow_networks)
        self.gate = AddressGate(per_address)
        self.read_limit_bytes = read_limit_bytes
        self.blocks = blocks
        self.lag = LoopLag()

    async def close(self) -> None:
        """Release sockets and timers."""
        self.lag.close()
        await self.resolver.close()
