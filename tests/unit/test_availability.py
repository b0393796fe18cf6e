"""From changes of status to the figures of a period: exact, whatever the period cuts."""

from __future__ import annotations

from datetime import timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.accounting.availability import (
    KINDS,
    Availability,
    measure,
    percent,
    together,
    unweighted_mean,
)
from monitor.core.accounting.policy import AccountingPolicy, BlockedAs, OutageStart
from monitor.core.accounting.spans import Span, both, length, spans, without
from monitor.core.accounting.timeline import Stretch, check_timeline, service_timeline
from monitor.core.status import Status, Transition
from tests.cases import MINUTE, T0, at

UP, DEGRADED, BLOCKED, DOWN, UNKNOWN = (
    Status.UP,
    Status.DEGRADED,
    Status.BLOCKED,
    Status.DOWN,
    Status.UNKNOWN,
)
USUAL = AccountingPolicy()
HOUR = Span(at(0), at(60))


def line(*parts, begin=0):
    """Return a timeline of (minutes, status) one after the other."""
    found, minute = [], begin
    for minutes, status in parts:
        found.append(Stretch(Span(at(minute), at(minute + minutes)), status))
        minute += minutes
    return found


def figures(*parts, period=HOUR, policy=USUAL, begin=0, **more):
    return measure(line(*parts, begin=begin), period, policy, **more)


def minutes(found):
    """Return the kinds that have time, in minutes."""
    return {name: getattr(found, name) / MINUTE for name in KINDS if getattr(found, name)}


class TestVectors:
    @pytest.mark.parametrize(
        ("days", "planned", "down", "nearest", "shown"),
        [(30, 60, 25, 99.94205, "99.94204"), (7, 0, 20, 99.80159, "99.80158")],
    )
    def test_of_the_design(self, days, planned, down, nearest, shown):
        whole = days * 24 * 60
        found = measure(
            line((100, UP), (down, DOWN), (whole - 100 - down, UP)),
            Span(at(0), at(whole)),
            USUAL,
            planned=[Span(at(1000), at(1000 + planned))],
        )
        assert round(float(found.ratio * 100), 5) == nearest
        assert percent(found.ratio, 5) == shown  # rounded down


class TestCounting:
    def test_every_kind_of_time_is_told_apart(self):
        found = figures((10, UP), (5, DEGRADED), (20, DOWN), (5, BLOCKED), (20, UNKNOWN))
        assert minutes(found) == {"up": 10, "degraded": 5, "down": 20, "blocked": 5, "unknown": 20}
        assert found.ratio == Fraction(15, 35)
        assert found.coverage == Fraction(35, 60)

    def test_what_is_not_known_counts_neither_way(self):
        assert figures((30, UP), (30, UNKNOWN)).ratio == 1

    def test_where_nothing_was_measured_there_is_no_figure(self):
        found = figures((60, UNKNOWN))
        assert (found.ratio, found.coverage) == (None, 0)
        assert (found.mean_time_to_repair, found.mean_time_between_failures) == (None, None)

    def test_time_that_is_on_no_record_is_not_known(self):
        assert minutes(figures((20, UP), begin=10)) == {"up": 20, "unknown": 40}

    @pytest.mark.parametrize(
        ("blocked", "kinds"),
        [
            (BlockedAs.UNKNOWN, {"up": 30, "blocked": 30}),
            (BlockedAs.UP, {"up": 60}),
            (BlockedAs.DOWN, {"up": 30, "down": 30}),
        ],
    )
    def test_the_policy_says_what_being_blocked_counts_as(self, blocked, kinds):
        found = figures((30, UP), (30, BLOCKED), policy=AccountingPolicy(blocked=blocked))
        assert minutes(found) == kinds

    def test_the_error_budget_is_what_may_still_be_lost(self):
        found = figures((54, UP), (6, DOWN))
        assert found.error_budget(0.8) == 6 * MINUTE
        assert found.error_budget(0.95) == -3 * MINUTE


