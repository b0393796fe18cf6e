"""Whatever happens to the agenda, no check is lost, doubled or slept over."""

from __future__ import annotations

import copy
from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from monitor.scheduler.agenda import Agenda, Lane, Limits
from tests.days import SLOW_AFTER, WALL, check


class AgendaKeepsEverything(RuleBasedStateMachine):
    """Whatever happens, no check is lost, doubled, or slept over."""

    IDS = tuple("abcdef")

    @initialize(per_host=st.integers(1, 2), quick=st.integers(1, 3), slow=st.integers(1, 2))
    def begin(self, per_host, quick, slow):
        self.limits = Limits(per_host=per_host, quick=quick, slow=slow, slow_after_seconds=SLOW_AFTER)
        self.agenda = Agenda(self.limits)
        self.now = 0.0
        self.followed = {}
        self.running = []

    @rule(
        ids=st.sets(st.sampled_from(IDS)),
        hosts=st.lists(st.sampled_from(["x", "y"]), min_size=6, max_size=6),
        intervals=st.lists(st.sampled_from([3.0, 3.0, 10.0]), min_size=6, max_size=6),
    )
    def replace(self, ids, hosts, intervals):
        given = dict(zip(self.IDS, zip(hosts, intervals, strict=True), strict=True))
        self.followed = {one: check(one, host=given[one][0], interval=given[one][1]) for one in sorted(ids)}
        self.agenda.replace(self.followed.values(), self.now, WALL + self.now)

    @rule(seconds=st.sampled_from([0.0, 0.3, 1.0, 2.5, 30.0]))
    def pass_time(self, seconds):
        self.now += seconds

    @rule()
    def start(self):
        self._begin(self.agenda.start(self.now))

    def _begin(self, starts):
        for start in starts:
            assert start.check == self.followed[start.check.id]
            assert start.due <= self.now
            assert start.check.id not in {one.check.id for one in self.running}
            self.running.append(start)

    @precondition(lambda self: self.running)
    @rule(data=st.data(), again=st.sampled_from([None, 1.0]), rest=st.sampled_from([0.0, 7.0]))
    def finish(self, data, again, rest):
        start = self.running.pop(data.draw(st.integers(0, len(self.running) - 1)))
        due = self.agenda.finish(start, self.now, again_seconds=again, rest_seconds=rest)
        if start.check.id in self.followed:
            assert due >= self.now + rest
        else:
            assert due is None

    @rule()
    def nothing_can_start_before_the_moment_to_wake_at(self):
        self._begin(self.agenda.start(self.now))
        wake_at = self.agenda.wake_at(self.now)
        before = self.now + 100 if wake_at is None else wake_at - 1e-6
        if before > self.now:
            assert copy.deepcopy(self.agenda).start(before) == []

    @invariant()
    def politeness_holds(self):
        if not hasattr(self, "agenda"):
            return
        hosts = Counter(one.check.host for one in self.running)
        assert max(hosts.values(), default=0) <= self.limits.per_host
        assert self.agenda.in_flight(Lane.QUICK) <= self.limits.quick
        assert sum(map(self.agenda.in_flight, Lane)) == len(self.running)

    def teardown(self):
        """Everything that is followed still gets its turn."""
        if not hasattr(self, "agenda"):
            return
        seen = set()
        for _ in range(60):
            for start in self.running:
                self.agenda.finish(start, self.now)
            self.running = []
            self.now += 1.0
            self._begin(self.agenda.start(self.now))
            seen |= {one.check.id for one in self.running}
        assert seen >= set(self.followed)


TestAgendaKeepsEverything = AgendaKeepsEverything.TestCase
TestAgendaKeepsEverything.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)
