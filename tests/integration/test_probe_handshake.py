"""The handshake stage: what visitors' browsers would refuse, and every fact of the certificate besides."""

from __future__ import annotations

import ssl
import time
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.hashes import SHA256

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.service import TlsOptions
from tests.certificates import A_DAY, issue, self_signed
from tests.probing import GRACE_SECONDS, QUICK, assert_failed, assert_ok, http_check
from tests.servers import ServerTls, answers, handshakes, reply, serve, silence

OLD = ssl.TLSVersion.TLSv1
OLD_LIMIT = ssl.TLSVersion.TLSv1_1
AIA = "http://pki.demoprov.go.id/perantara.crt"


def _day(moment):
    return f"{moment:%Y-%m-%d}"


async def _probe_certificate(probe, identity, host="good.test", **request):
    async with serve(answers(reply()), ServerTls(identity=identity)) as server:
        return await probe(http_check(server.url(host=host), **request))


async def test_a_good_site_is_verified_and_its_facts_are_complete(probe, certificates):
    good = certificates.good
    result = await _probe_certificate(probe, good)
    assert_ok(result)
    assert result.problems == ()
    tls = result.tls
    assert (tls.version, tls.verified, tls.verify_error) == ("TLSv1.3", True, None)
    assert tls.cipher
    assert tls.not_after == good.not_after
    assert tls.earliest_not_after == good.not_after
    assert tls.verified_chain_not_after == min(good.not_after, certificates.root.not_after)
    (leaf,) = tls.chain
    assert set(leaf.names) == {"good.test", "other.test"}
    assert leaf.fingerprint_sha256 == good.certificate.fingerprint(SHA256()).hex()
    assert leaf.serial == f"{good.certificate.serial_number:x}"
    assert "Kulkul Test Root" in leaf.issuer
    assert (leaf.key_type, leaf.key_bits, leaf.is_authority) == ("EC", 256, False)
    assert leaf.not_before == good.certificate.not_valid_before_utc
    assert result.timings.handshake > timedelta(0)


async def test_a_complete_chain_has_nothing_to_complain_of(probe, certificates):
    result = await _probe_certificate(probe, certificates.through_intermediate("good.test"))
    assert_ok(result)
    assert result.problems == ()
    assert len(result.tls.chain) == 2


async def test_an_expired_certificate_is_named_with_its_date_and_still_known(probe, certificates):
    expired = certificates.expired("good.test")
    result = await _probe_certificate(probe, expired)
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_EXPIRED, _day(expired.not_after))
    assert result.tls.not_after == expired.not_after
    assert result.tls.verified is False
    assert "expired" in result.tls.verify_error
    assert result.tls.verified_chain_not_after is None
    assert result.tls.chain[0].names == ("good.test",)
    assert result.http is None
    assert result.timings.request is None


async def test_an_expired_intermediate_is_the_one_that_is_named(probe, certificates):
    result = await _probe_certificate(probe, certificates.through_expired_intermediate("good.test"))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_EXPIRED, "Demo Expired CA")
    assert result.tls.earliest_not_after < result.started_at < result.tls.not_after


async def test_a_certificate_of_tomorrow_is_not_valid_yet(probe, certificates):
    future = certificates.not_yet_valid("good.test")
    result = await _probe_certificate(probe, future)
    began = _day(future.certificate.not_valid_before_utc)
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_NOT_YET_VALID, began)


async def test_a_certificate_for_another_host_names_both(probe, certificates):
    result = await _probe_certificate(probe, certificates.ordinary("dinas.test", "www.dinas.test"))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_HOSTNAME, "good.test", "dinas.test")


async def test_a_self_signed_certificate_says_so(probe, certificates):
    result = await _probe_certificate(probe, self_signed("good.test"))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_SELF_SIGNED, "self-signed")


