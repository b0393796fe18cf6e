"""What is said of a domain's findings, and when."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from alerts.facts import Occasion
from alerts.finding_policy import HOLD, FindingsMatter, discuss_findings
from alerts.policy import Talk
from monitor.core.finding import FindingSeverity
from monitor.core.route import Route
from tests.findings import BOOK, DAY, LAME, MINUTE, T0, accepted, expiring, finding

BALI = ZoneInfo("Asia/Makassar")
ROUTE = Route(id="r", to=(), hold=timedelta(seconds=30))
TOLD = T0 + HOLD
FOUND, AGAIN, OVER = Occasion.FINDING, Occasion.FINDING_REMINDER, Occasion.FINDING_CLOSED
SEVERE = FindingSeverity.SEVERE


class Chat:
    """One conversation about a domain's findings: `look` returns what is said, and for which numbers."""

    def __init__(self, route=ROUTE):
        self.route = route
        self.talk = Talk(listener="r", subject="findings:baliprov.go.id")
        self.says = []

    def look(self, now, *findings):
        kept = json.loads(json.dumps(self.talk.state()))
        self.talk = Talk.remembered(self.talk.listener, self.talk.subject, kept, self.talk.due_at)
        services = {one.number: frozenset({f"s{one.number}"}) for one in findings}
        matter = FindingsMatter(findings=findings, services=services, rules=BOOK)
        self.talk, self.says = discuss_findings(self.talk, matter, self.route, now, BALI)
        return [(one.occasion, set(one.news)) for one in self.says]

    @property
    def due_at(self):
        return self.talk.due_at


@pytest.fixture
def chat():
    return Chat()


def wita(day, hour, minute=0, month=11):
    return datetime(2026, month, day, hour, minute, tzinfo=BALI).astimezone(UTC)


def gone(one, at):
    return replace(one, closed_at=at)


class TestFirstWord:
    def test_it_waits_for_what_other_inspections_find_and_then_says_all_at_once(self, chat):
        first, later = finding(1), finding(2, first_seen_at=T0 + 9 * MINUTE)
        assert chat.look(T0, first) == []
        assert chat.due_at == TOLD
        assert chat.look(T0 + 9 * MINUTE, first, later) == []
        assert chat.look(TOLD, first, later) == [(FOUND, {1, 2})]
        assert chat.look(TOLD + DAY, first, later) == []
        assert chat.due_at is None

    def test_what_comes_later_waits_anew(self, chat):
        first = finding(1)
        chat.look(TOLD, first)
        later = finding(2, first_seen_at=TOLD + MINUTE)
        assert chat.look(TOLD + MINUTE, first, later) == []
        assert chat.look(TOLD + MINUTE + HOLD, first, later) == [(FOUND, {2})]
        assert chat.says[0].findings == {1, 2}
        assert chat.says[0].services == {"s1", "s2"}

    def test_what_is_severe_waits_for_no_more_than_an_outage_and_takes_the_others_along(self, chat):
        severe, mild = finding(1, LAME.id), finding(2)
        assert chat.look(T0, severe, mild) == []
        assert chat.due_at == T0 + ROUTE.hold
        assert chat.look(T0 + ROUTE.hold, severe, mild) == [(FOUND, {1, 2})]

    def test_a_route_that_holds_longer_holds_everything_longer(self):
        chat = Chat(replace(ROUTE, hold=timedelta(hours=1)))
        assert chat.look(T0 + 59 * MINUTE, finding(1), finding(2, LAME.id)) == []
        assert chat.due_at == T0 + 60 * MINUTE

    def test_what_is_over_before_it_was_told_is_never_told(self, chat):
        assert chat.look(T0, finding()) == []
        assert chat.look(TOLD, gone(finding(), T0 + MINUTE)) == []
        assert chat.due_at is None

    def test_a_finding_of_a_rule_that_is_not_known_any_more_is_told_all_the_same(self, chat):
        assert chat.look(TOLD, finding(1, "of_old", evidence={"expires_at": T0.isoformat()})) == [
            (FOUND, {1})
        ]
        assert chat.due_at is None


