"""The delegation inspection: a line of the INSPECTIONS table."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.core.block import BlockPattern
from monitor.core.delegation.facts import Delegation, delegation_json, delegation_of
from monitor.core.delegation.judge import findings
from monitor.core.finding import Inspected
from monitor.core.service import CheckKind, Registry
from monitor.inspections.delegation.authorities import Authorities
from monitor.inspections.delegation.look import look_at
from monitor.inspections.delegation.question import NoAnswerError
from monitor.inspections.delegation.resolving import OurResolver, Written
from monitor.probes.guard import Networks
from monitor.registry.blocks import shipped_blocks
from monitor.registry.domains import registrable
from monitor.settings.settings import InspectionSettings

_QUESTIONS_IN_A_ROW = 8
"""Times the timeout of one question that a whole look may take: about as many are asked one after the other,
most of which are answered in milliseconds."""


class DelegationInspection:
    """Looks at each registrable domain of the register."""

    name = "delegation"
    at_once = 4

    def __init__(
        self,
        settings: InspectionSettings,
        nameservers: tuple[str, ...],
        resolve: Mapping[str, Sequence[str]],
        allowed: Networks = (),
        blocks: Sequence[BlockPattern] | None = None,
    ) -> None:
        """Take over the settings.

        Args:
            settings: of inspections; `timeout` is that of one question.
            nameservers: the resolvers of probing, asked where the inspections have none; none: the system's.
            resolve: hosts with fixed addresses, for which the DNS is not asked.
            allowed: networks that count as public.
            blocks: known refusals, of which the national ones count; None: those that ship.
        """
        self.every = settings.every
        self.again = settings.again
        timeout_seconds = settings.timeout.total_seconds()
        self._longest_seconds = _QUESTIONS_IN_A_ROW * timeout_seconds
        patterns = shipped_blocks() if blocks is None else blocks
        servers = Written(settings.dns_servers or nameservers)
        self._resolver = OurResolver(servers, resolve, patterns, timeout_seconds)
        self._authorities = Authorities(settings.dns_port, allowed, timeout_seconds)
        self._hosts: Mapping[str, tuple[str, ...]] = {}

    def follow(self, registry: Registry) -> None:
        """Take over a register: its hosts, and the names that its `dns` checks ask for."""
        hosts: dict[str, set[str]] = {}
        for check in registry.checks():
            domain = registrable(check.name)
            if domain is not None:
                below = hosts.setdefault(domain, set())
                if check.kind is not CheckKind.DNS:
                    below.add(check.name)
        self._hosts = {domain: tuple(sorted(below)) for domain, below in hosts.items()}

    def targets(self) -> Iterable[str]:
        """Return the registrable domains, sorted."""
        return sorted(self._hosts)

    def urgent(self) -> frozenset[str]:
        """Return nothing: nobody tells of a change but the daily look."""
        return frozenset()

    async def inspect(self, target: str, before: Mapping[str, Any] | None, now: datetime) -> Inspected:
        """Look at one domain; see `Inspection.inspect`."""
        earlier = _read(before)
        try:
            async with asyncio.timeout(self._longest_seconds):
                looked = await look_at(
                    target,
                    self._hosts.get(target, ()),
                    earlier,
                    self._resolver,
                    self._authorities,
                    now,
                )
        except NoAnswerError as error:
            return Inspected(inspection=self.name, target=target, at=now, failure=str(error))
        except TimeoutError:
            late = f"The look at {target} was not over after {self._longest_seconds:g} s."
            return Inspected(inspection=self.name, target=target, at=now, failure=late)
        seen, covered = findings(looked.delegation)
        # Where the parent could not be asked, what it said before tells more than that it did not.
        lesser = looked.delegation.exists is None and earlier is not None and earlier.exists is not None
        return Inspected(
            inspection=self.name,
            target=target,
            at=now,
            facts=None if lesser else delegation_json(looked.delegation),
            failure=looked.failure,
            seen=seen,
            covered=covered,
        )

    async def close(self) -> None:
        """Close what is open: nothing, for each question has its own socket."""


def _read(facts: Mapping[str, Any] | None) -> Delegation | None:
    try:
        return None if facts is None else delegation_of(facts)
    except ValueError:
        return None  # of a version that wrote them otherwise: this look begins anew
