"""Whether a failure may be held against a site: canaries, and the share of networks that fail at once."""

from __future__ import annotations

import pytest

from monitor.core.reason import Outcome, Stage
from monitor.core.sight import BlindCause, Sight, SightRule, Verdict, network_of
from tests.cases import MINUTE, RESOLVER, SECOND, after, canary, failure, looked, result

JUDGE, WAIT, BLIND = Verdict.JUDGE, Verdict.WAIT, Verdict.BLIND
ONE, TWO, THREE = canary(1), canary(2), canary(3)
RULE = SightRule(window=30 * SECOND, share=0.6, min_networks=8, share_limit=15 * MINUTE)
NOW = after(3600)


def sight(*looks, canaries=(ONE,)):
    """Return the sight of who looked like this: (canary, second, whether it was alive)."""
    seen = Sight(canaries, RULE)
    for one, second, alive in looks:
        seen.look(looked(one, second, alive=alive))
    return seen


class TestCanaries:
    def test_one_of_three_alive_after_the_failure_is_enough_to_judge_it(self):
        looks = [(ONE, 20, False), (TWO, 20, False), (THREE, 20, True)]
        assert sight(*looks, canaries=(ONE, TWO, THREE)).verdict(failure(3, 5), NOW) is JUDGE

    def test_a_failure_waits_until_a_canary_was_tried_since(self):
        seen = sight((ONE, 0, True))
        assert seen.verdict(failure(3, 5), NOW) is WAIT
        seen.look(looked(ONE, 20, alive=True))
        assert seen.verdict(failure(3, 5), NOW) is JUDGE

    def test_a_look_that_began_before_the_failure_ended_proves_nothing(self):
        assert sight((ONE, 4.9, True)).verdict(failure(3, 5), NOW) is WAIT
        assert sight((ONE, 5, True)).verdict(failure(3, 5), NOW) is JUDGE

    def test_dead_canaries_alone_wait_for_the_one_that_was_not_tried_since(self):
        seen = sight((ONE, 0, True), (TWO, 0, True), (ONE, 20, False), canaries=(ONE, TWO))
        assert seen.verdict(failure(3, 5), NOW) is WAIT
        assert seen.blindness(NOW) is None

    def test_nor_does_it_count_that_another_was_dead_before_that_one_lived(self):
        looks = [(TWO, 0, False), (ONE, 10, True), (ONE, 20, False)]
        seen = sight(*looks, canaries=(ONE, TWO))
        assert seen.verdict(failure(12, 14), NOW) is WAIT
        seen.look(looked(TWO, 21, alive=False))
        assert seen.verdict(failure(12, 14), NOW) is BLIND

    def test_a_canary_that_is_always_dead_does_not_blind(self):
        looks = [(one, second, one is TWO) for second in range(0, 100, 10) for one in (ONE, TWO)]
        seen = sight(*looks, canaries=(ONE, TWO))
        assert seen.verdict(failure(3, 5), NOW) is JUDGE
        assert seen.verdict(failure(85, 92), NOW) is WAIT
        assert seen.blindness(NOW) is None

    def test_when_all_are_dead_nothing_is_judged(self):
        seen = sight((ONE, 10, False), (TWO, 10, False), canaries=(ONE, TWO))
        assert seen.verdict(failure(12, 14), NOW) is BLIND
        assert seen.blindness(NOW).since_at == after(10)

    def test_nor_what_ended_before_they_died_without_one_seen_alive_between(self):
        assert sight((ONE, 0, True), (ONE, 20, False)).verdict(failure(3, 5), NOW) is BLIND

    def test_but_what_a_canary_outlived_is_still_judged_when_all_have_died(self):
        seen = sight((ONE, 0, True), (ONE, 10, True), (ONE, 20, False))
        assert seen.verdict(failure(3, 5), NOW) is JUDGE

    def test_and_not_what_it_lived_in_the_middle_of(self):
        seen = sight((ONE, 0, True), (ONE, 10, True), (ONE, 20, False))
        assert seen.verdict(failure(8, 12), NOW) is BLIND

    @pytest.mark.parametrize("began_ended", [(3, 12), (12, 14), (19.9, 25), (3, 25), (10, 10)])
    def test_a_failure_that_dead_canaries_overlap_stays_unseen_when_they_live_again(self, began_ended):
        seen = sight((ONE, 0, True), (ONE, 10, False), (ONE, 20, True), (ONE, 30, True))
        assert seen.verdict(failure(*began_ended), NOW) is BLIND

    def test_also_when_they_died_once_more(self):
        seen = sight((ONE, 10, False), (ONE, 20, True), (ONE, 30, False))
        assert seen.verdict(failure(12, 14), NOW) is BLIND

    def test_what_ended_before_they_died_stays_unseen_when_they_live_again(self):
        seen = sight((ONE, 0, True), (ONE, 10, False), (ONE, 20, True))
        assert seen.verdict(failure(3, 5), NOW) is BLIND

    def test_a_failure_after_they_came_back_is_judged_once_one_was_tried_since(self):
        seen = sight((ONE, 10, False), (ONE, 20, True))
        assert seen.verdict(failure(20, 22), NOW) is WAIT
        seen.look(looked(ONE, 30, alive=True))
        assert seen.verdict(failure(20, 22), NOW) is JUDGE

    def test_an_old_look_that_ends_late_does_not_bring_sight_back_for_what_came_after_it(self):
        seen = sight((ONE, 10, False), (TWO, 10, False), canaries=(ONE, TWO))
        seen.look(looked(TWO, 12, alive=True, lasting=5))
        assert seen.verdict(failure(13, 14), NOW) is WAIT

    def test_a_canary_that_is_no_longer_configured_says_nothing(self):
        seen = sight((TWO, 20, True))
        assert seen.verdict(failure(3, 5), NOW) is WAIT
        seen.look(looked(RESOLVER, 20, alive=True))
        assert seen.verdict(failure(3, 5), NOW) is WAIT

    def test_without_canaries_a_failure_is_judged_at_once(self):
        assert Sight((), RULE).verdict(failure(3, 5), after(5)) is JUDGE

    def test_after_a_restart_the_first_look_is_waited_for(self):
        assert sight().verdict(failure(3, 5), NOW) is WAIT
        assert sight().sighted_at(NOW) is None

    def test_a_clock_that_was_set_back_does_not_make_the_dead_alive(self):
        seen = sight((ONE, 3600, True), (ONE, 10, False))
        assert seen.verdict(failure(3, 5), after(11)) is BLIND
        assert seen.blindness(after(11)) is not None


