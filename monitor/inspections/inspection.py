"""What an inspection is: a slow look at targets of the register, each about once a day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta
from typing import Any, Protocol

from monitor.core.finding import Inspected
from monitor.core.service import Registry


class Inspection(Protocol):
    """One line of the INSPECTIONS table. Knows neither the store nor the calendar."""

    name: str
    every: timedelta
    """How often each target is looked at."""
    again: timedelta
    """How soon one that could not be looked at is tried again."""
    at_once: int
    """Targets under way at once."""

    def follow(self, registry: Registry) -> None:
        """Take over a register."""

    def targets(self) -> Iterable[str]:
        """Return what is to be looked at: names that stay the same as long as what they stand for."""

    def urgent(self) -> AbstractSet[str]:
        """Return the targets that should be inspected now, whatever the calendar says.

        What is named is inspected within moments; it is for the inspection to name it no more then.
        """

    async def inspect(self, target: str, before: Mapping[str, Any] | None, now: datetime) -> Inspected:
        """Look at one target. Never raises for what a site, registry or name server does.

        Args:
            target: one of `targets`.
            before: the facts of the last look that brought any; None: there was none.
            now: aware UTC.
        """

    async def close(self) -> None:
        """Close what is open."""
