"""Seconds per status, added up as they become final."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.seconds import StatusSeconds
from monitor.core.service import Rule
from monitor.core.status import CheckState, Status, first_state, resume, step, unseen, worst

T0 = datetime(2026, 10, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
UP, DOWN, UNKNOWN, BLOCKED, DEGRADED = Status.UP, Status.DOWN, Status.UNKNOWN, Status.BLOCKED, Status.DEGRADED
RULE = Rule(down_after=2, up_after=2, slow=SECOND)


def seen(check_id, second, outcome, duration=0.1):
    bad = outcome is not Outcome.OK
    return Result(
        check_id=check_id,
        vantage="local",
        url="https://lapor.example/",
        started_at=T0 + second * SECOND,
        duration=duration * SECOND,
        outcome=outcome,
        stage=Stage.CONNECT if bad else None,
        reason=Reason.TCP_TIMEOUT if bad else None,
        message="No answer." if bad else None,
    )


class Town:
    """Checks of one service, judged and accounted as the daemon does it."""

    def __init__(self, *check_ids, rule=RULE):
        self.rule = rule
        self.seconds = StatusSeconds(settled_at=T0)
        self.states = {check_id: first_state(check_id, "local", T0) for check_id in check_ids}
        self.changes = {check_id: [] for check_id in check_ids}
        for check_id in check_ids:
            self.seconds.follow(check_id)

    def see(self, check_id, second, outcome=Outcome.OK, duration=0.1):
        self._take(*step(self.states[check_id], seen(check_id, second, outcome, duration), self.rule))

    def see_nothing(self, check_id, second):
        self._take(*unseen(self.states[check_id], seen(check_id, second, FAILED)))

    def sleep(self, check_id, second, until):
        self._take(*resume(self.states[check_id], T0 + second * SECOND, T0 + until * SECOND))

    def _take(self, state, change):
        self.states[state.check_id] = state
        self.changes[state.check_id] += [change] if change else []
        self.seconds.observe(state, change)

    @property
    def spent(self):
        return {status.value: total for status, total in self.seconds.totals.items() if total}


FAILED = Outcome.FAILED


def test_the_time_between_good_results_is_up():
    town = Town("a")
    town.see("a", 10)
    town.see("a", 70)
    assert town.spent == {"UNKNOWN": 10, "UP": 60}


def test_a_suspected_outage_is_added_once_it_is_decided_from_its_true_beginning():
    town = Town("a")
    town.see("a", 0)
    town.see("a", 60, FAILED)
    town.see("a", 60.5)
    assert town.spent == {"UP": 60.5}
    town.see("a", 120, FAILED)
    assert town.spent == {"UP": 120}
    assert town.seconds.status is UP
    town.see("a", 130, FAILED)
    assert town.spent == {"UP": 120, "DOWN": 10}
    assert town.seconds.status is DOWN


def test_a_suspicion_that_was_not_confirmed_was_up_all_the_time():
    town = Town("a")
    for second, outcome in [
        (0, Outcome.OK),
        (60, FAILED),
        (70, Outcome.OK),
        (120, FAILED),
        (130, Outcome.OK),
    ]:
        town.see("a", second, outcome)
    assert town.spent == {"UP": 130}


def test_a_service_is_counted_as_its_worst_check():
    town = Town("a", "b")
    for second in range(0, 100, 10):
        town.see("a", second)
        town.see("b", second, FAILED if 30 <= second < 60 else Outcome.OK)
    assert town.spent == {"UP": 60, "DOWN": 30}


def test_nothing_is_counted_before_every_check_is_settled():
    town = Town("a", "b")
    town.see("a", 0)
    town.see("a", 600)
    assert town.spent == {}
    town.see("b", 300)
    assert town.spent == {"UNKNOWN": 300}
    town.see("b", 900)
    assert town.spent == {"UNKNOWN": 300, "UP": 300}


def test_a_gap_in_measuring_is_unknown():
    town = Town("a")
    town.see("a", 0)
    town.sleep("a", 100, until=500)
    town.see("a", 530)
    town.see("a", 560)
    assert town.spent == {"UP": 130, "UNKNOWN": 430}


def test_blindness_is_unknown_from_the_first_failure_on_and_costs_no_availability():
    town = Town("a", rule=Rule(down_after=3, up_after=2))
    town.see("a", 0)
    town.see("a", 60, FAILED)
    town.see("a", 70, FAILED)
    assert town.spent == {"UP": 60}
    town.see_nothing("a", 80)
    assert town.spent == {"UP": 60, "UNKNOWN": 20}
    town.see("a", 140)
    town.see("a", 200)
    assert town.spent == {"UP": 120, "UNKNOWN": 80}


def test_failures_on_both_sides_of_blindness_are_one_outage_only_from_the_first_after_it():
    town = Town("a")
    for second, outcome in [(0, Outcome.OK), (60, FAILED)]:
        town.see("a", second, outcome)
    town.see_nothing("a", 70)
    for second in (100, 110):
        town.see("a", second, FAILED)
    assert town.spent == {"UP": 60, "UNKNOWN": 40, "DOWN": 10}


def test_a_check_that_leaves_takes_nothing_back_and_no_longer_counts():
    town = Town("a", "b")
    for second in (0, 10, 20):
        town.see("a", second)
        town.see("b", second, FAILED)
    assert town.spent == {"DOWN": 20}
    town.seconds.forget("b")
    assert town.seconds.follows == {"a"}
    town.see("a", 30)
    assert town.spent == {"DOWN": 20, "UP": 10}
    assert town.seconds.status is UP


def test_a_check_that_joins_is_unknown_until_its_first_result():
    town = Town("a")
    town.see("a", 0)
    town.see("a", 50)
    town.states["b"] = first_state("b", "local", T0 + 60 * SECOND)
    town.changes["b"] = []
    town.seconds.follow("b")
    assert town.seconds.status is UNKNOWN
    town.see("a", 100)
    town.see("b", 80)
    town.see("b", 100)
    assert town.spent == {"UP": 70, "UNKNOWN": 30}


def test_following_a_check_twice_changes_nothing():
    town = Town("a")
    town.see("a", 0)
    town.seconds.follow("a")
    assert town.seconds.status is UP


def test_a_check_that_is_not_followed_is_refused():
    with pytest.raises(KeyError):
        StatusSeconds(settled_at=T0).observe(CheckState("a", "local", UP, T0), None)


def test_a_service_without_checks_is_unknown():
    assert StatusSeconds(settled_at=T0).status is UNKNOWN


events = st.lists(
    st.tuples(
        st.sampled_from("abc"),
        st.integers(-30, 90),  # seconds since the event before: clocks are set back
        st.sampled_from(
            ["ok", "ok", "ok", "slow", "failed", "failed", "blocked", "self_fault", "unseen", "gap"]
        ),
    ),
    max_size=120,
)


def played(checks, rule, moves):
    """Let the service live through the moves; yields it after each."""
    town, now = Town(*checks, rule=rule), 0
    for check_id, seconds, kind in moves:
        now += seconds
        if check_id not in checks:
            continue
        if kind == "gap":
            town.sleep(check_id, now - 60, until=now)
        elif kind == "unseen":
            town.see_nothing(check_id, now)
        elif kind == "slow":
            town.see(check_id, now, duration=5)
        else:
            town.see(check_id, now, Outcome(kind))
        yield town


def expected(town):
    """Add up the transitions second by second: everything happens at whole seconds here."""
    totals = dict.fromkeys(Status, 0.0)
    moments = sorted(
        {T0, town.seconds.settled_at, *(one.at for changes in town.changes.values() for one in changes)}
    )
    for begin, end in pairwise(moments):
        if end > town.seconds.settled_at:
            break
        held = worst(
            next((one.after for one in reversed(changes) if one.at <= begin), UNKNOWN)
            for changes in town.changes.values()
        )
        totals[held] += (end - begin).total_seconds()
    return totals


rules = st.builds(
    Rule, down_after=st.integers(1, 3), up_after=st.integers(1, 3), slow=st.sampled_from([None, SECOND])
)


@settings(deadline=None)  # long lives on a busy machine
@given(st.sampled_from(["a", "ab", "abc"]), rules, events)
def test_the_seconds_are_those_of_the_transitions(checks, rule, moves):
    for town in played(checks, rule, moves):
        assert town.seconds.totals == expected(town)


@settings(deadline=None)  # long lives on a busy machine
@given(st.sampled_from(["a", "ab", "abc"]), rules, events)
def test_no_total_ever_shrinks_and_together_they_are_the_time_that_passed(checks, rule, moves):
    before, settled_at = dict.fromkeys(Status, 0.0), T0
    for town in played(checks, rule, moves):
        totals = town.seconds.totals
        assert all(totals[status] >= before[status] for status in Status)
        assert sum(totals.values()) == (town.seconds.settled_at - T0).total_seconds()
        assert settled_at <= town.seconds.settled_at
        assert town.seconds.settled_at == max(
            settled_at, min(state.settled_at for state in town.states.values())
        )
        before, settled_at = dict(totals), town.seconds.settled_at


@settings(deadline=None)  # long lives on a busy machine
@given(st.sampled_from(["a", "ab", "abc"]), rules, events)
def test_the_status_is_the_worst_of_the_states(checks, rule, moves):
    for town in played(checks, rule, moves):
        assert town.seconds.status is worst(state.status for state in town.states.values())
