"""How failures become incidents: opened, joined, flapping, numbered and closed."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.core.incident import HISTORY_KEPT, Tie, Trait, incident_name, incident_number
from monitor.core.ledger import TRAITS_KEPT, Ended, Failed, Ledger, StillFailing, fold
from monitor.core.reason import Reason, Stage
from tests.cases import FIRST, MINUTE, Days, address, at, domain

HERE, THERE = address("192.0.2.7"), address("192.0.2.8")
DOMAIN = domain("baliprov.go.id")
TIMEOUT, REFUSED = Reason.TCP_TIMEOUT, Reason.TCP_REFUSED


def numbers(changed):
    return [one.number - FIRST + 1 for one in changed]


class TestOpening:
    def test_a_failure_opens_an_incident_from_its_first_failed_probe_on(self):
        days = Days()
        (opened,) = days.fail("a", 10, HERE, now=13)
        assert (opened.name, opened.began_at, opened.confirmed_at) == ("INC-2026-000001", at(10), at(13))
        assert (opened.ended_at, opened.closed_at, opened.cause, opened.flapping) == (None, None, None, False)
        assert days.ledger.of("a") == opened
        assert days.ledger.of("b") is None

    def test_forty_services_on_one_dead_address_are_one_incident_of_forty(self):
        days = Days()
        names = [f"s{number:02}" for number in range(40)]
        for place, name in enumerate(names):
            days.fail(name, place / 10, HERE, now=5 + place / 10)
        assert days.open == {1: names}
        assert days.incident(1).cause == HERE
        assert (days.incident(1).began_at, days.incident(1).confirmed_at) == (at(0), at(5))

    def test_two_unrelated_failures_at_the_same_time_are_two_incidents(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, THERE)
        assert days.open == {1: ["a"], 2: ["b"]}
        assert days.incident(1).cause is days.incident(2).cause is None

    def test_a_failure_long_after_the_others_is_an_incident_of_its_own(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 60, HERE)
        assert days.open == {1: ["a"], 2: ["b"]}

    def test_a_failure_that_was_noticed_late_joins_what_began_with_it(self):
        days = Days()
        days.fail("a", 10, HERE)
        days.fail("b", 8, HERE, now=30)
        assert days.open == {1: ["b", "a"]}
        assert days.incident(1).began_at == at(8)

    def test_two_checks_of_one_service_are_one_member_with_two_spells(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("a/2", 2, THERE)
        assert days.open == {1: ["a"]}
        (only,) = days.incident(1).members
        assert [(one.check_id, one.began_at) for one in only.spells] == [("a", at(0)), ("a/2", at(2))]
        assert only.traits == {HERE, THERE}
        assert (days.incident(1).cause, days.incident(1).flapping) == (None, False)

    def test_a_service_may_have_failed_as_long_ago_as_the_longest_of_its_intervals(self):
        days = Days()
        days.fail("a", 10, HERE, slack=1)
        days.fail("a/2", 10, HERE, slack=30)
        days.fail("a/3", 10, HERE, slack=5)
        assert days.incident(1).members[0].slack == 30 * MINUTE

    def test_a_service_that_comes_back_to_its_incident_brings_a_spell_more(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, HERE)
        days.end("b", 1)
        days.fail("b", 20, HERE, slack=30)
        assert days.open == {1: ["a", "b"]}
        both = days.incident(1).members[1]
        assert [(one.began_at, one.ended_at) for one in both.spells] == [(at(0), at(1)), (at(20), None)]
        assert [one.at for one in both.history] == [at(0), at(20)]

    def test_a_service_is_in_one_incident_however_its_checks_fail(self):
        days = Days()
        days.fail("b", 0, HERE)
        days.fail("c", 0, THERE)
        days.fail("a", 1, HERE)
        days.fail("a/2", 1, THERE)
        assert days.open == {1: ["b", "a"], 2: ["c"]}


class TestClosing:
    def test_an_incident_ends_with_the_first_good_probe(self):
        days = Days()
        days.fail("a", 0, HERE)
        (closed,) = days.end("a", 20, now=22)
        assert (closed.ended_at, closed.closed_at) == (at(20), at(22))
        assert days.ledger.open == []

    def test_it_closes_only_when_all_are_back(self):
        days = Days()
        for name in "abc":
            days.fail(name, 0, HERE)
        assert days.end("b", 20)[0].closed_at is None
        assert [one.service_id for one in days.incident(1).out] == ["a", "c"]
        assert days.incident(1).ended_at is None
        days.end("a", 40)
        (closed,) = days.end("c", 30, now=45)
        assert (closed.ended_at, closed.closed_at) == (at(40), at(45))

    def test_a_service_is_back_when_all_its_checks_are(self):
        days = Days()
        days.fail("a", 0)
        days.fail("a/2", 0)
        days.end("a", 10)
        assert days.ledger.of("a") is not None
        (closed,) = days.end("a/2", 12)
        assert closed.ended_at == at(12)

    def test_a_service_that_leaves_the_register_ends_its_part(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.fail("b", 0, HERE)
        days.end("a", 10, withdrawn=True)
        gone, still = days.incident(1).members
        assert (gone.withdrawn, gone.ended_at, still.open) == (True, at(10), True)
        (closed,) = days.end("b", 20)
        assert closed.closed_at == at(20)
        assert [one.withdrawn for one in closed.members] == [True, False]

    def test_a_check_that_leaves_the_register_does_not_take_its_service_along(self):
        days = Days()
        days.fail("a", 0)
        days.fail("a/2", 0)
        days.end("a/2", 10, withdrawn=True)
        assert not days.incident(1).members[0].withdrawn
        assert not days.end("a", 20)[0].members[0].withdrawn

    def test_what_ends_is_over_even_if_the_end_is_told_as_before_the_beginning(self):
        days = Days()
        days.fail("a", 10)
        (closed,) = days.end("a", 5, now=12)
        assert closed.began_at == closed.ended_at == at(10)

    def test_the_end_of_what_is_not_out_changes_nothing(self):
        days = Days()
        days.fail("a", 0)
        assert days.end("b", 10) == days.end("a/2", 10) == []


class TestFlapping:
    def test_a_service_that_fails_again_within_a_quarter_of_an_hour_goes_on_with_its_incident(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.end("a", 10)
        (again,) = days.fail("a", 25, HERE, now=26)
        assert numbers([again]) == [1]
        assert (again.flapping, again.closed_at, again.ended_at) == (True, None, None)
        assert [(one.began_at, one.ended_at) for one in again.members[0].spells] == [
            (at(0), at(10)),
            (at(25), None),
        ]

    def test_not_later(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.end("a", 10)
        (other,) = days.fail("a", 25.1, HERE)
        assert (numbers([other]), other.flapping) == ([2], False)

    def test_it_stays_open_until_it_was_stable_and_ends_when_it_was_last_back(self):
        days = Days()
        days.fail("a", 0, HERE)
        days.end("a", 10)
        days.fail("a", 20, HERE)
        days.end("a", 30)
        assert days.settle(44.9) == []
        assert days.open == {1: ["a"]}
        (closed,) = days.settle(45)
        assert (closed.ended_at, closed.closed_at, closed.flapping) == (at(30), at(45), True)

    def test_a_service_that_comes_and_goes_all_day_is_one_incident(self):
        days = Days()
        for minute in range(0, 600, 20):
            days.fail("a", minute, HERE)
            days.end("a", minute + 10)
            days.settle(minute + 15)
        assert days.open == {1: ["a"]}
        assert len(days.incident(1).members[0].spells) == 30

    def test_one_that_leaves_the_register_is_not_waited_for(self):
        days = Days()
        days.fail("a", 0)
        days.end("a", 10)
        days.fail("a", 20)
        (closed,) = days.end("a", 30, withdrawn=True)
        assert closed.closed_at == at(30)

    def test_one_of_many_that_fails_again_holds_the_incident_open(self):
        days = Days()
        for name in "ab":
            days.fail(name, 0, HERE)
        days.end("a", 10)
        days.fail("a", 15, HERE)
        days.end("a", 20)
        days.end("b", 20)
        assert days.incident(1).closed_at is None
        assert numbers(days.settle(35)) == [1]

    def test_when_it_was_stable_does_not_depend_on_when_somebody_looked(self):
        looked_at, left_alone = Days(), Days()
        for days in (looked_at, left_alone):
            days.fail("a", 0, HERE, slack=60)
            days.end("a", 10)
            days.fail("a", 20, HERE, slack=60)
            days.end("a", 30)
        looked_at.settle(46)
        for days in (looked_at, left_alone):
            days.fail("a", 46, HERE, slack=60)
        assert looked_at.open == left_alone.open == {2: ["a"]}

    def test_news_of_it_may_be_late(self):
        days = Days()
        days.fail("a", 0)
        days.end("a", 10)
        days.settle(60)
        assert numbers(days.fail("a", 20, now=70)) == [1]

    def test_a_check_whose_times_all_fell_together_has_no_two_spells_of_one_beginning(self):
        """A clock that was set back lets everything happen at once: see `step`."""
        days = Days()
        days.fail("a", 0)
        days.end("a", 0)
        days.fail("a", 0)
        began = [one.began_at for one in days.incident(1).members[0].spells]
        assert len(set(began)) == len(began)
        assert days.ledger.of("a") is not None


class TestHistory:
    def test_it_tells_each_new_way_of_failing_and_none_twice(self):
        days = Days()
        days.fail("a", 0, reason=TIMEOUT)
        assert days.fail_on("a", 5, reason=TIMEOUT) == []
        days.fail_on("a", 10, reason=REFUSED)
        assert days.fail_on("a", 15, reason=REFUSED) == []
        days.fail_on("a", 20, reason=TIMEOUT)
        history = days.incident(1).members[0].history
        assert [(one.at, one.reason) for one in history] == [
            (at(0), TIMEOUT),
            (at(10), REFUSED),
            (at(20), TIMEOUT),
        ]

    def test_each_check_has_its_own(self):
        days = Days()
        days.fail("a", 0, reason=TIMEOUT)
        days.fail("a/2", 1, reason=REFUSED)
        assert days.fail_on("a", 5, reason=TIMEOUT) == []
        assert days.fail_on("a/2", 5, reason=REFUSED) == []

    def test_it_is_bounded(self):
        days = Days()
        days.fail("a", 0, reason=TIMEOUT)
        for minute in range(1, HISTORY_KEPT + 50):
            days.fail_on("a", minute, reason=(TIMEOUT, REFUSED)[minute % 2])
        history = days.incident(1).members[0].history
        assert [one.at for one in history] == [at(minute) for minute in range(HISTORY_KEPT)]
        assert days.fail_on("a", 999, reason=Reason.TCP_RESET) == []

    def test_so_is_what_a_service_can_have_in_common(self):
        days = Days()
        days.fail("a", 0)
        for host in range(TRAITS_KEPT + 20):
            days.fail_on("a", host + 1, address(f"192.0.2.{host}"))
        assert len(days.incident(1).members[0].traits) == TRAITS_KEPT

    def test_a_failure_without_an_incident_is_no_news(self):
        assert Days().fail_on("a", 5, HERE) == []


class TestNumbers:
    WITA = ZoneInfo("Asia/Makassar")

    @pytest.mark.parametrize(
        ("zone", "year"), [(UTC, 2026), (WITA, 2027), (ZoneInfo("America/New_York"), 2026)]
    )
    def test_they_begin_anew_with_the_year_of_the_register(self, zone, year):
        eve = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
        ledger = Ledger(vantage="local", zone=zone, last_number=2026_000_041)
        event = Failed(service_id="a", check_id="a", began_at=eve - MINUTE)
        _, (opened,) = fold(ledger, event, eve)
        assert opened.name == {2026: "INC-2026-000042", 2027: "INC-2027-000001"}[year]

    def test_none_is_ever_used_again(self):
        days = Days(last_number=FIRST + 6)
        days.fail("a", 0)
        days.end("a", 1)
        days.settle(24 * 60)
        assert days.ledger.incidents == {}
        assert numbers(days.fail("a", 24 * 60)) == [9]

    def test_not_even_when_the_clock_is_set_back_over_new_year(self):
        days = Days(last_number=2027_000_003)
        assert days.fail("a", 0)[0].name == "INC-2027-000004"

    @pytest.mark.parametrize(
        "text", ["INC-2026-000123", "inc-2026-123", "2026-123", " 2026-000123\n", "INC-2026-0123"]
    )
    def test_a_name_is_read_as_people_write_it(self, text):
        assert incident_number(text) == 2026_000_123
        assert incident_name(2026_000_123) == "INC-2026-000123"

    @pytest.mark.parametrize("text", ["", "123", "INC-26-1", "INC-2026-1234567", "INC 2026 1", "INC-2026-"])
    def test_what_is_no_name_is_not_read(self, text):
        assert incident_number(text) is None


class TestRepetition:
    @pytest.mark.parametrize(
        "event",
        [
            Failed(service_id="a", check_id="a", began_at=at(0), reason=TIMEOUT, traits=frozenset({HERE})),
            StillFailing(service_id="b", check_id="b", at=at(3), reason=REFUSED, traits=frozenset({HERE})),
            Ended(service_id="b", check_id="b", at=at(4)),
            Ended(service_id="b", check_id="b", at=at(4), withdrawn=True),
        ],
    )
    def test_to_be_told_something_twice_changes_nothing(self, event):
        days = Days()
        days.fail("b", 0, THERE)
        assert days.fold(event, 5)
        once = days.ledger
        assert days.fold(event, 5) == []
        assert days.ledger == once

    def test_an_outage_that_was_merely_unknown_for_a_while_goes_on(self):
        days = Days()
        days.fail("a", 0, HERE, reason=TIMEOUT)
        days.fail("a", 30, HERE, reason=REFUSED, stage=Stage.RESPONSE)
        (only,) = days.incident(1).members
        assert [one.began_at for one in only.spells] == [at(0)]
        assert [one.reason for one in only.history] == [TIMEOUT, REFUSED]
        assert not days.incident(1).flapping


def test_name_servers_that_die_are_one_incident_and_two_burnt_servers_of_one_province_are_two():
    servers = Trait(Tie.NAME_SERVERS, "ns1.baliprov.go.id ns2.baliprov.go.id")
    days = Days()
    days.fail("a", 0, servers, DOMAIN, stage=Stage.RESOLVE)
    days.fail("b", 0, servers, DOMAIN, stage=Stage.RESOLVE)
    days.fail("c", 0, HERE)
    days.fail("d", 0, THERE)
    assert days.open == {1: ["a", "b"], 2: ["c"], 3: ["d"]}
    assert days.incident(1).cause == servers
