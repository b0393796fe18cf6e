"""How incidents are put into words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.cli.incident.words import cause_words, span_words
from monitor.cli.options import Lang
from monitor.cli.reader import Reader, plain
from monitor.core.incident import Tie, Trait
from monitor.core.incident_state import State, duration_of, reason_of, state_of
from monitor.core.reason import Reason
from tests.outages import MINUTE, NUMBER, T0, incident, member


@pytest.mark.parametrize(
    ("span", "indonesian", "english"),
    [
        (timedelta(0), "0 detik", "0 s"),
        (timedelta(seconds=-5), "0 detik", "0 s"),
        (timedelta(seconds=59.9), "59 detik", "59 s"),
        (timedelta(seconds=60), "1 menit", "1 min"),
        (timedelta(seconds=61), "1 menit 1 detik", "1 min 1 s"),
        (timedelta(hours=2, minutes=5, seconds=7), "2 jam 5 menit", "2 h 5 min"),
        (timedelta(days=3, minutes=59), "3 hari", "3 d"),
        (timedelta(days=400, hours=23), "400 hari 23 jam", "400 d 23 h"),
    ],
)
def test_a_duration_is_told_in_its_two_largest_units(span, indonesian, english):
    assert (span_words(span, Lang.ID), span_words(span, Lang.EN)) == (indonesian, english)


@given(text=st.text(st.characters()))
def test_whatever_it_was_a_text_made_plain_is_printable(text):
    assert plain(text).isprintable()
    assert plain(text) == text or not text.isprintable()


@pytest.mark.parametrize(
    ("cause", "indonesian", "english"),
    [
        (None, "—", "—"),
        (Trait(Tie.ADDRESS, "192.0.2.7"), "alamat 192.0.2.7", "address 192.0.2.7"),
        (Trait(Tie.DOMAIN, "baliprov.go.id"), "domain baliprov.go.id", "domain baliprov.go.id"),
        (
            Trait(Tie.NAME_SERVERS, "ns1.example ns2.example"),
            "server nama ns1.example ns2.example",
            "name servers ns1.example ns2.example",
        ),
        (Trait(Tie.CNAME, "cdn.example"), "alias (CNAME) cdn.example", "alias (CNAME) cdn.example"),
        (
            Trait(Tie.CERTIFICATE, "0123456789abcdef" * 4),
            "sertifikat 0123456789abcdef…",
            "certificate 0123456789abcdef…",
        ),
    ],
)
def test_a_cause_is_told_in_words(cause, indonesian, english):
    readers = [Reader(lang=lang, zone=T0.tzinfo, now=T0, registry=None) for lang in (Lang.ID, Lang.EN)]
    assert [cause_words(cause, reader) for reader in readers] == [indonesian, english]


def test_an_incident_is_merged_before_closed_before_flapping_before_open():
    one = incident()
    assert state_of(one) is State.OPEN
    one = replace(one, flapping=True)
    assert state_of(one) is State.FLAPPING
    one = replace(one, closed_at=T0)
    assert state_of(one) is State.CLOSED
    assert state_of(replace(one, merged_into=NUMBER + 1)) is State.MERGED


def test_it_lasts_until_its_end_or_until_now():
    assert duration_of(incident(), T0 + 7 * MINUTE) == 7 * MINUTE
    assert duration_of(incident(member("satu", ended_at=T0 + MINUTE)), T0 + 7 * MINUTE) == MINUTE
    assert duration_of(incident(), T0 - MINUTE) == timedelta(0)


def test_the_reason_is_what_was_wrong_last_with_most_of_the_services_that_stayed():
    def failing(service_id, *reasons, **more):
        [spell] = member(service_id).spells
        spells = tuple(
            replace(spell, began_at=T0 + MINUTE * number, reason=reason)
            for number, reason in enumerate(reasons)
        )
        return member(service_id, spells=spells, **more)

    members = [
        failing("satu", Reason.DNS_TIMEOUT),
        failing("dua", Reason.DNS_TIMEOUT, Reason.TCP_RESET),
        failing("tiga", Reason.TCP_RESET),
        *[failing(f"pergi-{number}", Reason.HTTP_STATUS, moved_to=NUMBER + 1) for number in range(5)],
    ]
    assert reason_of(incident(*members)) is Reason.TCP_RESET
    assert reason_of(incident(failing("satu", None))) is None
