"""From what the recorder stores to the messages that are to be sent, on a real store."""

from __future__ import annotations

import asyncio
import threading
from datetime import timedelta

import pytest

from alerts.packing import unpack
from alerts.planner import Planner
from monitor.core.canary import Canary, CanaryKind, Look
from monitor.core.journal import Deed
from monitor.core.route import (
    Escalation,
    Match,
    Recipient,
    Reminders,
    Severity,
    Topic,
)
from monitor.core.service import Criticality
from monitor.recorder import Outlook
from monitor.store import Store, StoreUnavailable
from monitor.store.audit import AuditEntry, record
from monitor.store.outbox import notifications
from tests.recording import SECOND, T0, bad, clock, following, good
from tests.telling import (
    AGENCIES,
    BALI,
    BLOCKED,
    CONTACTS,
    EVERYTHING,
    fall,
    occasions,
    planned,
    planner,
    register,
    rise,
    route,
    routing,
    said,
    see,
)

__all__ = ["clock", "following"]

HOUR = 3600
CHIEF = (Recipient(channel="mail", address="kepala@demo.go.id"),)
FORTY = [f"s{number:02}" for number in range(40)]
CANARY = Canary(kind=CanaryKind.TCP, target="192.0.2.1:443")


# One cause, one message


async def test_forty_services_on_one_dead_address_are_one_message_for_each_listener(following, clock):
    routes = routing(route(), route("instansi", CONTACTS))
    async with following(*FORTY) as recorder:
        planning = planner(recorder.store, clock, registry=register(*FORTY), routes=routes)
        await fall(recorder, clock, 0, *FORTY, address="192.0.2.7")
        await planned(planning, clock)
        assert await said(recorder.store) == []
        await planned(planning, clock, 60)
        await planned(planning, clock, 90)
        messages = {one.address: one for one in await notifications(recorder.store)}
        assert len(await notifications(recorder.store)) == 4
        assert sorted(messages) == [*(f"{each}@demo.go.id" for each in AGENCIES), "uptd@demo.go.id"]
        assert len(unpack(messages["uptd@demo.go.id"].facts).services) == 40
        for each in AGENCIES:
            facts = unpack(messages[f"{each}@demo.go.id"].facts)
            assert {one.agency_id for one in facts.services} == {each}
            assert len(facts.services) + facts.others == 40
        await rise(recorder, clock, 600, *FORTY)
        await planned(planning, clock, 700)
        assert (await occasions(recorder.store))[4:] == ["recovery"] * 4


async def test_an_office_hears_that_its_own_are_back_while_others_are_out(following, clock):
    routes = routing(route("instansi", CONTACTS))
    async with following("a", "b") as recorder:
        planning = planner(recorder.store, clock, registry=register("a", "b"), routes=routes)
        await fall(recorder, clock, 0, "a", "b", address="192.0.2.7")
        await planned(planning, clock, 60)
        await rise(recorder, clock, 120, "a")
        await planned(planning, clock, 140)
        assert (await said(recorder.store))[2:] == [("recovery", "dinkes@demo.go.id")]
        [last, *_] = await notifications(recorder.store)
        assert not unpack(last.facts).all_back


async def test_only_routes_that_are_for_a_service_are_told_of_it(following, clock):
    routes = routing(
        route("kesehatan", match=Match(agencies=frozenset({"dinkes"}))),
        route("pendidikan", CHIEF, match=Match(agencies=frozenset({"disdik"}))),
        route("kritis", CHIEF, match=Match(severity=Severity.CRITICAL)),
        route("blokir", CHIEF, topics=frozenset({Topic.BLOCKED})),
    )
    async with following("lapor") as recorder:
        await fall(recorder, clock, 0)
        await planned(planner(recorder.store, clock, routes=routes), clock, 60)
        assert await said(recorder.store) == [("outage", "uptd@demo.go.id")]


# Nothing lost, nothing twice


async def test_what_was_stored_before_a_crash_is_planned_after_it(following, clock):
    async with following("lapor") as recorder:
        await fall(recorder, clock, 0)
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock)
        await planned(planning, clock, 30)
    async with following("lapor") as recorder:
        await planned(planner(recorder.store, clock), clock, 60)
        await planned(planner(recorder.store, clock), clock, 70)
        assert await occasions(recorder.store) == ["outage"]


