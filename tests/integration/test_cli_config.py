"""`kulkul config` and `kulkul db`: what an operator runs before the daemon."""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing

from tests.command import ROOT, kulkul, write_config


async def test_a_sound_configuration_is_counted(tmp_path):
    config = write_config(tmp_path, {"satu": "http://good.test/", "dua": "http://other.test/"})
    indonesian = await kulkul("config", "check", "-c", config, folder=tmp_path)
    english = await kulkul(
        "config", "check", "--lang", "en", folder=tmp_path, env={"KULKUL_CONFIG": "kulkul.yml"}
    )
    assert (indonesian.code, indonesian.out, english.code) == (0, "", 0)
    assert (
        "1 instansi, 2 layanan, 2 pemeriksaan, 0 jendela pemeliharaan, 0 rute, 0 saluran; tidak ada masalah."
        in indonesian.err
    )
    assert (
        "1 agencies, 2 services, 2 checks, 0 maintenance windows, 0 routes, 0 channels; no problems."
        in english.err
    )


async def test_a_configuration_by_which_nobody_is_told_says_so(tmp_path):
    config = write_config(tmp_path, {})
    ran = await kulkul("config", "check", "-c", config, "--lang", "en", folder=tmp_path)
    assert ran.err.splitlines()[1:] == [
        f"There are no routes in {tmp_path}/routes.yml: nobody will be told of an outage."
    ]


async def test_every_mistake_of_every_file_is_shown_with_its_place(tmp_path):
    config = write_config(tmp_path, {"satu": "ftp://good.test/", "dua": "http://good.test/"})
    (tmp_path / "services" / "lain.yml").write_text(
        "services:\n"
        "  - {id: dua, name: Kembar, agency: kominfo, url: 'http://good.test/'}\n"
        "  - {name: Tiga, agency: tidak-ada, url: 'http://good.test/', warna: biru}\n"
    )
    ran = await kulkul("config", "check", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    lines = ran.err.splitlines()
    assert len(lines) >= 3
    assert all(re.match(r"\S+\.yml:\d+:\d+: \S", line) for line in lines), ran.err
    assert any("services/demo.yml" in line and "http" in line for line in lines)
    assert any("warna" in line for line in lines)


async def test_the_windows_are_checked_too_wherever_the_settings_say_they_are(tmp_path):
    config = write_config(tmp_path, {"satu": "http://good.test/"}, more="windows: jendela/rencana.yml\n")
    windows = tmp_path / "jendela" / "rencana.yml"
    windows.parent.mkdir()
    form = "windows: [{{id: satu, title: T, services: {0}, starts: 2026-11-28 22:00, duration: 2h}}]\n"
    windows.write_text(form.format("satu"))
    sound = await kulkul("config", "check", "-c", config, "--lang", "en", folder=tmp_path)
    assert (sound.code, sound.out) == (0, "")
    assert "1 checks, 1 maintenance windows, 0 routes, 0 channels; no problems." in sound.err
    windows.write_text(form.format("stau"))
    ran = await kulkul("config", "check", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{windows}:1:")
    assert "did you mean satu?" in ran.err


async def test_the_routes_are_checked_too_wherever_the_settings_say_they_are(tmp_path):
    config = write_config(tmp_path, {"satu": "http://good.test/"}, more="routes: kabar/rute.yml\n")
    routes = tmp_path / "kabar" / "rute.yml"
    routes.parent.mkdir()
    form = (
        'channels: {{grup: {{kind: alertmanager, url: "http://127.0.0.1:9093"}}}}\n'
        "routes: [{{id: petugas, to: {0}}}]\n"
    )
    routes.write_text(form.format("grup"))
    sound = await kulkul("config", "check", "-c", config, "--lang", "en", folder=tmp_path)
    assert (sound.code, sound.out) == (0, "")
    assert sound.err.endswith("1 routes, 1 channels; no problems.\n")
    routes.write_text(form.format("gurp"))
    ran = await kulkul("config", "check", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(f"{routes}:2:")
    assert "did you mean grup?" in ran.err


async def test_mistakes_in_the_settings_are_shown_together(tmp_path):
    config = tmp_path / "kulkul.yml"
    config.write_text("web: {port: delapan}\ntime_zone: Bali\nwarna: biru\n")
    ran = await kulkul("config", "check", "-c", config, folder=tmp_path)
    assert ran.code == 2
    for key in ("web.port", "time_zone", "warna"):
        assert key in ran.err


async def test_the_schemas_are_those_that_are_kept_beside_the_configuration(tmp_path):
    ran = await kulkul("config", "schema", "--output", "baru/schema", folder=tmp_path)
    assert ran.code == 0
    written = {one.name: json.loads(one.read_text()) for one in (tmp_path / "baru" / "schema").iterdir()}
    kept = {one.name: json.loads(one.read_text()) for one in (ROOT / "config" / "schema").iterdir()}
    assert written == kept


async def test_schemas_that_cannot_be_written_are_told(tmp_path):
    (tmp_path / "berkas").write_text("")
    ran = await kulkul("config", "schema", "--output", "berkas/schema", folder=tmp_path)
    assert ran.code == 2
    assert "--output" in ran.err


async def test_a_database_is_made_once_and_left_alone_after(tmp_path):
    config = write_config(tmp_path, {})
    first = await kulkul("db", "upgrade", "-c", config, folder=tmp_path)
    again = await kulkul("db", "upgrade", "-c", config, "--lang", "en", folder=tmp_path)
    assert (first.code, first.out, again.code) == (0, "", 0)
    assert "dibuat dengan skema" in first.err
    assert "already at schema" in again.err


async def test_a_database_of_a_newer_program_is_left_alone(tmp_path):
    config = write_config(tmp_path, {})
    await kulkul("db", "upgrade", "-c", config, folder=tmp_path)
    with closing(sqlite3.connect(tmp_path / "data" / "kulkul.sqlite")) as connection, connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_later'")
    ran = await kulkul("db", "upgrade", "-c", config, folder=tmp_path)
    assert ran.code == 2
    assert "newer Kulkul" in ran.err
    assert len(ran.err.splitlines()) == 1


async def test_a_place_that_is_no_folder_is_told(tmp_path):
    config = write_config(tmp_path, {})
    (tmp_path / "data").write_text("")
    ran = await kulkul("db", "upgrade", "-c", config, folder=tmp_path)
    assert ran.code == 2
    assert "kulkul.sqlite" in ran.err
    assert len(ran.err.splitlines()) == 1


async def test_a_place_that_may_not_be_written_is_told(tmp_path):
    config = tmp_path / "kulkul.yml"
    config.write_text("database: {url: 'sqlite:////proc/kulkul/kulkul.sqlite'}\n")
    ran = await kulkul("db", "upgrade", "-c", config, folder=tmp_path)
    assert ran.code == 2
    assert "/proc/kulkul/kulkul.sqlite: its folder cannot be created" in ran.err
    assert len(ran.err.splitlines()) == 1
