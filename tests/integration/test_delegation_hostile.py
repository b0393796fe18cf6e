"""The delegation inspection against servers that send anything, or never end."""

from __future__ import annotations

from datetime import timedelta

import dns.flags
import dns.message
import dns.name
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.delegation.facts import Lameness, ServerState
from monitor.inspections.delegation.authorities import Authorities
from monitor.inspections.delegation.parent import parent_of
from monitor.inspections.delegation.question import NoAnswerError
from monitor.inspections.delegation.resolving import OurResolver
from tests.delegations import LOOPBACK, QUICK, inspect, look, usual
from tests.servers.nameservers import Unframed, ignores, truncates
from tests.zones import (
    DOMAIN,
    NS2,
    PARENT,
    PARENT_SERVER,
    RESOLVER,
    authority,
    child,
    parent,
    recursor,
    serve_world,
    zone,
)

LAPOR = f"lapor.{DOMAIN}"
WHERE = ["resolver", "parent", "ns2"]
NOTHING_LEARNED = {"delegation_lame", "delegation_mismatch", "dnssec_broken", "caa_missing", "cname_dangling"}


def over_tcp(content, framed=True):
    """Say over UDP that the answer is too long, and this over TCP."""

    def answer(query, tcp):
        if not tcp:
            return truncates(ignores)(query, tcp)
        whole = query.id.to_bytes(2, "big") + content
        return whole if framed else Unframed(whole)

    return answer


@pytest.mark.parametrize("place", WHERE)
@settings(max_examples=25)
@given(content=st.binary(max_size=300))
async def test_any_bytes_over_tcp_are_no_answer(place, content):
    inspected = await inspect(usual(**{place: over_tcp(content)}), LAPOR)
    if place == "ns2":
        assert inspected.facts["servers"][1]["state"] != "authoritative"
    else:
        assert inspected.failure
        assert not NOTHING_LEARNED & set(inspected.covered) - {"cname_dangling"}


@pytest.mark.parametrize("place", WHERE)
@settings(max_examples=5)
@given(content=st.binary(max_size=300))
async def test_any_bytes_over_udp_are_no_answer(place, content):
    def answer(query, tcp):
        return query.id.to_bytes(2, "big") + content

    inspected = await inspect(usual(**{place: answer}), LAPOR, patience=timedelta(seconds=0.6))
    if place == "ns2":
        assert inspected.facts["servers"][1]["state"] != "authoritative"
    else:
        assert inspected.failure


@pytest.mark.parametrize("content", [b"", b"\xff\xff" + b"\x00" * 100, b"\x00"])
@pytest.mark.parametrize("framed", [True, False])
async def test_a_tcp_answer_that_never_ends_ends_with_the_timeout(content, framed):
    seen = await look(usual(ns2=over_tcp(content, framed)), patience=QUICK)
    assert seen.servers[1].state is ServerState.SILENT
    assert seen.lameness is Lameness.PARTIAL


@pytest.mark.parametrize("place", WHERE)
async def test_silence_over_tcp_ends_with_the_timeout(place):
    inspected = await inspect(usual(**{place: truncates(ignores)}), LAPOR, patience=QUICK)
    if place == "ns2":
        assert inspected.facts["servers"][1]["state"] == "silent"
    else:
        assert inspected.failure


async def test_thousands_of_records_are_read_to_their_limit():
    records = [f"lapor IN A 10.{number // 250}.{number % 250}.1" for number in range(3000)]
    many = child(*records)
    servers = usual(resolver=truncates(recursor(parent(), many)))
    seen = await look(servers, LAPOR)
    assert 0 < len(seen.names[0].addresses) <= 16


async def test_records_of_another_class_are_no_addresses():
    def chaos(query, tcp):
        response = recursor(parent(), child())(query, tcp)
        name = query.question[0].name
        response.answer.append(dns.rrset.from_text(name, 60, "CH", "A", "a. 1"))
        return response

    seen = await look(usual(resolver=chaos), LAPOR)
    assert seen.names[0].addresses == ()


async def test_a_crowd_of_name_servers_is_asked_to_its_limit():
    names = {f"ns{number}.{DOMAIN}": [f"127.0.20.{number}"] for number in range(1, 41)}
    above = parent(glue=names)
    servers = usual(resolver=recursor(above, child()), parent=truncates(authority(above)))
    seen = await look(servers, patience=QUICK)
    assert len(seen.parent_name_servers) == 13
    assert len(seen.servers) == 13


async def test_zones_that_refer_further_and_further_are_left():
    domain = f"e.d.c.b.a.{PARENT}"
    asked = []

    def further(query, tcp):
        """Refer each time to a zone one label below, which the same server serves too."""
        asked.append(query.question[0].name)
        labels = asked[-1].labels
        below = dns.name.Name(labels[-len(asked) - 3 :])
        response = dns.message.make_response(query)
        response.authority.append(dns.rrset.from_text(below, 60, "IN", "NS", "ns.go.id."))
        response.additional.append(dns.rrset.from_text("ns.go.id.", 60, "IN", "A", PARENT_SERVER))
        return response

    async with serve_world(usual(parent=further)) as world:
        resolver = OurResolver(lambda: [(RESOLVER, world.port)], {}, (), 5)
        authorities = Authorities(world.port, LOOPBACK, 5)
        with pytest.raises(NoAnswerError, match="without end"):
            await parent_of(dns.name.from_text(domain), resolver, authorities)
    assert len(asked) == 4


@pytest.mark.parametrize("count", [1, 3])
async def test_one_that_answers_for_somebody_else_is_not_believed(count):
    def of_another(query, tcp):
        response = dns.message.make_response(query)
        response.flags |= dns.flags.AA
        response.answer += [zone("lain.go.id", []).get_rrset("lain.go.id.", "SOA")] * count
        return response

    seen = await look(usual(ns2=of_another))
    assert (seen.servers[1].address, seen.servers[1].state) == (NS2, ServerState.LAME)
