"""Asking RDAP servers, well-behaved and hostile ones."""

from __future__ import annotations

import gzip
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from yarl import URL

from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.outbound import Outbound
from monitor.inspections.registration.pace import Pace
from monitor.inspections.registration.rdap.client import RdapClient, next_url
from monitor.probes.guard import networks
from tests.probing import LOOPBACK, NO_RESOLVER
from tests.registries import DOMAIN, EXPIRES, NOT_FOUND, NOW, rdap
from tests.servers import (
    SSH,
    ServerTls,
    answers,
    drip,
    endless,
    refused_port,
    reply,
    reset_when_asked,
    serve,
    silence,
    site,
)
from tests.servers.redirects import INWARD

AGENT = "Kulkul/test (+https://demoprov.go.id/kulkul)"
NAMES = {
    "rdap.test": ("127.0.0.1",),
    "inside.test": ("10.0.0.1",),
    "localhost": ("127.0.0.1",),
    "mixed.test": ("10.0.0.1", "127.0.0.1"),
}
PATH = f"/rdap/domain/{DOMAIN}"
TYPE = ("Content-Type", "application/rdap+json; charset=utf-8")
MILLISECOND = timedelta(milliseconds=1)


def good(body=None, *more, **options):
    return reply(rdap() if body is None else body, headers=[TYPE, *more], **options)


def missing(body, kind=TYPE):
    return reply(body, status=404, phrase="Not Found", headers=[kind])


@asynccontextmanager
async def client(*, allowed=LOOPBACK, own=(), waits=timedelta(seconds=10), pace=None):
    outbound = Outbound(networks(allowed), own, NAMES, NO_RESOLVER)
    one = RdapClient(AGENT, waits, pace or Pace(10 * MILLISECOND, waits), outbound)
    try:
        yield one
    finally:
        await one.close()
        await outbound.close()


@asynccontextmanager
async def registry(behaviour, *, tls=None, **options):
    """Run a server; `ask(domain)` looks a domain up there: the registration, or the text of the failure."""
    async with serve(behaviour, tls) as server, client(**options) as one:

        async def ask(domain=DOMAIN, base="/rdap/", host="rdap.test"):
            try:
                return await one.domain(server.url(base, host), domain, NOW)
            except LookupFailure as failure:
                return str(failure)

        yield server, ask


async def told(behaviour, **options):
    async with registry(behaviour, **options) as (_, ask):
        return await ask()


async def test_a_domain_is_asked_for_by_its_path_as_rdap_wants_it():
    async with registry(site({PATH: good()})) as (server, ask):
        found = await ask()
    assert (found.domain, found.expires_at, found.looked_at) == (DOMAIN, EXPIRES, NOW)
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", PATH)
    assert request.header("accept") == "application/rdap+json"
    assert request.header("user-agent") == AGENT


@pytest.mark.parametrize("base", ["/rdap", "/rdap/"])
async def test_a_base_may_end_with_or_without_a_slash(base):
    async with registry(site({PATH: good()})) as (_server, ask):
        assert (await ask(base=base)).registered


@pytest.mark.parametrize("kind", ["application/json", "Application/RDAP+JSON", ""])
async def test_plain_json_and_no_word_about_it_will_do(kind):
    assert (await told(answers(reply(rdap(), headers=[("Content-Type", kind)])))).registered


class TestNotFound:
    @pytest.mark.parametrize("body", [NOT_FOUND, b'{"errorCode": 404}'])
    async def test_rdaps_own_404_says_that_nobody_has_it(self, body):
        found = await told(answers(missing(body)))
        assert (found.registered, found.expires_at) == (False, None)

    @pytest.mark.parametrize("body", [b"<h1>Not Found</h1>", b'{"message": "no route"}', b"", b" \n"])
    async def test_any_other_404_is_that_of_a_wrong_path(self, body):
        said = await told(answers(missing(body)))
        assert said == "rdap.test answered 404 in a way that RDAP does not"

    async def test_an_empty_404_is_believed_of_a_base_that_gave_a_domain_before(self):
        async with registry(site({PATH: good(), "/rdap/domain/free.id": missing(b"")})) as (_server, ask):
            assert isinstance(await ask("free.id"), str)
            assert (await ask()).registered
            assert not (await ask("free.id")).registered
            assert isinstance(await ask("free.id", "/other/"), str)


