"""What has become of an incident, since when, and what was mostly wrong. Pure."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.incident import Incident
from monitor.core.reason import Reason


class State(StrEnum):
    """What has become of an incident."""

    OPEN = "open"
    FLAPPING = "flapping"
    """It comes and goes, and is open until all has been well for a while."""
    CLOSED = "closed"
    MERGED = "merged"
    """It turned out to be part of another."""


def state_of(incident: Incident) -> State:
    """Return what has become of an incident."""
    if incident.merged_into is not None:
        return State.MERGED
    if incident.closed_at is not None:
        return State.CLOSED
    return State.FLAPPING if incident.flapping else State.OPEN


def reason_of(incident: Incident) -> Reason | None:
    """Return what was wrong last with most of the services."""
    last = [one.spells[-1].reason for one in incident.present or incident.members]
    found = Counter(reason for reason in last if reason is not None)
    return found.most_common(1)[0][0] if found else None


def duration_of(incident: Incident, now: datetime) -> timedelta:
    """Return how long it lasted, or has lasted so far."""
    return max((incident.ended_at or now) - incident.began_at, timedelta(0))
