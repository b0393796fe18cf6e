"""Who listens: routes as a whole, and each office that a route tells by the register's contacts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.listeners import listeners
from monitor.core.route import Escalation, Match, Recipient, Severity, TelegramChannel, Topic
from monitor.core.service import Criticality
from tests.recording import SECOND
from tests.telling import CHANNELS, CONTACTS, OPERATORS, register, route, routing

REGISTER = register("a", "b", "c", "d")
"""`a` and `d` are of dinkes, `b` of disdik, `c` of diskominfo."""
HOOKED = (Recipient(channel="hook"),)


def heard(*routes, topic=Topic.OUTAGE, services="abcd", registry=REGISTER, routes_of=None):
    found = listeners(
        topic, [registry.services[each] for each in services], registry, routes_of or routing(*routes)
    )
    return [one.id for one in found]


def test_a_route_with_addresses_is_one_listener_and_one_by_contacts_is_one_for_each_office():
    assert heard(route("r"), route("s", CONTACTS)) == ["r", "s@dinkes", "s@disdik", "s@diskominfo"]


def test_a_route_with_both_is_heard_as_both():
    assert heard(route("r", (*OPERATORS, *CONTACTS)), services="ad") == ["r", "r@dinkes"]


def test_a_channel_that_has_its_own_address_belongs_to_the_route_as_a_whole():
    assert heard(route("r", HOOKED)) == ["r"]


def test_recipients_of_an_escalation_listen_as_well():
    escalating = route("r", CONTACTS, escalation=Escalation(after=SECOND, to=OPERATORS))
    assert heard(escalating, services="a") == ["r", "r@dinkes"]


@pytest.mark.parametrize(
    ("match", "services"),
    [
        (Match(agencies=frozenset({"disdik"})), "b"),
        (Match(services=frozenset({"a", "c"})), "ac"),
        (Match(severity=Severity.CRITICAL), ""),
        (Match(governments=frozenset({"badung"})), "abcd"),
        (Match(governments=frozenset({"bangli"})), ""),
    ],
)
def test_who_hears_of_none_of_the_services_is_no_listener(match, services):
    for each in "abcd":
        assert heard(route("r", match=match), services=each) == (["r"] if each in services else [])


def test_an_office_does_not_hear_of_the_services_of_others():
    [dinkes, _] = listeners(
        Topic.OUTAGE,
        [REGISTER.services[each] for each in "ab"],
        REGISTER,
        routing(route("s", CONTACTS)),
    )
    assert [each for each in "abcd" if dinkes.hears_of(REGISTER.services[each], REGISTER)] == ["a", "d"]


def test_what_a_service_matters_decides_whether_a_route_hears_of_it():
    urgent = route("r", match=Match(severity=Severity.CRITICAL))
    assert heard(urgent) == []
    assert heard(urgent, registry=register("a", "b", "c", "d", criticality=Criticality.CRITICAL)) == ["r"]


def test_each_topic_has_its_routes():
    routes = [route("r", topics=frozenset({Topic.BLOCKED, Topic.MONITOR})), route("s", CONTACTS)]
    assert heard(*routes, topic=Topic.BLOCKED) == ["r"]
    assert heard(*routes, topic=Topic.DEGRADED) == []


def test_what_is_about_the_monitor_is_heard_only_where_a_route_names_an_address():
    monitor = frozenset({Topic.MONITOR})
    routes = [route("r", topics=monitor), route("s", CONTACTS, topics=monitor), route("t")]
    assert heard(*routes, topic=Topic.MONITOR, services="") == ["r"]


def addresses(one, to, services, routes):
    found = one.addresses(to, [REGISTER.services[each] for each in services], REGISTER, routes)
    return [(channel.id, address) for channel, address in found]


def test_a_message_goes_once_to_each_place_of_its_own_listener():
    both = (*OPERATORS, *CONTACTS, *HOOKED, *OPERATORS)
    routes = routing(route("r", both))
    whole, dinkes = listeners(Topic.OUTAGE, [REGISTER.services["a"]], REGISTER, routes)
    assert addresses(whole, both, "ad", routes) == [("mail", "uptd@demo.go.id"), ("hook", "")]
    assert addresses(dinkes, both, "ad", routes) == [("mail", "dinkes@demo.go.id")]


def test_an_office_without_a_chat_is_not_told_over_chat():
    chat = TelegramChannel(id="bot", token="t")
    to = (*CONTACTS, Recipient(channel="bot"))
    routes = replace(routing(route("r", to)), channels={**CHANNELS, "bot": chat})
    [dinkes] = listeners(Topic.OUTAGE, [REGISTER.services["a"]], REGISTER, routes)
    assert addresses(dinkes, to, "a", routes) == [("mail", "dinkes@demo.go.id")]
