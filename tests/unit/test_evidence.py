"""The bundle kept with an incident: bounded, without secrets, and safe as JSON whatever a site sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.evidence import EXCERPT_CHARACTERS, HEADERS_BYTES, LINES, evidence, result_of
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Certificate, DnsFacts, Hop, HttpFacts, Result, Timings, TlsFacts

any_text = st.text(st.characters(), max_size=60)
latin_1 = st.text(st.characters(max_codepoint=255), max_size=60)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
spans = st.timedeltas(timedelta(0), timedelta(hours=2))
names = st.lists(any_text, max_size=3).map(tuple)
certificates = st.builds(
    Certificate,
    subject=any_text,
    issuer=any_text,
    serial=any_text,
    not_before=moments,
    not_after=moments,
    fingerprint_sha256=any_text,
    names=names,
)
replies = st.builds(
    HttpFacts,
    status=st.integers(100, 999),
    version=st.just("1.1"),
    headers=st.lists(st.tuples(st.just("set-cookie") | latin_1, latin_1), max_size=4).map(tuple),
    wire_bytes=st.integers(0, 2**40),
    body_bytes=st.integers(0, 2**40),
    redirects=st.lists(st.builds(Hop, any_text, st.integers(300, 399), any_text), max_size=2).map(tuple),
    final_url=any_text,
)
results = st.builds(
    Result,
    check_id=st.just("jdih/2"),
    vantage=st.just("local"),
    url=any_text,
    started_at=moments,
    duration=spans,
    outcome=st.sampled_from(Outcome),
    stage=st.none() | st.sampled_from(Stage),
    reason=st.none() | st.sampled_from(Reason),
    message=st.none() | any_text,
    address=st.none() | any_text,
    family=st.sampled_from([None, 4, 6]),
    aliases=names,
    timings=st.builds(Timings, *[st.none() | spans] * 6),
    http=st.none() | replies,
    tls=st.none()
    | st.builds(
        TlsFacts,
        st.none() | any_text,
        st.none() | any_text,
        st.booleans(),
        st.none() | any_text,
        st.lists(certificates, max_size=2).map(tuple),
    ),
    dns=st.none() | st.builds(DnsFacts, any_text, any_text, names, st.booleans()),
    problems=names,
    excerpt=st.none() | any_text,
    lag=spans,
    rtt=st.none() | spans,
    retry_after=st.none() | spans,
)

RESULT = Result(
    check_id="jdih",
    vantage="local",
    url="https://jdih.example/",
    started_at=datetime(2026, 11, 22, 3, tzinfo=UTC),
    duration=timedelta(seconds=2),
    outcome=Outcome.FAILED,
    stage=Stage.RESPONSE,
    reason=Reason.HTTP_STATUS,
    message="jdih.example answered 503, expected 200-299.",
)


def _replied(*headers):
    reply = HttpFacts(
        status=503,
        version="1.1",
        headers=headers,
        wire_bytes=0,
        body_bytes=0,
        redirects=(),
        final_url=RESULT.url,
    )
    return replace(RESULT, http=reply)


@given(result=results)
def test_whatever_a_site_sent_comes_through_json_unchanged(result):
    bundle = evidence(result)
    assert json.loads(json.dumps(bundle)) == bundle


@given(result=results)
def test_a_bundle_is_read_back_as_the_result_that_it_tells_of(result):
    bundle = evidence(result)
    again = result_of(bundle)
    assert evidence(again) == bundle
    same = ("started_at", "duration", "outcome", "stage", "reason", "timings", "lag", "rtt", "retry_after")
    assert [getattr(again, name) for name in same] == [getattr(result, name) for name in same]


def test_it_says_more_than_a_probe_shows():
    result = replace(
        RESULT,
        aliases=("cdn.example",),
        excerpt="Layanan sedang sibuk",
        lag=timedelta(milliseconds=5),
        rtt=timedelta(milliseconds=30),
        retry_after=timedelta(minutes=2),
    )
    bundle = evidence(result)
    assert bundle["check"] == "jdih"
    assert bundle["aliases"] == ["cdn.example"]
    assert bundle["excerpt"] == "Layanan sedang sibuk"
    assert (bundle["lag_seconds"], bundle["rtt_seconds"], bundle["retry_after_seconds"]) == (0.005, 0.03, 120)


@pytest.mark.parametrize(
    ("cookie", "kept"),
    [
        ("PHPSESSID=3f9a71; path=/; HttpOnly", "PHPSESSID=…"),
        ("a=rahasia, b=rahasia; path=/", "a=…"),
        ("rahasia", "…"),
        ("rahasia; path=/", "…"),
        ("", "…"),
    ],
)
@pytest.mark.parametrize("header", ["set-cookie", "set-cookie2"])
def test_cookies_keep_their_names_only(header, cookie, kept):
    bundle = evidence(_replied(("server", "nginx"), (header, cookie)))
    assert bundle["http"]["headers"] == [["server", "nginx"], [header, kept]]


def test_headers_are_kept_whole_up_to_their_limit_and_the_cut_is_told():
    large = ("x-fill", "a" * (HEADERS_BYTES - len("x-fill")))
    whole, cut = evidence(_replied(large))["http"], evidence(_replied(large, ("x", "")))["http"]
    assert (whole["headers"], whole["headers_cut"]) == ([list(large)], False)
    assert (cut["headers"], cut["headers_cut"]) == ([list(large)], True)


def test_an_excerpt_stays_within_its_limit_whatever_it_is_made_of():
    for text in ("a" * 9_000, "\ud800" * 9_000):
        assert len(evidence(replace(RESULT, excerpt=text))["excerpt"]) == EXCERPT_CHARACTERS


def test_no_list_or_text_that_a_site_chooses_is_endless():
    result = replace(
        RESULT,
        url="https://a.example/" + "a" * 100_000,
        problems=("b" * 100_000,) * 1_000,
        dns=DnsFacts("192.0.2.1", "NOERROR", ("c" * 100_000,) * 1_000),
    )
    bundle = evidence(result)
    assert len(bundle["problems"]) == len(bundle["dns"]["answers"]) == LINES
    assert max(len(bundle["url"]), len(bundle["problems"][0]), len(bundle["dns"]["answers"][0])) < 5_000
