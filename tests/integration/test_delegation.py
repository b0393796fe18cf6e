"""The delegation inspection against real servers: the parent, the name servers, and what they agree on."""

from __future__ import annotations

from datetime import timedelta

import dns.flags
import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset
import pytest

from monitor.core.delegation.facts import Dnssec, Lameness, ServerState
from monitor.core.finding import FindingSeverity
from monitor.probes.guard import networks
from tests.delegations import QUICK, inspect, look, rules, serving, usual
from tests.servers.nameservers import babbles, ignores, mistakes_the_id, refuses, truncates
from tests.zones import (
    DOMAIN,
    NOW,
    NS1,
    NS1_NAME,
    NS2,
    NS2_NAME,
    PARENT_SERVER,
    SERIAL,
    authority,
    child,
    parent,
    recursor,
    zone,
)


def without_authority(answering):
    """Answer as one does who has the zone from elsewhere."""

    def answer(query, tcp):
        response = answering(query, tcp)
        response.flags &= ~dns.flags.AA
        return response

    return answer


def states(delegation):
    return {one.name.partition(".")[0]: one.state for one in delegation.servers}


class TestInGoodOrder:
    async def test_a_domain_in_good_order_is_seen_as_it_is(self):
        seen = await look(usual(), f"lapor.{DOMAIN}")
        assert (seen.domain, seen.looked_at, seen.exists, seen.referred) == (DOMAIN, NOW, True, True)
        assert seen.parent_name_servers == seen.zone_name_servers == (NS1_NAME, NS2_NAME)
        assert [(one.name, one.address, one.serial) for one in seen.servers] == [
            (NS1_NAME, NS1, SERIAL),
            (NS2_NAME, NS2, SERIAL),
        ]
        assert (seen.lameness, seen.dnssec, seen.has_caa) == (Lameness.NONE, Dnssec.UNSIGNED, True)
        assert seen.networks == ("127.0.13.0/24", "127.0.14.0/24")
        assert seen.serials_differ_since is None

    async def test_only_what_could_be_better_is_found(self):
        inspected = await inspect(usual())
        assert rules(inspected) == {"dnssec_unsigned"}
        assert inspected.failure is None
        assert (inspected.inspection, inspected.target, inspected.at) == ("delegation", DOMAIN, NOW)

    async def test_servers_are_asked_without_recursion_and_the_resolver_with(self):
        wishes = {}

        def noting(name, answering):
            def answer(query, tcp):
                wishes.setdefault(name, set()).add(bool(query.flags & dns.flags.RD))
                return answering(query, tcp)

            return answer

        servers = usual()
        await look({host: noting(host, one) for host, one in servers.items()})
        assert wishes[NS1] == wishes[PARENT_SERVER] == {False}
        assert wishes["127.0.11.1"] == {True}

    async def test_truncated_answers_are_asked_for_again_over_tcp(self):
        seen = await look({host: truncates(one) for host, one in usual().items()}, f"lapor.{DOMAIN}")
        assert (seen.lameness, seen.exists, seen.has_caa) == (Lameness.NONE, True, True)
        assert seen.names[0].addresses == ("192.0.2.10",)

    async def test_a_server_that_does_not_know_edns_is_asked_without(self):
        def old(query, tcp):
            if query.edns >= 0:
                response = dns.message.make_response(query)
                response.use_edns(False)
                response.set_rcode(dns.rcode.FORMERR)
                return response
            return authority(child())(query, tcp)

        seen = await look(usual(ns1=old))
        assert states(seen) == {"ns1": ServerState.AUTHORITATIVE, "ns2": ServerState.AUTHORITATIVE}

    async def test_a_lost_datagram_is_sent_again(self):
        lost = []

        def loses_the_first(query, tcp):
            lost.append(query.id)
            return None if len(lost) == 1 else authority(child())(query, tcp)

        seen = await look(usual(ns1=loses_the_first), patience=timedelta(seconds=3))
        assert states(seen)["ns1"] is ServerState.AUTHORITATIVE
        assert lost[0] == lost[1]