async def test_two_planners_on_one_database_say_nothing_twice(following, clock, database):
    routes = routing(route(reminders=Reminders()), route("instansi", CONTACTS))
    names = [f"s{number}" for number in range(9)]
    async with following(*names) as recorder, await Store.open(database.url) as other:
        both = [
            planner(store, clock, registry=register(*names), routes=routes)
            for store in (recorder.store, other)
        ]
        for number, name in enumerate(names):
            await fall(recorder, clock, 0, name, address=f"192.0.2.{number}")
            await asyncio.gather(*(one.tick() for one in both))
        for second in (60, 61, HOUR + 60, HOUR + 61, 4 * HOUR):
            clock.now = T0 + second * SECOND
            await asyncio.gather(*(one.tick() for one in both), return_exceptions=True)
        await rise(recorder, clock, 5 * HOUR, *names)
        await asyncio.gather(*(one.tick() for one in both))
        await both[0].tick()
        found = await notifications(recorder.store)
        per = {(one.route_id, one.subject) for one in found}
        assert len(per) == 18
        for route_id, subject in per:
            story = [
                one.occasion for one in reversed(found) if (one.route_id, one.subject) == (route_id, subject)
            ]
            reminders = ["reminder", "reminder"] if route_id == "operators" else []
            assert story == ["outage", *reminders, "recovery"]


async def test_a_recovery_is_not_lost_to_a_reminder_that_another_planner_writes_meanwhile(
    following, clock, database
):
    """The first planner looked before the recovery was stored, and writes after the second one looked."""
    first_wrote, second_looked = threading.Event(), threading.Event()
    routes, moments = routing(route(reminders=Reminders())), []

    def second_planner(now):
        async def tick():
            def look(_):
                second_looked.set()
                assert first_wrote.wait(20)
                return frozenset()

            async with await Store.open(database.url, clock=lambda: now) as store:
                planning = Planner(store, "local", BALI, look, lambda: now)
                planning.follow(register("lapor"), routes)
                await planning.tick()

        asyncio.run(tick())

    def recover_and_let_the_second_look(now):
        if now < T0 + HOUR * SECOND:
            return frozenset()

        async def recover():
            async with following("lapor") as recorder:
                await rise(recorder, clock, HOUR + 60)

        threads = [threading.Thread(target=asyncio.run, args=(recover(),))]
        threads[0].start()
        threads[0].join()
        threads.append(threading.Thread(target=second_planner, args=(clock.now,)))
        threads[1].start()
        moments.extend(threads[1:])
        assert second_looked.wait(20)
        return frozenset()

    async with following("lapor") as recorder:
        await fall(recorder, clock, 0)
        first = Planner(recorder.store, "local", BALI, recover_and_let_the_second_look, clock)
        first.follow(register("lapor"), routes)
        await planned(first, clock, 60)
        await planned(first, clock, HOUR + 60)
        first_wrote.set()
        await asyncio.to_thread(moments[0].join, 20)
        late = planner(recorder.store, clock, routes=routes)
        await planned(late, clock, 2 * HOUR)
        assert (await occasions(recorder.store))[-1] == "recovery"


async def test_a_store_that_is_locked_delays_and_loses_nothing(following, clock, database):
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock)
        await fall(recorder, clock, 0)
        clock.now = T0 + 60 * SECOND
        async with database.locked():
            with pytest.raises(StoreUnavailable):
                await planning.tick()
        await planned(planning, clock, 120)
        assert await occasions(recorder.store) == ["outage"]


# Reloads


async def test_a_route_that_is_new_hears_of_what_is_out_and_one_that_is_gone_of_nothing(following, clock):
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock)
        await fall(recorder, clock, 0)
        await planned(planning, clock, 60)
        planning.follow(register("lapor"), routing(route("baru", CHIEF)))
        await planned(planning, clock, 100)
        await rise(recorder, clock, 200)
        await planned(planning, clock, 300)
        assert await said(recorder.store) == [
            ("outage", "uptd@demo.go.id"),
            ("outage", "kepala@demo.go.id"),
            ("recovery", "kepala@demo.go.id"),
        ]


async def test_a_reload_while_something_is_being_planned_is_not_overlooked(following, clock):
    async with following("lapor") as recorder:
        reloads = []

        def maintained(_):
            for routes in reloads:  # after what was loaded just now is decided, and before that is written
                asyncio.get_running_loop().call_soon(planning.follow, register("lapor"), routes)
            reloads.clear()
            return frozenset()

        planning = Planner(recorder.store, "local", BALI, maintained, clock)
        planning.follow(register("lapor"), routing())
        await fall(recorder, clock, 0)
        reloads.append(routing(route(), route("baru", CHIEF)))
        await planned(planning, clock, 60)
        assert await said(recorder.store) == [("outage", "uptd@demo.go.id")]
        await planned(planning, clock, 120)
        assert (await said(recorder.store))[1:] == [("outage", "kepala@demo.go.id")]


async def test_who_was_told_of_an_outage_is_told_of_its_end_though_the_service_matters_less_now(
    following, clock
):
    routes = routing(route(match=Match(severity=Severity.WARNING)))
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock, routes=routes)
        await fall(recorder, clock, 0)
        await planned(planning, clock, 60)
        planning.follow(register("lapor", criticality=Criticality.ORDINARY), routes)
        await rise(recorder, clock, 120)
        await planned(planning, clock, 140)
        assert await occasions(recorder.store) == ["outage", "recovery"]


# Silence


