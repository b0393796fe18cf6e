"""The delegation inspection and our own resolver: hosts, aliases, filters, and a resolver that fails."""

from __future__ import annotations

from datetime import timedelta
from ipaddress import ip_address

import dns.flags
import dns.name
import dns.rdatatype
import pytest

from monitor.core.delegation.facts import Lameness, NameLook
from monitor.core.finding import FindingSeverity
from monitor.inspections.delegation import DelegationInspection
from monitor.inspections.delegation.authorities import leads_out
from monitor.inspections.delegation.resolving import OurResolver, ResolverSilentError, Written
from monitor.settings.settings import InspectionSettings
from tests.delegations import LOOPBACK, QUICK, inspect, look, register, rules, serving, usual
from tests.servers.nameservers import babbles, ignores, refuses
from tests.zones import DOMAIN, NOW, NS1, NS1_NAME, NS2, child, parent, recursor, serve_world, zone

LAPOR = f"lapor.{DOMAIN}"


def with_hosts(*records, others=()):
    """Return servers of a zone with these records, and a resolver that knows other zones too."""
    own = child('@ IN CAA 0 issue "ca.example"', *records)
    servers = serving(parent(), own)
    return {**servers, "127.0.11.1": recursor(parent(), own, *others)}


class TestHosts:
    async def test_addresses_of_both_families_and_the_chain_of_aliases_are_seen(self):
        hosts = ["lapor IN CNAME web", "web IN CNAME app.cloud.example."]
        cloud = zone("cloud.example", ["app IN A 192.0.2.10", "app IN AAAA 2001:db8::10"])
        seen = await look(with_hosts(*hosts, others=[cloud]), LAPOR)
        assert seen.names == (
            NameLook(
                name=LAPOR,
                addresses=("192.0.2.10", "2001:db8::10"),
                aliases=(f"web.{DOMAIN}", "app.cloud.example"),
                rcode="NOERROR",
            ),
        )

    async def test_a_host_in_good_order_is_no_finding(self):
        inspected = await inspect(with_hosts("lapor IN A 192.0.2.1", "lapor IN AAAA 2001:db8::1"), LAPOR)
        assert rules(inspected) == {"dnssec_unsigned"}
        assert inspected.covered["host_without_address"] == {LAPOR}

    @pytest.mark.parametrize(
        ("record", "answer"), [("lain IN A 192.0.2.1", "NXDOMAIN"), ('lapor IN TXT "kosong"', "NOERROR")]
    )
    async def test_a_host_without_address_is_found(self, record, answer):
        inspected = await inspect(with_hosts(record), LAPOR)
        (one,) = [one for one in inspected.seen if one.identity.rule == "host_without_address"]
        assert (one.identity.subject.name, one.evidence) == (LAPOR, {"answer": answer})

    async def test_a_host_with_ipv4_only_is_told(self):
        inspected = await inspect(with_hosts("lapor IN A 192.0.2.1"), LAPOR)
        (one,) = [one for one in inspected.seen if one.identity.rule == "ipv6_missing"]
        assert one.places == {LAPOR}

    async def test_an_alias_of_a_foreign_name_that_is_gone_is_severe(self):
        cloud = zone("cloud.example", ["other IN A 192.0.2.10"])
        servers = with_hosts("lapor IN CNAME gone.cloud.example.", others=[cloud])
        inspected = await inspect(servers, LAPOR)
        (one,) = [one for one in inspected.seen if one.identity.subject.name == LAPOR]
        assert (one.identity.rule, one.severity) == ("cname_dangling", FindingSeverity.SEVERE)
        assert one.evidence == {"target": "gone.cloud.example"}

    async def test_an_alias_of_a_foreign_name_that_exists_without_address_is_not_up_for_grabs(self):
        cloud = zone("cloud.example", ['app IN TXT "here"'])
        inspected = await inspect(with_hosts("lapor IN CNAME app.cloud.example.", others=[cloud]), LAPOR)
        assert "cname_dangling" not in rules(inspected)
        assert "host_without_address" in rules(inspected)

    async def test_aliases_in_a_circle_come_to_an_end(self):
        seen = await look(with_hosts("lapor IN CNAME web", "web IN CNAME lapor"), LAPOR)
        assert seen.names[0].addresses == ()
        assert len(seen.names[0].aliases) <= 16

    async def test_hosts_of_the_static_map_are_not_asked_for(self):
        servers = with_hosts("lain IN A 192.0.2.1")
        inspected = await inspect(servers, LAPOR, resolve={"Lapor.demoprov.go.id.": ("192.0.2.77",)})
        (name,) = inspected.facts["names"]
        assert (name["addresses"], name["static"]) == (["192.0.2.77"], True)
        assert "host_without_address" not in inspected.covered

    async def test_a_name_server_of_the_static_map_is_asked_there(self):
        above = parent(glue={"ns.luar.example": [], NS1_NAME: [NS1]})
        servers = serving(above, child(servers=["ns.luar.example", NS1_NAME]))
        seen = await look(servers, resolve={"ns.luar.example": ("127.0.14.1",)})
        assert ("ns.luar.example", "127.0.14.1") in [(one.name, one.address) for one in seen.servers]
        assert seen.lameness is Lameness.NONE


