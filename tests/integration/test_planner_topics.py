"""What is planned of services that block us or are slow, in quiet hours, and of the monitor itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import time

from alerts.packing import unpack
from monitor.core.alert import Alert, AlertKind
from monitor.core.route import Match, QuietHours, Recipient, Topic
from monitor.core.service import Criticality, Rule
from monitor.store.alerts import alerts, write_alerts
from monitor.store.outbox import State, claim, notifications, settle_sent
from tests.recording import SECOND, T0, clock, database, following, good, path
from tests.telling import (
    BLOCKED,
    CONTACTS,
    DAY,
    EVERYTHING,
    HOLD,
    OPERATORS,
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

__all__ = ["clock", "database", "following", "path"]

HOUR = 3600
NIGHT = QuietHours(starts=time(22), ends=time(6))
ELEVEN_PM = 15 * HOUR
"""Seconds from T0, which is 08.00 WITA."""
CHIEF = (Recipient(channel="mail", address="kepala@demo.go.id"),)


# Blocked, slow


async def test_a_service_that_blocks_us_is_told_once_and_so_is_its_end(following, clock):
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock, routes=routing(route(topics=EVERYTHING)))
        await see(recorder, clock, 0, good)
        for second in (10, 20, 30):
            await see(recorder, clock, second, good, **BLOCKED)
        for second in (31, 60, 3600):
            await planned(planning, clock, second)
        await rise(recorder, clock, 4000)
        for second in (4010, 4100):
            await planned(planning, clock, second)
        assert await occasions(recorder.store) == ["blocked", "unblocked"]


async def judge_slowness(recorder, *service_ids):
    """Let more than a second be slow."""
    made = register(*service_ids)
    checks = [replace(one, rule=Rule(slow=SECOND)) for one in made.checks()]
    await recorder.follow(made, checks)


async def slow(recorder, clock, *seconds):
    for second in seconds:
        await see(recorder, clock, second, good, duration=5 * SECOND)


async def quick(recorder, clock, *seconds):
    for second in seconds:
        await see(recorder, clock, second, good)


async def test_slowness_is_told_only_after_its_time_and_then_its_end(following, clock):
    async with following("lapor") as recorder:
        await judge_slowness(recorder, "lapor")
        planning = planner(recorder.store, clock, routes=routing(route(topics=EVERYTHING)))
        await slow(recorder, clock, 0, 60, 120)
        for second in (121, 600, 1900):
            await planned(planning, clock, second)
        assert await said(recorder.store) == []
        await planned(planning, clock, 1921)
        assert await occasions(recorder.store) == ["degraded"]
        await quick(recorder, clock, 2000, 2060, 2120)
        await planned(planning, clock, 2121)
        assert await occasions(recorder.store) == ["degraded", "undegraded"]


async def test_slowness_that_passes_is_never_told(following, clock):
    async with following("lapor") as recorder:
        await judge_slowness(recorder, "lapor")
        planning = planner(recorder.store, clock, routes=routing(route(topics=EVERYTHING)))
        await slow(recorder, clock, 0, 60, 120)
        await planned(planning, clock, 121)
        await quick(recorder, clock, 180, 240, 300)
        for second in (301, 1921, 9999):
            await planned(planning, clock, second)
        assert await said(recorder.store) == []


async def test_a_slow_service_that_left_the_register_is_not_told_of_to_anybody(following, clock):
    routes = routing(
        route("dinkes", topics=EVERYTHING, match=Match(agencies=frozenset({"dinkes"}))),
        route("disdik", CHIEF, topics=EVERYTHING, match=Match(agencies=frozenset({"disdik"}))),
    )
    async with following("lapor") as recorder:
        await judge_slowness(recorder, "lapor")
        planning = planner(recorder.store, clock, routes=routes)
        await slow(recorder, clock, 0, 60, 120)
        await planned(planning, clock, 121)
        planning.follow(register("pajak"), routes)
        await planned(planning, clock, 2000)
        assert await said(recorder.store) == []


async def test_a_slow_service_that_goes_down_is_not_said_to_be_quick_again(following, clock):
    async with following("lapor") as recorder:
        await judge_slowness(recorder, "lapor")
        planning = planner(recorder.store, clock, routes=routing(route(topics=EVERYTHING)))
        await slow(recorder, clock, 0, 60, 120)
        await planned(planning, clock, 2000)
        await fall(recorder, clock, 2100)
        await planned(planning, clock, 2121)
        await planned(planning, clock, 2200)
        assert await occasions(recorder.store) == ["degraded", "outage"]


# Quiet hours


async def test_quiet_hours_hold_a_message_and_do_not_drop_it(following, clock):
    async with following("lapor") as recorder:
        planning = planner(recorder.store, clock, routes=routing(route(quiet=NIGHT)))
        await fall(recorder, clock, ELEVEN_PM)
        await planned(planning, clock, ELEVEN_PM + 60)
        assert await claim(recorder.store, "me", clock.now, HOLD) == []
        morning = T0 + DAY - 2 * HOUR * SECOND
        assert await claim(recorder.store, "me", morning - SECOND, HOLD) == []
        [one] = await claim(recorder.store, "me", morning, HOLD)
        assert one.occasion == "outage"


async def test_what_is_critical_goes_out_in_quiet_hours(following, clock):
    async with following("lapor") as recorder:
        registry = register("lapor", criticality=Criticality.CRITICAL)
        planning = planner(recorder.store, clock, registry=registry, routes=routing(route(quiet=NIGHT)))
        await fall(recorder, clock, ELEVEN_PM)
        await planned(planning, clock, ELEVEN_PM + 60)
        assert len(await claim(recorder.store, "me", clock.now, HOLD)) == 1


async def test_what_becomes_critical_in_quiet_hours_goes_out_though_something_milder_is_held(
    following, clock
):
    plain = register("a", "b")
    critical = replace(plain.services["b"], criticality=Criticality.CRITICAL)
    registry = replace(plain, services={**plain.services, "b": critical})
    async with following("a", "b") as recorder:
        planning = planner(recorder.store, clock, registry=registry, routes=routing(route(quiet=NIGHT)))
        await fall(recorder, clock, ELEVEN_PM, "a", address="192.0.2.7")
        await planned(planning, clock, ELEVEN_PM + 60)
        await fall(recorder, clock, ELEVEN_PM + 61, "b", address="192.0.2.7")
        await planned(planning, clock, ELEVEN_PM + 120)
        assert await occasions(recorder.store) == ["outage", "grew"]
        told = []
        for _ in range(2):  # what was held leaves first, so that they arrive in their order
            [one] = await claim(recorder.store, "me", clock.now, HOLD)
            told.append({each.id for each in unpack(one.facts).services})
            await settle_sent(recorder.store, "me", one, clock.now)
        assert told == [{"a"}, {"a", "b"}]


# The monitor's own troubles


async def test_a_message_that_died_is_told_to_the_operators_once(following, clock):
    async with following("lapor") as recorder:
        planning = planner(
            recorder.store,
            clock,
            routes=routing(route(topics=frozenset({Topic.MONITOR})), route("instansi", CONTACTS)),
        )
        alert = Alert(
            key="undelivered:abc",
            raised_at=T0,
            kind=AlertKind.UNDELIVERED,
            subject="notification:1",
            detail={"text": "It was refused.", "since": T0.isoformat()},
        )
        async with recorder.store.writing() as (connection, _):
            await write_alerts(connection, [alert])
        for second in (1, 2, 3600):
            await planned(planning, clock, second)
        assert await said(recorder.store) == [("undelivered", "uptd@demo.go.id")]
        assert len(await alerts(recorder.store)) == 1
        assert await notifications(recorder.store, state=State.DEAD) == []
        [one] = await notifications(recorder.store)
        assert unpack(one.facts).detail == "It was refused."
        assert one.address == OPERATORS[0].address
