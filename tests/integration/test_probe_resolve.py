"""The resolve stage: names to addresses, from the settings' map and from real name servers."""

from __future__ import annotations

import asyncio

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.service import Family
from monitor.probes.resolver import Resolver
from monitor.probes.stages import ProbeFailure
from tests.probing import QUICK, assert_failed, assert_ok, http_check
from tests.servers import answers, nameservers, refused_port, reply, serve, serve_dns, zone

ADDRESSES = {
    ("portal.test", "A"): ["127.0.0.1"],
    ("www.portal.test", "CNAME"): ["cdn.portal.test."],
    ("cdn.portal.test", "CNAME"): ["portal.test."],
    ("both.portal.test", "A"): ["127.0.0.1"],
    ("both.portal.test", "AAAA"): ["::1"],
    ("mail-only.test", "MX"): ["10 portal.test."],
}


async def test_a_name_in_the_settings_map_is_not_asked_of_dns(probe):
    async with serve(answers(reply())) as server, serve_dns(zone({})) as names:
        result = await probe(http_check(server.url()), nameservers=(names.address,))
    assert_ok(result)
    assert result.address == "127.0.0.1"
    assert result.family == 4
    assert names.questions == []


@pytest.mark.parametrize("host", ["GOOD.test", "good.test."])
async def test_the_map_ignores_case_and_the_final_dot(probe, host):
    async with serve(answers(reply())) as server:
        assert_ok(await probe(http_check(server.url(host=host))))


@pytest.mark.parametrize("host", ["portal.test", "www.portal.test"])
async def test_a_name_is_found_through_dns_and_its_cnames(probe, host):
    async with serve(answers(reply())) as server, serve_dns(zone(ADDRESSES)) as names:
        result = await probe(http_check(server.url(host=host)), nameservers=(names.address,))
    assert_ok(result)
    assert result.address == "127.0.0.1"
    assert (host, "A", "udp") in names.questions
    assert result.timings.resolve is not None


@pytest.mark.parametrize(
    ("family", "address"),
    [
        (Family.IPV4, "127.0.0.1"),
        (Family.IPV6, "::1"),
        (Family.PREFER_IPV4, "127.0.0.1"),
        (Family.PREFER_IPV6, "::1"),
    ],
)
async def test_of_both_families_the_wanted_one_is_used(probe, family, address):
    host = "::1" if ":" in address else "127.0.0.1"
    async with serve(answers(reply()), host=host) as server, serve_dns(zone(ADDRESSES)) as names:
        check = http_check(server.url(host="both.portal.test"), family=family)
        result = await probe(check, nameservers=(names.address,))
    assert_ok(result)
    assert (result.address, result.family) == (address, 6 if ":" in address else 4)


@pytest.mark.parametrize("family", [Family.PREFER_IPV6, Family.PREFER_IPV4, Family.IPV4])
async def test_a_name_with_ipv4_only_is_reached_unless_ipv6_is_demanded(probe, family):
    async with serve(answers(reply())) as server:
        result = await probe(http_check(server.url(), family=family))
    assert_ok(result)
    assert result.family == 4


@pytest.mark.parametrize("family", [Family.PREFER_IPV4, Family.PREFER_IPV6, Family.IPV6])
async def test_a_name_with_ipv6_only_is_reached_unless_ipv4_is_demanded(probe, family):
    async with serve(answers(reply()), host="::1") as server:
        result = await probe(http_check(server.url(host="six.test"), family=family))
    assert_ok(result)
    assert result.family == 6


@pytest.mark.parametrize(("family", "host"), [(Family.IPV6, "good.test"), (Family.IPV4, "six.test")])
async def test_a_name_without_an_address_of_the_demanded_family_is_no_address(probe, family, host):
    result = await probe(http_check(f"http://{host}/", family=family))
    assert_failed(result, Stage.RESOLVE, Reason.DNS_NO_ADDRESS, host, family.value)
    assert result.address is None


@pytest.mark.parametrize(
    ("answering", "reason"),
    [
        (nameservers.refuses("NXDOMAIN"), Reason.DNS_NXDOMAIN),
        (nameservers.refuses("SERVFAIL"), Reason.DNS_SERVFAIL),
        (nameservers.refuses("REFUSED"), Reason.DNS_REFUSED),
        (nameservers.refuses("NOTIMP"), Reason.DNS_SERVFAIL),
        (nameservers.refuses("FORMERR"), Reason.DNS_SERVFAIL),
        (nameservers.refuses("NOERROR"), Reason.DNS_NO_ADDRESS),
        (nameservers.ignores, Reason.DNS_TIMEOUT),
    ],
    ids=["NXDOMAIN", "SERVFAIL", "REFUSED", "NOTIMP", "FORMERR", "empty NOERROR", "no answer"],
)
async def test_each_refusal_of_a_name_server_has_its_reason(probe, answering, reason):
    async with serve_dns(answering) as names:
        result = await probe(http_check("http://portal.test/", deadlines=QUICK), nameservers=(names.address,))
    assert_failed(result, Stage.RESOLVE, reason, "portal.test")
    assert names.questions
    assert result.address is None
    assert result.timings.connect is None


