"""Problems that are no outage: opened when seen, closed when one that could see them does not. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.core.reason import Sentence
from monitor.core.route import Severity


class FindingSeverity(StrEnum):
    """How much a finding matters, the least first."""

    INFO = "info"
    MINOR = "minor"
    MODERATE = "moderate"
    SEVERE = "severe"

    @property
    def rank(self) -> int:
        """Greater is worse."""
        return list(FindingSeverity).index(self)

    @property
    def as_alert(self) -> Severity:
        """How much a message about it matters."""
        return _AS_ALERT[self]


_AS_ALERT = {
    FindingSeverity.INFO: Severity.INFO,
    FindingSeverity.MINOR: Severity.INFO,
    FindingSeverity.MODERATE: Severity.WARNING,
    FindingSeverity.SEVERE: Severity.CRITICAL,
}
SEVERITY_WORDS: Mapping[FindingSeverity, Sentence] = {
    FindingSeverity.INFO: Sentence("info", "info"),
    FindingSeverity.MINOR: Sentence("ringan", "minor"),
    FindingSeverity.MODERATE: Sentence("sedang", "moderate"),
    FindingSeverity.SEVERE: Sentence("berat", "severe"),
}


class SubjectKind(StrEnum):
    """What a finding can be about."""

    DOMAIN = "domain"
    """A registrable domain, such as `baliprov.go.id`."""
    HOST = "host"
    """A host name or address; with `:port` where it is not the scheme's own."""
    SERVICE = "service"
    """A service of the register, by its id."""


@dataclass(frozen=True, slots=True, order=True)
class Subject:
    """What a finding is about."""

    kind: SubjectKind
    name: str

    def __str__(self) -> str:
        """Return it as it is named in keys."""
        return f"{self.kind.value}:{self.name}"


@dataclass(frozen=True, slots=True)
class Identity:
    """What makes two findings the same one."""

    rule: str
    subject: Subject
    key: str = ""
    """Tells apart what one rule finds more than once at one subject, such as a certificate's fingerprint."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A problem as an inspection sees it now."""

    identity: Identity
    severity: FindingSeverity
    places: frozenset[str]
    """Where it was seen: hosts, domains or service ids. It is over when all were looked at in vain."""
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """What the rule's texts name, as JSON can hold it; times end in `_at` and are ISO 8601 in UTC."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One thing that a registry or name server now says otherwise; history, and no problem by itself."""

    domain: str
    at: datetime
    """When it was noticed; aware UTC."""
    what: str
    """Such as `expires_at`, `registrar`, `statuses`, `name_servers`."""
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspected:
    """What one inspection of one target brought to light."""

    inspection: str
    """A name of the INSPECTIONS table."""
    target: str
    at: datetime
    """Aware UTC."""
    facts: Mapping[str, Any] | None = None
    """What was seen, as JSON can hold it; None: nothing, and what was known before stays."""
    failure: str | None = None
    """Why all or some of it could not be looked at: one English sentence."""
    seen: tuple[Seen, ...] = ()
    covered: Mapping[str, frozenset[str]] = field(default_factory=dict)
    """Rule → the places at which its problem would have been seen. What failed covers nothing."""
    changes: tuple[Change, ...] = ()
    in_passing: bool = False
    """It judges what probes saw meanwhile: the next look of its own stays due when it was."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Acceptance:
    """Somebody answers for leaving a finding as it is, for a time."""

    until: datetime
    """Aware UTC."""
    by: str
    reason: str

    @property
    def last_moment(self) -> datetime:
        """The last moment of it: what ends at midnight lasted until the day before."""
        return self.until - timedelta.resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A problem on record. Times are aware UTC."""

    number: int
    identity: Identity
    domain: str
    """The registrable domain that it belongs to; where there is none, the name of its subject."""
    severity: FindingSeverity
    places: frozenset[str]
    evidence: Mapping[str, Any]
    first_seen_at: datetime
    last_seen_at: datetime
    closed_at: datetime | None = None
    withdrawn: bool = False
    """It was closed since its places left the register: nobody mended it."""
    acceptance: Acceptance | None = None

    @property
    def name(self) -> str:
        """What people call it: `FND-000123`."""
        return finding_name(self.number)

    def accepted(self, now: datetime) -> bool:
        """Whether somebody answers for it now."""
        return self.acceptance is not None and now < self.acceptance.until


@dataclass(frozen=True, slots=True)
class Difference:
    """What an inspection changes of what is on record."""

    opened: tuple[Seen, ...]
    kept: tuple[Finding, ...]
    """Seen again, or not to be judged at all their places: as they are from now on."""
    closed: tuple[Finding, ...]


def diff(open_findings: Iterable[Finding], inspected: Inspected) -> Difference:
    """Hold what an inspection saw against the findings that are open.

    A finding that is not seen loses the places that were looked at, and is closed with the last of them. One
    that is seen keeps the places that could not be looked at. So a look that failed closes nothing.

    Args:
        open_findings: of any rule; those that the inspection neither saw nor covers stay as they are.
        inspected: each identity seen at most once.
    """
    seen = {one.identity: one for one in inspected.seen}
    kept, closed, known = [], [], set()
    for finding in open_findings:
        known.add(finding.identity)
        again = seen.get(finding.identity)
        looked = inspected.covered.get(finding.identity.rule, frozenset())
        unseen = finding.places - looked
        if again is not None:
            kept.append(
                replace(
                    finding,
                    severity=again.severity,
                    places=again.places | unseen,
                    evidence=again.evidence,
                    last_seen_at=max(inspected.at, finding.last_seen_at),
                )
            )
        elif unseen:
            if unseen != finding.places:
                kept.append(replace(finding, places=unseen))
        else:
            closed.append(replace(finding, closed_at=inspected.at))
    opened = tuple(one for identity, one in seen.items() if identity not in known)
    return Difference(opened, tuple(kept), tuple(closed))


def prune(open_findings: Iterable[Finding], known: Callable[[str, str], bool], at: datetime) -> Difference:
    """Take out of the findings the places that nobody looks at any more, since they left the register.

    Args:
        open_findings: of any rule.
        known: whether a rule is still looked at at a place.
        at: aware UTC.
    Returns: nothing opened; kept are those that lost places but not all, closed those that lost all.
    """
    kept, closed = [], []
    for finding in open_findings:
        left = frozenset(place for place in finding.places if known(finding.identity.rule, place))
        if not left:
            closed.append(replace(finding, closed_at=at, withdrawn=True))
        elif left != finding.places:
            kept.append(replace(finding, places=left))
    return Difference((), tuple(kept), tuple(closed))


_VIA = " → "
_LONGEST_NUMBER = 18
"""Digits that a database's integers hold."""


def via(origin: str, place: str) -> str:
    """Return how a place is named to which people only come by way of another, that of the register."""
    return f"{origin}{_VIA}{place}"


def origin_of(place: str) -> str:
    """Return the place of the register by way of which one comes to a place; itself, where it is one."""
    return place.partition(_VIA)[0]


def finding_name(number: int) -> str:
    """Return what people call a finding of that number: `FND-000123`."""
    return f"FND-{number:06}"


def finding_number(name: str) -> int | None:
    """Return the number in a finding's name, however many zeros it is written with; None: it is no name."""
    prefix, _, digits = name.strip().upper().partition("-")
    written = prefix == "FND" and digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER
    return int(digits) if written else None
