"""The content stage: bodies decoded, bounded, cut short, and held against what is expected."""

from __future__ import annotations

import gzip
import json
import os
import time
import tracemalloc

import pytest

from monitor import probes
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.service import HttpExpectation, JsonEquals
from tests.probing import GRACE_SECONDS, QUICK, assert_failed, assert_ok, http_check
from tests.servers import (
    ServerTls,
    answers,
    contents,
    handshakes,
    keeps_open,
    replies,
    reply,
    serve,
    then_reset,
)

LIMIT = 1 << 20
"""The vantage's own limit in these tests, in bytes."""
HELLO = HttpExpectation(body_contains=("Perizinan Daring",))


def _named(table):
    return pytest.mark.parametrize("raw", list(table.values()), ids=list(table))


async def _probe(probe, behaviour, tls=None, vantage=None, **check):
    async with serve(behaviour, tls) as server:
        return await probe(http_check(server.url(), **check), **(vantage or {}))


@pytest.mark.parametrize("label", list(contents.CODINGS))
async def test_every_coding_is_undone(probe, label):
    squeezed = contents.CODINGS[label](contents.PAGE)
    result = await _probe(probe, answers(contents.encoded(label, squeezed)), expect=HELLO)
    assert_ok(result)
    assert result.http.wire_bytes == len(squeezed)
    assert result.http.body_bytes == len(contents.PAGE)
    assert result.problems == ()


async def test_a_coding_spread_over_chunks_and_members_is_undone(probe):
    squeezed = gzip.compress(contents.PAGE[:100]) + gzip.compress(contents.PAGE[100:])
    whole = len(squeezed) // 7 * 7
    chunks = b"".join(b"7\r\n" + squeezed[at : at + 7] + b"\r\n" for at in range(0, whole, 7))
    rest = squeezed[whole:]
    chunks += b"%x\r\n%s\r\n" % (len(rest), rest) if rest else b""
    head = b"Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
    result = await _probe(probe, answers(replies.OK_LINE + head + chunks + b"0\r\n\r\n"), expect=HELLO)
    assert_ok(result)
    assert result.http.body_bytes == len(contents.PAGE)
    assert result.http.wire_bytes == len(squeezed)


@_named(contents.BROKEN_CODING)
async def test_a_body_that_is_not_coded_as_labelled_cannot_be_decoded(probe, raw):
    result = await _probe(probe, answers(raw))
    assert_failed(result, Stage.CONTENT, Reason.BODY_ENCODING, "good.test")


@_named(contents.CUT_CODING)
async def test_a_compressed_body_without_its_end_is_not_a_whole_page(probe, raw):
    label = next(name for name, cut in contents.CUT_CODING.items() if cut is raw)
    result = await _probe(probe, answers(contents.encoded(label, raw)))
    assert (result.outcome, result.stage) == (Outcome.FAILED, Stage.CONTENT), result.http
    assert result.reason in {Reason.BODY_TRUNCATED, Reason.BODY_ENCODING}


async def test_an_empty_body_may_carry_a_coding(probe):
    assert_ok(await _probe(probe, answers(contents.encoded("gzip", b""))))


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_a_bomb_fills_no_memory(make_vantage, coding):
    raw = contents.encoded(coding, contents.bomb(coding))
    async with serve(answers(raw)) as server:
        check = http_check(server.url())
        vantage = make_vantage(read_limit_bytes=LIMIT)
        await probes.run(check, vantage)  # what is imported or kept for good is not the bomb's
        tracemalloc.start()
        try:
            result = await probes.run(check, vantage)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert_ok(result)
    assert result.http.body_bytes == LIMIT
    assert peak < 8 * LIMIT
    assert any(str(LIMIT) in problem for problem in result.problems)


async def test_a_bomb_within_a_bomb_is_bounded_too(probe):
    raw = contents.encoded("gzip, gzip", contents.bomb_in_bomb())
    result = await _probe(probe, answers(raw), vantage={"read_limit_bytes": LIMIT})
    assert_ok(result)
    assert result.http.body_bytes <= LIMIT


async def test_a_pile_of_codings_is_refused(probe):
    result = await _probe(probe, answers(contents.encoded(", ".join(["gzip"] * 50), contents.PAGE)))
    assert_failed(result, Stage.CONTENT, Reason.BODY_ENCODING, "50")


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
async def test_the_limit_of_a_check_counts_after_decoding(probe, coding):
    raw = contents.encoded(coding, contents.bomb(coding))
    expect = HttpExpectation(max_body_bytes=5000)
    result = await _probe(probe, answers(raw), expect=expect)
    assert_failed(result, Stage.CONTENT, Reason.BODY_TOO_LARGE, "5000")
    assert result.http.body_bytes <= 5000


