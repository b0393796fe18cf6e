"""What a message about a closed period may say: of what scope, and the main figures. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum


class ReportOf(StrEnum):
    """Of what a delivered report is."""

    WHOLE = "whole"
    GOVERNMENT = "government"
    AGENCY = "agency"


@dataclass(frozen=True, slots=True, order=True)
class Scope:
    """Of what a report is, as routes choose it."""

    of: ReportOf
    id: str = ""
    """Of the government or agency."""

    def __str__(self) -> str:
        """Return it as one word."""
        return f"{self.of}={self.id}" if self.id else self.of.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Which report a listener gets, and how."""

    scope: Scope
    formats: tuple[str, ...]
    thread: str
    """The same for all revisions of this report: who reads mail finds them under each other."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """One file of a report, as it was written to be sent."""

    name: str
    size_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportFacts:
    """One scope of a closed period. Times are aware UTC; shares are in percent, rounded down, as `99.941`."""

    period: str
    """As it is written: `2026-10`."""
    first: date
    last: date
    """Included."""
    revision: int
    """From 1; each replaces the one before."""
    reason: str
    """Why it was revised; empty of the first."""
    closed_at: datetime
    closed_by: str
    sha256: str
    """Of the record that it was closed with, hexadecimal."""
    policy: str
    """`baku v1`."""
    scope: ReportOf
    scope_id: str
    """Of the agency or government; empty of the whole."""
    scope_name: str
    government: str
    """Name of the agency's government; empty of other scopes."""
    service_count: int
    met: int
    """Services that met their target."""
    missed: int
    """Those that did not; of the rest nothing was measured."""
    availability: str | None
    """None: nothing was measured."""
    before: str | None
    """Availability in the period before."""
    trend: str
    """better, worse, same, new, too_little: how it compares with the period before."""
    coverage: str | None
    outages: int
    down: timedelta
    longest: timedelta
    formats: tuple[str, ...] = ()
    """Those that the recipient's route asks for."""
    files: tuple[FileFacts, ...] = ()
    """Given when it is sent: what the message carries, or would but for its size."""
    too_large: bool = False
    """The files are too large for one message, and stay behind."""

    @property
    def attached(self) -> bool:
        """Whether the message carries the files."""
        return bool(self.files) and not self.too_large