async def test_everything_that_is_wrong_with_a_certificate_is_told(probe, certificates):
    identity = self_signed("old.test", since=-90 * A_DAY, until=-5 * A_DAY)
    result = await _probe_certificate(probe, identity)
    assert (result.outcome, result.stage) == (Outcome.FAILED, Stage.HANDSHAKE)
    told = " ".join([result.message, *result.problems])
    assert "self-signed" in told
    assert _day(identity.not_after) in told
    assert "good.test" in told
    assert len(set(result.problems)) == len(result.problems) == 2
    assert result.message not in result.problems


@pytest.mark.parametrize("url", [None, AIA], ids=["without AIA", "with AIA"])
async def test_an_incomplete_chain_names_what_is_missing_and_where_it_is(probe, certificates, url):
    result = await _probe_certificate(probe, certificates.incomplete("good.test", issuer_url=url))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_INCOMPLETE_CHAIN, "Demo Intermediate CA", url or "")
    assert result.tls.chain[0].issuer_url == url


async def test_an_incomplete_chain_that_sends_the_wrong_certificate_is_incomplete(probe, certificates):
    stray = issue(certificates.root, common_name="Another CA", authority=True)
    result = await _probe_certificate(probe, certificates.incomplete("good.test").sending(stray))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_INCOMPLETE_CHAIN, "Demo Intermediate CA")


async def test_a_root_that_nobody_trusts_is_untrusted_even_if_it_is_sent_along(probe, certificates):
    result = await _probe_certificate(probe, certificates.untrusted("good.test"))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_UNTRUSTED, "Kantor Internal CA")


async def test_a_short_key_is_too_weak(probe, certificates):
    result = await _probe_certificate(probe, issue(certificates.root, "good.test", rsa_bits=1024))
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_WEAK, "1024")


async def test_a_name_in_the_common_name_alone_does_not_count_as_in_browsers(probe, certificates):
    identity = issue(certificates.root, "good.test", name_extension=False)
    result = await _probe_certificate(probe, identity)
    assert_failed(result, Stage.HANDSHAKE, Reason.TLS_HOSTNAME, "subjectAltName", "good.test")


async def test_a_wildcard_covers_one_label(probe, certificates):
    identity = certificates.ordinary("*.good.test")
    names = {"www.good.test": ("127.0.0.1",), "a.www.good.test": ("127.0.0.1",), "good.test": ("127.0.0.1",)}
    async with serve(answers(reply()), ServerTls(identity=identity)) as server:
        one = await probe(http_check(server.url(host="www.good.test")), resolve=names)
        two = await probe(http_check(server.url(host="a.www.good.test")), resolve=names)
        none = await probe(http_check(server.url(host="good.test")), resolve=names)
    assert_ok(one)
    assert one.problems == ()
    assert_failed(two, Stage.HANDSHAKE, Reason.TLS_HOSTNAME, "*.good.test", "a.www.good.test")
    assert_failed(none, Stage.HANDSHAKE, Reason.TLS_HOSTNAME, "*.good.test")


async def test_an_address_needs_a_certificate_for_the_address(probe, certificates):
    right = await _probe_certificate(probe, certificates.ordinary("127.0.0.1"), host="127.0.0.1")
    wrong = await _probe_certificate(probe, certificates.good, host="127.0.0.1")
    assert_ok(right)
    assert right.tls.chain[0].names == ("127.0.0.1",)
    assert_failed(wrong, Stage.HANDSHAKE, Reason.TLS_HOSTNAME, "127.0.0.1")


async def test_a_long_chain_is_read_and_a_monstrous_one_refused(probe, certificates):
    long = await _probe_certificate(probe, certificates.long_chain("good.test", length=30))
    monstrous = await _probe_certificate(probe, certificates.long_chain("good.test", length=600))
    assert_ok(long)
    assert len(long.tls.chain) == 31
    assert_failed(monstrous, Stage.HANDSHAKE, Reason.TLS_PROTOCOL, "good.test")


