"""One history, and the same figures in every format, on the page and in the metrics."""

from __future__ import annotations

import csv
import io
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook
from prometheus_client.parser import text_string_to_metric_families
from pypdf import PdfReader

from monitor.core.period import parse_period
from monitor.daemon.accounting import Accounting
from monitor.daemon.table import rows
from monitor.metrics import Exposition
from monitor.metrics.accounts import PERIODS
from monitor.recorder import Board
from monitor.reports.figures import build_report
from monitor.reports.formats import FORMATS
from monitor.reports.gather import gather
from monitor.settings import default_settings
from monitor.store import Store
from monitor.web.page import Page, page
from monitor.web.texts import Language
from tests.recording import registry
from tests.reporting import DAY, DOWN, HOUR, UP, WITA, change, remember

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
NOVEMBER = parse_period("2026-11", WITA)
START = NOVEMBER.starts_at
BOTH = registry("lapor", "jdih")


@pytest.fixture
async def store(database):
    async with await Store.open(database.impatient()) as opened:
        await remember(
            opened,
            change("lapor", START - 40 * DAY, UP),
            change("lapor", START - 2 * DAY, DOWN),
            change("lapor", START - 2 * DAY + HOUR, UP),
            change("lapor", START + 3 * DAY, DOWN),
            change("lapor", START + 3 * DAY + timedelta(minutes=53, seconds=7), UP),
            seen_until=NOW,
        )
        yield opened


@pytest.fixture
async def exposition(store):
    exposition = Exposition("0")
    accounting = Accounting(store, exposition.accounts, lambda: NOW)
    await accounting.refresh(BOTH, default_settings())
    exposition.month = accounting.month
    return exposition


async def samples(exposition):
    text = (await exposition.render(openmetrics=True)).decode()
    return {
        (one.name, *sorted(one.labels.items())): one.value
        for family in text_string_to_metric_families(text)
        for one in family.samples
        if "availability" in one.name or "coverage" in one.name or "outages" in one.name
    }


async def report(store):
    settings = default_settings()
    policy = settings.accounting.policies["baku"]
    return build_report(await gather(store, BOTH, NOVEMBER, policy, vantage="local", now=NOW))


async def test_one_history_gives_one_figure_everywhere(store, exposition):
    built = await report(store)
    files = {kind: form.write(built, "id") for kind, form in FORMATS.items()}
    told = {}
    shape = json.loads(files["json"])
    told["json"] = next(one for one in shape["services"] if one["id"] == "lapor")["availability_percent"]
    lines = csv.DictReader(io.StringIO(files["csv"].decode(), newline=""))
    told["csv"] = next(one for one in lines if one["ID"] == "lapor")["KETERSEDIAAN (%)"]
    head, *cells = load_workbook(io.BytesIO(files["xlsx"]))["Layanan"].iter_rows(values_only=True)
    line = next(one for one in cells if one[head.index("ID")] == "lapor")
    told["xlsx"] = f"{line[head.index('KETERSEDIAAN')] * 100:.3f}"
    row = re.search(r"<tr>(?:(?!</tr>).)*<td[^>]*>lapor</td>.*?</tr>", files["html"].decode(), re.DOTALL)
    told["html"] = re.search(r">([\d,]+)%<", row[0])[1].replace(",", ".")
    pages = " ".join(page.extract_text() for page in PdfReader(io.BytesIO(files["pdf"])).pages)
    row = re.search(r"Layanan lapor\s(?:[^%]{0,40}\s)?(\d+,\d{3})%\s+99,000%", pages)
    told["pdf"] = row[1].replace(",", ".")
    found = await samples(exposition)
    labels = (("agency", "diskominfo"), ("period", "month"), ("service", "lapor"))
    told["metrics"] = f"{found['kulkul_service_availability_ratio', *labels] * 100:.3f}"
    board = Board("local")
    board.follow(BOTH.checks(), NOW)
    shared = Page(generated_at=NOW, zone=WITA, vantage="local", version="0", language=Language.ID)
    shown = "".join(page(rows(BOTH, board, month=exposition.month), shared))
    told["page"] = re.search(r"(\d+,\d{3})%", shown)[1].replace(",", ".")
    assert set(told.values()) == {"99.828"}, told


async def test_the_month_before_stands_beside_the_running_one(exposition):
    found = await samples(exposition)
    values = [
        found[
            "kulkul_service_availability_ratio",
            ("agency", "diskominfo"),
            ("period", period),
            ("service", "lapor"),
        ]
        for period in PERIODS
    ]
    assert values == [0.99828, 0.99865]
    agency = ("kulkul_agency_availability_ratio", ("agency", "diskominfo"), ("government", "badung"))
    assert found[(*agency, ("period", "month"))] == 0.99828


async def test_what_was_not_measured_has_no_availability_but_a_coverage(exposition):
    found = await samples(exposition)
    jdih = [key for key in found if ("service", "jdih") in key]
    assert {key[0] for key in jdih} == {"kulkul_service_coverage_ratio"}
    assert {found[key] for key in jdih} == {0}


async def test_a_service_that_left_the_register_leaves_the_figures(store, exposition):
    accounting = Accounting(store, exposition.accounts, lambda: NOW)
    await accounting.refresh(registry("lapor"), default_settings())
    assert not [key for key in await samples(exposition) if ("service", "jdih") in key]


async def test_one_that_is_taken_out_leaves_at_once(exposition):
    exposition.remove("jdih")
    exposition.remove("jdih")
    left = {dict(key[1:]).get("service") for key in await samples(exposition)}
    assert left == {"lapor", None}  # the agency's own have no service


async def test_where_the_store_cannot_be_read_the_figures_before_stay(database, store, exposition, caplog):
    before = await samples(exposition)
    accounting = Accounting(store, exposition.accounts, lambda: NOW)
    await store.close()
    with database.shut():
        await accounting.refresh(BOTH, default_settings())
    assert "could not be counted anew" in caplog.text
    assert await samples(exposition) == before


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
async def test_where_the_file_is_destroyed_the_figures_before_stay(tmp_path, store, exposition, caplog):
    before = await samples(exposition)
    accounting = Accounting(store, exposition.accounts, lambda: NOW)
    for path in tmp_path.glob("kulkul.db*"):
        path.write_bytes(b"no database any more" * 500)
    await accounting.refresh(BOTH, default_settings())
    assert "could not be counted anew" in caplog.text
    assert await samples(exposition) == before