@pytest.mark.parametrize(("size", "ok"), [(999, True), (1000, True), (1001, False)])
async def test_a_body_of_just_the_limit_is_fine(probe, size, ok):
    result = await _probe(probe, answers(reply(b"x" * size)), expect=HttpExpectation(max_body_bytes=1000))
    assert (result.outcome is Outcome.OK) is ok
    if not ok:
        assert_failed(result, Stage.CONTENT, Reason.BODY_TOO_LARGE, "1000")


@pytest.mark.parametrize("behaviour", [replies.ENDLESS_BODY, replies.ENDLESS_CHUNKS], ids=["plain", "chunks"])
async def test_an_endless_body_is_judged_by_its_beginning(probe, behaviour):
    began = time.monotonic()
    result = await _probe(probe, behaviour, vantage={"read_limit_bytes": LIMIT})
    assert time.monotonic() - began < 5
    assert_ok(result)
    assert result.http.body_bytes == LIMIT
    assert result.problems


@pytest.mark.parametrize("behaviour", [replies.ENDLESS_TRAILERS, replies.ENDLESS_CHUNK_EXTENSION])
async def test_endless_framing_ends_at_the_deadline_at_the_latest(make_vantage, behaviour):
    async with serve(behaviour) as server:
        check = http_check(server.url(), deadlines=QUICK)
        vantage = make_vantage()
        await probes.run(check, vantage)
        tracemalloc.start()
        try:
            result = await probes.run(check, vantage)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert (result.outcome, result.stage) == (Outcome.FAILED, Stage.CONTENT)
    assert result.reason in {Reason.BODY_TIMEOUT, Reason.BODY_TRUNCATED, Reason.HTTP_HEADERS_TOO_LARGE}
    assert peak < 32 * LIMIT


@pytest.mark.parametrize(
    "behaviour",
    [
        replies.DRIPPING_BODY,
        keeps_open(reply(b"x" * 10, length=20)),
        keeps_open(replies.OK_LINE + b"\r\nisi"),
    ],
    ids=["drip", "stall", "no length"],
)
async def test_a_body_that_does_not_end_in_time_times_out(probe, behaviour):
    began = time.monotonic()
    result = await _probe(probe, behaviour, deadlines=QUICK)
    assert_failed(result, Stage.CONTENT, Reason.BODY_TIMEOUT, "good.test", "0.4 s")
    assert time.monotonic() - began < 0.4 + GRACE_SECONDS
    assert result.http.status == 200
    assert result.http.body_bytes > 0
    assert result.excerpt


@_named(contents.TRUNCATED)
async def test_a_body_that_ends_too_early_is_truncated(probe, raw):
    result = await _probe(probe, answers(raw))
    assert_failed(result, Stage.CONTENT, Reason.BODY_TRUNCATED)
    assert result.http.status == 200


async def test_a_short_body_says_how_much_came(probe):
    result = await _probe(probe, answers(reply(b"x" * 70, length=100)))
    assert_failed(result, Stage.CONTENT, Reason.BODY_TRUNCATED, "70", "100")


async def test_a_huge_length_is_just_a_body_cut_short(probe):
    result = await _probe(probe, answers(reply(b"isi", length=2**62)))
    assert_failed(result, Stage.CONTENT, Reason.BODY_TRUNCATED, "3")


@_named(contents.BAD_CHUNKS)
async def test_chunks_that_contradict_themselves_break_the_page(probe, raw):
    result = await _probe(probe, answers(raw))
    assert (result.outcome, result.stage) == (Outcome.FAILED, Stage.CONTENT)
    assert result.reason in {Reason.BODY_TRUNCATED, Reason.HTTP_MALFORMED}
    assert "good.test" in result.message


async def test_a_reset_in_the_body_is_a_reset(probe):
    result = await _probe(probe, then_reset(reply(b"x" * 10, length=20)))
    assert_failed(result, Stage.CONTENT, Reason.TCP_RESET, "good.test")
    assert result.http.status == 200


async def test_what_is_sent_beyond_the_length_is_not_read(probe):
    result = await _probe(probe, answers(reply(b"x" * 100, length=40)))
    assert_ok(result)
    assert result.http.body_bytes == result.http.wire_bytes == 40


async def test_an_empty_body_is_a_body(probe):
    result = await _probe(probe, answers(reply(b"")))
    assert_ok(result)
    assert result.http.body_bytes == 0
    result = await _probe(probe, answers(reply(b"")), expect=HELLO)
    assert_failed(result, Stage.CONTENT, Reason.BODY_MISMATCH, "Perizinan Daring")


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
async def test_a_large_body_is_read_whole(probe, certificates, secure):
    body = os.urandom(5 << 20) + b"akhir halaman"
    tls = ServerTls(identity=certificates.good) if secure else None
    expect = HttpExpectation(body_contains=("akhir halaman",))
    result = await _probe(probe, answers(reply(body)), tls, {"read_limit_bytes": 8 << 20}, expect=expect)
    assert_ok(result)
    assert result.http.body_bytes == result.http.wire_bytes == len(body)


