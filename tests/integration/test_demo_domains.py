"""The demo's domains: what the inspections make of them, asking none but the demo's own servers."""

import asyncio
import ipaddress
import socket
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dns.asyncquery
import dns.exception
import dns.message
import dns.opcode
import dns.rcode
import pytest
from yarl import URL

from monitor.core.delegation.facts import Dnssec, Lameness, delegation_of
from monitor.core.delegation.lameness import registry_disagrees
from monitor.core.reason import Reason
from monitor.core.registration.facts import Phase, RegistrationSource, registration_of
from monitor.core.registration.phase import phase_of
from monitor.core.rulebook import RULES
from monitor.core.rulebook.telling import tell
from monitor.daemon.vantage import make_vantage
from monitor.demo.certificates import Authority, Quality
from monitor.demo.domains import DOMAINS, NAME_SERVERS, PARENT_SERVERS, RESOLVER_ADDRESS, domain_of_host
from monitor.demo.serving import open_town
from monitor.demo.station import write_station
from monitor.demo.town import TOWN
from monitor.inspections.certificate import CertificateInspection
from monitor.inspections.delegation import DelegationInspection
from monitor.inspections.registration import RegistrationInspection
from monitor.inspections.sightings import Sightings
from monitor.probes.guard import Reach, networks, reach
from monitor.registry import load_registry
from monitor.settings import load_settings

NAMES = sorted(one.name for one in DOMAINS)
BROKEN = {one.name for one in DOMAINS if one.lookup_broken}
PATIENCE_SECONDS = 20


@asynccontextmanager
async def station(folder, sites=TOWN):
    """A town, with the settings and the register of its demo as the daemon reads them."""
    authority = Authority()
    async with asyncio.timeout(60), open_town(sites, authority) as town:
        path = write_station(
            folder,
            town.places,
            town.canaries,
            town.naming,
            town.heartbeat,
            authority.root.pem,
            8686,
            datetime.now(UTC),
        )
        settings = load_settings(path)
        yield town, settings, load_registry(settings.register, settings)


def registration(settings):
    return RegistrationInspection(
        settings.inspections,
        settings.vantage.user_agent,
        networks(settings.probing.allow_networks),
        resolve=settings.probing.resolve,
        nameservers=settings.probing.nameservers,
    )


def delegation(settings):
    probing = settings.probing
    return DelegationInspection(
        settings.inspections, probing.nameservers, probing.resolve, networks(probing.allow_networks)
    )


async def looked(inspection, registry, *names):
    """What an inspection says of its targets, or of these."""
    inspection.follow(registry)
    now = datetime.now(UTC)
    try:
        return {one: await inspection.inspect(one, None, now) for one in names or inspection.targets()}
    finally:
        await inspection.close()


async def answer(town, name, kind, address=RESOLVER_ADDRESS, seconds=PATIENCE_SECONDS):
    """What one of the town's name servers answers."""
    question = dns.message.make_query(name, kind)
    return await dns.asyncquery.udp(question, address, timeout=seconds, port=town.naming.dns_port)


async def answers(town):
    try:
        await answer(town, NAMES[0], "SOA", seconds=0.2)
    except dns.exception.Timeout:
        return False
    return True


