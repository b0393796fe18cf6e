"""The `tcp` probe: something listens, speaks TLS, says what it should."""

from __future__ import annotations

import asyncio
import time

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.service import Family, TlsOptions
from tests.probing import GRACE_SECONDS, QUICK, assert_failed, assert_ok, tcp_check
from tests.servers import (
    FTP,
    SMTP,
    SSH,
    ServerTls,
    banner,
    close_at_once,
    deaf,
    endless,
    full_backlog,
    refused_port,
    reset_at_once,
    reset_when_asked,
    serve,
    silence,
)
from tests.servers.replies import DRIP_SECONDS


async def test_a_port_that_listens_is_enough(probe):
    async with serve(silence) as server:
        result = await probe(tcp_check(server.port))
    assert_ok(result)
    assert result.url == f"tcp://good.test:{server.port}"
    assert (result.address, result.family) == ("127.0.0.1", 4)
    assert result.timings.connect is not None
    assert result.timings.handshake is result.timings.request is result.timings.response is None
    assert result.http is result.tls is result.dns is None


@pytest.mark.parametrize(
    ("behaviour", "pattern"), [(SSH, r"^SSH-2\.0-"), (FTP, r"^220 "), (SMTP, r"^220 .*ESMTP")]
)
async def test_a_banner_is_held_against_a_pattern(probe, behaviour, pattern):
    async with serve(behaviour) as server:
        right = await probe(tcp_check(server.port, expect=pattern, deadlines=QUICK))
        wrong = await probe(tcp_check(server.port, expect="^IMAP4", deadlines=QUICK))
    assert_ok(right)
    assert right.timings.response is not None
    assert_failed(wrong, Stage.RESPONSE, Reason.BODY_MISMATCH, "^IMAP4", f"good.test:{server.port}")
    assert wrong.excerpt


async def test_something_is_said_and_the_answer_heard(probe):
    async def redis(reader, writer):
        if await reader.readline() == b"PING\r\n":
            writer.write(b"+PO")
            await writer.drain()
            writer.write(b"NG\r\n")
            await reader.read()

    async with serve(redis) as server:
        result = await probe(tcp_check(server.port, send=b"PING\r\n", expect=r"^\+PONG"))
    assert_ok(result)
    assert server.requests[0].raw == b"PING\r\n"
    assert result.timings.request is not None


async def test_an_answer_that_drips_is_put_together(probe):
    async def drips(reader, writer):
        for byte in b"220 siap":
            writer.write(bytes((byte,)))
            await writer.drain()
            await asyncio.sleep(DRIP_SECONDS / 4)

    async with serve(drips) as server:
        assert_ok(await probe(tcp_check(server.port, expect="220 siap")))


async def test_silence_ends_at_the_deadline(probe):
    async with serve(silence) as server:
        began = time.monotonic()
        result = await probe(tcp_check(server.port, expect=".", deadlines=QUICK))
    assert (result.outcome, result.stage) == (Outcome.FAILED, Stage.RESPONSE)
    assert result.reason is Reason.HTTP_TIMEOUT
    assert str(server.port) in result.message
    assert time.monotonic() - began < 0.4 + GRACE_SECONDS


async def test_a_server_that_says_too_much_is_not_listened_to_for_ever(probe):
    async def chatter(reader, writer):
        while True:
            writer.write(b"x" * 4096)
            await writer.drain()

    async with serve(chatter) as server:
        result = await probe(tcp_check(server.port, expect="^siap", deadlines=QUICK))
    assert_failed(result, Stage.RESPONSE, Reason.BODY_MISMATCH, "xxx")
    assert len(result.excerpt) <= 4096


async def test_bytes_that_are_no_text_are_shown_safely(probe):
    async with serve(banner(bytes(range(256)))) as server:
        result = await probe(tcp_check(server.port, expect="siap", deadlines=QUICK))
    assert_failed(result, Stage.RESPONSE, Reason.BODY_MISMATCH)


async def test_a_close_and_a_reset_instead_of_an_answer(probe):
    async with serve(close_at_once) as server:
        closed = await probe(tcp_check(server.port, expect="."))
    assert_failed(closed, Stage.RESPONSE, Reason.TCP_CLOSED, str(server.port))
    async with serve(reset_when_asked) as server:
        reset = await probe(tcp_check(server.port, send=b"halo", expect="."))
    assert_failed(reset, Stage.RESPONSE, Reason.TCP_RESET, str(server.port))
    async with serve(reset_at_once) as server:
        result = await probe(tcp_check(server.port, expect="."))
    assert result.reason is Reason.TCP_RESET


async def test_a_server_that_does_not_read_ends_the_request(probe):
    async with serve(deaf) as server:
        result = await probe(tcp_check(server.port, send=bytes(32 << 20), deadlines=QUICK))
    assert_failed(result, Stage.REQUEST, Reason.HTTP_TIMEOUT, str(server.port))


async def test_a_port_may_be_refused_or_silent(probe):
    with refused_port() as port:
        refused = await probe(tcp_check(port))
    assert_failed(refused, Stage.CONNECT, Reason.TCP_REFUSED, str(port))
    with full_backlog() as port:
        late = await probe(tcp_check(port, deadlines=QUICK))
    assert_failed(late, Stage.CONNECT, Reason.TCP_TIMEOUT, str(port))


async def test_tls_is_spoken_and_verified_where_it_is_asked_for(probe, certificates):
    async with serve(SMTP, ServerTls(identity=certificates.good)) as server:
        result = await probe(tcp_check(server.port, tls=TlsOptions(), expect="^220"))
    assert_ok(result)
    assert result.tls.verified
    assert result.tls.not_after == certificates.good.not_after
    expired = certificates.expired("good.test")
    async with serve(SMTP, ServerTls(identity=expired)) as server:
        result = await probe(tcp_check(server.port, tls=TlsOptions(), expect="^220"))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_EXPIRED, f"{expired.not_after:%Y-%m-%d}")


async def test_tls_asked_of_a_plain_server_fails_in_the_handshake(probe):
    async with serve(SSH) as server:
        result = await probe(tcp_check(server.port, tls=TlsOptions(), deadlines=QUICK))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_PROTOCOL, "good.test")


async def test_ipv6_and_names_that_do_not_exist(probe):
    async with serve(SSH, host="::1") as server:
        six = await probe(tcp_check(server.port, host="six.test", family=Family.IPV6, expect="SSH"))
        literal = await probe(tcp_check(server.port, host="::1", expect="SSH"))
    assert_ok(six)
    assert_ok(literal)
    assert literal.url == f"tcp://[::1]:{server.port}"


async def test_an_endless_answer_to_a_question_is_bounded(probe):
    async with serve(endless(b"", b"y" * 1000)) as server:
        result = await probe(tcp_check(server.port, send=b"GET / HTTP/1.0\r\n\r\n", expect="siap"))
    assert_failed(result, Stage.RESPONSE, Reason.BODY_MISMATCH)
