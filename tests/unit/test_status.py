"""How results become a status: the laws of docs/decisions/0007."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.reason import Reason, Stage
from monitor.core.result import DISTORTED_LAG
from monitor.core.service import Rule
from monitor.core.status import Doubt, Transition, first_state, resume, step, unseen, worst
from tests.stories import (
    BLOCKED,
    DEGRADED,
    DOWN,
    RULE,
    SECOND,
    T0,
    UNKNOWN,
    UP,
    at,
    run,
    seen,
    story,
)


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        # First knowledge
        ("+", [(1, 1, UP)]),
        ("-", []),
        ("---", [(1, 3, DOWN)]),
        ("bbb", [(1, 3, BLOCKED)]),
        ("-b-", [(1, 3, DOWN)]),
        ("--+", [(3, 3, UP)]),
        ("???", []),
        # DOWN since the first failure, UP since the first success
        ("+---", [(1, 1, UP), (2, 4, DOWN)]),
        ("+---------", [(1, 1, UP), (2, 4, DOWN)]),
        ("+---++", [(1, 1, UP), (2, 4, DOWN), (5, 6, UP)]),
        ("+---+-++", [(1, 1, UP), (2, 4, DOWN), (7, 8, UP)]),
        # Unconfirmed failures leave no transition
        ("+--+--+-+--+b+bb+", [(1, 1, UP)]),
        # Blocks
        ("+bbb", [(1, 1, UP), (2, 4, BLOCKED)]),
        ("+bbb++", [(1, 1, UP), (2, 4, BLOCKED), (5, 6, UP)]),
        ("+---bbb", [(1, 1, UP), (2, 4, DOWN), (5, 7, BLOCKED)]),
        ("+bbb---", [(1, 1, UP), (2, 4, BLOCKED), (5, 7, DOWN)]),
        # Mixtures
        ("+-b-", [(1, 1, UP), (2, 4, DOWN)]),
        ("+bb-", [(1, 1, UP), (2, 4, DOWN)]),
        ("+--b", [(1, 1, UP), (2, 4, DOWN)]),
        ("+---b-bb-b", [(1, 1, UP), (2, 4, DOWN)]),
        ("+bbb-b--b-", [(1, 1, UP), (2, 4, BLOCKED)]),
        ("+---bb+bbb", [(1, 1, UP), (2, 4, DOWN), (8, 10, BLOCKED)]),
        # Our own faults
        ("+???", [(1, 1, UP), (2, 4, UNKNOWN)]),
        ("+??+", [(1, 1, UP)]),
        ("+--?", [(1, 1, UP)]),
        ("+--?-", [(1, 1, UP)]),
        ("+--?--", [(1, 1, UP), (2, 6, UNKNOWN)]),
        ("+---???", [(1, 1, UP), (2, 4, DOWN), (5, 7, UNKNOWN)]),
        ("+---?--", [(1, 1, UP), (2, 4, DOWN)]),
        ("+bbb???", [(1, 1, UP), (2, 4, BLOCKED), (5, 7, UNKNOWN)]),
        # Back from UNKNOWN: what was known returns at once, all else is confirmed
        ("+???+", [(1, 1, UP), (2, 4, UNKNOWN), (5, 5, UP)]),
        ("+---???-", [(1, 1, UP), (2, 4, DOWN), (5, 7, UNKNOWN), (8, 8, DOWN)]),
        ("+---???++", [(1, 1, UP), (2, 4, DOWN), (5, 7, UNKNOWN), (8, 9, UP)]),
        ("+bbb???b", [(1, 1, UP), (2, 4, BLOCKED), (5, 7, UNKNOWN), (8, 8, BLOCKED)]),
        ("+???---", [(1, 1, UP), (2, 4, UNKNOWN), (5, 7, DOWN)]),
        ("+???-+", [(1, 1, UP), (2, 4, UNKNOWN), (6, 6, UP)]),
        # Gaps
        ("+|+", [(1, 1, UP), (1, 1, UNKNOWN), (3, 3, UP)]),
        ("+|---", [(1, 1, UP), (1, 1, UNKNOWN), (3, 5, DOWN)]),
        ("+---|-", [(1, 1, UP), (2, 4, DOWN), (4, 4, UNKNOWN), (6, 6, DOWN)]),
        ("+---|++", [(1, 1, UP), (2, 4, DOWN), (4, 4, UNKNOWN), (6, 7, UP)]),
        ("+??|---", [(1, 1, UP), (3, 3, UNKNOWN), (5, 7, DOWN)]),
        ("+--||", [(1, 1, UP), (3, 3, UNKNOWN)]),
        # Blind: UNKNOWN at once, since the first failure in the row
        ("+x", [(1, 1, UP), (2, 2, UNKNOWN)]),
        ("+xxxx", [(1, 1, UP), (2, 2, UNKNOWN)]),
        ("+-x", [(1, 1, UP), (2, 3, UNKNOWN)]),
        ("+--x", [(1, 1, UP), (2, 4, UNKNOWN)]),
        ("+-bx", [(1, 1, UP), (2, 4, UNKNOWN)]),
        ("+-?x", [(1, 1, UP), (2, 4, UNKNOWN)]),
        ("+?-x", [(1, 1, UP), (2, 4, UNKNOWN)]),
        ("+--+-x", [(1, 1, UP), (5, 6, UNKNOWN)]),
        ("+---x", [(1, 1, UP), (2, 4, DOWN), (5, 5, UNKNOWN)]),
        ("+----x", [(1, 1, UP), (2, 4, DOWN), (6, 6, UNKNOWN)]),
        ("+---bx", [(1, 1, UP), (2, 4, DOWN), (5, 6, UNKNOWN)]),
        ("+bbb--x", [(1, 1, UP), (2, 4, BLOCKED), (5, 7, UNKNOWN)]),
        ("sss-x", [(1, 1, UP), (3, 3, DEGRADED), (4, 5, UNKNOWN)]),
        # … a good result in doubt is no failure
        ("+---+x", [(1, 1, UP), (2, 4, DOWN), (6, 6, UNKNOWN)]),
        ("+---+?x", [(1, 1, UP), (2, 4, DOWN), (6, 7, UNKNOWN)]),
        ("+---+???", [(1, 1, UP), (2, 4, DOWN), (6, 8, UNKNOWN)]),
        # … and back: what was known returns at once, all else is confirmed anew
        ("+x+", [(1, 1, UP), (2, 2, UNKNOWN), (3, 3, UP)]),
        ("+--x+", [(1, 1, UP), (2, 4, UNKNOWN), (5, 5, UP)]),
        ("sssx+", [(1, 1, UP), (3, 3, DEGRADED), (4, 4, UNKNOWN), (5, 5, DEGRADED)]),
        ("sssx+++", [(1, 1, UP), (3, 3, DEGRADED), (4, 4, UNKNOWN), (5, 5, DEGRADED), (7, 7, UP)]),
        ("+x---", [(1, 1, UP), (2, 2, UNKNOWN), (3, 5, DOWN)]),
        ("+---x-", [(1, 1, UP), (2, 4, DOWN), (5, 5, UNKNOWN), (6, 6, DOWN)]),
        ("+---x++", [(1, 1, UP), (2, 4, DOWN), (5, 5, UNKNOWN), (6, 7, UP)]),
        ("+---x+x+", [(1, 1, UP), (2, 4, DOWN), (5, 5, UNKNOWN)]),
        ("+bbbxb", [(1, 1, UP), (2, 4, BLOCKED), (5, 5, UNKNOWN), (6, 6, BLOCKED)]),
        # … without having been measured
        ("x", []),
        ("x+", [(2, 2, UP)]),
        ("x---", [(2, 4, DOWN)]),
        ("--x-", []),
        # … and across a gap
        ("+x|+", [(1, 1, UP), (2, 2, UNKNOWN), (4, 4, UP)]),
        ("+--|x--", [(1, 1, UP), (3, 3, UNKNOWN)]),
        ("+--|x---", [(1, 1, UP), (3, 3, UNKNOWN), (6, 8, DOWN)]),
    ],
)
def test_results_tell_this_story(letters, expected):
    assert story(letters) == expected


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("+--|-", [(1, 1, UP), (3, 3, UNKNOWN), (5, 5, DOWN)]),
        ("+-|--", [(1, 1, UP), (2, 2, UNKNOWN), (4, 5, DOWN)]),
        ("+---+|+", [(1, 1, UP), (2, 4, DOWN), (5, 5, UNKNOWN), (7, 7, UP)]),
    ],
)
def test_a_doubt_from_before_a_gap_counts_but_begins_after_it(letters, expected):
    assert story(letters) == expected


def test_blind_time_between_two_failures_is_no_part_of_an_outage():
    assert story("+???--?????????-") == [(1, 1, UP), (2, 4, UNKNOWN)]
    assert story("+???--?????????---") == [(1, 1, UP), (2, 4, UNKNOWN), (16, 18, DOWN)]
    assert story("+x--xxx-x--") == [(1, 1, UP), (2, 2, UNKNOWN)]
    assert story("+x--xxx-x---") == [(1, 1, UP), (2, 2, UNKNOWN), (10, 12, DOWN)]


def test_a_check_that_was_never_measured_tells_why():
    assert run("?")[0].reason is Reason.SELF_FAULT


def test_who_was_blind_says_so_and_does_not_ask_to_be_tried_again_soon():
    state, changes = run("+--x")
    assert (state.reason, state.confirming) == (Reason.VANTAGE_BLIND, False)
    assert changes[-1] == Transition(
        check_id="lapor",
        vantage="local",
        at=at(2),
        decided_at=at(4),
        before=UP,
        after=UNKNOWN,
        reason=Reason.VANTAGE_BLIND,
        message="The monitor's own connection was down.",
    )
    assert run("x")[0].reason is Reason.VANTAGE_BLIND


def test_what_was_slow_before_blindness_does_not_make_it_slow_after():
    assert run("sssx")[0].recent == ()


def test_one_failure_is_enough_where_the_rule_says_so():
    rule = Rule(down_after=1, up_after=1)
    assert story("+-+b?", rule=rule) == [
        (1, 1, UP),
        (2, 2, DOWN),
        (3, 3, UP),
        (4, 4, BLOCKED),
        (5, 5, UNKNOWN),
    ]


def test_a_transition_carries_what_decided_it_and_when():
    assert run("+---")[1][-1] == Transition(
        check_id="lapor",
        vantage="local",
        at=at(2),
        decided_at=at(4),
        before=UP,
        after=DOWN,
        stage=Stage.CONNECT,
        reason=Reason.TCP_REFUSED,
        message="192.0.2.1 refused the connection.",
    )


def test_a_suspect_is_tried_again_soon_and_says_what_is_suspected():
    state, _ = run("+-")
    assert state.confirming
    assert (state.status, state.doubt) == (UP, Doubt(DOWN, 1, at(2)))
    assert state.reason is Reason.TCP_REFUSED
    cleared, _ = run("+", state, first=3)
    assert not cleared.confirming
    assert cleared.reason is None


def test_an_outage_keeps_its_reason_while_recovery_is_being_confirmed():
    state, _ = run("+---+")
    assert (state.status, state.reason, state.confirming) == (DOWN, Reason.TCP_REFUSED, True)


def test_the_reason_of_an_outage_follows_the_latest_failure():
    state, _ = run("+---")
    other = replace(seen("-", at(9)), reason=Reason.TCP_TIMEOUT)
    assert step(state, other, RULE)[0].reason is Reason.TCP_TIMEOUT


@pytest.mark.parametrize(("check_id", "vantage"), [("other", "local"), ("lapor", "singaraja")])
def test_a_result_of_another_check_or_vantage_is_refused(check_id, vantage):
    with pytest.raises(ValueError, match="folded into the state of lapor"):
        step(
            first_state("lapor", "local", T0),
            replace(seen("+", T0), check_id=check_id, vantage=vantage),
            RULE,
        )


class TestSlowness:
    def test_three_slow_answers_of_five_make_it_degraded_from_the_third_on(self):
        assert story("+++ss") == [(1, 1, UP)]
        assert story("+++sss") == [(1, 1, UP), (6, 6, DEGRADED)]
        assert story("++++sss") == [(1, 1, UP), (7, 7, DEGRADED)]

    def test_two_slow_answers_of_three_are_the_least_that_is_judged(self):
        assert story("ss") == [(1, 1, UP)]
        assert story("+ss") == [(1, 1, UP), (3, 3, DEGRADED)]

    def test_one_slow_answer_among_quick_ones_is_noise(self):
        assert story("+++s++s++s++") == [(1, 1, UP)]

    def test_quick_answers_make_it_up_again_without_confirmation(self):
        assert story("ssssss+++") == [(1, 1, UP), (3, 3, DEGRADED), (9, 9, UP)]

    def test_distorted_answers_are_never_judged(self):
        assert story("+dddddddd") == [(1, 1, UP)]
        assert story("+dsdsdsd") == [(1, 1, UP), (5, 5, DEGRADED)]

    def test_an_answer_exactly_at_the_limit_is_not_slow(self):
        state = run("+")[0]
        for minute in range(2, 9):
            state, change = step(state, seen("+", at(minute), seconds=2), RULE)
            assert change is None

    def test_a_loop_exactly_at_the_lag_limit_does_not_distort(self):
        state, changes = run("+")
        for minute in range(2, 6):
            state, change = step(state, seen("+", at(minute), seconds=9, lag=DISTORTED_LAG), RULE)
            changes += [change] if change else []
        assert [one.after for one in changes] == [UP, DEGRADED]

    def test_without_a_limit_nothing_is_slow(self):
        assert story("ssssssss", rule=replace(RULE, slow=None)) == [(1, 1, UP)]

    def test_a_limit_that_was_taken_away_makes_it_up_again(self):
        state, _ = run("ssss")
        assert state.status is DEGRADED
        assert step(state, seen("+", at(9), seconds=9), replace(RULE, slow=None))[1].after is UP

    def test_a_degraded_service_goes_down_and_comes_back_up_by_the_same_rules(self):
        assert story("sss---++") == [(1, 1, UP), (3, 3, DEGRADED), (4, 6, DOWN), (7, 8, UP)]

    def test_what_was_slow_before_an_outage_does_not_make_it_slow_after(self):
        assert story("sss---++++") == [(1, 1, UP), (3, 3, DEGRADED), (4, 6, DOWN), (7, 8, UP)]

    def test_failures_do_not_count_as_answers(self):
        assert story("+-s-s-+") == [(1, 1, UP), (5, 5, DEGRADED)]


class TestClocks:
    def test_a_clock_that_was_set_back_cannot_turn_the_timeline_round(self):
        state, _ = run("+", first=10)
        changes = []
        for minute in (3, 2, 1):
            state, change = step(state, seen("-", at(minute)), RULE)
            changes += [change] if change else []
        assert [(one.at, one.decided_at) for one in changes] == [(at(10), at(10))]
        assert state.since_at == state.last_at == at(10)

    def test_the_same_result_twice_is_two_results_at_one_time(self):
        state, _ = run("+")
        state, _ = step(state, seen("-", at(2)), RULE)
        state, _ = step(state, seen("-", at(2)), RULE)
        state, change = step(state, seen("-", at(2)), RULE)
        assert (change.at, change.decided_at) == (at(2), at(2))

    def test_a_heartbeat_before_the_last_result_does_not_take_anything_back(self):
        state, _ = run("+++")
        state, change = resume(state, at(1), at(9))
        assert (change.before, change.after, change.at) == (UP, UNKNOWN, at(3))
        assert state.since_at == at(3)

    def test_a_blind_failure_from_before_the_last_result_does_not_take_anything_back(self):
        state, change = unseen(run("+++")[0], seen("-", at(1)))
        assert (change.before, change.after, change.at, change.decided_at) == (UP, UNKNOWN, at(3), at(3))
        assert state.since_at == state.last_at == at(3)

    def test_a_heartbeat_in_the_future_is_believed(self):
        state, change = resume(run("+")[0], at(60), at(2))
        assert change.at == at(60)
        assert step(state, seen("+", at(3)), RULE)[1].at == at(60)

    def test_a_probe_under_way_over_a_gap_does_not_fill_the_gap(self):
        state, _ = run("+")
        state, gap = resume(state, at(2), at(60))
        _, change = step(state, seen("+", at(2) - SECOND), RULE)
        assert (gap.at, change.at, change.after) == (at(2), at(60), UP)


def test_the_worst_of_several_statuses_is_the_services():
    assert worst([]) is UNKNOWN
    order = [DOWN, BLOCKED, UNKNOWN, DEGRADED, UP]
    for place, status in enumerate(order):
        assert worst(order[place:]) is worst(reversed(order[place:])) is status
