"""Reports from a real store: the record of changes, the figures built from it, and the command."""

from __future__ import annotations

import asyncio
import csv
import io
import json
from dataclasses import replace
from datetime import date, time, timedelta
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.spans import Span
from monitor.core.period import parse_period
from monitor.core.status import Status, Transition
from monitor.core.window import Announcement, Scope, Window, WindowSource
from monitor.registry import load_registry
from monitor.reports.figures import Trend, build_report, trend
from monitor.reports.formats import FORMATS
from monitor.reports.formats.html import days
from monitor.reports.gather import gather
from monitor.settings import load_settings
from monitor.store import Batch, Store
from monitor.store.history import History, history
from monitor.store.windows import announce
from tests.command import kulkul, write_config
from tests.recording import registry

WITA = ZoneInfo("Asia/Makassar")
OCTOBER = parse_period("2026-10", WITA)
START, END = OCTOBER.starts_at, OCTOBER.ends_at
LATER = END + timedelta(days=5)
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
UP, DOWN, BLOCKED, UNKNOWN = Status.UP, Status.DOWN, Status.BLOCKED, Status.UNKNOWN
USUAL = AccountingPolicy()


def change(check_id, at, after, *, decided=MINUTE, vantage="local"):
    return Transition(
        check_id=check_id, vantage=vantage, at=at, decided_at=at + decided, before=UNKNOWN, after=after
    )


@pytest.fixture
async def store(tmp_path):
    async with await Store.open(tmp_path / "data" / "kulkul.sqlite") as opened:
        yield opened


async def remember(store, *changes, seen_until=LATER, since=START - 60 * DAY, checks=("lapor", "jdih")):
    """Write changes as a daemon would have left them."""
    await store.register([(one, one) for one in checks], since)
    await store.write(Batch(transitions=changes, heartbeat=("local", seen_until)))


async def reported(store, *check_ids, period=OCTOBER, now=LATER, policy=USUAL, register=None):
    return await gather(store, register or registry(*check_ids), period, policy, vantage="local", now=now)


class TestHistory:
    async def test_what_was_true_when_the_span_began_comes_along(self, store):
        old, first, inside, after = (
            change("lapor", START - 9 * DAY, DOWN),
            change("lapor", START - DAY, UP),
            change("lapor", START + DAY, DOWN),
            change("lapor", END, UP),
        )
        await remember(store, old, first, inside, after, change("jdih", START - 50 * DAY, UP))
        found = await history(store, "local", Span(START, END))
        assert found.changes == {
            "lapor": [first, inside],
            "jdih": [change("jdih", START - 50 * DAY, UP)],
        }
        assert found.first_seen["lapor"] == START - 60 * DAY
        assert found.seen_until == LATER

    async def test_another_vantage_has_its_own(self, store):
        await remember(store, change("lapor", START, DOWN, vantage="singaraja"))
        found = await history(store, "local", Span(START, END))
        assert found.changes == {}

    async def test_of_an_empty_store_nothing_is_known(self, store):
        found = await history(store, "local", Span(START, END))
        assert (found.changes, found.first_seen, found.seen_until) == ({}, {}, None)


