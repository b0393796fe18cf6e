"""One report in every format, read back by other programs than those that wrote it."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import time
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from monitor.core.period import parse_period
from monitor.reports.formats import FORMATS
from monitor.reports.pictures import Look
from monitor.reports.shown import days
from monitor.store import Store
from tests.recording import registry
from tests.reporting import (
    DAY,
    DOWN,
    END,
    HOUR,
    START,
    UP,
    WITA,
    change,
    remember,
    reported,
)


@pytest.fixture
async def store(tmp_path):
    async with await Store.open(tmp_path / "data" / "kulkul.sqlite") as opened:
        yield opened


def seconds_of(cell):
    """Return the seconds of a cell as a spreadsheet holds it: none is midnight."""
    if isinstance(cell, time):
        return cell.hour * 3600 + cell.minute * 60 + cell.second
    return cell.total_seconds()


class TestFormats:
    async def report(self, store):
        await remember(store, change("lapor", START - DAY, UP), change("lapor", END - HOUR, DOWN))
        named = registry("lapor", "jdih")
        hostile = replace(named.services["jdih"], name='=HYPERLINK("x")', id="jdih")
        return await reported(store, register=replace(named, services={**named.services, "jdih": hostile}))

    async def test_json_holds_seconds_that_add_up_and_percentages_rounded_down(self, store):
        shape = json.loads(FORMATS["json"].write(await self.report(store), "id"))
        lapor = next(one for one in shape["services"] if one["id"] == "lapor")
        assert sum(lapor["seconds"].values()) == 31 * 86400
        assert lapor["availability_percent"] == "99.865"  # 99.8656…
        (outage,) = lapor["outages"]
        assert (outage["began_at"], outage["ended_at"]) == ("2026-10-31T15:00:00Z", None)
        assert (outage["down_seconds"], outage["incident"]) == (3600, None)
        assert (shape["revision"], shape["seal"]) == (None, None)
        assert (shape["policy"]["name"], shape["period"]["name"]) == ("baku", "2026-10")

    async def test_csv_is_read_back_with_one_line_for_each_service(self, store):
        data = FORMATS["csv"].write(await self.report(store), "id")
        assert FORMATS["csv-excel"].write(await self.report(store), "id") == b"\xef\xbb\xbf" + data
        assert b"\r\n" in data
        head, *lines = csv.reader(io.StringIO(data.decode("utf-8"), newline=""))
        read = [dict(zip(head, line, strict=True)) for line in lines]
        assert {one["ID"]: one["KETERSEDIAAN (%)"] for one in read} == {"lapor": "99.865", "jdih": ""}
        assert {one["LAYANAN"] for one in read} == {"Layanan lapor", '\'=HYPERLINK("x")'}
        assert {(one["PERIODE"], one["SEGEL"]) for one in read} == {("2026-10", "")}

    async def test_a_workbook_has_a_sheet_for_each_table_with_values_to_reckon_with(self, store):
        book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(await self.report(store), "id")))
        assert book.sheetnames == [
            *("Ringkasan", "Per instansi", "Layanan", "Gangguan", "Temuan", "Pengecualian", "Metode")
        ]
        services = book["Layanan"]
        head, *lines = services.iter_rows(values_only=True)
        lapor = next(dict(zip(head, line, strict=True)) for line in lines if line[4] == "lapor")
        assert (lapor["KETERSEDIAAN"], lapor["TARGET TERCAPAI"]) == (0.99865, "ya")
        assert lapor["LAMA GANGGUAN"] == HOUR
        assert (services.freeze_panes, services.auto_filter.ref) == ("A2", "A1:R3")
        cell = services["G3"]
        assert (cell.value, cell.number_format) == (0.99865, "0.000%")
        head, *lines = book["Gangguan"].iter_rows(values_only=True)
        assert [dict(zip(head, line, strict=True)) for line in lines] == [
            {
                "PEMERINTAH": lapor["PEMERINTAH"],
                "INSTANSI": lapor["INSTANSI"],
                "LAYANAN": "Layanan lapor",
                "ID": "lapor",
                "MULAI": (END - HOUR).astimezone(WITA).replace(tzinfo=None),
                "PULIH": None,
                "LAMA GANGGUAN": HOUR,
                **dict.fromkeys(("NOMOR", "SEBAB", "SEBAB BERSAMA")),
                "KETERANGAN": "masih berlangsung",
            }
        ]
        facts = dict(book["Metode"].iter_rows(values_only=True))
        assert (facts["Periode"], facts["Kebijakan perhitungan"]) == ("2026-10", "baku v1")
        assert facts["Dihitung sampai"] == END.astimezone(WITA).replace(tzinfo=None)

    async def test_nothing_in_a_workbook_is_a_formula_or_a_link(self, store):
        sheet = load_workbook(io.BytesIO(FORMATS["xlsx"].write(await self.report(store), "en")))["Services"]
        cells = [cell for row in sheet.iter_rows() for cell in row]
        assert '=HYPERLINK("x")' in {cell.value for cell in cells}
        assert {cell.data_type for cell in cells if isinstance(cell.value, str)} == {"s"}
        assert not any(cell.hyperlink for cell in cells)

    async def test_text_that_no_spreadsheet_can_hold_is_shortened_and_escaped(self, store):
        named = registry("lapor")
        odd = replace(named.services["lapor"], name="\udc80\x01" + "x" * 40_000)
        report = await reported(store, register=replace(named, services={"lapor": odd}))
        book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(report, "id")))
        shown = book["Layanan"]["D2"].value
        assert shown == "\\udc80 " + "x" * (32_767 - 7)

    async def test_a_page_has_all_tables_and_takes_no_name_for_markup(self, store):
        named = registry("lapor")
        hostile = replace(named.services["lapor"], name="<script>alert(1)</script>")
        await remember(store, change("lapor", START - DAY, UP), change("lapor", END - HOUR, DOWN))
        report = await reported(store, register=replace(named, services={"lapor": hostile}))
        page = FORMATS["html"].write(report, "id").decode()
        assert "PERIODE: <strong>1\N{EN DASH}31 Oktober 2026</strong>" in page
        assert "&lt;script&gt;" in page
        assert "<script" not in page
        for shown in ("99,865%", "1:00:00", "31 Okt 2026 23.00.00 WITA", "Kebijakan perhitungan"):
            assert f">{shown}<" in page
        assert page.count("<h2") == page.count("<table") + page.count("<p>Tidak ada.</p>") == 7
        assert "masih berjalan:" not in page

    async def test_a_page_shows_each_service_and_all_of_them_through_the_period(self, store):
        report = await self.report(store)
        page = FORMATS["html"].write(report, "id").decode()
        assert page.count('<svg xmlns="http://www.w3.org/2000/svg" class="trend"') == 1
        assert page.count('class="strip" role="img"') == len(report.services) + len(Look)
        lapor = page[page.index(">Layanan lapor<") :]
        strip = lapor[lapor.index("<svg") : lapor.index("</svg>")]
        assert "<title>31 hari: 30 tanpa gangguan; 1 ada gangguan (31 Okt).</title>" in strip
        assert (strip.count('class="up"'), strip.count('class="down"')) == (31, 1)

    async def test_a_page_of_a_running_period_says_up_to_when(self, store):
        await remember(store, change("lapor", START - DAY, UP))
        report = await reported(store, "lapor", now=START + 3 * DAY)
        page = FORMATS["html"].write(report, "en").decode()
        assert "figures are up to 4 Oct 2026 00:00:00 WITA." in page
        assert "<p>None.</p>" in page

    @pytest.mark.parametrize(
        ("period", "told"),
        [
            ("2026-10-05", "5 Oktober 2026"),
            ("2026-W40", "28 September 2026 \N{EN DASH} 4 Oktober 2026"),
            ("2026-10", "1\N{EN DASH}31 Oktober 2026"),
            ("2026", "1 Januari 2026 \N{EN DASH} 31 Desember 2026"),
        ],
    )
    def test_the_days_of_a_period_are_written_as_people_do(self, period, told):
        assert days(parse_period(period, WITA), "id") == told

    async def test_what_does_not_fit_on_a_sheet_is_said_to_be_missing(self, store, monkeypatch):
        monkeypatch.setattr("monitor.reports.formats.xlsx.MOST_ROWS", 1)
        book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(await self.report(store), "en")))
        _, kept, told = book["Services"].iter_rows(values_only=True)
        assert kept[4] == "jdih"
        assert told[0] == "1 more lines do not fit on this sheet; --format json has them all."

    async def test_the_figures_of_all_formats_are_the_same(self, store):
        report = await self.report(store)
        shape = json.loads(FORMATS["json"].write(report, "id"))
        text = FORMATS["csv"].write(report, "id").decode("utf-8-sig")
        lines = {line["ID"]: line for line in csv.DictReader(io.StringIO(text, newline=""))}
        sheet = load_workbook(io.BytesIO(FORMATS["xlsx"].write(report, "id")))["Layanan"]
        head, *rows = sheet.iter_rows(values_only=True)
        cells = {row[4]: dict(zip(head, row, strict=True)) for row in rows}
        for one in shape["services"]:
            line, row = lines[one["id"]], cells[one["id"]]
            told = one["availability_percent"]
            assert line["KETERSEDIAAN (%)"] == (told or "")
            assert row["KETERSEDIAAN"] == (None if told is None else float(Decimal(told) / 100))
            down = one["seconds"]["down"]
            assert float(line["LAMA GANGGUAN (DETIK)"]) == down
            assert seconds_of(row["LAMA GANGGUAN"]) == down
            assert int(line["GANGGUAN"]) == row["GANGGUAN"] == one["outage_count"] == len(one["outages"])

    @pytest.mark.parametrize("name", FORMATS)
    async def test_the_same_report_is_the_same_to_the_byte(self, store, name):
        report = await self.report(store)
        first = FORMATS[name].write(report, "en")
        await asyncio.sleep(2.1)  # the times in zip files are even seconds
        assert FORMATS[name].write(report, "en") == first