class TestSlowingDown:
    @pytest.mark.parametrize(
        ("after", "rest"),
        [
            ("3600", "1 h"),
            (timedelta(hours=2, seconds=30), "2 h"),
            ("99999999999", "24 h"),
            ("later", "1 min"),
            (None, "1 min"),
        ],
    )
    async def test_a_429_is_heeded_for_the_whole_registry(self, after, rest):
        if isinstance(after, timedelta):
            after = format_datetime(datetime.now(UTC) + after, usegmt=True)
        more = [] if after is None else [("Retry-After", after)]
        refusal = reply(b"", status=429, phrase="Too Many Requests", headers=more)
        async with registry(answers(refusal)) as (server, ask):
            assert await ask() == "rdap.test asked to slow down (status 429)"
            for domain in (DOMAIN, "other.go.id", "third.or.id"):
                assert await ask(domain) == f"rdap.test asked to be left alone for another {rest}"
        assert len(server.requests) == 1

    async def test_it_is_asked_again_once_the_time_has_passed(self):
        pages = [reply(b"", status=429, headers=[("Retry-After", "0")]), good()]
        async with registry(answers(lambda _: pages.pop(0))) as (_, ask):
            assert isinstance(await ask(), str)
            assert (await ask()).registered

    async def test_an_answer_makes_the_next_refusal_a_first_one(self):
        now = [0.0]
        pace = Pace(10 * MILLISECOND, timedelta(seconds=10), clock=lambda: now[0])
        for _ in range(3):
            pace.slow_down("rdap.test", None)
        pages = [good(), reply(b"", status=429)]
        async with registry(answers(lambda _: pages.pop(0)), pace=pace) as (_, ask):
            for _ in pages.copy():
                now[0] += 3600
                await ask()
            assert await ask() == "rdap.test asked to be left alone for another 1 min"

    async def test_a_503_that_says_how_long_is_heeded_too(self):
        refusal = reply(b"", status=503, headers=[("Retry-After", "7200")])
        async with registry(answers(refusal)) as (server, ask):
            assert await ask() == "rdap.test asked to slow down (status 503)"
            assert await ask() == "rdap.test asked to be left alone for another 2 h"
        assert len(server.requests) == 1

    async def test_another_failure_slows_nobody_down(self):
        async with registry(answers(reply(b"", status=503))) as (server, ask):
            assert await ask() == await ask() == "rdap.test answered 503"
        assert len(server.requests) == 2


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (answers(reply(b"{}", status=500)), "answered 500"),
        (answers(reply(b"", status=403)), "answered 403"),
        (answers(reply(b"", status=204)), "answered 204"),
        (
            answers(reply(b"<html>", headers=[("Content-Type", "text/html")])),
            "gave text/html instead of JSON",
        ),
        (answers(good(b"{")), "gave something that is no JSON object"),
        (answers(good(rdap("other.go.id"))), f"gave a reply that is not about {DOMAIN}"),
        (answers(good(rdap()[:99], length=9999)), "broke off the connection"),
        (answers(good(gzip.compress(rdap()), ("Content-Encoding", "gzip"))), "compressed its reply"),
        (endless(good(b"", length=1 << 40), b" " * 65536), "gave more than 512 KiB"),
        (reset_when_asked, "broke off the connection"),
        (answers(b"220 mail ready\r\n\r\n"), "does not answer with valid HTTP"),
        (answers(b""), "broke off the connection"),
        (answers(reply(b"", headers=[("X-Long", "x" * 100_000)])), "does not answer with valid HTTP"),
    ],
)
async def test_what_is_no_answer_is_told_in_one_clause(behaviour, why):
    said = await told(behaviour)
    assert said.startswith(f"rdap.test {why}")


@pytest.mark.parametrize("behaviour", [silence, drip(good())])
async def test_who_does_not_come_to_an_end_is_not_waited_for(behaviour):
    said = await told(behaviour, waits=300 * MILLISECOND)
    assert said == "rdap.test did not answer in time"


