"""From alerts and the course of time to messages in the outbox."""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections.abc import Callable, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo

from alerts.facts import Facts, Occasion
from alerts.finding_matter import Findings
from alerts.listeners import Listener, listener_of, listeners
from alerts.matters import Matters, Outage, Subject
from alerts.packing import pack
from alerts.policy import Say, Talk
from alerts.report_matter import CARRIERS
from monitor.core.raising import ABOUT_FINDINGS, findings_subject
from monitor.core.route import Channel, ChannelKind, Routing, Severity
from monitor.core.routing import quiet_until
from monitor.core.rulebook import RULES, FindingRule
from monitor.core.service import Registry
from monitor.store import Store, StoreUnavailable
from monitor.store.findings import open_findings
from monitor.store.incidents import open_incidents
from monitor.store.outbox import Conversation, Notification, conversations, fresh_alerts, plan

TICK = timedelta(seconds=1)

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class _Plan:
    talks: list[tuple[Conversation | None, Conversation]]
    """As it was read, and as it is from now on."""
    notifications: list[Notification]


class Planner:
    """Decides over everything that is stored and not yet decided; knows no channel.

    Args:
        store: open.
        vantage: whose incidents.
        zone: the register's, for quiet hours and the days before an expiry.
        maintained: returns the ids of services under maintenance at a time.
        now: the clock; aware UTC.
        rules: of findings, by their ids.
    """

    def __init__(
        self,
        store: Store,
        vantage: str,
        zone: tzinfo,
        maintained: Callable[[datetime], AbstractSet[str]],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        rules: Mapping[str, FindingRule] = RULES,
    ) -> None:
        self._store = store
        self._vantage = vantage
        self._zone = zone
        self._now = now
        self._matters = Matters(store, vantage, zone, maintained, rules)
        self._registry: Registry | None = None
        self._routing = Routing()
        self._edition = 0
        """Counts registers and routes taken over."""
        self._looked_at = 0
        """The edition by which all that is open was looked at."""
        self._trouble: str | None = None

    def follow(self, registry: Registry, routing: Routing) -> None:
        """Take over a register and its routes; what is open is looked at anew."""
        self._registry, self._routing = registry, routing
        self._edition += 1

    async def run(self) -> None:
        """Plan until cancelled; survives every trouble of the store."""
        while True:
            await asyncio.sleep(TICK.total_seconds())
            try:
                await self.tick()
            except StoreUnavailable as error:
                self._say(str(error))
            except Exception as error:  # noqa: BLE001 - a fault of ours must not end the watching
                if self._say(f"a fault of our own ({type(error).__name__}: {error})"):
                    _log.exception("the plan failed in our own code")
            else:
                self._say(None)

    async def tick(self) -> None:
        """Look at what was raised, and at the conversations that are due, once.

        Raises:
            StoreUnavailable: nothing was planned; the next tick finds the same.
        """
        registry = self._registry
        if registry is None:
            return
        now, edition = self._now(), self._edition
        before, after, alerts = await fresh_alerts(self._store)
        due = await conversations(self._store, due_before=now)
        subjects = {one.subject for one in due}
        for alert in alerts:
            subjects |= await self._matters.subjects_of(alert)
        if self._looked_at != edition:
            subjects |= set(await self._open())
            # Of what left the register nobody hears again, and nothing but this look may tell.
            subjects |= {one.subject for one in await conversations(self._store, beginning=ABOUT_FINDINGS)}
        if not subjects and before == after:
            self._looked_at = edition
            return
        known = {
            (one.route_id, one.subject): one
            for one in await conversations(self._store, subjects=sorted(subjects))
        }
        plans = _Plan([], [])
        for name in sorted(subjects):
            subject = await self._matters.load(name, registry, self._routing, now)
            for key, forgotten in known.items():
                if subject is None and key[1] == name:
                    plans.talks.append((forgotten, replace(forgotten, due_at=None)))
            if subject is not None:
                self._discuss(subject, known, plans, registry, now)
        if await plan(self._store, (before, after), plans.talks, plans.notifications):
            self._looked_at = edition

    async def standing(self, kind: ChannelKind) -> list[tuple[Channel, str, str, str, Facts]]:
        """Return what stands as told now, for channels that forget what is not repeated.

        Returns: channel, address, thread, language and facts, for each listener of each open incident, and
            of each domain with findings, that was told of it over such a channel.
        Raises:
            StoreUnavailable: it cannot be read.
        """
        registry, now, found = self._registry, self._now(), []
        wanted = {one.id for one in self._routing.channels.values() if one.kind is kind}
        if registry is None or not wanted:
            return []
        for name in await self._open():
            subject = await self._matters.load(name, registry, self._routing, now)
            if not isinstance(subject, Outage | Findings):
                continue
            talks = {one.route_id: one for one in await conversations(self._store, subjects=[name])}
            services = [registry.services[each] for each in subject.services if each in registry.services]
            for listener in listeners(subject.topic, services, registry, self._routing, subject.severity):
                talk = _remembered(listener, name, talks.get(listener.id))
                say = subject.standing(listener, talk, now)
                if say is None:
                    continue
                facts, thread = subject.facts(say, now), f"{listener.id}/{name}"
                mine = [registry.services[each] for each in sorted(say.services)]
                found += [
                    (channel, address, thread, listener.route.language, facts)
                    for channel, address in listener.addresses(
                        listener.route.to, mine, registry, self._routing
                    )
                    if channel.id in wanted
                ]
        return found

    async def _open(self) -> list[str]:
        """Return the names of what is open: incidents, and domains with findings."""
        incidents = await open_incidents(self._store, self._vantage)
        domains = {one.domain for one in await open_findings(self._store)}
        return [*(one.name for one in incidents), *sorted(map(findings_subject, domains))]

    def _discuss(
        self,
        subject: Subject,
        known: dict[tuple[str, str], Conversation],
        plans: _Plan,
        registry: Registry,
        now: datetime,
    ) -> None:
        services = [registry.services[each] for each in subject.services if each in registry.services]
        heard = {}
        if services or not subject.services:  # of what left the register nobody hears for the first time
            found = listeners(subject.topic, services, registry, self._routing, subject.severity)
            heard = {one.id: one for one in found}
        for key, stale in known.items():
            if key[1] != subject.name or key[0] in heard:
                continue
            listener = listener_of(key[0], self._routing)
            if (
                listener is None
                or subject.topic not in listener.route.topics
                or (subject.services and not services)
            ):
                plans.talks.append((stale, replace(stale, due_at=None)))
            else:
                heard[listener.id] = listener  # told once, it hears of the end, whatever matters now
        for listener in heard.values():
            former = known.get((listener.id, subject.name))
            talk = _remembered(listener, subject.name, former)
            later, says = subject.discuss(listener, talk, now)
            if later != talk or says:
                plans.talks.append(
                    (
                        former,
                        Conversation(
                            route_id=listener.id,
                            subject=subject.name,
                            state=later.state(),
                            due_at=later.due_at,
                        ),
                    )
                )
            for say in says:
                facts = subject.facts(say, now)
                plans.notifications += self._addressed(listener, later, say, facts, registry, now)

    def _addressed(
        self, listener: Listener, talk: Talk, say: Say, facts: Facts, registry: Registry, now: datetime
    ) -> Iterable[Notification]:
        route = listener.route
        services = [registry.services[each] for each in say.services if each in registry.services]
        to = list(route.to)
        if route.escalation is not None and talk.escalated:
            further = list(route.escalation.to)
            to = further if say.occasion is Occasion.ESCALATION else [*to, *further]
        due_at = now
        if facts.severity is not Severity.CRITICAL:
            due_at = quiet_until(route.quiet, now, self._zone) or now
        thread = talk.subject if say.parcel is None else say.parcel.thread
        for channel, address in listener.addresses(to, services, registry, self._routing):
            if say.parcel is not None and channel.kind not in CARRIERS:
                continue
            yield Notification(
                key=_key(listener.id, thread, str(say.place), channel.id, address),
                route_id=listener.id,
                subject=thread,
                place=say.place,
                occasion=say.occasion.value,
                channel=channel.id,
                address=address,
                language=route.language,
                facts=pack(facts),
                created_at=now,
                due_at=due_at,
            )

    def _say(self, trouble: str | None) -> bool:
        """Log trouble when it begins or changes; returns whether it did."""
        if trouble == self._trouble:
            return False
        if trouble is not None:
            _log.error("messages cannot be planned; what is raised waits in the store: %s", trouble)
        self._trouble = trouble
        return True


def _remembered(listener: Listener, subject: str, former: Conversation | None) -> Talk:
    if former is None:
        return Talk(listener=listener.id, subject=subject)
    return Talk.remembered(listener.id, subject, former.state, former.due_at)


def _key(*parts: str) -> str:
    """Return the same short text for the same message to the same place, whenever it is planned."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