class TestFaculties:
    BOTH = (ONE, RESOLVER)

    def test_a_name_that_did_not_resolve_needs_our_resolver_too(self):
        seen = sight((ONE, 20, True), (RESOLVER, 0, True), canaries=self.BOTH)
        assert seen.verdict(failure(3, 5, stage=Stage.RESOLVE), NOW) is WAIT
        assert seen.verdict(failure(3, 5), NOW) is JUDGE

    def test_a_dead_resolver_is_no_excuse_for_a_refused_connection(self):
        seen = sight((ONE, 20, True), (RESOLVER, 10, False), canaries=self.BOTH)
        assert seen.verdict(failure(3, 15, stage=Stage.RESOLVE), NOW) is BLIND
        assert seen.verdict(failure(3, 15, stage=Stage.CONNECT), NOW) is JUDGE
        blindness = seen.blindness(NOW)
        assert (blindness.cause, blindness.since_at) == (BlindCause.RESOLVER, after(10))
        assert blindness.dead == (RESOLVER.name,)

    def test_without_the_network_a_resolver_that_answers_helps_nobody(self):
        seen = sight((ONE, 10, False), (RESOLVER, 20, True), canaries=self.BOTH)
        assert {seen.verdict(failure(12, 15, stage=stage), NOW) for stage in Stage} == {BLIND}
        assert seen.blindness(NOW).cause is BlindCause.CANARIES

    def test_without_a_canary_of_our_resolver_the_network_alone_decides(self):
        assert sight((ONE, 20, True)).verdict(failure(3, 5, stage=Stage.RESOLVE), NOW) is JUDGE

    def test_we_see_from_when_on_both_were_found_alive(self):
        seen = sight((ONE, 10, True), canaries=self.BOTH)
        assert seen.sighted_at(NOW) is None
        seen.look(looked(RESOLVER, 20, alive=True))
        assert seen.sighted_at(NOW) == after(20)
        seen.look(looked(RESOLVER, 30, alive=False))
        assert seen.sighted_at(NOW) is None
        assert Sight((), RULE).sighted_at(NOW) == NOW


def heard(seen, networks, outcome, second, *, worked=True):
    """Let each of these networks be heard of once, at a second."""
    for number in networks:
        seen.observe(result(outcome, second, address=f"198.51.{number}.7"), worked=worked)


def half_failing(failing, working, *, second=0, **more):
    seen = Sight((), RULE)
    heard(seen, range(failing), Outcome.FAILED, second, **more)
    heard(seen, range(100, 100 + working), Outcome.OK, second)
    return seen


