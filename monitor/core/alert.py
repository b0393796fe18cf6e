"""Alerts: what there is to say, stored with its cause. Values only; to whom and how is another matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class AlertKind(StrEnum):
    """What happened to the subject."""

    INCIDENT = "incident"
    """An incident opened, changed or closed; its subject is its name, and what to say is in the incident."""
    BLOCKED = "blocked"
    """A service began to block us; its subject is the service's id."""
    UNBLOCKED = "unblocked"
    DEGRADED = "degraded"
    """A service became slow; its subject is the service's id."""
    UNDEGRADED = "undegraded"
    VANTAGE_BLIND = "vantage_blind"
    """The monitor cannot see, and judges no failure; its subject is the vantage."""
    FINDING = "finding"
    """A domain's findings opened, closed or got worse; its subject is `findings:` and the domain, and what to
    say is in the findings."""
    REPORT = "report"
    """A month was closed, or somebody asks that a closed period be sent; its subject is `report:` and the
    period, and its detail holds the figures of every scope."""
    UNDELIVERED = "undelivered"
    """A message went to the dead letter; its subject is `notification:` and its id."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to say. Raised in the transaction that stores its cause, and once for each `key`."""

    key: str
    raised_at: datetime
    """Aware UTC."""
    kind: AlertKind
    subject: str
    detail: Mapping[str, object] = field(default_factory=dict)
    """What a message may say besides, as JSON can hold it."""
