"""The laws of a conversation, on any life of incidents and at whatever times somebody looks."""

from __future__ import annotations

import itertools
from datetime import UTC, timedelta

from hypothesis import example, given, settings
from hypothesis import strategies as st

from alerts.facts import Occasion
from alerts.policy import OutageMatter, Talk, discuss_outage, reminder_pause
from monitor.core.ledger import STABLE_AFTER, Ended, Failed, Ledger, fold, settle
from monitor.core.route import Escalation, Reminders, Route
from tests.cases import MINUTE, address, at

OURS = frozenset("ab")
"""Services that the listener hears of; `c` and `d` belong to others."""
HOLD = MINUTE / 2
ROUTE = Route(
    id="r",
    to=(),
    hold=HOLD,
    reminders=Reminders(first=40 * MINUTE, factor=2, longest=120 * MINUTE),
    escalation=Escalation(after=60 * MINUTE, to=()),
)
HERE, THERE = address("192.0.2.7"), address("192.0.2.8")
AGAIN = {Occasion.FLAPPING, Occasion.GREW}
"""What can follow a recovery: it was not the end."""

moves = st.tuples(
    st.sampled_from([0, 0.25, 1, 4, 16, 50]),  # minutes since the move before
    st.sampled_from(["fail", "fail", "fail", "end", "end", "settle", "look", "look", "look"]),
    st.sampled_from("abcd"),
    st.sampled_from([HERE, HERE, THERE]),
)
weather = st.fixed_dictionaries(
    {
        "blind": st.frozensets(st.integers(0, 39), max_size=10),
        "maintained": st.frozensets(st.integers(0, 39), max_size=10),
        "acknowledged_from": st.integers(0, 80),
    }
)
FAIR = {"blind": frozenset(), "maintained": frozenset(), "acknowledged_from": 99}
lives = st.lists(moves, max_size=40)


def fail(gap, service_id):
    return gap, "fail", service_id, HERE


def end(gap, service_id):
    return gap, "end", service_id, HERE


def look(gap):
    return gap, "look", "a", HERE


class Watch:
    """Conversations about every incident, with one listener who hears of two services."""

    def __init__(self, blind=(), maintained=(), acknowledged_from=99):
        self.ledger = Ledger(vantage="local", zone=UTC)
        self.incidents = {}
        self.talks = {}
        self.said = {}
        """Incident number → (time, occasions of one look) of every look at which something was said."""
        self.now = at(60)
        self.blind, self.maintained, self.acknowledged_from = blind, maintained, acknowledged_from
        self.number = 0

    def move(self, gap, kind, service_id, trait):
        self.now += gap * MINUTE
        self.number += 1
        common = {"service_id": service_id, "check_id": service_id}
        if kind == "fail":
            event = Failed(began_at=self.now, traits=frozenset({trait}), slack=5 * MINUTE, **common)
            self.ledger, changed = fold(self.ledger, event, self.now)
        elif kind == "end":
            self.ledger, changed = fold(self.ledger, Ended(at=self.now, **common), self.now)
        else:
            self.ledger, changed = settle(self.ledger, self.now)
        self.incidents.update((one.number, one) for one in changed)
        if kind == "look":
            self.look(
                blind=self.number in self.blind,
                maintained=self.number in self.maintained,
                acknowledged=self.number >= self.acknowledged_from,
            )

    def look(self, *, blind=False, maintained=False, acknowledged=False):
        """Look at every incident; while `a` is under maintenance it is left out."""
        for number, incident in self.incidents.items():
            talk = self.talks.get(number, Talk(listener="r", subject=incident.name))
            mine = [one for one in incident.present if one.service_id in OURS]
            matter = OutageMatter(
                incident=incident,
                members=tuple(one for one in mine if not (maintained and one.service_id == "a")),
                maintained=maintained and any(one.service_id == "a" for one in mine),
                acknowledged=acknowledged,
                blind=blind,
            )
            before = talk
            talk, says = discuss_outage(talk, matter, ROUTE, self.now)
            assert discuss_outage(talk, matter, ROUTE, self.now) == (talk, []), "said twice at one moment"
            assert [one.place for one in says] == list(range(before.place, talk.place))
            assert all(one.services <= OURS and one.services for one in says)
            assert talk.due_at is None or talk.due_at > self.now, "would be looked at without end"
            if says:
                self.said.setdefault(number, []).append((self.now, [one.occasion for one in says]))
            self.talks[number] = talk

    def settle(self):
        """Let everything end and be looked at, as often as the conversations ask for it."""
        for service_id in "abcd":
            self.move(0, "end", service_id, HERE)
        for _ in range(3):
            self.move((STABLE_AFTER + HOLD) / MINUTE, "look", "a", HERE)
        self.look()

    def occasions(self):
        return [[each for _, occasions in looks for each in occasions] for looks in self.said.values()]


