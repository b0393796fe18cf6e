"""The certificate inspection against real servers: what it finds at one address."""

from __future__ import annotations

import ssl

import pytest

from monitor.core.finding import FindingSeverity
from monitor.core.https.look_json import look_of
from monitor.core.service import TlsOptions
from tests.certificates import A_DAY, issue, self_signed
from tests.looking import (
    AIA,
    GOOD,
    HSTS,
    ending,
    evidence,
    host,
    inspect,
    rules,
    said_to_be_sha1,
)
from tests.probing import http_check, tcp_check
from tests.servers import (
    ServerTls,
    answers,
    hold,
    reply,
    serve,
)
from tests.servers.handshakes import plain_http, speaks_up


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
