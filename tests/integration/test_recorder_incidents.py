"""The recorder opens, keeps and closes incidents with the changes that cause them."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.core.incident import Tie, Trait
from monitor.core.reason import Reason, Stage
from monitor.recorder import Neighbourhood
from monitor.store.incidents import Which, evidence_of, incidents
from tests.recording import (
    DOWN,
    SECOND,
    T0,
    UP,
    bad,
    clock,
    database,
    follow,
    following,
    good,
    path,
    running,
    samples,
)

__all__ = ["clock", "database", "following", "path"]

BALI = Neighbourhood(zone=ZoneInfo("Asia/Makassar"), domain_of=lambda _: None, name_servers={})


def see(recorder, clock, second, seen, check_id="lapor", **facts):
    clock.now = T0 + second * SECOND
    recorder.put(replace(seen(check_id, clock.now), **facts))


def fall(recorder, clock, second, *check_ids, **facts):
    """Let checks fail until they are DOWN."""
    for number in range(3):
        for check_id in check_ids or ("lapor",):
            see(recorder, clock, second + 10 * number, bad, check_id, **facts)


def rise(recorder, clock, second, *check_ids):
    for number in range(2):
        for check_id in check_ids or ("lapor",):
            see(recorder, clock, second + 10 * number, good, check_id)


async def closed(recorder):
    async with running(recorder):
        pass


async def test_an_outage_is_one_incident_from_its_first_failure_to_its_first_good_probe(following, clock):
    async with following("lapor", neighbourhood=BALI) as recorder:
        see(recorder, clock, 0, good)
        fall(recorder, clock, 60)
        assert recorder.casebook.names == {"lapor": "INC-2026-000001"}
        rise(recorder, clock, 300)
        await closed(recorder)
        [incident] = await incidents(recorder.store)
        assert incident.name == "INC-2026-000001"
        assert incident.began_at == T0 + 60 * SECOND
        assert incident.confirmed_at == T0 + 80 * SECOND
        assert incident.ended_at == T0 + 300 * SECOND
        assert incident.closed_at == T0 + 310 * SECOND
        assert not incident.flapping


async def test_evidence_is_that_of_the_first_failure_and_of_the_last(following, clock):
    async with following("lapor") as recorder:
        see(recorder, clock, 0, good)
        see(recorder, clock, 60, bad, message="The first.", excerpt="Galat 1")
        see(recorder, clock, 70, bad, message="The second.")
        see(recorder, clock, 80, bad, message="The third.")
        for second in range(90, 150, 10):
            see(recorder, clock, second, bad, message=f"At {second}.", excerpt="Galat 2")
        rise(recorder, clock, 300)
        await closed(recorder)
        first, last = await evidence_of(recorder.store, 2026000001)
        assert (first.which, first.at, first.content["message"]) == (
            Which.FIRST, T0 + 60 * SECOND, "The first.",
        )  # fmt: skip
        assert first.content["excerpt"] == "Galat 1"
        assert (last.which, last.at, last.content["message"]) == (Which.LAST, T0 + 140 * SECOND, "At 140.")


async def test_an_incident_and_the_change_that_opens_it_are_written_together(following, clock, path):
    async with following("lapor") as recorder:
        with closing(sqlite3.connect(path)) as other:
            other.execute(
                "CREATE TRIGGER fault BEFORE INSERT ON incident BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            other.commit()
            fall(recorder, clock, 0)
            with pytest.raises(IntegrityError):
                await recorder._writer._flush()
            for table in ("result", "check_state", "transition", "incident_evidence"):
                assert other.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


async def test_a_restart_goes_on_with_the_same_incident(following, clock):
    async with following("lapor") as recorder:
        see(recorder, clock, 0, good)
        fall(recorder, clock, 60)
        await closed(recorder)
    clock.now = T0 + 600 * SECOND
    async with following("lapor") as recorder:
        assert recorder.casebook.names == {"lapor": "INC-2026-000001"}
        assert (await samples(recorder))["kulkul_incident_open", "lapor", None] == 1
        assert (await samples(recorder))["kulkul_incidents_total", None, None] == 0
        see(recorder, clock, 610, bad)
        assert recorder.board.states["lapor"].status is DOWN
        rise(recorder, clock, 700)
        await closed(recorder)
        [incident] = await incidents(recorder.store)
        assert incident.ended_at == T0 + 700 * SECOND
        assert len(incident.members[0].spells) == 1
        assert ("kulkul_incident_open", "lapor", None) not in await samples(recorder)


async def test_numbers_go_on_after_a_restart(following, clock):
    async with following("lapor") as recorder:
        fall(recorder, clock, 0)
        rise(recorder, clock, 60)
        await closed(recorder)
    clock.now = T0 + 7200 * SECOND
    async with following("lapor") as recorder:
        rise(recorder, clock, 7200)
        fall(recorder, clock, 7300)
        await closed(recorder)
        assert [one.name for one in await incidents(recorder.store)] == ["INC-2026-000002", "INC-2026-000001"]


async def test_forty_services_on_one_dead_address_are_one_incident(following, clock):
    names = [f"s{number:02}" for number in range(40)]
    async with following(*names) as recorder:
        fall(recorder, clock, 0, *names, address="192.0.2.7")
        await closed(recorder)
        [incident] = await incidents(recorder.store)
        assert [member.service_id for member in incident.members] == names
        assert incident.cause == Trait(Tie.ADDRESS, "192.0.2.7")


async def test_a_name_that_no_longer_resolves_is_put_to_its_name_servers(following, clock):
    servers = {"a.go.id": ("ns1.host.id", "ns2.host.id"), "b.go.id": ("ns2.host.id", "ns1.host.id")}
    known = Neighbourhood(zone=BALI.zone, domain_of=lambda host: f"{host[0]}.go.id", name_servers=servers)
    async with following("a", "b", "c", neighbourhood=known) as recorder:
        lost = {"stage": Stage.RESOLVE, "reason": Reason.DNS_TIMEOUT, "address": None}
        fall(recorder, clock, 0, "a", "b", "c", **lost)
        causes = {incident.cause for incident in recorder.casebook.ledger.open}
        assert causes == {Trait(Tie.NAME_SERVERS, "ns1.host.id ns2.host.id"), None}


async def test_a_certificate_or_address_known_from_better_days_counts(following, clock):
    async with following("a", "b") as recorder:
        for each in ("a", "b"):
            see(recorder, clock, 0, good, each, address="192.0.2.7", aliases=("cdn.example",))
        lost = {"stage": Stage.RESOLVE, "reason": Reason.DNS_SERVFAIL, "address": None}
        fall(recorder, clock, 60, "a", "b", **lost)
        [incident] = recorder.casebook.ledger.open
        assert incident.cause == Trait(Tie.CNAME, "cdn.example")


async def test_a_service_that_leaves_the_register_ends_its_incident(following, clock):
    async with following("lapor", "pajak") as recorder:
        fall(recorder, clock, 0)
        clock.now = T0 + 100 * SECOND
        await follow(recorder, "pajak")
        await closed(recorder)
        [incident] = await incidents(recorder.store)
        assert incident.closed_at == incident.ended_at == T0 + 100 * SECOND
        assert incident.members[0].withdrawn


async def test_a_service_that_left_while_the_daemon_was_not_running_does_not_stay_out_for_ever(
    following, clock
):
    async with following("lapor", "pajak") as recorder:
        fall(recorder, clock, 0)
        await closed(recorder)
    clock.now = T0 + 600 * SECOND
    async with following("pajak") as recorder:
        await closed(recorder)
        [incident] = await incidents(recorder.store)
        assert incident.closed_at is not None
        assert incident.members[0].withdrawn


async def test_a_flapping_service_has_one_incident_until_it_is_stable(following, clock):
    async with following("lapor") as recorder:
        for number in range(5):
            fall(recorder, clock, 100 * number)
            rise(recorder, clock, 100 * number + 40)
        [incident] = recorder.casebook.ledger.open
        assert incident.flapping
        assert len(incident.members[0].spells) == 5
        clock.now = T0 + 440 * SECOND + timedelta(minutes=15)
        recorder.casebook.settle(clock.now)
        assert recorder.casebook.ledger.open == []


async def test_a_gap_is_no_end_of_an_outage(following, clock):
    async with following("lapor") as recorder:
        fall(recorder, clock, 0)
        recorder.board.interrupt(clock.now, clock.now + 60 * SECOND)
        see(recorder, clock, 120, bad)
        [incident] = recorder.casebook.ledger.open
        assert len(incident.members[0].spells) == 1
        assert incident.out


async def test_a_service_that_only_blocks_us_has_no_incident(following, clock):
    async with following("lapor") as recorder:
        see(recorder, clock, 0, good)
        for second in (10, 20, 30):
            see(recorder, clock, second, bad, outcome="blocked", reason=Reason.BLOCKED_CHALLENGE)
        assert recorder.casebook.ledger.incidents == {}
        assert recorder.board.states["lapor"].status is not UP
