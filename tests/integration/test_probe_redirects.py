"""Redirects: followed hop by hop as a browser would, and no further than is safe."""

from __future__ import annotations

import time
from datetime import timedelta

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.service import Credentials, Deadlines, HttpExpectation, StatusRange, TlsOptions
from tests.probing import GRACE_SECONDS, QUICK, assert_failed, assert_ok, http_check
from tests.servers import (
    ServerTls,
    answers,
    chain,
    drip,
    redirect,
    redirects,
    refused_port,
    reply,
    serve,
    silence,
    site,
    slow,
)


def _named(table):
    return pytest.mark.parametrize("location", list(table.values()), ids=list(table))


async def _probe(probe, pages, path="/", **check):
    async with serve(site(pages)) as server:
        return await probe(http_check(server.url(path), **check)), server


async def test_a_chain_over_hosts_keeps_every_hop_and_its_cookies(probe, certificates):
    async with serve(site({"/akhir": reply(b"sampai")})) as last:
        secure_tls = ServerTls(identity=certificates.ordinary("other.test"))
        pages = {"/b": redirect(last.url("/akhir", "www.good.test"), status=307)}
        async with serve(site(pages), secure_tls) as secure:
            home = {
                "/": redirect("/a", status=301, headers=[("Set-Cookie", "sesi=abc; Path=/")]),
                "/a": redirect(secure.url("/b", "other.test"), headers=[("Set-Cookie", "lain=1; Path=/a")]),
            }
            async with serve(site(home)) as first:
                result = await probe(http_check(first.url()))
    assert_ok(result)
    assert [(hop.url, hop.status, hop.address) for hop in result.http.redirects] == [
        (first.url(), 301, "127.0.0.1"),
        (first.url("/a"), 302, "127.0.0.1"),
        (secure.url("/b", "other.test"), 307, "127.0.0.1"),
    ]
    assert result.http.redirects[0].tls is None
    assert result.http.redirects[2].tls.verified
    assert result.http.final_url == last.url("/akhir", "www.good.test")
    assert result.tls is None
    assert first.requests[0].header("cookie") is None
    assert first.requests[1].header("cookie") == "sesi=abc"
    assert secure.requests[0].header("cookie") is None


async def test_the_times_of_all_hops_are_added(probe):
    async with serve(slow(0.15, reply())) as two, serve(slow(0.15, redirect(two.url()))) as one:
        result = await probe(http_check(one.url()))
    assert_ok(result)
    assert result.timings.response > timedelta(seconds=0.29)


async def test_cookies_of_one_probe_are_unknown_to_the_next(make_vantage, probe):
    pages = {"/": redirect("/a", headers=[("Set-Cookie", "sesi=abc")]), "/a": reply()}
    async with serve(site(pages)) as server:
        for _ in range(2):
            assert_ok(await probe(http_check(server.url())))
    assert [request.header("cookie") for request in server.requests] == [None, "sesi=abc"] * 2


@pytest.mark.parametrize("attributes", ["Secure", "Domain=.lain.test", "Path=/x", "Max-Age=0"])
async def test_a_cookie_goes_only_where_it_may(probe, attributes):
    pages = {"/": redirect("/a", headers=[("Set-Cookie", f"sesi=abc; {attributes}")]), "/a": reply()}
    _, server = await _probe(probe, pages)
    assert server.requests[1].header("cookie") is None


async def test_a_page_that_sets_a_cookie_and_sends_one_back_to_itself_works(probe):
    def page(request):
        if "sesi=1" in (request.header("cookie") or ""):
            return reply(b"masuk")
        return redirect("/", headers=[("Set-Cookie", "sesi=1; Path=/; HttpOnly")])

    result, server = await _probe(probe, {"/": page})
    assert_ok(result)
    assert len(server.requests) == 2
    assert len(result.http.redirects) == 1


async def test_a_page_that_sends_one_back_to_itself_is_a_loop(probe):
    result, server = await _probe(probe, {"/": redirect("/")})
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_REDIRECT_LOOP, "good.test")
    assert len(server.requests) == 1


async def test_a_loop_over_pages_is_noticed_when_it_closes(probe):
    pages = {"/": redirect("/a"), "/a": redirect("/b"), "/b": redirect("/a")}
    result, server = await _probe(probe, pages)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_REDIRECT_LOOP, "/a")
    assert len(server.requests) == 3
    assert [hop.status for hop in result.http.redirects] == [302] * 3


