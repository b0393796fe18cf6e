"""The laws of a conversation about findings, on any life of them and at whatever times somebody looks."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from alerts.deadline import deadline
from alerts.facts import Occasion
from alerts.finding_policy import HOLD, FindingsMatter, discuss_findings
from alerts.policy import Talk
from monitor.core.finding import FindingSeverity
from monitor.core.route import Route
from tests.findings import BOOK, DAY, MINUTE, T0, accepted, expiring, finding

BALI = ZoneInfo("Asia/Makassar")
ROUTE = Route(id="r", to=(), hold=timedelta(seconds=30))
SEVERITIES = list(FindingSeverity)
moves = st.tuples(
    st.sampled_from([MINUTE / 4, 4 * MINUTE, 11 * MINUTE, DAY / 3, 3 * DAY, 9 * DAY]),  # since the one before
    st.sampled_from(
        ["open", "open", "open", "close", "close", "worse", "milder", "accept", "revoke", "look"]
    ),
    st.integers(0, 2),
)
lives = st.lists(moves, max_size=30)


class Life:
    """Up to three findings at a time, and a listener who is told of them."""

    def __init__(self, *, dense):
        self.dense = dense
        """Whether every change and every time that was asked for is looked at, as the planner does."""
        self.now = T0
        self.open, self.closed = {}, {}
        self.opened = 0
        self.talk = Talk(listener="r", subject="findings:baliprov.go.id")
        self.told = []
        self.occasions = []

    def go_on(self, gap, move, slot):
        until = self.now + gap
        while self.dense and self.talk.due_at is not None and self.talk.due_at <= until:
            self.now = self.talk.due_at
            self.look()
        self.now = until
        self.change(move, slot)
        if self.dense or move == "look":
            self.look()

    def change(self, move, slot):
        if move == "open" and slot not in self.open:
            self.opened += 1
            made = expiring(self.opened, days=10 * slot + 8) if slot else finding(self.opened)
            self.open[slot] = replace(made, first_seen_at=self.now)
        if slot not in self.open:
            return
        one = self.open[slot]
        match move:
            case "close":
                self.closed[one.number] = replace(self.open.pop(slot), closed_at=self.now)
                return
            case "worse" | "milder":
                rank = one.severity.rank + (1 if move == "worse" else -1)
                one = replace(one, severity=SEVERITIES[min(max(rank, 0), 3)])
            case "accept":
                one = replace(one, acceptance=accepted(self.now + 2 * DAY))
            case "revoke":
                one = replace(one, acceptance=None)
        self.open[slot] = one

    def look(self):
        over = [self.closed[number] for number in self.talk.findings if number in self.closed]
        shown = (*self.open.values(), *over)
        before = self.talk
        matter = FindingsMatter(findings=shown, rules=BOOK)
        self.talk, says = discuss_findings(before, matter, ROUTE, self.now, BALI)
        assert len(says) <= 1
        assert self.talk.due_at is None or self.talk.due_at > self.now
        for say in says:
            assert say.place == before.place == self.talk.place - 1
            assert say.news
            assert say.news <= say.findings
            self.occasions.append(say.occasion)
            if say.occasion is not Occasion.FINDING_CLOSED:
                self.told += [(self.now, one) for one in shown if one.number in say.news]
        again, nothing = discuss_findings(self.talk, matter, ROUTE, self.now, BALI)
        assert (again, nothing) == (self.talk, [])

    @property
    def standing(self):
        return {one.number for one in self.open.values() if not one.accepted(self.now)}


def lived(life, *, dense=True):
    found = Life(dense=dense)
    for move in life:
        found.go_on(*move)
    return found


@settings(max_examples=300)
@given(lives)
def test_nothing_is_told_twice_of_one_severity_and_step_unless_its_acceptance_ran_out(life):
    known = {}
    for at, one in lived(life).told:
        limit = deadline(one, BOOK[one.identity.rule], BALI)
        reached = limit.step(at) if limit else None
        if one.number in known:
            told_at, severity, step = known[one.number]
            nearer = reached is not None and (step is None or reached < step)
            ran_out = one.acceptance is not None and told_at < one.acceptance.until <= at
            assert one.severity.rank > severity.rank or nearer or ran_out
        known[one.number] = (at, one.severity, reached)


@settings(max_examples=300)
@given(lives)
def test_whatever_stands_is_told_at_the_latest_one_hold_later(life):
    found = lived(life)
    found.go_on(HOLD, "wait", 0)
    assert found.standing <= found.talk.findings.keys()


@settings(max_examples=300)
@given(lives)
def test_when_everything_is_over_that_is_told_once_for_each_time_that_something_was(life):
    found = lived(life)
    for slot in range(3):
        found.go_on(MINUTE, "close", slot)
    found.go_on(DAY, "look", 0)
    assert found.talk.findings == {}
    assert found.talk.due_at is None
    ends = [number for number, one in enumerate(found.occasions) if one is Occasion.FINDING_CLOSED]
    assert bool(found.told) is bool(ends)
    assert found.talk.ended is bool(found.told)
    assert all(later - earlier > 1 for earlier, later in itertools.pairwise(ends))


@settings(max_examples=300)
@given(lives)
def test_who_looked_seldom_knows_in_the_end_what_one_knows_who_looked_at_everything(life):
    seldom, often = lived(life, dense=False), lived(life)
    for one in (seldom, often):
        one.go_on(HOLD, "look", 0)
    assert seldom.standing == often.standing
    assert seldom.talk.findings.keys() & seldom.standing == seldom.standing
    assert often.talk.findings.keys() & often.standing == often.standing


calm = st.tuples(moves.map(lambda one: one[0]), st.sampled_from(["open", "open", "close"]), st.just(0))


@settings(max_examples=200)
@given(st.lists(calm, max_size=30))
def test_what_is_in_no_hurry_is_told_once_in_a_hold(life):
    times = [at for at, _ in lived(life).told]
    assert all(later - earlier >= HOLD for earlier, later in itertools.pairwise(times))
