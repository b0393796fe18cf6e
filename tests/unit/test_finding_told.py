"""A finding in words, whatever its evidence holds: an old row must not keep a message from being written."""

from __future__ import annotations

from dataclasses import replace

import pytest

from alerts.finding_words import finding_facts
from monitor.core.rulebook.telling import date_words, days_between, tell
from tests.facts import WITA
from tests.findings import BOOK, DAY, EXPIRING, LAME, T0, accepted, expiring, finding

LAST = "9999-12-31T23:59:59+00:00"
"""What certificates without an expiry say (RFC 5280, 4.1.2.5)."""


def told(one, rule=EXPIRING, now=T0):
    return tell(rule, one.identity, one.places, one.evidence, WITA, now)


def facts(one, now=T0):
    rule = BOOK.get(one.identity.rule)
    return finding_facts(one, rule, services=frozenset(), news=True, zone=WITA, now=now)


def test_a_time_is_told_as_a_day_and_by_its_distance():
    assert "berakhir pada 24 November 2026 (20 hari lagi)." in told(expiring()).problem.id
    assert "expires on 24 November 2026 (1 day ago)." in told(expiring(), now=T0 + 21 * DAY).problem.en


def test_the_end_of_all_time_can_be_told():
    one = replace(expiring(), evidence={"expires_at": LAST})
    assert "31 Desember 9999" in told(one).problem.id
    assert facts(one).expires_at is None


@pytest.mark.parametrize("text", ["soon", "2026-13-01T00:00:00+00:00", "2026-11-24T00:00:00"])
def test_what_is_no_moment_stands_as_it_is(text):
    one = replace(expiring(), evidence={"expires_at": text})
    assert f"pada {text} (" in told(one).problem.id
    assert facts(one).expires_at is None


def test_a_day_ends_at_midnight_of_the_register():
    late = T0.replace(hour=16)
    assert days_between(T0, late, WITA) == 1
    assert date_words(late, WITA, "id") == "5 November 2026"


def test_only_what_is_reminded_of_has_a_deadline():
    dated = replace(finding(1, LAME.id), evidence={"servers": ["ns1"], "expires_at": LAST[:10]})
    assert facts(dated).expires_at is None
    assert facts(expiring()).expires_at == T0 + 20 * DAY


def test_both_texts_of_what_an_inspection_saw_say_everything():
    for one in (expiring(), finding(1), finding(2, LAME.id, evidence={"servers": ["ns1"]})):
        for sentence in (facts(one).title, facts(one).problem, facts(one).remedy):
            assert "tidak diketahui" not in sentence.id
            assert "not known" not in sentence.en


def test_an_acceptance_is_told_while_it_lasts():
    one = finding(acceptance=accepted(T0 + DAY))
    assert facts(one).accepted_until == T0 + DAY
    assert facts(one, T0 + DAY).accepted_until is None


def test_a_rule_that_is_not_known_any_more_is_told_by_its_id():
    one = facts(finding(7, "of_old"))
    assert (one.name, one.title.id, one.title.en) == ("FND-000007", "of_old", "of_old")
    assert one.problem.id.startswith("Temuan ini dicatat oleh versi lain")
    assert one.references == ()
