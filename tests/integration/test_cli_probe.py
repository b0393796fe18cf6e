"""`kulkul probe URL`: the answer, its exit code, and what its options do."""

from __future__ import annotations

import time

import pytest

from tests.certificates import self_signed
from tests.command import kulkul
from tests.servers import (
    ServerTls,
    answers,
    banner,
    full_backlog,
    hold,
    nameservers,
    redirect,
    refused_port,
    reply,
    serve,
    serve_dns,
    silence,
    site,
    slow,
    zone,
)
from tests.servers.handshakes import garbage_hello

LESS_THAN_USUAL = 4.5
"""Seconds that a limit of one may last on a busy machine: less than the shortest of the usual deadlines."""
HERE = ("--allow-private", "--resolve", "good.test=127.0.0.1")


async def test_a_healthy_site_is_told_stage_by_stage(tmp_path, certificates, ca_file):
    async with serve(answers(reply()), tls=ServerTls(identity=certificates.good)) as server:
        ran = await kulkul("probe", server.url(), *HERE, "--ca-file", ca_file, folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    for word in (
        server.url(),
        "nama",
        "sambungan",
        "TLS",
        "sertifikat sampai",
        "permintaan",
        "jawaban",
        "isi",
    ):
        assert word in ran.out
    assert "HTTP/1.1 200" in ran.out
    assert "BAIK" in ran.out
    assert "✗" not in ran.out


async def test_english_is_spoken_where_it_is_asked_for(tmp_path):
    async with serve(answers(reply(status=500, phrase="Oh"))) as server:
        option = await kulkul("probe", server.url(), *HERE, "--lang", "en", folder=tmp_path)
        variable = await kulkul("probe", server.url(), *HERE, folder=tmp_path, env={"KULKUL_LANG": "en"})
        usual = await kulkul("probe", server.url(), *HERE, folder=tmp_path)
    for ran in (option, variable):
        assert "FAILED  at stage response: http_status" in ran.out
        assert "500" in ran.out
    assert "GAGAL  pada tahap jawaban: http_status" in usual.out
    assert "Server menjawab dengan kode status yang tidak diharapkan." in usual.out
    assert (option.code, variable.code, usual.code) == (1, 1, 1)


async def _at(behaviour, folder, *options, tls=None, host="good.test"):
    async with serve(behaviour, tls=tls) as server:
        return await kulkul("probe", server.url(host=host), *HERE, *options, "--json", folder=folder)


@pytest.mark.parametrize(
    ("behaviour", "stage", "reason", "code"),
    [
        (answers(reply(status=404, phrase="No")), "response", "http_status", 1),
        (answers(b"Selamat datang\r\n\r\n"), "response", "http_malformed", 1),
        (answers(reply(length=9999)), "content", "body_truncated", 1),
        (site({"/": redirect("/")}), "response", "http_redirect_loop", 1),
        (
            answers(reply(b"", status=403, headers=[("cf-mitigated", "challenge")])),
            "response",
            "blocked_challenge",
            1,
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "_" in value else None,
)
async def test_every_kind_of_bad_answer_has_stage_reason_and_code_1(tmp_path, behaviour, stage, reason, code):
    ran = await _at(behaviour, tmp_path)
    assert (ran.json["stage"], ran.json["reason"], ran.code) == (stage, reason, code)
    assert ran.json["outcome"] == ("blocked" if reason.startswith("blocked") else "failed")
    assert ran.json["message"].endswith(".")


async def test_an_untrusted_certificate_is_a_bad_answer(tmp_path, certificates, ca_file):
    ran = await _at(
        answers(reply()), tmp_path, "--ca-file", ca_file, tls=ServerTls(identity=self_signed("good.test"))
    )
    assert (ran.code, ran.json["reason"]) == (1, "tls_self_signed")
    ran = await _at(garbage_hello, tmp_path, "--ca-file", ca_file)
    assert ran.code == 1


async def test_a_closed_port_is_a_bad_answer(tmp_path):
    with refused_port() as port:
        ran = await kulkul("probe", f"http://good.test:{port}/", *HERE, "--json", folder=tmp_path)
    assert (ran.code, ran.json["stage"], ran.json["reason"]) == (1, "connect", "tcp_refused")


@pytest.mark.parametrize("kind", ["silent server", "full backlog", "slow reply"])
async def test_the_time_limit_is_kept(tmp_path, kind):
    async def probe(port):
        return await kulkul(
            "probe", f"http://good.test:{port}/", *HERE, "--timeout", "1", "--json", folder=tmp_path
        )

    if kind == "full backlog":
        with full_backlog() as port:
            ran = await probe(port)
    else:
        async with serve(silence if kind == "silent server" else slow(9, reply())) as server:
            ran = await probe(server.port)
    assert ran.code == 1
    assert ran.json["reason"] in ("http_timeout", "tcp_timeout")
    assert 0.9 <= ran.json["duration_seconds"] < LESS_THAN_USUAL


async def test_a_longer_limit_is_given_to_the_answer(tmp_path):
    began = time.monotonic()
    async with serve(slow(2.5, reply())) as server:
        ran = await kulkul("probe", server.url(), *HERE, "--timeout", "300", folder=tmp_path)
    assert ran.code == 0
    assert time.monotonic() - began < 60


async def test_several_names_and_addresses_can_be_given(tmp_path):
    async with serve(site({"/": redirect("http://other.test:{port}/"), "/ok": reply()})) as server:
        server.behaviour = site({"/": redirect(f"http://other.test:{server.port}/ok"), "/ok": reply()})
        ran = await kulkul(
            *("probe", server.url(), "--allow-private", "--json"),
            *("--resolve", "good.test=127.0.0.1", "--resolve", "OTHER.test=::1"),
            *("--resolve", "other.test=127.0.0.1"),
            folder=tmp_path,
        )
    assert (ran.code, ran.json["http"]["final_url"]) == (0, f"http://other.test:{server.port}/ok")


async def test_ipv6_is_probed(tmp_path):
    async with serve(answers(reply()), host="::1") as server:
        literal = await kulkul(
            "probe", f"http://[::1]:{server.port}/", "--allow-private", "--json", folder=tmp_path
        )
        named = await kulkul(
            *("probe", f"http://six.test:{server.port}/", "--allow-private", "--json"),
            *("--resolve", "six.test=[::1]"),
            folder=tmp_path,
        )
    for ran in (literal, named):
        assert (ran.code, ran.json["address"], ran.json["family"]) == (0, "::1", 6)


async def test_a_bare_host_name_means_https(tmp_path):
    with refused_port() as port:
        ran = await kulkul("probe", f"good.test:{port}", *HERE, "--json", folder=tmp_path)
    assert ran.json["url"] == f"https://good.test:{port}/"


async def test_a_name_in_unicode_is_asked_in_its_ascii_form(tmp_path):
    async with serve(answers(reply())) as server:
        ran = await kulkul(
            *("probe", f"http://dinás.test:{server.port}/", "--allow-private", "--json"),
            *("--resolve", "dinás.test=127.0.0.1"),
            folder=tmp_path,
        )
    ascii_form = "dinás.test".encode("idna").decode()
    assert ascii_form.startswith("xn--")
    assert (ran.code, ran.json["url"]) == (0, f"http://{ascii_form}:{server.port}/")
    assert server.requests[0].header("host") == f"{ascii_form}:{server.port}"


async def test_private_addresses_are_refused_until_they_are_allowed(tmp_path):
    async with serve(answers(reply())) as server:
        url = f"http://127.0.0.1:{server.port}/"
        refused = await kulkul("probe", url, "--json", folder=tmp_path)
        allowed = await kulkul("probe", url, "--json", "--allow-private", folder=tmp_path)
    assert (refused.code, refused.json["reason"]) == (1, "guard_refused")
    assert "--allow-private" in refused.err
    assert allowed.code == 0
    assert server.connections == 1


async def test_a_port_can_be_tried_with_and_without_tls(tmp_path, certificates, ca_file):
    async with serve(banner(b"220 siap\r\n")) as server:
        plain = await kulkul("probe", f"tcp://good.test:{server.port}", *HERE, "--json", folder=tmp_path)
    assert (plain.code, plain.json["http"], plain.json["tls"]) == (0, None, None)
    tls = ServerTls(identity=certificates.good)
    async with serve(lambda reader, _: hold(reader), tls=tls) as server:
        secret = await kulkul(
            "probe", f"tls://good.test:{server.port}", *HERE, "--ca-file", ca_file, "--json", folder=tmp_path
        )
    assert (secret.code, secret.json["tls"]["verified"]) == (0, True)


async def test_a_name_server_can_be_asked(tmp_path):
    records = zone({("demoprov.test", "A"): ["203.0.113.7"]})
    async with serve_dns(records) as names:
        found = await kulkul("probe", f"dns://{names.address}/demoprov.test", *HERE, folder=tmp_path)
        shaped = await kulkul(
            "probe", f"dns://{names.address}/demoprov.test?type=a", *HERE, "--json", folder=tmp_path
        )
        missing = await kulkul("probe", f"dns://{names.address}/tidak.test", *HERE, "--json", folder=tmp_path)
    assert found.code == 0
    assert "203.0.113.7" in found.out
    assert shaped.json["dns"] == {
        "server": names.address,
        "rcode": "NOERROR",
        "answers": ["203.0.113.7"],
        "authenticated": False,
    }
    assert (missing.code, missing.json["reason"]) == (1, "dns_nxdomain")


async def test_a_name_server_can_have_an_ipv6_address(tmp_path):
    ran = await kulkul("probe", "dns://[::1]:9/demoprov.test?type=AAAA", *HERE, "--json", folder=tmp_path)
    assert (ran.json["url"], ran.json["address"]) == ("dns://[::1]:9/demoprov.test?type=AAAA", "::1")
    assert (ran.code, ran.json["stage"]) == (1, "resolve")


async def test_a_silent_name_server_is_given_up_in_time(tmp_path):
    async with serve_dns(nameservers.ignores) as names:
        ran = await kulkul(
            "probe",
            f"dns://{names.address}/demoprov.test",
            *HERE,
            "--timeout",
            "1",
            "--json",
            folder=tmp_path,
        )
    assert (ran.code, ran.json["reason"]) == (1, "dns_timeout")
    assert ran.json["duration_seconds"] < LESS_THAN_USUAL


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "host is missing"),
        ("https://", "host is missing"),
        ("https:///halaman", "host is missing"),
        ("http://good test/", "no spaces"),
        ("http://[::1/", "[ and ]"),
        ("http://good.test:99999/", "between 1 and 65535"),
        ("http://good.test:delapan/", "not a number"),
        ("http://300.1.1.1/", "up to 255"),
        ("http://-/", "not valid"),
        ("gopher://good.test/", "https, http, tcp, tls and dns can"),
        ("javascript:alert(1)", "port"),
        ("tcp://good.test", "a host and a port"),
        ("tcp://good.test:0", "a host and a port"),
        ("tcp://good.test:99999", "65535"),
        ("tls://good.test:443/halaman", "nothing else"),
        ("tcp://good test:1", "no spaces"),
        ("dns://good.test", "wants a name"),
        ("dns:///good.test?type=MAGIC", "AAAA"),
        ("dns://good.test:0/good.test", "between 1 and 65535"),
        ("dns:///good..test", "not valid"),
    ],
)
async def test_nonsense_is_refused_with_a_sentence(tmp_path, address, said):
    ran = await kulkul("probe", address, *HERE, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err.splitlines()[-1]


@pytest.mark.parametrize("address", ["https://budi:rahasia@good.test/", "tcp://budi:rahasia@good.test:1"])
async def test_credentials_in_an_address_are_refused_and_not_repeated(tmp_path, address):
    ran = await kulkul("probe", address, *HERE, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "credentials" in ran.err
    assert "rahasia" not in ran.err


async def test_bytes_that_are_no_text_are_refused(tmp_path):
    ran = await kulkul("probe", b"\xff\xfe".decode("utf-8", "surrogateescape"), folder=tmp_path)
    assert ran.code == 2


@pytest.mark.parametrize(
    "pair", ["good.test", "good.test=", "=127.0.0.1", "good.test=localhost", "a b=127.0.0.1"]
)
async def test_a_pair_that_is_none_is_refused(tmp_path, pair):
    ran = await kulkul("probe", "good.test", "--resolve", pair, folder=tmp_path)
    assert ran.code == 2
    assert "NAME=ADDR" in ran.err


async def test_a_file_of_authorities_must_exist_and_hold_some(tmp_path):
    missing = await kulkul("probe", "good.test", "--ca-file", "tidak-ada.pem", folder=tmp_path)
    assert missing.code == 2
    assert "tidak-ada.pem" in missing.err
    (tmp_path / "ca.pem").write_text("bukan sertifikat\n")
    garbage = await kulkul("probe", "good.test", *HERE, "--ca-file", "ca.pem", folder=tmp_path)
    assert (garbage.code, garbage.out) == (2, "")
    assert "ca.pem" in garbage.err
    assert len(garbage.err.splitlines()) == 1