class TestShare:
    def test_one_dead_data_centre_never_blinds(self):
        seen = half_failing(0, 3)
        for host in range(1, 41):
            seen.observe(failure(0, address=f"198.51.50.{host}"), worked=True)
        assert seen.verdict(failure(0), after(1)) is JUDGE
        assert seen.blindness(after(1)) is None

    @pytest.mark.parametrize("form", ["198.51.{}.7", "2001:db8:{}::7"])
    def test_as_many_unrelated_networks_do(self, form):
        seen = Sight((), RULE)
        for number in range(40):
            seen.observe(failure(number / 10, address=form.format(number)), worked=True)
        assert seen.verdict(failure(0), after(4)) is BLIND
        blindness = seen.blindness(after(4))
        assert blindness.cause is BlindCause.NETWORKS
        assert (blindness.since_at, blindness.failing_networks, blindness.seen_networks) == (after(0), 40, 40)

    def test_also_while_canaries_answer(self):
        seen = sight((ONE, 20, True))
        heard(seen, range(8), Outcome.FAILED, 15)
        assert seen.verdict(failure(15), after(20)) is BLIND
        assert seen.sighted_at(after(20)) is None

    def test_the_share_is_the_threshold_itself(self):
        assert half_failing(6, 4).verdict(failure(0), after(1)) is BLIND
        assert half_failing(59, 41).verdict(failure(0), after(1)) is JUDGE

    def test_fewer_networks_than_the_minimum_say_nothing(self):
        assert half_failing(7, 0).verdict(failure(0), after(1)) is JUDGE
        assert half_failing(8, 0).verdict(failure(0), after(1)) is BLIND
        assert half_failing(6, 2).verdict(failure(0), after(1)) is BLIND

    def test_what_did_not_work_before_says_nothing(self):
        assert half_failing(40, 8, worked=False).verdict(failure(0), after(1)) is JUDGE

    def test_who_blocks_us_was_reached(self):
        seen = half_failing(8, 0)
        heard(seen, range(50, 60), Outcome.BLOCKED, 0)
        assert seen.verdict(failure(0), after(1)) is JUDGE

    def test_our_own_faults_and_names_that_did_not_resolve_say_nothing_of_a_network(self):
        seen = half_failing(7, 0)
        heard(seen, range(50, 60), Outcome.SELF_FAULT, 0)
        seen.observe(failure(0, address=None, stage=Stage.RESOLVE), worked=True)
        assert seen.verdict(failure(0), after(1)) is JUDGE

    def test_a_network_counts_as_it_was_last_heard_of(self):
        seen = half_failing(8, 0)
        heard(seen, range(4), Outcome.OK, 10)
        assert seen.verdict(failure(0), after(11)) is JUDGE
        heard(seen, range(4), Outcome.FAILED, 20)
        assert seen.verdict(failure(0), after(21)) is BLIND

    def test_what_was_heard_before_the_window_is_forgotten(self):
        seen = half_failing(8, 0)
        assert seen.verdict(failure(0), after(30)) is BLIND
        assert seen.verdict(failure(0), after(30.1)) is JUDGE
        assert seen.blindness(after(30.1)) is None

    def test_a_probe_is_heard_of_when_it_ends(self):
        seen = Sight((), RULE)
        for number in range(8):
            seen.observe(failure(0, 20, address=f"198.51.{number}.7"), worked=True)
        assert seen.verdict(failure(0, 20), after(50)) is BLIND

    def test_it_holds_judgement_back_no_longer_than_the_limit(self):
        seen = Sight((), RULE)
        for second in range(0, 901, 20):
            heard(seen, range(8), Outcome.FAILED, second)
            assert seen.verdict(failure(second), after(second)) is BLIND
        heard(seen, range(8), Outcome.FAILED, 901)
        assert seen.verdict(failure(901), after(901)) is JUDGE
        assert seen.blindness(after(901)) is None

    def test_the_limit_begins_anew_after_a_while_of_sight(self):
        seen = half_failing(8, 0)
        assert seen.verdict(failure(0), after(0)) is BLIND
        assert seen.verdict(failure(0), after(60)) is JUDGE
        heard(seen, range(8), Outcome.FAILED, 1000)
        assert seen.verdict(failure(1000), after(1000)) is BLIND

    def test_its_beginning_stays_where_it_was_while_it_lasts(self):
        seen = half_failing(8, 0)
        began_at = seen.blindness(after(1)).since_at
        heard(seen, range(8), Outcome.FAILED, 20)
        heard(seen, range(8), Outcome.FAILED, 40)
        assert seen.blindness(after(41)).since_at == began_at == after(0)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("198.51.100.7", "198.51.100.0/24"),
        ("198.51.100.255", "198.51.100.0/24"),
        ("198.51.101.0", "198.51.101.0/24"),
        ("2001:db8:17:1::7", "2001:db8:17::/48"),
        ("2001:db8:17:ffff::1", "2001:db8:17::/48"),
        ("2001:db8:18::1", "2001:db8:18::/48"),
        ("::ffff:198.51.100.7", "198.51.100.0/24"),
    ],
)
def test_a_network_is_what_is_routed_by_itself(address, network):
    assert network_of(address) == network
