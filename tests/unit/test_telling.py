"""From how things stand to the facts of a message."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.facts import Occasion
from alerts.policy import Say
from alerts.telling import Surroundings, outage_facts, severity, status_facts
from monitor.core.alert import Alert, AlertKind
from monitor.core.incident import Turn
from monitor.core.reason import Reason, Stage
from monitor.core.route import Severity
from monitor.core.service import Criticality
from tests.outages import ADDRESS, MINUTE, REFUSED, T0, incident, member
from tests.telling import register, routing

REGISTER = register("a", "b", "c", "d")
"""`a` and `d` are of dinkes, `b` of disdik, `c` of diskominfo."""
AROUND = Surroundings(
    registry=REGISTER,
    routing=replace(routing(), link="https://status.demo.go.id/", contact="uptd@demo.go.id"),
    vantage="local",
)
NOW = T0 + 30 * MINUTE


def facts(*members, services=None, occasion=Occasion.OUTAGE, around=AROUND, by=(), reminder=0, **more):
    one = incident(*members, **more)
    say = Say(
        occasion=occasion,
        place=0,
        services=frozenset(services or (each.service_id for each in members)),
        reminder=reminder,
    )
    return outage_facts(say, one, one.present, by, around, NOW)


def ids(told):
    return [one.id for one in told.services]


def test_those_still_out_come_first_then_by_office_and_name():
    told = facts(
        member("b"),
        member("a", ended_at=T0 + MINUTE),
        member("d"),
        member("c"),
    )
    assert ids(told) == ["d", "b", "c", "a"]
    assert [one.out for one in told.services] == [True, True, True, False]


def test_services_outside_the_route_are_counted_and_not_named():
    told = facts(member("a"), member("b"), member("c", moved_to=2026_000_124), services={"a"})
    assert ids(told) == ["a"]
    assert told.others == 1


def test_a_service_is_told_with_its_office_and_why_it_is_out():
    turns = (
        Turn(at=T0, check_id="a", stage=Stage.CONNECT, reason=Reason.TCP_REFUSED, message=REFUSED),
        Turn(at=T0 + MINUTE, check_id="a", stage=Stage.CONNECT, reason=Reason.TCP_TIMEOUT, message="Late."),
    )
    [one] = facts(member("a", history=turns)).services
    assert (one.name, one.agency, one.government) == ("Layanan a", "Dinas dinkes", "Pemkab Badung")
    assert (one.agency_id, one.government_id, one.out) == ("dinkes", "badung", True)
    assert (one.stage, one.reason, one.particulars) == (Stage.CONNECT, Reason.TCP_TIMEOUT, "Late.")


def test_a_service_without_history_is_told_with_the_reason_of_its_spell():
    [one] = facts(member("a", history=())).services
    assert (one.stage, one.reason, one.particulars) == (Stage.CONNECT, Reason.TCP_REFUSED, None)


def test_it_began_when_the_first_of_the_told_services_failed():
    told = facts(member("a", T0 + MINUTE), member("b"), services={"a"})
    assert told.began_at == T0 + MINUTE


def test_it_ended_when_the_last_of_the_told_services_was_back():
    both = (member("a", ended_at=T0 + 5 * MINUTE), member("b", ended_at=T0 + 9 * MINUTE))
    assert facts(*both, occasion=Occasion.RECOVERY).ended_at == T0 + 9 * MINUTE
    assert facts(both[0], member("b")).ended_at is None


@pytest.mark.parametrize(("ended_at", "all_back"), [(None, False), (T0 + MINUTE, True)])
def test_whether_all_are_back_is_said_of_the_whole_incident(ended_at, all_back):
    told = facts(
        member("a", ended_at=T0 + MINUTE),
        member("b", ended_at=ended_at),
        services={"a"},
        occasion=Occasion.RECOVERY,
    )
    assert told.all_back is all_back


def test_a_service_that_came_back_and_failed_again_is_out_since_it_failed_again():
    first, second = member("a", ended_at=T0 + MINUTE), member("a", T0 + 10 * MINUTE)
    flapped = replace(first, spells=(*first.spells, *second.spells))
    assert facts(flapped).services[0].began_at == T0 + 10 * MINUTE
    over = member("a", T0 + 10 * MINUTE, T0 + 20 * MINUTE)
    [one] = facts(replace(first, spells=(*first.spells, *over.spells))).services
    assert (one.began_at, one.ended_at) == (T0, T0 + 20 * MINUTE)


def test_a_message_is_as_severe_as_the_worst_of_its_services():
    critical = replace(REGISTER.services["b"], criticality=Criticality.CRITICAL)
    ordinary = replace(REGISTER.services["c"], criticality=Criticality.ORDINARY)
    registry = replace(REGISTER, services={**REGISTER.services, "b": critical, "c": ordinary})
    around = replace(AROUND, registry=registry)
    both = (member("b"), member("c"))
    assert facts(*both, around=around).severity is Severity.CRITICAL
    assert facts(*both, services={"c"}, around=around).severity is Severity.INFO
    assert severity(["c", "who left"], registry) is Severity.WARNING
    assert severity([], registry) is Severity.WARNING


def test_a_service_that_left_the_register_is_told_by_its_id():
    [one] = facts(member("pajak")).services
    assert (one.id, one.name, one.agency, one.url) == ("pajak", "pajak", "", "")


def test_what_is_common_to_all_messages_is_told():
    told = facts(member("a"), cause=ADDRESS, by=("made",), occasion=Occasion.REMINDER, reminder=2)
    assert (told.subject, told.written_at, told.vantage) == ("INC-2026-000123", NOW, "local")
    assert (told.cause, told.cause_value) == (ADDRESS.tie, ADDRESS.value)
    assert (told.acknowledged_by, told.reminder) == (("made",), 2)
    assert (told.link, told.contact) == ("https://status.demo.go.id/", "uptd@demo.go.id")


def alert(kind, **detail):
    return Alert(
        key=f"{kind}:a:{T0.isoformat()}",
        raised_at=T0,
        kind=kind,
        subject="a",
        detail=detail,
    )


def about(one, occasion, *services, until=None):
    say = Say(occasion=occasion, place=0, services=frozenset(services))
    return status_facts(say, one, T0, until, AROUND, NOW)


def test_a_blocked_service_is_told_with_its_reason_and_times():
    raised = alert(AlertKind.BLOCKED, reason="blocked_challenge", message="A challenge page.")
    told = about(raised, Occasion.BLOCKED, "a")
    [one] = told.services
    assert (one.out, one.reason, one.particulars) == (True, Reason.BLOCKED_CHALLENGE, "A challenge page.")
    assert (told.began_at, told.ended_at, told.severity) == (T0, None, Severity.WARNING)
    [one] = about(raised, Occasion.UNBLOCKED, "a", until=NOW).services
    assert (one.out, one.ended_at) == (False, NOW)


def test_what_is_about_the_monitor_is_critical_and_says_what_is_wrong():
    blind = about(alert(AlertKind.VANTAGE_BLIND, dead_canaries=["tcp:a", "tcp:b"]), Occasion.BLIND)
    assert (blind.severity, blind.services, blind.detail) == (Severity.CRITICAL, (), "tcp:a, tcp:b")
    dead = about(alert(AlertKind.UNDELIVERED, text="It was refused."), Occasion.UNDELIVERED)
    assert dead.detail == "It was refused."
    networks = about(alert(AlertKind.VANTAGE_BLIND, dead_canaries=[], failing_networks=9), Occasion.BLIND)
    assert networks.detail is None
