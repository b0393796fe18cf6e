"""What is wrong with how a host speaks TLS and http, and what could not be known of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.core.finding import FindingSeverity, SubjectKind
from monitor.core.https.look import Journey, PlainLook, PlainState, hsts_of
from monitor.core.reason import Reason
from tests.looks import (
    AUTHORITY,
    DAY,
    HOST,
    INTERMEDIATE,
    NOW,
    A,
    B,
    certificate,
    judged,
    look,
    seen_rules,
    shows,
    silent,
    the,
    tls,
)

SELF, NO_ISSUER, IN_CHAIN = 18, 20, 19
URL = f"http://{HOST}/"
AIA = "http://r11.i.lencr.org/"


def plain(state, **more):
    return PlainLook(state=state, url=URL, status=200, **more)


def covered(one):
    return {rule for rule, places in judged(one)[1].items() if places == {one.name}}


class TestTrust:
    def test_a_certificate_for_another_name_names_both(self):
        one = the("certificate_hostname_mismatch", look(shows(tls(certificate("lama.go.id"), code=62))))
        assert (one.evidence["names"], one.evidence["server_name"]) == (["lama.go.id"], HOST)
        assert one.identity.subject.kind is SubjectKind.HOST

    def test_one_without_names_is_named_by_its_subject(self):
        nameless = replace(certificate(subject="CN=cPanel,O=Hosting"), names=())
        one = the("certificate_hostname_mismatch", look(shows(tls(nameless, code=62))))
        assert one.evidence["names"] == ["cPanel"]

    def test_the_name_that_the_register_gives_counts(self):
        facts = tls(certificate("origin.go.id"), INTERMEDIATE)
        assert seen_rules(look(shows(facts), server_name="origin.go.id")) == []

    def test_of_a_certificate_with_too_many_names_to_keep_openssl_decides(self):
        many = certificate(*[f"n{number}.example.id" for number in range(250)])
        assert seen_rules(look(shows(tls(many, INTERMEDIATE, code=10)))) == []
        assert seen_rules(look(shows(tls(many, INTERMEDIATE, code=62)))) == ["certificate_hostname_mismatch"]

    @pytest.mark.parametrize(("url", "source"), [(AIA, AIA), (None, "R11 (Let's Encrypt)")])
    def test_an_incomplete_chain_says_what_is_missing_and_where_it_is(self, url, source):
        leaf = certificate(issuer_url=url)
        one = the("certificate_chain_incomplete", look(shows(tls(leaf, code=NO_ISSUER))))
        assert (one.evidence["missing"], one.evidence["source"]) == ("R11", source)
        assert one.evidence["missing_name"] == AUTHORITY

    def test_a_chain_that_our_store_completes_is_complete(self):
        assert seen_rules(look(shows(tls(certificate())))) == []

    def test_one_that_vouches_for_itself_is_self_signed_and_not_incomplete(self):
        alone = certificate(subject=f"CN={HOST}", issuer=f"CN={HOST}")
        assert seen_rules(look(shows(tls(alone, code=SELF)))) == ["certificate_self_signed"]

    def test_a_root_of_an_office_is_not_trusted(self):
        root = certificate(subject="CN=Kantor CA", issuer="CN=Kantor CA", is_authority=True)
        one = the(
            "certificate_untrusted", look(shows(tls(certificate(issuer="CN=Kantor CA"), root, code=IN_CHAIN)))
        )
        assert one.evidence["authority"] == "Kantor CA"

    def test_what_openssl_refuses_for_other_reasons_is_told_with_its_words(self):
        facts = tls(certificate(), INTERMEDIATE, code=26, error="unsuitable certificate purpose")
        assert the("certificate_untrusted", look(shows(facts))).evidence["detail"] == facts.verify_error

    def test_everything_that_is_wrong_is_told_at_once(self):
        bad = certificate("lama.go.id", subject="CN=lama.go.id", issuer="CN=lama.go.id", until=-DAY)
        assert seen_rules(look(shows(tls(bad, code=SELF)))) == [
            "certificate_expired",
            "certificate_hostname_mismatch",
            "certificate_self_signed",
        ]

    def test_what_the_register_says_not_to_verify_is_no_problem_but_its_end_is(self):
        alone = certificate("lama.go.id", subject="CN=lama.go.id", issuer="CN=lama.go.id", until=DAY)
        facts = tls(alone, verified=False)
        assert seen_rules(look(shows(facts), verify=False)) == ["certificate_expiring"]
        assert "certificate_self_signed" in covered(look(shows(facts), verify=False))

    def test_nor_is_what_was_seen_before_the_register_said_so(self):
        alone = certificate("lama.go.id", subject="CN=lama.go.id", issuer="CN=lama.go.id")
        assert seen_rules(look(shows(tls(alone, code=SELF)), verify=False)) == []

    def test_without_a_verdict_trust_is_not_known(self):
        facts = tls(certificate(), INTERMEDIATE, verified=False, error="ALERT_BAD_CERTIFICATE")
        assert seen_rules(look(shows(facts))) == []
        assert not {"certificate_untrusted", "certificate_self_signed"} & covered(look(shows(facts)))


class TestTls:
    def test_a_server_that_speaks_old_tls_only_is_told(self):
        one = the("tls_outdated", look(shows(tls(version="TLSv1.1"), outdated=True)))
        assert one.evidence["version"] == "TLSv1.1"

    def test_where_that_is_not_known_nothing_is_said(self):
        unknown = look(shows(outdated=None))
        assert "tls_outdated" not in covered(unknown)
        assert "tls_outdated" in covered(look())

    def test_different_certificates_at_two_addresses_are_told_with_both(self):
        other = shows(tls(certificate(mark="old", until=50 * DAY), INTERMEDIATE), address=B)
        one = the("certificates_differ", look(shows(), other))
        assert [text.split()[0] for text in one.evidence["certificates"]] == [A, B]

    def test_the_same_at_two_addresses_are_not(self):
        assert seen_rules(look(shows(), shows(address=B))) == []

    def test_addresses_seen_at_different_times_are_not_compared(self):
        other = shows(tls(certificate(mark="old"), INTERMEDIATE), address=B)
        assert seen_rules(look(shows(), other, whole=False)) == []
        assert "certificates_differ" not in covered(look(shows(), other, whole=False))


class TestPlainHttp:
    def test_a_page_without_encryption_beside_https_should_lead_there(self):
        one = the("http_not_redirected", look(plain=plain(PlainState.ANSWERS)))
        assert (one.evidence["url"], one.evidence["https_url"]) == (URL, f"https://{HOST}/")

    @pytest.mark.parametrize("state", [PlainState.REDIRECTS, PlainState.REFUSED])
    def test_leading_there_or_being_closed_is_right(self, state):
        one = look(plain=plain(state))
        assert seen_rules(one) == []
        assert "http_not_redirected" in covered(one)

    @pytest.mark.parametrize("state", [PlainState.UNKNOWN, PlainState.ELSEWHERE, PlainState.NOT_ASKED])
    def test_what_is_not_known_is_neither_wrong_nor_right(self, state):
        one = look(plain=plain(state))
        assert seen_rules(one) == []
        assert "http_not_redirected" not in covered(one)

    def test_nobody_is_sent_to_https_that_does_not_work(self):
        one = look(
            shows(tls(certificate(until=-DAY), INTERMEDIATE, code=10)), plain=plain(PlainState.ANSWERS)
        )
        assert seen_rules(one) == ["certificate_expired"]
        assert "http_not_redirected" not in covered(one)

    def test_a_public_service_whose_https_port_is_closed_has_http_only(self):
        closed = look(silent(reason=Reason.TCP_REFUSED), plain=plain(PlainState.ANSWERS))
        assert seen_rules(closed) == ["http_only"]
        assert the("http_only", closed).evidence["addresses"] == [B]

    def test_an_internal_one_may(self):
        closed = look(silent(reason=Reason.TCP_REFUSED), plain=plain(PlainState.ANSWERS), public=False)
        assert seen_rules(closed) == []

    @pytest.mark.parametrize("reason", [Reason.TCP_TIMEOUT, Reason.TLS_TIMEOUT, Reason.SELF_FAULT])
    def test_silence_is_not_the_absence_of_https(self, reason):
        unknown = look(silent(reason=reason), plain=plain(PlainState.ANSWERS))
        assert seen_rules(unknown) == []
        assert not {"http_only", "http_not_redirected"} & covered(unknown)

    def test_once_https_is_there_it_is_no_longer_http_only(self):
        assert "http_only" in covered(look())


class TestJourneys:
    def test_a_step_down_to_http_is_told_with_its_place(self):
        way = Journey((f"https://{HOST}/", "http://www.baliprov.go.id/", "https://www.baliprov.go.id/"))
        one = the("redirect_downgrade", look(journeys=(way,)))
        assert (one.evidence["from_url"], one.evidence["to_url"]) == way.urls[:2]

    def test_a_step_up_is_right(self):
        one = look(journeys=(Journey((URL, f"https://{HOST}/")),))
        assert seen_rules(one) == []
        assert "redirect_downgrade" in covered(one)

    def test_without_journeys_nothing_is_known(self):
        assert "redirect_downgrade" not in covered(look())


class TestHsts:
    @pytest.mark.parametrize("header", [None, "includeSubDomains", "max-age=soon", "max-age=1; max-age=2"])
    def test_a_missing_or_invalid_header_is_told(self, header):
        assert the("hsts_missing", look(shows(hsts=header))).severity is FindingSeverity.INFO

    @pytest.mark.parametrize("age", [0, 300, 15_767_999])
    def test_a_short_time_is_told(self, age):
        assert the("hsts_short", look(shows(hsts=f"max-age={age}"))).evidence["max_age_seconds"] == age

    def test_half_a_year_is_enough(self):
        assert seen_rules(look(shows(hsts="max-age=15768000"))) == []

    @pytest.mark.parametrize("status", [404, 403, 500])
    def test_an_error_page_proves_nothing(self, status):
        one = look(shows(status=status, hsts=None))
        assert seen_rules(one) == []
        assert "hsts_missing" not in covered(one)

    def test_it_means_nothing_for_addresses_and_for_other_protocols(self):
        assert seen_rules(look(shows(hsts=None), host="203.0.113.7", server_name=HOST)) == []
        assert seen_rules(look(shows(hsts=None), web=False)) == []

    def test_one_address_without_it_is_enough(self):
        one = the("hsts_missing", look(shows(), shows(address=B, hsts=None)))
        assert one.evidence["addresses"] == [B]

    @pytest.mark.parametrize(
        ("header", "age", "below"),
        [
            ("max-age=31536000; includeSubDomains; preload", 31_536_000, True),
            ('MAX-AGE="600"', 600, False),
            (" max-age = 600 ; ; ", 600, False),
            ("max-age=-1", None, False),
            ("max-age=²", None, False),
            ("", None, False),
        ],
    )
    def test_headers_are_read_as_browsers_do(self, header, age, below):
        read = hsts_of(header)
        assert (read.max_age_seconds, read.include_subdomains) == (age, below)

    def test_an_endless_number_is_bounded(self):
        assert hsts_of("max-age=" + "9" * 10_000).max_age_seconds == 10**12 - 1


def test_a_sound_host_has_no_findings():
    one = look(plain=plain(PlainState.REDIRECTS), journeys=(Journey((f"https://{HOST}/",)),))
    assert seen_rules(one, now=NOW) == []