class TestOutages:
    def test_each_is_told_with_the_time_it_counts_for(self):
        found = figures((10, UP), (5, DOWN), (20, UP), (10, DOWN), (15, UP))
        assert [(one.down, one.ongoing) for one in found.outages] == [
            (5 * MINUTE, False),
            (10 * MINUTE, False),
        ]
        assert found.longest_outage == 10 * MINUTE
        assert found.mean_time_to_repair == timedelta(minutes=7.5)
        assert found.mean_time_between_failures == timedelta(minutes=22.5)

    def test_one_cut_by_the_period_counts_for_what_lies_in_it_and_keeps_its_true_times(self):
        found = figures((30, DOWN), (60, UP), (30, DOWN), begin=-10)
        assert [(one.starts_at, one.ends_at, one.down) for one in found.outages] == [
            (at(-10), at(20), 20 * MINUTE)
        ]
        found = figures((60, UP), (30, DOWN), begin=-10)
        assert [(one.starts_at, one.ends_at, one.down) for one in found.outages] == [
            (at(50), at(80), 10 * MINUTE)
        ]

    def test_what_is_not_known_in_between_does_not_make_it_two(self):
        found = figures((10, UP), (10, DOWN), (10, UNKNOWN), (10, DOWN), (20, UP))
        assert [one.down for one in found.outages] == [20 * MINUTE]

    def test_a_block_ends_it_for_the_site_answers(self):
        found = figures((10, DOWN), (10, BLOCKED), (10, DOWN), (30, UP))
        assert len(found.outages) == 2

    @pytest.mark.parametrize("tail", [(), ((10, UNKNOWN),)], ids=["down", "not known"])
    def test_one_that_is_not_over_is_told_as_such(self, tail):
        found = figures((40, UP), (10, DOWN), *tail, period=Span(at(0), at(50)))
        assert found.outages[0].ongoing

    def test_one_that_is_too_short_counts_as_up(self):
        policy = AccountingPolicy(shortest_outage=3 * MINUTE)
        found = figures((10, UP), (2, DOWN), (10, UP), (3, DOWN), (35, UP), policy=policy)
        assert minutes(found) == {"up": 57, "down": 3}
        assert len(found.outages) == 1

    def test_one_is_short_by_its_whole_length_not_by_what_the_period_leaves(self):
        policy = AccountingPolicy(shortest_outage=3 * MINUTE)
        assert figures((11, DOWN), (59, UP), begin=-10, policy=policy).down == MINUTE


class TestOverlays:
    def test_planned_maintenance_is_left_out_of_what_is_measured(self):
        found = figures((10, UP), (30, DOWN), (20, UP), planned=[Span(at(20), at(50))])
        assert minutes(found) == {"up": 20, "down": 10, "maintenance": 30}
        assert found.coverage == 1
        assert found.outages[0].down == 10 * MINUTE

    def test_unless_the_policy_counts_it(self):
        policy = AccountingPolicy(maintenance_excluded=False)
        found = figures((30, UP), (30, DOWN), policy=policy, planned=[Span(at(20), at(50))])
        assert minutes(found) == {"up": 30, "down": 30}

    def test_an_outage_within_maintenance_is_none(self):
        found = figures((20, UP), (20, DOWN), (20, UP), planned=[Span(at(10), at(50))])
        assert found.outages == ()

    def test_windows_that_overlap_count_once(self):
        windows = [Span(at(10), at(30)), Span(at(20), at(40)), Span(at(40), at(50))]
        assert figures((60, UP), planned=windows).maintenance == 40 * MINUTE

    def test_what_is_not_registered_is_not_measured(self):
        found = figures((60, UP), registered=[Span(at(-100), at(20))], planned=[Span(at(10), at(30))])
        assert minutes(found) == {"up": 10, "maintenance": 10, "unregistered": 40}
        assert found.coverage == 1

    def test_a_running_period_is_measured_up_to_now(self):
        found = figures((20, UP), (10, DOWN), now=at(30))
        assert minutes(found) == {"up": 20, "down": 10, "to_come": 30}
        assert figures(now=at(-10)).to_come == 60 * MINUTE


def opened(*pairs):
    return tuple(Span(at(begins), at(ends)) for begins, ends in pairs)