async def test_a_loop_between_http_and_https_is_noticed(probe, certificates):
    """The commonest of all: the proxy sends to https, the application behind it back to http."""
    async with (
        serve(answers(reply())) as plain,
        serve(answers(reply()), ServerTls(identity=certificates.good)) as secure,
    ):
        plain.behaviour = answers(redirect(secure.url()))
        secure.behaviour = answers(redirect(plain.url()))
        result = await probe(http_check(plain.url()))
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_REDIRECT_LOOP, "good.test")


async def test_a_loop_that_sets_a_new_cookie_each_time_ends_at_the_limit(probe):
    count = iter(range(100))

    def page(_):
        return redirect("/", headers=[("Set-Cookie", f"putaran={next(count)}")])

    result, server = await _probe(probe, {"/": page})
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_REDIRECT_LIMIT, "10")
    assert len(server.requests) == 11


async def test_ten_redirects_are_followed_and_eleven_are_not(probe):
    ten, _ = await _probe(probe, chain(10), "/0")
    assert_ok(ten)
    assert len(ten.http.redirects) == 10
    eleven, server = await _probe(probe, chain(11), "/0")
    assert_failed(eleven, Stage.RESPONSE, Reason.HTTP_REDIRECT_LIMIT, "10")
    assert len(server.requests) == 11


@pytest.mark.parametrize(
    ("location", "asked"),
    [
        ("akhir", "/satu/akhir"),
        ("./akhir", "/satu/akhir"),
        ("../akhir", "/akhir"),
        ("../../../akhir", "/akhir"),
        ("/akhir", "/akhir"),
        ("?halaman=2", "/satu/dua?halaman=2"),
        ("/akhir#bagian", "/akhir"),
        ("/akhir?q=a b", "/akhir?q=a%20b"),
        ("/pelayanan/désa", "/pelayanan/d%C3%A9sa"),
        ("/sudah%20disandikan%2F", "/sudah%20disandikan%2F"),
        ("  /akhir  ", "/akhir"),
        ("HTTP://GOOD.test:{port}/akhir", "/akhir"),
        ("//good.test:{port}/akhir", "/akhir"),
        ("//other.test:{port}/akhir", "/akhir"),
        ("http://good.test:{port}", "/"),
        ("http://good.test:{port}?x=1", "/?x=1"),
    ],
)
async def test_a_location_is_read_as_a_browser_reads_it(probe, location, asked):
    async with serve(answers(reply())) as server:
        there = location.format(port=server.port)
        server.behaviour = site({"/satu/dua": redirect(there), asked: reply(b"sampai")})
        result = await probe(http_check(server.url("/satu/dua")))
    assert_ok(result)
    assert [request.target for request in server.requests] == ["/satu/dua", asked]
    assert "#" not in result.http.final_url


async def test_raw_latin_1_in_a_location_does_not_stop_the_probe(probe):
    async with serve(
        answers(lambda request: reply() if request.target != "/" else redirect(b"/d\xe9sa"))
    ) as server:
        result = await probe(http_check(server.url()))
    assert result.outcome is Outcome.OK or result.reason is Reason.HTTP_REDIRECT_MALFORMED


@pytest.mark.parametrize("location", [None, "", "   "], ids=["none", "empty", "blank"])
async def test_a_redirect_to_nowhere_is_malformed(probe, location):
    result, _ = await _probe(probe, {"/": redirect(location)})
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_REDIRECT_MALFORMED, "302", "good.test")


@_named(redirects.MALFORMED)
async def test_a_location_that_cannot_be_asked_is_malformed(probe, location):
    async with serve(site({"/": redirect(location)})) as server:
        result = await probe(http_check(server.url(), deadlines=QUICK))
    assert result.outcome is Outcome.FAILED
    assert result.reason in {Reason.HTTP_REDIRECT_MALFORMED, Reason.DNS_INVALID_NAME}, result.message
    assert len(result.http.redirects) == 1
    assert len(server.requests) == 1


async def test_a_location_of_64_kilobytes_is_malformed_and_not_repeated(probe):
    result, _ = await _probe(probe, {"/": redirect("/" + "a" * 65536)})
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_REDIRECT_MALFORMED)
    assert len(result.message) < 400


