"""The `dns` probe: one question to one name server, and whether the answer is the right one."""

from __future__ import annotations

import time

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from tests.probing import GRACE_SECONDS, QUICK, assert_failed, assert_ok, dns_check
from tests.servers import nameservers, refused_port, serve_dns, zone

RECORDS = {
    ("demoprov.test", "A"): ["203.0.113.7", "203.0.113.8"],
    ("demoprov.test", "AAAA"): ["2001:db8::7"],
    ("demoprov.test", "NS"): ["ns1.demoprov.test.", "ns2.demoprov.test."],
    ("demoprov.test", "MX"): ["10 mail.demoprov.test."],
    ("demoprov.test", "TXT"): ['"v=spf1 -all"'],
    ("www.demoprov.test", "CNAME"): ["demoprov.test."],
}


async def _ask(probe, answering, name="demoprov.test", deadlines=None, **target):
    async with serve_dns(answering) as names:
        result = await probe(dns_check(name, names.address, deadlines=deadlines, **target))
    return result, names


@pytest.mark.parametrize(
    ("name", "record_type", "answers"),
    [
        ("demoprov.test", "A", ("203.0.113.7",)),
        ("demoprov.test", "A", ("203.0.113.8", "203.0.113.7")),
        ("demoprov.test", "A", ()),
        ("demoprov.test", "AAAA", ("2001:db8::7",)),
        ("demoprov.test", "NS", ("ns1.demoprov.test", "NS2.demoprov.test.")),
        ("demoprov.test", "MX", ("10 mail.demoprov.test.",)),
        ("demoprov.test", "TXT", ("v=spf1 -all",)),
        ("www.demoprov.test", "CNAME", ("demoprov.test",)),
        ("www.demoprov.test", "A", ("203.0.113.7",)),
    ],
)
async def test_the_expected_records_are_found(probe, name, record_type, answers):
    result, names = await _ask(probe, zone(RECORDS), name, record_type=record_type, answers=answers)
    assert_ok(result)
    assert names.questions == [(name, record_type, "udp")]
    assert result.dns.server == names.address
    assert result.dns.rcode == "NOERROR"
    assert result.dns.answers
    assert result.dns.authenticated is False
    assert result.timings.resolve is not None
    assert result.timings.connect is None
    assert result.url == f"dns://{names.address}/{name}?type={record_type}"


async def test_a_validated_answer_is_told(probe):
    result, _ = await _ask(probe, zone(RECORDS, authenticated=True))
    assert result.dns.authenticated is True


async def test_a_record_that_is_missing_is_named_beside_what_came(probe):
    result, _ = await _ask(probe, zone(RECORDS), answers=("203.0.113.7", "198.51.100.1"))
    assert_failed(result, Stage.RESOLVE, Reason.DNS_MISMATCH, "198.51.100.1", "203.0.113.7", "demoprov.test")
    assert result.dns.answers == ("203.0.113.7", "203.0.113.8")


@pytest.mark.parametrize(
    ("rcode", "reason"),
    [
        ("NXDOMAIN", Reason.DNS_NXDOMAIN),
        ("SERVFAIL", Reason.DNS_SERVFAIL),
        ("REFUSED", Reason.DNS_REFUSED),
        ("NOTIMP", Reason.DNS_MISMATCH),
    ],
)
async def test_each_refusal_has_its_reason(probe, rcode, reason):
    result, names = await _ask(probe, nameservers.refuses(rcode))
    assert_failed(result, Stage.RESOLVE, reason, rcode, "demoprov.test", names.address)
    assert result.dns.rcode == rcode


async def test_a_refusal_can_be_what_is_expected(probe):
    result, _ = await _ask(probe, nameservers.refuses("NXDOMAIN"), rcode="NXDOMAIN")
    assert_ok(result)
    result, _ = await _ask(probe, zone(RECORDS), rcode="NXDOMAIN")
    assert_failed(result, Stage.RESOLVE, Reason.DNS_MISMATCH, "NOERROR", "NXDOMAIN")


async def test_a_name_without_the_record_has_no_address(probe):
    result, _ = await _ask(probe, zone(RECORDS), record_type="CAA")
    assert_failed(result, Stage.RESOLVE, Reason.DNS_NO_ADDRESS, "CAA", "demoprov.test")


@pytest.mark.parametrize(
    "answering",
    [nameservers.ignores, nameservers.mistakes_the_id(zone(RECORDS))],
    ids=["no answer", "another's answer"],
)
async def test_a_server_that_gives_no_answer_of_its_own_times_out(probe, answering):
    began = time.monotonic()
    result, _ = await _ask(probe, answering, deadlines=QUICK)
    assert_failed(result, Stage.RESOLVE, Reason.DNS_TIMEOUT, "127.0.0.1", "0.4 s")
    assert time.monotonic() - began < 0.8 + GRACE_SECONDS
    assert result.dns is None


@pytest.mark.parametrize("answering", [nameservers.babbles, nameservers.half(zone(RECORDS))])
async def test_an_answer_that_cannot_be_read_is_never_believed(probe, answering):
    result, _ = await _ask(probe, answering, deadlines=QUICK)
    assert (result.outcome, result.stage) == (Outcome.FAILED, Stage.RESOLVE)
    assert result.reason in {Reason.DNS_TIMEOUT, Reason.DNS_SERVFAIL}


async def test_a_long_answer_comes_over_tcp(probe):
    result, names = await _ask(probe, nameservers.truncates(zone(RECORDS)))
    assert_ok(result)
    assert [transport for _, _, transport in names.questions] == ["udp", "tcp"]


async def test_no_server_at_the_port_is_a_failure_with_a_reason(probe):
    with refused_port() as port:
        result = await probe(dns_check("demoprov.test", f"127.0.0.1:{port}", deadlines=QUICK))
    assert (result.outcome, result.stage) == (Outcome.FAILED, Stage.RESOLVE)
    assert result.reason in {Reason.DNS_TIMEOUT, Reason.TCP_REFUSED}


async def test_the_server_may_be_named(probe):
    async with serve_dns(zone(RECORDS)) as names:
        result = await probe(dns_check("demoprov.test", f"good.test:{names.port}"))
    assert_ok(result)
    assert result.address == "127.0.0.1"


async def test_without_a_server_the_vantages_own_is_asked(probe):
    async with serve_dns(zone(RECORDS)) as names:
        result = await probe(dns_check("demoprov.test", None), nameservers=(names.address,))
    assert_ok(result)
    assert names.questions


@pytest.mark.parametrize("name", ["a" * 64 + ".test", "x..test"])
async def test_a_name_that_dns_cannot_hold_is_invalid(probe, name):
    result, names = await _ask(probe, zone(RECORDS), name)
    assert_failed(result, Stage.RESOLVE, Reason.DNS_INVALID_NAME)
    assert names.questions == []
