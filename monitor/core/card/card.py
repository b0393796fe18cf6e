"""What is known of a domain. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from monitor.core.delegation.facts import Delegation, Lameness
from monitor.core.finding import Change, Finding, FindingSeverity
from monitor.core.hostname import HostName
from monitor.core.https.look import HostLook
from monitor.core.registration.facts import Phase, Registration


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """How old what is known is. Times are aware UTC."""

    tried_at: datetime
    seen_at: datetime | None
    """When it was last seen; None: never yet."""
    failure: str | None
    """Why the latest try did not see all: one English sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CardService:
    """A service of the register that hangs on the domain."""

    id: str
    name: str
    agency: str
    government: str
    holder: str | None
    """Who the register says holds the domain."""
    urls: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HostCard:
    """A host below the domain, and what it shows."""

    name: str
    look: HostLook | None
    known: Known | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainCard:
    """All that is known of one domain. None where nothing was looked at yet."""

    domain: str
    name: HostName
    """What the name says of who stands behind it."""
    services: tuple[CardService, ...] = ()
    registration: Registration | None = None
    registration_known: Known | None = None
    phase: Phase = Phase.UNKNOWN
    delegation: Delegation | None = None
    delegation_known: Known | None = None
    hosts: tuple[HostCard, ...] = ()
    findings: tuple[Finding, ...] = ()
    """Open ones, the worst first."""
    history: tuple[Change, ...] = ()
    """The latest first."""

    @property
    def holders(self) -> tuple[str, ...]:
        """Who the register says holds the domain; more than one where services disagree."""
        return tuple(dict.fromkeys(one.holder for one in self.services if one.holder))


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainLine:
    """A domain in a list of all of them."""

    domain: str
    phase: Phase
    expires_at: datetime | None
    lameness: Lameness
    services: int
    """How many hang on it."""
    findings: int
    """Open ones that nobody answers for."""
    worst: FindingSeverity | None
    """Of those; None: there are none."""
    failed: bool
    """Whether the registry did not answer when it was last asked."""