def looks(recorder, second, *, alive):
    at = T0 + second * SECOND
    recorder.look(Look(canary=CANARY, started_at=at, ended_at=at + SECOND / 100, alive=alive))


async def test_blindness_is_told_once_and_so_is_its_end_and_nothing_else_meanwhile(following, clock):
    outlook = Outlook(canaries=(CANARY,), patience=timedelta(seconds=20))
    routes = routing(route(topics=EVERYTHING), route("instansi", CONTACTS))
    async with following("a", "b", outlook=outlook) as recorder:
        planning = planner(recorder.store, clock, registry=register("a", "b"), routes=routes)
        looks(recorder, 0, alive=True)
        await see(recorder, clock, 0, good, "a")
        for second in (10, 20, 30):
            await see(recorder, clock, second, bad, "a")
            looks(recorder, second + 1, alive=True)
        await recorder._writer._flush()
        await planned(planning, clock, 40)
        looks(recorder, 41, alive=False)
        await recorder._writer._flush()
        for second in range(42, 300, 10):
            await see(recorder, clock, second, bad, "b")
            looks(recorder, second + 1, alive=False)
            await planned(planning, clock, second + 2)
        assert await said(recorder.store) == [("blind", "uptd@demo.go.id")]
        looks(recorder, 300, alive=True)
        await recorder._writer._flush()
        for second in range(301, 400, 5):
            await planned(planning, clock, second)
        assert sorted(await said(recorder.store)) == [
            ("blind", "uptd@demo.go.id"),
            ("outage", "dinkes@demo.go.id"),
            ("outage", "uptd@demo.go.id"),
            ("sighted", "uptd@demo.go.id"),
        ]


async def test_maintenance_keeps_an_outage_silent_and_what_is_out_after_it_is_told(following, clock):
    maintained = {"lapor"}
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock, maintained=maintained)
        await fall(recorder, clock, 0)
        for second in (60, 600, 1200):
            await planned(planning, clock, second)
        assert await said(recorder.store) == []
        maintained.clear()
        await planned(planning, clock, 1300)
        assert await occasions(recorder.store) == ["outage"]


async def test_maintenance_keeps_silent_also_that_a_service_blocks_us_or_is_slow(following, clock):
    async with following("lapor") as recorder:
        planning = planner(
            recorder.store, clock, routes=routing(route(topics=EVERYTHING)), maintained={"lapor"}
        )
        await see(recorder, clock, 0, good)
        for second in (10, 20, 30):
            await see(recorder, clock, second, good, **BLOCKED)
        for second in (40, 100, 1000):
            await planned(planning, clock, second)
        assert await said(recorder.store) == []


async def test_an_acknowledgement_stops_reminders_and_escalation(following, clock):
    routes = routing(route(reminders=Reminders(), escalation=Escalation(after=2 * HOUR * SECOND, to=CHIEF)))
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock, routes=routes)
        await fall(recorder, clock, 0)
        await planned(planning, clock, 60)
        await planned(planning, clock, HOUR + 60)
        deed = AuditEntry(
            at=clock.now, who="made", action=Deed.ACKNOWLEDGE.value, subject="INC-2026-000001", reason=""
        )
        async with recorder.store.writing() as (connection, _):
            await record(connection, deed)
        for hour in range(2, 40):
            await planned(planning, clock, hour * HOUR)
        await rise(recorder, clock, 41 * HOUR)
        await planned(planning, clock, 42 * HOUR)
        assert await occasions(recorder.store) == ["outage", "reminder", "recovery"]
        [last, *_] = await notifications(recorder.store)
        assert unpack(last.facts).acknowledged_by == ("made",)


# Escalation


async def test_an_escalation_goes_to_those_it_names_and_the_end_to_all(following, clock):
    routes = routing(route(escalation=Escalation(after=HOUR * SECOND, to=CHIEF)))
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock, routes=routes)
        await fall(recorder, clock, 0)
        for second in (60, HOUR + 60, 2 * HOUR):
            await planned(planning, clock, second)
        await rise(recorder, clock, 3 * HOUR)
        await planned(planning, clock, 3 * HOUR + 60)
        assert await said(recorder.store) == [
            ("outage", "uptd@demo.go.id"),
            ("escalation", "kepala@demo.go.id"),
            ("recovery", "uptd@demo.go.id"),
            ("recovery", "kepala@demo.go.id"),
        ]


async def test_whom_an_escalation_reaches_is_not_sent_a_reminder_in_the_same_moment(following, clock):
    routes = routing(
        route(reminders=Reminders(first=HOUR * SECOND), escalation=Escalation(after=HOUR * SECOND, to=CHIEF))
    )
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock, routes=routes)
        await fall(recorder, clock, 0)
        await planned(planning, clock, 60)
        await planned(planning, clock, HOUR + 60)
        told = [occasion for occasion, address in await said(recorder.store) if address.startswith("kepala")]
        assert told == ["escalation"]
