"""The registration inspection against registries on loopback: RDAP first, WHOIS where that cannot answer."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta

import pytest

from monitor.core.finding import diff
from monitor.core.registration.facts import RegistrationSource, registration_of
from monitor.core.service import (
    Agency,
    Check,
    CheckKind,
    DnsTarget,
    Government,
    HttpRequest,
    HttpTarget,
    Registry,
    Service,
    TcpTarget,
)
from monitor.inspections.inspection import Inspection
from monitor.inspections.registration import RegistrationInspection
from monitor.settings.settings import InspectionSettings
from tests.registries import DOMAIN, EXPIRES, NOT_FOUND, NOW, TODAYS, rdap
from tests.servers import answers, reply, serve, silence

AGENT = "Kulkul/test (+https://demoprov.go.id/kulkul)"
JSON = [("Content-Type", "application/rdap+json")]
DAY = timedelta(days=1)
MILLISECOND = timedelta(milliseconds=1)
BOTH = "RDAP could not say ({}), nor could WHOIS ({})."
GONE = answers(reply(b"", status=503))
EXPIRING = rdap(events=[{"eventAction": "expiration", "eventDate": "2026-12-04T03:00:00Z"}])


def good(body=None):
    return answers(reply(rdap() if body is None else body, headers=JSON))


def whois(text):
    async def behave(reader, writer):
        await reader.readline()
        writer.write(text.encode())

    return behave


def register(*targets):
    """Make a register with one service for each target."""
    kinds = {HttpTarget: CheckKind.HTTP, TcpTarget: CheckKind.TCP, DnsTarget: CheckKind.DNS}
    names = [f"layanan-{number}" for number in range(len(targets))]
    return Registry(
        governments={"demo": Government(id="demo", name="Pemprov Demo")},
        agencies={"kominfo": Agency(id="kominfo", name="Dinas Kominfo", government_id="demo")},
        services={
            name: Service(
                id=name,
                name=name,
                agency_id="kominfo",
                urls=(),
                checks=(Check(id=name, service_id=name, kind=kinds[type(target)], target=target),),
            )
            for name, target in zip(names, targets, strict=True)
        },
        version="0",
    )


def page(url):
    return HttpTarget(request=HttpRequest(url=url))


@asynccontextmanager
async def inspecting(by_rdap=None, by_whois=None, **more):
    """Yield an inspection that asks these servers, and the servers; None: nobody is known."""
    async with AsyncExitStack() as stack:
        settings = {"registry_pause": 10 * MILLISECOND, "timeout": 10_000 * MILLISECOND, "whois": {}}
        servers = []
        if by_rdap is not None:
            servers.append(await stack.enter_async_context(serve(by_rdap)))
            settings["rdap"] = {"id": servers[-1].url("/rdap/", "127.0.0.1")}
        if by_whois is not None:
            servers.append(await stack.enter_async_context(serve(by_whois)))
            settings |= {"whois": {"id": "127.0.0.1"}, "whois_port": servers[-1].port}
        inspection = RegistrationInspection(InspectionSettings(**{**settings, **more}), AGENT)
        stack.push_async_callback(inspection.close)
        yield inspection, *servers


def test_it_is_an_inspection():
    settings = InspectionSettings(every=DAY / 2, again=DAY / 24)
    inspection: Inspection = RegistrationInspection(settings, AGENT)
    assert (inspection.name, inspection.every, inspection.again) == ("registration", DAY / 2, DAY / 24)
    assert inspection.at_once >= 1
    assert list(inspection.targets()) == []


def test_each_domain_of_the_register_is_a_target_once():
    inspection = RegistrationInspection(InspectionSettings(), AGENT)
    inspection.follow(
        register(
            page("https://lapor.demoprov.go.id/"),
            page("https://WWW.demoprov.go.id:8443/x"),
            page("https://desa-demo.desa.id/"),
            page("http://10.0.0.1/"),
            page("http://[2001:db8::1]/"),
            page("http://intranet.local/"),
            TcpTarget(host="mail.demokab.go.id", port=25),
            DnsTarget(name="demokota.go.id", server="ns.elsewhere.id"),
            DnsTarget(name="1.2.0.192.in-addr.arpa", record_type="PTR"),
            page("https://go.id/"),
        )
    )
    assert list(inspection.targets()) == [
        "demokab.go.id",
        "demokota.go.id",
        "demoprov.go.id",
        "desa-demo.desa.id",
    ]
    inspection.follow(register(page("https://lapor.demoprov.go.id/")))
    assert list(inspection.targets()) == [DOMAIN]


async def test_rdap_is_asked_first_and_is_enough():
    async with inspecting(good(), whois(TODAYS)) as (inspection, _, by_whois):
        seen = await inspection.inspect(DOMAIN, None, NOW)
    assert (seen.inspection, seen.target, seen.at) == ("registration", DOMAIN, NOW)
    assert (seen.failure, seen.seen, seen.changes) == (None, (), ())
    assert set(seen.covered["domain_expiring"]) == {DOMAIN}
    found = registration_of(json.loads(json.dumps(seen.facts)))
    assert (found.source, found.expires_at, found.remarks) == (RegistrationSource.RDAP, EXPIRES, ())
    assert by_whois.connections == 0


async def test_whois_is_asked_where_rdap_cannot_answer_and_it_is_said():
    async with inspecting(GONE, whois(TODAYS)) as (inspection, *_):
        seen = await inspection.inspect(DOMAIN, None, NOW)
    assert seen.failure is None
    found = registration_of(seen.facts)
    assert (found.source, found.expires_at) == (RegistrationSource.WHOIS, EXPIRES)
    assert found.remarks == ("RDAP could not say (127.0.0.1 answered 503): this is from WHOIS.",)
    assert [one.identity.rule for one in seen.seen] == ["domain_hold"]


async def test_whois_is_not_asked_whether_rdap_told_the_truth():
    missing = answers(reply(NOT_FOUND, status=404, headers=JSON))
    async with inspecting(missing, whois(TODAYS)) as (inspection, _, by_whois):
        seen = await inspection.inspect(DOMAIN, None, NOW)
    assert [one.identity.rule for one in seen.seen] == ["domain_unregistered"]
    assert by_whois.connections == 0


@pytest.mark.parametrize(
    ("by_rdap", "by_whois", "why"),
    [
        (
            GONE,
            whois("no idea\n"),
            ("127.0.0.1 answered 503", "127.0.0.1 gave a reply that cannot be understood"),
        ),
        (
            answers(reply(b"<h1>Not Found</h1>", status=404)),
            None,
            ("127.0.0.1 answered 404 in a way that RDAP does not", "no server is known for .id"),
        ),
        (
            silence,
            whois("Too many queries\n"),
            ("127.0.0.1 did not answer in time", "127.0.0.1 asked to slow down"),
        ),
    ],
)
async def test_a_look_that_failed_says_why_and_neither_opens_nor_closes_anything(by_rdap, by_whois, why):
    async with inspecting(by_rdap, by_whois, timeout=400 * MILLISECOND) as (inspection, *_):
        before = {"expires_at": "2026-11-01T00:00:00+00:00"}
        seen = await inspection.inspect(DOMAIN, before, NOW)
    assert seen.failure == BOTH.format(*why)
    assert (seen.facts, seen.seen, dict(seen.covered), seen.changes) == (None, (), {}, ())


async def test_of_a_top_level_domain_that_nobody_serves_it_is_said():
    async with inspecting(good()) as (inspection, server):
        seen = await inspection.inspect("example.museum", None, NOW)
    assert seen.failure == BOTH.format("no service is known for .museum", "no server is known for .museum")
    assert server.connections == 0


async def test_the_list_of_services_is_fetched_for_other_top_level_domains():
    async with serve(good(rdap("example.museum"))) as museum:
        listed = {"services": [[["museum"], [museum.url("/", "127.0.0.1")]]]}
        async with serve(answers(reply(json.dumps(listed).encode()))) as source:
            settings = InspectionSettings(
                rdap_bootstrap=source.url("/dns.json", "127.0.0.1"),
                registry_pause=10 * MILLISECOND,
            )
            inspection = RegistrationInspection(settings, AGENT)
            seen = await inspection.inspect("example.museum", None, NOW)
            await inspection.close()
    # The operator named the list's server, and not the one that the list names.
    assert museum.connections == 0
    assert "127.0.0.1 has only addresses that a monitor must not be led to" in seen.failure


async def test_a_finding_opens_and_closes_with_the_renewal_which_is_a_change():
    replies = [EXPIRING, rdap()]
    async with inspecting(answers(lambda _: reply(replies.pop(0), headers=JSON))) as (inspection, _):
        first = await inspection.inspect(DOMAIN, None, NOW)
        (opened,) = diff([], first).opened
        second = await inspection.inspect(DOMAIN, first.facts, NOW + DAY)
    assert (opened.identity.rule, opened.evidence["expires_at"]) == (
        "domain_expiring",
        "2026-12-04T03:00:00+00:00",
    )
    (change,) = second.changes
    assert (change.what, change.after, change.at) == ("expires_at", EXPIRES.isoformat(), NOW + DAY)
    assert second.seen == ()
    assert second.covered["domain_expiring"] == {DOMAIN}


async def test_it_can_be_closed_and_used_again():
    async with inspecting(good()) as (inspection, server):
        await inspection.inspect(DOMAIN, None, NOW)
        await inspection.close()
        await inspection.close()
        assert (await inspection.inspect(DOMAIN, None, NOW)).failure is None
    assert len(server.requests) == 2


async def test_a_registry_that_asks_for_patience_is_asked_once_for_all_domains():
    refusal = reply(b"", status=429, headers=[("Retry-After", "3600")])
    async with inspecting(answers(refusal)) as (inspection, server):
        domains = [f"demo{number}.go.id" for number in range(20)]
        looks = await asyncio.gather(*[inspection.inspect(one, None, NOW) for one in domains])
    assert all(one.failure and not one.covered for one in looks)
    assert len(server.requests) == 1


async def test_a_thousand_services_on_a_hundred_domains_are_a_hundred_questions_one_at_a_time():
    def answer(request):
        return reply(rdap(request.target.rpartition("/")[2]), headers=JSON)

    services = [page(f"https://s{number}.demo{number % 100}.go.id/") for number in range(1000)]
    async with inspecting(answers(answer)) as (inspection, server):
        inspection.follow(register(*services))
        looks = await asyncio.gather(*[inspection.inspect(one, None, NOW) for one in inspection.targets()])
    assert len(looks) == len(server.requests) == 100
    assert server.most_at_once == 1
    assert all(one.failure is None and one.facts["domain"] == one.target for one in looks)
