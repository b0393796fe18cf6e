"""Which addresses an inspection connects to: those of the operator's own servers, else public ones only."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence

from monitor.inspections.registration.lookup import LookupFailure
from monitor.probes.guard import Networks, Reach, reach
from monitor.probes.resolver import Resolver
from monitor.probes.stages import ProbeFailure


def why_not_connected(error: OSError) -> str:
    """Return the system's word for it: asyncio puts the address in its place."""
    return os.strerror(error.errno).lower() if error.errno else "no reason given"


class Outbound:
    """Names to addresses behind the guard; to be made in a running loop.

    Args:
        allowed: networks that count as public.
        own: host (lower case) and port of servers that the settings name: wherever they are, they are meant.
        resolve: host name → addresses, asked before the DNS.
        nameservers: `address` or `address:port`; none: the system's.
    """

    def __init__(
        self,
        allowed: Networks,
        own: Iterable[tuple[str, int]],
        resolve: Mapping[str, Sequence[str]],
        nameservers: Sequence[str] = (),
    ) -> None:
        self._allowed = allowed
        self._own = frozenset(own)
        self._resolver = Resolver(resolve, nameservers)

    async def addresses(self, host: str, port: int) -> list[str]:
        """Return the addresses that may be connected to, those of IPv4 first; at least one.

        Raises:
            LookupFailure: there is none.
        """
        try:
            answer = await self._resolver.lookup(host)
        except ProbeFailure as error:
            raise LookupFailure(
                f"{host} has no address that is known ({error.message.rstrip('.')})"
            ) from error
        found = list(answer.addresses)
        if (host.lower(), port) not in self._own:
            found = [one for one in found if reach(one, self._allowed) is Reach.PUBLIC]
        if not found:
            raise LookupFailure(f"{host} has only addresses that a monitor must not be led to")
        return sorted(found, key=lambda one: ":" in one)

    async def close(self) -> None:
        """Close the resolver's sockets."""
        await self._resolver.close()
