"""What failures can have in common, and which have one cause. Pure; docs/decisions/0011-incidents.md."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from monitor.core.incident import Member, Tie, Trait
from monitor.core.reason import Reason, Stage

ALLOWANCE = timedelta(minutes=1)
"""A cause need not strike all at the same second: caches, keep-alives and queues run dry one by one."""

_BEHIND_NAMES = (Tie.CNAME, Tie.NAME_SERVERS, Tie.DOMAIN)
_BEHIND_CONNECTION = (Tie.ADDRESS, Tie.CNAME)
_OF_CERTIFICATES = frozenset(
    {
        Reason.TLS_EXPIRED,
        Reason.TLS_NOT_YET_VALID,
        Reason.TLS_HOSTNAME,
        Reason.TLS_SELF_SIGNED,
        Reason.TLS_INCOMPLETE_CHAIN,
        Reason.TLS_UNTRUSTED,
        Reason.TLS_REVOKED,
        Reason.TLS_WEAK,
    }
)
"""Of two sites on one machine each has its own certificate, or both have the same one."""
_OF_SITES = frozenset(
    {
        Reason.BODY_MISMATCH,
        Reason.BODY_ENCODING,
        Reason.BODY_TOO_LARGE,
        Reason.HTTP_VERSION,
        Reason.HTTP_HEADER_MISMATCH,
        Reason.HTTP_FINAL_HOST,
        Reason.HTTP_REDIRECT_LOOP,
        Reason.HTTP_REDIRECT_LIMIT,
        Reason.HTTP_REDIRECT_REFUSED,
        Reason.HTTP_REDIRECT_MALFORMED,
        Reason.TLS_REQUIRED,
        Reason.TLS_CLIENT_CERTIFICATE,
        Reason.GUARD_REFUSED,
    }
)
"""What a site does wrong by itself: next to one that does not answer at all it is another trouble. A full
machine, though, answers some with 503 and others not at all."""
TIES: dict[Stage, tuple[Tie, ...]] = {
    Stage.RESOLVE: _BEHIND_NAMES,
    Stage.CONNECT: _BEHIND_CONNECTION,
    Stage.HANDSHAKE: (Tie.ADDRESS, Tie.CERTIFICATE, Tie.CNAME),
    Stage.REQUEST: _BEHIND_CONNECTION,
    Stage.RESPONSE: _BEHIND_CONNECTION,
    Stage.CONTENT: _BEHIND_CONNECTION,
}
"""What can be to blame for a failure at each stage. All services of a province share its domain: that joins
two of them where names do not resolve, and not where one server is full and another one is burnt."""
_NEAREST_FIRST = tuple(Tie)


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is known of where a check's target stands; None or empty where nothing is."""

    address: str | None = None
    aliases: tuple[str, ...] = ()
    certificate: str | None = None
    """SHA-256 of the server's own certificate, hexadecimal."""
    name_servers: tuple[str, ...] = ()
    domain: str | None = None
    """The registrable part of the host name."""


def traits(stage: Stage | None, known: Surroundings, reason: Reason | None = None) -> frozenset[Trait]:
    """Return what a failure at a stage, for a reason, can have in common with others."""
    values: dict[Tie, Iterable[str]] = {
        Tie.ADDRESS: [known.address] if known.address else [],
        Tie.CERTIFICATE: [known.certificate] if known.certificate else [],
        Tie.CNAME: known.aliases,
        Tie.NAME_SERVERS: [" ".join(sorted(known.name_servers))] if known.name_servers else [],
        Tie.DOMAIN: [known.domain] if known.domain else [],
    }
    ties = TIES[stage] if stage is not None else ()
    if reason in _OF_CERTIFICATES:
        ties = (Tie.CERTIFICATE,)
    manner = reason.value if reason is not None and reason in _OF_SITES else ""
    return frozenset(Trait(tie, value, manner) for tie in ties for value in values[tie])


def nearest(common: Iterable[Trait]) -> Trait | None:
    """Return the trait that says most: the most tangible tie, the first value in order; None of none."""
    found = min(common, key=lambda one: (_NEAREST_FIRST.index(one.tie), one.value), default=None)
    return None if found is None else Trait(found.tie, found.value)


@dataclass(slots=True)
class Group:
    """Members with one cause, in the order in which they began."""

    members: list[Member]
    common: frozenset[Trait]
    """What all of them share."""
    starts: list[tuple[datetime, timedelta]] = field(default_factory=list)
    """Beginning and slack of every spell, sorted."""
    most_slack: timedelta = timedelta(0)

    def add(self, member: Member) -> None:
        """Take in a member that fits."""
        self.members.append(member)
        self.common &= member.traits
        self.most_slack = max(self.most_slack, member.slack)
        for spell in member.spells:
            insort(self.starts, (spell.began_at, member.slack))

    def fits(self, member: Member) -> bool:
        """Whether a member shares something with all the others, and failed together with one of them."""
        return not self.common.isdisjoint(member.traits) and self._near(member)

    def _near(self, member: Member) -> bool:
        """Whether two spells can have begun at once: each began within its slack before it was seen."""
        for spell in member.spells:
            place = bisect_right(self.starts, spell.began_at, key=lambda one: one[0])
            if place and spell.began_at - self.starts[place - 1][0] <= member.slack + ALLOWANCE:
                return True
            for began_at, slack in self.starts[place:]:
                if began_at - spell.began_at > self.most_slack + ALLOWANCE:
                    break
                if began_at - spell.began_at <= slack + ALLOWANCE:
                    return True
        return False


def grouped(members: Sequence[Member]) -> list[Group]:
    """Put members together that have one cause.

    In the order in which they began, each joins the first group that it fits, or opens one. So the result
    does not depend on the order in which they are given, and one that began later never changes the group
    of one that began before it.
    """
    groups: list[Group] = []
    behind: dict[Trait, list[Group]] = defaultdict(list)
    for member in sorted(members, key=lambda one: (one.began_at, one.service_id)):
        group = next((one for one in _candidates(member, behind, groups) if one.fits(member)), None)
        if group is None:
            group = Group([], member.traits)
            groups.append(group)
            for trait in member.traits:
                behind[trait].append(group)
        group.add(member)
    return groups


def _candidates(member: Member, behind: dict[Trait, list[Group]], groups: list[Group]) -> Iterable[Group]:
    """Return the groups that were opened by a member with a trait of this one's, in their order."""
    found = {id(group): group for trait in member.traits for group in behind.get(trait, ())}
    if len(found) < 2:  # noqa: PLR2004 - nothing to put in order
        return found.values()
    return [group for group in groups if id(group) in found]
