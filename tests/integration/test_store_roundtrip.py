"""Whatever the core can say is remembered exactly, for any values."""

import asyncio
import itertools
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import HttpFacts, Result, Timings
from monitor.core.status import CheckState, Doubt, Status, Transition
from monitor.store import Batch, Store
from monitor.store.detail import Detail
from monitor.store.instants import from_us, to_us

any_text = st.text(st.characters(), max_size=200)
clean_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=200)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
spans = st.timedeltas(timedelta(0), timedelta(hours=2))
sizes = st.integers(0, 2**40)
timings = st.builds(Timings, *[st.none() | spans] * 6)
replies = st.builds(
    HttpFacts, st.integers(100, 999), st.just("1.1"), st.just(()), sizes, sizes, st.just(()), any_text
)


@st.composite
def results(draw):
    outcome = draw(st.sampled_from(Outcome))
    failed = outcome is not Outcome.OK
    return Result(
        check_id="set by the test",
        vantage=draw(st.sampled_from(["local", "denpasar", "jakarta"])),
        url="https://a.example/",
        started_at=draw(moments),
        duration=draw(spans),
        outcome=outcome,
        stage=draw(st.sampled_from(Stage)) if failed else None,
        reason=draw(st.sampled_from(Reason)) if failed else None,
        message=draw(any_text) if failed else None,
        address=draw(st.none() | st.ip_addresses().map(str)),
        timings=draw(timings),
        http=draw(st.none() | replies),
        problems=draw(st.lists(any_text, max_size=3).map(tuple)) if failed else (),
        excerpt=draw(st.none() | any_text) if failed else None,
        lag=draw(spans),
    )


doubts = st.builds(
    Doubt,
    st.sampled_from([Status.UP, Status.DOWN, Status.BLOCKED, Status.UNKNOWN]),
    st.integers(1, 99),
    st.none() | moments,
)
states = st.builds(
    CheckState,
    check_id=st.just("set by the test"),
    vantage=st.just("local"),
    status=st.sampled_from(Status),
    since_at=moments,
    known=st.none() | st.sampled_from(Status),
    doubt=st.none() | doubts,
    last_at=st.none() | moments,
    recent=st.lists(st.floats(0, 100), max_size=5).map(tuple),
    reason=st.none() | st.sampled_from(Reason),
)
transitions = st.builds(
    Transition,
    check_id=st.just("set by the test"),
    vantage=st.just("local"),
    at=moments,
    decided_at=moments,
    before=st.sampled_from(Status),
    after=st.sampled_from(Status),
    stage=st.none() | st.sampled_from(Stage),
    reason=st.none() | st.sampled_from(Reason),
    message=st.none() | clean_text,
)

quick = settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def opened(database):
    """A loop, a store opened in it, and check ids never used before."""
    with asyncio.Runner() as runner:
        store = runner.run(Store.open(database.url))
        yield runner, store, (f"check {n}" for n in itertools.count())
        runner.run(store.close())


@quick
@given(result=results())
def test_any_result_is_found_as_it_was_written(opened, result):
    runner, store, names = opened
    result = replace(result, check_id=next(names))
    runner.run(store.write(Batch([result])))
    started = result.started_at
    [found] = runner.run(
        store.results(result.check_id, result.vantage, started, started + timedelta(microseconds=1))
    )
    same = (
        "check_id",
        "vantage",
        "started_at",
        "duration",
        "outcome",
        "stage",
        "reason",
        "timings",
        "address",
    )
    assert {name: getattr(found, name) for name in same} == {name: getattr(result, name) for name in same}
    assert found.lag == result.lag
    assert found.detail == (Detail() if result.ok else Detail.of(result))
    http = result.http
    assert (found.http_status, found.wire_bytes, found.body_bytes) == (
        (http.status, http.wire_bytes, http.body_bytes) if http else (None, None, None)
    )


@quick
@given(state=states)
def test_any_state_is_loaded_as_it_was_written(opened, state):
    runner, store, names = opened
    state = replace(state, check_id=next(names))
    runner.run(store.write(Batch(states=[state])))
    assert runner.run(store.load_states("local"))[state.check_id] == state


@quick
@given(transition=transitions)
def test_any_transition_is_loaded_as_it_was_written(opened, transition):
    runner, store, names = opened
    transition = replace(transition, check_id=next(names))
    runner.run(store.write(Batch(transitions=[transition])))
    assert transition in runner.run(store.load_transitions("local", since=transition.at))


@given(at=st.datetimes(timezones=st.just(UTC)))
def test_any_moment_survives_as_microseconds(at):
    assert from_us(to_us(at)) == at


def test_a_moment_in_another_zone_is_the_same_moment():
    wita = datetime.fromisoformat("2026-11-01T08:00:00+08:00")
    assert from_us(to_us(wita)) == wita
    assert from_us(to_us(wita)).utcoffset() == timedelta(0)
