"""A domain's findings as a subject: who hears of which, and what a message may say of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo

from alerts.facts import Facts, FindingFacts, Occasion
from alerts.finding_policy import FindingsMatter, discuss_findings
from alerts.finding_words import finding_facts
from alerts.listeners import Listener
from alerts.policy import Say, Talk
from alerts.telling import Surroundings, service_facts
from monitor.core.finding import Finding
from monitor.core.route import Severity, Topic
from monitor.core.rulebook import FindingRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Findings:
    """The findings of one domain as a subject."""

    name: str
    services: tuple[str, ...]
    """Those of the register that hang on any of them."""
    findings: tuple[Finding, ...]
    """Those open, and those that somebody was told of."""
    affected: Mapping[int, frozenset[str]]
    """By the number of a finding the ids of the services of the register that hang on it."""
    rules: Mapping[str, FindingRule]
    zone: tzinfo
    around: Surroundings
    topic = Topic.FINDING
    severity = Severity.CRITICAL
    """Of the worst that can be among them: how much each of them matters is looked at by `discuss`."""

    def discuss(self, listener: Listener, talk: Talk, now: datetime) -> tuple[Talk, list[Say]]:
        """Go on with a conversation."""
        return discuss_findings(talk, self._matter(listener, talk), listener.route, now, self.zone)

    def standing(self, listener: Listener, talk: Talk, now: datetime) -> Say | None:
        """Return what was told and is still to be mended, as one message; None: nothing."""
        told = {number for number in talk.findings if talk.place}
        return self._whole(listener, talk, now, told)

    def preview(self, listener: Listener, now: datetime) -> Say | None:
        """Return what a listener would be told who knows nothing yet; None: nothing."""
        return self._whole(listener, Talk(listener=listener.id, subject=self.name), now, None)

    def facts(self, say: Say, now: datetime) -> Facts:
        """Return what a message may say."""
        told = [
            finding_facts(
                one,
                self.rules.get(one.identity.rule),
                services=self.affected[one.number] & say.services,
                news=one.number in say.news,
                zone=self.zone,
                now=now,
            )
            for one in self.findings
            if one.number in say.findings
        ]
        told.sort(key=_order)
        news = [one for one in told if one.news]
        ends = [one.closed_at for one in news if one.closed_at is not None]
        began_at = min((one.first_seen_at for one in news), default=now)
        registry = self.around.registry
        hit = frozenset[str]().union(*(self.affected[one.number] for one in told))
        return Facts(
            occasion=say.occasion,
            subject=self.name,
            severity=_severity(say.occasion, news),
            written_at=now,
            began_at=began_at,
            ended_at=max(ends, default=None) if say.occasion.ends else None,
            services=tuple(
                sorted(
                    (service_facts(each, registry, out=False, began_at=began_at) for each in say.services),
                    key=lambda one: (one.agency, one.name, one.id),
                )
            ),
            others=len(hit - say.services),
            findings=tuple(told),
            vantage=self.around.vantage,
            link=self.around.routing.link,
            contact=self.around.routing.contact,
        )

    def _whole(self, listener: Listener, talk: Talk, now: datetime, told: set[int] | None) -> Say | None:
        matter = self._matter(listener, talk)
        standing = frozenset(
            one.number
            for one in matter.findings
            if one.closed_at is None and not one.accepted(now) and (told is None or one.number in told)
        )
        if not standing:
            return None
        return Say(
            occasion=Occasion.FINDING,
            place=talk.place,
            services=frozenset[str]().union(*(matter.services[number] for number in standing)),
            findings=standing,
            news=standing,
        )

    def _matter(self, listener: Listener, talk: Talk) -> FindingsMatter:
        mine = {one.number: self._mine(listener, one) for one in self.findings}
        return FindingsMatter(
            findings=tuple(
                one
                for one in self.findings
                if mine[one.number] and (one.number in talk.findings or _hears_of(listener, one))
            ),
            services=mine,
            rules=self.rules,
        )

    def _mine(self, listener: Listener, finding: Finding) -> frozenset[str]:
        registry = self.around.registry
        return frozenset(
            each
            for each in self.affected[finding.number]
            if listener.hears_of(registry.services[each], registry, self.severity)
        )


def _hears_of(listener: Listener, finding: Finding) -> bool:
    """Whether a listener hears of a finding, if of its services: of one that is over nobody hears first."""
    match = listener.route.match
    wanted = not match.rules or finding.identity.rule in match.rules
    return wanted and finding.closed_at is None and finding.severity.as_alert.rank >= match.severity.rank


def _severity(occasion: Occasion, news: list[FindingFacts]) -> Severity:
    """Return how much a message matters: good news wakes nobody."""
    found = [] if occasion.ends else [one.severity.as_alert for one in news]
    return max(found, key=lambda one: one.rank, default=Severity.INFO)


def _order(one: FindingFacts) -> tuple[bool, int, bool, float, int]:
    ends = one.expires_at.timestamp() if one.expires_at else 0.0
    return not one.news, -one.severity.rank, one.expires_at is None, ends, one.number
