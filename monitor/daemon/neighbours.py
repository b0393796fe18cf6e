"""The name servers of the register's domains, kept in mind: once they fail, nobody can be asked."""

from __future__ import annotations

import math
from collections.abc import Awaitable, Callable, Iterable, Mapping

from monitor.core.service import Check
from monitor.registry.domains import registrable

RENEW_SECONDS = 6 * 3600.0
AT_ONCE = 20
"""Lookups at one turn: a register of hundreds of domains is known within minutes, and nobody is flooded."""


class NameServers:
    """Looks up which name servers each domain has, a few at each turn.

    Args:
        lookup: returns the names of a domain's name servers, none where they could not be learned.
        static: names that the settings resolve by themselves: no name server is asked for them.
        clock: seconds that only grow.
    """

    def __init__(
        self,
        lookup: Callable[[str], Awaitable[tuple[str, ...]]],
        static: Iterable[str],
        clock: Callable[[], float],
    ) -> None:
        self._lookup = lookup
        self._static = frozenset(static)
        self._clock = clock
        self._known: dict[str, tuple[str, ...]] = {}
        self._asked_at: dict[str, float] = {}

    @property
    def known(self) -> Mapping[str, tuple[str, ...]]:
        """Name servers by domain: always the same mapping, kept current."""
        return self._known

    def follow(self, checks: Iterable[Check]) -> None:
        """Take in whose domains to know from now on."""
        hosts = {check.name for check in checks} - self._static
        domains = {domain for host in hosts if (domain := registrable(host)) is not None}
        for gone in self._asked_at.keys() - domains:
            del self._asked_at[gone]
            self._known.pop(gone, None)
        for domain in domains:
            self._asked_at.setdefault(domain, -math.inf)

    async def refresh(self) -> None:
        """Look up those that were not asked for in a while; what cannot be learned stays as it was."""
        now = self._clock()
        due = sorted((at, domain) for domain, at in self._asked_at.items() if now - at >= RENEW_SECONDS)
        for _, domain in due[:AT_ONCE]:
            found = await self._lookup(domain)
            if domain not in self._asked_at:
                continue  # it left the register meanwhile
            self._asked_at[domain] = now
            if found:
                self._known[domain] = found