@_named(redirects.REFUSED)
async def test_a_location_that_is_not_the_web_is_refused(probe, location):
    result, _ = await _probe(probe, {"/": redirect(location)})
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_REDIRECT_REFUSED, location.partition(":")[0])


async def test_the_body_of_a_redirect_is_not_waited_for(probe):
    async with serve(answers(reply())) as last:
        head = redirect(last.url()).replace(b"Content-Length: 13", b"Content-Length: 999")
        async with serve(drip(head + b"x" * 900, at_once=len(head))) as server:
            began = time.monotonic()
            result = await probe(http_check(server.url()))
    assert_ok(result)
    assert time.monotonic() - began < GRACE_SECONDS


async def test_redirects_need_not_be_followed(probe):
    expect = HttpExpectation(status=(StatusRange(low=302, high=302),))
    result, server = await _probe(probe, {"/": redirect("/akhir")}, follow_redirects=False, expect=expect)
    assert_ok(result)
    assert result.http.redirects == ()
    assert result.http.header("location") == "/akhir"
    assert len(server.requests) == 1


async def test_a_failure_after_a_redirect_names_the_place_where_it_happened(probe):
    with refused_port() as port:
        result, _ = await _probe(probe, {"/": redirect(f"http://other.test:{port}/")})
    assert_failed(result, Stage.CONNECT, Reason.TCP_REFUSED, f"other.test:{port}")
    assert [hop.status for hop in result.http.redirects] == [302]


async def test_a_status_after_a_redirect_is_that_of_the_last_page(probe):
    result, _ = await _probe(probe, {"/": redirect("/hilang")})
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_STATUS, "404", "/hilang")
    assert len(result.http.redirects) == 1


async def test_a_certificate_on_the_way_is_verified_too(probe, certificates):
    expired = certificates.expired("other.test")
    async with serve(answers(reply()), ServerTls(identity=expired)) as server:
        result, _ = await _probe(probe, {"/": redirect(server.url(host="other.test"))})
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_EXPIRED, f"{expired.not_after:%Y-%m-%d}")
    assert result.tls.not_after == expired.not_after


async def test_one_budget_holds_for_all_hops(probe):
    count = iter(range(100))

    async def sends_on(reader, writer):
        await slow(0.25, redirect(f"/{next(count)}"))(reader, writer)

    async with serve(sends_on) as server:
        began = time.monotonic()
        check = http_check(server.url(), deadlines=Deadlines(total=timedelta(seconds=0.6)))
        result = await probe(check)
    assert result.reason is Reason.HTTP_TIMEOUT
    assert time.monotonic() - began < 0.6 + GRACE_SECONDS


async def test_a_hop_that_is_silent_times_out(probe):
    async with serve(silence) as server:
        result, _ = await _probe(probe, {"/": redirect(server.url())}, deadlines=QUICK)
    assert_failed(result, Stage.RESPONSE, Reason.HTTP_TIMEOUT, str(server.port))


async def test_from_https_down_to_http_is_followed_and_told(probe, certificates):
    async with serve(answers(reply())) as plain:
        tls = ServerTls(identity=certificates.good)
        async with serve(answers(redirect(plain.url())), tls) as secure:
            result = await probe(http_check(secure.url()))
    assert_ok(result)
    assert any("https" in problem and plain.url() in problem for problem in result.problems)
    assert result.tls is None
    assert result.http.redirects[0].tls.verified


async def test_redirects_must_end_where_they_should(probe):
    async with serve(answers(reply())) as server:
        pages = {"/": redirect(server.url(host="other.test"))}
        wrong, _ = await _probe(
            probe, pages, expect=HttpExpectation(final_host=("good.test", "www.good.test"))
        )
        right, _ = await _probe(probe, pages, expect=HttpExpectation(final_host=("other.test",)))
    assert_failed(wrong, Stage.RESPONSE, Reason.HTTP_FINAL_HOST, "other.test", "good.test or www.good.test")
    assert_ok(right)


