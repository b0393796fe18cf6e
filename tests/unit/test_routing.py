"""Which routes a message takes and why, where it goes, and when it waits."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.reason import Sentence
from monitor.core.route import (
    AlertmanagerChannel,
    ChannelKind,
    EmailChannel,
    Match,
    QuietHours,
    Recipient,
    Route,
    Routing,
    Severity,
    TelegramChannel,
    Topic,
    severity_of,
)
from monitor.core.routing import (
    contact_addresses,
    is_chat,
    matches,
    quiet_until,
    recipients,
    routes_for,
    routes_not_for,
)
from monitor.core.routing_words import CONDITIONS, SEVERITIES, TOPICS
from monitor.core.service import (
    Agency,
    Category,
    Contact,
    Criticality,
    Government,
    Registry,
    Service,
)

WITA = ZoneInfo("Asia/Makassar")
BERLIN = ZoneInfo("Europe/Berlin")
MAIL = EmailChannel(id="surel", host="smtp.example", sender="k@example.go.id")
BOT = TelegramChannel(id="bot", token="1:a")
GROUP = AlertmanagerChannel(id="grup", url="http://127.0.0.1:9093")
CHANNELS = {one.id: one for one in (MAIL, BOT, GROUP)}
TO_GROUP = (Recipient(channel="grup"),)
WARNING, OUTAGE = Severity.WARNING, Topic.OUTAGE


def service(id_="jdih", agency="kominfo", **more):
    return Service(id=id_, name=f"Layanan {id_}", agency_id=agency, urls=(), checks=(), **more)


def person(**more):
    return Contact(name="Ni Luh", **more)


REGISTER = Registry(
    governments={
        "bali": Government(id="bali", name="Bali", contacts=(person(email="bali@example.go.id"),)),
        "badung": Government(id="badung", name="Badung"),
    },
    agencies={
        "kominfo": Agency(
            id="kominfo",
            name="Kominfo",
            government_id="bali",
            contacts=(
                person(email="satu@example.go.id", telegram="+62 812"),
                person(email="dua@example.go.id"),
            ),
        ),
        "dishub": Agency(
            id="dishub", name="Dishub", government_id="bali", contacts=(person(telegram="-100"),)
        ),
        "desa": Agency(id="desa", name="Desa", government_id="badung"),
    },
    services={},
    version="0",
)


def route(id_="rute", **match):
    return Route(id=id_, to=TO_GROUP, match=Match(**match))


def routing(*routes):
    return Routing(channels=CHANNELS, routes=routes)


@pytest.mark.parametrize(
    ("criticality", "severity"), [("kritis", "critical"), ("penting", "warning"), ("biasa", "info")]
)
def test_how_much_an_outage_matters_follows_from_the_service(criticality, severity):
    assert severity_of(service(criticality=Criticality(criticality))) is Severity(severity)


def test_a_service_is_important_unless_the_register_says_otherwise():
    assert severity_of(service()) is Severity.WARNING


@pytest.mark.parametrize(
    ("match", "fits"),
    [
        ({}, True),
        ({"services": {"jdih"}}, True),
        ({"services": {"portal"}}, False),
        ({"agencies": {"kominfo", "dishub"}}, True),
        ({"agencies": {"dishub"}}, False),
        ({"governments": {"bali"}}, True),
        ({"governments": {"badung"}}, False),
        ({"categories": {Category.PUBLIC}}, True),
        ({"categories": {Category.ADMINISTRATIVE}}, False),
        ({"tags": {"hukum", "prioritas"}}, True),
        ({"tags": {"prioritas"}}, False),
        ({"severity": Severity.WARNING}, True),
        ({"severity": Severity.CRITICAL}, False),
        ({"agencies": {"kominfo"}, "tags": {"prioritas"}}, False),
        ({"agencies": {"kominfo"}, "tags": {"hukum"}, "severity": Severity.INFO}, True),
    ],
)
def test_every_condition_that_a_route_sets_must_be_met(match, fits):
    one = service(tags=frozenset({"hukum", "publik"}))
    match = {key: frozenset(value) if isinstance(value, set) else value for key, value in match.items()}
    assert matches(route(**match), one, REGISTER, WARNING) is fits


def test_a_route_tells_only_of_its_topics():
    both = replace(route("petugas"), topics=frozenset({Topic.OUTAGE, Topic.BLOCKED}))
    found = routing(both, route("instansi"))
    assert [one.id for one, _ in routes_for(service(), REGISTER, WARNING, Topic.BLOCKED, found)] == [
        "petugas"
    ]
    assert routes_not_for(service(), REGISTER, WARNING, Topic.BLOCKED, found) == [
        (
            found.routes[1],
            Sentence("Hanya untuk gangguan, bukan pemblokiran.", "Only for outages, not for blocking."),
        )
    ]


def test_the_reason_names_what_is_met():
    narrow = route(
        agencies=frozenset({"kominfo", "dishub"}), tags=frozenset({"hukum"}), severity=Severity.WARNING
    )
    one = service(tags=frozenset({"hukum"}))
    found = routes_for(one, REGISTER, WARNING, OUTAGE, routing(narrow, route("semua")))
    assert [why for _, why in found] == [
        Sentence("Untuk instansi kominfo, tag hukum.", "For agency kominfo, tag hukum."),
        Sentence("Untuk semua layanan.", "For every service."),
    ]


@pytest.mark.parametrize(
    ("match", "why"),
    [
        (
            {"agencies": frozenset({"dishub"}), "tags": frozenset({"x"})},
            "Only for the agency dishub; this service: kominfo.",
        ),
        ({"tags": frozenset({"x", "a"})}, "Only for the tag a, x; this service: none."),
        (
            {"services": frozenset("abcdefgh")},
            "Only for the service a, b, c, d, e and 3 more; this service: jdih.",
        ),
        ({"severity": Severity.CRITICAL}, "Only from critical on; this is warning."),
    ],
)
def test_a_route_that_is_not_taken_says_the_first_reason(match, why):
    [(_, said)] = routes_not_for(service(), REGISTER, WARNING, OUTAGE, routing(route(**match)))
    assert said.en == why
    assert said.id.startswith("Hanya untuk ")


def test_a_message_about_no_service_looks_at_topic_and_severity_only():
    operators = replace(
        route(agencies=frozenset({"dishub"}), severity=WARNING), topics=frozenset({Topic.MONITOR})
    )
    found = routing(operators)
    assert len(routes_for(None, REGISTER, Severity.WARNING, Topic.MONITOR, found)) == 1
    assert routes_for(None, REGISTER, Severity.INFO, Topic.MONITOR, found) == []


names = st.frozensets(st.sampled_from(["jdih", "kominfo", "dishub", "desa", "bali", "badung", "hukum"]))
conditions = st.builds(
    Match,
    agencies=names,
    governments=names,
    services=names,
    tags=names,
    categories=st.frozensets(st.sampled_from(Category)),
    severity=st.sampled_from(Severity),
)
any_route = st.builds(
    Route,
    id=st.text(max_size=3),
    to=st.just(TO_GROUP),
    topics=st.frozensets(st.sampled_from(Topic), min_size=1),
    match=conditions,
)
any_service = st.builds(
    service,
    id_=st.sampled_from(["jdih", "portal"]),
    agency=st.sampled_from(sorted(REGISTER.agencies)),
    category=st.sampled_from(Category),
    tags=names,
)


@given(st.lists(any_route, max_size=6), any_service, st.sampled_from(Severity), st.sampled_from(Topic))
def test_every_route_is_either_taken_or_says_why_not(routes, one, severity, topic):
    found = routing(*routes)
    taken = [each for each, _ in routes_for(one, REGISTER, severity, topic, found)]
    others = [each for each, _ in routes_not_for(one, REGISTER, severity, topic, found)]
    assert taken == [
        each for each in routes if topic in each.topics and matches(each, one, REGISTER, severity)
    ]
    assert sorted(map(repr, [*taken, *others])) == sorted(map(repr, routes))


@given(any_route, any_service, st.sampled_from(Severity), names)
def test_a_further_condition_lets_no_route_be_taken_that_was_not(wide, one, severity, tags):
    narrow = replace(wide, match=replace(wide.match, tags=wide.match.tags or tags))
    assert matches(wide, one, REGISTER, severity) or not matches(narrow, one, REGISTER, severity)


@given(any_route, any_service, st.sampled_from(Severity), st.sampled_from(Severity))
def test_what_matters_more_reaches_everybody_whom_it_would_reach_otherwise(any_, one, first, second):
    less, more = sorted((first, second), key=lambda severity: severity.rank)
    assert matches(any_, one, REGISTER, more) or not matches(any_, one, REGISTER, less)


def test_every_word_has_its_sentence():
    assert set(TOPICS) == set(Topic)
    assert set(SEVERITIES) == set(Severity)
    assert set(CONDITIONS) | {"severity", "rules"} == set(Match.__slots__)


def test_a_recipient_without_address_stands_for_the_contacts_of_the_agency():
    to = [Recipient(channel="surel")]
    assert recipients(to, [service()], REGISTER, routing()) == [
        (MAIL, "satu@example.go.id"),
        (MAIL, "dua@example.go.id"),
    ]


def test_an_agency_without_contacts_is_told_through_its_government():
    assert recipients([Recipient(channel="surel")], [service(agency="dishub")], REGISTER, routing()) == [
        (MAIL, "bali@example.go.id")
    ]
    assert contact_addresses(REGISTER.agencies["desa"], REGISTER, ChannelKind.EMAIL) == []


def test_a_telephone_number_is_no_place_for_a_telegram_message():
    assert contact_addresses(REGISTER.agencies["kominfo"], REGISTER, ChannelKind.TELEGRAM) == []
    assert contact_addresses(REGISTER.agencies["dishub"], REGISTER, ChannelKind.TELEGRAM) == ["-100"]


@pytest.mark.parametrize(
    ("text", "chat"),
    [
        ("-1001234567890", True),
        ("4711", True),
        ("@kominfo_bali", True),
        ("kominfo", False),
        ("@1a", False),
        ("+62 812 3456", False),
        ("https://t.me/kominfo", False),
        ("", False),
    ],
)
def test_what_telegram_takes_for_a_chat(text, chat):
    assert is_chat(text) is chat


def test_each_place_is_told_once_in_the_order_of_the_file():
    to = [
        Recipient(channel="surel", address="dua@example.go.id"),
        Recipient(channel="grup"),
        Recipient(channel="surel"),
        Recipient(channel="grup"),
        Recipient(channel="bot", address="7"),
    ]
    both = [service(), service("lain"), service(agency="dishub")]
    assert recipients(to, both, REGISTER, routing()) == [
        (MAIL, "dua@example.go.id"),
        (GROUP, ""),
        (MAIL, "satu@example.go.id"),
        (MAIL, "bali@example.go.id"),
        (BOT, "7"),
    ]


def test_without_services_only_addresses_that_are_written_out_are_told():
    to = [Recipient(channel="surel"), Recipient(channel="bot", address="7"), Recipient(channel="grup")]
    assert recipients(to, [], REGISTER, routing()) == [(BOT, "7"), (GROUP, "")]


NIGHT = QuietHours(starts=time(22), ends=time(6))
NOON = QuietHours(starts=time(12), ends=time(13, 30))


@pytest.mark.parametrize(
    ("quiet", "now", "until"),
    [
        (NIGHT, "2026-11-04 21:59", None),
        (NIGHT, "2026-11-04 22:00", "2026-11-05 06:00"),
        (NIGHT, "2026-12-31 23:59", "2027-01-01 06:00"),
        (NIGHT, "2026-11-05 05:59", "2026-11-05 06:00"),
        (NIGHT, "2026-11-05 06:00", None),
        (NOON, "2026-11-04 11:59", None),
        (NOON, "2026-11-04 12:00", "2026-11-04 13:30"),
        (NOON, "2026-11-04 13:30", None),
        (NOON, "2026-11-04 23:00", None),
        (None, "2026-11-04 23:00", None),
    ],
)
def test_quiet_hours_last_until_their_end_on_the_clock_of_the_zone(quiet, now, until):
    expected = None if until is None else datetime.fromisoformat(until).replace(tzinfo=WITA)
    found = quiet_until(quiet, datetime.fromisoformat(now).replace(tzinfo=WITA).astimezone(UTC), WITA)
    assert found == expected
    assert found is None or found.tzinfo is UTC


def test_quiet_hours_end_in_the_hour_that_the_clock_shows_twice():
    quiet = QuietHours(starts=time(1), ends=time(2, 30))
    second = datetime(2026, 10, 25, 1, 15, tzinfo=UTC)  # 02:15 in Berlin, for the second time
    assert quiet_until(quiet, second, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


times = st.times().map(lambda one: one.replace(tzinfo=None, fold=0))


@given(
    times,
    times,
    st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - see timezones
    st.sampled_from([WITA, BERLIN]),
)
def test_quiet_hours_always_end_later_and_within_a_day(starts, ends, now, zone):
    until = quiet_until(QuietHours(starts=starts, ends=ends), now, zone) if starts != ends else None
    if until is not None:
        assert timedelta(0) < until - now <= timedelta(hours=25)
