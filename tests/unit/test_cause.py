"""What failures have in common, and which have one cause."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.cause import ALLOWANCE, TIES, Group, Surroundings, grouped, nearest, traits
from monitor.core.incident import Tie, Trait
from monitor.core.reason import Reason, Stage
from tests.cases import MINUTE, SECOND, address, domain, member, spell

HERE = Surroundings(
    address="192.0.2.7",
    aliases=("lapor.cdn.example", "edge.cdn.example"),
    certificate="ab12",
    name_servers=("ns2.baliprov.go.id", "ns1.baliprov.go.id"),
    domain="baliprov.go.id",
)
ADDRESS, OTHER_ADDRESS = address("192.0.2.7"), address("192.0.2.8")
DOMAIN = domain("baliprov.go.id")
ALIASES = {Trait(Tie.CNAME, "lapor.cdn.example"), Trait(Tie.CNAME, "edge.cdn.example")}
NAME_SERVERS = Trait(Tie.NAME_SERVERS, "ns1.baliprov.go.id ns2.baliprov.go.id")
CERTIFICATE = Trait(Tie.CERTIFICATE, "ab12")


def services(members):
    """Return the ids of the services in each group."""
    return [[one.service_id for one in group.members] for group in grouped(members)]


class TestTraits:
    def test_a_name_that_does_not_resolve_is_the_fault_of_who_answers_for_names(self):
        assert traits(Stage.RESOLVE, HERE) == {*ALIASES, NAME_SERVERS, DOMAIN}

    def test_a_failed_handshake_is_the_fault_of_server_or_certificate(self):
        assert traits(Stage.HANDSHAKE, HERE) == {ADDRESS, CERTIFICATE, *ALIASES}

    @pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.REQUEST, Stage.RESPONSE, Stage.CONTENT])
    def test_every_other_failure_is_the_servers(self, stage):
        assert traits(stage, HERE) == {ADDRESS, *ALIASES}

    def test_a_wrong_certificate_is_no_fault_of_the_machine(self):
        assert traits(Stage.HANDSHAKE, HERE, Reason.TLS_EXPIRED) == {CERTIFICATE}

    def test_what_a_site_does_wrong_by_itself_is_shared_only_in_the_same_manner(self):
        page = traits(Stage.CONTENT, HERE, Reason.BODY_MISMATCH)
        assert page.isdisjoint(traits(Stage.RESPONSE, HERE, Reason.HTTP_TIMEOUT))
        assert page == traits(Stage.CONTENT, HERE, Reason.BODY_MISMATCH)
        assert nearest(page) == ADDRESS

    def test_a_full_machine_refuses_some_and_does_not_answer_others(self):
        assert ADDRESS in traits(Stage.RESPONSE, HERE, Reason.HTTP_STATUS)
        assert ADDRESS in traits(Stage.RESPONSE, HERE, Reason.HTTP_TIMEOUT)

    def test_every_stage_has_something_to_blame(self):
        assert all(traits(stage, HERE) for stage in Stage)
        assert TIES.keys() == set(Stage)

    def test_of_what_is_not_known_nothing_is_said(self):
        assert traits(Stage.CONNECT, Surroundings()) == traits(Stage.RESOLVE, Surroundings()) == frozenset()
        assert traits(None, HERE) == frozenset()

    def test_name_servers_are_the_same_in_any_order(self):
        turned = Surroundings(name_servers=HERE.name_servers[::-1])
        assert traits(Stage.RESOLVE, turned) == {NAME_SERVERS}

    def test_the_nearest_cause_is_the_most_tangible_one(self):
        assert nearest({DOMAIN, NAME_SERVERS, *ALIASES, CERTIFICATE, OTHER_ADDRESS, ADDRESS}) == ADDRESS
        assert nearest({DOMAIN, NAME_SERVERS, *ALIASES}) == Trait(Tie.CNAME, "edge.cdn.example")
        assert nearest(set()) is None


class TestGroups:
    def test_forty_services_on_one_address_are_one_group(self):
        forty = [member(f"s{number:02}", number / 10, ADDRESS) for number in range(40)]
        assert services(forty) == [[one.service_id for one in forty]]

    def test_two_unrelated_failures_at_the_same_time_are_two(self):
        assert services([member("a", 0, ADDRESS), member("b", 0, OTHER_ADDRESS)]) == [["a"], ["b"]]

    def test_services_of_which_nothing_is_known_stay_alone(self):
        assert services([member("a", 0), member("b", 0)]) == [["a"], ["b"]]

    def test_a_common_domain_joins_where_names_fail_and_not_where_two_servers_do(self):
        one, other = HERE, Surroundings(address="192.0.2.8", domain=HERE.domain)
        for stage, groups in ((Stage.RESOLVE, [["a", "b"]]), (Stage.CONNECT, [["a"], ["b"]])):
            pair = [member("a", 0, *traits(stage, one)), member("b", 0, *traits(stage, other))]
            assert services(pair) == groups

    @pytest.mark.parametrize(
        ("stage", "common"),
        [
            (Stage.HANDSHAKE, {"certificate": "ab12"}),
            (Stage.CONNECT, {"aliases": ("edge.cdn.example",)}),
            (Stage.RESOLVE, {"aliases": ("edge.cdn.example",)}),
            (Stage.RESOLVE, {"name_servers": ("ns1.example", "ns2.example")}),
        ],
    )
    def test_a_certificate_a_cname_or_name_servers_join_too(self, stage, common):
        pair = [
            member(name, 0, *traits(stage, Surroundings(address=f"192.0.2.{host}", **common)))
            for host, name in enumerate("ab")
        ]
        assert services(pair) == [["a", "b"]]

    def test_all_share_one_thing_and_not_each_two_another(self):
        chain = [member("a", 0, ADDRESS), member("b", 1, ADDRESS, DOMAIN), member("c", 2, DOMAIN)]
        assert services(chain) == [["a", "b"], ["c"]]
        assert [group.common for group in grouped(chain)] == [{ADDRESS}, {DOMAIN}]

    @pytest.mark.parametrize(("minute", "together"), [(5, True), (6, True), (6.1, False), (60, False)])
    def test_what_fails_later_than_its_interval_and_a_minute_is_another_failure(self, minute, together):
        pair = [member("a", 0, ADDRESS, slack=99), member("b", minute, ADDRESS, slack=5)]
        assert (len(grouped(pair)) == 1) == together

    def test_services_that_fail_one_by_one_are_one_group_as_long_as_none_is_late(self):
        row = [member(f"s{number}", number * 5, ADDRESS) for number in range(9)]
        assert len(grouped(row)) == 1
        assert len(grouped(row[:3] + row[5:])) == 2

    def test_any_spell_of_a_service_can_be_the_one_that_began_at_once(self):
        often = member("a", 0, ADDRESS, spells=(spell(0, 1), spell(30)))
        assert services([often, member("b", 31, ADDRESS)]) == [["a", "b"]]
        assert services([often, member("b", 29, ADDRESS)]) == [["a", "b"]]
        assert services([often, member("b", 15, ADDRESS)]) == [["a"], ["b"]]


TRAITS = [ADDRESS, OTHER_ADDRESS, DOMAIN]


@st.composite
def members(draw):
    """Services with one to three spells each, in no order."""
    found = []
    for number in range(draw(st.integers(0, 8))):
        starts = sorted(draw(st.lists(st.integers(0, 30), min_size=1, max_size=3, unique=True)))
        found.append(
            member(
                f"s{number}",
                0,
                *draw(st.sets(st.sampled_from(TRAITS))),
                slack=draw(st.integers(0, 4)),
                spells=tuple(spell(start) for start in starts),
            )
        )
    return draw(st.permutations(found))


def together(one, other):
    """Whether two services can have failed at once: the later was seen no later than its slack allows."""
    for first in one.spells:
        for second in other.spells:
            later = one if first.began_at > second.began_at else other
            if abs(first.began_at - second.began_at) <= later.slack + ALLOWANCE:
                return True
    return False


def plainly_grouped(all_members):
    """Group as the words say it, each service with each."""
    groups = []
    for one in sorted(all_members, key=lambda each: (each.began_at, each.service_id)):
        for group in groups:
            common = frozenset.intersection(one.traits, *(other.traits for other in group))
            if common and any(together(one, other) for other in group):
                group.append(one)
                break
        else:
            groups.append([one])
    return groups


LATER_SPELLS_OF_OTHER_SLACK = [
    member("a", 0, ADDRESS, slack=0, spells=(spell(0, 1), spell(17))),
    member("b", 0, ADDRESS, slack=4, spells=(spell(0, 1), spell(18))),
    member("c", 15, ADDRESS, slack=0),
]


@given(members())
@example(LATER_SPELLS_OF_OTHER_SLACK)
def test_groups_are_as_the_words_say(some):
    assert [group.members for group in grouped(some)] == plainly_grouped(some)


@given(members(), st.randoms(use_true_random=False))
def test_groups_do_not_depend_on_the_order_in_which_services_are_given(some, random):
    mixed = list(some)
    random.shuffle(mixed)
    assert [group.members for group in grouped(mixed)] == [group.members for group in grouped(some)]


@given(members(), st.integers(0, 8))
def test_what_began_later_never_changes_the_group_of_what_began_before(some, count):
    early = sorted(some, key=lambda one: (one.began_at, one.service_id))[:count]
    among_all = [[one for one in group.members if one in early] for group in grouped(some)]
    assert [group.members for group in grouped(early)] == [group for group in among_all if group]


@given(members())
def test_a_group_shares_what_it_says_it_shares(some):
    groups = grouped(some)
    assert sorted(one.service_id for group in groups for one in group.members) == sorted(
        one.service_id for one in some
    )
    for group in groups:
        assert group.common == frozenset.intersection(*(one.traits for one in group.members))
        assert group.common or len(group.members) == 1


def test_a_second_more_than_the_slack_and_a_minute_is_too_late():
    group = Group([], frozenset({ADDRESS}))
    group.add(member("a", 0, ADDRESS))
    limit = timedelta(minutes=6) / MINUTE
    assert group.fits(member("b", limit, ADDRESS))
    assert not group.fits(member("b", limit + SECOND / MINUTE, ADDRESS))
