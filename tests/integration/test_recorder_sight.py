"""The recorder asks whether it can see before it judges a failure."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from monitor.core.canary import Canary, CanaryKind, Look
from monitor.core.reason import Reason
from monitor.core.sight import BlindCause, SightRule
from monitor.recorder import Outlook
from monitor.store.alerts import alerts
from monitor.store.sight import blind_periods
from tests.recording import (
    DOWN,
    SECOND,
    T0,
    UNKNOWN,
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
    told,
)

__all__ = ["clock", "database", "following", "path"]

HERE = Canary(kind=CanaryKind.TCP, target="192.0.2.1:443")
THERE = Canary(kind=CanaryKind.TCP, target="198.51.100.1:443")


@pytest.fixture
def asked():
    return []


@pytest.fixture
def outlook(asked):
    return Outlook(
        canaries=(HERE, THERE), patience=timedelta(seconds=20), look_soon=lambda: asked.append(True)
    )


def looks(recorder, second, *alive):
    """Look at both canaries at a second; `alive` names those that answer."""
    for canary in (HERE, THERE):
        at = T0 + second * SECOND
        recorder.look(Look(canary=canary, started_at=at, ended_at=at + SECOND / 100, alive=canary in alive))


def see(recorder, clock, second, seen, check_id="lapor"):
    clock.now = T0 + second * SECOND + SECOND / 10
    return recorder.put(seen(check_id, T0 + second * SECOND))


async def closed(recorder):
    async with running(recorder):
        pass


async def test_a_failure_is_judged_once_a_canary_was_seen_alive_after_it(following, clock, outlook, asked):
    async with following("lapor", outlook=outlook) as recorder:
        see(recorder, clock, 0, good)
        for second in (10, 20, 30):
            assert see(recorder, clock, second, bad)
            assert recorder.eyes.waiting == 1
            looks(recorder, second + 1, HERE)
            assert recorder.eyes.waiting == 0
        assert recorder.board.states["lapor"].status is DOWN
        assert recorder.board.states["lapor"].since_at == T0 + 10 * SECOND
        assert len(asked) == 3
        await closed(recorder)
        assert [one.kind for one in await alerts(recorder.store)] == ["incident"]


async def test_a_look_from_before_the_failure_ended_does_not_count(following, clock, outlook):
    async with following("lapor", outlook=outlook) as recorder:
        see(recorder, clock, 0, good)
        see(recorder, clock, 10, bad)
        looks(recorder, 10, HERE, THERE)
        assert recorder.eyes.waiting == 1
        assert not recorder.board.states["lapor"].confirming


async def test_dead_canaries_make_it_unknown_from_the_first_failing_evidence_on(following, clock, outlook):
    async with following("lapor", "pajak", outlook=outlook) as recorder:
        for check_id in ("lapor", "pajak"):
            see(recorder, clock, 0, good, check_id)
        see(recorder, clock, 10, bad)
        looks(recorder, 11, HERE)
        see(recorder, clock, 20, bad)
        see(recorder, clock, 21, bad, "pajak")
        looks(recorder, 25)
        for second in range(30, 90, 10):
            assert see(recorder, clock, second, bad)
            assert see(recorder, clock, second, bad, "pajak")
        assert recorder.board.states["lapor"].status is UNKNOWN
        assert recorder.board.states["lapor"].since_at == T0 + 10 * SECOND
        assert recorder.board.states["pajak"].since_at == T0 + 21 * SECOND
        assert (await samples(recorder))["kulkul_vantage_blind", None, None] == 1
        clock.now = T0 + 95 * SECOND
        looks(recorder, 94, THERE)
        see(recorder, clock, 100, good)
        see(recorder, clock, 100, good, "pajak")
        await closed(recorder)
        assert told(await recorder.store.load_transitions("local")) == [
            ("lapor", 0, UP),
            ("pajak", 0, UP),
            ("lapor", 10, UNKNOWN),
            ("pajak", 21, UNKNOWN),
            ("lapor", 100, UP),
            ("pajak", 100, UP),
        ]
        assert (await samples(recorder))["kulkul_vantage_blind", None, None] == 0
        [period] = await blind_periods(recorder.store, "local")
        assert period.cause is BlindCause.CANARIES
        assert period.began_at == T0 + 20 * SECOND
        assert period.ended_at == T0 + 94 * SECOND
        assert period.dead == (HERE.name, THERE.name)
        [alert] = await alerts(recorder.store)
        assert (alert.kind, alert.subject) == ("vantage_blind", "local")
        assert recorder.casebook.ledger.incidents == {}


async def test_results_behind_a_failure_that_waits_keep_their_order(following, clock, outlook):
    async with following("lapor", outlook=outlook) as recorder:
        see(recorder, clock, 0, good)
        see(recorder, clock, 10, bad)
        see(recorder, clock, 20, good)
        see(recorder, clock, 30, bad)
        assert recorder.board.states["lapor"].last_at == T0
        looks(recorder, 15, HERE)
        assert recorder.board.states["lapor"].last_at == T0 + 20 * SECOND
        looks(recorder, 31, HERE)
        assert recorder.board.states["lapor"].doubt.count == 1
        assert recorder.board.states["lapor"].last_at == T0 + 30 * SECOND


async def test_many_unrelated_networks_that_fail_at_once_are_not_believed(following, clock):
    names = [f"s{number}" for number in range(10)]
    rule = SightRule(window=30 * SECOND, share=0.6, min_networks=8, share_limit=timedelta(minutes=15))
    async with following(*names, outlook=Outlook(rule=rule)) as recorder:
        for number, name in enumerate(names):
            clock.now = T0 + number * SECOND
            recorder.put(replace(good(name, clock.now), address=f"198.51.{number}.1"))
        for second in range(60, 100, 10):
            for number, name in enumerate(names):
                clock.now = T0 + (second + number / 10) * SECOND
                recorder.put(replace(bad(name, clock.now), address=f"198.51.{number}.1"))
        assert {recorder.board.status(name) for name in names} == {UNKNOWN}
        await closed(recorder)
        [period] = await blind_periods(recorder.store, "local")
        assert period.cause is BlindCause.NETWORKS
        assert recorder.casebook.ledger.incidents == {}


async def test_forty_checks_in_one_dead_data_centre_are_an_outage(following, clock):
    names = [f"s{number}" for number in range(40)]
    others = [f"t{number}" for number in range(10)]
    async with following(*names, *others, outlook=Outlook(rule=SightRule())) as recorder:
        for second in range(0, 50, 10):
            clock.now = T0 + second * SECOND
            for number, name in enumerate(names):
                seen = good if second == 0 else bad
                recorder.put(replace(seen(name, clock.now), address=f"192.0.2.{number}"))
            for number, name in enumerate(others):
                recorder.put(replace(good(name, clock.now), address=f"198.51.{number}.1"))
        assert {recorder.board.status(name) for name in names} == {DOWN}
        await closed(recorder)


async def test_blindness_goes_on_over_a_restart_and_ends_with_the_first_living_canary(
    following, clock, outlook
):
    async with following("lapor", outlook=outlook) as recorder:
        see(recorder, clock, 0, good)
        see(recorder, clock, 10, bad)
        looks(recorder, 11)
        await closed(recorder)
    clock.now = T0 + 60 * SECOND
    async with following("lapor", outlook=outlook) as recorder:
        assert recorder.eyes.period.began_at == T0 + 10 * SECOND
        looks(recorder, 61)
        see(recorder, clock, 70, bad)
        looks(recorder, 75, HERE)
        await closed(recorder)
        [period] = await blind_periods(recorder.store, "local")
        assert period.ended_at == T0 + 75 * SECOND
        assert len(await alerts(recorder.store)) == 1


async def test_a_failure_that_nobody_looks_after_becomes_unknown(following, clock, outlook):
    async with following("lapor", outlook=outlook) as recorder:
        see(recorder, clock, 0, good)
        see(recorder, clock, 10, bad)
        clock.now = T0 + 31 * SECOND
        async with running(recorder):
            pass
        assert recorder.board.states["lapor"].status is UNKNOWN
        assert recorder.board.states["lapor"].reason is Reason.VANTAGE_BLIND


async def test_what_waits_when_the_daemon_stops_is_stored_and_held_against_nobody(following, clock, outlook):
    async with following("lapor", outlook=outlook) as recorder:
        see(recorder, clock, 0, good)
        see(recorder, clock, 10, bad)
        await closed(recorder)
        assert len(await recorder.store.results("lapor", "local", T0, clock.now)) == 2
        assert recorder.board.states["lapor"].status is UNKNOWN


async def test_an_outage_that_is_known_asks_for_no_look_of_its_own(following, clock, outlook, asked):
    async with following("lapor", outlook=outlook) as recorder:
        for second in (0, 10, 20):
            see(recorder, clock, second, bad)
            looks(recorder, second + 1, HERE)
        assert recorder.board.states["lapor"].status is DOWN
        before = len(asked)
        assert not see(recorder, clock, 80, bad)
        assert len(asked) == before
        looks(recorder, 90, HERE)
        assert recorder.board.states["lapor"].last_at == T0 + 80 * SECOND


async def test_a_check_that_leaves_takes_what_waits_with_it(following, clock, outlook):
    async with following("lapor", "pajak", outlook=outlook) as recorder:
        see(recorder, clock, 0, bad)
        await follow(recorder, "pajak")
        assert recorder.eyes.waiting == 0
        looks(recorder, 10, HERE)
