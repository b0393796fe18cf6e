"""What a registry says of a domain: to JSON and back, and what became different of it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.registration.facts import (
    Registration,
    RegistrationSource,
    changes,
    registration_json,
    registration_of,
)
from tests.registries import DAY, DOMAIN, EXPIRES, NOW, registration

TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
NAMES = st.lists(st.text(), max_size=3).map(tuple)
REGISTRATIONS = st.builds(
    Registration,
    domain=st.just(DOMAIN),
    source=st.sampled_from(RegistrationSource),
    looked_at=TIMES,
    registered=st.booleans(),
    handle=st.none() | st.text(),
    registrar=st.none() | st.text(min_size=1),
    statuses=NAMES,
    created_at=st.none() | TIMES,
    expires_at=st.none() | TIMES,
    changed_at=st.none() | TIMES,
    name_servers=NAMES,
    signed=st.none() | st.booleans(),
    remarks=NAMES,
)


def what(before, after):
    return {one.what: (one.before, one.after) for one in changes(before, after, NOW)}


@given(REGISTRATIONS)
def test_it_survives_being_written_as_json(one):
    assert registration_of(json.loads(json.dumps(registration_json(one)))) == one


def test_keys_of_a_newer_program_are_passed_over():
    one = registration()
    assert registration_of({**registration_json(one), "held_by": "somebody"}) == one


@pytest.mark.parametrize("facts", [{}, {"domain": DOMAIN}, {"source": "gossip"}, {"looked_at": "noon"}])
def test_what_is_no_registration_is_refused(facts):
    with pytest.raises(ValueError, match=r"."):
        registration_of(facts)


@given(REGISTRATIONS)
def test_nothing_changes_between_two_equal_looks(one):
    assert changes(one, replace(one, looked_at=NOW), NOW) == []


def test_a_first_look_changes_nothing():
    assert changes(None, registration(), NOW) == []


def test_a_renewal_is_a_change_with_both_dates():
    (change,) = changes(registration(), registration(expires_at=EXPIRES + 365 * DAY), NOW)
    assert (change.domain, change.at, change.what) == (DOMAIN, NOW, "expires_at")
    assert (change.before, change.after) == ("2027-08-30T16:59:59+00:00", "2028-08-29T16:59:59+00:00")


def test_a_date_without_its_time_of_day_is_no_renewal():
    assert what(registration(), registration(expires_at=EXPIRES - timedelta(hours=16))) == {}


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("name_servers", ("ns.other.id",), ("ns1.demoprov.go.id, ns2.demoprov.go.id", "ns.other.id")),
        ("registrar", "Another", ("Registrar Instansi Demo", "Another")),
        ("statuses", ("ok", "serverHold"), ("clientTransferProhibited", "ok, serverHold")),
        ("signed", True, ("false", "true")),
        ("registered", False, ("true", "false")),
    ],
)
def test_what_a_registry_says_otherwise_is_a_change(key, value, told):
    assert what(registration(), registration(**{key: value})) == {key: told}


@pytest.mark.parametrize(
    ("key", "unknown"),
    [("name_servers", ()), ("registrar", None), ("statuses", ()), ("signed", None), ("expires_at", None)],
)
def test_what_only_one_look_knows_is_no_change(key, unknown):
    partial = registration(**{key: unknown})
    assert what(registration(), partial) == what(partial, registration()) == {}


def test_a_registrar_in_other_letters_is_the_same():
    assert what(registration(), registration(registrar="REGISTRAR INSTANSI DEMO")) == {}


def test_whois_calls_registrars_and_statuses_by_other_names():
    by_whois = registration(
        source=RegistrationSource.WHOIS, registrar="R. I. Demo", statuses=("ok",), name_servers=("ns.x.id",)
    )
    assert list(what(registration(), by_whois)) == ["name_servers"]
