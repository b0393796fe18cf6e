"""By which rules an outage counts: named and versioned, and printed with every figure. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from monitor.core.accounting.hours import ServiceHours


class OutageStart(StrEnum):
    """From when on an outage counts."""

    FIRST_FAILURE = "first_failure"
    """From the first of the failed probes that confirm it: visitors were turned away from then on."""
    CONFIRMATION = "confirmation"
    """From when it was certain."""


class BlockedAs(StrEnum):
    """What time counts as in which a site refused the monitor."""

    UNKNOWN = "unknown"
    """Visitors may have been served; nobody measured it."""
    UP = "up"
    DOWN = "down"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountingPolicy:
    """How time is counted. The defaults are those of the policy `baku`."""

    name: str = "baku"
    version: int = 1
    outage_from: OutageStart = OutageStart.FIRST_FAILURE
    maintenance_excluded: bool = True
    """Whether maintenance that was announced before it began is left out of what is measured."""
    blocked: BlockedAs = BlockedAs.UNKNOWN
    shortest_outage: timedelta = timedelta(0)
    """Outages that lasted less, from beginning to end wherever period or hours cut them, count as up."""
    hours: ServiceHours | None = None
    """No other time counts; None: all does."""
