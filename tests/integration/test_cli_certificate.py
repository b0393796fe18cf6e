"""`kulkul certificate HOST`: what it shows of a host, its exit code, and what it refuses."""

from __future__ import annotations

import pytest

from tests.certificates import A_DAY, issue, self_signed
from tests.command import kulkul
from tests.servers import ServerTls, answers, redirect, refused_port, reply, serve, site

HERE = ("--allow-private", "--resolve", "good.test=127.0.0.1")
GOOD = reply(headers=[("Strict-Transport-Security", "max-age=31536000")])


@pytest.fixture
def run(tmp_path, ca_file):
    async def start(server, *options, here=HERE):
        return await kulkul(
            "certificate", f"good.test:{server.port}", *here, "--ca-file", ca_file, *options, folder=tmp_path
        )

    return start


async def test_a_sound_host_is_told_with_its_chain(run, certificates):
    identity = certificates.through_intermediate("good.test")
    async with serve(answers(GOOD), ServerTls(identity=identity)) as server:
        ran = await run(server)
    assert (ran.code, ran.err) == (0, "")
    for word in (
        f"good.test:{server.port}",
        "WITA",
        "127.0.0.1",
        "TLSv1.3",
        "✓ dipercaya",
        "1. good.test",
        "2. Demo Intermediate CA",
        "Kulkul Test Root",
        "hari lagi",
        "EC 256, SHA256",
        "max-age=31536000",
        "Tidak ada temuan.",
    ):
        assert word in ran.out
    assert identity.certificate.fingerprint(identity.certificate.signature_hash_algorithm).hex() in ran.out


async def test_everything_that_is_wrong_is_told_with_its_remedy(run):
    identity = self_signed("lama.test", since=-90 * A_DAY, until=-5 * A_DAY)
    async with serve(answers(GOOD), ServerTls(identity=identity)) as server:
        ran = await run(server)
        english = await run(server, "--lang", "en")
        shaped = await run(server, "--json")
    assert (ran.code, english.code, shaped.code) == (1, 1, 1)
    for word in ("✗ ditolak", "Temuan:", "berat", "Sertifikat kedaluwarsa sejak", "lama.test", "→ Pengelola"):
        assert word in ran.out
    for word in ("✗ refused", "Findings:", "severe", "Certificate is self-signed", "5 days ago", "→ Whoever"):
        assert word in english.out
    assert {one["rule"] for one in shaped.json["findings"]} == {
        "certificate_expired",
        "certificate_hostname_mismatch",
        "certificate_self_signed",
    }
    assert shaped.json["look"]["addresses"][0]["tls"]["chain"][0]["names"] == ["lama.test"]
    assert all(one["problem"]["id"] and one["remedy"]["en"] for one in shaped.json["findings"])


async def test_small_matters_are_told_and_are_no_bad_answer(run, certificates):
    async with serve(answers(reply()), ServerTls(identity=certificates.good)) as server:
        ran = await run(server)
    assert ran.code == 0
    assert "Tanpa HSTS" in ran.out


async def test_a_page_that_is_not_found_is_no_matter_of_certificates(run, certificates):
    async with serve(
        answers(reply(status=404, phrase="No")), ServerTls(identity=certificates.good)
    ) as server:
        ran = await run(server)
    assert (ran.code, "HTTP 404" in ran.out) == (0, True)


async def test_every_address_is_shown(run, certificates):
    async with (
        serve(answers(GOOD), ServerTls(identity=certificates.good)) as one,
        serve(
            answers(GOOD),
            ServerTls(identity=certificates.ordinary("good.test")),
            host="127.0.6.2",
            port=one.port,
        ),
    ):
        ran = await run(
            one, here=(*HERE, "--resolve", "good.test=127.0.6.2", "--resolve", "good.test=127.0.6.3")
        )
    assert ran.code == 0
    for word in ("127.0.6.2", "127.0.6.3", "sertifikat tidak terlihat", "1 of 3 addresses", "antaralamat"):
        assert word in ran.out


async def test_hosts_on_the_way_are_shown(run, certificates):
    async with serve(answers(GOOD), ServerTls(identity=certificates.ordinary("www.good.test"))) as www:
        pages = {"/": redirect(f"https://www.good.test:{www.port}/")}
        async with serve(site(pages), ServerTls(identity=certificates.good)) as server:
            ran = await run(server, "--resolve", "www.good.test=127.0.0.1")
    assert f"dilalui: www.good.test:{www.port}" in ran.out


async def test_what_a_certificate_says_does_not_reach_the_terminal_as_commands(run, certificates):
    identity = issue(certificates.root, "good.test", common_name="a\x1b[31mb\nc")
    async with serve(answers(GOOD), ServerTls(identity=identity)) as server:
        ran = await run(server)
    assert ran.code == 0
    assert "\x1b" not in ran.out
    assert "b\nc" not in ran.out


async def test_a_closed_port_is_a_bad_answer(tmp_path):
    with refused_port() as port:
        ran = await kulkul("certificate", f"good.test:{port}", *HERE, folder=tmp_path)
        shaped = await kulkul("certificate", f"good.test:{port}", *HERE, "--json", folder=tmp_path)
    assert (ran.code, shaped.code) == (1, 1)
    assert "nothing listens" in ran.out
    assert (shaped.json["look"], shaped.json["findings"]) == (None, [])
    assert shaped.json["failure"].endswith(".")


async def test_private_addresses_are_left_alone_until_they_are_allowed(tmp_path):
    with refused_port() as port:
        ran = await kulkul("certificate", f"127.0.0.1:{port}", folder=tmp_path)
    assert ran.code == 1
    assert "loopback" in ran.out


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "host is missing"),
        ("::::", "HOST"),
        ("good test", "no spaces"),
        ("good.test:delapan", "not a number"),
        ("good.test:99999", "between 1 and 65535"),
        ("http://good.test/", "only https"),
        ("tls://good.test:443", "only https"),
        ("dns:///good.test", "only https"),
        ("gopher://good.test", "can"),
        ("budi:rahasia@good.test", "credentials"),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(tmp_path, address, said):
    ran = await kulkul("certificate", address, *HERE, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.splitlines()[-1]
    assert "rahasia" not in ran.err
