"""What is said when: one conversation at a time, between a listener and a subject. Pure.

A conversation looks at how things stand and at what it said before, not at single events. So nothing depends
on when somebody looked: after a crash, a night or a blind hour it says what is still worth saying, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.facts import Occasion
from monitor.core.incident import Incident, Member
from monitor.core.route import Reminders, Route

LOOK_AGAIN = timedelta(seconds=10)
"""While the monitor is blind or maintenance is under way nothing is said, and nothing reports their end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What a listener was told of a subject so far. Times are aware UTC."""

    listener: str
    subject: str
    place: int = 0
    """How many messages there were."""
    told: frozenset[str] = frozenset()
    """Ids of the services that the listener was told are out."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    reminders: int = 0
    reminded_at: datetime | None = None
    escalated: bool = False
    flapping: bool = False
    """It was told that the services come and go."""
    ended: bool = False
    due_at: datetime | None = None
    """When to look again though nothing happened; None: not before something does."""

    def state(self) -> dict[str, Any]:
        """Return what has to be remembered, as JSON can hold it."""
        return {
            "place": self.place,
            "told": sorted(self.told),
            "first_at": _text(self.first_at),
            "last_at": _text(self.last_at),
            "reminders": self.reminders,
            "reminded_at": _text(self.reminded_at),
            "escalated": self.escalated,
            "flapping": self.flapping,
            "ended": self.ended,
        }

    @classmethod
    def remembered(
        cls, listener: str, subject: str, state: Mapping[str, Any], due_at: datetime | None
    ) -> Talk:
        """Return the conversation that `state` was written of."""
        return cls(
            listener=listener,
            subject=subject,
            place=state["place"],
            told=frozenset(state["told"]),
            first_at=_time(state["first_at"]),
            last_at=_time(state["last_at"]),
            reminders=state["reminders"],
            reminded_at=_time(state["reminded_at"]),
            escalated=state["escalated"],
            flapping=state["flapping"],
            ended=state["ended"],
            due_at=due_at,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Say:
    """One message to be written."""

    occasion: Occasion
    place: int
    services: frozenset[str]
    """Ids of the services that it speaks of."""
    reminder: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class OutageMatter:
    """How an incident stands, as far as it concerns a listener."""

    incident: Incident
    members: tuple[Member, ...]
    """Those that the listener is to hear of; without those under maintenance."""
    maintained: bool = False
    """Some were left out because they are under maintenance."""
    acknowledged: bool = False
    blind: bool = False
    """The monitor cannot see now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusMatter:
    """How something stands that begins and ends, such as a service that blocks us."""

    begins: Occasion
    ends: Occasion | None
    """None: it is over once it was said."""
    since: datetime
    until: datetime | None = None
    after: timedelta = timedelta(0)
    """How long it must last until it is worth a word."""
    services: frozenset[str] = frozenset()
    blind: bool = False


def discuss_outage(talk: Talk, matter: OutageMatter, route: Route, now: datetime) -> tuple[Talk, list[Say]]:
    """Go on with a conversation about an incident.

    Returns: the conversation as it is then, and what is to be said now, in that order.
    """
    if matter.blind:
        return replace(talk, due_at=now + LOOK_AGAIN), []
    out = frozenset(one.service_id for one in matter.members if one.open)
    if talk.place == 0:
        return _open(talk, matter, route, out, now)
    incident = matter.incident
    if talk.ended and not (out and incident.closed_at is None):
        return replace(talk, due_at=None), []
    if not matter.members and not matter.maintained:
        return replace(talk, ended=True, due_at=None), []  # they moved to another incident, or left
    says: list[Say] = []
    if incident.flapping and not talk.flapping:
        talk = _say(talk, says, Occasion.FLAPPING, matter.members, now, told=talk.told | out)
        talk = replace(talk, flapping=True, ended=False)
    if out - talk.told and _held_until(talk, route) <= now:
        talk = _say(talk, says, Occasion.GREW, matter.members, now, told=talk.told | out)
    if not out and not matter.maintained and (incident.closed_at is not None or not incident.flapping):
        talk = _say(talk, says, Occasion.RECOVERY, matter.members, now, told=frozenset())
        return replace(talk, ended=True, due_at=None), says
    if out and not matter.acknowledged:
        talk = _press(talk, says, matter, route, now)
    return replace(talk, due_at=_next_look(talk, matter, route, out, now)), says


def discuss_status(talk: Talk, matter: StatusMatter, now: datetime) -> tuple[Talk, list[Say]]:
    """Go on with a conversation about something that begins, and perhaps ends."""
    if talk.ended:
        return replace(talk, due_at=None), []
    if matter.blind:
        return replace(talk, due_at=now + LOOK_AGAIN), []
    says: list[Say] = []
    if talk.place == 0 and matter.until is None:
        if now < matter.since + matter.after:
            return replace(talk, due_at=matter.since + matter.after), []
        talk = _record(talk, says, matter.begins, matter.services, now)
    if matter.until is not None and matter.ends is not None and talk.place > 0:
        talk = _record(talk, says, matter.ends, matter.services, now)
    over = matter.until is not None or matter.ends is None
    return replace(talk, ended=over, due_at=None), says


def reminder_pause(reminders: Reminders, given: int) -> timedelta:
    """Return how long after the message before it the next reminder comes, `given` of them having been."""
    # A float of seconds, and bounded first: the power of a long outage would overflow a timedelta.
    seconds = reminders.first.total_seconds() * min(reminders.factor**given, 1e6)
    return min(timedelta(seconds=min(seconds, reminders.longest.total_seconds())), reminders.longest)


def _open(
    talk: Talk, matter: OutageMatter, route: Route, out: frozenset[str], now: datetime
) -> tuple[Talk, list[Say]]:
    incident = matter.incident
    if not matter.members:
        waits = matter.maintained and incident.closed_at is None
        return replace(talk, due_at=now + LOOK_AGAIN if waits else None), []
    confirmed_at = min(spell.confirmed_at for one in matter.members for spell in one.spells)
    if now < confirmed_at + route.hold:
        return replace(talk, due_at=confirmed_at + route.hold), []
    says: list[Say] = []
    if not out:
        if incident.flapping and incident.closed_at is None:
            return replace(talk, due_at=None), []
        talk = _say(talk, says, Occasion.RECOVERY, matter.members, now, told=frozenset())
        return replace(talk, ended=True, due_at=None), says
    talk = _say(talk, says, Occasion.OUTAGE, matter.members, now, told=out)
    talk = replace(talk, flapping=incident.flapping)
    return replace(talk, due_at=_next_look(talk, matter, route, out, now)), says


def _press(talk: Talk, says: list[Say], matter: OutageMatter, route: Route, now: datetime) -> Talk:
    """Remind, and escalate, of what nobody acknowledged."""
    escalate_at = _escalate_at(talk, route)
    if escalate_at is not None and escalate_at <= now:
        talk = _say(talk, says, Occasion.ESCALATION, matter.members, now, told=talk.told)
        talk = replace(talk, escalated=True)
    remind_at = _remind_at(talk, route)
    if remind_at is not None and remind_at <= now:
        number = talk.reminders + 1
        talk = _say(talk, says, Occasion.REMINDER, matter.members, now, told=talk.told, reminder=number)
        talk = replace(talk, reminders=number, reminded_at=now)
    return talk


def _next_look(
    talk: Talk, matter: OutageMatter, route: Route, out: frozenset[str], now: datetime
) -> datetime | None:
    looks = []
    if matter.maintained:
        looks.append(now + LOOK_AGAIN)
    if out - talk.told:
        looks.append(_held_until(talk, route))
    if out and not matter.acknowledged:
        looks += [at for at in (_remind_at(talk, route), _escalate_at(talk, route)) if at is not None]
    return min(looks, default=None)


def _held_until(talk: Talk, route: Route) -> datetime:
    assert talk.last_at is not None  # noqa: S101 - something was said
    return talk.last_at + route.hold


def _remind_at(talk: Talk, route: Route) -> datetime | None:
    since = talk.reminded_at or talk.first_at
    if route.reminders is None or since is None:
        return None
    return since + reminder_pause(route.reminders, talk.reminders)


def _escalate_at(talk: Talk, route: Route) -> datetime | None:
    if route.escalation is None or talk.escalated or talk.first_at is None:
        return None
    return talk.first_at + route.escalation.after


def _say(
    talk: Talk,
    says: list[Say],
    occasion: Occasion,
    members: Iterable[Member],
    now: datetime,
    *,
    told: frozenset[str],
    reminder: int = 0,
) -> Talk:
    services = frozenset(one.service_id for one in members)
    return replace(_record(talk, says, occasion, services, now, reminder), told=told)


def _record(
    talk: Talk,
    says: list[Say],
    occasion: Occasion,
    services: frozenset[str],
    now: datetime,
    reminder: int = 0,
) -> Talk:
    says.append(Say(occasion=occasion, place=talk.place, services=services, reminder=reminder))
    return replace(talk, place=talk.place + 1, first_at=talk.first_at or now, last_at=now)


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _time(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
