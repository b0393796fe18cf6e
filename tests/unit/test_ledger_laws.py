"""The laws of incidents, on any series of failures and recoveries."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import UTC

from hypothesis import example, given, settings
from hypothesis import strategies as st

from monitor.core.ledger import LATEST_NEWS, STABLE_AFTER, Ended, Failed, Ledger, StillFailing, fold, settle
from monitor.core.reason import Reason, Stage
from tests.cases import FIRST, MINUTE, Days, address, at, domain

CHECKS = ["a", "a/2", "b", "c", "d", "e"]
TRAITS = [address("192.0.2.7"), address("192.0.2.8"), domain("baliprov.go.id")]
HERE, THERE, _ = TRAITS
REASONS = [Reason.TCP_TIMEOUT, Reason.HTTP_STATUS]

moves = st.tuples(
    st.sampled_from([0, 0, 1, 1, 4, 11, 16, 50]),  # minutes since the move before
    st.sampled_from(["fail", "fail", "fail", "end", "end", "fail on", "settle", "withdraw"]),
    st.sampled_from(CHECKS),
    st.frozensets(st.sampled_from(TRAITS), max_size=2),
    st.sampled_from(REASONS),
    st.sampled_from([0, 0, 1, 9]),  # minutes that the news is late
    st.sampled_from([1, 5, 30]),  # interval
)
lives = st.lists(moves, max_size=40)


def move(gap, kind, check_id, traits=frozenset(), late=0, interval=5):
    return gap, kind, check_id, traits, REASONS[0], late, interval


def event(minute, kind, check_id, traits, reason, late, interval):
    """Return what happened; None: only time went by."""
    service_id = check_id.partition("/")[0]
    common = {"service_id": service_id, "check_id": check_id}
    when = at(minute - late)
    if kind == "fail":
        more = {"stage": Stage.CONNECT, "reason": reason, "traits": traits}
        return Failed(began_at=when, slack=interval * MINUTE, **common, **more)
    if kind == "fail on":
        return StillFailing(at=when, stage=Stage.CONNECT, reason=reason, traits=traits, **common)
    if kind == "settle":
        return None
    return Ended(at=when, withdrawn=kind == "withdraw", **common)


def told(ledger, news, now):
    return settle(ledger, now) if news is None else fold(ledger, news, now)


def lived(life, ledger=None):
    """Yield what happened, when, the ledger before and after it, and what was reported."""
    ledger, minute = ledger or Ledger(vantage="local", zone=UTC), 60
    for gap, *what in life:
        minute += gap
        news, before = event(minute, *what), ledger
        ledger, changed = told(ledger, news, at(minute))
        yield news, at(minute), before, ledger, changed


def out(ledger):
    """Return (service, check) of every spell under way, as often as it is found."""
    return sorted(
        (member.service_id, spell.check_id)
        for incident in ledger.open
        for member in incident.present
        for spell in member.spells
        if spell.ended_at is None
    )


LEAVES_THE_OTHERS_BEHIND = [
    move(0, "fail", "a", frozenset({HERE})),
    move(0, "fail", "b", frozenset({HERE})),
    move(5, "end", "a"),
    move(0, "end", "b"),
    move(4, "fail", "a", frozenset({THERE})),
]


@given(lives)
def test_every_check_that_is_out_is_in_exactly_one_open_incident(life):
    failing = set()
    for news, _, _, ledger, _ in lived(life):
        match news:
            case Failed():
                failing.add((news.service_id, news.check_id))
            case Ended():
                failing.discard((news.service_id, news.check_id))
        assert out(ledger) == sorted(failing)


@given(lives)
def test_no_service_is_out_in_two_open_incidents_and_each_is_found_by_its_service(life):
    for *_, ledger, _ in lived(life):
        places = [(member.service_id, one.number) for one in ledger.open for member in one.out]
        assert len({service_id for service_id, _ in places}) == len(places)
        for service_id, number in places:
            assert ledger.of(service_id).number == number


COMES_BACK_WITH_NOTHING_IN_COMMON = [*LEAVES_THE_OTHERS_BEHIND[:4], move(4, "fail", "a")]


def shared(members):
    return frozenset.intersection(*(member.traits for member in members))


@given(lives)
@example(LEAVES_THE_OTHERS_BEHIND)
@example(COMES_BACK_WITH_NOTHING_IN_COMMON)
def test_what_is_out_together_in_an_incident_has_something_in_common(life):
    for *_, ledger, _ in lived(life):
        assert all(shared(one.out) for one in ledger.open if len(one.out) > 1)


@given(lives)
@example(LEAVES_THE_OTHERS_BEHIND)
@example(COMES_BACK_WITH_NOTHING_IN_COMMON)
def test_the_cause_of_an_incident_is_what_all_have_in_common_who_are_or_were_out(life):
    for *_, ledger, _ in lived(life):
        for one in ledger.open:
            if len(one.present) > 1:
                # Nothing, where one came back with another fault: what had ended stays, unblamed.
                assert one.cause in (shared(one.present) or {None})


@given(lives)
@example([*LEAVES_THE_OTHERS_BEHIND[:3], move(4, "fail", "a", frozenset({THERE}))])
def test_who_is_alone_in_an_incident_shares_its_cause_with_nobody(life):
    for *_, ledger, _ in lived(life):
        assert all(one.cause is None for one in ledger.open if len(one.present) == 1)


@given(lives)
def test_numbers_only_rise(life):
    for *_, before, ledger, changed in lived(life):
        fresh = [one.number for one in changed if one.number > before.last_number]
        assert fresh == list(
            range(before.last_number + 1 if before.last_number else FIRST, ledger.last_number + 1)
        )
        assert all(one.number in before.incidents for one in changed if one.number not in fresh)


@given(lives)
@example(LEAVES_THE_OTHERS_BEHIND)
def test_an_incident_is_opened_for_somebody_who_is_out(life):
    for *_, before, _, changed in lived(life):
        assert all(one.out for one in changed if one.number > before.last_number)


@given(lives)
def test_an_open_incident_never_disappears_and_every_change_is_reported(life):
    for *_, before, ledger, changed in lived(life):
        reported = {one.number: one for one in changed}
        assert [one.number for one in changed] == sorted(reported)
        for number, one in before.incidents.items():
            after = reported.get(number, one)
            assert after != one or number not in reported
            assert ledger.incidents.get(number, after) == after
            assert number in ledger.incidents or after.closed_at is not None
        assert ledger.incidents.keys() <= before.incidents.keys() | reported.keys()


@given(lives)
def test_an_incident_is_closed_when_nobody_is_out_and_never_ends_before_it_began(life):
    for _, now, _, ledger, changed in lived(life):
        for one in changed:
            if one.closed_at is None:
                assert one.out or one.flapping
                continue
            assert not one.out
            assert one.began_at <= one.ended_at <= one.closed_at <= now
            assert one.began_at <= one.confirmed_at
            assert (one.merged_into is None) == bool(one.present)
        assert all(one.closed_at is None for one in ledger.incidents.values() if one.out)


@given(lives)
def test_the_trail_of_who_moved_ends_where_it_is_now(life):
    known = {}
    for *_, changed in lived(life):
        known.update((one.number, one) for one in changed)
        for one in known.values():
            for member in one.members:
                there, hops = member, 0
                while there.moved_to is not None:
                    there = next(
                        each for each in known[there.moved_to].members if each.service_id == member.service_id
                    )
                    hops += 1
                    assert hops < len(known)


@given(lives)
def test_to_be_told_twice_changes_nothing(life):
    for news, now, _, ledger, _ in lived(life):
        assert told(ledger, news, now) == (ledger, [])


@given(lives)
def test_the_same_life_leads_to_the_same_incidents_in_whatever_order_they_are_remembered(life):
    turned = Ledger(vantage="local", zone=UTC)
    for news, now, _, ledger, changed in lived(life):
        backwards = replace(turned, incidents=dict(reversed(turned.incidents.items())))
        turned, again = told(backwards, news, now)
        assert again == changed
        assert turned == ledger


@given(lives, st.sets(st.integers(0, 39)))
def test_a_restart_changes_nothing(life, restarts):
    """What was reported is stored; after a restart what is open is read back, and what closed lately."""
    stored = {}
    restarted = Ledger(vantage="local", zone=UTC)
    for place, (news, now, _, ledger, changed) in enumerate(lived(life)):
        if place in restarts:
            since = now - STABLE_AFTER - LATEST_NEWS
            restarted = replace(
                restarted,
                last_number=max(stored, default=0),
                incidents={
                    number: one
                    for number, one in stored.items()
                    if one.closed_at is None or one.closed_at >= since
                },
            )
        restarted, again = told(restarted, news, now)
        assert again == changed
        assert restarted.open == ledger.open
        stored.update((one.number, one) for one in changed)


def calls(function):
    """Count the calls of Python functions that it takes."""
    count = 0

    def watch(frame, what, _):
        nonlocal count
        count += what == "call"

    before = sys.getprofile()
    sys.setprofile(watch)
    try:
        function()
    finally:
        sys.setprofile(before)
    return count


def crowd(size):
    """Return days on which so many services on one address are out."""
    days = Days()
    for number in range(size):
        days.fail(f"s{number:04}", number / 1000, HERE, now=5)
    return days


def test_one_more_of_many_costs_in_proportion_to_how_many_there_are():
    few, many = crowd(50), crowd(200)
    for change in (
        lambda days: days.fail("z", 1, HERE),
        lambda days: days.fail_on("z", 2, THERE),
        lambda days: days.end("z", 3),
    ):
        first, second = calls(lambda: change(few)), calls(lambda: change(many))  # noqa: B023 - called here
        assert second < 5 * first


def test_a_failure_that_tells_nothing_new_is_cheap():
    days = crowd(200)
    assert calls(lambda: days.fail_on("s0100", 9, HERE)) < calls(lambda: days.fail_on("s0100", 9, THERE)) / 2


@settings(max_examples=20)
@given(st.permutations(range(12)))
def test_those_that_fail_together_are_one_incident_in_whatever_order_it_is_noticed(order):
    days = Days()
    for number in order:
        days.fail(f"s{number}", number, HERE, now=20)
    assert len(days.ledger.open) == 1
    assert len(days.ledger.open[0].out) == 12
    assert days.ledger.open[0].began_at == at(0)