class TestFigures:
    async def test_an_outage_over_the_end_of_a_month_counts_in_each_for_its_part(self, store):
        await remember(
            store,
            change("lapor", START - DAY, UP),
            change("lapor", END - HOUR, DOWN),
            change("lapor", END + 2 * HOUR, UP),
        )
        (october,) = (await reported(store, "lapor")).services
        (november,) = (await reported(store, "lapor", period=parse_period("2026-11", WITA))).services
        assert (october.availability.down, november.availability.down) == (HOUR, 2 * HOUR)
        assert november.before == october.availability
        (one,), (other,) = october.availability.outages, november.availability.outages
        whole = (END - HOUR, END + 2 * HOUR, False)
        assert [(each.starts_at, each.ends_at, each.ongoing) for each in (one, other)] == [whole, whole]

    async def test_what_the_monitor_did_not_see_is_not_known(self, store):
        await remember(store, change("lapor", START - DAY, UP), seen_until=START + 10 * DAY)
        (one,) = (await reported(store, "lapor")).services
        assert (one.availability.up, one.availability.unknown) == (10 * DAY, 21 * DAY)
        assert (one.availability.ratio, one.availability.coverage) == (1, Fraction(10, 31))

    async def test_an_outage_that_goes_on_when_the_monitor_stops_is_not_over(self, store):
        await remember(
            store,
            change("lapor", START - DAY, UP),
            change("lapor", START + DAY, DOWN),
            seen_until=START + 2 * DAY,
        )
        (one,) = (await reported(store, "lapor")).services
        assert [(each.down, each.ongoing) for each in one.availability.outages] == [(DAY, True)]

    async def test_a_running_period_is_measured_up_to_now(self, store):
        await remember(store, change("lapor", START - DAY, UP))
        report = await reported(store, "lapor", now=START + 3 * DAY)
        assert report.running
        assert report.services[0].availability.up == 3 * DAY
        assert report.services[0].availability.to_come == 28 * DAY

    async def test_before_the_register_named_a_service_there_was_none(self, store):
        await remember(store, change("lapor", START + 11 * DAY, UP), since=START + 10 * DAY)
        (one,) = (await reported(store, "lapor")).services
        assert one.availability.unregistered == 10 * DAY
        assert one.availability.coverage == Fraction(20, 21)
        assert one.trend is Trend.NEW

    async def test_the_register_may_say_when_its_life_began_and_ended(self, store):
        await remember(store, change("lapor", START - DAY, UP))
        named = registry("lapor")
        service = replace(
            named.services["lapor"], active_from=date(2026, 10, 11), active_to=date(2026, 10, 20)
        )
        named = replace(named, services={"lapor": service})
        (one,) = (await reported(store, register=named)).services
        assert (one.availability.up, one.availability.unregistered) == (10 * DAY, 21 * DAY)

    async def test_planned_maintenance_is_left_out_and_what_was_announced_late_is_not(self, store):
        await remember(
            store,
            change("lapor", START - DAY, UP),
            change("lapor", START + DAY, DOWN),
            change("lapor", START + DAY + 4 * HOUR, UP),
        )
        scope = Scope(services=frozenset({"lapor"}))
        for id_, begins, announced in (
            ("planned", START + DAY, START),
            ("late", START + DAY + 2 * HOUR, START + 9 * DAY),
        ):
            window = Window(
                id=id_, title=id_, scope=scope, starts_at=begins.astimezone(WITA), duration=2 * HOUR
            )
            await announce(store, window, WindowSource.COMMAND, "made", announced)
        (one,) = (await reported(store, "lapor")).services
        assert (one.availability.maintenance, one.availability.down) == (2 * HOUR, 2 * HOUR)

    async def test_groups_are_weighted_by_time_and_the_plain_mean_stands_beside(self, store):
        await remember(
            store,
            change("lapor", START - DAY, UP),
            change("jdih", START - DAY, DOWN),
            change("jdih", START + DAY, UNKNOWN),
        )
        report = await reported(store, "lapor", "jdih")
        (agency,) = report.agencies
        assert agency.availability == report.whole.availability == report.governments[0].availability
        assert agency.availability.ratio == Fraction(31, 32)
        assert agency.unweighted_mean == Fraction(1, 2)

    async def test_a_store_that_knows_nothing_gives_no_figure(self, store):
        report = await reported(store, "lapor")
        assert report.whole.availability.ratio is None
        assert report.whole.availability.unregistered == 31 * DAY


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((UP, 0), (UP, 0), Trend.SAME),
        ((UP, 0), (UP, 2), Trend.SAME),
        ((UP, 0), (UP, 60), Trend.WORSE),
        ((UP, 60), (UP, 0), Trend.BETTER),
        ((UNKNOWN, 0), (UP, 0), Trend.TOO_LITTLE),
        ((UP, 0), (UNKNOWN, 0), Trend.TOO_LITTLE),
    ],
)
async def test_a_period_is_compared_with_the_one_before(store, before, after, told):
    changes = []
    for (status, minutes), begins in ((before, OCTOBER.before.starts_at), (after, START)):
        changes += [change("lapor", begins, status)]
        if minutes:
            changes += [
                change("lapor", begins + DAY, DOWN),
                change("lapor", begins + DAY + minutes * MINUTE, UP),
            ]
    await remember(store, *changes)
    (one,) = (await reported(store, "lapor")).services
    assert one.trend is trend(one.before, one.availability) is told


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
        assert lapor["outages"] == [
            {"began_at": "2026-10-31T15:00:00Z", "ended_at": None, "down_seconds": 3600}
        ]
        assert (shape["policy"]["name"], shape["period"]["name"]) == ("baku", "2026-10")

    async def test_csv_is_read_back_with_one_line_for_each_service(self, store):
        data = FORMATS["csv"].write(await self.report(store), "id")
        assert data.startswith(b"\xef\xbb\xbf")
        assert b"\r\n" in data
        head, *lines = csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""))
        assert head[6] == "KETERSEDIAAN (%)"
        assert {line[4]: line[6] for line in lines} == {"lapor": "99.865", "jdih": ""}
        assert {line[3] for line in lines} == {"Layanan lapor", '\'=HYPERLINK("x")'}

    async def test_a_workbook_has_a_sheet_for_each_table_with_values_to_reckon_with(self, store):
        book = load_workbook(io.BytesIO(FORMATS["xlsx"].write(await self.report(store), "id")))
        assert book.sheetnames == ["Ringkasan", "Per instansi", "Layanan", "Gangguan", "Metode"]
        services = book["Layanan"]
        head, *lines = services.iter_rows(values_only=True)
        lapor = next(dict(zip(head, line, strict=True)) for line in lines if line[4] == "lapor")
        assert (lapor["KETERSEDIAAN"], lapor["TARGET TERCAPAI"]) == (0.99865, "ya")
        assert lapor["LAMA GANGGUAN"] == HOUR
        assert (services.freeze_panes, services.auto_filter.ref) == ("A2", "A1:O3")
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
        assert page.count("<h2") == page.count("<table") == 5
        assert "masih berjalan:" not in page

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


