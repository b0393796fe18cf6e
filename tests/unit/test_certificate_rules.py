"""What is wrong with certificates: each once, whichever hosts show it, and only what was seen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.finding import FindingSeverity, SubjectKind, via
from monitor.core.https.certificates import CERTIFICATE_RULES, FORGET_AFTER, longest_days, warns_from
from monitor.core.https.chain import path
from monitor.core.https.look import HttpLook
from tests.looks import (
    AUTHORITY,
    DAY,
    DOMAIN,
    HOST,
    INTERMEDIATE,
    NOW,
    ROOT,
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

HOUR = timedelta(hours=1)
EXPIRED = 10


def at(*chain, code=None, **more):
    return look(shows(tls(*(chain or (certificate(),)), INTERMEDIATE, code=code), **more))


def lasting(days, left):
    return certificate(since=(left - days) * DAY, until=left * DAY)


class TestExpiry:
    @pytest.mark.parametrize(
        ("lifetime", "left", "severity"),
        [
            (398, 30, FindingSeverity.MINOR),
            (398, 14, FindingSeverity.MODERATE),
            (398, 7, FindingSeverity.SEVERE),
            (90, 20, FindingSeverity.MINOR),
            (90, 7, FindingSeverity.SEVERE),
            (47, 10, FindingSeverity.MODERATE),
            (47, 5, FindingSeverity.SEVERE),
            (6, 1, FindingSeverity.MODERATE),
        ],
    )
    def test_it_is_told_in_good_time_and_matters_more_and_more(self, lifetime, left, severity):
        (one,) = [each for each in judged(at(lasting(lifetime, left)))[0] if "expiring" in each.identity.rule]
        assert (one.identity.rule, one.severity) == ("certificate_expiring", severity)

    @pytest.mark.parametrize(("lifetime", "left"), [(398, 31), (90, 30), (90, 21), (47, 15), (6, 2)])
    def test_what_acme_renews_in_its_usual_time_is_no_problem(self, lifetime, left):
        assert "certificate_expiring" not in seen_rules(at(lasting(lifetime, left)))

    def test_an_expired_one_is_expired_and_no_longer_expiring(self):
        expired = certificate(until=-HOUR)
        assert seen_rules(at(expired, code=EXPIRED)) == ["certificate_expired"]

    def test_the_last_second_is_still_valid(self):
        assert seen_rules(at(certificate(until=timedelta(0)))) == ["certificate_expiring"]

    def test_one_of_tomorrow_is_not_valid_yet(self):
        assert seen_rules(at(certificate(since=DAY), code=9)) == ["certificate_not_yet_valid"]

    def test_the_evidence_names_what_to_renew_where(self):
        one = the("certificate_expiring", at(certificate(HOST, "www.baliprov.go.id", until=5 * DAY)))
        assert one.evidence["expires_at"] == "2026-11-27T03:00:00Z"
        assert one.evidence["names"] == [HOST, "www.baliprov.go.id"]
        assert one.evidence["issuer"] == "R11 (Let's Encrypt)"
        assert one.evidence["addresses"] == ["203.0.113.7"]

    def test_warning_never_starts_before_the_certificate_does(self):
        backwards = certificate(since=5 * DAY, until=-5 * DAY)
        assert warns_from(backwards) == timedelta(0)


class TestOneCertificateManyHosts:
    def test_a_wildcard_on_forty_hosts_is_one_finding_at_forty_places(self):
        wildcard = certificate("*.baliprov.go.id", until=5 * DAY)
        hosts = [f"dinas{number}.baliprov.go.id" for number in range(40)]
        looks = [look(shows(tls(wildcard, INTERMEDIATE)), host=host) for host in hosts]
        one = the("certificate_expiring", *looks)
        assert one.places == set(hosts)
        assert (one.identity.subject.kind, one.identity.subject.name) == (SubjectKind.DOMAIN, DOMAIN)
        assert one.identity.key == wildcard.fingerprint_sha256[:16]

    def test_each_host_alone_names_the_same_finding(self):
        wildcard = certificate("*.baliprov.go.id", until=5 * DAY)
        both = [look(shows(tls(wildcard)), host=f"{name}.baliprov.go.id") for name in ("a", "b")]
        assert the("certificate_expiring", both[0]).identity == the("certificate_expiring", both[1]).identity

    def test_an_address_without_a_domain_stands_for_itself(self):
        one = the("certificate_expiring", look(shows(tls(certificate(until=DAY))), host="203.0.113.7"))
        assert (one.identity.subject.kind, one.identity.subject.name) == (SubjectKind.HOST, "203.0.113.7")

    def test_hosts_passed_on_the_way_are_judged_as_well(self):
        sso = look(shows(tls(certificate("sso.badungkab.go.id", until=DAY))), host="sso.badungkab.go.id")
        one = the("certificate_expiring", look(passed=(sso,)))
        place = via("lapor.baliprov.go.id", "sso.badungkab.go.id")
        assert one.places == {place}
        assert one.identity.subject.name == "badungkab.go.id"
        assert place in judged(look(passed=(sso,)))[1]["certificate_expiring"]


class TestChain:
    def test_an_intermediate_that_ends_is_named_by_itself(self):
        ending = certificate(subject=AUTHORITY, issuer=ROOT, since=-900 * DAY, until=10 * DAY)
        one = the("chain_certificate_expiring", look(shows(tls(certificate(), ending))))
        assert one.evidence["certificate"] == "R11"
        assert one.identity.key == ending.fingerprint_sha256[:16]

    def test_an_intermediate_that_has_ended_is_found_where_verification_failed(self):
        ended = certificate(subject=AUTHORITY, issuer=ROOT, since=-900 * DAY, until=-DAY)
        one = the("chain_certificate_expiring", look(shows(tls(certificate(), ended, code=EXPIRED))))
        assert one.severity is FindingSeverity.SEVERE

    def test_an_old_root_sent_along_harms_nobody(self):
        leaf, old = certificate(), certificate(subject=ROOT, issuer="CN=Old Root", until=-DAY)
        facts = tls(leaf, INTERMEDIATE, old, verified=True)
        around = type(facts)(
            version=facts.version,
            cipher=facts.cipher,
            verified=True,
            verify_error=None,
            chain=facts.chain,
            verified_chain_not_after=leaf.not_after,
        )
        assert seen_rules(look(shows(around))) == []

    def test_what_does_not_belong_to_the_chain_is_left_alone(self):
        stray = certificate(subject="CN=Stray", issuer="CN=Stray", until=-DAY)
        assert seen_rules(look(shows(tls(certificate(), INTERMEDIATE, stray, code=20)))) == [
            "certificate_untrusted"
        ]

    def test_authorities_that_sign_each_other_make_no_endless_chain(self):
        one = certificate(subject="CN=B", issuer="CN=C")
        two = certificate(subject="CN=C", issuer="CN=B")
        assert path((certificate(issuer="CN=B"), two, one))[1:] == (one, two)


class TestWeakness:
    def test_a_short_rsa_key_is_weak(self):
        one = the("certificate_weak_key", at(certificate(key_type="RSA", key_bits=1024), code=66))
        assert one.evidence["key"] == "RSA 1024"

    @pytest.mark.parametrize("key", [("RSA", 2048), ("EC", 256), ("Ed25519", 0)])
    def test_sound_keys_are_not(self, key):
        assert seen_rules(at(certificate(key_type=key[0], key_bits=key[1]))) == []

    @pytest.mark.parametrize("hashed", ["sha1", "md5"])
    def test_a_signature_that_can_be_forged_is_weak(self, hashed):
        one = the("certificate_weak_signature", at(certificate(signature_hash=hashed), code=68))
        assert one.evidence["hash"] == hashed.upper()

    def test_a_root_is_not_believed_by_its_signature(self):
        root = certificate(subject=ROOT, issuer=ROOT, signature_hash="sha1", until=900 * DAY)
        assert seen_rules(look(shows(tls(certificate(), INTERMEDIATE, root)))) == []


class TestValidity:
    @pytest.mark.parametrize(
        ("issued", "days"),
        [
            (datetime(2020, 8, 31, tzinfo=UTC), None),
            (datetime(2020, 9, 1, tzinfo=UTC), 398),
            (datetime(2026, 3, 15, tzinfo=UTC), 200),
            (datetime(2027, 3, 15, tzinfo=UTC), 100),
            (datetime(2029, 3, 15, tzinfo=UTC), 47),
        ],
    )
    def test_how_long_one_may_be_valid_depends_on_its_day_of_issue(self, issued, days):
        assert longest_days(certificate(since=issued - NOW)) == days

    def test_a_longer_one_of_an_authority_that_browsers_know_is_told(self):
        one = the("certificate_long_validity", at(lasting(201, 180)))
        assert (one.evidence["lifetime_days"], one.evidence["most_days"]) == (201, 200)

    def test_the_longest_allowed_is_allowed(self):
        assert seen_rules(at(lasting(200, 180))) == []

    def test_authorities_of_an_office_are_not_held_to_it(self):
        assert seen_rules(look(shows(tls(lasting(800, 700))), own_authority=True)) == []

    def test_nor_what_is_refused_anyway(self):
        assert "certificate_long_validity" not in seen_rules(at(lasting(800, 700), code=18))


class TestWhatWasSeen:
    def test_a_sound_host_covers_every_rule_about_certificates(self):
        covered = judged(look())[1]
        assert {rule for rule in CERTIFICATE_RULES if covered.get(rule) == {HOST}} == CERTIFICATE_RULES

    def test_a_host_that_showed_nothing_covers_nothing(self):
        assert judged(look(silent())) == ((), {})

    def test_an_address_that_was_never_seen_with_a_certificate_hinders_nothing(self):
        assert judged(look(shows(), silent()))[1]["certificate_expired"] == {HOST}

    def test_one_that_showed_a_certificate_lately_may_still_show_it(self):
        assert "certificate_expired" not in judged(look(shows(), silent(seen_before=NOW - DAY)))[1]

    def test_after_a_week_of_silence_it_is_forgotten(self):
        long_ago = NOW - FORGET_AFTER - HOUR
        assert judged(look(shows(), silent(seen_before=long_ago)))[1]["certificate_expired"] == {HOST}

    def test_what_good_addresses_show_is_told_all_the_same(self):
        bad = shows(tls(certificate(until=DAY)), address=B)
        assert seen_rules(look(bad, silent(address="203.0.113.9", seen_before=NOW - DAY))) == [
            "certificate_expiring"
        ]

    def test_a_challenge_hides_the_page_but_not_the_certificate(self):
        covered = judged(look(shows(tls(), http=None)))[1]
        assert "certificate_expiring" in covered
        assert "hsts_missing" not in covered
        assert "hsts_missing" in judged(look(shows(tls(), http=HttpLook(status=200))))[1]