class TestServiceHours:
    def test_time_outside_is_told_apart_and_neither_measured_nor_missed(self):
        found = figures((10, UP), (20, DOWN), (10, UNKNOWN), (20, UP), opened=opened((5, 20), (50, 70)))
        assert minutes(found) == {"up": 15, "down": 10, "off_hours": 35}
        assert (found.ratio, found.coverage) == (Fraction(15, 25), 1)

    def test_an_outage_counts_for_its_time_within_and_keeps_its_true_times(self):
        found = figures((10, UP), (40, DOWN), (10, UP), opened=opened((0, 15), (45, 60)))
        assert [(one.starts_at, one.ends_at, one.down) for one in found.outages] == [
            (at(10), at(50), 10 * MINUTE)
        ]

    def test_an_outage_wholly_outside_is_none(self):
        found = figures((20, UP), (20, DOWN), (20, UP), opened=opened((0, 20), (40, 60)))
        assert (found.outages, found.ratio) == ((), 1)

    def test_an_outage_is_short_by_its_whole_length_not_by_what_the_hours_leave(self):
        policy = AccountingPolicy(shortest_outage=3 * MINUTE)
        within = opened((0, 11), (30, 60))
        found = figures((10, UP), (5, DOWN), (20, UP), (2, DOWN), (23, UP), policy=policy, opened=within)
        assert minutes(found) == {"up": 40, "down": 1, "off_hours": 19}

    def test_what_holds_at_once_counts_as_the_first_of_the_order(self):
        found = figures(
            (60, UP),
            registered=[Span(at(10), at(100))],
            opened=opened((0, 15), (20, 35), (45, 55)),
            planned=[Span(at(12), at(25))],
            now=at(50),
        )
        assert minutes(found) == {
            "to_come": 10,
            "unregistered": 10,
            "off_hours": 15,
            "maintenance": 3 + 5,
            "up": 10 + 5 + 2,
        }

    def test_a_period_without_any_has_no_figure(self):
        found = figures((60, DOWN), opened=())
        assert (minutes(found), found.ratio, found.coverage) == ({"off_hours": 60}, None, None)


class TestTogether:
    def test_services_are_weighted_by_their_time(self):
        good, bad = figures((60, UP)), figures((6, UP), (6, DOWN), (48, UNKNOWN))
        whole = together([good, bad])
        assert whole.ratio == Fraction(66, 72)
        assert unweighted_mean([good, bad]) == Fraction(3, 4)
        assert whole.period == 120 * MINUTE
        assert len(whole.outages) == 1

    def test_outages_at_the_same_time_have_one_order(self):
        over, not_over = figures((30, DOWN), (30, UP)), figures((30, DOWN))
        assert together([over, not_over]) == together([not_over, over])

    def test_of_no_service_there_is_no_figure(self):
        assert (together([]).ratio, unweighted_mean([])) == (None, None)


@pytest.mark.parametrize(
    ("share", "digits", "told"),
    [
        (Fraction(1), 2, "100.00"),
        (Fraction(99_999, 100_000), 2, "99.99"),
        (Fraction(99_999_999, 100_000_000), 3, "99.999"),
        (Fraction(2, 3), 0, "66"),
        (Fraction(1, 1000), 2, "0.10"),
        (Fraction(0), 2, "0.00"),
    ],
)
def test_percentages_are_rounded_down(share, digits, told):
    assert percent(share, digits) == told


def change(minute, after, decided=None, check="a"):
    return Transition(
        check_id=check,
        vantage="local",
        at=at(minute),
        decided_at=at(minute if decided is None else decided),
        before=UNKNOWN,
        after=after,
    )


def told(timeline):
    return [
        ((one.span.starts_at - T0) / MINUTE, (one.span.ends_at - T0) / MINUTE, one.status) for one in timeline
    ]


class TestTimelines:
    def test_a_check_is_what_its_last_change_made_it(self):
        found = check_timeline([change(-50, UP), change(20, DOWN), change(40, UP)], HOUR)
        assert told(found) == [(0, 20, UP), (20, 40, DOWN), (40, 60, UP)]

    def test_before_its_first_change_nothing_is_known(self):
        assert told(check_timeline([change(20, UP)], HOUR)) == [(0, 20, UNKNOWN), (20, 60, UP)]

    def test_changes_after_the_span_do_not_matter(self):
        assert told(check_timeline([change(-1, UP), change(60, DOWN)], HOUR)) == [(0, 60, UP)]

    def test_an_outage_may_count_from_when_it_was_certain(self):
        changes = [change(-1, UP), change(20, DOWN, decided=23), change(40, UP, decided=41)]
        found = check_timeline(changes, HOUR, OutageStart.CONFIRMATION)
        assert told(found) == [(0, 23, UP), (23, 40, DOWN), (40, 60, UP)]

    def test_what_was_decided_later_takes_back_what_began_after_it(self):
        changes = [change(-1, UP), change(30, DOWN, decided=33), change(25, UNKNOWN, decided=35)]
        assert told(check_timeline(changes, HOUR)) == [(0, 25, UP), (25, 60, UNKNOWN)]

    def test_a_service_is_the_worst_of_its_checks_at_every_moment(self):
        one = check_timeline([change(-1, UP), change(20, DOWN), change(30, UP)], HOUR)
        other = check_timeline([change(-1, DEGRADED), change(25, UP), change(50, UNKNOWN)], HOUR)
        assert told(service_timeline([one, other], HOUR)) == [
            (0, 20, DEGRADED),
            (20, 30, DOWN),
            (30, 50, UP),
            (50, 60, UNKNOWN),
        ]

    def test_a_check_that_was_added_later_says_nothing_of_the_time_before(self):
        one = check_timeline([change(-1, UP)], HOUR)
        other = check_timeline([change(40, DOWN)], Span(at(30), at(60)))
        assert told(service_timeline([one, other], HOUR)) == [(0, 30, UP), (30, 40, UNKNOWN), (40, 60, DOWN)]

    def test_a_service_without_checks_is_not_known(self):
        assert told(service_timeline([], HOUR)) == [(0, 60, UNKNOWN)]


