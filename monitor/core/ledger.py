"""The incidents that are open, and how what happens changes them. Pure; docs/decisions/0011-incidents.md."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from monitor.core.cause import Group, grouped, nearest
from monitor.core.incident import HISTORY_KEPT, SEQUENCE_RANGE, Incident, Member, Spell, Trait, Turn
from monitor.core.reason import Reason, Stage

STABLE_AFTER = timedelta(minutes=15)
"""A service that fails again so soon after it came back has not been back: the incident goes on, flapping.
Three times the default interval: as many good results in a row as a confirmed failure takes bad ones."""
LATEST_NEWS = timedelta(hours=1)
"""How long after a failure began it may still be confirmed: so long closed incidents are remembered beyond
the time in which they go on, so that it does not matter when somebody last looked."""
TRAITS_KEPT = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A check is DOWN."""

    service_id: str
    check_id: str
    began_at: datetime
    stage: Stage | None = None
    reason: Reason | None = None
    message: str | None = None
    traits: frozenset[Trait] = frozenset()
    slack: timedelta = timedelta(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class StillFailing:
    """A check that is DOWN failed once more."""

    service_id: str
    check_id: str
    at: datetime
    stage: Stage | None = None
    reason: Reason | None = None
    message: str | None = None
    traits: frozenset[Trait] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A check is no longer DOWN: since `at` it works, or blocks us, or is no longer in the register."""

    service_id: str
    check_id: str
    at: datetime
    withdrawn: bool = False


Event = Failed | StillFailing | Ended


@dataclass(frozen=True, slots=True, kw_only=True)
class Ledger:
    """Incidents of one vantage that are open, or closed so lately that they may go on."""

    vantage: str
    zone: tzinfo
    """The register's: an incident is numbered within its year there."""
    last_number: int = 0
    """The highest number ever given out."""
    incidents: Mapping[int, Incident] = field(default_factory=dict)

    @property
    def open(self) -> list[Incident]:
        """The incidents that are not closed, in the order of their numbers."""
        return [one for _, one in sorted(self.incidents.items()) if one.closed_at is None]

    def of(self, service_id: str) -> Incident | None:
        """Return the open incident that a service is in and out by, if any."""
        return next(
            (one for one in self.open if any(member.service_id == service_id for member in one.out)), None
        )


def fold(ledger: Ledger, event: Event, now: datetime) -> tuple[Ledger, list[Incident]]:
    """Fold one event into the open incidents.

    Args:
        ledger: before the event.
        event: times aware UTC.
        now: when it was decided; aware UTC.
    Returns: the new ledger, and every incident that is new or changed, in the order of their numbers.
    """
    settled, closed = settle(ledger, now)  # first: it must not matter when somebody last did
    match event:
        case Failed():
            folded, changed = _fail(settled, event, now)
        case StillFailing():
            folded, changed = _fail_on(settled, event, now)
        case Ended():
            folded, changed = _end(settled, event, now)
    latest = {one.number: one for one in (*closed, *changed)}
    return folded, [one for _, one in sorted(latest.items())]


def settle(ledger: Ledger, now: datetime) -> tuple[Ledger, list[Incident]]:
    """Close what has been well for long enough; to be called now and then."""
    return _finish(ledger, ledger.incidents, now)


def _fail(ledger: Ledger, event: Failed, now: datetime) -> tuple[Ledger, list[Incident]]:
    spell = Spell(
        check_id=event.check_id,
        began_at=event.began_at,
        confirmed_at=max(now, event.began_at),
        stage=event.stage,
        reason=event.reason,
    )
    turn = Turn(
        at=event.began_at,
        check_id=event.check_id,
        stage=event.stage,
        reason=event.reason,
        message=event.message,
    )
    incidents = dict(ledger.incidents)
    incident = _latest_of(ledger, event.service_id, event.began_at)
    if incident is None:
        fresh = Member(
            service_id=event.service_id,
            spells=(spell,),
            traits=_bounded(event.traits),
            slack=event.slack,
            history=(turn,),
        )
        return _regroup(ledger, incidents, [fresh], now)
    member = _member(incident, event.service_id)
    if any(one.check_id == event.check_id and one.ended_at is None for one in member.spells):
        return _fail_on(ledger, _once_more(event), now)
    again = not member.open
    # A clock that was set back can begin a spell at the very moment of the one before: it goes on.
    others = [
        one for one in member.spells if (one.check_id, one.began_at) != (spell.check_id, spell.began_at)
    ]
    member = replace(
        member,
        spells=tuple(sorted((*others, spell), key=lambda one: (one.began_at, one.check_id))),
        traits=_bounded(event.traits if again else member.traits | event.traits),
        slack=max(member.slack, event.slack),
        history=_remember(member.history, turn),
        withdrawn=False,
    )
    incidents[incident.number] = replace(incident, members=_with(incident.members, member), closed_at=None)
    return _regroup(ledger, incidents, [], now, back_again=event.service_id if again else None)


def _once_more(event: Failed) -> StillFailing:
    """Return what the failure is of a check that was out all along, and between was merely unknown."""
    return StillFailing(
        service_id=event.service_id,
        check_id=event.check_id,
        at=event.began_at,
        stage=event.stage,
        reason=event.reason,
        message=event.message,
        traits=event.traits,
    )


def _fail_on(ledger: Ledger, event: StillFailing, now: datetime) -> tuple[Ledger, list[Incident]]:
    incident = ledger.of(event.service_id)
    if incident is None:
        return ledger, []
    member = _member(incident, event.service_id)
    last = next((one for one in reversed(member.history) if one.check_id == event.check_id), None)
    history, known = member.history, member.traits
    if last is None or (last.stage, last.reason) != (event.stage, event.reason):
        turn = Turn(
            at=event.at,
            check_id=event.check_id,
            stage=event.stage,
            reason=event.reason,
            message=event.message,
        )
        history = _remember(history, turn)
    if not event.traits <= known:
        known = _bounded(known | event.traits)
    if (history, known) == (member.history, member.traits):
        return ledger, []
    incidents = dict(ledger.incidents)
    changed = replace(member, history=history, traits=known)
    incidents[incident.number] = replace(incident, members=_with(incident.members, changed))
    return _regroup(ledger, incidents, [], now)


def _end(ledger: Ledger, event: Ended, now: datetime) -> tuple[Ledger, list[Incident]]:
    incident = ledger.of(event.service_id)
    if incident is None:
        return ledger, []
    member = _member(incident, event.service_id)
    spells = tuple(
        replace(one, ended_at=max(event.at, one.began_at))
        if one.check_id == event.check_id and one.ended_at is None
        else one
        for one in member.spells
    )
    if spells == member.spells:
        return ledger, []
    member = replace(member, spells=spells)
    member = replace(member, withdrawn=event.withdrawn and not member.open)
    incidents = dict(ledger.incidents)
    incidents[incident.number] = replace(incident, members=_with(incident.members, member))
    return _finish(ledger, incidents, now)


def _regroup(
    ledger: Ledger,
    incidents: dict[int, Incident],
    fresh: Iterable[Member],
    now: datetime,
    back_again: str | None = None,
) -> tuple[Ledger, list[Incident]]:
    """Put the members of all open incidents together anew, and give every group its number.

    A group keeps the number of its earliest member that is out and has one, unless a group before it took
    that; its members from elsewhere that are out move in. What has ended stays where it was. An incident
    that all have left is merged into where its first one went.

    Args:
        ledger: before the event.
        incidents: with what the event changed in them.
        fresh: members that are in no incident yet.
        now: aware UTC.
        back_again: a service that failed again soon after it was back: its incident is flapping.
    """
    home: dict[int, int] = {}
    loose = list(fresh)
    for incident in incidents.values():
        if incident.closed_at is None:
            for member in incident.present:
                home[id(member)] = incident.number
                loose.append(member)
    taken: set[int] = set()
    last_number = ledger.last_number
    for group in grouped(loose):
        out = [one for one in group.members if one.open]
        homes = [home[id(one)] for one in out if id(one) in home]
        number = next((one for one in homes if one not in taken), None)
        if out and number is None:
            last_number = number = _next(last_number, now.astimezone(ledger.zone).year)
            incidents[number] = Incident(
                number=number, vantage=ledger.vantage, members=(), split_from=homes[0] if homes else None
            )
        if number is not None:
            taken.add(number)
            _gather(incidents, group, number, home, back_again)
    for number, incident in incidents.items():
        if incident.closed_at is None:
            incidents[number] = replace(incident, cause=_cause(incident))
    return _finish(replace(ledger, last_number=last_number), incidents, now, before=ledger.incidents)


def _gather(
    incidents: dict[int, Incident], group: Group, number: int, home: Mapping[int, int], back_again: str | None
) -> None:
    """Bring those of a group that are out into one incident."""
    for member in group.members:
        if member.open:
            _move(incidents, member, home.get(id(member)), number)
    if any(one.open and one.service_id == back_again for one in group.members):
        incidents[number] = replace(incidents[number], flapping=True)


def _cause(incident: Incident) -> Trait | None:
    """Return what all present members have in common: what was told before, as long as that holds."""
    present, told = incident.present, incident.cause
    if len(present) < 2:  # noqa: PLR2004 - one alone has nothing in common with anybody
        return None
    common = frozenset[Trait].intersection(*(one.traits for one in present))
    holds = told is not None and any((one.tie, one.value) == (told.tie, told.value) for one in common)
    return told if holds else nearest(common)


def _move(incidents: dict[int, Incident], member: Member, home: int | None, number: int) -> None:
    if home == number:
        return
    if home is not None:
        left = incidents[home]
        incidents[home] = replace(left, members=_with(left.members, replace(member, moved_to=number)))
        if left.flapping and not incidents[home].present:
            incidents[number] = replace(incidents[number], flapping=True)
    joined = incidents[number]
    former = next((one for one in joined.members if one.service_id == member.service_id), None)
    if former is not None:
        member = _joined(former, member)
    incidents[number] = replace(joined, members=_with(joined.members, member))


def _finish(
    ledger: Ledger,
    incidents: Mapping[int, Incident],
    now: datetime,
    before: Mapping[int, Incident] | None = None,
) -> tuple[Ledger, list[Incident]]:
    """Close what is over, forget what is long over, and find what changed."""
    before = ledger.incidents if before is None else before
    finished = {number: _closed(one, before.get(number), now) for number, one in incidents.items()}
    changed = [one for number, one in sorted(finished.items()) if one != before.get(number)]
    kept = {number: one for number, one in finished.items() if _may_go_on(one, now)}
    if not changed and len(kept) == len(before):
        return ledger, []
    return replace(ledger, incidents=kept), changed


def _closed(incident: Incident, before: Incident | None, now: datetime) -> Incident:
    if incident.closed_at is not None or incident.out:
        return incident
    was_closed_at = before.closed_at if before is not None else None
    if not incident.present:
        first = incident.members[0].moved_to
        return replace(incident, closed_at=was_closed_at or now, merged_into=first)
    if before is not None and was_closed_at is not None and incident.flapping == before.flapping:
        return replace(incident, closed_at=was_closed_at)  # opened for a service that belongs elsewhere
    ended_at = incident.ended_at
    withdrawn = all(one.withdrawn for one in incident.present)
    if not incident.flapping or withdrawn or ended_at is None:
        return replace(incident, closed_at=now if ended_at is None else max(now, ended_at))
    if now - ended_at < STABLE_AFTER:
        return incident
    return replace(incident, closed_at=ended_at + STABLE_AFTER)


def _may_go_on(incident: Incident, now: datetime) -> bool:
    if incident.closed_at is None:
        return True
    ended_at = incident.ended_at
    return bool(incident.present) and ended_at is not None and now - ended_at <= STABLE_AFTER + LATEST_NEWS


def _latest_of(ledger: Ledger, service_id: str, began_at: datetime) -> Incident | None:
    """Return the incident that a service's new failure belongs to by the service alone: out, or just back."""
    for incident in sorted(ledger.incidents.values(), key=lambda one: one.number, reverse=True):
        for member in incident.present:
            ended_at = member.ended_at
            if member.service_id == service_id and (ended_at is None or began_at - ended_at <= STABLE_AFTER):
                return incident
    return None


def _member(incident: Incident, service_id: str) -> Member:
    return next(one for one in incident.present if one.service_id == service_id)


def _with(members: tuple[Member, ...], member: Member) -> tuple[Member, ...]:
    """Return the members with one in place of its former self, in the order in which they began."""
    others = [one for one in members if one.service_id != member.service_id]
    return tuple(sorted((*others, member), key=lambda one: (one.began_at, one.service_id)))


def _joined(former: Member, member: Member) -> Member:
    """Return what becomes of a service that comes to an incident in which it was before."""
    spells = {(one.began_at, one.check_id): one for one in (*former.spells, *member.spells)}
    turns = {(one.at, one.check_id): one for one in (*former.history, *member.history)}
    return replace(
        member,
        spells=tuple(spells[key] for key in sorted(spells)),
        history=tuple(turns[key] for key in sorted(turns))[:HISTORY_KEPT],
    )


def _remember(history: tuple[Turn, ...], turn: Turn) -> tuple[Turn, ...]:
    return (*history, turn) if len(history) < HISTORY_KEPT else history


def _bounded(traits: frozenset[Trait]) -> frozenset[Trait]:
    return traits if len(traits) <= TRAITS_KEPT else frozenset(sorted(traits)[:TRAITS_KEPT])


def _next(last_number: int, year: int) -> int:
    return max(last_number, year * SEQUENCE_RANGE) + 1