async def test_without_verification_the_probe_goes_on_and_lists_the_problems(probe, certificates):
    identity = self_signed("old.test", since=-90 * A_DAY, until=-5 * A_DAY)
    result = await _probe_certificate(probe, identity, tls=TlsOptions(verify=False))
    assert_ok(result)
    assert result.http.status == 200
    assert result.tls.verified is False
    assert result.tls.not_after == identity.not_after
    told = " ".join(result.problems)
    for part in ("self-signed", _day(identity.not_after), "good.test"):
        assert part in told


async def test_the_servers_choice_of_certificate_follows_the_name_asked_for(probe, certificates):
    tls = ServerTls(identity=self_signed("default.test"), by_name={"good.test": certificates.good})
    async with serve(answers(reply()), tls) as server:
        result = await probe(http_check(server.url()))
        by_address = await probe(http_check(server.url(host="127.0.0.1")))
    assert_ok(result)
    assert server.names_asked == ["good.test", None]
    assert by_address.reason is Reason.TLS_SELF_SIGNED


async def test_the_name_asked_for_and_checked_can_be_given(probe, certificates):
    tls = ServerTls(identity=certificates.ordinary("origin.test"))
    async with serve(answers(reply()), tls) as server:
        result = await probe(http_check(server.url(), tls=TlsOptions(server_name="origin.test")))
    assert_ok(result)
    assert server.names_asked == ["origin.test"]
    assert server.requests[0].header("host") == f"good.test:{server.port}"


async def test_a_check_may_trust_its_own_authority_only(probe, certificates, tmp_path):
    root = issue(None, common_name="Kantor CA", authority=True)
    path, _ = root.write(tmp_path, "kantor")
    options = TlsOptions(ca_file=path)
    assert_ok(await _probe_certificate(probe, issue(root, "good.test"), tls=options))
    result = await _probe_certificate(probe, certificates.good, tls=options)
    assert result.stage is Stage.HANDSHAKE
    assert result.reason in {Reason.TLS_UNTRUSTED, Reason.TLS_INCOMPLETE_CHAIN}


@pytest.mark.parametrize(
    "options", [{"ca_file": "/does/not/exist.pem"}, {"client_certificate": "/nor/this.pem"}]
)
async def test_a_file_of_ours_that_is_missing_is_our_own_fault(probe, certificates, options):
    result = await _probe_certificate(probe, certificates.good, tls=TlsOptions(**options))
    (path,) = options.values()
    assert_failed(result, Stage.HANDSHAKE, Reason.SELF_FAULT, path, outcome=Outcome.SELF_FAULT)


class TestClientCertificates:
    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    async def test_a_server_that_demands_one_is_told_from_a_broken_one(self, probe, certificates, version):
        tls = ServerTls(identity=certificates.good, clients_from=certificates.root, maximum=version)
        async with serve(handshakes.speaks_up(tls, reply())) as server:
            result = await probe(http_check(f"https://good.test:{server.port}/"))
        assert result.outcome is Outcome.FAILED
        if version is ssl.TLSVersion.TLSv1_3:
            assert result.reason is Reason.TLS_CLIENT_CERTIFICATE
            assert result.tls.not_after == certificates.good.not_after
        else:
            # TLS 1.2 knows only the general alert handshake_failure for it.
            assert result.stage is Stage.HANDSHAKE
            assert result.reason in {Reason.TLS_CLIENT_CERTIFICATE, Reason.TLS_PROTOCOL}
        assert "good.test" in result.message

    async def test_ours_is_shown_and_accepted(self, probe, certificates, tmp_path):
        certificate, key = certificates.ordinary("pemantau.test").write(tmp_path, "client")
        tls = ServerTls(identity=certificates.good, clients_from=certificates.root)
        options = TlsOptions(client_certificate=certificate, client_key=key)
        async with serve(answers(reply()), tls) as server:
            assert_ok(await probe(http_check(server.url(), tls=options)))

    async def test_ours_is_refused(self, probe, certificates, tmp_path):
        certificate, key = self_signed("pemantau.test").write(tmp_path, "client")
        tls = ServerTls(identity=certificates.good, clients_from=certificates.root)
        options = TlsOptions(client_certificate=certificate, client_key=key)
        async with serve(handshakes.speaks_up(tls, reply())) as server:
            check = http_check(f"https://good.test:{server.port}/", tls=options)
            result = await probe(check)
        assert (result.outcome, result.reason) == (Outcome.FAILED, Reason.TLS_CLIENT_CERTIFICATE)
        assert "good.test" in result.message


