"""The response stage: status line and headers, right, odd, broken and hostile."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.service import Deadlines, HeaderMatch, HttpExpectation, StatusRange
from tests.probing import GRACE_SECONDS, QUICK, assert_failed, assert_ok, http_check
from tests.servers import (
    FTP,
    SMTP,
    SSH,
    ServerTls,
    answers,
    close_when_asked,
    handshakes,
    keeps_open,
    read_request,
    replies,
    reply,
    reset_when_asked,
    serve,
    silence,
    slow,
    then_reset,
)


def _named(table):
    return pytest.mark.parametrize("raw", list(table.values()), ids=list(table))


async def _probe(probe, behaviour, tls=None, **check):
    async with serve(behaviour, tls) as server:
        return await probe(http_check(server.url(), **check))


async def test_a_good_page_is_ok_and_its_facts_are_complete(probe):
    body = b"<h1>Layanan</h1>"
    async with serve(answers(reply(body, headers=[("X-Satu", "1"), ("x-satu", "2")]))) as server:
        result = await probe(http_check(server.url("/layanan")))
        url = server.url("/layanan")
    assert_ok(result)
    assert result.url == result.http.final_url == url
    assert (result.http.status, result.http.version) == (200, "1.1")
    assert [pair for pair in result.http.headers if pair[0] == "x-satu"] == [("x-satu", "1"), ("x-satu", "2")]
    assert (result.http.wire_bytes, result.http.body_bytes) == (len(body), len(body))
    assert result.http.redirects == ()
    assert result.problems == ()
    assert result.excerpt is None
    assert result.tls is result.timings.handshake is None
    for stage in (Stage.RESOLVE, Stage.CONNECT, Stage.REQUEST, Stage.RESPONSE, Stage.CONTENT):
        assert result.timings.of(stage) is not None
    assert abs(datetime.now(UTC) - result.started_at) < timedelta(minutes=1)


async def test_the_time_a_server_thinks_is_the_response_stage(probe):
    result = await _probe(probe, slow(0.3, reply()))
    assert_ok(result)
    assert result.timings.response > timedelta(seconds=0.29)
    assert result.timings.connect < result.timings.response


@_named(replies.TOLERATED)
async def test_what_every_browser_shows_is_ok(probe, raw):
    expect = HttpExpectation(body_contains=("<h1>isi</h1>",))
    result = await _probe(probe, answers(raw), expect=expect)
    assert_ok(result)
    assert result.http.body_bytes == 12


@_named(replies.TOLERATED)
async def test_it_is_ok_byte_by_byte_too(probe, raw):
    """A parser must not depend on where the network cuts."""

    async def crumbs(reader, writer):
        await read_request(reader)
        for start in range(0, len(raw), max(1, len(raw) // 40)):
            writer.write(raw[start : start + max(1, len(raw) // 40)])
            await writer.drain()
            await asyncio.sleep(0.001)

    assert_ok(await _probe(probe, crumbs, expect=HttpExpectation(body_contains=("<h1>isi</h1>",))))


async def test_header_values_are_kept_as_latin_1(probe):
    result = await _probe(probe, answers(replies.TOLERATED["latin-1 in a header"]))
    assert result.http.header("x-kota") == "Dénpasar"


@_named(replies.MALFORMED)
async def test_what_breaks_the_rules_is_malformed(probe, raw):
    result = await _probe(probe, answers(raw), deadlines=QUICK)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_MALFORMED, "good.test")


@_named(replies.EITHER_WAY)
async def test_what_readers_differ_on_is_judged_in_time_and_with_a_reason(probe, raw):
    result = await _probe(probe, keeps_open(raw), deadlines=QUICK)
    if result.outcome is not Outcome.OK:
        assert result.stage in {Stage.RESPONSE, Stage.CONTENT}
        assert result.reason in {Reason.HTTP_MALFORMED, Reason.BODY_TIMEOUT, Reason.BODY_TRUNCATED}
        assert "good.test" in result.message
    else:
        assert result.http.status == 200


@pytest.mark.parametrize("behaviour", [SSH, FTP, SMTP], ids=["ssh", "ftp", "smtp"])
async def test_a_server_of_another_protocol_is_no_http(probe, behaviour):
    result = await _probe(probe, behaviour, deadlines=QUICK)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_MALFORMED, "good.test")


async def test_tls_on_a_plain_port_is_recognised_by_its_alert(probe):
    behaviour = handshakes.alert(handshakes.UNEXPECTED_MESSAGE)
    result = await _probe(probe, behaviour, deadlines=QUICK)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_MALFORMED, "TLS")


@pytest.mark.parametrize(
    "behaviour", [silence, replies.DRIPPING_HEADERS, keeps_open(b"HTTP/1.1 200 OK\r\nX-Half: ")]
)
async def test_a_server_that_gives_no_full_answer_in_time_times_out(probe, behaviour):
    began = time.monotonic()
    result = await _probe(probe, behaviour, deadlines=QUICK)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_TIMEOUT, "good.test", "0.4 s")
    assert time.monotonic() - began < 0.4 + GRACE_SECONDS
    assert result.http is None
    assert result.timings.content is None


@pytest.mark.parametrize("behaviour", [replies.HEADER_FLOOD, replies.ENDLESS_HEADER], ids=["many", "one"])
async def test_endless_headers_are_too_large(probe, behaviour):
    result = await _probe(probe, behaviour)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_HEADERS_TOO_LARGE, "good.test", "kB")


@pytest.mark.parametrize(
    "behaviour", [replies.ENDLESS_STATUS_LINE, replies.ENDLESS_INTERIM], ids=["status line", "1xx"]
)
async def test_an_endless_start_of_a_reply_is_cut_off(probe, behaviour):
    result = await _probe(probe, behaviour)
    assert result.stage is Stage.RESPONSE
    assert result.reason in {Reason.HTTP_HEADERS_TOO_LARGE, Reason.HTTP_MALFORMED}
    assert "good.test" in result.message


async def test_interim_replies_that_trickle_for_ever_end_at_the_deadline(probe):
    trickle = replies.drip(replies.interim(200, reply()))
    result = await _probe(probe, trickle, deadlines=QUICK)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_TIMEOUT)


async def test_a_close_instead_of_a_reply(probe):
    result = await _probe(probe, close_when_asked)
    assert_failed(result, Stage.RESPONSE, Reason.TCP_CLOSED, "good.test")


async def test_a_reset_instead_of_a_reply(probe):
    result = await _probe(probe, reset_when_asked)
    assert_failed(result, Stage.RESPONSE, Reason.TCP_RESET, "good.test")


HALF = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nX-Ha"


async def test_headers_that_break_off_are_malformed_or_reset(probe):
    closed = await _probe(probe, answers(HALF))
    assert_failed(closed, Stage.RESPONSE, Reason.HTTP_MALFORMED, "good.test")
    reset = await _probe(probe, then_reset(HALF))
    assert_failed(reset, Stage.RESPONSE, Reason.TCP_RESET, "good.test")


@pytest.mark.parametrize(
    "status", [201, 300, 304, 400, 401, 403, 404, 405, 410, 429, 451, 500, 502, 503, 504, 999]
)
async def test_a_status_is_held_against_what_is_expected(probe, status):
    result = await _probe(probe, answers(reply(b"" if status == 304 else b"isi", status=status)))
    if status == 201:
        assert_ok(result)
    else:
        assert_failed(result, Stage.RESPONSE, Reason.HTTP_STATUS, str(status), "200-299", "good.test")
    assert result.http.status == status


@pytest.mark.parametrize("status", [100, 0, 7])
async def test_a_status_that_cannot_be_is_never_ok(probe, status):
    raw = f"HTTP/1.1 {status:03} X\r\nContent-Length: 0\r\n\r\n".encode()
    result = await _probe(probe, answers(raw), deadlines=QUICK)
    assert (result.outcome, result.stage) == (Outcome.FAILED, Stage.RESPONSE)
    assert result.reason in {Reason.HTTP_STATUS, Reason.HTTP_MALFORMED}


async def test_the_page_of_an_error_is_kept_as_an_excerpt(probe):
    body = "<h1>Galat: basis data é</h1>".encode() + b"x" * 9000
    result = await _probe(probe, answers(reply(body, status=500)))
    assert result.excerpt.startswith("<h1>Galat: basis data é</h1>")
    assert len(result.excerpt.encode()) <= 4096


async def test_other_statuses_can_be_expected(probe):
    expect = HttpExpectation(status=(StatusRange(low=401, high=403), StatusRange(low=200, high=200)))
    assert_ok(await _probe(probe, answers(reply(status=401)), expect=expect))
    result = await _probe(probe, answers(reply(status=204)), expect=expect)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_STATUS, "204", "401-403, 200")


@pytest.mark.parametrize("status", [204, 304])
async def test_a_reply_that_may_have_no_body_ends_with_its_headers(probe, status):
    raw = f"HTTP/1.1 {status} X\r\nContent-Length: 5\r\n\r\nhello".encode()
    expect = HttpExpectation(status=(StatusRange(low=status, high=status),))
    result = await _probe(probe, keeps_open(raw), expect=expect, deadlines=QUICK)
    assert_ok(result)
    assert result.http.body_bytes == 0


async def test_an_unasked_upgrade_is_an_unexpected_status(probe):
    raw = (
        b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n\x81\x05hello"
    )
    result = await _probe(probe, keeps_open(raw), deadlines=QUICK)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_STATUS, "101")


async def test_the_reply_decides_not_what_the_server_does_afterwards(probe):
    result = await _probe(probe, keeps_open(reply()), deadlines=QUICK)
    assert_ok(result)


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("120", 120), ("0", 0), ("99999999", 86400), ("besok", None), ("-5", None), ("", None)],
)
async def test_how_long_the_site_asks_us_to_stay_away_is_kept(probe, value, seconds):
    result = await _probe(probe, answers(reply(status=503, headers=[("Retry-After", value)])))
    assert result.reason is Reason.HTTP_STATUS
    assert result.retry_after == (None if seconds is None else timedelta(seconds=seconds))


async def test_a_retry_after_date_is_read_and_ok_replies_have_none(probe):
    headers = [("Retry-After", f"{datetime.now(UTC) + timedelta(hours=1):%a, %d %b %Y %H:%M:%S} GMT")]
    busy = await _probe(probe, answers(reply(status=429, headers=headers)))
    assert timedelta(minutes=59) < busy.retry_after < timedelta(minutes=61)
    assert (await _probe(probe, answers(reply(headers=headers)))).retry_after is None


class TestExpectationsOfTheHead:
    async def test_an_unexpected_version(self, probe):
        expect = HttpExpectation(http_versions=("1.1", "2"))
        result = await _probe(probe, answers(replies.TOLERATED["HTTP/1.0"]), expect=expect)
        assert_failed(result, Stage.RESPONSE, Reason.HTTP_VERSION, "1.0", "1.1 or 2")

    async def test_a_header_that_does_not_match(self, probe):
        expect = HttpExpectation(headers=(HeaderMatch(name="X-Mode", pattern="^normal$"),))
        raw = reply(headers=[("X-Mode", "darurat")])
        result = await _probe(probe, answers(raw), expect=expect)
        assert_failed(result, Stage.RESPONSE, Reason.HTTP_HEADER_MISMATCH, "X-Mode", "darurat", "^normal$")

    async def test_a_header_that_is_missing(self, probe):
        needed = HttpExpectation(headers=(HeaderMatch(name="X-Mode", pattern="."),))
        result = await _probe(probe, answers(reply()), expect=needed)
        assert_failed(result, Stage.RESPONSE, Reason.HTTP_HEADER_MISMATCH, "X-Mode")
        free = HttpExpectation(headers=(HeaderMatch(name="X-Mode", pattern=".", allow_missing=True),))
        assert_ok(await _probe(probe, answers(reply()), expect=free))

    async def test_a_page_that_must_be_https(self, probe, certificates):
        expect = HttpExpectation(tls=True)
        result = await _probe(probe, answers(reply()), expect=expect)
        assert_failed(result, Stage.RESPONSE, Reason.TLS_REQUIRED, "http://good.test")
        tls = ServerTls(identity=certificates.good)
        assert_ok(await _probe(probe, answers(reply()), tls, expect=expect))


async def test_the_total_deadline_holds_over_all_stages(probe):
    """Each stage is within its own deadline; together they are not."""

    async def slow_everywhere(reader, writer):
        await read_request(reader)
        await asyncio.sleep(0.35)
        raw = reply(b"x" * 50)
        writer.write(raw[:-50])
        for byte in raw[-50:]:
            writer.write(bytes((byte,)))
            await asyncio.sleep(0.02)

    deadlines = Deadlines(total=timedelta(seconds=0.6))
    began = time.monotonic()
    result = await _probe(probe, slow_everywhere, deadlines=deadlines)
    assert_failed(result, Stage.CONTENT, Reason.BODY_TIMEOUT)
    assert time.monotonic() - began < 0.6 + GRACE_SECONDS
