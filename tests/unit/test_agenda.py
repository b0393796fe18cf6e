"""Which check starts when; numbers stand for time."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest

from monitor.core.rounds import phase_seconds
from monitor.scheduler.agenda import BURST_SECONDS, LEAST_RATE, Agenda, Lane, Limits
from tests.days import SLOW_AFTER, WALL, Day, check, many


class TestPhases:
    def test_every_check_runs_once_in_each_interval_at_its_own_phase(self):
        checks = many(20, interval=60)
        day = Day(checks)
        day.live(300)
        by_check = {one.id: [at for at, check_id in day.starts() if check_id == one.id] for one in checks}
        for one in checks:
            assert len(by_check[one.id]) == 5
            for at in by_check[one.id]:
                phase = phase_seconds(one.id, one.interval)
                assert ((WALL + at - phase + 30) % 60) - 30 == pytest.approx(0, abs=0.01)

    def test_phases_are_spread_evenly(self):
        phases = [phase_seconds(f"layanan-{n}", timedelta(seconds=100)) for n in range(10_000)]
        per_tenth = Counter(int(phase // 10) for phase in phases)
        assert set(per_tenth) == set(range(10))
        assert all(850 < number < 1150 for number in per_tenth.values())

    def test_a_restart_keeps_the_phases(self):
        checks = many(10, interval=60)
        day = Day(checks)
        day.live(60)
        again = Day(checks, now=1234.5)
        again.live(60)
        phases = {check_id: (WALL + at) % 60 for at, check_id in day.starts()}
        assert {check_id: (WALL + at) % 60 for at, check_id in again.starts()} == pytest.approx(
            phases, abs=0.01
        )

    def test_a_quiet_agenda_starts_everything_on_time(self):
        day = Day(many(100, interval=60))
        day.live(600)
        assert max(day.lateness()) < 0.01

    def test_a_probe_that_outlasts_its_interval_skips_phases_rather_than_piling_up(self):
        day = Day([check("a", interval=10)], takes={"a": 25})
        day.live(120)
        first = day.starts()[0][0]
        assert [at - first for at, _ in day.starts()] == pytest.approx([0, 30, 60, 90], abs=0.01)


class TestPoliteness:
    def test_one_host_is_asked_one_thing_at_a_time(self):
        checks = many(5, host="busy.example", interval=10)
        day = Day(checks, takes=dict.fromkeys([one.id for one in checks], 1.5))
        day.live(100)
        ends = 0.0
        for at, _ in day.starts():
            assert at >= ends
            ends = at + 1.5
        assert min(Counter(check_id for _, check_id in day.starts()).values()) >= 9

    def test_hosts_do_not_wait_for_each_other(self):
        day = Day([check("slow", interval=10), check("quick", interval=10)], takes={"slow": 9})
        day.live(100)
        assert max(day.lateness()) < 0.01

    def test_more_at_once_where_the_limit_allows_it(self):
        checks = many(6, host="busy.example", interval=60)
        agenda = Agenda(Limits(per_host=2))
        agenda.replace(checks, 0, WALL)
        assert len(agenda.start(60)) == 2
        assert agenda.waiting == 4

    def test_a_host_with_more_to_do_than_time_still_lets_every_check_have_its_turn(self):
        checks = many(6, host="busy.example", interval=3)
        takes = {one.id: 2.5 if one is checks[0] else 0.9 for one in checks}
        day = Day(checks, takes=takes, limits=Limits(quick=1, slow=1, slow_after_seconds=SLOW_AFTER))
        day.live(120)
        turns = Counter(check_id for _, check_id in day.starts())
        assert set(turns) == {one.id for one in checks}
        assert min(turns.values()) >= 8

    def test_those_that_wait_for_a_host_come_in_the_order_in_which_they_were_due(self):
        checks = many(6, host="busy.example", interval=60)
        day = Day(checks)
        day.stall(60)
        day.live(30)
        due = [start.due for _, start in day.started]
        assert due[1:] == sorted(due[1:])
        assert len(due) >= 6


class TestLanes:
    LIMITS = Limits(quick=20, slow=200, slow_after_seconds=SLOW_AFTER)

    def test_two_hundred_tarpits_delay_a_quick_site_no_longer_than_it_takes_to_know_them(self):
        tarpits = [check(f"tarpit {n}", interval=60) for n in range(200)]
        quick = [check(f"quick {n}", interval=60) for n in range(200)]
        day = Day(tarpits + quick, takes={one.id: 20.0 for one in tarpits}, limits=self.LIMITS)
        day.live(70)
        late = [at - start.due for at, start in day.started if start.check.id.startswith("quick")]
        assert len(late) >= 200
        assert max(late) <= 2 * SLOW_AFTER

    def test_once_they_are_known_tarpits_delay_nobody_but_tarpits(self):
        tarpits = [check(f"tarpit {n}", interval=60) for n in range(200)]
        quick = [check(f"quick {n}", interval=60) for n in range(200)]
        limits = Limits(quick=20, slow=20, slow_after_seconds=SLOW_AFTER)
        day = Day(tarpits + quick, takes={one.id: 20.0 for one in tarpits}, limits=limits)
        day.live(200)
        known = [start for at, start in day.started if at > 100 and start.check.id.startswith("quick")]
        late = [at - start.due for at, start in day.started if at > 100 and start in known]
        assert len(late) >= 300
        assert max(late) < 0.1

    def test_a_known_slow_check_waits_for_the_slow_lane(self):
        limits = Limits(quick=5, slow=1, slow_after_seconds=SLOW_AFTER)
        day = Day(many(2, interval=60), takes={"check 0": 9, "check 1": 9}, limits=limits)
        day.live(75)
        day.stall(60)
        [start] = day.agenda.start(day.now)
        assert day.agenda.in_flight(Lane.SLOW) == 1
        assert day.agenda.in_flight(Lane.QUICK) == 0
        assert day.agenda.waiting == 1
        day.agenda.finish(start, day.now + 9)
        assert len(day.agenda.start(day.now + 9)) == 1

    def test_who_waits_for_the_quick_lane_is_woken_when_a_slow_probe_leaves_it(self):
        agenda = Agenda(Limits(quick=1, slow=1, slow_after_seconds=SLOW_AFTER))
        agenda.replace(many(2, interval=60), 0, WALL)
        assert len(agenda.start(60)) == 1
        assert agenda.start(61) == []
        assert agenda.wake_at(61) == 60 + SLOW_AFTER
        assert len(agenda.start(60 + SLOW_AFTER)) == 1

    def test_a_check_that_was_slow_once_comes_back_to_the_quick_lane(self):
        agenda = Agenda(Limits(slow_after_seconds=SLOW_AFTER))
        agenda.replace([check("a", interval=60)], 0, WALL)
        lanes = []
        for turn, took in enumerate((9.0, 0.1, 0.1), 1):
            now = turn * 60.0
            [start] = agenda.start(now)
            lanes.append("slow" if agenda.in_flight(Lane.SLOW) else "quick")
            agenda.finish(start, now + took)
        assert lanes == ["quick", "slow", "quick"]

    def test_each_lane_holds_no_more_than_its_limit(self):
        limits = Limits(quick=3, slow=2, slow_after_seconds=SLOW_AFTER)
        checks = many(30, interval=10)
        day = Day(
            checks, takes={one.id: 5.0 if n % 2 else 0.5 for n, one in enumerate(checks)}, limits=limits
        )
        most = Counter()
        for _ in range(600):
            day.live(0.1)
            for lane in Lane:
                most[lane] = max(most[lane], day.agenda.in_flight(lane))
        assert most[Lane.QUICK] == 3
        # A probe that turns out slow cannot be sent back: it enters the slow lane over its limit.
        assert 2 <= most[Lane.SLOW] <= 5


class TestPace:
    def test_after_a_stall_each_check_runs_once_at_no_more_than_the_pace(self):
        checks = many(1_200, interval=60)
        rate = 2 * 1_200 / 60
        day = Day(checks)
        day.live(120)
        day.stall(60)
        resumed = day.now
        day.live(60)
        starts = day.starts(resumed)
        overdue = Counter(start.check.id for at, start in day.started if start.due < resumed <= at)
        assert set(overdue.values()) == {1}
        assert len(overdue) >= 1_190  # but for those whose probe was under way when it stalled
        in_second = Counter(int(at - resumed) for at, _ in starts)
        assert in_second[0] <= rate * (1 + BURST_SECONDS) + 1
        assert max(number for second, number in in_second.items() if second) <= rate + 1

    def test_after_catching_up_every_check_is_back_on_its_phase(self):
        day = Day(many(600, interval=60))
        day.live(60)
        day.stall(90)
        day.live(90)
        calm = day.now
        day.live(60)
        assert len(day.starts(calm)) == 600
        assert max(day.lateness(calm)) < 0.2

    def test_a_small_register_catches_up_at_the_least_rate(self):
        day = Day(many(100, interval=3600))
        day.stall(3600)
        day.live(60)
        at = [moment - 3600 for moment, _ in day.starts()]
        assert len(at) == 100
        assert at[-1] == pytest.approx((100 - LEAST_RATE * BURST_SECONDS) / LEAST_RATE, abs=0.2)


class TestReplace:
    def test_a_register_that_stays_the_same_changes_nobodys_turn(self):
        checks = many(50, interval=60)
        day, other = Day(checks), Day(checks)
        for _ in range(40):
            day.live(3)
            other.live(3)
            other.replace(list(reversed(checks)))
        assert other.starts() == day.starts()

    def test_a_check_that_left_is_not_started_again(self):
        day = Day(many(20, interval=10))
        day.live(15)
        day.replace(many(10, interval=10))
        left = day.now
        day.live(30)
        assert {check_id for _, check_id in day.starts(left)} == {f"check {n}" for n in range(10)}

    def test_a_check_that_left_while_it_waited_is_not_started(self):
        agenda = Agenda(Limits(quick=1))
        agenda.replace(many(3, interval=60), 0, WALL)
        [start] = agenda.start(60)
        agenda.replace([start.check], 60, WALL + 60)
        agenda.finish(start, 61)
        assert agenda.start(61) == []
        assert agenda.waiting == 0

    def test_those_behind_a_check_that_left_do_not_wait_for_ever(self):
        checks = many(3, host="busy.example", interval=60)
        agenda = Agenda(Limits())
        agenda.replace(checks, 0, WALL)
        [first] = agenda.start(60)
        order = sorted(checks, key=lambda one: (phase_seconds(one.id, one.interval) - WALL) % 60)
        assert first.check == order[0]
        agenda.replace([order[0], order[2]], 61, WALL + 61)
        agenda.finish(first, 61)
        assert [start.check for start in agenda.start(61)] == [order[2]]

    def test_those_behind_a_check_that_moved_to_another_host_do_not_wait_for_ever(self):
        checks = many(3, host="busy.example", interval=60)
        order = sorted(checks, key=lambda one: (phase_seconds(one.id, one.interval) - WALL) % 60)
        agenda = Agenda(Limits())
        agenda.replace(checks, 0, WALL)
        [first] = agenda.start(60)
        moved = check(order[1].id, host="new.example", interval=60)
        agenda.replace([order[0], moved, order[2]], 61, WALL + 61)
        assert [start.check for start in agenda.start(61)] == [moved]
        agenda.finish(first, 62)
        assert [start.check for start in agenda.start(62)] == [order[2]]

    def test_a_check_that_comes_back_while_its_probe_is_under_way_is_not_probed_twice(self):
        day = Day([check("a", interval=5)], takes={"a": 30}, limits=Limits(per_host=9))
        day.live(10)
        [(began, _)] = day.starts()
        day.replace([])
        day.live(1)
        day.replace([check("a", interval=5)])
        day.live(15)
        assert len(day.starts()) == 1
        day.live(20)
        assert [at for at, _ in day.starts()] == pytest.approx([began, began + 35], abs=0.01)

    def test_a_check_that_left_for_good_while_under_way_is_not_scheduled_when_it_ends(self):
        agenda = Agenda(Limits())
        agenda.replace([check("a", interval=5)], 0, WALL)
        [start] = agenda.start(5)
        agenda.replace([], 6, WALL + 6)
        assert agenda.finish(start, 7) is None
        assert agenda.start(1_000) == []
        assert agenda.in_flight(Lane.QUICK) == 0

    def test_a_new_interval_takes_effect_at_once(self):
        day = Day([check("a", interval=3600)])
        day.replace([check("a", interval=10)])
        day.live(30)
        assert len(day.starts()) == 3

    def test_a_longer_interval_takes_effect_at_once(self):
        day = Day([check("a", interval=10)])
        day.live(20)
        day.replace([check("a", interval=3600)])
        changed = day.now
        day.live(3600)
        assert len(day.starts(changed)) == 1

    def test_what_else_changed_of_a_check_is_probed_from_its_next_turn_on(self):
        agenda = Agenda(Limits())
        agenda.replace([check("a")], 0, WALL)
        agenda.replace([check("a", host="other.example")], 1, WALL + 1)
        assert [start.check.host for start in agenda.start(60)] == ["other.example"]

    def test_an_empty_agenda_sleeps_until_it_is_told(self):
        agenda = Agenda(Limits())
        assert agenda.start(0) == []
        assert agenda.wake_at(0) is None


class TestAgain:
    @pytest.fixture
    def agenda(self):
        agenda = Agenda(Limits())
        agenda.replace([check("a", interval=60)], 0, WALL)
        return agenda

    @pytest.fixture
    def phase(self):
        return (phase_seconds("a", timedelta(seconds=60)) - WALL) % 60

    def test_a_doubtful_check_is_tried_again_soon_and_then_at_its_phase(self, agenda, phase):
        [start] = agenda.start(phase)
        assert agenda.finish(start, phase + 1, again_seconds=10) == phase + 11
        assert agenda.start(phase + 10.9) == []
        [start] = agenda.start(phase + 11)
        assert start.due == phase + 11
        assert agenda.finish(start, phase + 12) == pytest.approx(phase + 60)

    def test_a_site_that_asks_for_rest_is_left_alone(self, agenda, phase):
        [start] = agenda.start(phase)
        assert agenda.finish(start, phase + 1, again_seconds=10, rest_seconds=30) == phase + 31
        [start] = agenda.start(phase + 31)
        assert agenda.finish(start, phase + 32, rest_seconds=100) == phase + 132
        [start] = agenda.start(phase + 132)
        assert agenda.finish(start, phase + 133) == pytest.approx(phase + 180)

    def test_rest_that_ends_before_the_next_phase_changes_nothing(self, agenda, phase):
        [start] = agenda.start(phase)
        assert agenda.finish(start, phase + 1, rest_seconds=30) == pytest.approx(phase + 60)

    def test_rest_that_ends_after_the_next_phase_holds_it_back(self, agenda, phase):
        [start] = agenda.start(phase)
        agenda.finish(start, phase + 1, again_seconds=50)
        [start] = agenda.start(phase + 51)
        assert agenda.finish(start, phase + 52, rest_seconds=20) == phase + 72

    def test_lateness_counts_from_the_moment_that_was_asked_for(self, agenda, phase):
        [start] = agenda.start(phase + 7)
        assert start.due == pytest.approx(phase)
