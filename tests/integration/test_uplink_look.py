"""One look at one canary: what proves that we can see, and what does not."""

from __future__ import annotations

import asyncio
import resource
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import dns.message
import dns.rrset
import pytest

from monitor.core.canary import Canary, CanaryKind
from monitor.probes.uplink import look
from tests.servers import full_backlog, nameservers, refused_port, serve, serve_dns, silence

PATIENCE = timedelta(seconds=20)
SHORT = timedelta(seconds=0.4)
GRACE = timedelta(seconds=5)
NAME = "canary.test"


def tcp(port, host="127.0.0.1"):
    return Canary(kind=CanaryKind.TCP, target=f"{host}:{port}")


def asks(server=None):
    return Canary(kind=CanaryKind.DNS, target=NAME, server=server)


def answers(query, _):
    """Have an address for every name, to be kept for an hour."""
    response = dns.message.make_response(query, recursion_available=True)
    name = query.question[0].name
    response.answer.append(dns.rrset.from_text(name, 3600, "IN", "A", "192.0.2.1"))
    return response


def denies(query, _):
    """Know no name, and let that be remembered for an hour."""
    response = nameservers.refuses("NXDOMAIN")(query, _)
    soa = "ns.canary.test. root.canary.test. 1 3600 3600 3600 3600"
    response.authority.append(dns.rrset.from_text(f"{NAME}.", 3600, "IN", "SOA", soa))
    return response


def assert_dead(seen, *words):
    assert not seen.alive
    assert seen.message.endswith(".")
    assert seen.message.isprintable()
    for word in words:
        assert word in seen.message


def assert_alive(seen):
    assert seen.alive, seen.message
    assert seen.message is None


async def test_a_port_that_takes_connections_is_alive(make_vantage):
    before = datetime.now(UTC)
    async with serve(silence) as server:
        canary = tcp(server.port)
        seen = await look(canary, make_vantage(), PATIENCE)
    assert_alive(seen)
    assert seen.canary == canary
    assert before <= seen.started_at <= seen.ended_at <= datetime.now(UTC)


async def test_the_connection_is_closed_at_once(make_vantage):
    heard = asyncio.Event()

    async def until_closed(reader, _):
        assert await reader.read() == b""
        heard.set()

    async with serve(until_closed) as server:
        assert_alive(await look(tcp(server.port), make_vantage(), PATIENCE))
        async with asyncio.timeout(10):
            await heard.wait()


async def test_an_ipv6_address_stands_in_brackets(make_vantage):
    async with serve(silence, host="::1") as server:
        assert_alive(await look(tcp(server.port, "[::1]"), make_vantage(), PATIENCE))


async def test_a_port_that_refuses_is_dead(make_vantage):
    with refused_port() as port:
        assert_dead(await look(tcp(port), make_vantage(), PATIENCE), "refused", f"127.0.0.1:{port}")


async def test_a_canary_that_never_answers_is_dead_after_the_timeout(make_vantage):
    with full_backlog() as port:
        seen = await look(tcp(port), make_vantage(), SHORT)
    assert_dead(seen, f"127.0.0.1:{port}", "gave up after")
    assert 0.9 * SHORT <= seen.ended_at - seen.started_at < SHORT + GRACE


@pytest.mark.parametrize(
    "answering",
    [answers, denies, nameservers.refuses("NOERROR")],
    ids=["address", "no such name", "no address"],
)
async def test_whatever_our_resolver_was_told_proves_that_it_works(make_vantage, answering):
    async with serve_dns(answering) as server:
        assert_alive(await look(asks(), make_vantage(nameservers=[server.address]), PATIENCE))
        assert server.questions


@pytest.mark.parametrize("rcode", ["SERVFAIL", "REFUSED"])
async def test_a_resolver_that_cannot_find_out_is_dead(make_vantage, rcode):
    async with serve_dns(nameservers.refuses(rcode)) as server:
        assert_dead(await look(asks(), make_vantage(nameservers=[server.address]), PATIENCE), NAME)


async def test_a_resolver_that_says_nothing_is_dead_after_the_timeout(make_vantage):
    async with serve_dns(nameservers.ignores) as server:
        seen = await look(asks(), make_vantage(nameservers=[server.address]), SHORT)
    assert_dead(seen, NAME)
    assert seen.ended_at - seen.started_at < SHORT + GRACE


async def test_where_no_resolver_listens_the_canary_is_dead(make_vantage):
    assert_dead(await look(asks(), make_vantage(), PATIENCE), NAME)


@pytest.mark.parametrize("answering", [answers, denies], ids=["address", "no such name"])
async def test_an_answer_out_of_memory_proves_nothing(make_vantage, answering):
    works = True

    def for_now(query, tcp):
        return answering(query, tcp) if works else None

    async with serve_dns(for_now) as server:
        vantage = make_vantage(nameservers=[server.address])
        for _ in range(3):
            assert_alive(await look(asks(), vantage, PATIENCE))
        asked = {name for name, kind, _ in server.questions if kind == "A"}
        assert len(asked) == 3
        assert all(name.endswith(f".{NAME}") for name in asked)
        works = False
        assert_dead(await look(asks(), vantage, SHORT))


async def test_an_address_from_the_settings_proves_nothing(make_vantage):
    assert_dead(await look(asks(), make_vantage(resolve={NAME: ["192.0.2.1"]}), PATIENCE))


@pytest.mark.parametrize(
    "answering",
    [answers, denies, *map(nameservers.refuses, ("SERVFAIL", "REFUSED")), nameservers.truncates(answers)],
    ids=["address", "no such name", "servfail", "refused", "truncated"],
)
async def test_any_reply_of_a_distant_name_server_proves_the_way_there(make_vantage, answering):
    async with serve_dns(answering) as server:
        assert_alive(await look(asks(server.address), make_vantage(), PATIENCE))
        assert server.questions == [(NAME, "A", "udp")]


@pytest.mark.parametrize(
    "answering",
    [
        nameservers.ignores,
        nameservers.babbles,
        nameservers.half(answers),
        nameservers.mistakes_the_id(answers),
    ],
    ids=["silence", "garbage", "half", "another id"],
)
async def test_a_distant_name_server_without_a_reply_to_our_question_is_dead(make_vantage, answering):
    async with serve_dns(answering) as server:
        seen = await look(asks(server.address), make_vantage(), SHORT)
        assert_dead(seen, server.address, "gave up after")
        assert server.questions
    assert seen.ended_at - seen.started_at < SHORT + GRACE


@contextmanager
def no_descriptor_left():
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (0, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)


async def test_a_fault_of_our_own_is_a_dead_canary_that_says_so(make_vantage):
    vantage = make_vantage()
    async with serve(silence) as server, serve_dns(answers) as names:
        for canary in (tcp(server.port), asks(names.address)):
            assert_alive(await look(canary, vantage, PATIENCE))
            with no_descriptor_left():
                seen = await look(canary, vantage, PATIENCE)
            assert_dead(seen, "file descriptor")
            assert_alive(await look(canary, vantage, PATIENCE))
