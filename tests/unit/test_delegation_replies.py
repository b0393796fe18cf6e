"""Replies of name servers with bytes changed on the way: whatever can be read is read without a fault."""

from __future__ import annotations

import dns.exception
import dns.message
import dns.name
import dns.rdatatype
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.core.delegation.facts import Dnssec
from monitor.inspections.delegation.parent import Parent, read_referral
from monitor.inspections.delegation.question import internet
from monitor.inspections.delegation.servers import soa_of
from monitor.inspections.delegation.signatures import judge
from tests.zones import DOMAIN, NOW, PARENT, authority, child, parent, signed

ZONE, ABOVE = dns.name.from_text(DOMAIN), dns.name.from_text(PARENT)
SIGNED = signed(child())
KINDS = (dns.rdatatype.NS, dns.rdatatype.SOA, dns.rdatatype.DNSKEY, dns.rdatatype.DS)


def wire(answering, kind):
    query = dns.message.make_query(ZONE, kind, want_dnssec=True, id=1)
    return answering(query, False).to_wire()


WIRES = [
    wire(answering, kind)
    for answering in (authority(parent(ds=SIGNED.ds)), authority(SIGNED.zone))
    for kind in KINDS
]


@st.composite
def replies(draw):
    """Return a message that a server could have sent, with some bytes changed."""
    content = bytearray(draw(st.sampled_from(WIRES)))
    for place, value in draw(
        st.lists(st.tuples(st.integers(2, len(content) - 1), st.integers(0, 255)), max_size=6)
    ):
        content[place] = value
    try:
        return internet(dns.message.from_wire(bytes(content)))
    except (dns.exception.DNSException, ValueError):
        return None


@settings(max_examples=400)
@given(replies())
def test_a_referral_names_servers_or_says_why_not(reply):
    if reply is None:
        return
    step = read_referral(reply, ZONE, ABOVE, "192.0.2.1")
    if isinstance(step, Parent):
        assert not step.referred or step.rcode in ("NOERROR", "NXDOMAIN")
        assert set(step.glue) <= set(step.name_servers)
    elif isinstance(step, tuple):
        assert ZONE.is_subdomain(step[0])
    else:
        assert step.startswith("192.0.2.1 answered")


@settings(max_examples=400)
@given(replies())
def test_a_soa_is_the_zones_own_or_a_reason(reply):
    if reply is None:
        return
    soa = soa_of(reply, ZONE)
    assert isinstance(soa, str) or 0 <= soa.serial < 2**32


@settings(max_examples=400)
@given(replies(), replies())
def test_signatures_are_judged_whatever_came(keys, soa):
    if keys is None or soa is None:
        return
    verdict = judge(ZONE, SIGNED.ds, keys, soa, NOW)
    assert (verdict.detail is None) == (verdict.dnssec is Dnssec.VALID)


def test_records_of_another_class_are_left_out():
    message = dns.message.from_text(
        "id 1\n;QUESTION\na. IN A\n;ANSWER\na. 60 CH A b. 1\na. 60 IN A 192.0.2.1"
    )
    assert [one.rdclass for one in internet(message).answer] == [1]
