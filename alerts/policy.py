"""What is said when: one conversation at a time, between a listener and a subject. Pure.

A conversation looks at how things stand and at what it said before, not at single events. So nothing depends
on when somebody looked: after a crash, a night or a blind hour it says what is still worth saying, once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from alerts.facts import Occasion
from alerts.report_facts import Parcel
from monitor.core.finding import FindingSeverity
from monitor.core.incident import Incident, Member
from monitor.core.route import Reminders, Route

LONGEST_HOLD = timedelta(minutes=15)
_SOON = timedelta(seconds=1)
LOOK_AGAIN = timedelta(seconds=10)
"""While the monitor is blind or maintenance is under way nothing is said, and nothing reports their end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToldFinding:
    """What a listener was last told of a finding."""

    severity: FindingSeverity
    """The worst that was told."""
    at: datetime
    """When it was news last; aware UTC."""
    step: int | None = None
    """The least of the rule's steps that was reached by then; below zero: the day after the expiry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Talk:
    """What a listener was told of a subject so far. Times are aware UTC."""

    listener: str
    subject: str
    place: int = 0
    """How many messages there were."""
    told: frozenset[str] = frozenset()
    """Ids of the services that the listener was told are out."""
    findings: Mapping[int, ToldFinding] = field(default_factory=dict)
    """By their numbers, those that the listener was told of and not yet that they are over."""
    first_at: datetime | None = None
    last_at: datetime | None = None
    reminders: int = 0
    """Since it began, or began anew."""
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
            "findings": {
                str(number): [one.severity.value, one.at.isoformat(), one.step]
                for number, one in sorted(self.findings.items())
            },
            "first_at": _text(self.first_at),
            "last_at": _text(self.last_at),
            "reminders": self.reminders,
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
            findings=told_findings(state),
            first_at=_time(state["first_at"]),
            last_at=_time(state["last_at"]),
            reminders=state["reminders"],
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
    findings: frozenset[int] = frozenset()
    """Numbers of those that it speaks of."""
    news: frozenset[int] = frozenset()
    """Those of them for which it is said."""
    parcel: Parcel | None = None
    """Of a report: which."""


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
    maintained: bool = False
    """The service is under maintenance."""
    silent_end: bool = False
    """It ended by turning into something else, of which others tell."""


def told_findings(state: Mapping[str, Any]) -> dict[int, ToldFinding]:
    """Return what a conversation's state says of findings; older ones say nothing."""
    return {
        int(number): ToldFinding(severity=FindingSeverity(severity), at=datetime.fromisoformat(at), step=step)
        for number, (severity, at, step) in state.get("findings", {}).items()
    }


def discuss_outage(talk: Talk, matter: OutageMatter, route: Route, now: datetime) -> tuple[Talk, list[Say]]:
    """Go on with a conversation about an incident: at most one message at one look.

    Returns: the conversation as it is then, and what is to be said now.
    """
    if matter.blind:
        return replace(talk, due_at=now + LOOK_AGAIN), []
    # Who left the register while it was out is not back: of that nothing can be said.
    shown = tuple(one for one in matter.members if one.open or not one.withdrawn)
    says: list[Say] = []
    if not shown and talk.place > 0 and not matter.maintained:
        talk = replace(talk, ended=True, told=frozenset())  # they moved to another incident, or left
    elif shown and (talk.last_at is None or talk.last_at < now):
        if talk.place == 0:
            occasion = _first_word(matter, route, shown, now)
        else:
            occasion = _next_word(talk, matter, route, shown, now)
        if occasion is not None:
            talk = _say(talk, says, occasion, shown, now)
    return replace(talk, due_at=_next_look(talk, matter, route, shown, now)), says


def discuss_status(talk: Talk, matter: StatusMatter, now: datetime) -> tuple[Talk, list[Say]]:
    """Go on with a conversation about something that begins, and perhaps ends."""
    if talk.ended:
        return replace(talk, due_at=None), []
    if matter.blind or (matter.maintained and matter.until is None):
        return replace(talk, due_at=now + LOOK_AGAIN), []
    says: list[Say] = []
    if talk.place == 0 and matter.until is None:
        if now < matter.since + matter.after:
            return replace(talk, due_at=matter.since + matter.after), []
        talk = _record(talk, says, matter.begins, matter.services, now)
    if matter.until is not None and matter.ends is not None and talk.place > 0 and not matter.silent_end:
        talk = _record(talk, says, matter.ends, matter.services, now)
    over = matter.until is not None or matter.ends is None
    return replace(talk, ended=over, due_at=None), says


