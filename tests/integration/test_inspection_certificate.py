"""The certificate inspection against real servers: what it finds, what it leaves open, how it behaves."""

from __future__ import annotations

import json
import ssl
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from monitor.core.finding import FindingSeverity
from monitor.core.https.look import PlainState
from monitor.core.https.look_json import look_of
from monitor.core.rulebook import RULES
from monitor.core.rulebook.telling import tell
from monitor.core.service import Network, TlsOptions
from monitor.inspections.certificate import CertificateInspection
from monitor.inspections.certificate.endpoint import Ports
from monitor.inspections.sightings import Sightings
from monitor.settings.settings import InspectionSettings
from tests.certificates import A_DAY, Identity, issue, self_signed
from tests.probing import QUICK, http_check, tcp_check
from tests.servers import (
    ServerTls,
    answers,
    banner,
    hold,
    redirect,
    refused_port,
    reply,
    serve,
    silence,
    site,
)
from tests.servers.handshakes import plain_http, speaks_up

HSTS = [("Strict-Transport-Security", "max-age=31536000")]
GOOD = reply(headers=HSTS)
AIA = "http://pki.demoprov.go.id/perantara.crt"
RSA_WITH_SHA256, RSA_WITH_SHA1 = (bytes.fromhex(f"2a864886f70d0101{last}") for last in ("0b", "05"))
SECOND = "127.0.7.2"
BOTH = {"good.test": ("127.0.0.1", SECOND)}


@pytest.fixture
def inspection(make_vantage):
    def make(*checks, ports=None, sightings=None, **vantage):
        ports = ports or Ports()
        made = CertificateInspection(
            make_vantage(**vantage),
            sightings or Sightings(https_port=ports.https),
            InspectionSettings(),
            ports=ports,
        )
        made.follow_checks(checks)
        return made

    return make


async def inspect(made, before=None, now=None):
    """Inspect the one target there is."""
    (target,) = made.targets()
    return await made.inspect(target, before, now or datetime.now(UTC))


def rules(inspected):
    for one in inspected.seen:
        rule = RULES[one.identity.rule]
        told = tell(rule, one.identity, one.places, one.evidence, ZoneInfo("Asia/Makassar"), inspected.at)
        for text in (told.title.id, told.problem.id, told.remedy.id, told.problem.en, told.remedy.en):
            assert "tidak diketahui" not in text
            assert "not known" not in text
    return sorted(one.identity.rule for one in inspected.seen)


def evidence(inspected, rule):
    (one,) = [each for each in inspected.seen if each.identity.rule == rule]
    return one.evidence


def ending(certificates, days):
    """Return one of 100 days' validity of which so many are left."""
    return certificates.ordinary("good.test", since=(days - 100) * A_DAY, until=days * A_DAY)


def said_to_be_sha1(identity):
    """Return the identity with SHA-1 for SHA-256 in what its certificate says of its RSA signature.

    Nobody signs with SHA-1 any more, the library of the tests included. How strong a signature is is judged
    before it is verified.
    """
    der = identity.certificate.public_bytes(Encoding.DER)
    changed = der.replace(RSA_WITH_SHA256, RSA_WITH_SHA1)
    assert changed != der
    return Identity(identity.key, (x509.load_der_x509_certificate(changed),))


@asynccontextmanager
async def host(identity, *, answer=GOOD, address="127.0.0.1", port=0, **tls):
    async with serve(answers(answer), ServerTls(identity=identity, **tls), host=address, port=port) as server:
        yield server


@pytest.fixture
def look(inspection):
    async def run(identity, *, answer=GOOD, **tls):
        async with host(identity, answer=answer, **tls) as server:
            return await inspect(inspection(http_check(server.url())))

    return run


