"""Which problems a look at a delegation shows, what it was able to see, and how people read it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.delegation.facts import (
    Delegation,
    Dnssec,
    Lameness,
    NameLook,
    ServerLook,
    ServerState,
    delegation_json,
    delegation_of,
)
from monitor.core.delegation.judge import findings
from monitor.core.finding import FindingSeverity, SubjectKind
from monitor.core.rulebook import RULES
from monitor.core.rulebook.delegation import RULES as OWN_RULES
from monitor.core.rulebook.telling import tell
from monitor.registry.references import shipped_references

T0 = datetime(2026, 11, 22, 3, tzinfo=UTC)
WITA = timezone(timedelta(hours=8))
DOMAIN = "demoprov.go.id"
NAMES = ("ns1.demoprov.go.id", "ns2.demoprov.go.id")


def server(number, state=ServerState.AUTHORITATIVE, **more):
    return ServerLook(
        name=f"ns{number}.{DOMAIN}",
        address=f"192.0.{number}.1",
        state=state,
        serial=5 if state is ServerState.AUTHORITATIVE else None,
        refresh_seconds=60 if state is ServerState.AUTHORITATIVE else None,
        **more,
    )


GOOD = Delegation(
    domain=DOMAIN,
    looked_at=T0,
    exists=True,
    parent_rcode="NOERROR",
    referred=True,
    parent_name_servers=NAMES,
    zone_name_servers=NAMES,
    servers=(server(1), server(2)),
    lameness=Lameness.NONE,
    dnssec=Dnssec.VALID,
    has_caa=True,
    networks=("192.0.1.0/24", "192.0.2.0/24"),
    names=(NameLook(name=f"lapor.{DOMAIN}", addresses=("192.0.2.9", "2001:db8::9"), rcode="NOERROR"),),
)
LAME = server(2, ServerState.LAME, detail=f"ns2.{DOMAIN} (192.0.2.1) answered REFUSED.")
HOST = f"sip.{DOMAIN}"


def host(**more):
    return (NameLook(name=HOST, **more),)


BAD = {
    "domain_not_delegated": {"exists": False, "parent_rcode": "NXDOMAIN", "names": ()},
    "delegation_lame": {"lameness": Lameness.PARTIAL, "servers": (server(1), LAME)},
    "delegation_mismatch": {"zone_name_servers": NAMES[:1]},
    "dns_serials_differ": {
        "servers": (server(1), replace(server(2), serial=4)),
        "serials_differ_since": T0 - timedelta(days=2),
    },
    "dns_single_server": {"servers": (server(1),), "networks": ("192.0.1.0/24",)},
    "dns_single_network": {
        "servers": (server(1), replace(server(2), address="192.0.1.2")),
        "networks": ("192.0.1.0/24",),
    },
    "dnssec_broken": {"dnssec": Dnssec.BROKEN, "dnssec_detail": "No DNSKEY fits the DS at the parent."},
    "dnssec_unsigned": {"dnssec": Dnssec.UNSIGNED},
    "caa_missing": {"has_caa": False},
    "cname_dangling": {"names": host(aliases=("x.cloud.example",), rcode="NXDOMAIN")},
    "host_without_address": {"names": host(rcode="NXDOMAIN")},
    "ipv6_missing": {"names": host(addresses=("192.0.2.9",), rcode="NOERROR")},
}
"""Rule → what of a domain in good order has to be otherwise for it to be found."""
UNKNOWN = {
    "domain_not_delegated": {"exists": None, "parent_rcode": None},
    "delegation_lame": {"lameness": Lameness.UNKNOWN},
    "delegation_mismatch": {"referred": False},
    "dns_serials_differ": {"servers": (LAME,)},
    "dns_single_server": {"servers": (replace(LAME, address=None, state=ServerState.NOT_ASKED),)},
    "dns_single_network": {"servers": ()},
    "dnssec_broken": {"dnssec": Dnssec.UNKNOWN},
    "dnssec_unsigned": {"dnssec": Dnssec.UNKNOWN},
    "caa_missing": {"has_caa": None},
    "cname_dangling": {"names": host(aliases=("x.cloud.example",), rcode="SERVFAIL")},
    "host_without_address": {"names": host()},
    "ipv6_missing": {"names": host(addresses=("192.0.2.9",))},
}
"""Rule → what keeps it from being judged."""


def test_every_rule_has_its_cases():
    own = {one.id for one in OWN_RULES}
    assert own == set(BAD) == set(UNKNOWN)
    assert own <= set(RULES)


def test_a_domain_in_good_order_has_no_finding_and_every_rule_was_looked_at():
    seen, covered = findings(GOOD)
    assert seen == ()
    assert set(covered) == set(BAD)


@pytest.mark.parametrize("rule", BAD)
def test_what_is_wrong_is_found(rule):
    seen, _ = findings(replace(GOOD, **BAD[rule]))
    (one,) = seen
    assert one.identity.rule == rule
    assert one.identity.subject.kind is RULES[rule].subject
    assert one.identity.subject.name == (HOST if RULES[rule].subject is SubjectKind.HOST else DOMAIN)
    assert one.severity is RULES[rule].severity


@pytest.mark.parametrize("rule", BAD)
def test_what_is_wrong_is_told_in_both_languages_without_gaps(rule):
    (one,), _ = findings(replace(GOOD, **BAD[rule]))
    kept = json.loads(json.dumps(one.evidence))
    told = tell(RULES[rule], one.identity, one.places, kept, WITA, T0)
    for part in (told.title, told.problem, told.remedy):
        for text in (part.id, part.en):
            assert text
            assert "tidak diketahui" not in text
            assert "not known" not in text
            assert "{" not in text
            assert ".." not in text
    assert one.identity.subject.name in told.problem.id
    assert one.identity.subject.name in told.problem.en


@pytest.mark.parametrize("rule", UNKNOWN)
def test_what_is_not_known_is_neither_found_nor_covered(rule):
    seen, covered = findings(replace(GOOD, **UNKNOWN[rule]))
    assert rule not in {one.identity.rule for one in seen}
    assert rule not in covered


@pytest.mark.parametrize("rule", OWN_RULES, ids=lambda one: one.id)
def test_what_a_rule_refers_to_is_in_the_file(rule):
    assert rule.references
    assert set(rule.references) <= set(shipped_references())


def test_full_lameness_is_severe():
    seen, _ = findings(replace(GOOD, lameness=Lameness.FULL, servers=(LAME,)))
    severities = {one.identity.rule: one.severity for one in seen}
    assert severities["delegation_lame"] is FindingSeverity.SEVERE


def test_lame_servers_are_counted_by_name():
    servers = (server(1), LAME, replace(LAME, address="192.0.2.2"))
    (one,), _ = findings(replace(GOOD, lameness=Lameness.PARTIAL, servers=servers))
    assert (one.evidence["count"], one.evidence["total"]) == (1, 2)
    assert one.evidence["servers"] == [f"ns2.{DOMAIN} (192.0.2.1)", f"ns2.{DOMAIN} (192.0.2.2)"]


def test_the_oldest_serial_is_named_first():
    (one,), _ = findings(replace(GOOD, **BAD["dns_serials_differ"]))
    assert one.evidence["serials"] == [f"ns2.{DOMAIN}: 4", f"ns1.{DOMAIN}: 5"]


def test_a_name_without_delegation_is_no_missing_domain():
    seen, covered = findings(replace(GOOD, exists=False, parent_name_servers=(), servers=()))
    assert "domain_not_delegated" not in {one.identity.rule for one in seen}
    assert "domain_not_delegated" in covered


def test_a_filtered_resolver_is_believed_in_nothing_about_hosts():
    names = (*BAD["cname_dangling"]["names"], NameLook(name=f"www.{DOMAIN}", rcode="NXDOMAIN"))
    seen, covered = findings(replace(GOOD, names=names, filtered=True))
    assert seen == ()
    assert not {"cname_dangling", "host_without_address", "ipv6_missing"} & set(covered)


def test_hosts_of_a_domain_that_is_gone_are_not_counted_one_by_one():
    gone = replace(GOOD, **{**BAD["domain_not_delegated"], "names": host(rcode="NXDOMAIN")})
    assert [one.identity.rule for one in findings(gone)[0]] == ["domain_not_delegated"]


def test_hosts_of_the_static_map_are_not_judged_by_it():
    seen, covered = findings(
        replace(GOOD, names=host(addresses=("192.0.2.9",), rcode="NOERROR", static=True))
    )
    assert seen == ()
    assert "ipv6_missing" not in covered


def test_hosts_without_ipv6_are_one_finding_of_their_domain():
    four = NameLook(name=HOST, addresses=("192.0.2.9",), rcode="NOERROR")
    other = replace(four, name=f"www.{DOMAIN}")
    (one,), covered = findings(replace(GOOD, names=(*GOOD.names, four, other)))
    assert one.places == {HOST, f"www.{DOMAIN}"}
    assert covered["ipv6_missing"] == {HOST, f"www.{DOMAIN}", f"lapor.{DOMAIN}"}


TEXTS = st.sampled_from(["ns1.demoprov.go.id", "192.0.2.1", "2001:db8::1", "x.cloud.example"])
ADDRESSES = st.sampled_from(["192.0.2.1", "192.0.2.2", "198.51.100.1", "2001:db8::1"])
RCODES = st.sampled_from([None, "NOERROR", "NXDOMAIN", "SERVFAIL"])
TIMES = st.datetimes(timezones=st.just(UTC))
DELEGATIONS = st.builds(
    Delegation,
    domain=st.just(DOMAIN),
    looked_at=TIMES,
    exists=st.none() | st.booleans(),
    parent_rcode=RCODES,
    referred=st.booleans(),
    parent_name_servers=st.lists(TEXTS, max_size=2).map(tuple),
    zone_name_servers=st.lists(TEXTS, max_size=2).map(tuple),
    servers=st.lists(
        st.builds(
            ServerLook,
            name=TEXTS,
            address=st.none() | ADDRESSES,
            state=st.sampled_from(ServerState),
            serial=st.none() | st.integers(0, 2**32 - 1),
            refresh_seconds=st.none() | st.integers(0, 2**31),
            name_servers=st.lists(TEXTS, max_size=2).map(tuple),
            detail=st.none() | st.text(),
        ),
        max_size=3,
    ).map(tuple),
    lameness=st.sampled_from(Lameness),
    serials_differ_since=st.none() | TIMES,
    dnssec=st.sampled_from(Dnssec),
    dnssec_detail=st.none() | st.text(),
    has_caa=st.none() | st.booleans(),
    networks=st.lists(TEXTS, max_size=2).map(tuple),
    names=st.lists(
        st.builds(
            NameLook,
            name=st.sampled_from([HOST, f"www.{DOMAIN}"]),
            addresses=st.lists(ADDRESSES, max_size=2).map(tuple),
            aliases=st.lists(TEXTS, max_size=2).map(tuple),
            rcode=RCODES,
            static=st.booleans(),
            blocked=st.booleans(),
        ),
        max_size=2,
        unique_by=lambda one: one.name,
    ).map(tuple),
    filtered=st.booleans(),
)


@given(DELEGATIONS)
def test_what_is_seen_was_looked_at_and_each_only_once(delegation):
    seen, covered = findings(delegation)
    assert len({one.identity for one in seen}) == len(seen)
    for one in seen:
        assert one.places
        assert one.places <= covered[one.identity.rule]
        json.dumps(one.evidence)


@given(DELEGATIONS)
def test_facts_survive_being_kept(delegation):
    assert delegation_of(json.loads(json.dumps(delegation_json(delegation)))) == delegation


def test_facts_of_an_older_version_keep_their_defaults():
    facts = {"domain": DOMAIN, "looked_at": T0.isoformat(), "of_a_newer_version": 1}
    assert delegation_of(facts) == Delegation(domain=DOMAIN, looked_at=T0)


@pytest.mark.parametrize(
    "facts",
    [
        {},
        {"domain": DOMAIN},
        {"domain": DOMAIN, "looked_at": 5},
        {"domain": DOMAIN, "looked_at": "yesterday"},
        {"domain": DOMAIN, "looked_at": T0.isoformat(), "lameness": "rather"},
        {"domain": DOMAIN, "looked_at": T0.isoformat(), "servers": [{"name": "ns1"}]},
        {"domain": DOMAIN, "looked_at": T0.isoformat(), "servers": ["ns1"]},
        {"domain": DOMAIN, "looked_at": T0.isoformat(), "servers": 5},
    ],
)
def test_what_are_no_facts_is_refused(facts):
    with pytest.raises(ValueError, match=r"."):
        delegation_of(facts)
