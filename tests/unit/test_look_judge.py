"""Laws of judging looks: nothing raises, hosts add up, texts are whole, facts come back as they were."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.https.certificates import CERTIFICATE_RULES
from monitor.core.https.chain import organization, short_name
from monitor.core.https.hosts import HOST_RULES
from monitor.core.https.look import (
    AddressLook,
    HostLook,
    Hsts,
    HttpLook,
    Journey,
    LookFailure,
    PlainLook,
    PlainState,
)
from monitor.core.https.look_json import facts_json, look_of
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Certificate, TlsFacts
from monitor.core.rulebook import RULES
from monitor.core.rulebook.telling import tell
from monitor.registry.references import shipped_references
from tests.looks import DAY, HOST, INTERMEDIATE, NOW, B, certificate, judged, look, shows, silent, tls

TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - made aware
NAMES = st.sampled_from(["", "CN=a.go.id", "CN=b.go.id,O=B\\, C", "O=Only", "=", ",,", "CN=CA"])
CERTIFICATES = st.builds(
    Certificate,
    subject=NAMES,
    issuer=NAMES,
    serial=st.just("1"),
    not_before=TIMES,
    not_after=TIMES,
    fingerprint_sha256=st.sampled_from(["a" * 64, "b" * 64, "c" * 64]),
    names=st.lists(st.sampled_from(["a.go.id", "*.go.id", "", "*", "::1"]), max_size=3).map(tuple),
    key_type=st.sampled_from(["RSA", "EC", ""]),
    key_bits=st.integers(0, 8192),
    signature_hash=st.sampled_from(["sha1", "sha256", ""]),
    is_authority=st.booleans(),
    issuer_url=st.none() | st.just("http://x/"),
)
FACTS = st.builds(
    TlsFacts,
    version=st.none() | st.just("TLSv1.3"),
    cipher=st.none(),
    verified=st.booleans(),
    verify_error=st.none() | st.text(max_size=20),
    chain=st.lists(CERTIFICATES, max_size=4).map(tuple),
    verified_chain_not_after=st.none() | TIMES,
    verify_code=st.none() | st.sampled_from([2, 7, 9, 10, 18, 19, 20, 21, 24, 62, 64, 66, 68]),
)
FAILURES = st.builds(
    LookFailure,
    stage=st.sampled_from(Stage),
    reason=st.sampled_from(Reason),
    detail=st.text(max_size=30),
    outcome=st.sampled_from(Outcome),
)
PAGES = st.builds(
    HttpLook,
    status=st.integers(100, 599),
    hsts=st.none()
    | st.builds(Hsts, max_age_seconds=st.none() | st.integers(0, 10**9), include_subdomains=st.booleans()),
)
ADDRESSES = st.builds(
    AddressLook,
    address=st.sampled_from(["203.0.113.7", "203.0.113.8", "2001:db8::1"]),
    seen_at=TIMES,
    tls=st.none() | FACTS,
    tls_seen_at=st.none() | TIMES,
    outdated=st.none() | st.booleans(),
    http=st.none() | PAGES,
    failure=st.none() | FAILURES,
)
URLS = st.sampled_from(["https://a.go.id/", "http://a.go.id/", "https://b.go.id/masuk"])


def _looks(host):
    return st.builds(
        HostLook,
        name=st.just(host),
        host=st.just(host),
        port=st.just(443),
        looked_at=TIMES,
        server_name=st.just(host),
        verify=st.booleans(),
        own_authority=st.booleans(),
        public=st.booleans(),
        web=st.booleans(),
        addresses=st.lists(ADDRESSES, max_size=3).map(tuple),
        whole=st.booleans(),
        plain=st.builds(
            PlainLook,
            state=st.sampled_from(PlainState),
            url=st.none() | URLS,
            status=st.none() | st.integers(100, 599),
            to=st.none() | URLS,
            failure=st.none() | FAILURES,
        ),
        journeys=st.none()
        | st.lists(st.lists(URLS, min_size=1, max_size=3).map(tuple).map(Journey), max_size=2).map(tuple),
    )


LOOKS = st.tuples(_looks("a.go.id"), _looks("b.go.id"))


@given(LOOKS, TIMES)
def test_judging_never_raises_and_names_each_problem_once_in_words(looks, now):
    seen, covered = judged(*looks, now=now)
    identities = [one.identity for one in seen]
    assert len(set(identities)) == len(identities)
    assert covered.keys() <= CERTIFICATE_RULES | HOST_RULES
    for one in seen:
        assert one.places
        json.dumps(one.evidence)
        told = tell(RULES[one.identity.rule], one.identity, one.places, one.evidence, UTC, now)
        assert told.problem.id


@given(LOOKS, TIMES)
def test_the_findings_of_several_hosts_are_those_of_each(looks, now):
    together, covered = judged(*looks, now=now)
    apart = [judged(one, now=now) for one in looks]
    expected: dict[object, set[str]] = {}
    for seen, _ in apart:
        for one in seen:
            expected.setdefault(one.identity, set()).update(one.places)
    assert {one.identity: set(one.places) for one in together} == expected
    for rule in CERTIFICATE_RULES | HOST_RULES:
        assert covered.get(rule, frozenset()) == frozenset().union(
            *(each.get(rule, frozenset()) for _, each in apart)
        )


@given(LOOKS)
def test_facts_are_read_back_as_they_were(looks):
    for one in looks:
        written = json.loads(json.dumps(facts_json(one)))
        assert look_of(written) == one


def test_facts_are_bounded_whatever_a_server_sends():
    monstrous = certificate(
        *[f"{'n' * 900}{number}.go.id" for number in range(3000)], subject="CN=" + "\ud800" * 9000
    )
    written = json.dumps(facts_json(look(shows(tls(*[monstrous] * 90)))))
    assert len(written.encode()) < 300_000
    assert look_of(json.loads(written)).addresses[0].tls is not None


OLD = certificate("lama.go.id", subject="CN=lama.go.id", issuer="CN=lama.go.id", until=-DAY)
ENDING = certificate(
    subject=INTERMEDIATE.subject, issuer=INTERMEDIATE.issuer, since=-900 * DAY, until=9 * DAY
)
OFFICE = certificate(subject="CN=X", issuer="CN=X")
BAD = {
    "self-signed, expired, for another host": look(shows(tls(OLD, code=18))),
    "expiring": look(shows(tls(certificate(until=5 * DAY), ENDING))),
    "not yet valid": look(shows(tls(certificate(since=DAY), INTERMEDIATE, code=9))),
    "weak": look(
        shows(tls(certificate(key_type="RSA", key_bits=1024, signature_hash="sha1"), INTERMEDIATE, code=66))
    ),
    "too long": look(shows(tls(certificate(until=900 * DAY), INTERMEDIATE), hsts="max-age=5")),
    "incomplete": look(shows(tls(certificate(), code=20))),
    "untrusted": look(shows(tls(certificate(issuer="CN=X"), OFFICE, code=19))),
    "outdated": look(shows(tls(version=None), outdated=True)),
    "different": look(
        shows(hsts=None), shows(tls(certificate(mark="old"), INTERMEDIATE), address=B, hsts=None),
        plain=PlainLook(state=PlainState.ANSWERS, url=f"http://{HOST}/", status=200),
        journeys=(Journey((f"https://{HOST}/", f"http://{HOST}/aplikasi")),),
    ),
    "http only": look(
        silent(reason=Reason.TCP_REFUSED),
        plain=PlainLook(state=PlainState.ANSWERS, url=f"http://{HOST}/", status=200),
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", BAD)
def test_every_text_names_what_it_is_about(case):
    seen, _ = judged(BAD[case])
    assert seen
    for one in seen:
        rule = RULES[one.identity.rule]
        told = tell(rule, one.identity, one.places, one.evidence, ZoneInfo("Asia/Makassar"), NOW)
        for sentence in (told.title, told.problem, told.remedy):
            for text in (sentence.id, sentence.en):
                assert not {"{", "}"} & set(text), text
                assert "tidak diketahui" not in text
                assert "not known" not in text
                assert "  " not in text
        assert told.problem.id.endswith(".")
        assert told.remedy.en.endswith(".")


def test_every_rule_is_shown_above_and_refers_to_what_exists():
    shown = {one.identity.rule for case in BAD.values() for one in judged(case)[0]}
    assert shown == CERTIFICATE_RULES | HOST_RULES
    for rule in shown:
        assert set(RULES[rule].references) <= shipped_references().keys()


def test_only_what_ends_is_told_again_by_the_days_left_and_past():
    stepped = {rule for rule in CERTIFICATE_RULES | HOST_RULES if RULES[rule].steps}
    assert stepped == {"certificate_expiring", "certificate_expired", "chain_certificate_expiring"}


@pytest.mark.parametrize(
    ("name", "short", "whole"),
    [
        ("CN=R11,O=Let's Encrypt,C=US", "R11", "R11 (Let's Encrypt)"),
        ("O=Sectigo\\, Ltd,C=GB", "Sectigo, Ltd", "Sectigo, Ltd"),
        ("OU=Seksi", "OU=Seksi", "OU=Seksi"),
        ("", "-", "-"),
    ],
)
def test_names_of_authorities_are_shortened_to_what_people_know(name, short, whole):
    assert (short_name(name), organization(name)) == (short, whole)


def test_the_distance_of_an_expiry_is_told_in_days():
    one = next(each for each in judged(BAD["expiring"])[0] if each.identity.rule == "certificate_expiring")
    later = NOW + timedelta(days=2)
    told = tell(RULES["certificate_expiring"], one.identity, one.places, one.evidence, UTC, later)
    assert (told.title.id, told.title.en) == (
        "Sertifikat akan kedaluwarsa 3 hari lagi",
        "Certificate expires in 3 days",
    )