class TestWhatOneAddressShows:
    async def test_a_sound_host_has_no_findings_and_its_facts_are_kept(self, look, certificates):
        identity = certificates.through_intermediate("good.test")
        inspected = await look(identity)
        assert (rules(inspected), inspected.failure) == ([], None)
        (one,) = look_of(inspected.facts).addresses
        assert (one.address, one.tls.verified, one.tls.version) == ("127.0.0.1", True, "TLSv1.3")
        assert one.leaf.not_after == identity.not_after
        assert (one.leaf.key_type, one.leaf.key_bits, one.leaf.signature_hash) == ("EC", 256, "sha256")
        assert one.tls.chain[1].is_authority
        assert one.http.hsts.max_age_seconds == 31_536_000
        assert {"certificate_expired", "certificate_untrusted", "hsts_missing", "tls_outdated"} <= set(
            inspected.covered
        )

    async def test_an_expired_certificate(self, look, certificates):
        inspected = await look(certificates.expired("good.test"))
        assert rules(inspected) == ["certificate_expired"]
        assert inspected.failure is None
        assert "hsts_missing" not in inspected.covered

    @pytest.mark.parametrize(
        ("days", "severity"), [(5, FindingSeverity.SEVERE), (12, FindingSeverity.MODERATE), (40, None)]
    )
    async def test_one_that_expires_in_some_days(self, look, certificates, days, severity):
        inspected = await look(ending(certificates, days))
        assert [one.severity for one in inspected.seen] == ([severity] if severity else [])

    async def test_one_of_tomorrow(self, look, certificates):
        assert rules(await look(certificates.not_yet_valid("good.test"))) == ["certificate_not_yet_valid"]

    async def test_one_for_another_host(self, look, certificates):
        inspected = await look(certificates.ordinary("dinas.test"))
        assert rules(inspected) == ["certificate_hostname_mismatch"]
        assert evidence(inspected, "certificate_hostname_mismatch")["names"] == ["dinas.test"]

    async def test_a_self_signed_one(self, look):
        assert rules(await look(self_signed("good.test"))) == ["certificate_self_signed"]

    async def test_everything_at_once(self, look):
        inspected = await look(self_signed("lama.test", since=-90 * A_DAY, until=-5 * A_DAY))
        assert rules(inspected) == [
            "certificate_expired",
            "certificate_hostname_mismatch",
            "certificate_self_signed",
        ]

    @pytest.mark.parametrize("url", [AIA, None])
    async def test_a_chain_without_its_intermediate(self, look, certificates, url):
        inspected = await look(certificates.incomplete("good.test", issuer_url=url))
        assert rules(inspected) == ["certificate_chain_incomplete"]
        told = evidence(inspected, "certificate_chain_incomplete")
        assert told["missing"] == "Demo Intermediate CA"
        assert told["source"] == (url or "Demo Intermediate CA (Pemprov Demo)")

    async def test_an_intermediate_that_has_expired(self, look, certificates):
        inspected = await look(certificates.through_expired_intermediate("good.test"))
        assert rules(inspected) == ["chain_certificate_expiring"]
        assert evidence(inspected, "chain_certificate_expiring")["certificate"] == "Demo Expired CA"

    async def test_an_intermediate_that_expires_soon(self, look, certificates):
        ending = issue(
            certificates.root, common_name="Ending CA", authority=True, since=-400 * A_DAY, until=9 * A_DAY
        )
        inspected = await look(issue(ending, "good.test").sending(ending))
        assert rules(inspected) == ["chain_certificate_expiring"]

    async def test_a_root_that_nobody_knows(self, look, certificates):
        inspected = await look(certificates.untrusted("good.test"))
        assert rules(inspected) == ["certificate_untrusted"]
        assert "Kantor Internal CA" in evidence(inspected, "certificate_untrusted")["authority"]

    async def test_a_short_key_and_a_weak_signature(self, inspection, tmp_path):
        root = issue(None, common_name="RSA Root", authority=True, rsa_bits=2048)
        (tmp_path / "root.pem").write_bytes(root.chain_pem)
        weak = said_to_be_sha1(issue(root, "good.test", rsa_bits=1024))
        async with host(weak) as server:
            made = inspection(http_check(server.url()), ca_file=str(tmp_path / "root.pem"))
            inspected = await inspect(made)
        assert rules(inspected) == ["certificate_weak_key", "certificate_weak_signature"]
        assert evidence(inspected, "certificate_weak_key")["key"] == "RSA 1024"
        assert evidence(inspected, "certificate_weak_signature")["hash"] == "SHA1"

    async def test_one_that_is_valid_for_too_long(self, look, certificates):
        inspected = await look(certificates.ordinary("good.test", until=399 * A_DAY))
        assert rules(inspected) == ["certificate_long_validity"]

    @pytest.mark.parametrize(("newest", "version"), [("TLSv1", "TLSv1"), ("TLSv1_1", "TLSv1.1")])
    @pytest.mark.parametrize("way", ["hangs up", "sends an alert"])
    async def test_a_server_with_old_tls_only_still_shows_its_certificate(
        self, inspection, certificates, newest, version, way
    ):
        tls = ServerTls(
            identity=ending(certificates, 5),
            minimum=ssl.TLSVersion.TLSv1,
            maximum=ssl.TLSVersion[newest],
        )
        polite = way == "sends an alert"
        async with serve(
            speaks_up(tls, GOOD) if polite else answers(GOOD), None if polite else tls
        ) as server:
            inspected = await inspect(inspection(http_check(f"https://good.test:{server.port}/")))
        assert rules(inspected) == ["certificate_expiring", "tls_outdated"]
        assert evidence(inspected, "tls_outdated")["version"] == version
        assert server.connections == 2

    async def test_a_port_that_speaks_no_tls_shows_nothing(self, inspection):
        async with serve(plain_http) as server:
            inspected = await inspect(inspection(http_check(server.url().replace("http:", "https:"))))
        assert (inspected.seen, dict(inspected.covered), inspected.facts) == ((), {}, None)
        assert "does not speak TLS" in inspected.failure
        assert server.connections == 2

    @pytest.mark.parametrize(
        ("headers", "found"),
        [([], "hsts_missing"), ([("Strict-Transport-Security", "max-age=300")], "hsts_short")],
    )
    async def test_hsts(self, look, certificates, headers, found):
        assert rules(await look(certificates.good, answer=reply(headers=headers))) == [found]

    async def test_a_challenge_hides_the_page_and_not_the_certificate(self, look, certificates):
        challenge = reply(b"", status=403, headers=[("cf-mitigated", "challenge")])
        inspected = await look(ending(certificates, 2), answer=challenge)
        assert rules(inspected) == ["certificate_expiring"]
        assert "certificate_expired" in inspected.covered
        assert "hsts_missing" not in inspected.covered
        assert inspected.failure

    async def test_a_long_page_is_not_read_to_its_end(self, look, certificates):
        inspected = await look(certificates.good, answer=reply(b"x" * 5_000_000, headers=HSTS))
        assert (rules(inspected), inspected.failure) == ([], None)
        assert "hsts_missing" in inspected.covered

    async def test_another_protocol_over_tls_is_not_asked_for_pages(self, inspection, certificates):
        async with serve(lambda reader, _: hold(reader), ServerTls(identity=certificates.good)) as server:
            made = inspection(tcp_check(server.port, tls=TlsOptions()))
            inspected = await inspect(made)
        assert made.targets() == (f"good.test:{server.port}",)
        assert rules(inspected) == []
        assert server.requests == [] or not server.requests[0].raw.startswith(b"GET")
        assert "certificate_expired" in inspected.covered
        assert "hsts_missing" not in inspected.covered


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
