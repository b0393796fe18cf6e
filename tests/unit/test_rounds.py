"""When targets are looked at: spread over the interval, about once in each, sooner where a look failed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.rounds import SLACK, Rhythm, due_at, phase_seconds

T0 = datetime(2026, 11, 1, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DAILY = Rhythm(every=DAY, again=6 * HOUR)

names = st.text(max_size=20)
moments = st.timedeltas(timedelta(0), 3650 * DAY).map(lambda passed: T0 + passed)


def test_what_was_never_looked_at_is_due_at_once():
    assert due_at("a", None, DAILY, failed=False) is None


def test_a_thousand_targets_are_spread_over_the_day():
    due = [due_at(f"layanan-{n}.go.id", T0, DAILY, failed=False) for n in range(1_000)]
    hours = [0] * 24
    for at in due:
        hours[at.hour] += 1
    assert min(hours) > 20
    assert max(hours) < 70


@given(names, moments)
def test_looks_are_a_day_apart_but_for_the_second_which_finds_the_moment(name, tried_at):
    second = due_at(name, tried_at, DAILY, failed=False)
    assert DAY - DAY / SLACK <= second - tried_at < 2 * DAY
    third = due_at(name, second, DAILY, failed=False)
    assert abs(third - second - DAY) < timedelta(seconds=1)


@given(names, moments, st.timedeltas(timedelta(0), DAY / SLACK - HOUR / 60))
def test_a_look_that_was_late_costs_no_round(name, tried_at, late):
    second = due_at(name, tried_at, DAILY, failed=False)
    third = due_at(name, second + late, DAILY, failed=False)
    assert abs(third - second - DAY) < timedelta(seconds=1)


@given(names, moments)
def test_what_failed_is_tried_again_sooner(name, tried_at):
    assert due_at(name, tried_at, DAILY, failed=True) == tried_at + 6 * HOUR
    lazy = Rhythm(every=DAY, again=30 * DAY)
    assert due_at(name, tried_at, lazy, failed=True) == due_at(name, tried_at, lazy, failed=False)


@given(names)
def test_the_moment_of_a_name_lies_in_the_interval(name):
    assert 0 <= phase_seconds(name, HOUR) < 3600
