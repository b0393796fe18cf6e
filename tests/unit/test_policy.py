"""What is said when: one conversation, looked at by hand."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.facts import Occasion
from alerts.policy import (
    LOOK_AGAIN,
    OutageMatter,
    StatusMatter,
    Talk,
    discuss_outage,
    discuss_status,
    reminder_pause,
)
from monitor.core.route import Escalation, Recipient, Reminders, Route
from tests.outages import MINUTE, T0, incident, member

SECOND = timedelta(seconds=1)
HOUR = timedelta(hours=1)
HOLD = 30 * SECOND
TOLD = T0 + 20 * SECOND + HOLD
"""When an outage that began at T0, and was confirmed 20 s later, is told of."""
MAIL = (Recipient(channel="mail", address="a@demo.go.id"),)
QUIET = Route(id="r", to=MAIL, hold=HOLD, reminders=None)
O = Occasion  # noqa: E741 - the lists of occasions below are read as one word each


class Chat:
    """One conversation about an incident: `look` returns what is said."""

    def __init__(self, route=QUIET):
        self.route = route
        self.talk = Talk(listener="r", subject="INC-2026-000123")
        self.says = []

    def look(self, now, *members, maintained=False, acknowledged=False, blind=False, **more):
        matter = OutageMatter(
            incident=incident(*(more.pop("everybody", None) or members or (member("satu"),)), **more),
            members=members,
            maintained=maintained,
            acknowledged=acknowledged,
            blind=blind,
        )
        self.talk, self.says = discuss_outage(self.talk, matter, self.route, now)
        return [one.occasion for one in self.says]


def back(service_id="satu", at=T0 + 5 * MINUTE):
    return member(service_id, ended_at=at)


def again(service_id="satu", began_at=T0 + 10 * MINUTE, ended_at=None):
    """One that came back and failed again."""
    first, second = back(service_id).spells[0], member(service_id, began_at, ended_at).spells[0]
    return replace(back(service_id), spells=(first, second))


def told(*members, route=QUIET, now=TOLD):
    """Return a conversation in which an outage was told of."""
    chat = Chat(route)
    assert chat.look(now, *(members or (member("satu"),))) == [O.OUTAGE]
    return chat


# An outage and its end


def test_an_outage_is_held_and_then_told_once():
    chat = Chat()
    assert chat.look(TOLD - SECOND, member("satu")) == []
    assert chat.talk.due_at == TOLD
    assert chat.look(TOLD, member("satu")) == [O.OUTAGE]
    assert chat.look(TOLD, member("satu")) == []
    assert chat.look(TOLD + 10 * HOUR, member("satu")) == []
    assert chat.talk.due_at is None


def test_all_that_fails_within_the_hold_is_in_one_message():
    chat = Chat()
    members = [member(name, T0 + number * SECOND) for number, name in enumerate("abc")]
    chat.look(TOLD - SECOND, *members[:2])
    assert chat.look(TOLD, *members) == [O.OUTAGE]
    assert chat.says[0].services == {"a", "b", "c"}


def test_a_recovery_is_told_once_and_ends_the_conversation():
    chat = told()
    over = {"closed_at": T0 + 6 * MINUTE}
    assert chat.look(T0 + 6 * MINUTE, back(), **over) == [O.RECOVERY]
    assert chat.says[0].place == 1
    assert chat.talk.ended
    assert chat.talk.due_at is None
    assert chat.look(T0 + 6 * MINUTE, back(), **over) == []
    assert chat.look(T0 + 6 * HOUR, back(), **over) == []


def test_an_outage_that_was_over_before_it_was_told_is_told_once_as_a_recovery():
    chat = Chat()
    over = {"closed_at": T0 + 40 * SECOND}
    assert chat.look(T0 + 40 * SECOND, back(at=T0 + 30 * SECOND), **over) == []
    assert chat.look(chat.talk.due_at, back(at=T0 + 30 * SECOND), **over) == [O.RECOVERY]
    assert chat.says[0].place == 0
    assert chat.look(T0 + HOUR, back(at=T0 + 30 * SECOND), **over) == []


def test_recovery_waits_until_all_that_were_told_of_are_back():
    chat = told(member("a"), member("b"))
    assert chat.look(T0 + 6 * MINUTE, back("a"), member("b")) == []
    assert chat.look(T0 + 9 * MINUTE, back("a"), back("b", T0 + 8 * MINUTE)) == [O.RECOVERY]
    assert chat.says[0].services == {"a", "b"}


def test_recovery_does_not_wait_for_services_of_others():
    chat = told(member("a"))
    assert chat.look(T0 + 6 * MINUTE, back("a"), everybody=(back("a"), member("z"))) == [O.RECOVERY]


# More of the same


def test_services_that_join_are_told_after_another_hold():
    chat = told(member("a"))
    joined = member("b", TOLD)
    assert chat.look(TOLD + SECOND, member("a"), joined) == []
    assert chat.talk.due_at == TOLD + HOLD
    assert chat.look(TOLD + HOLD, member("a"), joined) == [O.GREW]
    assert chat.says[0].services == {"a", "b"}
    assert chat.look(TOLD + HOUR, member("a"), joined) == []


def test_one_that_joined_and_was_back_before_it_was_told_is_no_news():
    chat = told(member("a"))
    chat.look(TOLD + SECOND, member("a"), member("b", TOLD))
    assert chat.look(TOLD + HOLD, member("a"), back("b", TOLD + 5 * SECOND)) == []


@pytest.mark.parametrize("closed", [False, True])
def test_what_joins_after_a_recovery_is_told_and_so_is_its_end(closed):
    # An incident of several offices goes on when this one's services are back, and can take along another.
    chat = told(member("a"))
    more = {"closed_at": T0 + 6 * MINUTE} if closed else {"everybody": (back("a"), member("z"))}
    assert chat.look(T0 + 6 * MINUTE, back("a"), **more) == [O.RECOVERY]
    joined = member("b", T0 + 8 * MINUTE)
    everybody = (back("a"), joined, member("z"))
    assert chat.look(T0 + 9 * MINUTE, back("a"), joined, everybody=everybody) == [O.GREW]
    assert not chat.talk.ended
    over = back("b", T0 + 20 * MINUTE)
    assert chat.look(T0 + 21 * MINUTE, back("a"), over, closed_at=T0 + 21 * MINUTE) == [O.RECOVERY]


# Reminders, escalation, acknowledgement


def test_reminders_come_at_growing_distances_and_are_numbered():
    chat = told(route=replace(QUIET, reminders=Reminders(first=HOUR, factor=2, longest=3 * HOUR)))
    at = []
    for _ in range(4):
        at.append(chat.talk.due_at - TOLD)
        assert chat.look(chat.talk.due_at - SECOND, member("satu")) == []
        assert chat.look(chat.talk.due_at, member("satu")) == [O.REMINDER]
        assert chat.says[0].reminder == len(at)
    assert at == [HOUR, 3 * HOUR, 6 * HOUR, 9 * HOUR]


def test_a_daemon_that_was_off_for_days_reminds_once():
    chat = told(route=replace(QUIET, reminders=Reminders()))
    now = TOLD + timedelta(days=3)
    assert chat.look(now, member("satu")) == [O.REMINDER]
    assert chat.talk.due_at == now + 2 * HOUR


def test_reminders_of_months_are_as_far_apart_as_the_longest():
    # 100 is the greatest factor that the routes may ask for: its power soon is beyond every float.
    for reminders in (Reminders(longest=HOUR, factor=100.0), Reminders(first=MINUTE, longest=MINUTE)):
        for given in (0, 1, 100, 155, 1024, 100_000):
            assert reminder_pause(reminders, given) == reminders.longest


def test_an_acknowledged_outage_is_not_brought_up_again_until_it_is_over():
    route = replace(QUIET, reminders=Reminders(), escalation=Escalation(after=2 * HOUR, to=MAIL))
    chat = told(route=route)
    assert chat.look(TOLD + 9 * HOUR, member("satu"), acknowledged=True) == []
    assert chat.talk.due_at is None
    assert chat.look(TOLD + 10 * HOUR, back(), acknowledged=True, closed_at=T0) == [O.RECOVERY]


def test_what_nobody_acknowledged_is_escalated_once():
    chat = told(route=replace(QUIET, escalation=Escalation(after=2 * HOUR, to=MAIL)))
    assert chat.talk.due_at == TOLD + 2 * HOUR
    assert chat.look(TOLD + 2 * HOUR - SECOND, member("satu")) == []
    assert chat.look(TOLD + 2 * HOUR, member("satu")) == [O.ESCALATION]
    assert chat.look(TOLD + 2 * HOUR, member("satu")) == []
    assert chat.look(TOLD + 20 * HOUR, member("satu")) == []


def test_a_reminder_does_not_come_on_the_heels_of_another_message():
    chat = told(member("a"), route=replace(QUIET, reminders=Reminders()))
    assert chat.look(TOLD + HOUR, member("a"), member("b", T0 + 50 * MINUTE)) == [O.GREW]


# Flapping


def test_flapping_is_told_once_however_often_it_turns():
    chat = told()
    assert chat.look(T0 + 6 * MINUTE, back(), closed_at=T0 + 6 * MINUTE) == [O.RECOVERY]
    assert chat.look(T0 + 11 * MINUTE, again(), flapping=True) == [O.FLAPPING]
    for minute in range(12, 60, 2):
        ended_at = T0 + minute * MINUTE
        assert chat.look(ended_at, again(ended_at=ended_at), flapping=True) == []
        assert chat.look(ended_at + MINUTE, again(began_at=ended_at + MINUTE), flapping=True) == []
    ended_at = T0 + 60 * MINUTE
    stable_at = ended_at + 15 * MINUTE
    assert chat.look(stable_at, again(ended_at=ended_at), flapping=True, closed_at=stable_at) == [O.RECOVERY]


def test_what_flapped_before_it_was_told_is_told_as_an_outage_once_it_is_out():
    chat = Chat()
    assert chat.look(T0 + 6 * MINUTE, back(), flapping=True) == []
    assert chat.look(T0 + 11 * MINUTE, again(), flapping=True) == [O.OUTAGE]
    assert chat.look(T0 + 12 * MINUTE, again(ended_at=T0 + 12 * MINUTE), flapping=True) == []


def test_a_failure_confirmed_after_a_flapping_incident_had_closed_is_told_and_so_is_its_end():
    chat = told(again(), now=T0 + 11 * MINUTE)
    closed_at = T0 + 40 * MINUTE
    over = again(ended_at=T0 + 25 * MINUTE)
    assert chat.look(closed_at, over, flapping=True, closed_at=closed_at)[-1] == O.RECOVERY
    assert chat.look(closed_at + MINUTE, again(), flapping=True) != []
    assert chat.look(closed_at + HOUR, over, flapping=True, closed_at=closed_at + HOUR) == [O.RECOVERY]


def test_those_whose_services_were_out_all_along_are_not_told_that_they_come_and_go():
    steady, flaps = member("a"), again("z")
    chat = told(steady)
    assert chat.look(T0 + 11 * MINUTE, steady, everybody=(steady, flaps), flapping=True) == []


def test_a_reminder_or_escalation_does_not_come_with_the_news_that_it_flaps():
    # It was back between: whoever is told now that it failed again has had no time to acknowledge that.
    route = replace(QUIET, reminders=Reminders(), escalation=Escalation(after=HOUR, to=MAIL))
    chat = told(route=route)
    over = {"closed_at": TOLD + 50 * MINUTE}
    assert chat.look(TOLD + 50 * MINUTE, back(at=TOLD + 50 * MINUTE), **over) == [O.RECOVERY]
    assert chat.look(TOLD + 61 * MINUTE, again(began_at=TOLD + 60 * MINUTE), flapping=True) == [O.FLAPPING]


# Silence


def test_a_blind_monitor_says_nothing_and_says_afterwards_what_is_still_so():
    chat = Chat()
    assert chat.look(TOLD, member("satu"), blind=True) == []
    assert chat.talk.due_at == TOLD + LOOK_AGAIN
    assert chat.look(TOLD + HOUR, member("satu")) == [O.OUTAGE]
    assert chat.look(TOLD + 2 * HOUR, back(), blind=True, closed_at=TOLD) == []
    assert chat.look(TOLD + 3 * HOUR, back(), closed_at=TOLD) == [O.RECOVERY]


def test_maintenance_is_silent_and_what_is_still_out_afterwards_is_told():
    chat = Chat()
    assert chat.look(TOLD, maintained=True) == []
    assert chat.talk.due_at == TOLD + LOOK_AGAIN
    assert chat.look(TOLD + HOUR, member("satu")) == [O.OUTAGE]


def test_that_a_service_comes_and_goes_is_not_told_while_it_is_under_maintenance():
    chat = told()
    assert chat.look(TOLD + HOUR, everybody=(again(),), flapping=True, maintained=True) == []


def test_an_outage_within_maintenance_is_never_told():
    chat = Chat()
    chat.look(TOLD, maintained=True)
    assert chat.look(TOLD + MINUTE, maintained=True, closed_at=TOLD + MINUTE) == []
    assert chat.talk.due_at is None


def test_the_end_of_what_was_told_waits_for_the_end_of_its_maintenance():
    chat = told()
    assert chat.look(TOLD + HOUR, maintained=True) == []
    assert chat.look(TOLD + 2 * HOUR, maintained=True, closed_at=TOLD + 2 * HOUR) == []
    assert chat.talk.due_at == TOLD + 2 * HOUR + LOOK_AGAIN
    assert chat.look(TOLD + 3 * HOUR, back(), closed_at=TOLD + 2 * HOUR) == [O.RECOVERY]


def test_a_recovery_does_not_wait_for_the_maintenance_of_a_service_that_was_never_told_of():
    chat = Chat()
    both = (member("a"), member("b"))
    assert chat.look(TOLD, member("a"), everybody=both, maintained=True) == [O.OUTAGE]
    both = (back("a"), member("b"))
    assert chat.look(T0 + 6 * MINUTE, back("a"), everybody=both, maintained=True) == [O.RECOVERY]


def test_what_is_still_out_after_maintenance_is_told_and_so_is_its_end_also_after_a_recovery():
    chat = Chat()
    both = (back("a", T0 + 30 * SECOND), member("b"))
    assert chat.look(TOLD, both[0], everybody=both, maintained=True) == [O.RECOVERY]
    assert chat.look(TOLD + HOUR, *both) == [O.GREW]
    both = (both[0], back("b", TOLD + 2 * HOUR))
    assert chat.look(TOLD + 2 * HOUR, *both, closed_at=TOLD + 2 * HOUR) == [O.RECOVERY]


def test_an_incident_whose_services_moved_to_another_ends_silently():
    chat = told()
    gone = member("satu", moved_to=2026_000_124)
    assert chat.look(TOLD + HOUR, everybody=(gone,), closed_at=TOLD, merged_into=2026_000_124) == []
    assert chat.talk.ended
    assert chat.talk.due_at is None


def test_a_service_that_is_no_longer_watched_is_not_said_to_be_back():
    chat = told()
    left = replace(back(at=TOLD + HOUR), withdrawn=True)
    assert chat.look(TOLD + HOUR, left, closed_at=TOLD + HOUR) == []
    assert chat.talk.ended


# What is remembered


def test_a_conversation_is_remembered_as_it_was():
    chat = told(member("b"), member("a"), route=replace(QUIET, reminders=Reminders()))
    chat.look(chat.talk.due_at, member("a"), member("b"))
    talk = replace(chat.talk, escalated=True, flapping=True, ended=True)
    for one in (talk, Talk(listener="r", subject="INC-2026-000123")):
        kept = json.loads(json.dumps(one.state()))
        assert Talk.remembered(one.listener, one.subject, kept, one.due_at) == one


# Things that begin and end


def status(talk, now, *, until=None, **more):
    values = {"begins": O.BLOCKED, "ends": O.UNBLOCKED, "since": T0, "services": frozenset({"satu"}), **more}
    talk, says = discuss_status(talk, StatusMatter(until=until, **values), now)
    return talk, [one.occasion for one in says]


FRESH = Talk(listener="r", subject="blocked:satu")


def test_what_begins_is_told_once_and_so_is_its_end():
    talk, says = status(FRESH, T0)
    assert says == [O.BLOCKED]
    assert status(talk, T0 + HOUR) == (talk, [])
    talk, says = status(talk, T0 + HOUR, until=T0 + MINUTE)
    assert says == [O.UNBLOCKED]
    assert status(talk, T0 + 2 * HOUR, until=T0 + MINUTE) == (talk, [])


def test_what_was_over_before_it_was_told_is_not_told():
    talk, says = status(FRESH, T0, until=T0)
    assert (talk.ended, talk.due_at, says) == (True, None, [])


def test_slowness_is_told_only_after_its_time():
    talk, says = status(FRESH, T0, after=30 * MINUTE)
    assert (talk.due_at, says) == (T0 + 30 * MINUTE, [])
    assert status(talk, T0 + 30 * MINUTE - SECOND, after=30 * MINUTE)[1] == []
    assert status(talk, T0 + 30 * MINUTE, after=30 * MINUTE)[1] == [O.BLOCKED]
    assert status(talk, T0 + HOUR, after=30 * MINUTE, until=T0 + 29 * MINUTE)[1] == []


def test_a_blind_monitor_says_nothing_of_what_begins_or_ends():
    talk, says = status(FRESH, T0, blind=True)
    assert (talk.due_at, says) == (T0 + LOOK_AGAIN, [])
    talk, says = status(talk, T0 + HOUR)
    assert says == [O.BLOCKED]
    assert status(talk, T0 + HOUR, until=T0 + HOUR, blind=True)[1] == []


def test_what_only_happens_is_over_once_it_was_told():
    talk, says = status(FRESH, T0, begins=O.UNDELIVERED, ends=None)
    assert says == [O.UNDELIVERED]
    assert talk.ended
    assert talk.due_at is None
