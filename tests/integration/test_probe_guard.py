"""The guard: strangers steer a monitor through DNS and redirects; it must not be led inwards."""

from __future__ import annotations

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.service import Network
from monitor.probes.guard import Reach, networks, reach
from tests.probing import QUICK, assert_failed, assert_ok, dns_check, http_check, tcp_check
from tests.servers import ServerTls, answers, redirect, redirects, reply, serve, serve_dns, zone

PUBLIC = "127.0.0.2"
"""Where a service that counts as public is played; the rest of loopback is as special as it should be."""
OUTSIDE = {
    "allow_networks": (f"{PUBLIC}/32",),
    "resolve": {
        "public.test": (PUBLIC,),
        "inside.test": ("10.0.0.1",),
        "localhost": ("127.0.0.1",),
        "good.test": ("127.0.0.1",),
        "mixed.test": ("127.0.0.1", PUBLIC),
    },
}


SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "0x7f000001",
    "2130706433",
    "0.0.0.0",
    "[::ffff:127.0.0.1]",
    "localhost",
    "good.test",
)
"""Of one and the same place: loopback."""


def _locations(table):
    return pytest.mark.parametrize("location", list(table.values()), ids=list(table))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "good.test", "localhost", "inside.test", "10.0.0.1", "[::1]", "[::ffff:127.0.0.1]"]
)
async def test_a_target_inside_is_refused_without_a_connection(probe, host):
    async with serve(answers(reply())) as server:
        result = await probe(http_check(server.url(host=host), deadlines=QUICK), **OUTSIDE)
    assert_failed(result, Stage.CONNECT, Reason.GUARD_REFUSED, host.strip("[]").split(":")[0])
    assert server.connections == 0
    assert result.timings.connect is None


@_locations(redirects.INWARD)
async def test_a_redirect_inside_is_refused_without_a_connection(probe, location):
    async with serve(answers(redirect(location)), host=PUBLIC) as server:
        check = http_check(server.url(host="public.test"), deadlines=QUICK)
        result = await probe(check, **OUTSIDE)
    assert result.reason in {
        Reason.HTTP_REDIRECT_REFUSED,
        Reason.HTTP_REDIRECT_MALFORMED,
        Reason.DNS_INVALID_NAME,
        Reason.SELF_FAULT,  # 0x7f000001 and the like, if they are names to us: there is no resolver to ask
    }, result.message
    assert [hop.url for hop in result.http.redirects] == [server.url(host="public.test")]


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_loopback_is_connected_to(probe, host):
    async with (
        serve(answers(reply())) as inside,
        serve(answers(redirect(inside.url(host=host))), host=PUBLIC) as server,
    ):
        result = await probe(http_check(server.url(host="public.test"), deadlines=QUICK), **OUTSIDE)
    assert result.outcome is not Outcome.OK
    assert server.connections == 1
    assert inside.connections == 0


@_locations(
    {name: location for name, location in redirects.INWARD.items() if "[" in location or "/10." in location}
)
async def test_a_redirect_to_an_inner_address_says_that_it_was_refused(probe, location):
    async with serve(answers(redirect(location)), host=PUBLIC) as server:
        result = await probe(http_check(server.url(host="public.test")), **OUTSIDE)
    assert_failed(result, Stage.CONNECT, Reason.HTTP_REDIRECT_REFUSED, "redirect")


@_locations({name: redirects.INWARD[name] for name in ("a private network", "a name with a private address")})
async def test_an_internal_service_cannot_be_led_inside_by_a_public_one(probe, location):
    async with serve(answers(redirect(location)), host=PUBLIC) as server:
        check = http_check(server.url(host="public.test"), network=Network.INTERNAL, deadlines=QUICK)
        result = await probe(check, **OUTSIDE)
    assert_failed(result, Stage.CONNECT, Reason.HTTP_REDIRECT_REFUSED)


async def test_loopback_is_refused_to_internal_services_too(probe):
    async with serve(answers(reply())) as server:
        result = await probe(http_check(server.url(), network=Network.INTERNAL), **OUTSIDE)
    assert_failed(result, Stage.CONNECT, Reason.GUARD_REFUSED, "127.0.0.1")
    assert server.connections == 0


async def test_a_refused_private_target_says_how_to_allow_it(probe):
    result = await probe(http_check("http://inside.test/"), **OUTSIDE)
    assert_failed(result, Stage.CONNECT, Reason.GUARD_REFUSED, "inside.test", "10.0.0.1", "network: internal")