class TestLameness:
    @pytest.mark.parametrize(
        ("answering", "says"),
        [
            (refuses("REFUSED"), "answered REFUSED"),
            (refuses("SERVFAIL"), "answered SERVFAIL"),
            (refuses("NOERROR"), "without authority"),
            (without_authority(authority(child())), "without authority"),
            (authority(zone("lain.go.id", [])), "answered REFUSED"),
        ],
    )
    async def test_a_server_that_answers_otherwise_is_lame(self, answering, says):
        inspected = await inspect(usual(ns2=answering))
        (one,) = [one for one in inspected.seen if one.identity.rule == "delegation_lame"]
        assert one.severity is FindingSeverity.MODERATE
        assert one.evidence["servers"] == [f"{NS2_NAME} ({NS2})"]
        assert says in one.evidence["details"][0]
        assert (one.evidence["count"], one.evidence["total"]) == (1, 2)

    async def test_authority_without_the_zones_soa_is_lame(self):
        def empty(query, tcp):
            response = dns.message.make_response(query)
            response.flags |= dns.flags.AA
            return response

        seen = await look(usual(ns2=empty))
        assert states(seen)["ns2"] is ServerState.LAME
        assert "without a SOA record" in seen.servers[1].detail

    @pytest.mark.parametrize("answering", [ignores, babbles, mistakes_the_id(authority(child()))])
    async def test_a_server_without_a_usable_answer_is_silent(self, answering):
        seen = await look(usual(ns2=answering), patience=QUICK)
        assert states(seen) == {"ns1": ServerState.AUTHORITATIVE, "ns2": ServerState.SILENT}
        assert seen.lameness is Lameness.PARTIAL
        assert NS2 in seen.servers[1].detail

    async def test_a_server_that_is_not_there_is_silent(self):
        seen = await look(usual(ns2=None), patience=QUICK)
        assert states(seen)["ns2"] is ServerState.SILENT

    async def test_servers_that_all_refuse_are_full_lameness(self):
        inspected = await inspect(usual(ns1=refuses("REFUSED"), ns2=refuses("REFUSED")))
        severities = {one.identity.rule: one.severity for one in inspected.seen}
        assert severities["delegation_lame"] is FindingSeverity.SEVERE
        assert not {"caa_missing", "dns_serials_differ", "delegation_mismatch"} & set(inspected.covered)

    async def test_silence_of_all_is_full_lameness_only_where_our_resolver_finds_nothing_either(self):
        gone = recursor(zone("go.id", ["@ IN NS ns.go.id.", f"ns IN A {PARENT_SERVER}"]))
        dead = await inspect(usual(resolver=gone, ns1=ignores, ns2=ignores), patience=QUICK)
        assert dead.facts["lameness"] == "full"
        ours = await inspect(usual(ns1=ignores, ns2=ignores), patience=QUICK)
        assert ours.facts["lameness"] == "unknown"
        assert "silent to us" in ours.failure
        assert "delegation_lame" not in ours.covered

    async def test_a_server_that_gives_no_name_servers_still_has_authority(self):
        def silent_about_names(query, tcp):
            about_names = query.question[0].rdtype == dns.rdatatype.NS
            return None if about_names else authority(child())(query, tcp)

        seen = await look(usual(ns1=silent_about_names), patience=QUICK)
        assert states(seen)["ns1"] is ServerState.AUTHORITATIVE
        assert (seen.servers[0].name_servers, seen.zone_name_servers) == ((), (NS1_NAME, NS2_NAME))

    async def test_a_server_whose_name_has_no_address_is_a_fault(self):
        above = parent(glue={NS1_NAME: [NS1], "ns.hilang.example": []})
        inspected = await inspect(serving(above, child(servers=[NS1_NAME, "ns.hilang.example"])))
        (one,) = [one for one in inspected.seen if one.identity.rule == "delegation_lame"]
        assert one.evidence["servers"] == ["ns.hilang.example"]

    async def test_addresses_that_are_not_public_are_never_asked(self):
        inner = networks(["127.0.11.0/24", "127.0.12.0/24", "127.0.13.0/24"])
        asked = []

        def noting(query, tcp):
            asked.append(query)
            return authority(child())(query, tcp)

        seen = await look(usual(ns2=noting), allowed=inner)
        assert states(seen) == {"ns1": ServerState.AUTHORITATIVE, "ns2": ServerState.REFUSED_BY_US}
        assert seen.lameness is Lameness.UNKNOWN
        assert asked == []

    async def test_addresses_that_no_route_leads_to_are_left_out(self):
        # Without an interface a link-local address leads nowhere, whatever the machine's routes are.
        above = parent(glue={NS1_NAME: [NS1], NS2_NAME: [NS2, "fe80::1"]})
        seen = await look(
            serving(above, child()), allowed=networks(["127.0.0.0/8", "fe80::/10"]), patience=QUICK
        )
        assert [(one.address, one.state) for one in seen.servers] == [
            (NS1, ServerState.AUTHORITATIVE),
            (NS2, ServerState.AUTHORITATIVE),
            ("fe80::1", ServerState.NOT_ASKED),
        ]
        assert "no route" in seen.servers[2].detail
        assert seen.lameness is Lameness.NONE

    async def test_servers_are_asked_over_ipv6_too(self):
        above = parent(glue={NS1_NAME: [NS1], NS2_NAME: ["::1"]})
        seen = await look({**serving(above, child()), "::1": authority(child())})
        assert [one.address for one in seen.servers] == [NS1, "::1"]
        assert seen.lameness is Lameness.NONE


