"""The registration inspection: what the registry says of each domain of the register, once a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from yarl import URL

from monitor.core.finding import Inspected
from monitor.core.registration.facts import Registration, changes, registration_json, registration_of
from monitor.core.registration.judge import findings
from monitor.core.service import Registry
from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.outbound import Outbound
from monitor.inspections.registration.pace import Pace
from monitor.inspections.registration.rdap.bootstrap import Bootstrap
from monitor.inspections.registration.rdap.client import RdapClient
from monitor.inspections.registration.whois.client import WhoisClient
from monitor.probes.guard import Networks
from monitor.registry.domains import registrable
from monitor.settings.settings import InspectionSettings

_AT_ONCE = 4
"""Each registry is asked one thing at a time; this many registries side by side."""


@dataclass(frozen=True, slots=True)
class _Clients:
    outbound: Outbound
    rdap: RdapClient
    bootstrap: Bootstrap
    whois: WhoisClient


class RegistrationInspection:
    """Asks registries about domains: RDAP first, WHOIS where that cannot answer.

    Args:
        settings: of inspections.
        user_agent: how the monitor introduces itself.
        allowed: networks that count as public.
        resolve: host name → addresses, asked before the DNS.
        nameservers: `address` or `address:port`; none: the system's.
    """

    name = "registration"

    def __init__(
        self,
        settings: InspectionSettings,
        user_agent: str,
        allowed: Networks = (),
        *,
        resolve: Mapping[str, Sequence[str]] | None = None,
        nameservers: Sequence[str] = (),
    ) -> None:
        self.every = settings.every
        self.again = settings.again
        self.at_once = _AT_ONCE
        self._settings = settings
        self._user_agent = user_agent
        self._allowed = allowed
        self._resolve = resolve or {}
        self._nameservers = nameservers
        self._domains: tuple[str, ...] = ()
        self._opened: _Clients | None = None

    def follow(self, registry: Registry) -> None:
        """Take over a register."""
        found = {registrable(name) for name in {check.name for check in registry.checks()}}
        # Names below .arpa stand for addresses; nobody registers them year by year.
        self._domains = tuple(
            sorted(one for one in found if one and one.isascii() and not one.endswith(".arpa"))
        )

    def targets(self) -> Iterable[str]:
        """Return the registrable domains of the register's checks, each once."""
        return self._domains

    def urgent(self) -> frozenset[str]:
        """Return nothing: nobody tells of a change but the daily look."""
        return frozenset()

    async def inspect(self, target: str, before: Mapping[str, Any] | None, now: datetime) -> Inspected:
        """Look one domain up; see `monitor.inspections.inspection.Inspection`."""
        try:
            found = await self._look_up(target, now)
        except LookupFailure as error:
            return Inspected(inspection=self.name, target=target, at=now, failure=str(error))
        seen, covered = findings(found, now)
        earlier = _read(before)
        return Inspected(
            inspection=self.name,
            target=target,
            at=now,
            facts=registration_json(found),
            seen=seen,
            covered=covered,
            changes=tuple(changes(earlier, found, now)),
        )

    async def close(self) -> None:
        """Close what is open; a later look opens it anew."""
        opened, self._opened = self._opened, None
        if opened is not None:
            await opened.rdap.close()
            await opened.outbound.close()

    async def _look_up(self, domain: str, now: datetime) -> Registration:
        """Ask by RDAP, then by WHOIS.

        Raises:
            LookupFailure: neither could say anything; its text is one sentence about both.
        """
        try:
            return await self._by_rdap(domain, now)
        except LookupFailure as error:
            first = error
        try:
            found = await self._by_whois(domain, now)
        except LookupFailure as error:
            raise LookupFailure(f"RDAP could not say ({first}), nor could WHOIS ({error}).") from error
        return replace(found, remarks=(f"RDAP could not say ({first}): this is from WHOIS.", *found.remarks))

    async def _by_rdap(self, domain: str, now: datetime) -> Registration:
        clients = self._clients()
        base = await clients.bootstrap.base(domain, now)
        if base is None:
            raise LookupFailure(f"no service is known for .{_top(domain)}")
        return await clients.rdap.domain(base, domain, now)

    async def _by_whois(self, domain: str, now: datetime) -> Registration:
        server = self._settings.whois.get(_top(domain))
        if server is None:
            raise LookupFailure(f"no server is known for .{_top(domain)}")
        return await self._clients().whois.domain(server, domain, now)

    def _clients(self) -> _Clients:
        """Return what asks the registries; made here, as it needs the running loop."""
        if self._opened is None:
            settings = self._settings
            pace = Pace(settings.registry_pause, settings.timeout)
            outbound = Outbound(self._allowed, _own(settings), self._resolve, self._nameservers)
            rdap = RdapClient(self._user_agent, settings.timeout, pace, outbound)
            self._opened = _Clients(
                outbound,
                rdap,
                Bootstrap(settings.rdap, settings.rdap_bootstrap, rdap.json),
                WhoisClient(settings.whois_port, settings.timeout, pace, outbound),
            )
        return self._opened


def _read(facts: Mapping[str, Any] | None) -> Registration | None:
    try:
        return None if facts is None else registration_of(facts)
    except (KeyError, TypeError, ValueError):
        return None  # of a version that wrote them otherwise: this look begins anew


def _own(settings: InspectionSettings) -> Iterable[tuple[str, int]]:
    """Return the servers that the settings name: host and port."""
    for url in (*settings.rdap.values(), settings.rdap_bootstrap):
        if url is not None:
            place = URL(url)
            yield place.host or "", place.port or 0
    for host in settings.whois.values():
        yield host.lower(), settings.whois_port


def _top(domain: str) -> str:
    return domain.rpartition(".")[2]