class TestFilter:
    @pytest.mark.parametrize(
        "record",
        [
            "lapor IN CNAME internetpositif.id.",
            "lapor IN CNAME block.internetpositif.id.",
            "lapor IN A 36.86.63.182",
        ],
    )
    async def test_a_block_page_tells_of_our_resolver_and_not_of_the_domain(self, record):
        national = zone("internetpositif.id", ["@ IN A 192.0.2.66", "block IN A 192.0.2.66"])
        other = f"gone.{DOMAIN}"
        inspected = await inspect(with_hosts(record, others=[national]), LAPOR, other)
        assert inspected.facts["filtered"] is True
        assert {one["name"]: one["blocked"] for one in inspected.facts["names"]} == {
            LAPOR: True,
            other: False,
        }
        assert "block page" in inspected.failure
        assert LAPOR in inspected.failure
        assert rules(inspected) == {"dnssec_unsigned"}
        assert not {"host_without_address", "cname_dangling", "ipv6_missing"} & set(inspected.covered)
        assert "delegation_lame" in inspected.covered

    async def test_a_filtered_resolver_is_not_believed_that_a_name_server_has_no_address(self):
        above = parent(glue={"ns.luar.example": [], NS1_NAME: [NS1]})
        own = child("lapor IN CNAME internetpositif.id.", servers=["ns.luar.example", NS1_NAME])
        inspected = await inspect(serving(above, own), LAPOR)
        assert inspected.facts["filtered"] is True
        assert inspected.facts["lameness"] == "unknown"
        assert not {"delegation_lame", "dns_single_server", "caa_missing"} & set(inspected.covered)

    async def test_a_block_page_is_never_asked_as_a_name_server(self):
        above = parent(glue={"ns.luar.example": [], NS1_NAME: [NS1]})
        filtered = zone("luar.example", ["ns IN A 36.86.63.182"])
        servers = serving(above, child(servers=["ns.luar.example", NS1_NAME]))
        seen = await look({**servers, "127.0.11.1": recursor(above, child(), filtered)})
        assert (seen.servers[0].name, seen.servers[0].address) == ("ns.luar.example", None)
        assert "block page" in seen.servers[0].detail


