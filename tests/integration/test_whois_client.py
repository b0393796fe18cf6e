"""Asking WHOIS servers, well-behaved and hostile ones."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from monitor.inspections.registration.lookup import LookupFailure
from monitor.inspections.registration.outbound import Outbound
from monitor.inspections.registration.pace import Pace
from monitor.inspections.registration.whois.client import WhoisClient
from monitor.probes.guard import networks
from tests.probing import LOOPBACK, NO_RESOLVER
from tests.registries import DOMAIN, EXPIRES, NOW, OLDER, REGISTRAR, TODAYS
from tests.servers import refused_port, reset, serve, silence

NAMES = {
    "whois.test": ("127.0.0.1",),
    "registry.test": ("127.0.0.2",),
    "third.test": ("127.0.0.3",),
    "inside.test": ("10.0.0.1",),
    "both.test": ("::1", "127.0.0.1"),
}
THIN = TODAYS.replace("Registry Expiry Date", "Expires Some Day").replace(
    "Registrar WHOIS Server:", "Registrar WHOIS Server: registry.test"
)
REFERS = "% of registries\nrefer: registry.test\n\ndomain: ID\n"
MILLISECOND = timedelta(milliseconds=1)


def says(text):
    async def behave(reader, writer):
        await reader.readline()
        writer.write(text.encode() if isinstance(text, str) else text)

    return behave


@asynccontextmanager
async def client(port, *, allowed=LOOPBACK, own=(), waits=timedelta(seconds=10)):
    """Yield `ask(server, domain)`, which returns the registration or the text of the failure."""
    outbound = Outbound(networks(allowed), own, NAMES, NO_RESOLVER)
    one = WhoisClient(port, waits, Pace(10 * MILLISECOND, waits), outbound)

    async def ask(server="whois.test", domain=DOMAIN):
        try:
            return await one.domain(server, domain, NOW)
        except LookupFailure as failure:
            return str(failure)

    try:
        yield ask
    finally:
        await outbound.close()


async def told(behaviour, **options):
    async with serve(behaviour) as server, client(server.port, **options) as ask:
        return await ask()


async def test_the_question_is_the_name_on_a_line():
    async with serve(says(TODAYS)) as server, client(server.port) as ask:
        assert (await ask()).expires_at == EXPIRES
    (question,) = server.requests
    assert question.raw == b"demoprov.go.id\r\n"


async def test_a_reply_in_pieces_is_put_together():
    async def in_pieces(reader, writer):
        await reader.readline()
        for start in range(0, len(OLDER), 50):
            writer.write(OLDER[start : start + 50].encode())
            await writer.drain()
            await asyncio.sleep(0)

    assert (await told(in_pieces)).expires_at == EXPIRES


async def test_a_name_that_nobody_has():
    assert not (await told(says("DOMAIN NOT FOUND\r\n"))).registered


async def test_another_address_is_tried_where_one_refuses():
    async with serve(says(TODAYS), host="::1") as server, client(server.port) as ask:
        assert (await ask("both.test")).registered
        assert (await ask("::1")).registered


async def endless(reader, writer):
    while True:
        writer.write(b"x" * 4096 + b"\n")
        await writer.drain()


async def dripping(reader, writer):
    for byte in TODAYS.encode():
        writer.write(bytes((byte,)))
        await writer.drain()
        await asyncio.sleep(0.04)


async def broken_off(reader, writer):
    await reader.readline()
    writer.write(TODAYS.encode())
    await writer.drain()
    await asyncio.sleep(0.05)
    reset(writer)


@pytest.mark.parametrize(
    ("behaviour", "why"),
    [
        (says(""), "gave an empty reply"),
        (says("no idea\n"), "gave a reply that cannot be understood"),
        (says(TODAYS.replace("DEMO", "OTHER")), f"gave a reply that is not about {DOMAIN}"),
        (endless, "gave more than 64 KiB"),
        (broken_off, "broke off the connection"),
    ],
)
async def test_what_is_no_answer_is_told_in_one_clause(behaviour, why):
    assert await told(behaviour) == f"whois.test {why}"


@pytest.mark.parametrize("behaviour", [silence, dripping])
async def test_who_does_not_come_to_an_end_is_not_waited_for(behaviour):
    assert await told(behaviour, waits=300 * MILLISECOND) == "whois.test did not answer in time"


async def test_a_closed_door_is_told():
    with refused_port() as port:
        async with client(port) as ask:
            assert (await ask()).startswith("whois.test cannot be connected to (")


async def test_who_asks_to_slow_down_is_left_alone_for_all_domains():
    async with serve(says("Query rate limit exceeded\n")) as server, client(server.port) as ask:
        assert await ask() == "whois.test asked to slow down"
        assert await ask(domain="other.go.id") == "whois.test asked to be left alone for another 1 min"
    assert len(server.requests) == 1


@asynccontextmanager
async def two_servers(first, second):
    """Serve at 127.0.0.1 and 127.0.0.2, at one port."""
    async with serve(says(first)) as one, serve(says(second), host="127.0.0.2", port=one.port) as two:
        yield one, two


class TestReferrals:
    async def test_a_registry_of_registries_leads_to_the_registry_which_decides(self):
        async with two_servers(REFERS, TODAYS) as (one, _two), client(one.port) as ask:
            assert (await ask()).expires_at == EXPIRES
        async with two_servers(REFERS, "DOMAIN NOT FOUND\n") as (one, _two), client(one.port) as ask:
            assert not (await ask()).registered

    async def test_it_is_followed_once(self):
        third = REFERS.replace("registry.test", "third.test")
        async with (
            two_servers(REFERS, third) as (one, _two),
            client(one.port) as ask,
            serve(says(TODAYS), host="127.0.0.3", port=one.port) as last,
        ):
            said = await ask()
        assert said == f"registry.test gave a reply that is not about {DOMAIN}"
        assert last.connections == 0

    async def test_one_to_itself_is_not_followed(self):
        text = REFERS.replace("registry.test", "whois.test")
        async with serve(says(text)) as server, client(server.port) as ask:
            assert await ask() == f"whois.test gave a reply that is not about {DOMAIN}"
        assert server.connections == 1

    @pytest.mark.parametrize("name", ["inside.test", "registry.test"])
    async def test_never_to_an_address_inside(self, name):
        text = REFERS.replace("registry.test", name)
        async with (
            two_servers(text, TODAYS) as (one, two),
            client(one.port, allowed=(), own=[("whois.test", one.port)]) as ask,
        ):
            assert await ask() == f"{name} has only addresses that a monitor must not be led to"
        assert two.connections == 0

    async def test_a_registrar_adds_the_date_that_a_thin_registry_lacks(self):
        async with two_servers(THIN, TODAYS) as (one, _two), client(one.port) as ask:
            assert (await ask()).expires_at == EXPIRES

    @pytest.mark.parametrize("second", ["DOMAIN NOT FOUND\n", "no idea\n", "Query rate limit exceeded\n"])
    async def test_a_registrar_that_knows_nothing_takes_nothing_away(self, second):
        async with two_servers(THIN, second) as (one, two), client(one.port) as ask:
            found = await ask()
        assert (found.registered, found.expires_at) == (True, None)
        assert two.connections == 1

    async def test_a_registrar_without_the_date_adds_nothing(self):
        other = THIN.replace(REGISTRAR, "Another")
        async with two_servers(THIN, other) as (one, two), client(one.port) as ask:
            assert (await ask()).registrar == REGISTRAR
        assert two.connections == 1

    async def test_who_asks_to_slow_down_leads_nowhere(self):
        text = REFERS + "Query rate limit exceeded\n"
        async with two_servers(text, TODAYS) as (one, two), client(one.port) as ask:
            assert await ask() == "whois.test asked to slow down"
        assert two.connections == 0

    async def test_a_registry_that_gives_the_date_is_enough(self):
        whole = TODAYS.replace("Registrar WHOIS Server:", "Registrar WHOIS Server: registry.test")
        async with two_servers(whole, TODAYS) as (one, two), client(one.port) as ask:
            assert (await ask()).expires_at == EXPIRES
        assert two.connections == 0
