"""The certificate inspection against real servers: several addresses, plain http, and what fails."""

from __future__ import annotations

import json
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime

import pytest

from monitor.core.https.look import PlainState
from monitor.core.https.look_json import look_of
from monitor.core.service import Network, TlsOptions
from monitor.inspections.certificate.endpoint import Ports
from tests.certificates import A_DAY, issue, self_signed
from tests.looking import (
    BOTH,
    GOOD,
    SECOND,
    ending,
    evidence,
    host,
    inspect,
    rules,
)
from tests.probing import QUICK, http_check, tcp_check
from tests.servers import (
    ServerTls,
    answers,
    banner,
    redirect,
    refused_port,
    reply,
    serve,
    silence,
    site,
)


class TestSeveralAddresses:
    @asynccontextmanager
    async def two(self, first, second):
        async with host(first) as one, host(second, address=SECOND, port=one.port) as two:
            yield one, two

    async def test_the_same_certificate_at_both_is_one_finding(self, inspection, certificates):
        old = ending(certificates, 5)
        async with self.two(old, old) as (one, two):
            inspected = await inspect(inspection(http_check(one.url()), resolve=BOTH))
        assert rules(inspected) == ["certificate_expiring"]
        assert evidence(inspected, "certificate_expiring")["addresses"] == ["127.0.0.1", SECOND]
        assert (one.connections, two.connections) == (1, 1)

    async def test_a_renewal_that_reached_one_of_two_servers(self, inspection, certificates):
        old = ending(certificates, 5)
        async with self.two(certificates.good, old) as (one, _):
            inspected = await inspect(inspection(http_check(one.url()), resolve=BOTH))
        assert rules(inspected) == ["certificate_expiring", "certificates_differ"]
        assert evidence(inspected, "certificate_expiring")["addresses"] == [SECOND]

    async def test_a_dead_address_among_good_ones_is_named_and_hinders_nothing(
        self, inspection, certificates
    ):
        async with host(certificates.good) as one:
            inspected = await inspect(inspection(http_check(one.url()), resolve=BOTH))
        assert rules(inspected) == []
        assert "1 of 2 addresses" in inspected.failure
        assert SECOND in inspected.failure
        assert "certificate_expired" in inspected.covered

    async def test_one_that_died_with_its_bad_certificate_closes_nothing(self, inspection, certificates):
        old = ending(certificates, 5)
        async with AsyncExitStack() as stack:
            one = await stack.enter_async_context(host(certificates.good))
            async with host(old, address=SECOND, port=one.port):
                made = inspection(http_check(one.url()), resolve=BOTH)
                first = await inspect(made)
            second = await inspect(made, first.facts)
            much_later = await inspect(made, second.facts, datetime.now(UTC) + 8 * A_DAY)
        assert "certificate_expiring" in rules(first)
        assert "certificate_expiring" not in second.covered
        assert "certificate_expiring" in much_later.covered

    async def test_many_addresses_are_not_all_asked(self, inspection):
        addresses = tuple(f"127.0.8.{number}" for number in range(1, 30))
        with refused_port() as port:
            made = inspection(http_check(f"https://good.test:{port}/"), resolve={"good.test": addresses})
            inspected = await inspect(made)
        assert "8 of 8 addresses" in inspected.failure

    async def test_one_after_the_other(self, inspection, certificates):
        async with host(certificates.good) as one:
            twice = {"good.test": ("127.0.0.1",) * 3}
            await inspect(inspection(http_check(one.url()), resolve=twice))
        assert one.connections == 3
        assert one.most_at_once == 1


class TestPlainHttp:
    @asynccontextmanager
    async def pair(self, identity, plain):
        """A host with https, and with what `plain` makes of its port."""
        async with host(identity) as secure, serve(answers(plain(secure.port))) as open_:
            yield secure, open_, Ports(http=open_.port, https=secure.port)

    async def test_a_page_beside_https_should_lead_there(self, inspection, certificates):
        async with self.pair(certificates.good, lambda _: reply()) as (secure, open_, ports):
            made = inspection(http_check(secure.url()), ports=ports)
            inspected = await inspect(made)
        assert made.targets() == ("good.test",)
        assert rules(inspected) == ["http_not_redirected"]
        assert evidence(inspected, "http_not_redirected")["url"] == f"http://good.test:{open_.port}/"
        assert open_.connections == 1

    async def test_a_redirect_to_https_is_right_and_not_followed(self, inspection, certificates):
        def lead(port):
            return redirect(f"https://good.test:{port}/masuk?sesi=rahasia", status=301)

        async with self.pair(certificates.good, lead) as (secure, _, ports):
            inspected = await inspect(inspection(http_check(secure.url()), ports=ports))
        assert rules(inspected) == []
        assert "http_not_redirected" in inspected.covered
        plain = look_of(inspected.facts).plain
        assert (plain.state, plain.to) == (PlainState.REDIRECTS, f"https://good.test:{secure.port}/masuk")
        assert secure.connections == 1

    @pytest.mark.parametrize(
        "location", ["http://www.good.test/", None, "http://[::1/", "mailto:humas@x.go.id"]
    )
    async def test_other_redirects_prove_nothing(self, inspection, certificates, location):
        async with self.pair(certificates.good, lambda _: redirect(location)) as (secure, _, ports):
            inspected = await inspect(inspection(http_check(secure.url()), ports=ports))
        assert rules(inspected) == []
        assert "http_not_redirected" not in inspected.covered

    async def test_a_service_registered_with_http_whose_https_port_is_closed(self, inspection):
        async with serve(answers(reply())) as open_:
            with refused_port() as closed:
                ports = Ports(http=80, https=closed)
                inspected = await inspect(inspection(http_check(open_.url()), ports=ports))
        assert rules(inspected) == ["http_only"]
        assert inspected.failure is None
        assert look_of(inspected.facts).plain.state is PlainState.ANSWERS

    async def test_http_and_https_checks_of_a_host_are_one_target(self, inspection, certificates):
        async with self.pair(certificates.good, lambda _: reply()) as (secure, open_, ports):
            made = inspection(http_check(open_.url("/lama")), http_check(secure.url("/baru")), ports=ports)
            inspected = await inspect(made)
        assert made.targets() == ("good.test",)
        assert rules(inspected) == ["http_not_redirected"]