class TestTheCommand:
    @pytest.fixture
    async def config(self, tmp_path):
        config = write_config(tmp_path, {"lapor": "http://good.test/", "jdih": "http://other.test/"})
        settings = load_settings(config)
        async with await Store.open(settings.database.url) as store:
            checks = [one.id for one in load_registry(settings.register, settings).checks()]
            await remember(
                store,
                *(change(one, START - DAY, UP) for one in checks),
                change("jdih", START + DAY, DOWN),
                change("jdih", START + 2 * DAY, UP),
                checks=checks,
            )
        return config

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
        path = tmp_path / "kulkul-2026-10.json"
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

    async def test_a_workbook_is_written_to_a_file(self, config, tmp_path):
        path = tmp_path / "laporan.xlsx"
        arguments = ("report", "build", "2026-10", "-c", config, "--format", "xlsx", "--output", path)
        ran = await kulkul(*arguments, "--lang", "en", folder=tmp_path)
        assert (ran.code, ran.out, ran.err) == (0, "", f"Written: {path}\n")
        assert load_workbook(path)["Services"]["D2"].value == "jdih"

    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("2026-13",), "Write a month from 01 to 12."),
            (("2199",), "has not begun"),
            (("2026-10", "--agency", "komifo"), "did you mean kominfo?"),
            (("2026-10", "--policy", "kontrak"), "there are: baku."),
            (("2026-10", "--output", "x"), "choose --format csv, html, json or xlsx"),
        ],
    )
    async def test_what_cannot_be_built_is_told_in_one_sentence(self, config, tmp_path, arguments, told):
        ran = await kulkul("report", "build", *arguments, "-c", config, "--lang", "en", folder=tmp_path)
        assert (ran.code, ran.out) == (2, "")
        assert told in ran.err
        assert len(ran.err.splitlines()) == 1

    async def test_a_place_that_cannot_be_written_is_told(self, config, tmp_path):
        ran = await kulkul(
            *("report", "build", "2026-10", "-c", config, "--format", "csv"),
            *("--output", tmp_path / "no" / "x.csv"),
            folder=tmp_path,
        )
        assert ran.code == 3
        assert "x.csv" in ran.err


def test_a_window_withdrawn_before_it_began_is_no_maintenance():
    begins = START + DAY
    window = Window(
        id="a",
        title="a",
        scope=Scope(services=frozenset({"lapor"})),
        starts_at=begins.astimezone(WITA),
        duration=HOUR,
    )
    announced = Announcement(
        window=window,
        source=WindowSource.COMMAND,
        announced_at=START - DAY,
        announced_by="made",
        withdrawn_at=START,
    )
    named = registry("lapor")
    record = History(
        changes={"lapor": [change("lapor", START - DAY, UP)]},
        first_seen={"lapor": START - DAY},
        seen_until=LATER,
    )
    report = build_report(
        named.services.values(), named, record, [announced], OCTOBER, USUAL, vantage="local", now=LATER
    )
    assert report.whole.availability.maintenance == timedelta(0)
