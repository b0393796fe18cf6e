"""How things stand that are talked about, read from the store: only what was committed is ever told."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, tzinfo

from alerts.facts import Facts, Occasion
from alerts.finding_matter import Findings
from alerts.listeners import Listener
from alerts.policy import (
    LOOK_AGAIN,
    OutageMatter,
    Say,
    StatusMatter,
    Talk,
    discuss_outage,
    discuss_status,
    told_findings,
)
from alerts.report_matter import ClosedReport, is_report
from alerts.telling import Surroundings, outage_facts, status_facts
from monitor.core.affected import Places, affected, places_of
from monitor.core.alert import Alert, AlertKind
from monitor.core.incident import Incident, Member, incident_number
from monitor.core.journal import acknowledgement
from monitor.core.raising import domain_of_findings
from monitor.core.route import Routing, Topic
from monitor.core.rulebook import RULES, FindingRule
from monitor.core.service import Registry
from monitor.core.status import Status
from monitor.store import Store
from monitor.store.alerts import beginning, episode
from monitor.store.audit import entries
from monitor.store.findings import findings, open_findings
from monitor.store.incidents import incident
from monitor.store.outbox import conversations
from monitor.store.sight import blind_periods, open_period


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """An incident as a subject."""

    name: str
    services: tuple[str, ...]
    incident: Incident
    maintained: AbstractSet[str]
    acknowledged_by: tuple[str, ...]
    blind: bool
    around: Surroundings
    topic = Topic.OUTAGE
    severity = None

    def discuss(self, listener: Listener, talk: Talk, now: datetime) -> tuple[Talk, list[Say]]:
        """Go on with a conversation."""
        mine = self._members(listener, talk)
        matter = OutageMatter(
            incident=self.incident,
            members=tuple(one for one in mine if one.service_id not in self.maintained),
            maintained=any(one.service_id in self.maintained for one in mine),
            acknowledged=bool(self.acknowledged_by),
            blind=self.blind,
        )
        return discuss_outage(talk, matter, listener.route, now)

    def standing(self, listener: Listener, talk: Talk, _: datetime) -> Say | None:
        """Return what was told and stands, as one message; None: nothing."""
        return None if talk.ended or not talk.place else self._whole(listener, Occasion.OUTAGE, talk.place)

    def preview(self, listener: Listener, _: datetime) -> Say:
        """Return what a listener would be told who knows nothing yet."""
        over = self.incident.ended_at is not None
        return self._whole(listener, Occasion.RECOVERY if over else Occasion.OUTAGE, 0)

    def _whole(self, listener: Listener, occasion: Occasion, place: int) -> Say:
        registry = self.around.registry
        services = [registry.services[each] for each in self.services if each in registry.services]
        return Say(
            occasion=occasion,
            place=place,
            services=frozenset(one.id for one in services if listener.hears_of(one, registry)),
        )

    def facts(self, say: Say, now: datetime) -> Facts:
        """Return what a message may say."""
        members = self.incident.present
        return outage_facts(say, self.incident, members, self.acknowledged_by, self.around, now)

    def _members(self, listener: Listener, talk: Talk) -> list[Member]:
        registry = self.around.registry
        return [
            one
            for one in self.incident.present
            if (service := registry.services.get(one.service_id)) is not None
            and (one.service_id in talk.told or listener.hears_of(service, registry))
        ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Episode:
    """Something else that begins and ends, raised by an alert."""

    name: str
    services: tuple[str, ...]
    alert: Alert
    matter: StatusMatter
    topic: Topic
    around: Surroundings
    severity = None

    def discuss(self, listener: Listener, talk: Talk, now: datetime) -> tuple[Talk, list[Say]]:
        """Go on with a conversation."""
        matter = self.matter
        if self.topic is Topic.DEGRADED:
            matter = replace(matter, after=listener.route.degraded_after)
        talk, says = discuss_status(talk, matter, now)
        if self.alert.kind is AlertKind.VANTAGE_BLIND and not talk.ended:
            talk = replace(talk, due_at=now + LOOK_AGAIN)  # its end is in the periods, and raises no alert
        return talk, says

    def facts(self, say: Say, now: datetime) -> Facts:
        """Return what a message may say."""
        return status_facts(say, self.alert, self.matter.since, self.matter.until, self.around, now)


Subject = Outage | Episode | Findings | ClosedReport


@dataclass(frozen=True, slots=True)
class _Course:
    """How an alert of one kind begins and ends a conversation."""

    topic: Topic
    begins: Occasion
    ends: Occasion | None = None
    ended_by: AlertKind | None = None


_COURSES = {
    AlertKind.BLOCKED: _Course(Topic.BLOCKED, Occasion.BLOCKED, Occasion.UNBLOCKED, AlertKind.UNBLOCKED),
    AlertKind.DEGRADED: _Course(Topic.DEGRADED, Occasion.DEGRADED, Occasion.UNDEGRADED, AlertKind.UNDEGRADED),
    AlertKind.VANTAGE_BLIND: _Course(Topic.MONITOR, Occasion.BLIND, Occasion.SIGHTED),
    AlertKind.UNDELIVERED: _Course(Topic.MONITOR, Occasion.UNDELIVERED),
}
_BEGUN_BY = {course.ended_by: kind for kind, course in _COURSES.items() if course.ended_by is not None}


class Matters:
    """Finds what alerts are about.

    Args:
        store: open.
        vantage: whose blindness counts.
        zone: the register's.
        maintained: returns the ids of services under maintenance at a time.
        rules: of findings, by their ids.
    """

    def __init__(
        self,
        store: Store,
        vantage: str,
        zone: tzinfo,
        maintained: Callable[[datetime], AbstractSet[str]],
        rules: Mapping[str, FindingRule] = RULES,
    ) -> None:
        self._store = store
        self._vantage = vantage
        self._zone = zone
        self._maintained = maintained
        self._rules = rules
        self._places: tuple[Registry, Places] | None = None
        """Of the register that was asked for last: it changes seldom, and is asked for each domain."""

    async def subjects_of(self, alert: Alert) -> set[str]:
        """Return the names of what an alert is about: its subject's, or that of the alert that began it."""
        if alert.kind in (AlertKind.INCIDENT, AlertKind.FINDING):
            return {alert.subject}
        if alert.kind in _COURSES or alert.kind is AlertKind.REPORT:
            return {alert.key}
        begun = await beginning(self._store, alert, _BEGUN_BY[alert.kind])
        return {begun.key} if begun is not None else set()

    async def load(self, name: str, registry: Registry, routing: Routing, now: datetime) -> Subject | None:
        """Return how a subject stands; None: there is nothing of that name (any more)."""
        around = Surroundings(registry=registry, routing=routing, vantage=self._vantage)
        domain = domain_of_findings(name)
        if domain is not None:
            return await self._findings(name, domain, around)
        if is_report(name):
            raised = await episode(self._store, name, None)
            return None if raised is None else ClosedReport(name=name, alert=raised[0], around=around)
        number = incident_number(name)
        blind = await open_period(self._store, self._vantage) is not None
        if number is None:
            return await self._episode(name, around, self._maintained(now), blind=blind)
        found = await incident(self._store, number)
        if found is None:
            return None
        taken = acknowledgement(await entries(self._store, name))
        return Outage(
            name=name,
            services=tuple(one.service_id for one in found.present),
            incident=found,
            maintained=self._maintained(now),
            acknowledged_by=taken.by if taken is not None else (),
            blind=blind,
            around=around,
        )

    async def _findings(self, name: str, domain: str, around: Surroundings) -> Findings | None:
        found = {one.number: one for one in await open_findings(self._store, domains=[domain])}
        talks = await conversations(self._store, subjects=[name])
        told = {number for one in talks for number in told_findings(one.state)} - found.keys()
        found |= {one.number: one for one in await findings(self._store, told)} if told else {}
        if not found and not talks:
            return None
        if self._places is None or self._places[0] is not around.registry:
            self._places = (around.registry, places_of(around.registry))
        hanging = {number: affected(one, self._places[1]) for number, one in found.items()}
        return Findings(
            name=name,
            services=tuple(sorted(frozenset[str]().union(*hanging.values()))),
            findings=tuple(found.values()),
            affected=hanging,
            rules=self._rules,
            zone=self._zone,
            around=around,
        )

    async def _episode(
        self, key: str, around: Surroundings, maintained: AbstractSet[str], *, blind: bool
    ) -> Episode | None:
        kind = AlertKind(key.partition(":")[0])
        course = _COURSES[kind]
        found = await episode(self._store, key, course.ended_by)
        if found is None:
            return None
        alert, end = found
        since = _time(alert, "since") or alert.raised_at
        until = None if end is None else _time(end, "since") or end.raised_at
        if kind is AlertKind.VANTAGE_BLIND:
            until = await self._sighted_at(since)
        monitor = course.topic is Topic.MONITOR
        services = () if monitor else (alert.subject,)
        became = None if end is None else end.detail.get("became")
        return Episode(
            name=key,
            services=services,
            alert=alert,
            matter=StatusMatter(
                begins=course.begins,
                ends=course.ends,
                since=since,
                until=until,
                services=frozenset(services),
                blind=blind and not monitor,
                maintained=not maintained.isdisjoint(services),
                # What went from slow to out is no longer slow, and no good news either.
                silent_end=became is not None and not Status(str(became)).works,
            ),
            topic=course.topic,
            around=around,
        )

    async def _sighted_at(self, began_at: datetime) -> datetime | None:
        periods = await blind_periods(self._store, self._vantage, began_at)
        return next((one.ended_at for one in periods if one.began_at == began_at), None)


def _time(alert: Alert, name: str) -> datetime | None:
    text = alert.detail.get(name)
    return datetime.fromisoformat(text) if isinstance(text, str) else None