class TestAgreement:
    async def test_parent_and_zone_that_name_different_servers_are_found(self):
        own = child(servers=[NS1_NAME, "ns3.demoprov.go.id"])
        inspected = await inspect(serving(parent(), own))
        (one,) = [one for one in inspected.seen if one.identity.rule == "delegation_mismatch"]
        assert one.evidence["parent"] == [NS1_NAME, NS2_NAME]
        assert one.evidence["zone"] == [NS1_NAME, "ns3.demoprov.go.id"]

    async def test_a_parents_server_that_serves_the_zone_itself_says_nothing_of_the_delegation(self):
        both = authority(child(servers=[NS1_NAME, "ns3.demoprov.go.id"]))
        inspected = await inspect(usual(parent=both))
        assert inspected.facts["exists"] is True
        assert inspected.facts["referred"] is False
        assert "delegation_mismatch" not in inspected.covered
        assert inspected.facts["dnssec"] == "unknown"
        assert "not for its parent" in inspected.facts["dnssec_detail"]

    async def test_an_answer_of_its_own_is_no_referral_even_where_it_names_the_servers_twice(self):
        def twice(query, tcp):
            response = authority(child())(query, tcp)
            response.authority += response.answer
            return response

        seen = await look(usual(parent=twice))
        assert (seen.exists, seen.referred) == (True, False)

    async def test_another_server_of_the_parent_that_refers_is_believed_rather(self):
        more = ["@ IN NS ns2.go.id.", "ns2 IN A 127.0.15.1"]
        above = parent(*more)
        servers = {
            **serving(above, child()),
            PARENT_SERVER: authority(child()),
            "127.0.15.1": authority(above),
        }
        seen = await look(servers)
        assert seen.referred is True

    async def test_a_transfer_under_way_is_no_finding(self):
        inspected = await inspect(usual(ns2=authority(child(serial=SERIAL - 1))))
        assert inspected.facts["serials_differ_since"] == NOW.isoformat()
        assert "dns_serials_differ" in inspected.covered
        assert "dns_serials_differ" not in rules(inspected)

    async def test_a_server_that_stays_behind_is_found_at_a_later_look(self):
        servers = usual(ns2=authority(child(serial=SERIAL - 1)))
        first = await inspect(servers)
        later = await inspect(servers, before=first.facts, now=NOW + timedelta(days=1))
        (one,) = [one for one in later.seen if one.identity.rule == "dns_serials_differ"]
        assert one.evidence["since_at"] == NOW.isoformat()
        assert one.evidence["serials"] == [f"{NS2_NAME}: {SERIAL - 1}", f"{NS1_NAME}: {SERIAL}"]

    async def test_facts_that_cannot_be_read_are_as_if_there_were_none(self):
        inspected = await inspect(usual(), before={"domain": 5})
        assert inspected.facts["lameness"] == "none"

    async def test_one_server_under_two_names_is_one(self):
        above = parent(glue={NS1_NAME: [NS1], NS2_NAME: [NS1]})
        assert "dns_single_server" in rules(await inspect(serving(above, child())))

    async def test_servers_side_by_side_stand_in_one_network(self):
        above = parent(glue={NS1_NAME: [NS1], NS2_NAME: ["127.0.13.2"]})
        inspected = await inspect({**serving(above, child()), "127.0.13.2": authority(child())})
        (one,) = [one for one in inspected.seen if one.identity.rule == "dns_single_network"]
        assert one.evidence["network"] == "127.0.13.0/24"

    async def test_a_domain_without_caa_is_found(self):
        inspected = await inspect(serving(parent(), child()))
        assert "caa_missing" in rules(inspected)

    @pytest.mark.parametrize("answering", [ignores, refuses("REFUSED")])
    async def test_caa_that_cannot_be_asked_for_is_not_known(self, answering):
        def without_caa(query, tcp):
            about_caa = query.question[0].rdtype == dns.rdatatype.CAA
            return (answering if about_caa else authority(child()))(query, tcp)

        inspected = await inspect(usual(ns1=without_caa), patience=QUICK)
        assert inspected.facts["has_caa"] is None
        assert "caa_missing" not in inspected.covered

    async def test_caa_of_the_zone_above_holds_for_it_too(self):
        inspected = await inspect(serving(parent('@ IN CAA 0 issue "ca.example"'), child()))
        assert inspected.facts["has_caa"] is True


