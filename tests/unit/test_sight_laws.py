"""The laws of sight, on any series of looks and results."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.reason import Outcome
from monitor.core.sight import Sight, SightRule, Verdict
from tests.cases import SECOND, after, canary, failure, looked, result

RULE = SightRule()
NOW = after(3600)
CANARIES = [canary(number) for number in range(3)]
looks = st.lists(st.tuples(st.sampled_from(CANARIES), st.integers(1, 5), st.booleans()), max_size=30)
"""Canary, seconds since the look before, whether it was alive."""
failures = st.tuples(st.integers(0, 40), st.integers(1, 10)).map(lambda span: (span[0], sum(span)))
"""The seconds in which a failure began and ended."""


def dated(text):
    """Return looks with the second in which each began, in the order of time."""
    second, found = 0, []
    for one, gap, alive in text:
        second += gap
        found.append((one, second, alive))
    return found


def verdicts(canaries, text, span):
    """Yield the looks so far and what is said of a failure, from its end on."""
    seen, past, dates = Sight(canaries, RULE), [], dated(text)
    for place, (one, second, alive) in enumerate(dates):
        past.append((one, second, alive))
        seen.look(looked(one, second, alive=alive))
        if place + 1 == len(dates) or dates[place + 1][1] >= span[1]:
            yield past, seen.verdict(failure(*span), NOW)


@given(looks, failures)
def test_nothing_is_judged_before_a_canary_was_seen_alive_after_it(text, span):
    for past, verdict in verdicts(CANARIES, text, span):
        proven = any(alive and second >= span[1] for _, second, alive in past)
        assert proven or verdict is not Verdict.JUDGE


@given(looks, failures)
def test_what_no_canary_outlived_is_unseen(text, span):
    for past, verdict in verdicts(CANARIES, text, span):
        since = [(one, alive) for one, second, alive in past if second >= span[1]]
        if {one for one, _ in since} == set(CANARIES) and not any(alive for _, alive in since):
            assert verdict is Verdict.BLIND


@given(looks, failures)
def test_where_one_canary_is_always_found_alive_nobody_is_blind(text, span):
    steady = [(one, gap, alive or one is CANARIES[0]) for one, gap, alive in text]
    for past, verdict in verdicts(CANARIES, [(CANARIES[0], 0, True), *steady], span):
        proven = any(alive and second >= span[1] for _, second, alive in past)
        assert verdict is (Verdict.JUDGE if proven else Verdict.WAIT)


@given(looks, failures)
@example([(CANARIES[0], 0, False), (CANARIES[0], 9, True), (CANARIES[0], 9, False)], (3, 5))
@example([(CANARIES[0], 0, True), (CANARIES[0], 9, False), (CANARIES[0], 9, True)], (3, 5))
def test_a_failure_is_judged_exactly_where_a_canary_lived_all_through_it_and_after(text, span):
    began, ended = span
    for past, verdict in verdicts(CANARIES[:1], [(CANARIES[0], *rest) for _, *rest in text], span):
        later = [alive for _, second, alive in past if second >= ended]
        before = [alive for _, second, alive in past if second <= began]
        during = [alive for _, second, alive in past if began < second < ended]
        if not all([*before[-1:], *during, *later[:1]]):
            assert verdict is Verdict.BLIND
        else:
            assert verdict is (Verdict.JUDGE if later else Verdict.WAIT)


@given(looks, failures)
@example([(one, 3, alive) for alive in (False, True, False) for one in CANARIES], (10, 12))
def test_what_was_once_decided_is_never_decided_otherwise(text, span):
    decided = Verdict.WAIT
    for _, verdict in verdicts(CANARIES, text, span):
        assert decided in (Verdict.WAIT, verdict)
        decided = verdict


@given(looks, failures)
def test_we_are_blind_exactly_while_failures_of_this_moment_are_unseen(text, span):
    seen = Sight(CANARIES, RULE)
    for one, second, alive in dated(text):
        seen.look(looked(one, second, alive=alive))
        blind = seen.blindness(NOW) is not None
        assert (seen.verdict(failure(second + 1), NOW) is Verdict.BLIND) == blind
        assert not blind or seen.sighted_at(NOW) is None


news = st.lists(
    st.tuples(
        st.integers(0, 9),  # seconds since the result before
        st.integers(0, 9),  # network
        st.integers(1, 3),  # host
        st.sampled_from(list(Outcome)),
        st.booleans(),  # whether it worked before
        st.integers(0, 20),  # seconds that the probe took
    ),
    max_size=60,
)


@given(news, st.integers(0, 40))
def test_counting_as_results_come_is_the_same_as_counting_all_anew(text, pause):
    rule = SightRule(window=30 * SECOND, share=1e-9, min_networks=1, share_limit=timedelta(days=1))
    seen, second, latest = Sight((), rule), 0, {}
    for gap, network, host, outcome, worked, took in text:
        second += gap
        seen.observe(
            result(outcome, second - took, second, address=f"198.51.{network}.{host}"), worked=worked
        )
        if worked and outcome is not Outcome.SELF_FAULT:
            latest[network] = (second, outcome is Outcome.FAILED)
        for now in (second, second + pause if gap == 9 else second):
            within = [failed for heard, failed in latest.values() if heard >= now - 30]
            blindness = seen.blindness(after(now))
            if not any(within):
                assert blindness is None
            else:
                found = (blindness.failing_networks, blindness.seen_networks)
                assert found == (sum(within), len(within))
            latest = {key: value for key, value in latest.items() if value[0] >= now - 30}
