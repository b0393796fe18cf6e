"""What is on record of some time, from which its figures follow. Values only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from monitor.core.status import Status


class Change(NamedTuple):
    """What accounting needs of a change of a check's status. Times are aware UTC."""

    at: datetime
    """Since when it was so."""
    decided_at: datetime
    """When that was certain."""
    after: Status


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What is on record of a span. Times are aware UTC."""

    changes: Mapping[str, Sequence[Change]]
    """By check, in the order in which they were decided; with what was true when the span began."""
    first_seen: Mapping[str, datetime]
    """Since when the register names each check."""
    seen_until: datetime | None
    """Up to when the vantage is known to have been awake; None: it never was."""