class TestWorse:
    def test_what_got_worse_is_news_and_what_got_milder_is_not(self, chat):
        chat.look(TOLD, finding())
        moderate = replace(finding(), severity=FindingSeverity.MODERATE)
        assert chat.look(TOLD + MINUTE, moderate) == []
        assert chat.look(TOLD + HOLD, moderate) == [(FOUND, {1})]
        assert chat.look(TOLD + DAY, finding()) == []
        assert chat.look(TOLD + 2 * DAY, moderate) == []

    def test_what_became_severe_is_told_after_the_routes_hold(self, chat):
        chat.look(TOLD, finding())
        assert chat.look(TOLD + ROUTE.hold, replace(finding(), severity=SEVERE)) == [(FOUND, {1})]

    def test_what_gets_worse_as_its_deadline_comes_nearer_is_told_by_its_steps_alone(self, chat):
        found = expiring(days=10)
        chat.look(TOLD, found)
        severe = replace(found, severity=SEVERE)
        assert chat.look(T0 + 2 * DAY, severe) == []
        assert chat.look(T0 + 3 * DAY, severe) == [(AGAIN, {1})]
        assert chat.look(T0 + 3 * DAY + HOLD, severe) == []


class TestSteps:
    def days_said(self, chat, one, days):
        """On which of the coming days, looked at every hour, something is said."""
        said = []
        for hour in range(24 * days):
            now = wita(4, 0) + DAY + timedelta(hours=hour)
            for occasion, _ in chat.look(now, one):
                assert occasion is AGAIN
                said.append(now.astimezone(BALI))
        return said

    def test_a_certificate_is_told_again_on_the_days_of_the_steps_and_daily_once_it_expired(self, chat):
        one = expiring(days=40, at=wita(14, 3, month=12))
        assert chat.look(TOLD, one) == [(FOUND, {1})]
        said = self.days_said(chat, one, 44)
        left = [(wita(14, 3, month=12).astimezone(BALI).date() - at.date()).days for at in said]
        assert left == [30, 14, 7, 3, 1, 0, -1, -2, -3, -4]
        assert {at.hour for at in said} == {8}

    def test_it_knows_when_the_next_step_is(self, chat):
        chat.look(TOLD, expiring(days=20))
        assert chat.due_at == wita(10, 8)
        assert chat.look(wita(10, 7, 59), expiring(days=20)) == []
        assert chat.due_at == wita(10, 8)
        assert chat.look(wita(10, 8), expiring(days=20)) == [(AGAIN, {1})]
        assert chat.due_at == wita(17, 8)

    def test_what_is_found_at_night_is_not_told_again_in_the_morning(self, chat):
        found = wita(5, 2)
        one = expiring(at=wita(12, 12), first_seen_at=found)
        assert chat.look(found + HOLD, one) == [(FOUND, {1})]
        assert chat.look(wita(5, 8), one) == []

    def test_steps_that_passed_unseen_are_told_once(self, chat):
        one = expiring(days=40)
        chat.look(TOLD, one)
        assert chat.look(T0 + 38 * DAY, one) == [(AGAIN, {1})]
        assert chat.look(T0 + 38 * DAY + MINUTE, one) == []

    def test_all_that_reached_a_step_are_one_message(self, chat):
        both = expiring(1, 20), expiring(2, 20)
        chat.look(TOLD, *both)
        assert chat.look(T0 + 6 * DAY, *both) == [(AGAIN, {1, 2})]

    def test_a_step_joins_what_is_new(self, chat):
        chat.look(TOLD, expiring(1, 20))
        new = finding(2, LAME.id, first_seen_at=T0 + 6 * DAY - MINUTE)
        assert chat.look(T0 + 6 * DAY, expiring(1, 20), new) == [(FOUND, {1, 2})]

    def test_a_date_that_moves_to_and_fro_is_not_told_twice(self, chat):
        chat.look(TOLD, expiring(1, 20))
        assert chat.look(T0 + 6 * DAY, expiring(1, 20)) == [(AGAIN, {1})]
        assert chat.look(T0 + 6 * DAY + MINUTE, expiring(1, 21)) == []
        assert chat.look(T0 + 6 * DAY + 2 * MINUTE, expiring(1, 20)) == []

    @pytest.mark.parametrize("text", ["9999-12-31T23:59:59+00:00", "soon", "2026-11-20T00:00:00", None, 3])
    def test_what_is_no_day_that_can_come_is_no_deadline(self, chat, text):
        one = replace(expiring(), evidence={"expires_at": text})
        assert chat.look(TOLD, one) == [(FOUND, {1})]
        assert chat.due_at is None

    def test_a_rule_without_steps_is_told_once(self, chat):
        one = finding(evidence={"expires_at": (T0 + 2 * DAY).isoformat()})
        chat.look(TOLD, one)
        assert [chat.look(T0 + day * DAY, one) for day in range(1, 9)] == [[]] * 8


