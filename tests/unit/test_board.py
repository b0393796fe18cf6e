"""What is held to be true right now."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Certificate, HttpFacts, Result, TlsFacts
from monitor.core.service import Check, CheckKind, Rule, TcpTarget
from monitor.core.status import CheckState, Doubt, Status
from monitor.recorder import Board

T0 = datetime(2026, 10, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
UP, DOWN, UNKNOWN = Status.UP, Status.DOWN, Status.UNKNOWN


def at(second):
    return T0 + second * SECOND


def check(check_id, service_id="lapor", **rule):
    return Check(
        id=check_id,
        service_id=service_id,
        kind=CheckKind.TCP,
        target=TcpTarget(host=f"{service_id}.example", port=1),
        rule=Rule(**rule),
    )


def good(check_id, second, **facts):
    return Result(
        check_id=check_id,
        vantage="local",
        url="tcp://lapor.example:1",
        started_at=at(second),
        duration=SECOND / 10,
        outcome=Outcome.OK,
        **facts,
    )


def bad(check_id, second, outcome=Outcome.FAILED):
    return replace(
        good(check_id, second),
        outcome=outcome,
        stage=Stage.CONNECT,
        reason=Reason.TCP_REFUSED,
        message="Refused.",
        address="192.0.2.1",
    )


def spent(board, service_id="lapor"):
    return {status.value: total for status, total in board.seconds(service_id).items() if total}


@pytest.fixture
def board():
    return Board("local")


def test_what_is_followed_is_unknown_until_it_is_measured(board):
    assert board.follow([check("lapor")], T0) == []
    assert board.follows("lapor")
    assert board.status("lapor") is UNKNOWN
    assert board.states["lapor"] == CheckState("lapor", "local", UNKNOWN, T0)
    assert board.service_of("lapor") == "lapor"


def test_what_is_not_followed_is_unknown_and_its_results_are_ignored(board):
    board.follow([check("lapor")], T0)
    assert not board.follows("pajak")
    assert board.status("pajak") is UNKNOWN
    assert board.fold(good("pajak", 1)) is None
    assert "pajak" not in board.glances


def test_a_service_is_the_worst_of_its_checks(board):
    board.follow([check("lapor"), check("lapor/2", down_after=1), check("pajak", "pajak")], T0)
    board.fold(good("lapor", 1))
    assert board.status("lapor") is UNKNOWN
    board.fold(good("lapor/2", 2))
    board.fold(good("pajak", 2))
    assert board.status("lapor") is UP
    board.fold(bad("lapor/2", 3))
    assert (board.status("lapor"), board.status("pajak")) == (DOWN, UP)
    assert (board.states["lapor"].status, board.states["lapor/2"].status) == (UP, DOWN)


def test_each_check_is_judged_by_its_own_rule(board):
    board.follow([check("a", "a", down_after=1), check("b", "b", down_after=3)], T0)
    for check_id in ("a", "b"):
        board.fold(good(check_id, 1))
        board.fold(bad(check_id, 2))
    assert (board.status("a"), board.status("b")) == (DOWN, UP)
    board.follow([check("a", "a", down_after=1), check("b", "b", down_after=2)], at(3))
    board.fold(bad("b", 4))
    assert board.status("b") is DOWN


def test_a_reload_leaves_checks_that_stay_as_they_are(board):
    board.follow([check("lapor")], T0)
    board.fold(good("lapor", 1))
    board.fold(bad("lapor", 9))
    before = board.states["lapor"]
    assert board.follow([check("lapor"), check("pajak", "pajak")], at(10)) == []
    assert board.states["lapor"] is before
    assert spent(board) == {"UNKNOWN": 1, "UP": 8}


def test_a_check_that_leaves_becomes_unknown_and_keeps_what_was_known(board):
    board.follow([check("lapor", down_after=1)], T0)
    board.fold(good("lapor", 1))
    board.fold(bad("lapor", 5))
    [(state, change)] = board.follow([], at(10))
    assert (change.at, change.before, change.after) == (at(10), DOWN, UNKNOWN)
    assert (state.status, state.known) == (UNKNOWN, DOWN)
    assert not board.follows("lapor")
    assert board.glances == {}
    assert board.fold(good("lapor", 11)) is None
    assert board.states["lapor"] is state


def test_a_check_that_returns_goes_on_where_it_was(board):
    board.follow([check("lapor", down_after=3)], T0)
    board.fold(good("lapor", 1))
    for second in (2, 3, 4):
        board.fold(bad("lapor", second))
    board.follow([], at(10))
    assert board.follow([check("lapor", down_after=3)], at(100)) == []
    _, change = board.fold(bad("lapor", 101))
    assert (change.before, change.after, change.at) == (UNKNOWN, DOWN, at(101))
    board.fold(bad("lapor", 110))
    assert spent(board) == {"UNKNOWN": 1, "DOWN": 9}


def test_a_check_that_leaves_a_service_no_longer_weighs_on_it(board):
    board.follow([check("lapor"), check("lapor/2", down_after=1)], T0)
    board.fold(good("lapor", 0))
    board.fold(bad("lapor/2", 0))
    board.fold(good("lapor", 10))
    board.fold(bad("lapor/2", 10))
    board.fold(good("lapor", 14))
    board.follow([check("lapor")], at(15))
    assert board.status("lapor") is UP
    board.fold(good("lapor", 20))
    assert spent(board) == {"DOWN": 14, "UP": 6}


def test_the_time_since_the_last_sign_of_life_counts_as_unknown(board):
    board.states["lapor"] = CheckState("lapor", "local", UP, at(-1000), known=UP, last_at=at(-100))
    [(_, change)] = board.interrupt(at(-90), T0)
    assert (change.at, change.after) == (at(-90), UNKNOWN)
    board.follow([check("lapor")], T0, since=at(-90))
    board.fold(good("lapor", 30))
    board.fold(good("lapor", 60))
    assert spent(board) == {"UNKNOWN": 120, "UP": 30}


def test_a_service_that_is_new_at_the_start_has_no_gap_behind_it(board):
    board.states["lapor"] = CheckState("lapor", "local", UP, at(-1000), known=UP)
    board.interrupt(at(-90), T0)
    board.follow([check("lapor"), check("pajak", "pajak")], T0, since=at(-90))
    for second in (30, 60):
        board.fold(good("pajak", second))
    assert spent(board, "pajak") == {"UNKNOWN": 30, "UP": 30}


def test_a_check_that_is_new_at_the_start_does_not_hide_the_gap_of_its_service(board):
    board.states["lapor/2"] = CheckState("lapor/2", "local", UP, at(-1000), known=UP)
    board.interrupt(at(-90), T0)
    board.follow([check("lapor"), check("lapor/2")], T0, since=at(-90))
    for check_id in ("lapor", "lapor/2"):
        board.fold(good(check_id, 10))
    assert spent(board) == {"UNKNOWN": 100}


def test_an_interruption_ends_what_is_known_of_every_check_but_of_the_unknown(board):
    board.follow([check("a", "a"), check("b", "b"), check("c", "c", down_after=1)], T0)
    board.fold(good("a", 1))
    board.fold(bad("b", 2))
    board.fold(bad("c", 3))
    changed = board.interrupt(at(60), at(600))
    assert {state.check_id: (change.before, change.at) for state, change in changed} == {
        "a": (UP, at(60)),
        "c": (DOWN, at(60)),
    }
    assert {board.status(service_id) for service_id in "abc"} == {UNKNOWN}
    assert board.states["b"].doubt == Doubt(DOWN, 1, None)


def test_a_probe_under_way_over_an_interruption_leaves_the_gap_unknown(board):
    board.follow([check("lapor")], T0)
    board.fold(good("lapor", 0))
    board.interrupt(at(60), at(600))
    _, change = board.fold(good("lapor", 59))
    assert (change.at, change.after) == (at(600), UP)
    board.fold(good("lapor", 660))
    assert spent(board) == {"UP": 120, "UNKNOWN": 540}


def test_a_glance_is_the_little_that_pages_show(board):
    board.follow([check("lapor")], T0)
    certificates = tuple(
        Certificate(
            subject="CN=lapor",
            issuer="CN=ca",
            serial="01",
            not_before=T0,
            not_after=T0 + timedelta(days=days),
            fingerprint_sha256="00",
        )
        for days in (90, 30)
    )
    board.fold(
        good(
            "lapor",
            1,
            address="192.0.2.7",
            http=HttpFacts(204, "1.1", (), 0, 0, (), "https://lapor.example/"),
            tls=TlsFacts("TLSv1.3", None, verified=True, verify_error=None, chain=certificates),
        )
    )
    glance = board.glances["lapor"]
    assert (glance.started_at, glance.duration, glance.outcome) == (at(1), SECOND / 10, Outcome.OK)
    assert (glance.address, glance.http_status) == ("192.0.2.7", 204)
    assert glance.certificate_not_after == T0 + timedelta(days=30)
    board.fold(bad("lapor", 2))
    glance = board.glances["lapor"]
    assert (glance.stage, glance.reason, glance.message) == (Stage.CONNECT, Reason.TCP_REFUSED, "Refused.")
    assert (glance.http_status, glance.certificate_not_after) == (None, None)
