"""What must be stored whatever happens to results: the record, as against the evidence. Values only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from monitor.core.alert import Alert
from monitor.core.incident import Incident
from monitor.core.sight import BlindPeriod
from monitor.store.incidents import StoredEvidence


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """What one step adds to the record."""

    incidents: tuple[Incident, ...] = ()
    """Each as it is after the step, whole."""
    evidence: tuple[StoredEvidence, ...] = ()
    periods: tuple[BlindPeriod, ...] = ()
    alerts: tuple[Alert, ...] = ()

    def __bool__(self) -> bool:
        """Whether there is anything to store."""
        return bool(self.incidents or self.evidence or self.periods or self.alerts)


NOTHING = Record()


def joined(records: Iterable[Record]) -> Record:
    """Return all of several records, in their order; of each incident and period only its last form."""
    incidents: dict[int, Incident] = {}
    evidence: list[StoredEvidence] = []
    periods: dict[tuple[str, object], BlindPeriod] = {}
    alerts: list[Alert] = []
    for one in records:
        incidents.update((incident.number, incident) for incident in one.incidents)
        evidence += one.evidence
        periods.update(((period.vantage, period.began_at), period) for period in one.periods)
        alerts += one.alerts
    return Record(
        incidents=tuple(incidents.values()),
        evidence=tuple(evidence),
        periods=tuple(periods.values()),
        alerts=tuple(alerts),
    )
