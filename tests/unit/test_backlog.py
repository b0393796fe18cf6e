"""What waits for the store: in order, bounded, and never without its transitions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.reason import Outcome
from monitor.core.result import Result
from monitor.core.status import CheckState, Status, Transition
from monitor.recorder.backlog import Backlog, Judged

T0 = datetime(2026, 10, 1, tzinfo=UTC)


def result(number):
    return Result(
        check_id="a",
        vantage="local",
        url="https://a.example/",
        started_at=T0 + timedelta(minutes=number),
        duration=timedelta(seconds=1),
        outcome=Outcome.OK,
    )


def judged(number, *, changed=False, with_result=True):
    at = T0 + timedelta(minutes=number)
    change = Transition("a", "local", at, at, Status.UP, Status.UNKNOWN)
    return Judged(
        result(number) if with_result else None,
        CheckState("a", "local", Status.UP, at),
        change if changed else None,
    )


def test_the_oldest_comes_out_first():
    backlog = Backlog(10)
    steps = [judged(number) for number in range(5)]
    for one in steps:
        assert backlog.add(one) == 0
    assert len(backlog) == 5
    assert backlog.take(3) == steps[:3]
    assert backlog.take(3) == steps[3:]
    assert backlog.take(3) == []
    assert backlog.empty


def test_what_is_put_back_comes_out_first_and_in_order():
    backlog = Backlog(10)
    steps = [judged(number) for number in range(6)]
    for one in steps[:4]:
        backlog.add(one)
    batch = backlog.take(3)
    for one in steps[4:]:
        backlog.add(one)
    backlog.put_back(batch)
    assert len(backlog) == 6
    assert backlog.take(99) == steps


def test_steps_without_a_result_wait_too_but_are_not_counted_as_results():
    backlog = Backlog(10)
    gap = judged(1, changed=True, with_result=False)
    backlog.add(gap)
    assert (len(backlog), backlog.empty) == (0, False)
    assert backlog.take(1) == [gap]
    backlog.put_back([gap])
    assert (len(backlog), backlog.empty) == (0, False)


def test_a_full_backlog_gives_up_its_older_half_and_says_how_many():
    backlog = Backlog(10)
    steps = [judged(number) for number in range(11)]
    assert [backlog.add(one) for one in steps] == [0] * 10 + [6]
    assert backlog.take(99) == steps[6:]


def test_changes_of_status_stay_when_their_results_are_given_up():
    backlog = Backlog(4)
    change = judged(0, changed=True)
    backlog.add(change)
    for number in range(1, 40):
        backlog.add(judged(number))
    first = backlog.take(1)[0]
    assert (first.result, first.state, first.transition) == (None, change.state, change.transition)
    assert len(backlog) <= 4


moves = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.booleans(), st.booleans()),
        st.tuples(st.just("fail"), st.integers(1, 9), st.integers(0, 9)),
        st.tuples(st.just("write"), st.integers(1, 9), st.none()),
    ),
    max_size=80,
)


@given(st.integers(1, 12), moves)
def test_whatever_happens_order_holds_and_no_change_of_status_is_lost_or_doubled(limit, what):
    backlog, written, changes, results, dropped, number = Backlog(limit), [], [], [], 0, 0
    for move, one, other in what:
        if move == "add":
            number += 1
            step = judged(number, changed=one, with_result=other)
            dropped += backlog.add(step)
            changes += [step.transition] if one else []
            results += [step.result] if other else []
            assert len(backlog) <= limit
        elif move == "write":
            written += backlog.take(one)
        else:
            batch = backlog.take(one)
            for _ in range(other):  # while the write is under way, more comes in
                number += 1
                step = judged(number, changed=True)
                dropped += backlog.add(step)
                changes.append(step.transition)
                results.append(step.result)
            backlog.put_back(batch)
    waiting = len(backlog)
    rest = backlog.take(10_000)
    assert sum(step.result is not None for step in rest) == waiting
    written += rest
    assert [step.transition for step in written if step.transition] == changes
    assert [step.state.since_at for step in written] == sorted(step.state.since_at for step in written)
    stored = [step.result for step in written if step.result]
    assert stored == [each for each in results if each in stored]
    assert len(stored) + dropped == len(results)
    assert backlog.empty
    assert len(backlog) == 0
