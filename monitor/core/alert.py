"""Alerts: what should be said to whom. Values only; how it is said is another matter."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Audience(StrEnum):
    """Who is to be told."""

    OPERATORS = "operators"
    AGENCY = "agency"


class AlertKind(StrEnum):
    """What there is to say."""

    VANTAGE_BLIND = "vantage_blind"
    """The monitor cannot see; failures are not judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to say. Raised in the transaction that stores its cause, and once for each `key`."""

    key: str
    raised_at: datetime
    """Aware UTC."""
    audience: Audience
    kind: AlertKind
    subject: str
    """What it is about: a vantage, an incident's name."""
    detail: Mapping[str, object] = field(default_factory=dict)
    """What a message may say besides, as JSON can hold it."""
