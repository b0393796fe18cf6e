"""The delegation inspection and DNSSEC: signed zones that verify, and the ways in which they do not."""

from __future__ import annotations

from datetime import timedelta

import dns.flags
import dns.rdatatype
import dns.rrset
import pytest

from monitor.core.delegation.facts import Dnssec
from tests.delegations import inspect, look, rules, serving, usual
from tests.servers.nameservers import refuses, truncates
from tests.zones import DOMAIN, NOW, authority, child, parent, recursor, signed


def world(one, **changes):
    """Return servers of a signed zone whose parent vouches for it."""
    above = parent(ds=one.ds)
    servers = {
        "resolver": recursor(above, one.zone),
        "parent": authority(above),
        "ns1": authority(one.zone),
        "ns2": authority(one.zone),
    }
    return usual(**{**servers, **changes})


def without(answering, kind):
    """Leave the records of a type out of every answer."""

    def answer(query, tcp):
        response = answering(query, tcp)
        response.answer = [one for one in response.answer if one.rdtype != kind]
        return response

    return answer


async def test_a_signed_zone_that_verifies_is_valid():
    inspected = await inspect(world(signed(child())))
    assert inspected.facts["dnssec"] == "valid"
    assert not {"dnssec_broken", "dnssec_unsigned"} & rules(inspected)
    assert {"dnssec_broken", "dnssec_unsigned"} <= set(inspected.covered)


async def test_signatures_are_fetched_over_tcp_where_they_are_long():
    servers = {host: truncates(one) for host, one in world(signed(child())).items()}
    assert (await look(servers)).dnssec is Dnssec.VALID


async def test_a_zone_without_ds_is_unsigned_whatever_it_signs():
    inspected = await inspect(serving(parent(), signed(child()).zone))
    assert inspected.facts["dnssec"] == "unsigned"
    assert "dnssec_unsigned" in rules(inspected)


@pytest.mark.parametrize(
    ("times", "says"),
    [
        (
            {"begins": NOW - timedelta(days=15), "ends": NOW - timedelta(days=1)},
            "expired on 2026-11-21 03:00 UTC",
        ),
        (
            {"begins": NOW + timedelta(hours=1), "ends": NOW + timedelta(days=1)},
            "valid only from 2026-11-22 04:00 UTC",
        ),
    ],
)
async def test_signatures_out_of_their_time_are_broken(times, says):
    inspected = await inspect(world(signed(child(), **times)))
    (one,) = [one for one in inspected.seen if one.identity.rule == "dnssec_broken"]
    assert says in one.evidence["detail"]
    assert DOMAIN in one.evidence["detail"]


async def test_a_key_that_the_parent_does_not_know_is_broken():
    other = signed(child())
    seen = await look(serving(parent(ds=other.ds), signed(child()).zone))
    assert seen.dnssec is Dnssec.BROKEN
    assert "fits the DS at the parent" in seen.dnssec_detail
    assert str(other.ds[0].key_tag) in seen.dnssec_detail


async def test_a_ds_without_keys_is_broken():
    seen = await look(serving(parent(ds=signed(child()).ds), child()))
    assert (seen.dnssec, "has no DNSKEY" in seen.dnssec_detail) == (Dnssec.BROKEN, True)


async def test_missing_signatures_are_broken():
    one = signed(child())
    bare = without(authority(one.zone), dns.rdatatype.RRSIG)
    seen = await look(world(one, ns1=bare, ns2=bare))
    assert (seen.dnssec, "no signature" in seen.dnssec_detail) == (Dnssec.BROKEN, True)


async def test_a_zone_changed_after_signing_is_broken():
    one = signed(child())

    def changed(query, tcp):
        response = authority(one.zone)(query, tcp)
        response.answer = [
            dns.rrset.from_rdata(group.name, group.ttl, group[0].replace(serial=1))
            if group.rdtype == dns.rdatatype.SOA
            else group
            for group in response.answer
        ]
        return response

    seen = await look(world(one, ns1=changed, ns2=changed))
    assert (seen.dnssec, "No signature over the SOA" in seen.dnssec_detail) == (Dnssec.BROKEN, True)


async def test_a_key_slipped_in_beside_the_one_that_the_parent_knows_is_broken():
    one, other = signed(child()), signed(child())

    def slips_in(query, tcp):
        response = authority(other.zone)(query, tcp)
        own = authority(one.zone)(query, tcp)
        if query.question[0].rdtype == dns.rdatatype.DNSKEY:
            response.answer[0] = response.answer[0].union(own.answer[0])
        return response

    seen = await look(world(one, ns1=slips_in, ns2=slips_in))
    assert (seen.dnssec, "No signature over the DNSKEY" in seen.dnssec_detail) == (Dnssec.BROKEN, True)


async def test_one_server_whose_answers_verify_is_enough():
    one = signed(child())
    stale = signed(child(), begins=NOW - timedelta(days=9), ends=NOW - timedelta(days=8))
    assert (await look(world(one, ns1=authority(stale.zone)))).dnssec is Dnssec.VALID


async def test_a_parent_that_does_not_answer_for_ds_leaves_it_unknown():
    one = signed(child())

    def without_ds(query, tcp):
        about_ds = query.question[0].rdtype == dns.rdatatype.DS
        return (refuses("SERVFAIL") if about_ds else authority(parent(ds=one.ds)))(query, tcp)

    inspected = await inspect(world(one, parent=without_ds))
    assert inspected.facts["dnssec"] == "unknown"
    assert "SERVFAIL" in inspected.facts["dnssec_detail"]
    assert not {"dnssec_broken", "dnssec_unsigned"} & set(inspected.covered)


async def test_servers_that_do_not_answer_for_keys_leave_it_unknown():
    one = signed(child())

    def without_keys(query, tcp):
        about_keys = query.question[0].rdtype == dns.rdatatype.DNSKEY
        return (refuses("REFUSED") if about_keys else authority(one.zone))(query, tcp)

    seen = await look(world(one, ns1=without_keys, ns2=without_keys))
    assert (seen.dnssec, "REFUSED" in seen.dnssec_detail) == (Dnssec.UNKNOWN, True)


async def test_an_algorithm_that_nobody_knows_is_not_broken():
    strange = dns.rrset.from_text(f"{DOMAIN}.", 60, "IN", "DS", "4711 250 2 " + "ab" * 32)
    seen = await look(serving(parent(ds=strange), signed(child()).zone))
    assert (seen.dnssec, "not known here" in seen.dnssec_detail) == (Dnssec.UNKNOWN, True)


@pytest.mark.parametrize("kind", [dns.rdatatype.DNSKEY, dns.rdatatype.RRSIG])
async def test_a_flood_of_keys_or_signatures_is_not_worked_through(kind):
    one = signed(child())

    def flooding(query, tcp):
        response = authority(one.zone)(query, tcp)
        response.answer = [group.copy() for group in response.answer]
        for group in response.answer:
            if group.rdtype == kind:
                first = group[0]
                for number in range(30):
                    group.add(
                        first.replace(key=bytes([number]) * 32)
                        if kind == dns.rdatatype.DNSKEY
                        else first.replace(signature=bytes([number]) * 64)
                    )
        return response

    seen = await look(world(one, ns1=flooding, ns2=flooding))
    assert (seen.dnssec, "too many to try" in seen.dnssec_detail) == (Dnssec.UNKNOWN, True)
