"""From an RDAP reply to a registration, whatever it holds."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.registration.facts import Registration, RegistrationSource
from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.rdap.reply import read_domain, says_unknown
from monitor.inspections.registration.words import instant, plain
from tests.registries import DOMAIN, EXPIRES, NOT_FOUND, NOW, REGISTRAR, card, domain_object, rdap


def read(**more):
    return read_domain(rdap(**more), DOMAIN, NOW)


def refused(body):
    with pytest.raises(LookupFailure) as failure:
        read_domain(body, DOMAIN, NOW)
    return str(failure.value)


def expiring(*events):
    return read(events=[{"eventAction": action, "eventDate": date} for action, date in events])


def test_a_reply_in_good_order_is_read_whole():
    assert read() == Registration(
        domain=DOMAIN,
        source=RegistrationSource.RDAP,
        looked_at=NOW,
        handle="100001_DOMAIN_ID-ID",
        registrar=REGISTRAR,
        statuses=("clientTransferProhibited",),
        created_at=datetime(2003, 8, 30, 17, tzinfo=UTC),
        expires_at=EXPIRES,
        changed_at=datetime(2026, 8, 1, 2, 3, 4, tzinfo=UTC),
        name_servers=("ns1.demoprov.go.id", "ns2.demoprov.go.id"),
        signed=False,
    )


def test_a_reply_that_says_nothing_but_the_name_leaves_the_rest_unknown():
    bare = read_domain(b'{"ldhName": "DEMOPROV.GO.ID."}', DOMAIN, NOW)
    assert bare == Registration(domain=DOMAIN, source=RegistrationSource.RDAP, looked_at=NOW)


class TestDates:
    @pytest.mark.parametrize("action", ["expiration", "Registry  Expiration", "registrar expiration"])
    def test_an_expiry_has_several_names(self, action):
        assert expiring((action, "2027-08-30T16:59:59Z")).expires_at == EXPIRES

    def test_the_registrys_own_date_goes_before_the_registrars(self):
        one = expiring(
            ("registrar expiration", "2026-01-01T00:00:00Z"), ("expiration", "2027-08-30T16:59:59Z")
        )
        assert one.expires_at == EXPIRES

    def test_of_two_dates_the_earlier_counts_and_it_is_said(self):
        one = expiring(("expiration", "2029-01-01"), ("expiration", "2027-08-30T16:59:59Z"))
        assert one.expires_at == EXPIRES
        assert one.remarks == ("There are several dates of “expiration”; the earliest counts.",)

    def test_the_expiry_of_something_else_is_not_its_own(self):
        assert expiring(("enum validation expiration", "2027-08-30T16:59:59Z")).expires_at is None

    @pytest.mark.parametrize("date", [None, 1819645199, "soon", "9999-12-31T00:00:00Z", {}, [EXPIRES.year]])
    def test_a_date_that_cannot_be_read_is_none_and_is_said(self, date):
        one = expiring(("expiration", date))
        assert one.expires_at is None
        assert one.remarks == ("The date of “expiration” cannot be read.",)


class TestRegistrar:
    def test_a_holder_is_never_taken_for_it(self):
        assert read(entities=[{"roles": ["registrant"], "vcardArray": card("Dinas")}]).registrar is None

    def test_it_is_found_inside_another_entity(self):
        inner = {"roles": ["sponsor", "Registrar"], "vcardArray": card("PT Dalam")}
        assert read(entities=[{"roles": ["registrant"], "entities": [inner]}]).registrar == "PT Dalam"

    def test_the_outermost_goes_first(self):
        inner = {"roles": ["registrar"], "vcardArray": card("PT Dalam")}
        outer = {"roles": ["registrar"], "vcardArray": card("PT Luar")}
        assert read(entities=[{"roles": [], "entities": [inner]}, outer]).registrar == "PT Luar"

    @pytest.mark.parametrize("value", ["PT Demo", ["PT Demo", "Bagian Domain"]])
    def test_an_organisation_stands_for_a_name_that_is_missing(self, value):
        cards = ["vcard", [["fn", {}, "text", ""], ["org", {}, "text", value]]]
        assert read(entities=[{"roles": ["registrar"], "vcardArray": cards}]).registrar == "PT Demo"

    @pytest.mark.parametrize(
        "cards", [None, [], ["vcard"], ["vcard", [["fn"]]], ["vcard", [["fn", 1, 2, 3]]]]
    )
    def test_a_name_that_cannot_be_read_is_none_and_is_said(self, cards):
        one = read(entities=[{"roles": ["registrar"], "vcardArray": cards}])
        assert one.registrar is None
        assert one.remarks == ("The registrar's name cannot be read.",)

    def test_entities_inside_each_other_without_end_are_left_alone(self):
        one = {"roles": ["registrar"], "vcardArray": card("PT Terdalam")}
        for _ in range(300):
            one = {"entities": [one]}
        assert read(entities=[one]).registrar is None


class TestLists:
    @pytest.mark.parametrize("value", ["ok", [None], ["ok", 7], ["ok"] * 51, {}])
    def test_statuses_of_which_one_cannot_be_read_are_unknown(self, value):
        one = read(status=value)
        assert one.statuses == ()
        assert one.remarks == ("The statuses cannot be read.",)

    @pytest.mark.parametrize("value", [[{}], ["ns1.demoprov.go.id", {"ldhName": None}], "ns1.demoprov.go.id"])
    def test_name_servers_of_which_one_cannot_be_read_are_unknown(self, value):
        one = read(nameservers=value)
        assert one.name_servers == ()
        assert one.remarks == ("The name servers cannot be read.",)

    def test_a_hold_and_the_steps_to_deletion_have_epps_spelling(self):
        one = read(status=["pending delete", "server hold", "redemption period", "active"])
        assert one.statuses == ("ok", "pendingDelete", "redemptionPeriod", "serverHold")


@pytest.mark.parametrize(
    ("secure", "signed"),
    [
        ({"delegationSigned": True}, True),
        ({"zoneSigned": True, "delegationSigned": False}, False),
        ({"dsData": [{"keyTag": 1}]}, True),
        ({"delegationSigned": "true"}, None),
        ({"zoneSigned": True}, None),
        ([], None),
    ],
)
def test_whether_it_is_signed(secure, signed):
    one = read(secureDNS=secure)
    assert one.signed is signed
    assert bool(one.remarks) is (signed is None)


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (b"", "gave something that is no JSON object"),
        (b"<html>", "gave something that is no JSON object"),
        (b"[]", "gave something that is no JSON object"),
        (rdap()[:-20], "gave something that is no JSON object"),
        (b'{"a":' * 100_000, "gave something that is no JSON object"),
        (b'{"ldhName":' + b"9" * 5000 + b"}", "gave something that is no JSON object"),
        (b"\xff\xfe\x00\xd8", "gave something that is no JSON object"),
        (b"{}", "gave a reply that is not about demoprov.go.id"),
        (rdap("other.go.id"), "gave a reply that is not about demoprov.go.id"),
        (rdap(f"www.{DOMAIN}"), "gave a reply that is not about demoprov.go.id"),
        (rdap(ldhName=["demoprov.go.id"]), "gave a reply that is not about demoprov.go.id"),
        (rdap(objectClassName="entity"), "gave an object that is no domain"),
        (rdap(errorCode=429), "reported the error 429"),
    ],
)
def test_what_is_no_reply_about_the_domain_is_a_failure(body, why):
    assert refused(body) == why


@pytest.mark.parametrize(
    ("body", "unknown"),
    [
        (NOT_FOUND, True),
        (b'{"errorCode": 404}', True),
        (b'{"rdapConformance": ["rdap_level_0"]}', True),
        (b'{"errorCode": 500}', False),
        (b'{"rdapConformance": ["rdap_level_0"], "errorCode": 500}', False),
        (b'{"errorCode": [404]}', False),
        (b'{"message": "no Route matched"}', False),
        (b"<h1>404 Not Found</h1>", False),
        (b"[404]", False),
        (b"", False),
    ],
)
def test_only_rdaps_own_404_says_that_nobody_has_the_name(body, unknown):
    assert says_unknown(body) is unknown


KEYS = list(domain_object())
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["expiration", "registrar", "fn", "ok", "2027-01-02T03:04:05Z", "2028-05-06", DOMAIN]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["eventAction", "eventDate", "roles", "entities", "vcardArray", "ldhName", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def written(registration):
    """The times that a registration holds, besides that of the look."""
    times = (registration.created_at, registration.expires_at, registration.changed_at)
    return {at for at in times if at is not None}


def strings(value):
    """Every text in a JSON value."""
    if isinstance(value, str):
        yield value
    for inner in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(inner)


@settings(max_examples=300)
@given(st.dictionaries(st.sampled_from(KEYS), JSON, max_size=4))
def test_members_of_any_type_are_never_more_than_a_remark(members):
    body = json.dumps({**domain_object(), **members, "ldhName": DOMAIN}).encode()
    try:
        one = read_domain(body, DOMAIN, NOW)
    except LookupFailure:
        assert {"objectClassName"} & members.keys()
        return
    texts = set(strings(json.loads(body)))
    assert written(one) <= {instant(text) for text in texts}
    assert one.registrar in {None, *map(plain, texts)}
    assert one.looked_at == NOW
    json.dumps(one.remarks).encode()


@given(st.binary(max_size=400))
def test_arbitrary_bytes_are_refused_in_one_clause(body):
    assert refused(body).startswith(("gave", "reported"))