def reminder_pause(reminders: Reminders, given: int) -> timedelta:
    """Return how long after the message before it the next reminder comes, `given` of them having been."""
    try:
        seconds = reminders.first.total_seconds() * reminders.factor**given
    except OverflowError:
        return reminders.longest
    return timedelta(seconds=min(seconds, reminders.longest.total_seconds()))


def _first_word(
    matter: OutageMatter, route: Route, shown: tuple[Member, ...], now: datetime
) -> Occasion | None:
    if now < _confirmed_at(shown) + route.hold:
        return None
    if _out(shown):
        return Occasion.OUTAGE
    # It was over before it was told: one message says both.
    over = matter.incident.closed_at is not None or not matter.incident.flapping
    return Occasion.RECOVERY if over else None


def _next_word(
    talk: Talk, matter: OutageMatter, route: Route, shown: tuple[Member, ...], now: datetime
) -> Occasion | None:
    out = _out(shown)
    if out and not talk.flapping and not _stable(matter.incident, [one for one in shown if one.open]):
        return Occasion.FLAPPING
    if out - talk.told:
        return Occasion.GREW if _held_until(talk, route) <= now else None
    if talk.ended:
        return None
    if not out:
        # Whose end cannot be seen for maintenance is waited for.
        hidden = matter.maintained and talk.told - {one.service_id for one in shown}
        return Occasion.RECOVERY if _stable(matter.incident, shown) and not hidden else None
    if matter.acknowledged:
        return None
    due = ((Occasion.ESCALATION, _escalate_at(talk, route)), (Occasion.REMINDER, _remind_at(talk, route)))
    return next((occasion for occasion, at in due if at is not None and at <= now), None)


def _next_look(
    talk: Talk, matter: OutageMatter, route: Route, shown: tuple[Member, ...], now: datetime
) -> datetime | None:
    """Return when time alone may call for a word."""
    looks: list[datetime | None] = []
    out = _out(shown)
    if matter.maintained and (matter.incident.closed_at is None or talk.told):
        looks.append(now + LOOK_AGAIN)
    if shown and talk.place == 0:
        looks.append(_confirmed_at(shown) + route.hold)
    elif out - talk.told:
        looks.append(_held_until(talk, route))
    if talk.place and out and not talk.ended and not matter.acknowledged:
        looks += [_remind_at(talk, route), _escalate_at(talk, route)]
    if talk.place == 0 and not out and shown:
        looks = [at for at in looks if at is not None and at > now]  # it is waited for until it is stable
    return min((max(at, now + _SOON) for at in looks if at is not None), default=None)


def _out(shown: Iterable[Member]) -> frozenset[str]:
    return frozenset(one.service_id for one in shown if one.open)


def _confirmed_at(shown: Iterable[Member]) -> datetime:
    return min(spell.confirmed_at for one in shown for spell in one.spells)


def _stable(incident: Incident, shown: Iterable[Member]) -> bool:
    """Whether what these services are can be relied on; False while one of them comes and goes."""
    if not incident.flapping or incident.closed_at is not None:
        return True
    checks = [[spell.check_id for spell in one.spells] for one in shown]
    return all(len(each) == len(set(each)) for each in checks)


def _held_until(talk: Talk, route: Route) -> datetime:
    """Return when further services are told of: what takes minutes to show is not told by the minute."""
    assert talk.last_at is not None  # noqa: S101 - something was said
    growth: int = 2 ** min(talk.place - 1, 10)
    return talk.last_at + max(min(route.hold * growth, LONGEST_HOLD), route.hold)


def _remind_at(talk: Talk, route: Route) -> datetime | None:
    if route.reminders is None or talk.last_at is None:
        return None
    return talk.last_at + reminder_pause(route.reminders, talk.reminders)


def _escalate_at(talk: Talk, route: Route) -> datetime | None:
    if route.escalation is None or talk.escalated or talk.first_at is None:
        return None
    return talk.first_at + route.escalation.after


def _say(talk: Talk, says: list[Say], occasion: Occasion, shown: tuple[Member, ...], now: datetime) -> Talk:
    """Say something, and remember what the listener knows by it."""
    if talk.ended:  # it begins anew: nobody has had time to acknowledge that
        talk = replace(talk, ended=False, first_at=None, reminders=0)
    number = talk.reminders + 1 if occasion is Occasion.REMINDER else 0
    services = frozenset(one.service_id for one in shown)
    talk = _record(talk, says, occasion, services, now, number)
    match occasion:
        case Occasion.RECOVERY:
            return replace(talk, told=frozenset(), ended=True)
        case Occasion.REMINDER:
            return replace(talk, reminders=number)
        case Occasion.ESCALATION:
            return replace(talk, escalated=True)
    return replace(
        talk, told=talk.told | _out(shown), flapping=talk.flapping or occasion is Occasion.FLAPPING
    )


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
