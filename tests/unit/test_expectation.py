"""Whether a reply is what the register expects: pure judgement, with plain values and with Hypothesis."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.reason import Reason, Stage
from monitor.core.result import HttpFacts
from monitor.core.service import HeaderMatch, HttpExpectation, JsonEquals, StatusRange
from monitor.probes.expect import judge, text_of
from monitor.probes.stages import ProbeFailure


def _facts(status=200, *, version="1.1", headers=(), final_url="https://good.test/"):
    return HttpFacts(
        status=status,
        version=version,
        headers=tuple(headers),
        wire_bytes=0,
        body_bytes=0,
        redirects=(),
        final_url=final_url,
    )


def _verdict(expect, facts=None, body=b"", *, overflowed=False):
    """Return the failure, or None where every expectation is met."""
    try:
        judge(expect, facts or _facts(), body, overflowed=overflowed)
    except ProbeFailure as failure:
        return failure
    return None


def test_without_expectations_any_success_will_do():
    assert _verdict(HttpExpectation(), body=b"\xff") is None


def test_the_first_unmet_expectation_is_named_in_the_order_in_which_a_person_would_look():
    expect = HttpExpectation(
        http_versions=("2",),
        tls=True,
        final_host=("lain.test",),
        headers=(HeaderMatch(name="X-A", pattern="a"),),
        body_contains=("halo",),
        json=(JsonEquals(path="$.a", value=1),),
    )
    facts = {"status": 500, "version": "1.0", "final_url": "http://good.test/"}
    steps = [
        ({}, Reason.HTTP_VERSION),
        ({"version": "2"}, Reason.HTTP_STATUS),
        ({"status": 200}, Reason.TLS_REQUIRED),
        ({"final_url": "https://good.test/"}, Reason.HTTP_FINAL_HOST),
        ({"final_url": "https://lain.test/"}, Reason.HTTP_HEADER_MISMATCH),
        ({"headers": (("x-a", "a"),)}, Reason.BODY_MISMATCH),
    ]
    for mended, reason in steps:
        facts.update(mended)
        assert _verdict(expect, _facts(**facts)).reason is reason
    assert _verdict(expect, _facts(**facts), b'{"a": 1, "b": "halo"}') is None


@given(st.lists(st.tuples(st.integers(100, 599), st.integers(0, 50)), min_size=1), st.integers(100, 999))
def test_a_status_is_fine_exactly_if_a_range_holds_it(ranges, status):
    expect = HttpExpectation(status=tuple(StatusRange(low=low, high=low + more) for low, more in ranges))
    failure = _verdict(expect, _facts(status))
    assert (failure is None) == any(low <= status <= low + more for low, more in ranges)
    if failure is not None:
        assert (failure.stage, failure.reason) == (Stage.RESPONSE, Reason.HTTP_STATUS)
        assert str(status) in failure.message


@given(st.text(max_size=200), st.text(min_size=1, max_size=20))
def test_a_text_is_found_exactly_if_it_is_there(page, part):
    body = page.encode("utf-8", "surrogatepass")
    failure = _verdict(HttpExpectation(body_contains=(part,)), body=body)
    assert (failure is None) == (part in body.decode("utf-8", "replace"))


@given(
    st.text(alphabet="ab\n ", max_size=30), st.sampled_from(["^a", "b$", "a+b", "(?m)^b", "a.b", "(?s)a.b"])
)
def test_matches_and_not_matches_are_opposites(page, pattern):
    has = _verdict(HttpExpectation(body_matches=(pattern,)), body=page.encode())
    has_not = _verdict(HttpExpectation(body_not_matches=(pattern,)), body=page.encode())
    assert (has is None) == (has_not is not None) == bool(re.search(pattern, page))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1000, 1000) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=8,
)


@given(JSON, st.none() | st.booleans() | st.integers(-2, 2) | st.text(max_size=2))
def test_a_json_value_is_equal_exactly_as_json_sees_it(found, wanted):
    body = json.dumps({"a": found}).encode()
    failure = _verdict(HttpExpectation(json=(JsonEquals(path="$.a", value=wanted),)), body=body)
    assert (failure is None) == (json.dumps(found) == json.dumps(wanted))


@pytest.mark.parametrize(
    ("found", "wanted", "equal"),
    [
        ("1", True, False),
        ("true", 1, False),
        ("1.0", 1, True),
        ("0", False, False),
        ("null", None, True),
        ("false", None, False),
        ("[]", None, False),
    ],
)
def test_true_is_not_one_and_null_is_nothing_else(found, wanted, equal):
    body = f'{{"a": {found}}}'.encode()
    assert (
        _verdict(HttpExpectation(json=(JsonEquals(path="$.a", value=wanted),)), body=body) is None
    ) is equal


@given(st.binary(max_size=300), st.text(max_size=40))
def test_any_bytes_are_read_as_some_text_whatever_their_type_claims(body, claim):
    assert isinstance(text_of(body, f"text/html; charset={claim}"), str)
    assert isinstance(text_of(body, claim), str)


@given(st.binary(max_size=200))
def test_any_bytes_can_be_judged_as_json(body):
    failure = _verdict(HttpExpectation(json=(JsonEquals(path="$.a.b", value="x"),)), body=body)
    assert failure is not None
    assert (failure.stage, failure.reason) == (Stage.CONTENT, Reason.BODY_MISMATCH)


def test_a_header_given_twice_matches_if_one_of_them_does():
    expect = HttpExpectation(headers=(HeaderMatch(name="Set-Cookie", pattern="^sesi="),))
    twice = (("set-cookie", "a=1"), ("set-cookie", "sesi=2"))
    assert _verdict(expect, _facts(headers=twice)) is None
    assert _verdict(expect, _facts(headers=twice[:1])).reason is Reason.HTTP_HEADER_MISMATCH


def test_header_names_and_values_ignore_case():
    expect = HttpExpectation(headers=(HeaderMatch(name="X-CACHE", pattern="hit"),))
    assert _verdict(expect, _facts(headers=(("x-cache", "HIT from edge"),))) is None


def test_a_missing_header_may_be_allowed_but_a_wrong_one_is_not():
    expect = HttpExpectation(headers=(HeaderMatch(name="X-A", pattern="^a$", allow_missing=True),))
    assert _verdict(expect) is None
    assert _verdict(expect, _facts(headers=(("x-a", "b"),))).reason is Reason.HTTP_HEADER_MISMATCH


def test_the_final_host_ignores_case_and_port():
    expect = HttpExpectation(final_host=("good.test",))
    assert _verdict(expect, _facts(final_url="https://GOOD.test:8443/x")) is None
    assert _verdict(expect, _facts(final_url="https://good.test.lain.test/")).reason is Reason.HTTP_FINAL_HOST


def test_more_than_the_limit_fails_only_where_a_check_sets_one():
    assert _verdict(HttpExpectation(), overflowed=True) is None
    failure = _verdict(HttpExpectation(max_body_bytes=10), body=b"x" * 10, overflowed=True)
    assert (failure.stage, failure.reason) == (Stage.CONTENT, Reason.BODY_TOO_LARGE)
    assert "10" in failure.message


def test_long_texts_are_not_repeated_in_whole():
    expect = HttpExpectation(body_contains=("x" * 5000,))
    assert len(_verdict(expect).message) < 300
    found = HttpExpectation(body_not_matches=("y+",))
    assert len(_verdict(found, body=b"y" * 5000).message) < 300
    header = HttpExpectation(headers=(HeaderMatch(name="X-A", pattern="b"),))
    assert len(_verdict(header, _facts(headers=(("x-a", "a" * 5000),))).message) < 300


@pytest.mark.parametrize(
    "body", [b'{"a": "baris\\nbaru\\u0000"}', b'{"a": {"b": "\\u2028"}}'], ids=["control", "separator"]
)
def test_a_json_value_cannot_break_the_line_of_a_message(body):
    failure = _verdict(HttpExpectation(json=(JsonEquals(path="$.a", value=1),)), body=body)
    assert failure.message.isprintable()


def test_a_text_of_the_page_cannot_break_the_line_of_a_message():
    failure = _verdict(HttpExpectation(body_not_matches=(r"a\nb",)), body=b"a\nb")
    assert failure.message.isprintable()