class TestOurOwnResolver:
    @pytest.mark.parametrize("answering", [ignores, babbles])
    async def test_a_dead_resolver_says_nothing_of_anybody(self, answering):
        inspected = await inspect(usual(resolver=answering), LAPOR, patience=QUICK)
        assert "Our resolver is silent" in inspected.failure
        assert (inspected.facts, inspected.seen, dict(inspected.covered)) == (None, (), {})

    async def test_a_resolver_that_fails_leaves_everything_unknown(self):
        inspected = await inspect(usual(resolver=refuses("SERVFAIL")), LAPOR)
        assert "Our resolver answered SERVFAIL" in inspected.failure
        assert (inspected.seen, dict(inspected.covered)) == ((), {})
        assert inspected.facts["names"][0]["rcode"] == "SERVFAIL"

    async def test_a_resolver_that_fails_for_one_host_only_leaves_that_one_unknown(self):
        honest = recursor(parent(), child())

        def failing(query, tcp):
            about_lapor = query.question[0].name.to_text().startswith("lapor")
            return (refuses("SERVFAIL") if about_lapor else honest)(query, tcp)

        inspected = await inspect(usual(resolver=failing), LAPOR)
        assert inspected.failure is None
        assert "host_without_address" not in inspected.covered
        assert "delegation_lame" in inspected.covered

    async def test_a_resolver_that_falls_silent_midway_is_told(self):
        honest = recursor(parent(), child())

        def falling(query, tcp):
            return None if query.question[0].name.to_text().startswith("lapor") else honest(query, tcp)

        inspected = await inspect(usual(resolver=falling), LAPOR, patience=QUICK)
        assert inspected.failure == f"Our resolver gave no answer for {LAPOR}."
        assert "delegation_lame" in inspected.covered
        assert "host_without_address" not in inspected.covered

    @pytest.mark.parametrize(
        ("answering", "says"), [(ignores, "gave no answer"), (refuses("SERVFAIL"), "SERVFAIL")]
    )
    async def test_a_name_server_whose_address_cannot_be_learned_is_not_said_to_have_none(
        self, answering, says
    ):
        above = parent(glue={"ns.luar.example": [], NS1_NAME: [NS1]})
        honest = recursor(above, child())

        def failing(query, tcp):
            about_it = query.question[0].name.to_text().startswith("ns.luar")
            return (answering if about_it else honest)(query, tcp)

        servers = serving(above, child(servers=["ns.luar.example", NS1_NAME]))
        inspected = await inspect({**servers, "127.0.11.1": failing}, patience=QUICK)
        assert inspected.facts["lameness"] == "unknown"
        assert says in inspected.failure
        assert not {"delegation_lame", "dns_single_server", "dns_single_network"} & set(inspected.covered)

    async def test_a_look_that_takes_too_long_is_given_up_and_says_nothing(self):
        honest = recursor(parent(), child())

        def slow_about_hosts(query, tcp):
            return None if query.question[0].name.to_text().startswith("host") else honest(query, tcp)

        hosts = [f"host{number}.{DOMAIN}" for number in range(60)]
        inspected = await inspect(usual(resolver=slow_about_hosts), *hosts, patience=timedelta(seconds=0.3))
        assert "was not over after 2.4 s" in inspected.failure
        assert (inspected.facts, inspected.seen, dict(inspected.covered)) == (None, (), {})

    @pytest.mark.parametrize(
        ("written", "meant"),
        [
            ("127.0.0.1", ("127.0.0.1", 53)),
            ("127.0.0.1:5300", ("127.0.0.1", 5300)),
            ("::1", ("::1", 53)),
            ("[::1]", ("::1", 53)),
            ("[::1]:5300", ("::1", 5300)),
        ],
    )
    def test_resolvers_are_read_as_the_settings_write_them(self, written, meant):
        assert list(Written((written,))()) == [meant]

    def test_without_any_in_the_settings_they_are_the_systems(self):
        assert all(ip_address(address) and port == 53 for address, port in Written(())())

    async def test_a_machine_without_resolver_says_nothing(self):
        resolver = OurResolver(list, {}, (), 1)
        with pytest.raises(ResolverSilentError, match="no resolver to ask"):
            await resolver.ask(dns.name.root, dns.rdatatype.NS)
        assert await resolver.look(LAPOR) == NameLook(name=LAPOR)
        assert await resolver.look("a..b") == NameLook(name="a..b")

    async def test_the_next_resolver_is_asked_where_the_first_is_silent(self):
        servers = {**usual(), "127.0.17.1": ignores}
        async with serve_world(servers) as world:
            inspection = DelegationInspection(
                InspectionSettings(dns_port=world.port, timeout=QUICK * 5),
                (f"127.0.17.1:{world.port}", world.resolver),
                {},
                LOOPBACK,
            )
            inspection.follow(register(names=(DOMAIN,)))
            inspected = await inspection.inspect(DOMAIN, None, NOW)
        assert inspected.facts["lameness"] == "none"
        assert {(name, kind) for name, kind, _ in world.servers["127.0.17.1"].questions} == {("go.id", "SOA")}

    async def test_a_domain_that_does_not_verify_is_looked_at_through_a_resolver_that_verifies(self):
        above = parent(glue={"ns.luar.example": [], NS1_NAME: [NS1]})
        own = child("lapor IN A 192.0.2.1", servers=["ns.luar.example", NS1_NAME])
        honest = recursor(above, own, zone("luar.example", [f"ns IN A {NS2}"]))

        def verifying(query, tcp):
            return (honest if query.flags & dns.flags.CD else refuses("SERVFAIL"))(query, tcp)

        seen = await look({**serving(above, own), "127.0.11.1": verifying}, LAPOR)
        assert [(one.address, one.state.value) for one in seen.servers] == [
            (NS2, "authoritative"),
            (NS1, "authoritative"),
        ]
        assert (seen.names[0].rcode, seen.names[0].addresses) == ("SERVFAIL", ())

    def test_an_address_behind_a_private_ipv6_route_is_not_reached(self):
        assert leads_out("fd00::2", "2606:4700::1111") is False
        assert leads_out("2a00::2", "2606:4700::1111") is True
        assert leads_out("::1", "::1") is True
        assert leads_out("192.168.1.2", "1.1.1.1") is True


class TestTargets:
    def test_they_are_the_registrable_domains_of_hosts_and_names(self):
        inspection = DelegationInspection(InspectionSettings(), (), {})
        inspection.follow(
            register(
                LAPOR, f"www.{DOMAIN}", "contoh.desa.id", "192.0.2.1", "intern", names=("x.dinas.go.id",)
            )
        )
        assert list(inspection.targets()) == ["contoh.desa.id", DOMAIN, "dinas.go.id"]

    async def test_a_name_of_a_dns_check_is_no_host_that_needs_an_address(self):
        inspected = await inspect(usual())
        assert inspected.facts["names"] == []

    def test_a_new_register_replaces_the_old(self):
        inspection = DelegationInspection(InspectionSettings(), (), {})
        inspection.follow(register(LAPOR))
        inspection.follow(register("contoh.desa.id"))
        assert list(inspection.targets()) == ["contoh.desa.id"]
