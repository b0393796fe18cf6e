"""`kulkul report build`."""

from __future__ import annotations

import json

import pytest
from openpyxl import load_workbook

from monitor.cli.report.build import Kind
from monitor.reports.formats import FORMATS
from tests.command import kulkul
from tests.databases import in_a_file
from tests.reporting import reporting_station


@pytest.fixture
async def config(tmp_path, home):
    return await reporting_station(tmp_path)


class TestTheCommand:
    async def test_a_table_tells_each_service_and_all_of_them(self, config, tmp_path):
        ran = await kulkul("report", "build", "2026-10", "-c", config, "--lang", "en", folder=tmp_path)
        assert (ran.code, ran.err) == (0, "")
        _, first, second, whole = ran.out.splitlines()
        assert ("jdih" in first, "96.774%" in first, "1 d" in first) == (True, True, True)
        assert ("lapor" in second, "100.000%" in second) == (True, True)
        assert ("All" in whole, "98.387%" in whole) == (True, True)

    async def test_one_service_is_written_to_a_file_in_a_folder(self, config, tmp_path):
        arguments = ("report", "build", "2026-10", "-c", config, "--service", "jdih", "--format", "json")
        ran = await kulkul(*arguments, "--output", tmp_path, folder=tmp_path)
        path = tmp_path / "laporan-ketersediaan-2026-10-jdih.json"
        assert (ran.code, ran.out, ran.err) == (0, "", f"Ditulis: {path}\n")
        assert [one["id"] for one in json.loads(path.read_bytes())["services"]] == ["jdih"]
        assert json.loads((await kulkul(*arguments, folder=tmp_path)).out)["period"]["name"] == "2026-10"

    async def test_a_policy_of_the_settings_counts_and_is_named(self, config, tmp_path):
        with config.open("a", encoding="utf-8") as file:
            file.write(
                "accounting: {policy: longgar, policies: {longgar: {version: 2, shortest_outage: 2d}}}\n"
            )
        arguments = ("report", "build", "2026-10", "-c", config, "--format", "json")
        by_default = (await kulkul(*arguments, folder=tmp_path)).json
        by_name = (await kulkul(*arguments, "--policy", "baku", folder=tmp_path)).json
        assert [(one["policy"]["name"], one["policy"]["version"]) for one in (by_default, by_name)] == [
            ("longgar", 2),
            ("baku", 1),
        ]
        assert [one["whole"]["availability_percent"] for one in (by_default, by_name)] == [
            "100.000",
            "98.387",
        ]

    async def test_service_hours_and_holidays_of_the_settings_count_and_are_told(self, config, tmp_path):
        with config.open("a", encoding="utf-8") as file:
            file.write(
                "accounting: {policies: {kantor: {version: 1, hours: "
                "{mon-thu: '07:30-15:30', fri: '07:30-13:00', "
                "holidays: {further: {2026-10-07: Galungan}}}}}}\n"
            )
        arguments = ("report", "build", "2026-10", "-c", config, "--service", "jdih", "--policy", "kantor")
        built = (await kulkul(*arguments, "--format", "json", folder=tmp_path)).json
        hours = built["policy"]["hours"]
        assert (hours["thu"], hours["fri"], hours["sat"]) == (["07:30-15:30"], ["07:30-13:00"], [])
        assert hours["holidays"] == {
            "calendar": "ID",
            "joint_leave": True,
            "further": {"2026-10-07": "Galungan"},
            "working": [],
        }
        assert built["holidays"] == [{"day": "2026-10-07", "name": "Galungan", "estimated": False}]
        assert built["unsure_holiday_years"] == []
        seconds = built["whole"]["seconds"]
        # 17 days Monday to Thursday, less Galungan, and 5 Fridays, one of which it was down
        assert seconds["up"] + seconds["down"] == (16 * 8 + 5 * 5.5) * 3600
        assert seconds["down"] == 5.5 * 3600
        assert sum(seconds.values()) == 31 * 86400
        ran = await kulkul(*arguments, folder=tmp_path)
        assert ran.out.splitlines()[-1].replace("\N{EN DASH}", "-") == (
            "Jam layanan: Senin-Kamis 07.30-15.30; Jumat 07.30-13.00; "
            "hari libur dan cuti bersama tidak dihitung"
        )
        assert ran.err == ""

    async def test_a_year_of_which_not_all_holidays_are_known_is_told(self, config, tmp_path):
        with config.open("a", encoding="utf-8") as file:
            file.write(
                "accounting: {policies: {k: {version: 1, hours: {mon: '08:00-12:00', holidays: {}}}}}\n"
            )
        ran = await kulkul("report", "build", "2000", "-c", config, "--policy", "k", folder=tmp_path)
        assert ran.code == 0
        assert ["1999" in ran.err, "2000" in ran.err, len(ran.err.splitlines())] == [True, True, 2]

    async def test_a_workbook_is_written_to_a_file(self, config, tmp_path):
        path = tmp_path / "laporan.xlsx"
        arguments = ("report", "build", "2026-10", "-c", config, "--format", "xlsx", "--output", path)
        ran = await kulkul(*arguments, "--lang", "en", folder=tmp_path)
        assert (ran.code, ran.out, ran.err) == (0, "", f"Written: {path}\n")
        assert load_workbook(path)["Services"]["D2"].value == "jdih"

    @in_a_file
    async def test_a_dash_is_stdout_and_no_file(self, config, tmp_path):
        arguments = ("report", "build", "2026-10", "-c", config, "--format", "csv")
        ran = await kulkul(*arguments, "--output", "-", folder=tmp_path)
        assert (ran.code, ran.err) == (0, "")
        assert ran.out == (await kulkul(*arguments, folder=tmp_path)).out
        assert not (tmp_path / "-").exists()

    @in_a_file
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("2026-13",), "Write a month from 01 to 12."),
            (("2199",), "has not begun"),
            (("2026-10", "--agency", "komifo"), "did you mean kominfo?"),
            (("2026-10", "--policy", "kontrak"), "there are: baku."),
            (("2026-10", "--output", "x"), "one of csv, csv-excel, html, json, pdf, xlsx."),
        ],
    )
    async def test_what_cannot_be_built_is_told_in_one_sentence(self, config, tmp_path, arguments, told):
        ran = await kulkul("report", "build", *arguments, "-c", config, "--lang", "en", folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err
        assert len(ran.err.splitlines()) == 1

    @in_a_file
    async def test_a_place_that_cannot_be_written_is_told(self, config, tmp_path):
        ran = await kulkul(
            *("report", "build", "2026-10", "-c", config, "--format", "csv"),
            *("--output", tmp_path / "no" / "x.csv"),
            folder=tmp_path,
        )
        assert ran.code == 3
        assert "x.csv" in ran.err


def test_every_format_can_be_asked_for():
    assert set(Kind) == {Kind.TABLE.value, *FORMATS}
