"""A report: all figures of a period, as every format shows them. Values only; see `build_report`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from fractions import Fraction

from monitor.core.accounting.availability import (
    DIGITS,
    Availability,
    Outage,
    percent,
    together,
    unweighted_mean,
)
from monitor.core.accounting.correction import Correction
from monitor.core.accounting.hours import Holiday
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.sketch import Sketch
from monitor.core.office import Office
from monitor.core.period import Period
from monitor.core.reason import Reason
from monitor.reports.record import (
    PlannedWork,
    ReportedAgency,
    ReportedFinding,
    ReportedGovernment,
    ReportedIncident,
    ReportedService,
)
from monitor.reports.scope import ReportScope
from monitor.reports.seal import Revision, Seal

ENOUGH = Fraction(1, 2)
"""With less than half of a period measured, what is left says little of the whole."""
_TELLING = Fraction(1, 10_000)
"""A hundredth of a percent: what is printed. Less is no change that a reader could see."""


class Trend(StrEnum):
    """How a period compares with the one before."""

    BETTER = "better"
    WORSE = "worse"
    SAME = "same"
    NEW = "new"
    """There was nothing to measure before."""
    TOO_LITTLE = "too_little"
    """One of the two was measured for less than half."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportedOutage:
    """An outage of one service, and why."""

    outage: Outage
    incident: ReportedIncident | None
    """None: none is on record; the outage is from before there were any, or of a check that left."""
    reason: Reason | None
    """Of its beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFigures:
    """One service in a report."""

    service: ReportedService
    agency: ReportedAgency
    government: ReportedGovernment
    availability: Availability
    before: Availability
    """Of the period before."""
    outages: tuple[ReportedOutage, ...]
    """Those of `availability`, with what is known of each."""
    responses: Sketch
    """How long good probes took in the period, at whatever time of it."""
    cells: tuple[Availability, ...]
    """Of the parts of the period that `monitor.reports.cells.cells` names, one after the other."""

    @property
    def trend(self) -> Trend:
        """How it compares with the period before."""
        return trend(self.before, self.availability)

    @property
    def met(self) -> bool | None:
        """Whether the target was met; None: nothing was measured."""
        ratio = self.availability.ratio
        return None if ratio is None else ratio >= self.target

    @property
    def target(self) -> Fraction:
        """Availability aimed at, exactly as it was written."""
        return Fraction(str(self.service.target_ratio))

    @property
    def contested(self) -> bool:
        """Whether somebody says that an outage of it is on record wrongly."""
        return any(one.incident is not None and one.incident.contests for one in self.outages)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupFigures:
    """The services of an agency, of a government, or all of them."""

    id: str
    name: str
    services: tuple[ServiceFigures, ...]
    availability: Availability
    """Weighted by time."""
    before: Availability
    responses: Sketch

    def cells(self) -> tuple[Availability, ...]:
        """Return the figures of the parts of the period, each weighted by time; none without services."""
        parts = zip(*(one.cells for one in self.services), strict=True)
        return tuple(together(part) for part in parts)

    @property
    def unweighted_mean(self) -> Fraction | None:
        """The mean of the services' ratios, each counting alike."""
        return unweighted_mean(one.availability for one in self.services)

    @property
    def trend(self) -> Trend:
        """How it compares with the period before."""
        return trend(self.before, self.availability)


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of a period."""

    period: Period
    policy: AccountingPolicy
    generated_at: datetime
    """Aware UTC."""
    running: bool
    """Whether the period is not over: then everything is up to `generated_at`."""
    vantage: str
    register_version: str
    holidays: tuple[Holiday, ...]
    """Those of the period that close a day on which the policy has service hours."""
    unsure_years: tuple[int, ...]
    """Of which the calendar of holidays does not have everything yet."""
    scope: ReportScope
    whole: GroupFigures
    governments: tuple[GroupFigures, ...]
    agencies: tuple[GroupFigures, ...]
    services: tuple[ServiceFigures, ...]
    """By government, agency and name."""
    planned: tuple[PlannedWork, ...]
    """That touches the period and one of the services."""
    corrections: tuple[Correction, ...]
    """The same."""
    findings: tuple[ReportedFinding, ...]
    """The worst first."""
    office: Office
    revision: Revision | None = None
    """None: it is built from what is on record now."""

    def seal(self, language: str) -> str | None:
        """Return the line by which its documents are known again; None: the period is not closed."""
        if self.revision is None:
            return None
        return str(
            Seal(
                period_name=self.period.name,
                revision=self.revision.number,
                scope=self.scope,
                language=language,
                sha256=self.revision.sha256,
            )
        )

    def ranks(self) -> Mapping[str, int | None]:
        """Return the place of each agency by its availability, the best first; None: too little is known.

        Time that is not known counts neither for nor against; who was measured for less than half has no
        place. Those whose printed percentages are alike share one.
        """
        shown = {
            one.id: percent(one.availability.ratio, DIGITS)
            for one in self.agencies
            if one.availability.ratio is not None and (one.availability.coverage or 0) >= ENOUGH
        }
        values = sorted((float(value) for value in shown.values()), reverse=True)
        return {
            one.id: values.index(float(shown[one.id])) + 1 if one.id in shown else None
            for one in self.agencies
        }


def trend(before: Availability, after: Availability) -> Trend:
    """Compare a period with the one before it."""
    if before.period == before.unregistered:
        return Trend.NEW
    if before.ratio is None or after.ratio is None:
        return Trend.TOO_LITTLE
    if min(before.coverage or 0, after.coverage or 0) < ENOUGH:
        return Trend.TOO_LITTLE
    change = after.ratio - before.ratio
    if abs(change) < _TELLING:
        return Trend.SAME
    return Trend.BETTER if change > 0 else Trend.WORSE
