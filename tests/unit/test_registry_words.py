"""Dates, statuses and names as registries write them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.inspections.registration.words import LONGEST, instant, plain, server_name, status_code

AT = datetime(2027, 3, 1, 10, 20, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "2027-03-01T10:20:30Z",
        "2027-03-01t10:20:30z",
        "2027-03-01T10:20:30.123456789Z",
        "2027-03-01T10:20:30",
        " 2027-03-01 10:20:30 UTC ",
        "2027-03-01T18:20:30+08:00",
        "2027-03-01T05:50:30-0430",
        "01-Mar-2027 10:20:30 UTC",
        "1-MAR-2027 10:20:30",
    ],
)
def test_one_moment_in_many_spellings(text):
    assert instant(text) == AT


@pytest.mark.parametrize("text", ["2027-03-01", "01-Mar-2027"])
def test_a_day_alone_is_its_first_second(text):
    assert instant(text) == datetime(2027, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "value",
    [
        "",
        "soon",
        "2027-02-30",
        "2027-13-01T00:00:00Z",
        "2027-03-01T10:20",
        "2027-03-01T10:20:3",
        "2027-03-01T24:20:30Z",
        "2027-03-01T10:20:30+99:00",
        "01-Foo-2027",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "0001-01-01",
        "\uff12\uff10\uff12\uff17-03-01",
        "2027-03-01" + " " * LONGEST,
        1803896430,
        None,
        ["2027-03-01"],
        True,
    ],
)
def test_what_is_no_date_of_a_registration_is_none(value):
    assert instant(value) is None


OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))


@given(st.datetimes(datetime(1985, 1, 2), datetime(2149, 12, 30), timezones=OFFSETS))  # noqa: DTZ001
def test_every_rfc_3339_time_is_read_as_it_stands(at):
    assert instant(at.isoformat(timespec="microseconds")) == at.replace(microsecond=0)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("client transfer prohibited", "clientTransferProhibited"),
        (
            "clientTransferProhibited https://icann.org/epp#clientTransferProhibited",
            "clientTransferProhibited",
        ),
        ("clienttransferprohibited (http://www.icann.org/epp)", "clientTransferProhibited"),
        ("CLIENT TRANSFER PROHIBITED", "clientTransferProhibited"),
        ("server hold", "serverHold"),
        ("auto renew period", "autoRenewPeriod"),
        ("redemption period", "redemptionPeriod"),
        ("pending delete", "pendingDelete"),
        ("active", "ok"),
        ("OK", "ok"),
        ("locked", "locked"),
        ("under dispute", "underDispute"),
    ],
)
def test_a_status_has_one_spelling(text, code):
    assert status_code(text) == code


@pytest.mark.parametrize("value", ["", " ", "https://icann.org/epp#ok", "…", "x" * 61, None, 7, {}])
def test_what_is_no_status_is_none(value):
    assert status_code(value) is None


@given(st.text())
def test_a_status_read_twice_stays_the_same(text):
    code = status_code(text)
    assert code is None or status_code(code) == code


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("NS1.Demoprov.GO.ID.", "ns1.demoprov.go.id"),
        ("ns1.demoprov.go.id 192.0.2.1 2001:db8::1", "ns1.demoprov.go.id"),
        ("ns-1.xn--9tfky.id", "ns-1.xn--9tfky.id"),
        ("localhost", None),
        ("ns1..id", None),
        ("ns1.demoprov.go.id/path", None),
        (f"{'a' * 64}.id", None),
        (".".join(["a" * 60] * 5), None),
        ("", None),
        (None, None),
        (53, None),
    ],
)
def test_a_name_server_is_its_name(value, name):
    assert server_name(value) == name


@given(st.text())
def test_a_text_can_be_shown_and_stored(text):
    shown = plain(text)
    if shown is not None:
        assert 0 < len(shown) <= LONGEST
        assert shown.isprintable()
        assert shown == shown.strip()
        shown.encode()
