"""From what inspections find to the messages that are to be sent, on a real store."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

import pytest

from alerts.message import render
from alerts.packing import unpack
from alerts.planner import Planner
from alerts.standing import Standing
from monitor.core.finding import FindingSeverity
from monitor.core.route import AlertmanagerChannel, Match, QuietHours, Recipient, Severity, Topic
from monitor.core.service import HttpRequest, HttpTarget
from monitor.store import Store
from monitor.store.findings import accept, prune_findings, record_inspection, revoke
from monitor.store.outbox import conversations, notifications
from tests.findings import BOOK, CAA, DAY, DOMAIN, EXPIRING, LAME, MINUTE, T0, accepted, inspected, seen
from tests.telling import (
    AGENCIES,
    BALI,
    CONTACTS,
    EVERYTHING,
    OPERATORS,
    Postbox,
    register,
    route,
    routing,
    sender,
    write,
)

FINDINGS = frozenset({Topic.FINDING})
ROUTES = routing(route(topics=FINDINGS), route("instansi", CONTACTS, topics=FINDINGS))
HOSTS = {"lapor": "lapor.baliprov.go.id", "pajak": "pajak.baliprov.go.id", "situs": "www.badungkab.go.id"}
"""Of the offices dinkes, disdik and diskominfo, in this order."""
OTHER = "badungkab.go.id"
EVERYWHERE = {rule: frozenset({DOMAIN, OTHER, *HOSTS, *HOSTS.values()}) for rule in BOOK}
BEFORE_DAWN = T0 - 7 * 60 * MINUTE
"""03.45 WITA."""


def hosted(**hosts):
    """Make a register of services, each with the host of its name."""
    plain = register(*hosts)
    return replace(
        plain,
        services={
            one.id: replace(
                one,
                checks=tuple(
                    replace(
                        check, target=HttpTarget(request=HttpRequest(url=f"https://{hosts[one.id]}/masuk"))
                    )
                    for check in one.checks
                ),
            )
            for one in plain.services.values()
        },
    )


REGISTER = hosted(**HOSTS)


class Office:
    """A store, a planner that follows a register, and a clock."""

    def __init__(self, store):
        self.store = store
        self.now = T0
        self.planner = Planner(store, "local", BALI, lambda _: frozenset(), lambda: self.now, BOOK)
        self.planner.follow(REGISTER, ROUTES)

    async def find(self, *sights, at=None, **more):
        """Inspect a domain now: what is not seen is over."""
        self.now = at or self.now
        domains = {one.identity.subject.name for one in sights}
        return await record_inspection(
            self.store,
            inspected(self.now, *sights, covered=EVERYWHERE, **more),
            lambda one: one.identity.subject.name if len(domains) else DOMAIN,
        )

    async def plan(self, at=None):
        self.now = at or self.now
        await self.planner.tick()

    async def said(self):
        found = await notifications(self.store, limit=1000)
        return [(one.occasion, one.address) for one in reversed(found)]

    async def facts(self):
        return [unpack(one.facts) for one in reversed(await notifications(self.store, limit=1000))]


@pytest.fixture
async def office(database):
    async with await Store.open(database.url) as store:
        yield Office(store)


def to_all(occasion, *offices):
    return sorted((occasion, f"{each}@demo.go.id") for each in ("uptd", *offices))


async def test_many_findings_of_a_domain_are_one_message_to_each_listener_and_name_its_own_services(office):
    await office.find(seen(CAA.id), seen(LAME.id, severity=FindingSeverity.MODERATE))
    for minute in (0, 1, 9):
        await office.plan(T0 + minute * MINUTE)
    assert await office.said() == []
    await office.plan(T0 + 10 * MINUTE)
    assert sorted(await office.said()) == to_all("finding", "dinkes", "disdik")
    services = {each.services[0].agency_id: each for each in await office.facts() if len(each.services) == 1}
    assert {each: facts.findings[0].services for each, facts in services.items()} == {
        "dinkes": ("lapor",),
        "disdik": ("pajak",),
    }
    assert sorted(each.others for each in await office.facts()) == [0, 1, 1]
    assert all([one.rule for one in each.findings] == [LAME.id, CAA.id] for each in await office.facts())
    for day in range(1, 4):
        await office.plan(T0 + day * DAY)
    assert len(await office.said()) == 3


async def test_a_certificate_concerns_only_the_services_on_its_hosts(office):
    day = (T0 + 20 * DAY).isoformat()
    await office.find(seen(EXPIRING.id, HOSTS["pajak"], key="ab12", expires_at=day))
    await office.plan(T0 + 10 * MINUTE)
    assert sorted(await office.said()) == to_all("finding", "disdik")
    [facts, _] = await office.facts()
    assert [one.id for one in facts.services] == ["pajak"]
    [one] = facts.findings
    assert one.title.id == "Sertifikat segera berakhir"
    assert one.problem.en.startswith(
        "The certificate of pajak.baliprov.go.id expires on 24 November 2026 (in 20 days)."
    )
    assert (one.places, one.references) == ((HOSTS["pajak"],), ("rfc5280",))


@pytest.mark.parametrize("language", ["id", "en"])
async def test_what_is_planned_can_be_read(office, language):
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS, language=language)))
    day = (T0 + 20 * DAY).isoformat()
    await office.find(
        seen(CAA.id),
        seen(LAME.id, servers=["ns1.baliprov.go.id"]),
        seen(EXPIRING.id, HOSTS["pajak"], key="ab12", expires_at=day),
    )
    await office.plan(T0 + 10 * MINUTE)
    await office.plan(T0 + 6 * DAY)
    await office.find(at=T0 + 7 * DAY)
    await office.plan()
    told = [render(each, language, BALI) for each in await office.facts()]
    tags = {
        "id": ["TEMUAN", "PENGINGAT TEMUAN", "TEMUAN TERATASI"],
        "en": ["FINDING", "FINDING REMINDER", "FINDING RESOLVED"],
    }[language]
    assert [one.subject.partition("]")[0] for one in told] == [f"[{each}" for each in tags]
    for one in told:
        assert "FND-000003" in one.text
        assert "tidak diketahui" not in one.text
        assert "not known" not in one.text


async def test_each_domain_is_a_conversation_of_its_own(office):
    await office.find(seen(CAA.id), seen(CAA.id, domain=OTHER))
    await office.plan(T0 + 10 * MINUTE)
    assert len(await office.said()) == 5
    assert {one.subject for one in await office.facts()} == {f"findings:{DOMAIN}", f"findings:{OTHER}"}


async def test_a_deadline_is_told_again_at_its_steps_though_nothing_happens(office):
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    day = (T0 + 20 * DAY).isoformat()
    await office.find(seen(EXPIRING.id, HOSTS["pajak"], key="ab12", expires_at=day))
    for hour in range(24 * 23):
        await office.plan(T0 + hour * 60 * MINUTE)
    occasions = [occasion for occasion, _ in await office.said()]
    assert occasions == ["finding", *["finding_reminder"] * 8]
    left = [(one.written_at - T0).days for one in await office.facts()]
    assert left == [0, 5, 12, 16, 18, 19, 20, 21, 22]


async def test_the_end_is_told_once_all_are_over(office):
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    await office.find(seen(CAA.id), seen(LAME.id))
    await office.plan(T0 + 10 * MINUTE)
    await office.find(seen(CAA.id), at=T0 + DAY)
    await office.plan()
    await office.find(at=T0 + 2 * DAY)
    await office.plan()
    assert [occasion for occasion, _ in await office.said()] == ["finding", "finding_closed"]
    told = (await office.facts())[-1]
    assert [one.closed_at for one in told.findings] == [T0 + DAY, T0 + 2 * DAY]
    assert (told.severity, told.ended_at) == (Severity.INFO, T0 + 2 * DAY)
    await office.plan(T0 + 3 * DAY)
    assert len(await office.said()) == 2


async def test_an_acceptance_silences_and_who_takes_it_back_is_heard_at_once(office):
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    [one] = (await office.find(seen(CAA.id))).opened
    assert await accept(office.store, one.number, accepted(T0 + 5 * DAY), T0)
    await office.plan(T0 + DAY)
    assert await office.said() == []
    assert await revoke(office.store, one.number, T0 + DAY, by="made", reason="Keliru.")
    await office.plan(T0 + DAY)
    assert [occasion for occasion, _ in await office.said()] == ["finding"]


async def test_an_acceptance_that_runs_out_is_noticed_though_nothing_happens(office):
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    [one] = (await office.find(seen(CAA.id))).opened
    await accept(office.store, one.number, accepted(T0 + 5 * DAY), T0)
    for day in range(5):
        await office.plan(T0 + day * DAY)
    assert await office.said() == []
    await office.plan(T0 + 5 * DAY)
    assert len(await office.said()) == 1


async def test_only_what_a_route_asks_for_is_told(office):
    asking = (
        Match(severity=Severity.CRITICAL),
        Match(rules=frozenset({CAA.id})),
        Match(services=frozenset({"situs"})),
    )
    routes = [
        route(
            f"r{number}",
            (Recipient(channel="mail", address=f"r{number}@demo.go.id"),),
            topics=FINDINGS,
            match=one,
        )
        for number, one in enumerate(asking)
    ]
    outages = route("gangguan", topics=EVERYTHING - FINDINGS)
    office.planner.follow(REGISTER, routing(*routes, outages))
    await office.find(seen(CAA.id), seen(LAME.id))
    await office.plan(T0 + 10 * MINUTE)
    assert sorted(await office.said()) == [("finding", "r0@demo.go.id"), ("finding", "r1@demo.go.id")]
    assert sorted([one.rule for one in each.findings] for each in await office.facts()) == [
        [CAA.id],
        [LAME.id],
    ]


async def test_what_becomes_severe_enough_for_a_route_is_told_there_then(office):
    routes = routing(route(topics=FINDINGS, match=Match(severity=Severity.CRITICAL)))
    office.planner.follow(REGISTER, routes)
    await office.find(seen(CAA.id))
    await office.plan(T0 + 10 * MINUTE)
    assert await office.said() == []
    await office.find(seen(CAA.id, severity=FindingSeverity.SEVERE), at=T0 + DAY)
    await office.plan()
    assert len(await office.said()) == 1


async def test_a_finding_that_no_service_hangs_on_is_told_to_nobody(office):
    await office.find(seen(LAME.id, domain="example.go.id"))
    await office.plan(T0 + DAY)
    assert await office.said() == []


async def test_a_route_that_is_new_hears_of_what_is_open(office):
    office.planner.follow(REGISTER, routing(route(topics=EVERYTHING - FINDINGS)))
    await office.find(seen(CAA.id))
    await office.plan(T0 + DAY)
    office.planner.follow(REGISTER, ROUTES)
    await office.plan()
    assert sorted(await office.said()) == to_all("finding", "dinkes", "disdik")


@pytest.mark.parametrize("first", ["withdrawn", "followed"])
async def test_what_left_the_register_is_not_told_to_be_mended(office, first):
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    await office.find(seen(CAA.id, domain=OTHER))
    await office.plan(T0 + 10 * MINUTE)
    smaller = hosted(lapor=HOSTS["lapor"])
    if first == "followed":
        office.planner.follow(smaller, routing(route(topics=FINDINGS)))
        await office.plan(T0 + DAY)
    await prune_findings(office.store, lambda _, __: False, T0 + DAY)
    office.planner.follow(smaller, routing(route(topics=FINDINGS)))
    await office.plan(T0 + DAY)
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    await office.plan(T0 + 2 * DAY)
    assert len(await office.said()) == 1
    [talk] = await conversations(office.store, beginning="findings:")
    assert talk.state["findings"] == {}
    await office.find(seen(CAA.id, domain=OTHER), at=T0 + 3 * DAY)
    await office.plan(T0 + 3 * DAY + 10 * MINUTE)
    assert [len(one.findings) for one in await office.facts()] == [1, 1]


async def test_an_office_whose_service_left_hears_no_more_while_the_others_do(office):
    await office.find(seen(CAA.id))
    await office.plan(T0 + 10 * MINUTE)
    office.planner.follow(hosted(lapor=HOSTS["lapor"]), ROUTES)
    await office.plan(T0 + DAY)
    await office.find(at=T0 + 2 * DAY)
    await office.plan()
    assert sorted((await office.said())[3:]) == to_all("finding_closed", "dinkes")


async def test_a_finding_of_a_rule_that_nobody_knows_any_more_is_told_by_its_id(office):
    office.planner = Planner(office.store, "local", BALI, lambda _: frozenset(), lambda: office.now, {})
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    await office.find(seen(LAME.id, servers=["ns1"]))
    await office.plan(T0 + 10 * MINUTE)
    [facts] = await office.facts()
    assert facts.findings[0].title.id == LAME.id
    assert "versi lain" in facts.findings[0].problem.id


async def test_quiet_hours_hold_what_is_not_severe(office):
    night = QuietHours(starts=time(22), ends=time(6))
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS, quiet=night)))
    await office.find(seen(CAA.id), at=BEFORE_DAWN)
    await office.plan(BEFORE_DAWN + 10 * MINUTE)
    [held] = await notifications(office.store)
    assert held.wanted_at == BEFORE_DAWN + 135 * MINUTE
    await office.find(seen(CAA.id), seen(LAME.id), at=BEFORE_DAWN + 20 * MINUTE)
    await office.plan(BEFORE_DAWN + 21 * MINUTE)
    severe, _ = await notifications(office.store)
    assert severe.wanted_at == BEFORE_DAWN + 21 * MINUTE
    assert unpack(severe.facts).severity is Severity.CRITICAL


async def test_a_planner_that_begins_anew_says_nothing_twice(office):
    office.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    await office.find(seen(CAA.id))
    await office.plan(T0 + 10 * MINUTE)
    another = Office(office.store)
    another.planner.follow(REGISTER, routing(route(topics=FINDINGS)))
    await another.plan(T0 + DAY)
    assert len(await another.said()) == 1


async def test_what_stands_is_repeated_to_alertmanager_until_it_is_over_or_accepted(office):
    channel = AlertmanagerChannel(id="am", url="http://127.0.0.1/")
    routes = routing(route(to=(Recipient(channel="am"),), topics=FINDINGS), channels={"am": channel})
    office.planner.follow(REGISTER, routes)
    box = Postbox()
    sending = await sender(office.store, lambda: office.now, box, channels={"am": channel})
    repeating = Standing(office.planner, sending, write)
    opened = (await office.find(seen(CAA.id), seen(LAME.id, severity=FindingSeverity.MODERATE))).opened
    await repeating.repeat()
    assert box.delivered == []
    await office.plan(T0 + 10 * MINUTE)
    await repeating.repeat()
    await accept(office.store, opened[0].number, accepted(T0 + 5 * DAY), T0)
    await repeating.repeat()
    await office.find(seen(CAA.id), at=T0 + DAY)
    await office.plan()
    await repeating.repeat()
    assert [[one.rule for one in each.facts.findings] for each in box.delivered] == [
        [LAME.id, CAA.id],
        [LAME.id],
    ]
    assert {one.thread for one in box.delivered} == {f"operators/findings:{DOMAIN}"}


def test_the_offices_are_those_of_the_register():
    assert [one.agency_id for one in REGISTER.services.values()] == list(AGENCIES)
    assert OPERATORS[0].address == "uptd@demo.go.id"