class TestAcceptance:
    def test_what_is_accepted_is_not_told_before_that_has_run_out(self, chat):
        one = expiring(days=3, acceptance=accepted(T0 + 5 * DAY))
        assert chat.look(TOLD, one) == []
        assert chat.due_at == T0 + 5 * DAY
        assert chat.look(T0 + 5 * DAY, one) == [(FOUND, {1})]
        assert chat.look(T0 + 5 * DAY + MINUTE, one) == []

    def test_what_was_told_is_told_again_when_the_acceptance_has_run_out(self, chat):
        chat.look(TOLD, finding())
        one = finding(acceptance=accepted(T0 + 5 * DAY))
        assert chat.look(T0 + DAY, one) == []
        assert chat.due_at == T0 + 5 * DAY
        assert chat.look(T0 + 6 * DAY, one) == [(FOUND, {1})]
        assert chat.look(T0 + 7 * DAY, one) == []

    def test_what_is_accepted_reaches_no_step_and_one_taken_back_does(self, chat):
        chat.look(TOLD, expiring(days=20))
        one = expiring(days=20, acceptance=accepted(T0 + 30 * DAY))
        assert chat.look(T0 + 6 * DAY, one) == []
        assert chat.look(T0 + 6 * DAY + MINUTE, expiring(days=20)) == [(AGAIN, {1})]

    def test_an_acceptance_is_no_end(self, chat):
        chat.look(TOLD, finding())
        assert chat.look(T0 + DAY, finding(acceptance=accepted(T0 + 5 * DAY))) == []

    def test_the_last_that_is_mended_ends_it_and_says_what_is_accepted(self, chat):
        chat.look(TOLD, finding(1), finding(2))
        one = finding(1, acceptance=accepted(T0 + 5 * DAY))
        assert chat.look(T0 + DAY, one, gone(finding(2), T0 + DAY)) == [(OVER, {2})]
        assert chat.says[0].findings == {1, 2}
        assert chat.due_at == T0 + 5 * DAY
        assert chat.look(T0 + 5 * DAY, one) == [(FOUND, {1})]
        assert chat.look(T0 + 6 * DAY, gone(one, T0 + 6 * DAY)) == [(OVER, {1})]


class TestEnd:
    def test_it_is_told_once_when_all_are_over(self, chat):
        chat.look(TOLD, finding(1), finding(2))
        assert chat.look(T0 + DAY, gone(finding(1), T0 + DAY), finding(2)) == []
        both = gone(finding(1), T0 + DAY), gone(finding(2), T0 + 2 * DAY)
        assert chat.look(T0 + 2 * DAY, *both) == [(OVER, {1, 2})]
        assert chat.talk.ended
        assert chat.look(T0 + 3 * DAY, *both) == []

    def test_one_that_is_over_is_mentioned_in_the_next_message_and_then_forgotten(self, chat):
        chat.look(TOLD, finding(1), expiring(2, 20))
        old = gone(finding(1), T0 + DAY)
        assert chat.look(T0 + 6 * DAY, old, expiring(2, 20)) == [(AGAIN, {2})]
        assert chat.says[0].findings == {1, 2}
        assert chat.look(T0 + 7 * DAY, gone(expiring(2, 20), T0 + 7 * DAY)) == [(OVER, {2})]
        assert chat.says[0].findings == {2}

    def test_it_is_not_over_while_something_else_waits_to_be_told(self, chat):
        chat.look(TOLD, finding(1))
        old, new = gone(finding(1), T0 + DAY), finding(2, first_seen_at=T0 + DAY)
        assert chat.look(T0 + DAY, old, new) == []
        assert chat.look(T0 + DAY + HOLD, old, new) == [(FOUND, {2})]
        assert chat.says[0].findings == {1, 2}

    def test_of_what_left_the_register_no_end_is_told(self, chat):
        chat.look(TOLD, finding(1), finding(2))
        assert chat.look(T0 + DAY) == []
        assert chat.talk.ended
        assert chat.due_at is None
        assert chat.look(T0 + 2 * DAY, finding(3, first_seen_at=T0)) == [(FOUND, {3})]
        assert not chat.talk.ended

    def test_what_is_found_after_the_end_begins_anew(self, chat):
        chat.look(TOLD, finding(1))
        chat.look(T0 + DAY, gone(finding(1), T0 + DAY))
        assert chat.look(T0 + 2 * DAY, finding(2)) == [(FOUND, {2})]
        assert chat.look(T0 + 3 * DAY, gone(finding(2), T0 + 3 * DAY)) == [(OVER, {2})]


def test_a_conversation_that_was_stored_before_there_were_findings_is_remembered():
    state = Talk(listener="r", subject="INC-2026-000123", place=2, told=frozenset("a")).state()
    del state["findings"]
    talk = Talk.remembered("r", "INC-2026-000123", state, None)
    assert (talk.place, talk.told, talk.findings) == (2, frozenset("a"), {})