MOMENTS = st.integers(-30, 90)
SPANS = st.tuples(MOMENTS, MOMENTS).map(lambda pair: Span(at(min(pair)), at(max(pair))))
SETS = st.lists(SPANS, max_size=6).map(spans)
TIMELINES = st.lists(st.tuples(st.integers(1, 20), st.sampled_from(Status)), min_size=1, max_size=10).map(
    lambda parts: line(*parts, begin=-20)
)
POLICIES = st.builds(
    AccountingPolicy,
    maintenance_excluded=st.booleans(),
    blocked=st.sampled_from(BlockedAs),
    shortest_outage=st.integers(0, 10).map(lambda count: count * MINUTE),
)


@given(SETS, SETS)
def test_a_set_is_what_it_shares_with_another_and_what_it_does_not(one, other):
    assert length(both(one, other)) + length(without(one, other)) == length(one)
    assert both(one, other) == both(other, one)
    assert spans((*both(one, other), *without(one, other))) == one


@given(TIMELINES, POLICIES, SETS, SETS, st.none() | SETS, st.none() | MOMENTS)
def test_the_kinds_add_up_to_the_period_and_shares_lie_between_none_and_all(
    timeline, policy, planned, registered, hours, now
):
    found = measure(
        timeline,
        HOUR,
        policy,
        planned=planned,
        registered=registered,
        opened=hours,
        now=None if now is None else at(now),
    )
    assert found.period == HOUR.length
    assert all(getattr(found, name) >= timedelta(0) for name in KINDS)
    for share in (found.ratio, found.coverage):
        assert share is None or 0 <= share <= 1
    assert sum((one.down for one in found.outages), timedelta(0)) == found.down


@given(TIMELINES, POLICIES, SETS, SETS, st.none() | SETS, st.integers(1, 59))
def test_the_parts_of_a_period_add_up_to_it(timeline, policy, planned, registered, hours, cut):
    def of(period):
        return measure(timeline, period, policy, planned=planned, registered=registered, opened=hours)

    whole, parts = of(HOUR), together([of(Span(at(0), at(cut))), of(Span(at(cut), at(60)))])
    assert {name: getattr(whole, name) for name in KINDS} == {name: getattr(parts, name) for name in KINDS}


@given(TIMELINES, POLICIES, SETS, SETS)
def test_hours_take_away_what_lies_outside_and_change_nothing_within(timeline, policy, planned, hours):
    found = measure(timeline, HOUR, policy, planned=planned, opened=hours)
    within = together(measure(timeline, one, policy, planned=planned) for one in both(hours, [HOUR]))
    assert found.off_hours == length(without([HOUR], hours))
    assert {name: getattr(found, name) for name in KINDS if name != "off_hours"} == {
        name: getattr(within, name) for name in KINDS if name != "off_hours"
    }


@given(
    st.lists(TIMELINES, max_size=4).flatmap(lambda lines: st.tuples(st.just(lines), st.permutations(lines)))
)
def test_the_order_of_services_does_not_matter(orders):
    one, other = ([measure(each, HOUR, USUAL) for each in order] for order in orders)
    assert together(one) == together(other)
    assert unweighted_mean(one) == unweighted_mean(other)


@given(st.fractions(0, 1), st.integers(0, 6))
def test_a_percentage_never_reads_as_more_than_it_is(share, digits):
    assert (
        Fraction(percent(share, digits))
        <= share * 100
        < Fraction(percent(share, digits)) + Fraction(1, 10**digits)
    )


def test_a_figure_of_nothing_is_of_no_time():
    assert Availability().period == timedelta(0)