async def come_to(town, *, answering):
    """Wait until the town's resolver answers, or no longer does."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while await answers(town) is not answering:  # noqa: ASYNC110 - a switch cannot tell
            await asyncio.sleep(0.02)


def rules(*looks):
    return {seen.identity.rule for look in looks for seen in look.seen}


async def test_every_domain_comes_to_what_the_table_promises(tmp_path):
    async with station(tmp_path) as (_, settings, registry):
        registered = await looked(registration(settings), registry)
        delegated = await looked(delegation(settings), registry)
    assert sorted(registered) == sorted(delegated) == NAMES
    for domain in DOMAINS:
        of_registry, of_dns = registered[domain.name], delegated[domain.name]
        known = registration_of(of_registry.facts) if of_registry.facts is not None else None
        seen = delegation_of(of_dns.facts)
        told = phase_of(known, of_registry.at), seen.lameness, seen.dnssec, rules(of_registry, of_dns)
        assert told == (domain.phase, domain.lameness, domain.dnssec, domain.rules), domain.name
        assert of_dns.failure is None
        assert (of_registry.failure is not None) is domain.lookup_broken
        if known is not None:
            assert known.source is RegistrationSource.RDAP
            assert known.remarks == ()
            assert registry_disagrees(seen, known) is (False if domain.delegated else None)
        for one in (*of_registry.seen, *of_dns.seen):
            said = tell(RULES[one.identity.rule], one.identity, one.places, one.evidence, UTC, of_registry.at)
            for sentence in (said.title, said.problem, said.remedy):
                assert "tidak diketahui" not in sentence.id
                assert "not known" not in sentence.en


async def test_a_broken_lookup_says_nothing_of_the_domain_and_tells_both_ways_it_failed(tmp_path):
    (name,) = BROKEN
    async with station(tmp_path) as (_, settings, registry):
        inspection = registration(settings)
        first = (await looked(inspection, registry, name))[name]
        others = await looked(inspection, registry, *(set(NAMES) - BROKEN))
    assert (first.facts, first.seen, dict(first.covered)) == (None, (), {})
    assert "answered 500" in first.failure
    assert "asked to slow down" in first.failure
    assert not [one.failure for one in others.values() if one.failure]


async def test_whois_tells_the_same_as_rdap(tmp_path):
    names = sorted(set(NAMES) - BROKEN)
    async with station(tmp_path) as (_, settings, registry):
        by_rdap = await looked(registration(settings), registry, *names)
        dead = replace(settings.inspections, rdap={"id": f"http://127.0.4.80:{settings.web.port}/"})
        by_whois = await looked(registration(replace(settings, inspections=dead)), registry, *names)
    for name in names:
        one, other = (registration_of(look[name].facts) for look in (by_rdap, by_whois))
        assert other.source is RegistrationSource.WHOIS
        assert replace(one, source=other.source, looked_at=other.looked_at, remarks=other.remarks) == other


async def test_everything_that_is_asked_about_names_is_on_loopback(tmp_path):
    async with station(tmp_path) as (town, settings, _):
        asked = settings.inspections
        assert asked.rdap_bootstrap is None
        assert asked.dns_servers == settings.probing.nameservers == (town.naming.resolver,)
        places = [
            *(URL(url).host for url in asked.rdap.values()),
            *asked.whois.values(),
            *(one.partition(":")[0] for one in asked.dns_servers),
            *NAME_SERVERS.values(),
            *PARENT_SERVERS.values(),
        ]
        allowed = networks(settings.probing.allow_networks)
        assert all(ipaddress.ip_address(one).is_loopback for one in places)
        assert all(reach(one, allowed) is Reach.PUBLIC for one in places)
        # Whatever top-level domain a name has, it is these that are asked, or nobody.
        assert asked.rdap.keys() == asked.whois.keys() == {"id"}


@pytest.mark.parametrize(
    "name", ["contohasli.go.id", "www.contohasli.go.id", "contohasli.id", "contoh.example"]
)
async def test_a_name_that_is_not_the_towns_is_refused_and_never_said_to_be_missing(name, tmp_path):
    async with station(tmp_path, TOWN[:1]) as (town, settings, registry):
        for address in (RESOLVER_ADDRESS, *PARENT_SERVERS.values()):
            assert (await answer(town, name, "NS", address)).rcode() is dns.rcode.REFUSED
        for inspection in (registration(settings), delegation(settings)):
            look = (await looked(inspection, registry, name))[name]
            assert (look.seen, dict(look.covered)) == ((), {})
            assert look.failure is not None


@pytest.mark.parametrize(
    "sent", [b"", b"\r\n\r\n", b"\x00" * 40, b"GET\r\n\r\n", b"x" * 60_000, b"x" * 200_000]
)
async def test_no_visitor_disturbs_the_servers_that_tell_of_names(sent, tmp_path, caplog):
    async with station(tmp_path, TOWN[:1]) as (town, settings, registry):
        naming = town.naming
        for place in ((naming.whois, naming.whois_port), (URL(naming.rdap).host, URL(naming.rdap).port)):
            reader, writer = await asyncio.open_connection(*place)
            writer.write(sent)
            writer.close()
            await asyncio.gather(reader.read(), writer.wait_closed(), return_exceptions=True)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as visitor:
            for address in (RESOLVER_ADDRESS, *NAME_SERVERS.values(), *PARENT_SERVERS.values()):
                visitor.sendto(sent[:60_000], (address, naming.dns_port))
        for inspection in (registration(settings), delegation(settings)):
            assert (await looked(inspection, registry, "demoprov.go.id"))["demoprov.go.id"].failure is None
    assert caplog.records == []


@pytest.mark.parametrize("kind", ["UPDATE", "NOTIFY", "an answer", "two questions"])
async def test_what_is_no_question_gets_no_answer(kind, tmp_path):
    message = dns.message.make_query("demoprov.go.id", "SOA")
    match kind:
        case "an answer":
            message = dns.message.make_response(message)
        case "two questions":
            message.question *= 2
        case _:
            message.set_opcode(dns.opcode.from_text(kind))
    async with station(tmp_path, TOWN[:1]) as (town, _, _registry):
        with pytest.raises(dns.exception.Timeout):
            await dns.asyncquery.udp(message, RESOLVER_ADDRESS, timeout=0.3, port=town.naming.dns_port)
        assert await answers(town)


async def test_a_name_on_hold_is_missing_for_whoever_asks_the_towns_resolver(tmp_path):
    (site,) = [one for one in TOWN if not domain_of_host(one.host).delegated]
    assert site.sees[0].reason is Reason.DNS_NXDOMAIN
    async with station(tmp_path, [site]) as (town, _, _registry):
        reply = await answer(town, site.host, "A")
    assert reply.rcode() is dns.rcode.NXDOMAIN


async def test_the_resolver_finds_every_host_at_the_address_at_which_it_is_served(tmp_path):
    async with station(tmp_path, TOWN) as (town, _, _registry):
        for site in TOWN:
            if not domain_of_host(site.host).delegated:
                continue
            reply = await answer(town, site.host, "A")
            assert [one.address for records in reply.answer for one in records] == [site.address]


async def test_while_the_way_out_is_cut_looks_fail_and_say_nothing_and_mended_they_see_again(tmp_path):
    async with station(tmp_path, TOWN[:1]) as (town, settings, registry):
        town.toggle()
        await come_to(town, answering=False)
        quick = replace(settings, inspections=replace(settings.inspections, timeout=timedelta(seconds=0.3)))
        cut = [await looked(one, registry) for one in (registration(quick), delegation(quick))]
        town.toggle()
        await come_to(town, answering=True)
        mended = [await looked(one, registry) for one in (registration(settings), delegation(settings))]
    for look in (one["demoprov.go.id"] for one in cut):
        assert look.failure is not None
        assert (look.seen, dict(look.covered)) == ((), {})
    for look in (one["demoprov.go.id"] for one in mended):
        assert look.failure is None
        assert look.covered


async def test_the_certificate_that_ends_in_six_days_is_found_and_its_site_is_well(tmp_path):
    sites = [site for site in TOWN if site.certificate in (Quality.EXPIRING, Quality.GOOD)]
    (expiring,) = [site for site in sites if site.certificate is Quality.EXPIRING]
    async with station(tmp_path, sites) as (_, settings, registry):
        vantage = make_vantage(settings)
        try:
            inspection = CertificateInspection(vantage, Sightings(), settings.inspections)
            looks = await looked(inspection, registry)
        finally:
            await vantage.close()
    found = {
        name: rules(look) & {"certificate_expiring", "certificate_expired"} for name, look in looks.items()
    }
    assert {name.partition(":")[0] for name in found} == {site.host for site in sites}
    assert {name for name, rule in found.items() if rule} == {
        name for name in found if name.startswith(f"{expiring.host}:")
    }


def test_every_case_that_the_demo_is_for_is_in_the_table():
    assert Phase.UNKNOWN in {one.phase for one in DOMAINS if one.lookup_broken}
    assert {Phase.ACTIVE, Phase.EXPIRING, Phase.HOLD} <= {one.phase for one in DOMAINS}
    assert Lameness.PARTIAL in {one.lameness for one in DOMAINS}
    (well,) = [one for one in DOMAINS if not one.rules]
    assert (well.phase, well.dnssec) == (Phase.ACTIVE, Dnssec.VALID)
    assert {server for one in DOMAINS for server in one.name_servers} == NAME_SERVERS.keys()