class TestTheParent:
    async def test_a_domain_that_the_parent_does_not_know_is_found(self):
        inspected = await inspect(serving(parent(glue={}), child()), f"lapor.{DOMAIN}")
        assert rules(inspected) == {"domain_not_delegated"}
        assert (inspected.facts["exists"], inspected.facts["parent_rcode"]) == (False, "NXDOMAIN")
        assert "delegation_lame" not in inspected.covered

    async def test_a_denial_is_not_believed_where_another_server_refers(self):
        above = parent("@ IN NS ans.go.id.", "ans IN A 127.0.15.1")
        denying = authority(parent(glue={}))
        inspected = await inspect({**serving(above, child()), "127.0.15.1": denying})
        assert inspected.facts["exists"] is True

    async def test_a_domain_that_lives_in_its_parents_zone_is_not_missing(self):
        above = parent(f"{DOMAIN}. IN A 192.0.2.1", glue={})
        inspected = await inspect(serving(above, child()))
        assert (inspected.facts["exists"], inspected.facts["parent_rcode"]) == (False, "NOERROR")
        assert rules(inspected) == set()

    @pytest.mark.parametrize(
        ("answering", "says"),
        [
            (refuses("REFUSED"), "answered REFUSED"),
            (recursor(parent(), child()), "intercepted"),
            (without_authority(authority(parent(glue={}))), "without authority"),
            (ignores, "gave no legible answer"),
            (babbles, "gave no legible answer"),
        ],
    )
    async def test_a_parent_of_no_use_leaves_everything_unknown(self, answering, says):
        inspected = await inspect(usual(parent=answering), f"lapor.{DOMAIN}", patience=QUICK)
        assert says in inspected.failure
        assert inspected.facts["exists"] is None
        assert inspected.facts["lameness"] == "unknown"
        assert DOMAIN not in set().union(*inspected.covered.values())

    async def test_a_parent_of_no_use_leaves_what_it_said_before(self):
        first = await inspect(usual())
        broken = usual(parent=refuses("REFUSED"))
        later = await inspect(broken, before=first.facts, now=NOW + timedelta(days=1))
        assert (later.facts, "answered REFUSED" in later.failure) == (None, True)
        nothing = await inspect(broken)
        again = await inspect(broken, before=nothing.facts, now=NOW + timedelta(days=1))
        assert again.facts["exists"] is None

    async def test_a_server_of_the_parent_that_fails_has_another_asked(self):
        above = parent("@ IN NS ans.go.id.", "ans IN A 127.0.15.1")
        seen = await look({**serving(above, child()), "127.0.15.1": refuses("SERVFAIL")})
        assert seen.exists is True

    async def test_a_zone_between_that_our_resolver_does_not_tell_is_followed(self):
        top = zone(
            "id", ["@ IN NS a.id.", "a IN A 127.0.16.1", "go IN NS ns.go.id.", f"ns.go IN A {PARENT_SERVER}"]
        )
        servers = usual(resolver=recursor(top, child()))
        seen = await look({**servers, "127.0.16.1": authority(top)})
        assert (seen.exists, seen.referred, seen.lameness) == (True, True, Lameness.NONE)

    async def test_a_zone_above_without_name_servers_leaves_everything_unknown(self):
        inspected = await inspect(usual(resolver=recursor(zone("go.id", []))))
        assert "names no name servers of go.id" in inspected.failure

    async def test_addresses_of_foreign_names_in_a_referral_are_not_believed(self):
        above = parent(glue={"ns.luar.example": [], NS1_NAME: [NS1]})

        def slips_in_an_address(query, tcp):
            response = authority(above)(query, tcp)
            lie = dns.rrset.from_text("ns.luar.example.", 60, "IN", "A", "127.0.66.6")
            response.additional.append(lie)
            return response

        own = child(servers=["ns.luar.example", NS1_NAME])
        abroad = zone("luar.example", [f"ns IN A {NS2}"])
        servers = {**serving(above, own), PARENT_SERVER: slips_in_an_address}
        seen = await look({**servers, "127.0.11.1": recursor(above, own, abroad)})
        assert [one.address for one in seen.servers] == [NS2, NS1]

    async def test_a_parents_server_at_an_address_that_is_not_public_is_never_asked(self):
        asked = []

        def noting(query, tcp):
            asked.append(query)
            return authority(parent())(query, tcp)

        inspected = await inspect(usual(parent=noting), allowed=networks(["127.0.13.0/24"]))
        assert "none of its servers may or can be asked" in inspected.failure
        assert asked == []

    async def test_a_referral_upwards_is_of_no_use(self):
        def upwards(query, tcp):
            response = dns.message.make_response(query)
            response.authority.append(zone("id", ["@ IN NS a.id."]).get_rrset("id.", "NS"))
            return response

        inspected = await inspect(usual(parent=upwards))
        assert "without referral" in inspected.failure
