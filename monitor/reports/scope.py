"""Of what a report is: everything, or a government, an agency, a service. Values only."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.reports.record import ReportedAgency, ReportedService


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportScope:
    """Which services a report is about: those that fit everything that is named. None: any."""

    government: str | None = None
    agency: str | None = None
    service: str | None = None

    def covers(self, service: ReportedService, agency: ReportedAgency) -> bool:
        """Whether the report is about a service of an agency."""
        own = (agency.government_id, agency.id, service.id)
        named = (self.government, self.agency, self.service)
        return all(name in (None, id_) for name, id_ in zip(named, own, strict=True))


EVERYTHING = ReportScope()
