"""The request stage: what goes over the wire, and servers that will not take it."""

from __future__ import annotations

import base64

import pytest

from monitor.core.reason import Reason, Stage
from monitor.core.service import Credentials
from tests.probing import QUICK, assert_failed, assert_ok, http_check
from tests.servers import ServerTls, answers, deaf, reply, reset_in_the_request, serve

HUGE = bytes(32 << 20)
"""More than the kernel buffers between two loopback sockets."""


async def _heard(probe, path="/", host="good.test", **request):
    async with serve(answers(reply())) as server:
        result = await probe(http_check(server.url(path, host), **request))
    assert_ok(result)
    (heard,) = server.requests
    return heard, server


async def test_a_plain_request_is_polite_and_complete(probe):
    heard, server = await _heard(probe, "/layanan?bulan=10&tahun=2026")
    assert (heard.method, heard.target, heard.version) == ("GET", "/layanan?bulan=10&tahun=2026", "HTTP/1.1")
    assert heard.header("host") == f"good.test:{server.port}"
    assert heard.header("user-agent") == "Kulkul/test (+https://demoprov.go.id/kulkul)"
    assert heard.header("connection") == "close"
    assert {"gzip", "br", "zstd", "deflate"} <= set((heard.header("accept-encoding") or "").split(", "))
    assert heard.header("authorization") is heard.header("cookie") is heard.header("content-length") is None
    assert heard.body == b""


@pytest.mark.parametrize(
    ("path", "sent"),
    [
        ("", "/"),
        ("/a%2Fb?x=%20y", "/a%2Fb?x=%20y"),
        ("/layanan publik", "/layanan%20publik"),
        ("/pelayanan/désa", "/pelayanan/d%C3%A9sa"),
        ("/a?q=1#bagian", "/a?q=1"),
        ("/a?next=http://x/?y=z&b=c%26d", "/a?next=http://x/?y=z&b=c%26d"),
        ("/a//b/", "/a//b/"),
    ],
)
async def test_the_path_is_sent_as_a_browser_would(probe, path, sent):
    heard, _ = await _heard(probe, path)
    assert heard.target == sent


async def test_an_international_host_name_is_sent_in_ascii(probe):
    names = {"xn--bcher-kva.test": ("127.0.0.1",)}
    async with serve(answers(reply())) as server:
        result = await probe(http_check(server.url(host="bücher.test")), resolve=names)
    assert_ok(result)
    assert server.requests[0].header("host") == f"xn--bcher-kva.test:{server.port}"


async def test_the_registers_headers_are_added_and_replace_ours(probe):
    headers = (("X-Kunci", "rahasia"), ("user-agent", "lain"), ("Accept", "application/json"))
    heard, _ = await _heard(probe, headers=headers)
    assert heard.header("x-kunci") == "rahasia"
    assert [value for name, value in heard.headers if name == "user-agent"] == ["lain"]
    assert [value for name, value in heard.headers if name == "accept"] == ["application/json"]


async def test_the_host_header_can_be_given(probe):
    heard, _ = await _heard(probe, host="127.0.0.1")
    assert heard.header("host").startswith("127.0.0.1")
    async with serve(answers(reply())) as server:
        assert_ok(await probe(http_check(server.url(), host="asli.demoprov.go.id")))
    assert server.requests[0].header("host") == "asli.demoprov.go.id"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])
async def test_a_method_and_its_body_are_sent(probe, method):
    heard, _ = await _heard(probe, method=method, body=b'{"nik": "51"}')
    assert heard.method == method
    assert heard.header("content-length") == "13"
    assert heard.body == b'{"nik": "51"}'


async def test_head_expects_no_body_whatever_the_length_says(probe):
    async with serve(answers(reply(b"", length=5000))) as server:
        result = await probe(http_check(server.url(), method="HEAD"))
    assert_ok(result)
    assert server.requests[0].method == "HEAD"
    assert result.http.body_bytes == 0


@pytest.mark.parametrize(
    ("username", "password"), [("bali", "s3cret"), ("uptd:x", "kata sandi é"), ("sendiri", None)]
)
async def test_basic_credentials_are_sent_as_utf8(probe, username, password):
    heard, _ = await _heard(probe, credentials=Credentials(username=username, password=password))
    scheme, _, encoded = heard.header("authorization").partition(" ")
    assert scheme == "Basic"
    assert base64.b64decode(encoded).decode() == f"{username}:{password or ''}"


async def test_a_bearer_token_is_sent(probe):
    heard, _ = await _heard(probe, credentials=Credentials(token="t0k3n"))
    assert heard.header("authorization") == "Bearer t0k3n"


async def test_no_secret_of_the_request_is_in_the_result(probe):
    secrets = Credentials(username="bali", password="s3cret")
    headers = (("X-Kunci", "rahasia"),)
    async with serve(answers(reply(status=500, phrase="Error"))) as server:
        check = http_check(server.url(), credentials=secrets, headers=headers)
        result = await probe(check)
    shown = repr(result) + repr(check)
    assert "s3cret" not in shown
    assert "rahasia" not in shown


@pytest.mark.parametrize("secure", [False, True], ids=["plain", "tls"])
async def test_a_server_that_stops_reading_ends_the_request_at_its_deadline(probe, certificates, secure):
    tls = ServerTls(identity=certificates.good) if secure else None
    async with serve(deaf, tls) as server:
        check = http_check(server.url(), method="POST", body=HUGE, deadlines=QUICK)
        result = await probe(check)
    assert_failed(result, Stage.REQUEST, Reason.HTTP_TIMEOUT, "good.test")
    assert result.timings.response is None


async def test_a_server_that_resets_in_the_middle_of_the_request(probe):
    async with serve(reset_in_the_request) as server:
        result = await probe(http_check(server.url(), method="POST", body=HUGE))
    assert_failed(result, Stage.REQUEST, Reason.TCP_RESET, "good.test")


async def test_an_early_reply_counts_though_the_request_was_not_read(probe):
    """A server may refuse a large body before it has read it (RFC 9110, 15.5.14: 413)."""

    async def too_large(reader, writer):
        await reader.readuntil(b"\r\n\r\n")
        writer.write(reply(b"terlalu besar", status=413, phrase="Content Too Large"))
        while await reader.read(1 << 20):
            pass

    async with serve(too_large) as server:
        result = await probe(http_check(server.url(), method="POST", body=bytes(2 << 20)))
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_STATUS, "413")