class TestTlsThatEndsWithoutNotice:
    async def test_a_counted_body_is_whole_all_the_same(self, probe, certificates):
        behaviour = handshakes.cut_without_notice(reply(b"isi"))
        result = await _probe(probe, behaviour, ServerTls(identity=certificates.good))
        assert_ok(result)
        assert result.problems == ()

    async def test_an_uncounted_body_may_be_cut_and_that_is_told(self, probe, certificates):
        behaviour = handshakes.cut_without_notice(replies.OK_LINE + b"\r\nisi")
        result = await _probe(probe, behaviour, ServerTls(identity=certificates.good))
        assert_ok(result)
        assert any("close_notify" in problem for problem in result.problems)

    async def test_a_counted_body_that_is_cut_is_truncated(self, probe, certificates):
        behaviour = handshakes.cut_without_notice(reply(b"isi", length=50))
        result = await _probe(probe, behaviour, ServerTls(identity=certificates.good))
        assert_failed(result, Stage.CONTENT, Reason.BODY_TRUNCATED, "3", "50")


WORD = "Bèk séhat — layanan"


class TestCharacterSets:
    @pytest.mark.parametrize(
        ("content_type", "charset"),
        [
            ("text/html", "utf-8"),
            ("text/html; charset=utf-8", "utf-8"),
            ('text/html; charset="UTF-16"', "utf-16"),
            ("text/html;charset=windows-1252", "windows-1252"),
            ("text/html; charset=utf-32", "utf-32"),
            ("text/html; charset=tidak-dikenal", "utf-8"),
            ("text/html; charset=", "utf-8"),
            ("text/html; charset=base64", "utf-8"),
            ("text/html; charset=rot13", "utf-8"),
        ],
    )
    async def test_a_page_is_read_in_its_own(self, probe, content_type, charset):
        raw = contents.text(f"<p>{WORD}</p>".encode(charset), content_type)
        assert_ok(await _probe(probe, answers(raw), expect=HttpExpectation(body_contains=(WORD,))))

    @pytest.mark.parametrize(
        "charset",
        ["utf-8", "utf-16", "idna", "punycode", "unicode_escape", "raw_unicode_escape", "mbcs", "undefined"],
    )
    async def test_bytes_that_fit_none_never_break_the_probe(self, probe, charset):
        raw = contents.text(b"\xff\xfe\xc3(\\x \\N{} layanan \xed\xa0\x80", f"text/html; charset={charset}")
        result = await _probe(probe, answers(raw), expect=HELLO)
        assert_failed(result, Stage.CONTENT, Reason.BODY_MISMATCH)
        assert result.excerpt is not None


class TestExpectationsOfTheBody:
    async def _judge(self, probe, body, **expect):
        return await _probe(probe, answers(reply(body)), expect=HttpExpectation(**expect))

    async def test_a_text_that_is_missing_is_named(self, probe):
        result = await self._judge(probe, b"<h1>isi</h1>", body_contains=("<h1>", "selamat datang"))
        assert_failed(result, Stage.CONTENT, Reason.BODY_MISMATCH, "selamat datang")
        assert result.excerpt == "<h1>isi</h1>"

    async def test_a_pattern_that_is_not_met_is_named(self, probe):
        result = await self._judge(probe, b"versi 2", body_matches=(r"versi \d", r"versi 3\b"))
        assert_failed(result, Stage.CONTENT, Reason.BODY_MISMATCH, r"versi 3\b")

    async def test_a_pattern_that_must_not_be_met_shows_what_was_found(self, probe):
        result = await self._judge(probe, b"<p>Fatal error: 42</p>", body_not_matches=(r"Fatal error: \d+",))
        assert_failed(result, Stage.CONTENT, Reason.BODY_MISMATCH, "Fatal error: 42")

    async def test_a_json_value_is_held_against_its_path(self, probe):
        body = json.dumps({"status": "ok", "antrian": [{"panjang": 3}]}).encode()
        right = (JsonEquals(path="$.status", value="ok"), JsonEquals(path="$.antrian[0].panjang", value=3))
        assert_ok(await self._judge(probe, body, json=right))
        wrong = (JsonEquals(path="$.antrian[0].panjang", value=4),)
        result = await self._judge(probe, body, json=wrong)
        assert_failed(result, Stage.CONTENT, Reason.BODY_MISMATCH, "$.antrian[0].panjang", "3", "4")
        result = await self._judge(probe, body, json=(JsonEquals(path="$.lain", value=1),))
        assert_failed(result, Stage.CONTENT, Reason.BODY_MISMATCH, "$.lain")

    @pytest.mark.parametrize(
        "body", [b"", b"<h1>", b"[" * 100_000, b'{"a":', b"\xff\xfe", b"NaN(", b"1" * 5000], ids=range(7)
    )
    async def test_a_body_that_is_no_json_is_a_mismatch(self, probe, body):
        result = await self._judge(probe, body, json=(JsonEquals(path="$.a", value=1),))
        assert_failed(result, Stage.CONTENT, Reason.BODY_MISMATCH)