async def test_a_closed_door_is_told():
    with refused_port() as port:
        async with client() as one:
            with pytest.raises(LookupFailure, match=r"^rdap\.test cannot be connected to \(.+\)$"):
                await one.domain(f"http://rdap.test:{port}/", DOMAIN, NOW)


async def test_a_certificate_that_nobody_vouches_for_is_not_accepted(certificates):
    said = await told(answers(good()), tls=ServerTls(identity=certificates.good))
    assert said == "the certificate of rdap.test is not accepted"


async def test_a_server_that_speaks_no_tls_is_told():
    async with serve(SSH) as server, client() as one:
        with pytest.raises(LookupFailure, match=r"^rdap\.test speaks no acceptable TLS$"):
            await one.domain(f"https://rdap.test:{server.port}/", DOMAIN, NOW)


def moved(location, status=302):
    return reply(b"", status=status, headers=[] if location is None else [("Location", location)])


class TestRedirects:
    @pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
    async def test_they_are_followed(self, status):
        pages = {PATH: moved("/v2/answer?x=1", status), "/v2/answer?x=1": good()}
        async with registry(site(pages)) as (server, ask):
            assert (await ask()).registered
        assert [one.header("accept") for one in server.requests] == ["application/rdap+json"] * 2

    async def test_not_without_end(self):
        async with registry(answers(moved(PATH))) as (server, ask):
            assert await ask() == "rdap.test redirects more than 5 times"
        assert len(server.requests) == 6

    @pytest.mark.parametrize(
        "location", ["ftp://rdap.test/", "file:///etc/passwd", "http://[x/", f"http://{'a.' * 200}id/", None]
    )
    async def test_only_to_web_addresses(self, location):
        said = await told(answers(moved(location)))
        assert said == "rdap.test redirects to something that is no web address"

    @pytest.mark.parametrize("location", INWARD.values(), ids=INWARD)
    async def test_never_to_an_address_inside(self, location):
        async with (
            serve(answers(moved(location))) as server,
            client(allowed=(), own=[("rdap.test", server.port)]) as one,
        ):
            with pytest.raises(LookupFailure, match=r"must not be led to$|is neither a name nor a plain"):
                await one.domain(server.url("/rdap/", "rdap.test"), DOMAIN, NOW)
        assert server.connections == 1

    def test_not_out_of_tls(self):
        page = URL("https://rdap.test/rdap/domain/demoprov.go.id")
        assert str(next_url(page, "rdap.test", "//other.test/x#y")) == "https://other.test/x"
        with pytest.raises(LookupFailure, match="redirects from https to http"):
            next_url(page, "rdap.test", "http://rdap.test/")

    async def test_the_operators_own_server_is_no_way_to_others_at_that_address(self):
        async with serve(answers(good())) as inside:
            behaviour = answers(moved(inside.url(PATH, "127.0.0.1")))
            async with (
                serve(behaviour) as server,
                client(allowed=(), own=[("rdap.test", server.port)]) as one,
            ):
                with pytest.raises(LookupFailure, match=r"^127\.0\.0\.1 has only addresses"):
                    await one.domain(server.url("/rdap/", "rdap.test"), DOMAIN, NOW)
        assert inside.connections == 0


async def test_of_several_addresses_only_those_outside_are_used():
    async with registry(answers(good())) as (_server, ask):
        assert (await ask(host="mixed.test")).registered


async def test_a_name_without_address_is_told():
    async with client(waits=300 * MILLISECOND) as one:
        with pytest.raises(LookupFailure, match=r"^nowhere\.test "):
            await one.domain("http://nowhere.test/", DOMAIN, NOW)


async def test_a_document_is_fetched_for_the_list_of_services():
    async with serve(answers(reply(b'{"services": []}'))) as server, client() as one:
        assert await one.json(server.url("/dns.json", "rdap.test")) == b'{"services": []}'
    async with serve(answers(reply(b"", status=404))) as server, client() as one:
        with pytest.raises(LookupFailure, match="answered 404"):
            await one.json(server.url("/dns.json", "rdap.test"))
