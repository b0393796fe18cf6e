"""Incidents: outages of services, put together where they have one cause. Values only; see `fold`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from monitor.core.reason import Reason, Sentence, Stage

HISTORY_KEPT = 50
"""A site that fails in a new way at every probe fills no more than this."""
SEQUENCE_RANGE = 1_000_000
_NAME = re.compile(r"(?:INC-)?(\d{4})-(\d{1,6})", re.IGNORECASE)


class Tie(StrEnum):
    """What services can have in common that can fail for all of them at once."""

    ADDRESS = "address"
    CERTIFICATE = "certificate"
    CNAME = "cname"
    NAME_SERVERS = "name_servers"
    DOMAIN = "domain"


TIE_WORDS: Mapping[Tie, Sentence] = {
    Tie.ADDRESS: Sentence("alamat", "address"),
    Tie.CERTIFICATE: Sentence("sertifikat", "certificate"),
    Tie.CNAME: Sentence("alias (CNAME)", "alias (CNAME)"),
    Tie.NAME_SERVERS: Sentence("server nama", "name servers"),
    Tie.DOMAIN: Sentence("domain", "domain"),
}


@dataclass(frozen=True, slots=True, order=True)
class Trait:
    """One such thing: an address, a certificate's SHA-256, a CNAME target, name servers, a domain."""

    tie: Tie
    value: str
    manner: str = ""
    """Of faults that are a site's own (a page without its content): only the same fault can have the same
    cause. Empty for what can be the fault of a machine, a line, a certificate or a name as such."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spell:
    """One stretch of time in which one check was DOWN. Times are aware UTC."""

    check_id: str
    began_at: datetime
    """First failed probe."""
    confirmed_at: datetime
    ended_at: datetime | None = None
    """First good probe after it, or when the check left the register; None: still out."""
    stage: Stage | None = None
    reason: Reason | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """One line of the history of reasons: from then on the check failed like this."""

    at: datetime
    check_id: str
    stage: Stage | None
    reason: Reason | None
    message: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One service in an incident."""

    service_id: str
    spells: tuple[Spell, ...]
    """In the order in which they began; at least one."""
    traits: frozenset[Trait] = frozenset()
    slack: timedelta = timedelta(0)
    """How long before its first failed probe an outage may really have begun: the interval of its checks."""
    history: tuple[Turn, ...] = ()
    """The first HISTORY_KEPT changes of reason."""
    moved_to: int | None = None
    """The incident that it turned out to belong to."""
    withdrawn: bool = False
    """It left the register while it was out."""

    @property
    def began_at(self) -> datetime:
        """First failed probe of the first spell."""
        return self.spells[0].began_at

    @property
    def open(self) -> bool:
        """Whether the service is still out."""
        return any(spell.ended_at is None for spell in self.spells)

    @property
    def out_since(self) -> datetime | None:
        """Since when it is out without a pause, whichever of its checks fail; None: it is back."""
        first, *later = self.spells
        since, until = first.began_at, first.ended_at
        for spell in later:
            if until is not None and spell.began_at > until:
                since, until = spell.began_at, spell.ended_at
            elif until is not None:
                until = None if spell.ended_at is None else max(until, spell.ended_at)
        return since if until is None else None

    @property
    def ended_at(self) -> datetime | None:
        """When it was last back; None while it is out."""
        return None if self.open else max(spell.ended_at for spell in self.spells if spell.ended_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """One outage, from its first failed probe to its first good one, of one service or of many."""

    number: int
    """Year times SEQUENCE_RANGE, plus the sequence; see `name`."""
    vantage: str
    members: tuple[Member, ...]
    """In the order in which they began; those that moved elsewhere included."""
    cause: Trait | None = None
    """What all its services have in common; None for one service alone."""
    flapping: bool = False
    """It went on after it had ended: it stays open until all has been well for a while."""
    closed_at: datetime | None = None
    merged_into: int | None = None
    split_from: int | None = None

    @property
    def name(self) -> str:
        """What people call it: `INC-2026-000123`."""
        return incident_name(self.number)

    @property
    def present(self) -> tuple[Member, ...]:
        """The members that did not move to another incident."""
        return tuple(one for one in self.members if one.moved_to is None)

    @property
    def out(self) -> tuple[Member, ...]:
        """The members that are out now."""
        return tuple(one for one in self.present if one.open)

    @property
    def began_at(self) -> datetime:
        """First failed probe."""
        return min(one.began_at for one in self.present or self.members)

    @property
    def confirmed_at(self) -> datetime:
        """When the first of its outages was certain."""
        return min(spell.confirmed_at for one in self.present or self.members for spell in one.spells)

    @property
    def ended_at(self) -> datetime | None:
        """First good probe after the last failure; None while a service is out."""
        if not self.present:
            return self.closed_at
        ends = [one.ended_at for one in self.present]
        return None if None in ends else max(end for end in ends if end is not None)


def incident_name(number: int) -> str:
    """Return `INC-2026-000123` for 2026000123."""
    year, sequence = divmod(number, SEQUENCE_RANGE)
    return f"INC-{year}-{sequence:06d}"


def incident_number(name: str) -> int | None:
    """Read `INC-2026-000123`, or less exactly `inc-2026-123` or `2026-123`; None: it is no such name."""
    match = _NAME.fullmatch(name.strip())
    return int(match[1]) * SEQUENCE_RANGE + int(match[2]) if match else None
