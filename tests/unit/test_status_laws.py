"""The laws of judgement (docs/decisions/0007), on any series of results."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.result import DISTORTED_LAG
from monitor.core.service import Rule
from monitor.core.status import CheckState, Status, first_state, resume, step, unseen
from tests.stories import (
    BLOCKED,
    DEGRADED,
    DOWN,
    MINUTE,
    SECOND,
    T0,
    UNKNOWN,
    UP,
    run,
    seen,
)

letters = st.text(alphabet="+-b?sdx|", max_size=60)
rules = st.builds(
    Rule,
    down_after=st.integers(1, 4),
    up_after=st.integers(1, 3),
    slow=st.sampled_from([None, SECOND]),
)
steps = st.lists(st.integers(-200, 600), min_size=60, max_size=60)
"""Seconds between two results; a clock may stand still or be set back."""


def timeline(text, rule, gaps):
    """Yield (letter, state before, state after, transition) over an unsteady clock."""
    state = first_state("lapor", "local", T0)
    now = T0
    for letter, seconds in zip(text, gaps, strict=False):
        before, now = state, now + seconds * SECOND
        if letter == "|":
            state, change = resume(state, now - MINUTE, now)
        elif letter == "x":
            state, change = unseen(state, seen("-", now))
        else:
            slow = letter in "sd"
            lag = DISTORTED_LAG * 2 if letter == "d" else timedelta(0)
            result = seen("+" if slow else letter, now, seconds=5 if slow else 0.1, lag=lag)
            state, change = step(state, result, rule)
        yield letter, before, state, change


@given(letters, rules, steps)
def test_transitions_form_a_chain_in_time(text, rule, gaps):
    changes = [change for *_, change in timeline(text, rule, gaps) if change]
    held, since_at = UNKNOWN, T0
    for one in changes:
        assert one.before is held
        assert one.after is not held
        assert since_at <= one.at <= one.decided_at
        held, since_at = one.after, one.at


@given(letters, rules, steps)
def test_the_state_is_what_its_transitions_say(text, rule, gaps):
    for _, before, after, change in timeline(text, rule, gaps):
        if change is None:
            assert (after.status, after.since_at) == (before.status, before.since_at)
        else:
            assert (after.status, after.since_at) == (change.after, change.at)
        assert after.known in (None, UP, DEGRADED, BLOCKED, DOWN)
        assert after.status in (UNKNOWN, after.known)


@given(letters, rules, steps)
def test_what_is_settled_stays_settled(text, rule, gaps):
    settled_at = T0
    for _, _, state, change in timeline(text, rule, gaps):
        assert change is None or change.at >= settled_at
        assert state.settled_at >= settled_at
        settled_at = state.settled_at


@given(letters, rules, steps)
def test_each_change_was_earned(text, rule, gaps):
    row = ""
    for letter, before, after, change in timeline(text, rule, gaps):
        row += letter
        if change is None:
            continue
        match change.after:
            case Status.UNKNOWN:
                assert letter in "x|" or (letter in "?-b" and "?" in row[-rule.down_after :])
            case Status.DOWN:
                assert letter in "-b"
                assert before.status is UNKNOWN or row[-rule.down_after :].strip("-b") == ""
            case Status.BLOCKED:
                assert letter == "b"
                assert before.status is UNKNOWN or row[-rule.down_after :].strip("b") == ""
            case Status.UP:
                assert letter in "+sd"
                tail = row[-rule.up_after :]
                assert before.status in (UNKNOWN, DEGRADED) or tail.strip("+sd") == ""
            case Status.DEGRADED:
                # Never from a distorted answer; but one is enough to return to what was known.
                returns = before.status is UNKNOWN and before.known is DEGRADED
                assert (letter in "+sd") if returns else (letter in "+s" and before.status is UP)
        assert after.doubt is None or letter == "|"


@given(letters, rules, steps)
def test_our_own_faults_gaps_and_blindness_never_lead_anywhere_but_to_unknown(text, rule, gaps):
    for letter, _, after, change in timeline(text, rule, gaps):
        if letter in "?x|":
            assert change is None or after.status is UNKNOWN
        if letter in "x|":
            assert after.status is UNKNOWN


@given(letters, rules, steps)
def test_time_of_a_gap_or_of_blindness_is_never_given_to_another_status(text, rule, gaps):
    ended_at = T0
    for letter, before, after, change in timeline(text, rule, gaps):
        if letter in "x|":
            ended_at = after.last_at
        elif change is not None and before.status is UNKNOWN:
            assert change.at >= ended_at


def unknown_spans(changes, until):
    """Return from when to when the timeline says UNKNOWN, up to a moment; spans that meet are one."""
    edges = [(T0, UNKNOWN), *((one.at, one.after) for one in changes), (until, None)]
    spans = []
    for (begin, status), (end, _) in pairwise(edges):
        if status is not UNKNOWN or begin >= min(end, until):
            continue
        if spans and spans[-1][1] == begin:
            begin = spans.pop()[0]  # noqa: PLW2901 - the span before goes on
        spans.append((begin, min(end, until)))
    return spans


@given(letters, rules, steps)
def test_what_was_once_settled_as_unknown_stays_unknown(text, rule, gaps):
    changes, settled = [], []
    for *_, state, change in timeline(text, rule, gaps):
        changes += [change] if change else []
        now = unknown_spans(changes, state.settled_at)
        for begin, end in settled:
            assert any(first <= begin and end <= last for first, last in now)
        settled = now


AGAINST = {UP: "-b?", DEGRADED: "-b?", DOWN: "b?", BLOCKED: "-?"}
"""The letters that speak against a status."""


@given(letters, rules, steps)
@example("+---+?x", Rule(), [60] * 60)
def test_blindness_begins_with_the_first_failure_in_the_row(text, rule, gaps):
    row_began_at = None
    for letter, before, after, change in timeline(text, rule, gaps):
        if letter == "x" and before.status is not UNKNOWN:
            assert change.after is UNKNOWN
            assert change.at == (row_began_at or after.last_at)
        if change is not None or letter not in AGAINST.get(before.status, ""):
            row_began_at = None
        else:
            row_began_at = row_began_at or after.last_at


@given(letters, rules, steps)
def test_after_blindness_what_was_known_is_still_known_and_nothing_counts_for_anything_else(text, rule, gaps):
    for letter, before, after, _ in timeline(text, rule, gaps):
        if letter == "x":
            assert after.known is before.known
            assert after.doubt is None


@given(st.text(alphabet="+-bs", min_size=1, max_size=60), rules)
def test_a_wrong_outcome_in_a_row_too_short_to_decide_changes_nothing(text, rule):
    state, _ = run("+" + text + "+" * rule.up_after, rule=rule)
    assert state.status.works
    quiet, changes = run("-" * (rule.down_after - 1) + "+", state, rule, first=99)
    assert [one.after for one in changes if not one.after.works] == []
    assert quiet.doubt is None


@given(letters, rules, steps)
def test_memory_stays_bounded(text, rule, gaps):
    for *_, state, _ in timeline(text, rule, gaps):
        assert len(state.recent) <= 5
        assert isinstance(state, CheckState)