async def test_a_name_with_other_records_only_has_no_address(probe):
    async with serve_dns(zone(ADDRESSES)) as names:
        result = await probe(http_check("http://mail-only.test/"), nameservers=(names.address,))
    assert_failed(result, Stage.RESOLVE, Reason.DNS_NO_ADDRESS, "mail-only.test")


@pytest.mark.parametrize(
    "answering",
    [nameservers.babbles, nameservers.mistakes_the_id(zone(ADDRESSES)), nameservers.half(zone(ADDRESSES))],
    ids=["garbage", "wrong id", "half a message"],
)
async def test_garbage_from_a_name_server_is_never_believed(probe, answering):
    async with serve_dns(answering) as names:
        result = await probe(http_check("http://portal.test/", deadlines=QUICK), nameservers=(names.address,))
    assert result.outcome is Outcome.FAILED
    assert result.stage is Stage.RESOLVE
    assert result.reason in {Reason.DNS_TIMEOUT, Reason.DNS_SERVFAIL}
    assert "portal.test" in result.message


async def test_an_answer_too_long_for_udp_is_asked_for_again_over_tcp(probe):
    async with (
        serve(answers(reply())) as server,
        serve_dns(nameservers.truncates(zone(ADDRESSES))) as names,
    ):
        result = await probe(http_check(server.url(host="portal.test")), nameservers=(names.address,))
    assert_ok(result)
    assert ("portal.test", "A", "tcp") in names.questions


async def test_a_resolver_that_is_not_there_is_our_own_fault(probe):
    with refused_port() as port:
        result = await probe(
            http_check("http://portal.test/", deadlines=QUICK), nameservers=(f"127.0.0.1:{port}",)
        )
    assert result.stage is Stage.RESOLVE
    assert (result.outcome, result.reason) in {
        (Outcome.SELF_FAULT, Reason.SELF_FAULT),
        (Outcome.FAILED, Reason.DNS_TIMEOUT),  # where the kernel does not tell c-ares of the refusal
    }


@pytest.mark.parametrize("host", ["a" * 64 + ".test", ".".join(["abcdefgh"] * 32) + ".test", "good..test"])
async def test_a_name_that_dns_cannot_hold_is_invalid(probe, host):
    async with serve_dns(zone({})) as names:
        result = await probe(http_check(f"http://{host}/"), nameservers=(names.address,))
    assert_failed(result, Stage.RESOLVE, Reason.DNS_INVALID_NAME)


@pytest.mark.parametrize(
    "host", ["0177.0.0.1", "0x7f.1", "0x7f000001", "2130706433", "127.1", "1.2.3.4.5", "999.1.1.1"]
)
async def test_a_number_that_is_no_plain_address_is_no_name_either(make_vantage, host):
    """Browsers read these as addresses, each in its way, or refuse them; as names they can only mislead."""
    async with serve_dns(zone({(host, "A"): ["127.0.0.1"]})) as names:
        resolver = make_vantage(nameservers=(names.address,)).resolver
        with pytest.raises(ProbeFailure) as caught:
            await resolver.lookup(host)
    assert caught.value.reason is Reason.DNS_INVALID_NAME
    assert names.questions == []


async def test_an_address_in_the_url_asks_nobody(probe):
    async with serve(answers(reply())) as server, serve_dns(zone({})) as names:
        result = await probe(http_check(server.url(host="127.0.0.1")), nameservers=(names.address,))
    assert_ok(result)
    assert names.questions == []


async def test_an_address_that_changed_is_seen_though_the_old_answer_may_live_longer():
    records = {("portal.test", "A"): ["192.0.2.1"]}
    async with serve_dns(zone(records)) as names:
        resolver = Resolver({}, [names.address], fresh_for_seconds=0.05)
        try:
            assert (await resolver.lookup("portal.test")).addresses == ("192.0.2.1",)
            records["portal.test", "A"] = ["192.0.2.2"]
            async with asyncio.timeout(10):
                while (await resolver.lookup("portal.test")).addresses != ("192.0.2.2",):  # noqa: ASYNC110
                    await asyncio.sleep(0.02)
        finally:
            await resolver.close()


async def test_name_servers_of_a_domain_are_learned_or_unknown():
    async with serve_dns(zone({("portal.test", "NS"): ["ns2.host.test.", "NS1.host.test."]})) as names:
        resolver = Resolver({}, [names.address])
        try:
            assert await resolver.name_servers("portal.test") == ("ns1.host.test", "ns2.host.test")
            assert await resolver.name_servers("nowhere.test") == ()
        finally:
            await resolver.close()