def lived(life, conditions=FAIR):
    watch = Watch(**conditions)
    for one in life:
        watch.move(*one)
    return watch


@given(lives, weather)
@example([fail(0, "a"), look(1), end(1, "a"), fail(1, "a"), look(1)], {**FAIR, "maintained": frozenset({5})})
def test_a_look_twice_says_nothing_twice_and_the_first_word_is_an_outage_or_a_recovery(life, conditions):
    watch = lived(life, conditions)  # which holds every look to what it says of itself
    for occasions in watch.occasions():
        assert occasions[0] in {Occasion.OUTAGE, Occasion.RECOVERY}
        assert not {Occasion.OUTAGE} & set(occasions[1:])


@given(lives, weather)
@example([fail(0, "a"), look(1), end(40, "a"), fail(10, "a"), look(10)], FAIR)
def test_after_a_recovery_nothing_is_said_unless_something_fails_again(life, conditions):
    for occasions in lived(life, conditions).occasions():
        for before, after in itertools.pairwise(occasions):
            if before is Occasion.RECOVERY:
                assert after in AGAIN


@given(lives, weather)
def test_each_escalation_and_flapping_is_told_once_and_messages_are_bounded(life, conditions):
    watch = lived(life, conditions)
    watch.settle()
    hours = (watch.now - at(60)) / timedelta(hours=1)
    joined = sum(kind == "fail" for _, kind, *_ in life)
    for occasions in watch.occasions():
        assert occasions.count(Occasion.ESCALATION) <= 1
        assert occasions.count(Occasion.FLAPPING) <= 1
        assert occasions.count(Occasion.REMINDER) <= hours / (40 / 60)
        assert occasions.count(Occasion.GREW) <= joined
        ends = occasions.count(Occasion.RECOVERY)
        assert ends <= 1 + sum(each in AGAIN for each in occasions)


@given(lives, weather)
@example([fail(0, "a"), fail(0, "c"), look(1), end(1, "a"), look(0), fail(0, "b"), look(1)], FAIR)
def test_whoever_was_told_of_an_outage_is_told_of_its_end(life, conditions):
    watch = lived(life, conditions)
    watch.settle()
    for number, incident in watch.incidents.items():
        present = [one for one in incident.present if one.service_id in OURS]
        if number in watch.said and present and incident.closed_at is not None:
            assert watch.said[number][-1][1][-1] is Occasion.RECOVERY


@given(lives, weather)
def test_every_outage_is_told_of_once_all_can_be_seen(life, conditions):
    watch = lived(life, conditions)
    watch.move(2, "look", "a", HERE)
    watch.look()
    for number, incident in watch.incidents.items():
        out = {one.service_id for one in incident.out} & OURS
        if out:
            assert out <= watch.talks[number].told or watch.talks[number].due_at is not None


@given(lives, weather)
@example([fail(0, "a"), look(1), fail(0, "b"), look(50)], FAIR)
@example([fail(0, "a"), look(1), end(50, "a"), look(0), fail(4, "a"), look(1)], FAIR)
@example([fail(0, "a"), look(1), end(1, "a"), fail(1, "a"), end(1, "a"), look(50)], FAIR)
def test_one_look_has_at_most_one_message_for_anybody(life, conditions):
    watch = lived(life, conditions)
    for looks in watch.said.values():
        for _, occasions in looks:
            assert len([each for each in occasions if each is not Occasion.ESCALATION]) <= 1


@given(lives, st.sets(st.integers(0, 39)), weather)
def test_a_restart_changes_nothing(life, restarts, conditions):
    straight, broken = Watch(**conditions), Watch(**conditions)
    for place, one in enumerate(life):
        straight.move(*one)
        broken.move(*one)
        if place in restarts:
            broken.talks = {
                number: Talk.remembered(talk.listener, talk.subject, talk.state(), talk.due_at)
                for number, talk in broken.talks.items()
            }
    assert broken.said == straight.said
    assert broken.talks == straight.talks


@settings(max_examples=200)
@given(
    st.builds(
        Reminders,
        first=st.timedeltas(MINUTE, 60 * MINUTE),
        factor=st.floats(1, 100),
        longest=st.timedeltas(60 * MINUTE, timedelta(days=30)),
    ),
    st.integers(0, 5000),
)
@example(Reminders(factor=100.0), 155)
def test_reminder_distances_grow_and_are_bounded(reminders, given_):
    pause = reminder_pause(reminders, given_)
    assert reminders.first <= pause <= reminders.longest
    assert pause <= reminder_pause(reminders, given_ + 1)