class TestMethodsAndBodies:
    @pytest.mark.parametrize(
        ("status", "method", "after"),
        [
            (301, "POST", "GET"),
            (302, "POST", "GET"),
            (303, "POST", "GET"),
            (303, "PUT", "GET"),
            (303, "HEAD", "HEAD"),
            (307, "POST", "POST"),
            (308, "POST", "POST"),
            (307, "PUT", "PUT"),
            (302, "PUT", "PUT"),
            (301, "HEAD", "HEAD"),
            (302, "GET", "GET"),
        ],
    )
    async def test_follow_the_rules_of_browsers(self, probe, status, method, after):
        body = b"isian" if method in ("POST", "PUT") else None
        pages = {"/": redirect("/b", status=status), "/b": reply(b"") if method == "HEAD" else reply()}
        headers = (("Content-Type", "text/plain"),)
        result, server = await _probe(probe, pages, method=method, body=body, headers=headers)
        assert_ok(result)
        first, second = server.requests
        assert first.method == method
        assert second.method == after
        kept = body if after == method and body else b""
        assert second.body == kept
        assert second.header("content-length") == (str(len(kept)) if kept else None)

    async def test_a_dropped_body_takes_its_content_type_along(self, probe):
        pages = {"/": redirect("/b", status=303), "/b": reply()}
        headers = (("Content-Type", "application/json"), ("X-Lain", "1"))
        _, server = await _probe(probe, pages, method="POST", body=b"{}", headers=headers)
        assert server.requests[1].header("content-type") is None
        assert server.requests[1].header("x-lain") == "1"


SECRETS = (("Authorization", "Kunci rahasia"), ("Cookie", "sesi=rahasia"), ("X-Biasa", "1"))


class TestSecrets:
    async def test_stay_with_their_host(self, probe):
        async with serve(answers(reply())) as other:
            pages = {"/": redirect("/b"), "/b": redirect(other.url(host="other.test"))}
            credentials = Credentials(username="bali", password="s3cret")
            result, server = await _probe(probe, pages, credentials=credentials)
        assert_ok(result)
        assert [bool(request.header("authorization")) for request in server.requests] == [True, True]
        assert other.requests[0].header("authorization") is None
        assert b"s3cret" not in other.requests[0].raw

    async def test_in_own_headers_stay_with_their_host(self, probe):
        async with serve(answers(reply())) as other:
            pages = {"/": redirect(other.url(host="other.test"))}
            result, server = await _probe(probe, pages, headers=SECRETS)
        assert_ok(result)
        assert server.requests[0].header("authorization") == "Kunci rahasia"
        (there,) = other.requests
        assert there.header("authorization") is there.header("cookie") is None
        assert b"rahasia" not in there.raw

    async def test_are_not_given_to_another_port_of_the_host(self, probe):
        async with serve(answers(reply())) as other:
            pages = {"/": redirect(other.url())}
            _, server = await _probe(probe, pages, credentials=Credentials(token="t0k3n"))
        assert server.requests[0].header("authorization") == "Bearer t0k3n"
        assert other.requests[0].header("authorization") is None

    async def test_do_not_come_back_after_a_detour(self, probe):
        """A host that we were sent back to by a stranger is not asked with our secrets."""
        async with serve(silence) as home, serve(answers(redirect(home.url("/kembali")))) as stranger:
            home.behaviour = site({"/": redirect(stranger.url(host="other.test")), "/kembali": reply()})
            check = http_check(home.url(), credentials=Credentials(token="t0k3n"))
            assert_ok(await probe(check))
        assert home.requests[1].header("authorization") is None

    async def test_in_a_location_are_not_shown(self, probe):
        async with serve(answers(reply())) as server:
            there = server.url().replace("http://", "http://bali:s3cret@")
            result, _ = await _probe(probe, {"/": redirect(there)}, deadlines=QUICK)
        assert "s3cret" not in (result.message or "") + " ".join(result.problems)
        if result.http is not None:
            assert "s3cret" not in result.http.final_url

    async def test_name_overrides_are_for_the_first_host_only(self, probe, certificates):
        tls = ServerTls(identity=certificates.ordinary("origin.test", "other.test"))
        async with (
            serve(answers(reply()), tls) as other,
            serve(answers(redirect(other.url(host="other.test"))), tls) as one,
        ):
            options = TlsOptions(server_name="origin.test")
            result = await probe(http_check(one.url(), tls=options, host="origin.test"))
        assert_ok(result)
        assert one.names_asked == ["origin.test"]
        assert one.requests[0].header("host") == "origin.test"
        assert other.names_asked == ["other.test"]
        assert other.requests[0].header("host") == f"other.test:{other.port}"
