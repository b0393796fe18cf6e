"""How incidents become one, and how services leave them."""

from __future__ import annotations

from tests.cases import FIRST, Days, address, at, domain

HERE, THERE = address("192.0.2.7"), address("192.0.2.8")
DOMAIN = domain("baliprov.go.id")


def numbers(changed):
    return [one.number - FIRST + 1 for one in changed]


class TestMerging:
    def test_what_is_learned_later_to_have_one_cause_becomes_one_incident(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, THERE)
        kept, merged = days.fail_on("b", 5, HERE)
        assert (numbers([kept, merged]), days.open) == ([1, 2], {1: ["a", "b"]})
        assert (kept.cause, kept.closed_at) == (HERE, None)
        assert (merged.closed_at, merged.merged_into) == (at(5), FIRST)
        assert [(one.service_id, one.moved_to) for one in merged.members] == [("b", FIRST)]
        assert merged.present == ()

    def test_what_moved_ends_where_it_is_now(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, THERE)
        days.fail_on("b", 5, HERE)
        assert numbers(days.end("b", 20)) == [1]
        assert numbers(days.end("a", 25)) == [1]
        assert days.ledger.open == []

    def test_several_incidents_can_become_one_at_once(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, THERE)
        days.fail("c", 0, DOMAIN)
        days.fail_on("c", 3, THERE)
        assert days.open == {1: ["a"], 2: ["b", "c"]}
        days.fail_on("b", 4, HERE)
        days.fail_on("c", 5, HERE)
        assert days.open == {1: ["a", "b", "c"]}

    def test_a_merged_incident_is_never_opened_again(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, THERE)
        days.fail_on("b", 5, HERE)
        days.end("b", 10)
        days.end("a", 10)
        assert numbers(days.fail("b", 20, THERE)) != [2]
        assert 2 not in days.open

    def test_a_flapping_one_makes_the_incident_that_it_joins_a_flapping_one(self):
        days = Days()
        days.fail("b", 0, THERE)
        days.fail("a", 1, HERE)
        days.end("a", 2)
        days.fail("a", 5, THERE)
        assert days.open == {1: ["b", "a"]}
        days.end("a", 10)
        days.end("b", 10)
        assert days.incident(1).closed_at is None
        assert days.settle(25)[0].closed_at == at(25)


class TestSplitting:
    def test_a_service_that_fails_again_for_another_reason_leaves(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, HERE)
        days.end("b", 10)
        days.fail("b", 15, THERE)
        assert days.open == {1: ["a"], 2: ["b"]}
        assert days.incident(2).split_from == FIRST
        assert days.incident(1).members[1].moved_to == FIRST + 1

    def test_who_is_left_alone_has_nothing_in_common_with_anybody(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, HERE)
        days.end("b", 10)
        days.fail("b", 15, THERE)
        assert days.incident(1).cause is days.incident(2).cause is None

    def split(self):
        """Both fail together, `b` comes back and fails again of something else, and both come back."""
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, HERE)
        days.end("b", 10)
        days.fail("b", 15, THERE)
        days.end("b", 20)
        days.end("a", 20)
        return days

    def test_who_came_back_only_once_is_not_waited_for(self):
        assert self.split().incident(1).closed_at == at(20)

    def test_who_came_back_twice_is_waited_for_where_it_is_now(self):
        days = self.split()
        assert days.incident(2).closed_at is None
        assert [one.closed_at for one in days.settle(35) if one.present[0].service_id == "b"] == [at(35)]

    def test_who_is_back_keeps_the_incident_it_was_in(self):
        """`a` is ill again of something else: that is no news of `b`, which recovered under number 1."""
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, HERE)
        days.end("a", 5)
        days.end("b", 5)
        changed = days.fail("a", 8, THERE)
        assert all(one.out for one in changed if one.number != FIRST)
        assert "b" in [one.service_id for one in days.incident(1).present]

    def test_a_closed_incident_is_not_opened_again_for_who_has_left_it(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, HERE)
        days.end("a", 5)
        days.end("b", 5)
        days.fail("b", 8, THERE)
        assert [one.out for one in days.ledger.open] == [days.ledger.of("b").out]

    def test_a_service_can_move_back(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("c", 0, THERE)
        days.fail("b", 1, HERE)
        days.end("b", 2)
        days.fail("b", 3, THERE)
        assert days.open == {1: ["a"], 2: ["c", "b"]}
        days.end("b", 4)
        days.fail("b", 5, HERE)
        assert days.open == {1: ["a", "b"], 2: ["c"]}
        moved = days.incident(1).members[1]
        assert [(one.began_at, one.ended_at) for one in moved.spells] == [
            (at(1), at(2)),
            (at(3), at(4)),
            (at(5), None),
        ]
        assert [one.at for one in moved.history] == [at(1), at(3), at(5)]
        assert days.incident(2).members[1].moved_to == FIRST
