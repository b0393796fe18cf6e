"""`kulkul check`: services of the register, tried once."""

from __future__ import annotations

from tests.command import EMPTY_PEM, kulkul, write_config
from tests.servers import answers, refused_port, reply, serve, site, slow


async def test_all_services_are_tried_and_the_worst_decides_the_code(tmp_path):
    pages = {"/": reply(), "/rusak": reply(status=500, phrase="Oh")}
    async with serve(site(pages)) as server:
        config = write_config(tmp_path, {"satu": server.url(), "dua": server.url("/rusak")})
        ran = await kulkul("check", "-c", config, folder=tmp_path)
        english = await kulkul("check", "-c", config, "--lang", "en", folder=tmp_path)
    head, good, bad = ran.out.splitlines()
    assert ran.code == 1
    assert head.split() == ["Hasil", "Layanan", "Waktu", "Keterangan"]
    assert good.split()[:2] == ["BAIK", "satu"]
    assert bad.split()[:2] == ["GAGAL", "dua"]
    assert "Server menjawab dengan kode status yang tidak diharapkan." in bad
    assert ran.err == "1 BAIK, 1 GAGAL\n"
    assert "FAILED" in english.out
    assert "500" in english.out
    assert english.err == "1 OK, 1 FAILED\n"


async def test_only_the_services_named_are_tried(tmp_path):
    async with serve(answers(reply())) as server:
        config = write_config(tmp_path, {"satu": server.url("/1"), "dua": server.url("/2")})
        ran = await kulkul("check", "dua", "dua", "-c", config, "--json", folder=tmp_path)
    assert ran.code == 0
    assert [one["check"] for one in ran.json] == ["dua"]
    assert [request.target for request in server.requests] == ["/2"]


async def test_json_holds_a_result_for_every_check(tmp_path):
    with refused_port() as port:
        config = write_config(tmp_path, {"satu": f"http://good.test:{port}/"})
        ran = await kulkul("check", "-c", config, "--json", folder=tmp_path)
    (found,) = ran.json
    assert (ran.code, ran.err) == (1, "")
    assert (found["check"], found["outcome"], found["reason"]) == ("satu", "failed", "tcp_refused")
    assert {"timings", "http", "tls", "problems", "vantage"} <= set(found)


async def test_an_unknown_service_is_refused_with_what_may_be_meant(tmp_path):
    config = write_config(tmp_path, {"izin-usaha": "http://good.test/", "pajak": "http://good.test/p"})
    ran = await kulkul("check", "usaha", "pajk", "zzz", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.splitlines() == [
        "Tidak ada layanan “usaha” di register; maksud Anda izin-usaha?",
        "Tidak ada layanan “pajk” di register; maksud Anda pajak?",
        "Tidak ada layanan “zzz” di register.",
    ]
    english = await kulkul("check", "pajk", "-c", config, "--lang", "en", folder=tmp_path)
    assert english.err == "There is no service “pajk” in the register; did you mean pajak?\n"


async def test_one_host_is_asked_one_thing_at_a_time(tmp_path):
    async with serve(slow(0.1, reply())) as server:
        config = write_config(tmp_path, {f"s{number}": server.url(f"/{number}") for number in range(5)})
        ran = await kulkul("check", "-c", config, folder=tmp_path)
    assert ran.code == 0
    assert (server.connections, server.most_at_once) == (5, 1)


async def test_a_service_outside_its_registered_life_is_tried_only_by_name(tmp_path):
    async with serve(answers(reply())) as server:
        config = write_config(
            tmp_path,
            {"lama": (f"url: '{server.url('/lama')}'", "active_to: 2020-12-31"), "kini": server.url("/kini")},
        )
        everything = await kulkul("check", "-c", config, "--json", folder=tmp_path)
        by_name = await kulkul("check", "lama", "-c", config, "--json", folder=tmp_path)
    assert [one["check"] for one in everything.json] == ["kini"]
    assert [one["check"] for one in by_name.json] == ["lama"]


async def test_a_register_in_which_nothing_is_active_is_told(tmp_path):
    config = write_config(tmp_path, {"lama": ("url: 'http://good.test/'", "active_to: 2020-12-31")})
    ran = await kulkul("check", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "Register tidak berisi layanan yang aktif hari ini.\n"


async def test_nothing_is_stored(tmp_path):
    async with serve(answers(reply())) as server:
        config = write_config(tmp_path, {"satu": server.url()})
        ran = await kulkul("check", "-c", config, folder=tmp_path)
    assert ran.code == 0
    assert not (tmp_path / "data").exists()


async def test_authorities_that_cannot_be_used_are_told_before_anything_is_tried(tmp_path):
    (tmp_path / "ca.pem").write_text(EMPTY_PEM)
    async with serve(answers(reply())) as server:
        config = write_config(tmp_path, {"satu": server.url()}, more="  ca_file: ca.pem\n")
        ran = await kulkul("check", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out, server.connections) == (2, "", 0)
    assert "ca.pem" in ran.err
    assert len(ran.err.splitlines()) == 1
