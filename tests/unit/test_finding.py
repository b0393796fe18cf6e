"""How findings open, stay and close: what could not be looked at closes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.finding import (
    Finding,
    FindingSeverity,
    Identity,
    Inspected,
    Seen,
    Subject,
    SubjectKind,
    diff,
    finding_number,
    origin_of,
    prune,
    via,
)

T0 = datetime(2026, 11, 1, tzinfo=UTC)
LATER = T0 + timedelta(days=1)
RULE = "certificate_expiring"
DOMAIN = Subject(SubjectKind.DOMAIN, "baliprov.go.id")
IDENTITY = Identity(RULE, DOMAIN, "ab12")


def seen(*places, severity=FindingSeverity.MODERATE, identity=IDENTITY, **evidence):
    return Seen(identity=identity, severity=severity, places=frozenset(places), evidence=evidence)


def on_record(*places, identity=IDENTITY, number=1):
    return Finding(
        number=number,
        identity=identity,
        domain=identity.subject.name,
        severity=FindingSeverity.MODERATE,
        places=frozenset(places),
        evidence={},
        first_seen_at=T0,
        last_seen_at=T0,
    )


def looked(*seen, at=LATER, **covered):
    return Inspected(
        inspection="certificate",
        target="baliprov.go.id",
        at=at,
        seen=seen,
        covered={rule: frozenset(places) for rule, places in covered.items()},
    )


class TestOpening:
    def test_what_is_seen_for_the_first_time_opens(self):
        new = seen("a")
        difference = diff([], looked(new, certificate_expiring=["a"]))
        assert (difference.opened, difference.kept, difference.closed) == ((new,), (), ())

    def test_another_certificate_of_the_same_domain_is_another_finding(self):
        other = seen("b", identity=Identity(RULE, DOMAIN, "cd34"))
        difference = diff([on_record("a")], looked(seen("a"), other, certificate_expiring=["a", "b"]))
        assert difference.opened == (other,)
        assert [one.identity for one in difference.kept] == [IDENTITY]


class TestStaying:
    def test_what_is_seen_again_keeps_its_beginning_and_takes_what_is_newly_known(self):
        again = seen("a", severity=FindingSeverity.SEVERE, days=3)
        (kept,) = diff([on_record("a")], looked(again, certificate_expiring=["a"])).kept
        assert (kept.first_seen_at, kept.last_seen_at) == (T0, LATER)
        assert (kept.severity, kept.evidence) == (FindingSeverity.SEVERE, {"days": 3})

    def test_a_place_that_could_not_be_looked_at_stays_with_it(self):
        (kept,) = diff([on_record("a", "b")], looked(seen("a"), certificate_expiring=["a"])).kept
        assert kept.places == {"a", "b"}

    def test_a_place_where_it_is_mended_leaves_it(self):
        (kept,) = diff([on_record("a", "b")], looked(seen("a"), certificate_expiring=["a", "b"])).kept
        assert kept.places == {"a"}

    def test_an_inspection_that_failed_closes_nothing(self):
        difference = diff([on_record("a")], looked())
        assert (difference.kept, difference.closed) == ((), ())

    def test_an_inspection_of_something_else_closes_nothing(self):
        difference = diff([on_record("a")], looked(hsts_missing=["a"], certificate_expiring=["c"]))
        assert (difference.kept, difference.closed) == ((), ())

    def test_a_clock_set_back_does_not_set_back_the_last_sight(self):
        earlier = looked(seen("a"), at=T0 - timedelta(hours=1), certificate_expiring=["a"])
        (kept,) = diff([on_record("a")], earlier).kept
        assert kept.last_seen_at == T0


class TestClosing:
    def test_what_is_no_longer_seen_closes(self):
        (closed,) = diff([on_record("a")], looked(certificate_expiring=["a"])).closed
        assert closed.closed_at == LATER

    def test_only_when_every_place_was_looked_at(self):
        (kept,) = diff([on_record("a", "b")], looked(certificate_expiring=["a"])).kept
        assert (kept.places, kept.closed_at) == ({"b"}, None)
        assert diff([kept], looked(certificate_expiring=["b"])).closed[0].closed_at == LATER


PLACES = st.frozensets(st.sampled_from("abcd"))


@given(before=PLACES.filter(bool), now=PLACES, looked_at=PLACES)
def test_every_place_is_accounted_for(before, now, looked_at):
    now &= looked_at  # it is seen only where one looks
    sights = (seen(*now),) if now else ()
    difference = diff([on_record(*before)], looked(*sights, certificate_expiring=looked_at))
    left = now | (before - looked_at)
    if left:
        assert not difference.closed
        assert all(one.places == left for one in difference.kept)
        assert difference.kept or left == before
    else:
        assert [one.identity for one in difference.closed] == [IDENTITY]


@pytest.mark.parametrize("name", ["FND-000012", "fnd-12", " FND-12 "])
def test_a_name_is_read_as_people_write_it(name):
    assert finding_number(name) == 12
    assert on_record("a", number=12).name == "FND-000012"


@pytest.mark.parametrize("name", ["", "FND-", "FND-1x", "INC-2026-000001", "12", "FND-²", "FND-" + "9" * 19])
def test_what_is_no_name_is_none(name):
    assert finding_number(name) is None


def test_how_much_a_finding_matters_is_ordered_and_known_to_alerts():
    ranks = [one.rank for one in FindingSeverity]
    assert ranks == sorted(ranks)
    alerts = [one.as_alert.rank for one in FindingSeverity]
    assert alerts == sorted(alerts)


class TestLeavingTheRegister:
    def test_places_that_left_are_taken_out(self):
        found = [on_record("a", "b"), on_record("a", number=2)]
        difference = prune(found, lambda rule, place: (rule, place) == (RULE, "a"), LATER)
        assert [(one.number, one.places) for one in difference.kept] == [(1, {"a"})]
        assert (difference.opened, difference.closed) == ((), ())

    def test_what_has_no_place_left_is_closed_and_nobody_mended_it(self):
        (closed,) = prune([on_record("a", "b")], lambda _, place: place == "c", LATER).closed
        assert (closed.closed_at, closed.withdrawn) == (LATER, True)

    def test_a_place_by_way_of_another_is_told_with_its_origin(self):
        assert origin_of(via("lapor.go.id:8443", "sso.example")) == "lapor.go.id:8443"
        assert origin_of("lapor.go.id") == "lapor.go.id"