async def test_the_guard_looks_at_the_address_that_dns_gave(probe):
    """A public name may be pointed anywhere by its owner."""
    records = zone({("rebind.test", "A"): ["127.0.0.1"]})
    async with serve(answers(reply())) as server, serve_dns(records) as names:
        options = {**OUTSIDE, "nameservers": (names.address,)}
        result = await probe(http_check(server.url(host="rebind.test")), **options)
    assert_failed(result, Stage.CONNECT, Reason.GUARD_REFUSED, "rebind.test", "127.0.0.1")
    assert server.connections == 0


async def test_a_public_redirect_to_a_public_place_is_followed(probe, certificates):
    tls = ServerTls(identity=certificates.ordinary("public.test"))
    async with (
        serve(answers(reply()), tls, host=PUBLIC) as last,
        serve(answers(redirect(last.url(host="public.test"))), host=PUBLIC) as first,
    ):
        assert_ok(await probe(http_check(first.url(host="public.test")), **OUTSIDE))


async def test_tcp_and_dns_checks_are_guarded_alike(probe):
    async with serve(answers(reply())) as server, serve_dns(zone({})) as names:
        tcp = await probe(tcp_check(server.port), **OUTSIDE)
        dns = await probe(dns_check("good.test", names.address), **OUTSIDE)
    assert_failed(tcp, Stage.CONNECT, Reason.GUARD_REFUSED, "127.0.0.1")
    assert_failed(dns, Stage.RESOLVE, Reason.GUARD_REFUSED, "127.0.0.1")
    assert server.connections == 0
    assert names.questions == []


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", Reach.PUBLIC),
        ("103.10.66.1", Reach.PUBLIC),
        ("2001:4860:4860::8888", Reach.PUBLIC),
        ("::ffff:8.8.8.8", Reach.PUBLIC),
        ("64:ff9b::808:808", Reach.PUBLIC),
        ("10.1.2.3", Reach.PRIVATE),
        ("172.16.0.1", Reach.PRIVATE),
        ("172.31.255.255", Reach.PRIVATE),
        ("172.32.0.1", Reach.PUBLIC),
        ("192.168.0.1", Reach.PRIVATE),
        ("100.64.0.1", Reach.PRIVATE),
        ("100.128.0.1", Reach.PUBLIC),
        ("fd12:3456::1", Reach.PRIVATE),
        ("127.0.0.1", Reach.SPECIAL),
        ("0.0.0.0", Reach.SPECIAL),
        ("0.1.2.3", Reach.SPECIAL),
        ("169.254.169.254", Reach.SPECIAL),
        ("192.0.2.1", Reach.SPECIAL),
        ("198.18.0.1", Reach.SPECIAL),
        ("224.0.0.1", Reach.SPECIAL),
        ("233.252.0.1", Reach.SPECIAL),
        ("240.0.0.1", Reach.SPECIAL),
        ("255.255.255.255", Reach.SPECIAL),
        ("::", Reach.SPECIAL),
        ("::1", Reach.SPECIAL),
        ("fe80::1", Reach.SPECIAL),
        ("fe80::1%eth0", Reach.SPECIAL),
        ("fec0::1", Reach.SPECIAL),
        ("ff02::1", Reach.SPECIAL),
        ("ff0e::1", Reach.SPECIAL),
        ("2001:db8::1", Reach.SPECIAL),
        ("::127.0.0.1", Reach.SPECIAL),
        ("::ffff:127.0.0.1", Reach.SPECIAL),
        ("::ffff:10.0.0.1", Reach.SPECIAL),
        ("::ffff:169.254.169.254", Reach.SPECIAL),
        ("64:ff9b::10.0.0.1", Reach.SPECIAL),
        ("64:ff9b::169.254.169.254", Reach.SPECIAL),
        ("64:ff9b:1::10.0.0.1", Reach.SPECIAL),
        ("2002:a00:1::", Reach.SPECIAL),
        ("2002:7f00:1::", Reach.SPECIAL),
        ("2001:0:4136:e378:8000:63bf:f5ff:fffe", Reach.SPECIAL),  # Teredo around 10.0.0.1
    ],
)
def test_every_kind_of_address_is_known(address, kind):
    assert reach(address) is kind


def test_an_allowed_network_counts_as_public_in_every_disguise():
    allowed = networks(["127.0.0.0/8", "::1/128"])
    for address in ("127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"):
        assert reach(address, allowed) is Reach.PUBLIC
    assert reach("10.0.0.1", allowed) is Reach.PRIVATE
