"""What is said when about a domain's findings. Pure.

Like every conversation it looks at how things stand. A finding is told once, after a hold in which what other
inspections find of the domain joins it; again if its acceptance has run out, and if it got worse or, where it
has a deadline, on the days of its rule's steps. The end is told once: when none of those told is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta, tzinfo

from alerts.deadline import Deadline, deadline
from alerts.facts import Occasion
from alerts.policy import Say, Talk, ToldFinding
from monitor.core.finding import Finding, FindingSeverity
from monitor.core.route import Route
from monitor.core.rulebook import FindingRule

HOLD = timedelta(minutes=10)
"""The inspections of one domain (certificate, registration, delegation) look minutes apart; ten take in one
that had to wait its turn. What is not severe has been wrong for long: it is in no hurry."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingsMatter:
    """How a domain's findings stand, as far as they concern a listener."""

    findings: tuple[Finding, ...]
    """Those open that the listener is to hear of, and those that it was told of, open or not. Not those that
    none of its services hangs on any more: what becomes of them nobody can say."""
    services: Mapping[int, frozenset[str]] = field(default_factory=dict)
    """By the number of a finding the ids of the listener's services that hang on it."""
    rules: Mapping[str, FindingRule] = field(default_factory=dict)
    """By their ids; a finding of a rule that is not there is told all the same."""


@dataclass(frozen=True, slots=True)
class _Wish:
    """Why a finding is to be told, and from when on."""

    finding: Finding
    occasion: Occasion
    at: datetime


def discuss_findings(
    talk: Talk, matter: FindingsMatter, route: Route, now: datetime, zone: tzinfo
) -> tuple[Talk, list[Say]]:
    """Go on with a conversation about a domain's findings: at most one message at one look.

    Args:
        talk: what was said so far.
        matter: how things stand.
        route: for its hold, which is that of severe findings.
        now: aware UTC.
        zone: the register's, on whose calendar the days before an expiry are counted.
    Returns: the conversation as it is then, and what is to be said now.
    """
    shown = {one.number: one for one in matter.findings}
    talk = replace(talk, findings={number: one for number, one in talk.findings.items() if number in shown})
    looks = _Looks(talk, matter, route, now, zone)
    says: list[Say] = []
    wishes = list(looks.wishes())
    if any(one.at <= now for one in wishes):
        fresh = any(one.occasion is Occasion.FINDING for one in wishes)
        occasion = Occasion.FINDING if fresh else Occasion.FINDING_REMINDER
        talk = _say(talk, says, occasion, matter, {one.finding.number for one in wishes}, now)
        told = {one.finding.number: looks.told(one.finding) for one in wishes}
        talk = replace(talk, findings={**_kept(talk, shown), **told}, ended=False)
    elif talk.findings and not any(_stands(one, now) for one in matter.findings):
        ends = [shown[number] for number in talk.findings]
        over = {one.number for one in ends if one.closed_at is not None and not one.withdrawn}
        if over and not talk.ended:
            talk = replace(_say(talk, says, Occasion.FINDING_CLOSED, matter, over, now), ended=True)
        talk = replace(talk, findings=_kept(talk, shown))
    elif talk.place and not talk.findings and not wishes:
        talk = replace(talk, ended=True)  # what was told of left the register: of that nothing can be said
    return replace(talk, due_at=_Looks(talk, matter, route, now, zone).next_at()), says


@dataclass(frozen=True, slots=True)
class _Looks:
    """What a look at the findings comes to."""

    talk: Talk
    matter: FindingsMatter
    route: Route
    now: datetime
    zone: tzinfo

    def wishes(self) -> Iterator[_Wish]:
        """Yield what is to be told, now or after its hold."""
        for one in self.matter.findings:
            if _stands(one, self.now) and (wish := self._wish(one)) is not None:
                yield wish

    def told(self, finding: Finding) -> ToldFinding:
        """Return what the listener knows of a finding once it was told now."""
        before = self.talk.findings.get(finding.number)
        severity = finding.severity
        if before is not None:
            severity = max(severity, before.severity, key=lambda one: one.rank)
        limit = self._deadline(finding)
        steps = [before.step if before else None, limit.step(self.now) if limit else None]
        reached = min((one for one in steps if one is not None), default=None)
        return ToldFinding(severity=severity, at=self.now, step=reached)

    def next_at(self) -> datetime | None:
        """Return when time alone may call for a word: after now."""
        times = [one.at for one in self.wishes()]
        for one in self.matter.findings:
            if one.closed_at is not None:
                continue
            if one.acceptance is not None and one.accepted(self.now):
                times.append(one.acceptance.until)
            elif one.number in self.talk.findings and (limit := self._deadline(one)) is not None:
                times.append(limit.next_step_at(self.now))
        return min(times, default=None)

    def _wish(self, finding: Finding) -> _Wish | None:
        told = self.talk.findings.get(finding.number)
        if told is None:
            return _Wish(finding, Occasion.FINDING, finding.first_seen_at + self._hold(finding))
        acceptance = finding.acceptance
        if acceptance is not None and told.at < acceptance.until:
            return _Wish(finding, Occasion.FINDING, acceptance.until)
        limit = self._deadline(finding)
        if limit is None:
            worse = finding.severity.rank > told.severity.rank
            return _Wish(finding, Occasion.FINDING, told.at + self._hold(finding)) if worse else None
        # What has a deadline gets worse because that comes nearer: the steps tell it, and no day twice.
        step = limit.opened_step(self.now)
        if step is not None and (told.step is None or step < told.step):
            return _Wish(finding, Occasion.FINDING_REMINDER, self.now)
        return None

    def _hold(self, finding: Finding) -> timedelta:
        if finding.severity is FindingSeverity.SEVERE:
            return self.route.hold
        return max(self.route.hold, HOLD)

    def _deadline(self, finding: Finding) -> Deadline | None:
        return deadline(finding, self.matter.rules.get(finding.identity.rule), self.zone)


def _stands(finding: Finding, now: datetime) -> bool:
    """Whether somebody has to mend it."""
    return finding.closed_at is None and not finding.accepted(now)


def _kept(talk: Talk, shown: Mapping[int, Finding]) -> dict[int, ToldFinding]:
    """Return what is still to be remembered once it was said which are over."""
    return {number: one for number, one in talk.findings.items() if shown[number].closed_at is None}


def _say(
    talk: Talk,
    says: list[Say],
    occasion: Occasion,
    matter: FindingsMatter,
    news: Iterable[int],
    now: datetime,
) -> Talk:
    fresh = frozenset(news)
    spoken = fresh | talk.findings.keys()
    services = frozenset[str]().union(*(matter.services.get(number, frozenset()) for number in spoken))
    says.append(Say(occasion=occasion, place=talk.place, services=services, findings=spoken, news=fresh))
    return replace(talk, place=talk.place + 1, first_at=talk.first_at or now, last_at=now)
