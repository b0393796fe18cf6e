"""What people did about an incident, read from the audit log. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol


class Deed(StrEnum):
    """What can be done about an incident by hand: `action` of an entry whose subject is `Incident.name`."""

    ACKNOWLEDGE = "incident.ack"
    NOTE = "incident.note"
    CONTEST = "incident.contest"
    """Says that the record is wrong, from when to when, and why. It changes nothing of the record itself."""


class Entry(Protocol):
    """What is asked of an entry of the audit log."""

    @property
    def at(self) -> datetime:
        """When; aware UTC."""

    @property
    def who(self) -> str:
        """By whom."""

    @property
    def action(self) -> str:
        """What; a value of `Deed`, or something else."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Somebody has taken an incident on."""

    since: datetime
    """When the first of them said so; aware UTC."""
    by: tuple[str, ...]
    """In the order in which they said so, each once."""


def acknowledgement(entries: Iterable[Entry]) -> Acknowledgement | None:
    """Return who acknowledged an incident, from the entries about it in order; None: nobody did."""
    found = [one for one in entries if one.action == Deed.ACKNOWLEDGE]
    if not found:
        return None
    return Acknowledgement(since=found[0].at, by=tuple(dict.fromkeys(one.who for one in found)))
