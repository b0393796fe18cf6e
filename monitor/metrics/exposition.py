"""The whole exposition: series of checks and services, kept current by observation, and the daemon's own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from itertools import chain

from monitor.core.incident import Incident
from monitor.core.reason import Outcome
from monitor.core.result import Result
from monitor.core.service import Agency, Government, Service
from monitor.core.status import Status
from monitor.metrics.accounts import Accounts
from monitor.metrics.insight import Insight
from monitor.metrics.itself import SelfMetrics
from monitor.metrics.observe import (
    CHECK_COLUMNS,
    NO_INCIDENT,
    ONE,
    SERVICE_COLUMNS,
    ZERO,
    check_cells,
    incident_cells,
    info_cell,
    seconds_cells,
    status_cells,
    target_cell,
)
from monitor.metrics.sheet import Cell, Sheet

TEXT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
OPENMETRICS_TYPE = "application/openmetrics-text; version=1.0.0; charset=utf-8"


class Exposition:
    """Holds every series as bytes. Only for the loop's own thread, as all of the daemon's state is."""

    def __init__(self, version: str) -> None:
        self.own = SelfMetrics(version)
        self.insight = Insight()
        self.accounts = Accounts()
        self._checks = Sheet(CHECK_COLUMNS)
        self._services = Sheet(SERVICE_COLUMNS)
        self._counts: dict[str, dict[Outcome, int]] = {}
        self._members: dict[str, frozenset[str]] = {}
        self._states: dict[str, tuple[Cell, ...]] = {}
        self._infos: dict[str, bytes] = {}
        self._targets: dict[str, bytes] = {}
        self._incidents: dict[str, tuple[int, Sequence[Cell]]] = {}
        self._maintained: AbstractSet[str] = frozenset()

    def add(self, service: Service, agency: Agency, government: Government) -> None:
        """Take a service in, or take over what the register newly says of it; values of its checks stay.

        A new service is UNKNOWN; its time per status appears with the first `observe_service`, since a
        counter that starts at nothing and jumps to a total from the store would read as an increase.
        """
        labels = {"service": service.id, "agency": agency.id}
        members = frozenset(check.id for check in service.checks)
        for gone in self._members.get(service.id, frozenset()) - members:
            self._forget(gone)
        self._members[service.id] = members
        for check in service.checks:
            self._checks.label(check.id, {**labels, "check": check.id})
            if check.id not in self._counts:
                self._counts[check.id] = dict.fromkeys(Outcome, 0)
                self._checks.fill(check.id, check_cells(None, self._counts[check.id]))
        self._services.label(service.id, labels)
        self._infos[service.id] = info_cell(service, agency, government)
        self._targets[service.id] = target_cell(service)
        self._states.setdefault(service.id, (*status_cells(Status.UNKNOWN), *[None for _ in Status]))
        self._show(service.id)

    def remove(self, service_id: str) -> None:
        """Take a service out with all series of its own and of its checks; unknown ids are fine."""
        for check_id in self._members.pop(service_id, frozenset()):
            self._forget(check_id)
        self._services.drop(service_id)
        self._infos.pop(service_id, None)
        self._targets.pop(service_id, None)
        self._incidents.pop(service_id, None)
        self._states.pop(service_id, None)
        self.accounts.remove(service_id)

    def observe(self, result: Result) -> None:
        """Show a result in place of the one before it.

        A probe may still be under way while its service is taken out: a result of no known check is ignored.
        """
        counts = self._counts.get(result.check_id)
        if counts is None:
            return
        counts[result.outcome] += 1
        self._checks.fill(result.check_id, check_cells(result, counts))

    def observe_service(self, service_id: str, status: Status, seconds: Mapping[Status, float]) -> None:
        """Show a service's status, and its totals of seconds per status; ignored for a service not added."""
        if service_id in self._services:
            self._states[service_id] = (*status_cells(status), *seconds_cells(seconds))
            self._show(service_id)

    def observe_maintenance(self, service_ids: AbstractSet[str]) -> None:
        """Show which services are under announced maintenance: these and no others."""
        changed = self._maintained ^ service_ids
        self._maintained = frozenset(service_ids)
        for service_id in changed:
            if service_id in self._services:
                self._show(service_id)

    def observe_incident(self, incident: Incident) -> None:
        """Show an incident at the services that are out by it, and no longer at those that are not."""
        out = {member.service_id for member in incident.out} if incident.closed_at is None else set()
        for member in incident.members:
            service_id = member.service_id
            if service_id in out:
                self._incidents[service_id] = (incident.number, incident_cells(incident, member))
            elif service_id in self._incidents and self._incidents[service_id][0] == incident.number:
                del self._incidents[service_id]
            if service_id in self._services:
                self._show(service_id)

    async def blocks(self, *, openmetrics: bool) -> AsyncIterator[bytes]:
        """Yield the exposition in blocks of whole lines, letting the loop run between them.

        Each block is of one moment; a result that comes between two blocks shows in the later ones only.
        """
        sheets = (self._checks, self._services, *self.accounts.sheets, *self.insight.sheets)
        for block in chain.from_iterable(sheet.blocks(openmetrics=openmetrics) for sheet in sheets):
            yield block
            await asyncio.sleep(0)
        yield self.own.render(openmetrics=openmetrics)

    async def render(self, *, openmetrics: bool) -> bytes:
        """Return the whole exposition at once, in the text format 0.0.4 or in OpenMetrics 1.0.0."""
        return b"".join([block async for block in self.blocks(openmetrics=openmetrics)])

    def _show(self, service_id: str) -> None:
        maintained = ONE if service_id in self._maintained else ZERO
        _, incident = self._incidents.get(service_id, (0, NO_INCIDENT))
        target = self._targets[service_id]
        cells = (self._infos[service_id], *incident, *self._states[service_id], maintained, target)
        self._services.fill(service_id, cells)

    def _forget(self, check_id: str) -> None:
        self._checks.drop(check_id)
        self._counts.pop(check_id, None)
