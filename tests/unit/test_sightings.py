"""What probes see of certificates in passing: when that is news, and that it stays bounded."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.core.https.look import Journey
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import ZERO, Hop, HttpFacts, Result
from monitor.inspections import sightings as module
from monitor.inspections.certificate.merge import merged, needs_look
from monitor.inspections.sightings import SETTLED_AFTER, Sightings, verdict_of
from tests.looks import HOST, INTERMEDIATE, NOW, A, B, certificate, look, shows, tls

MINUTE = timedelta(minutes=1)
URL = f"https://{HOST}/"
SSO = "https://sso.badungkab.go.id/masuk"
OLD, NEW = tls(), tls(certificate(mark="renewed"), INTERMEDIATE)


def result(facts=OLD, *, minute=1, url=URL, address=A, hops=(), final=None, status=200, **more):
    """Return what a probe saw; `hops` are those that it was led over."""
    http = HttpFacts(
        status=status,
        version="1.1",
        headers=(("strict-transport-security", "max-age=600"),),
        wire_bytes=0,
        body_bytes=0,
        redirects=tuple(hops),
        final_url=final or url,
    )
    return Result(
        **{
            "check_id": "lapor",
            "vantage": "local",
            "url": url,
            "started_at": NOW + minute * MINUTE,
            "duration": ZERO,
            "outcome": Outcome.OK,
            "address": address,
            "http": http,
            "tls": facts,
            **more,
        }
    )


def failed(reason, stage, **more):
    return {"outcome": Outcome.FAILED, "stage": stage, "reason": reason, "message": "It failed.", **more}


def seeing(board, *facts, start=1, **more):
    for minute, one in enumerate(facts, start):
        board.see(result(one, minute=minute, **more))


@pytest.fixture
def board():
    """A board on which the host was judged by its old certificate at one address."""
    made = Sightings()
    made.judged(HOST, {A: verdict_of(OLD)})
    return made


class TestNews:
    def test_the_same_certificate_is_none(self, board):
        seeing(board, *[OLD] * 10)
        assert board.changed == frozenset()
        assert board.shown(HOST)[A].at == NOW + 10 * MINUTE

    def test_another_one_is_once_it_was_seen_often_enough(self, board):
        seeing(board, *[NEW] * (SETTLED_AFTER - 1))
        assert board.changed == frozenset()
        seeing(board, NEW, start=9)
        assert board.changed == {HOST}

    def test_another_verdict_on_the_same_one_is(self, board):
        seeing(board, *[tls(code=10)] * SETTLED_AFTER)
        assert board.changed == {HOST}

    def test_servers_that_take_turns_make_none(self, board):
        seeing(board, OLD, OLD, OLD, *[NEW, OLD] * 20)
        assert board.changed == frozenset()

    def test_after_the_judgement_it_is_none_any_more(self, board):
        seeing(board, *[NEW] * SETTLED_AFTER)
        board.judged(HOST, {A: verdict_of(NEW)})
        seeing(board, *[NEW] * SETTLED_AFTER, start=9)
        assert board.changed == frozenset()

    def test_a_host_that_this_process_never_judged_is_judged_once(self):
        board = Sightings()
        seeing(board, *[OLD] * SETTLED_AFTER)
        assert board.changed == {HOST}

    def test_an_address_that_comes_and_goes_is_none_while_it_shows_the_same(self, board):
        seeing(board, *[OLD] * SETTLED_AFTER, address=B)
        assert board.changed == frozenset()
        seeing(board, *[NEW] * SETTLED_AFTER, address=B)
        assert board.changed == {HOST}

    @pytest.mark.parametrize(
        "unseen",
        [
            {"outcome": Outcome.SELF_FAULT, "stage": Stage.CONNECT, "reason": Reason.SELF_FAULT, "tls": None},
            {"tls": None},
            {"tls": tls(verified=False)},
            {"url": "dns:///lapor.go.id?type=A", "http": None, "tls": None},
            {"url": "http://[::1/", "http": None},
        ],
        ids=["self fault", "no TLS", "not verified by the register's wish", "dns", "no URL"],
    )
    def test_what_says_nothing_changes_nothing(self, board, unseen):
        for minute in range(SETTLED_AFTER):
            board.see(result(NEW, minute=minute, **{"http": None, **unseen}))
        assert board.changed == frozenset()


class TestPlaces:
    def test_other_ports_are_other_hosts(self):
        board = Sightings(settled_after=1)
        board.see(result(url=f"https://{HOST}:8443/"))
        board.see(result(url=f"tcp://{HOST}:636", http=None))
        assert board.changed == {f"{HOST}:8443", f"{HOST}:636"}

    def test_a_failed_handshake_shows_its_certificate(self):
        board = Sightings(settled_after=1)
        facts = tls(code=18)
        board.see(result(facts, http=None, **failed(Reason.TLS_SELF_SIGNED, Stage.HANDSHAKE)))
        assert board.shown(HOST)[A].tls is facts

    def test_the_way_and_every_host_on_it_are_known(self):
        board = Sightings(settled_after=1)
        hops = (Hop(f"http://{HOST}/?a=rahasia", 301, A, None), Hop(URL, 302, A, OLD))
        board.see(result(NEW, url=f"http://{HOST}/", hops=hops, final=SSO + "?state=rahasia", address=B))
        assert board.shown(HOST)[A].tls is OLD
        sso = board.shown("sso.badungkab.go.id")[B]
        assert (sso.tls, sso.http.hsts.max_age_seconds) == (NEW, 600)
        assert board.journeys(HOST, NOW) == (Journey((f"http://{HOST}/", URL, SSO)),)
        assert board.journeys(HOST, NOW + 2 * MINUTE) is None

    def test_a_change_on_the_way_is_news_for_whom_it_leads(self):
        board = Sightings(settled_after=1)
        over = {"hops": (Hop(URL, 302, A, OLD),), "final": SSO, "address": B}
        board.see(result(OLD, **over))
        board.judged(HOST, {A: verdict_of(OLD)})
        board.judged("sso.badungkab.go.id", {B: verdict_of(OLD)})
        board.see(result(NEW, minute=2, **over))
        assert board.changed == {HOST, "sso.badungkab.go.id"}

    @pytest.mark.parametrize("reason", [Reason.TLS_EXPIRED, Reason.HTTP_REDIRECT_LOOP, Reason.TCP_REFUSED])
    def test_of_a_way_that_breaks_off_nothing_is_said(self, reason):
        board = Sightings(settled_after=1)
        broken = failed(reason, Stage.HANDSHAKE)
        board.see(result(NEW, hops=(Hop(URL, 302, A, OLD),), final=URL, status=302, **broken))
        assert board.shown(HOST) == {}
        assert board.journeys(HOST, NOW) is None


def test_the_board_is_bounded(monkeypatch):
    monkeypatch.setattr(module, "MOST_HOSTS", 50)
    board = Sightings(settled_after=1)
    for number in range(300):
        name = f"h{number}.go.id"
        board.see(
            result(
                url=f"https://{name}/",
                check_id=name,
                address=f"192.0.2.{number % 256}",
                hops=(Hop(f"https://x{number}.go.id/", 302, A, OLD),),
            )
        )
        board.judged(name, {})
    for kept in (board._tracks, board._judged, board._origins, board._journeys):
        assert len(kept) <= 50
    for number in range(300):
        seeing(board, OLD, address=f"198.51.100.{number % 256}")
    assert len(board.shown(HOST)) == module.MOST_ADDRESSES


class TestBringingUpToDate:
    def sights(self, *facts, address=A, start=1):
        board = Sightings(settled_after=1)
        seeing(board, *facts, start=start, address=address)
        return board.shown(HOST)

    def test_what_was_seen_since_stands_in_the_look(self):
        (one,) = merged(look(shows()), self.sights(NEW)).addresses
        assert (one.tls, one.seen_at, one.tls_seen_at) == (NEW, NOW + MINUTE, NOW + MINUTE)

    def test_what_was_seen_before_does_not(self):
        assert merged(look(shows()), self.sights(NEW, start=-5)) == look(shows())

    def test_a_page_without_hsts_does_not_undo_one_with_it(self):
        (one,) = merged(look(shows(hsts="max-age=31536000")), self.sights(OLD)).addresses
        assert one.http.hsts.max_age_seconds == 31_536_000

    def test_one_address_of_two_cannot_tell_of_the_other(self):
        both = look(shows(), shows(address=B))
        assert needs_look(both, self.sights(NEW))
        assert not needs_look(both, self.sights(OLD))
        assert not needs_look(both, {**self.sights(NEW), **self.sights(NEW, address=B)})
        assert not needs_look(look(shows()), self.sights(NEW))

    def test_a_new_address_with_another_certificate_has_to_be_looked_at(self):
        assert needs_look(look(shows()), self.sights(NEW, address=B))
        assert needs_look(look(shows()), {**self.sights(OLD), **self.sights(NEW, address=B)})
        assert not needs_look(look(shows()), self.sights(OLD, address=B))

    def test_addresses_seen_at_different_times_are_not_held_against_each_other(self):
        both = look(shows(), shows(address=B))
        assert merged(both, self.sights(OLD)).whole
        assert not merged(both, self.sights(NEW)).whole
