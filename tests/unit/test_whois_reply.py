"""From a WHOIS reply to a registration: both formats of .id, and what is said instead."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.registration.facts import Registration, RegistrationSource
from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.whois.reply import SlowDown, read_domain, referral, registrar_server
from monitor.inspections.registration.words import instant
from tests.registries import DOMAIN, EXPIRES, NOW, OLDER, REGISTRAR, TODAYS

WHOLE = Registration(
    domain=DOMAIN,
    source=RegistrationSource.WHOIS,
    looked_at=NOW,
    handle="100001_DOMAIN_ID-ID",
    registrar=REGISTRAR,
    statuses=("clientTransferProhibited", "serverHold"),
    created_at=datetime(2003, 8, 30, 17, tzinfo=UTC),
    expires_at=EXPIRES,
    changed_at=datetime(2026, 8, 1, 2, 3, 4, tzinfo=UTC),
    name_servers=("ns1.demoprov.go.id", "ns2.demoprov.go.id"),
    signed=False,
)


def read(text):
    return read_domain(text if isinstance(text, bytes) else text.encode(), DOMAIN, NOW)


def refused(text):
    with pytest.raises(LookupFailure) as failure:
        read(text)
    return str(failure.value)


def test_todays_format_is_read_whole():
    assert read(TODAYS) == WHOLE


def test_the_older_format_is_read_whole():
    expected = replace(WHOLE, handle="DEMO-DO100001", statuses=("clientTransferProhibited",), signed=True)
    assert read(OLDER) == expected


@pytest.mark.parametrize("end", ["\r\n", "\r", "\r\r\n"])
def test_lines_end_as_they_like(end):
    assert read(TODAYS.replace("\n", end)) == WHOLE


def test_lines_may_end_in_different_ways():
    lines = TODAYS.split("\n")
    mixed = "".join(line + ("\r\n", "\n", "\r")[number % 3] for number, line in enumerate(lines))
    assert read(mixed) == WHOLE


@pytest.mark.parametrize(
    "raw",
    [
        b"\xef\xbb\xbf" + TODAYS.encode(),
        b"% Salam \xe9\xff\r\n\r\n" + TODAYS.encode("latin-1"),
        b"\0\0\n" + TODAYS.encode(),
        b"Selamat datang di WHOIS: gunakan dengan bijak\n\n" + TODAYS.encode(),
    ],
)
def test_banners_and_odd_encodings_do_no_harm(raw):
    assert read(raw) == WHOLE


def test_a_registrar_in_latin_1_keeps_its_letters():
    assert read(TODAYS.replace(REGISTRAR, "Café").encode("latin-1")).registrar == "Café"


def test_another_domains_record_is_not_its_own():
    other = TODAYS.replace("DEMOPROV", "OTHERPROV").replace("2027", "2031")
    assert read(other + TODAYS) == WHOLE
    assert read(TODAYS + other) == WHOLE
    assert read(TODAYS.replace(">>>", "") + other).expires_at == EXPIRES
    assert refused(other) == f"gave a reply that is not about {DOMAIN}"


def test_the_last_line_without_its_end_is_passed_over():
    cut = TODAYS[: TODAYS.index("emoprov.go.id\nDNSSEC")]
    assert cut.endswith("ns1.d")
    assert read(cut).name_servers == ("ns2.demoprov.go.id",)
    half_a_date = TODAYS[: TODAYS.index("-08-30T16")] + "-08-3"
    assert read(half_a_date).expires_at is None


@pytest.mark.parametrize("date", ["", "soon", "2027-02-30", "0000-00-00T00:00:00Z", "9999-12-31"])
def test_a_date_that_cannot_be_read_is_none(date):
    assert read(TODAYS.replace("2027-08-30T16:59:59Z", date)).expires_at is None


def test_the_registrars_date_stands_in_for_the_registrys():
    thin = TODAYS.replace("Registry Expiry Date", "Registrar Registration Expiration Date")
    assert read(thin).expires_at == EXPIRES
    both = thin.replace("DNSSEC", "Registry Expiry Date: 2026-12-24\nDNSSEC")
    assert read(both).expires_at == datetime(2026, 12, 24, tzinfo=UTC)


def test_a_name_server_that_cannot_be_read_makes_all_unknown():
    one = read(TODAYS.replace("NS2.DEMOPROV.GO.ID", "(none)"))
    assert one.name_servers == ()
    assert one.remarks == ("The name servers cannot be read.",)


def test_several_values_may_stand_on_one_line():
    one = read("Domain Name: DEMOPROV.GO.ID\nStatus: ok, server hold;\nName Server: a.id,b.id\n")
    assert (one.statuses, one.name_servers) == (("ok", "serverHold"), ("a.id", "b.id"))


@pytest.mark.parametrize(
    "text",
    [
        "DOMAIN NOT FOUND\n",
        "DOMAIN NOT FOUND",
        "% Layanan WHOIS\n\nNot found: demoprov.go.id\n",
        'No match for "DEMOPROV.GO.ID".\n>>> Last update of whois database: today <<<\n',
        "%% No entries found\n",
        "No Data Found\n",
        "No Object Found\r\n",
        "demoprov.go.id: not found\n",
        "Domain demoprov.go.id is available for registration\n",
        "The queried object does not exist: demoprov.go.id\n",
        "The domain has not been registered\n",
        "Domain: demoprov.go.id\nStatus: free\n",
        "% Slow down.\nDOMAIN NOT FOUND\n",
        "Not found: demoprov.go.id\n\nPlease note that too many queries lead to a block.\n",
    ],
)
def test_a_name_that_nobody_has(text):
    assert read(text) == Registration(
        domain=DOMAIN, source=RegistrationSource.WHOIS, looked_at=NOW, registered=False
    )


@pytest.mark.parametrize(
    "text",
    [
        "WHOIS LIMIT EXCEEDED - SEE OUR TERMS\n",
        "% Query rate limit exceeded. Try again later.\n",
        "Error: too many requests from 192.0.2.7; data not found\n",
        "You have exceeded your quota of queries\n",
        "Your address has been blacklisted\n",
        "Number of allowed queries exceeded.\n",
    ],
)
def test_a_server_that_was_asked_too_often_says_nothing_about_the_domain(text):
    with pytest.raises(SlowDown, match="asked to slow down"):
        read(text)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "gave an empty reply"),
        ("\r\n\r\n", "gave an empty reply"),
        ("Service unavailable\n", "gave a reply that cannot be understood"),
        ("Invalid query: not found in configuration\n", "gave a reply that cannot be understood"),
        ("Not found in configuration\n", "gave a reply that cannot be understood"),
        ("No matching server\n", "gave a reply that cannot be understood"),
        ('No match for "OTHER.GO.ID".\n', "gave a reply that cannot be understood"),
        (f"No match {'x' * 300}\n", "gave a reply that cannot be understood"),
        ("HTTP/1.1 400 Bad Request\r\n\r\n", "gave a reply that cannot be understood"),
        ("Domain Name: DEMOPROV.GO.ID\n", f"says nothing about {DOMAIN} but its name"),
    ],
)
def test_what_cannot_be_understood_is_a_failure(text, why):
    assert refused(text) == why


@pytest.mark.parametrize(
    ("text", "server"),
    [
        ("% IANA\nrefer:        whois.example.id\n\ndomain: ID\n", "whois.example.id"),
        ("domain: ID\nwhois:        WHOIS.example.id\n", "whois.example.id"),
        ("whois: whois://whois.example.id/\n", "whois.example.id"),
        ("whois: http://example.id/whois\n", None),
        ("% whois: whois.example.id\n", None),
        ("whois:\n", None),
        (TODAYS, None),
    ],
)
def test_a_registry_of_registries_refers_to_another_server(text, server):
    assert referral(text.encode()) == server


def test_a_registrars_server_is_named():
    assert registrar_server(b"Registrar WHOIS Server: whois.registrar.id\n") == "whois.registrar.id"
    assert registrar_server(TODAYS.encode()) is None


def dates(registration):
    times = (registration.created_at, registration.expires_at, registration.changed_at)
    return {at for at in times if at is not None}


@settings(max_examples=300)
@given(
    st.lists(st.sampled_from([*TODAYS.splitlines(), *OLDER.splitlines()]) | st.text(max_size=30)), st.data()
)
def test_any_mixture_of_lines_yields_only_what_stands_there(lines, data):
    text = data.draw(st.sampled_from(["\n", "\r\n", "\r"])).join(lines)
    try:
        one = read(text)
    except LookupFailure:
        return
    values = {line.partition(":")[2] for line in re.split(r"[\r\n]", text)}
    assert dates(one) <= {instant(value) for value in values}
    assert set(one.name_servers) <= set(re.findall(r"[a-z0-9.-]+", text.lower()))
    assert not one.registered or DOMAIN in text.lower()


@given(st.binary(max_size=300))
def test_arbitrary_bytes_are_refused_in_one_clause(raw):
    with pytest.raises(LookupFailure, match=r"^(gave|asked|says) "):
        read(raw)