class TestFailures:
    async def test_a_name_without_address_covers_nothing(self, inspection):
        inspected = await inspect(
            inspection(
                http_check("https://tidak.test/", deadlines=QUICK), resolve={"good.test": ("127.0.0.1",)}
            )
        )
        assert (inspected.seen, dict(inspected.covered), inspected.facts) == ((), {}, None)
        assert inspected.failure.endswith(".")

    async def test_silence_ends_in_time_and_covers_nothing(self, inspection):
        async with serve(silence) as server:
            check = http_check(server.url().replace("http:", "https:"), deadlines=QUICK)
            inspected = await inspect(inspection(check))
        assert (inspected.seen, dict(inspected.covered), inspected.facts) == ((), {}, None)
        assert "gave up" in inspected.failure

    async def test_the_guard_holds_for_inspections_too(self, inspection, certificates):
        async with host(certificates.good) as server:
            made = inspection(http_check(server.url()), allow_networks=())
            inspected = await inspect(made)
        assert server.connections == 0
        assert inspected.facts is None
        assert "loopback" in inspected.failure

    async def test_a_private_address_is_asked_only_for_internal_services(self, inspection):
        def made(network):
            check = http_check("https://inside.test/", deadlines=QUICK, network=network)
            return inspection(check, resolve={"inside.test": ("127.0.0.1",)}, allow_networks=())

        for network in (Network.PUBLIC, Network.INTERNAL):  # loopback is nobody's network
            assert "loopback" in (await inspect(made(network))).failure

    async def test_a_host_that_left_the_register_is_said_to_have(self, inspection):
        inspected = await inspection().inspect("lama.go.id", None, datetime.now(UTC))
        assert "not in the register" in inspected.failure

    async def test_facts_of_another_program_are_as_none(self, inspection, certificates):
        async with host(certificates.good) as server:
            inspected = await inspect(inspection(http_check(server.url())), {"unknown": 1})
        assert inspected.facts is not None

    async def test_what_the_register_says_not_to_verify_is_not_judged(self, inspection):
        async with host(self_signed("good.test")) as server:
            check = http_check(server.url(), tls=TlsOptions(verify=False))
            assert rules(await inspect(inspection(check))) == []

    async def test_a_banner_before_tls_is_a_failure_and_no_exception(self, inspection):
        async with serve(banner(b"220 siap\r\n")) as server:
            inspected = await inspect(inspection(tcp_check(server.port, tls=TlsOptions())))
        assert inspected.facts is None
        assert inspected.failure


async def test_the_request_says_who_asks_and_carries_no_secrets(inspection, certificates):
    async with host(certificates.good) as server:
        check = http_check(
            server.url("/masuk?kunci=rahasia"), headers=(("X-Api-Key", "rahasia"),), method="POST"
        )
        await inspect(inspection(check))
    (request,) = server.requests
    assert (request.method, request.target) == ("GET", "/")
    assert "https://demoprov.go.id/kulkul" in request.header("user-agent")
    assert b"rahasia" not in request.raw


async def test_an_ipv6_address_is_looked_at_as_well(inspection, certificates):
    async with host(certificates.ordinary("::1"), address="::1") as server:
        made = inspection(http_check(f"https://[::1]:{server.port}/"))
        inspected = await inspect(made)
    assert made.targets() == (f"[::1]:{server.port}",)
    assert rules(inspected) == []
    assert look_of(inspected.facts).addresses[0].tls.verified


async def test_what_is_judged_is_what_is_written_down(inspection, certificates):
    identity = issue(
        certificates.root, "good.test", common_name="n" * 60, until=60 * A_DAY, since=-60 * A_DAY
    )
    async with host(identity.sending(certificates.intermediate)) as server:
        made = inspection(http_check(server.url()))
        inspected = await inspect(made)
    again = await made.inspect(inspected.target, json.loads(json.dumps(inspected.facts)), inspected.at)
    assert again.failure is not None  # the server is gone: what was seen is not seen again
    assert (again.facts, again.seen) == (None, ())


async def test_pages_of_one_host_are_asked_once(inspection, certificates):
    async with serve(site({"/": GOOD}), ServerTls(identity=certificates.good)) as server:
        made = inspection(*[http_check(server.url(f"/{number}")) for number in range(5)])
        assert made.targets() == (f"good.test:{server.port}",)
        await inspect(made)
    assert server.connections == 1
