"""What the looks at name servers come to: lameness, serials, networks, and who names whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.delegation.facts import Delegation, Lameness, NameLook, ServerLook, ServerState
from monitor.core.delegation.lameness import (
    addresses_known,
    at_fault,
    dangling,
    differ_since,
    lags,
    lameness,
    networks,
    parent_differs,
    registry_disagrees,
    serials,
    shortfall,
    single_network,
    single_server,
)
from monitor.core.registration.facts import Registration, RegistrationSource

T0 = datetime(2026, 11, 22, tzinfo=UTC)
DOMAIN = "demoprov.go.id"
GOOD, LAME, SILENT = ServerState.AUTHORITATIVE, ServerState.LAME, ServerState.SILENT
NO_ADDRESS, REFUSED, NOT_ASKED = ServerState.NO_ADDRESS, ServerState.REFUSED_BY_US, ServerState.NOT_ASKED
V4, OTHER_V4, V6 = "192.0.2.1", "198.51.100.1", "2001:db8::1"


def server(name, state=GOOD, address=V4, **more):
    return ServerLook(name=name, address=address, state=state, **more)


def look(**more):
    return Delegation(domain=DOMAIN, looked_at=T0, **more)


class TestLameness:
    @pytest.mark.parametrize(
        ("states", "expected"),
        [
            ((), Lameness.UNKNOWN),
            ((GOOD,), Lameness.NONE),
            ((GOOD, GOOD), Lameness.NONE),
            ((GOOD, LAME), Lameness.PARTIAL),
            ((GOOD, SILENT), Lameness.PARTIAL),
            ((GOOD, NO_ADDRESS), Lameness.PARTIAL),
            ((LAME, SILENT, NO_ADDRESS), Lameness.FULL),
            ((SILENT, SILENT), Lameness.FULL),
            ((GOOD, NOT_ASKED), Lameness.UNKNOWN),
            ((GOOD, REFUSED), Lameness.UNKNOWN),
            ((LAME, NOT_ASKED), Lameness.PARTIAL),
            ((NOT_ASKED, REFUSED), Lameness.UNKNOWN),
        ],
    )
    def test_each_server_has_its_part_in_it(self, states, expected):
        servers = [server(f"ns{number}", state) for number, state in enumerate(states)]
        assert lameness(servers, resolvable=False) is expected

    def test_an_address_that_is_out_of_our_reach_is_left_out_where_the_server_answers_at_another(self):
        assert lameness([server("ns1"), server("ns1", NOT_ASKED, V6)]) is Lameness.NONE

    def test_a_server_that_answers_at_one_address_only_is_lame_in_part(self):
        assert lameness([server("ns1"), server("ns1", SILENT, OTHER_V4)]) is Lameness.PARTIAL

    def test_silence_of_all_may_be_ours_unless_our_resolver_does_not_find_the_zone_either(self):
        silent = [server("ns1", SILENT), server("ns2", SILENT, OTHER_V4)]
        assert lameness(silent, resolvable=True) is Lameness.UNKNOWN
        assert lameness(silent, resolvable=None) is Lameness.UNKNOWN
        assert lameness(silent, resolvable=False) is Lameness.FULL

    def test_a_wrong_answer_is_a_fault_even_where_our_resolver_still_remembers_the_zone(self):
        assert lameness([server("ns1", LAME)], resolvable=True) is Lameness.FULL

    def test_silence_over_ipv6_alone_may_be_our_own(self):
        both = [server("ns1"), server("ns1", SILENT, V6)]
        assert (lameness(both), at_fault(both)) == (Lameness.NONE, ())

    def test_silence_over_ipv6_counts_where_another_server_answers_over_ipv6(self):
        silent = server("ns1", SILENT, V6)
        servers = [server("ns1"), silent, server("ns2", GOOD, "2001:db8::2")]
        assert (lameness(servers), at_fault(servers)) == (Lameness.PARTIAL, (silent,))


LOOKS = st.lists(
    st.builds(
        ServerLook,
        name=st.sampled_from(["ns1", "ns2", "ns3"]),
        address=st.sampled_from([V4, OTHER_V4, V6, None]),
        state=st.sampled_from(ServerState),
        serial=st.none() | st.integers(0, 2**32 - 1),
    ),
    max_size=6,
)


@given(LOOKS)
def test_a_server_with_authority_keeps_lameness_from_being_full(servers):
    found = lameness(servers)
    if any(one.state is GOOD for one in servers):
        assert found is not Lameness.FULL
    else:
        assert found is not Lameness.NONE


@given(LOOKS, st.randoms())
def test_the_order_of_the_looks_does_not_matter(servers, random):
    shuffled = list(servers)
    random.shuffle(shuffled)
    assert lameness(shuffled) is lameness(servers)
    assert serials(shuffled) == serials(servers)
    assert single_server(shuffled) == single_server(servers)


@given(LOOKS)
def test_one_more_that_cannot_be_asked_never_finds_a_fault(servers):
    more = [*servers, server("ns9", NOT_ASKED)]
    if lameness(servers) in (Lameness.NONE, Lameness.UNKNOWN):
        assert lameness(more) is Lameness.UNKNOWN


class TestSerials:
    def test_they_are_ordered_round_the_clock_of_their_space(self):
        given = [server("ns1", serial=4294967290), server("ns2", serial=3)]
        assert serials(given) == (4294967290, 3)

    def test_equal_ones_are_one(self):
        assert serials([server("ns1", serial=7), server("ns2", serial=7), server("ns3", LAME)]) == (7,)

    def test_the_first_look_at_which_they_differ_begins_it(self):
        apart = [server("ns1", serial=7), server("ns2", serial=8)]
        assert differ_since(apart, None, T0) == T0

    def test_it_goes_on_while_every_look_finds_it(self):
        apart = [server("ns1", serial=7), server("ns2", serial=8)]
        before = look(serials_differ_since=T0)
        assert differ_since(apart, before, T0 + timedelta(days=1)) == T0

    def test_it_ends_when_they_agree(self):
        same = [server("ns1", serial=8), server("ns2", serial=8)]
        assert differ_since(same, look(serials_differ_since=T0), T0) is None

    @pytest.mark.parametrize(
        ("refresh", "later", "expected"),
        [
            (3600, timedelta(minutes=59), False),
            (3600, timedelta(minutes=61), True),
            (10**9, timedelta(hours=23), False),
            (10**9, timedelta(hours=25), True),
        ],
    )
    def test_a_lag_within_the_zones_own_refresh_is_normal(self, refresh, later, expected):
        apart = (
            server("ns1", serial=7, refresh_seconds=refresh),
            server("ns2", serial=8, refresh_seconds=refresh),
        )
        assert lags(replace(look(servers=apart, serials_differ_since=T0), looked_at=T0 + later)) is expected

    def test_equal_serials_do_not_lag(self):
        assert lags(look(servers=(server("ns1", serial=7),))) is False


class TestStandingAlone:
    @pytest.mark.parametrize(
        ("servers", "expected"),
        [
            ([], False),
            ([server("ns1")], True),
            ([server("ns1"), server("ns1", address=V6)], True),
            ([server("ns1"), server("ns2")], True),
            ([server("ns1"), server("ns2"), server("ns2", address=V6)], True),
            ([server("ns1"), server("ns2", address=OTHER_V4)], False),
            ([server("ns1"), server("ns1", address=OTHER_V4)], False),
            ([server("ns1"), server("ns2", address=V6)], False),
            ([server("ns1"), server("ns2", NO_ADDRESS, None)], True),
        ],
    )
    def test_one_machine_is_told_from_several(self, servers, expected):
        assert single_server(servers) is expected

    def test_networks_are_what_is_routed_as_a_whole(self):
        assert networks([V4, "192.0.2.200", OTHER_V4, V6, "2001:db8:0:1::1", "2001:db8:1::1"]) == (
            "192.0.2.0/24",
            "198.51.100.0/24",
            "2001:db8:1::/48",
            "2001:db8::/48",
        )

    @pytest.mark.parametrize(
        ("addresses", "expected"),
        [
            ([V4, "192.0.2.2"], "192.0.2.0/24"),
            ([V4, OTHER_V4], None),
            ([V4, "192.0.2.2", V6], "192.0.2.0/24"),
            ([V4, OTHER_V4, V6], None),
            ([V6, "2001:db8::2"], "2001:db8::/48"),
            ([V6, "2001:db8:1::2"], None),
        ],
    )
    def test_one_network_is_told_from_several(self, addresses, expected):
        servers = tuple(server(f"ns{number}", address=one) for number, one in enumerate(addresses))
        assert single_network(look(servers=servers, networks=networks(addresses))) == expected

    def test_a_single_server_is_not_told_twice(self):
        assert single_network(look(servers=(server("ns1"),), networks=networks([V4]))) is None

    def test_addresses_are_known_when_each_was_learned_or_is_known_to_be_missing(self):
        assert addresses_known([server("ns1"), server("ns2", NO_ADDRESS, None)])
        assert not addresses_known([server("ns1"), server("ns2", NOT_ASKED, None)])
        assert not addresses_known([])


class TestWhoNamesWhom:
    PARENT = look(referred=True, parent_name_servers=("ns1", "ns2"), zone_name_servers=("ns1", "ns3"))

    def test_parent_and_zone_differ(self):
        assert parent_differs(self.PARENT) is True
        assert parent_differs(replace(self.PARENT, zone_name_servers=("ns2", "ns1"))) is False

    @pytest.mark.parametrize(
        "less", [{"referred": False}, {"zone_name_servers": ()}, {"parent_name_servers": ()}]
    )
    def test_what_is_not_known_does_not_differ(self, less):
        assert parent_differs(replace(self.PARENT, **less)) is None

    def test_registry_and_parent_are_compared(self):
        registration = Registration(
            domain=DOMAIN, source=RegistrationSource.RDAP, looked_at=T0, name_servers=("ns2", "ns1")
        )
        assert registry_disagrees(self.PARENT, registration) is False
        assert registry_disagrees(self.PARENT, replace(registration, name_servers=("ns1",))) is True
        assert registry_disagrees(self.PARENT, replace(registration, name_servers=())) is None
        assert registry_disagrees(replace(self.PARENT, referred=False), registration) is None


class TestDangling:
    GONE = NameLook(
        name="sip.demoprov.go.id", aliases=("a.demoprov.go.id", "x.cloud.example"), rcode="NXDOMAIN"
    )

    def test_an_alias_of_a_name_elsewhere_that_does_not_exist_dangles(self):
        assert dangling(self.GONE, DOMAIN) == "x.cloud.example"

    @pytest.mark.parametrize(
        "other",
        [
            {"rcode": "NOERROR"},
            {"rcode": "SERVFAIL"},
            {"rcode": None},
            {"aliases": ()},
            {"aliases": ("x.cloud.example", "a.demoprov.go.id")},
            {"aliases": (DOMAIN,)},
            {"addresses": (V4,)},
            {"blocked": True},
        ],
    )
    def test_all_else_does_not(self, other):
        assert dangling(replace(self.GONE, **other), DOMAIN) is None

    def test_a_name_that_only_ends_alike_is_elsewhere(self):
        elsewhere = replace(self.GONE, aliases=("x.notdemoprov.go.id",))
        assert dangling(elsewhere, DOMAIN) == "x.notdemoprov.go.id"


class TestWhatCouldNotBeHad:
    @pytest.mark.parametrize(
        ("seen", "says"),
        [
            ({}, None),
            ({"names": (NameLook(name="a.go.id", rcode="NXDOMAIN"),)}, None),
            ({"names": (NameLook(name="a.go.id", rcode="NOERROR", static=True),)}, None),
            ({"names": (NameLook(name="a.go.id"),)}, "no answer for a.go.id"),
            (
                {"names": (NameLook(name="a.go.id", aliases=("b.id",), addresses=(V4,), blocked=True),)},
                f"a.go.id to a block page (b.id, {V4})",
            ),
            ({"servers": (server("ns1", NO_ADDRESS, None),), "lameness": Lameness.FULL}, None),
            ({"servers": (server("ns1", NOT_ASKED, None, detail="It failed."),)}, "It failed."),
            ({"servers": (server("ns1", NOT_ASKED, V6, detail="No route."),)}, None),
            ({"servers": (server("ns1", SILENT),), "lameness": Lameness.FULL}, None),
            ({"servers": (server("ns1", SILENT),)}, "silent to us"),
        ],
    )
    def test_it_is_told_where_it_is_no_fault_of_the_domain(self, seen, says):
        found = shortfall(look(**seen))
        assert found is None if says is None else says in found