class TestServersThatNeverFinish:
    async def _handshake(self, probe, behaviour, deadlines=QUICK):
        async with serve(behaviour) as server:
            check = http_check(f"https://good.test:{server.port}/", deadlines=deadlines)
            return await probe(check)

    @pytest.mark.parametrize("behaviour", [silence, handshakes.drip_hello], ids=["silence", "drip"])
    async def test_a_stall_ends_at_the_deadline_of_the_stage(self, probe, behaviour):
        began = time.monotonic()
        result = await self._handshake(probe, behaviour)
        assert_failed(result, Stage.HANDSHAKE, Reason.TLS_TIMEOUT, "good.test", "0.4 s")
        assert time.monotonic() - began < 0.4 + GRACE_SECONDS
        assert result.tls is None or result.tls.chain == ()

    async def test_a_stall_in_the_middle_ends_too(self, probe, certificates):
        result = await self._handshake(probe, handshakes.partial(certificates.good, then="stall"))
        assert_failed(result, Stage.HANDSHAKE, Reason.TLS_TIMEOUT, "good.test")

    async def test_a_reset_in_the_middle_is_a_reset(self, probe, certificates):
        result = await self._handshake(probe, handshakes.partial(certificates.good, then="reset"))
        assert_failed(result, Stage.HANDSHAKE, Reason.TCP_RESET, "good.test")

    @pytest.mark.parametrize("length", [0, 60])
    async def test_a_close_in_the_middle_is_a_close(self, probe, certificates, length):
        behaviour = handshakes.partial(certificates.good, then="close", length=length)
        result = await self._handshake(probe, behaviour)
        assert_failed(result, Stage.HANDSHAKE, Reason.TCP_CLOSED, "good.test", "TLS handshake")

    @pytest.mark.parametrize(
        "behaviour", [handshakes.garbage_hello, handshakes.random_bytes, handshakes.plain_http]
    )
    async def test_what_is_no_tls_is_called_so(self, probe, behaviour):
        result = await self._handshake(probe, behaviour)
        assert_failed(result, Stage.HANDSHAKE, Reason.TLS_PROTOCOL, "good.test")

    async def test_plain_http_on_a_tls_port_is_recognised(self, probe):
        result = await self._handshake(probe, handshakes.plain_http)
        assert "does not speak TLS" in result.message

    @pytest.mark.parametrize(
        "description",
        [
            handshakes.HANDSHAKE_FAILURE,
            handshakes.ACCESS_DENIED,
            handshakes.PROTOCOL_VERSION,
            handshakes.UNRECOGNIZED_NAME,
        ],
    )
    async def test_an_alert_is_a_failed_handshake(self, probe, description):
        result = await self._handshake(probe, handshakes.alert(description))
        assert_failed(result, Stage.HANDSHAKE, Reason.TLS_PROTOCOL, "good.test")

    async def test_versions_that_browsers_gave_up_are_refused_and_named(self, probe, certificates):
        tls = ServerTls(identity=certificates.good, minimum=OLD, maximum=OLD_LIMIT)
        result = await self._handshake(probe, handshakes.speaks_up(tls, reply()))
        assert_failed(result, Stage.HANDSHAKE, Reason.TLS_PROTOCOL, "1.2")

    async def test_tls_1_2_is_still_good(self, probe, certificates):
        tls = ServerTls(identity=certificates.good, maximum=ssl.TLSVersion.TLSv1_2)
        async with serve(answers(reply()), tls) as server:
            result = await probe(http_check(server.url()))
        assert_ok(result)
        assert result.tls.version == "TLSv1.2"
