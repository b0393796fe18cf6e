"""What the printed report says, before it is laid out."""

from __future__ import annotations

from decimal import Decimal

import pytest

from monitor.reports.figures import build_report
from monitor.reports.printed import printed
from monitor.reports.report import Trend
from tests.records import office_record

MINUS = "\N{MINUS SIGN}"


@pytest.fixture(scope="module")
def report():
    return build_report(office_record(40, outages=3))


def number(text):
    return Decimal(text.removesuffix("%").replace(",", ".").replace(MINUS, "-"))


def test_the_figures_of_services_that_missed_their_target_stand_out_and_no_others(report):
    rows = [row for group in printed(report, "id", None)["services"]["groups"] for row in group["rows"]]
    out = [isinstance(row[3], dict) for row in rows]
    assert out == [one.met is False for one in report.services]
    assert any(out)


def test_services_stand_below_their_agency_and_add_up_to_it(report):
    for group, one in zip(printed(report, "id", None)["services"]["groups"], report.agencies, strict=True):
        assert group["name"].startswith(one.name)
        assert len(group["rows"]) == len(one.services)
        assert int(group["total"][5]) == sum(int(row[5]) for row in group["rows"])


def test_what_became_worse_comes_first_and_differences_are_those_of_the_printed_figures(report):
    table = printed(report, "id", None)["tables"][1]
    differences = [number(row[4]) for row in table["rows"]]
    assert differences == sorted(differences)
    assert min(differences) < 0 < max(differences)
    assert all(number(row[3]) - number(row[2]) == number(row[4]) for row in table["rows"])
    assert len(differences) == sum(one.trend in (Trend.BETTER, Trend.WORSE) for one in report.services)


def test_columns_and_cells_are_as_many(report):
    shape = printed(report, "en", None)
    for table in shape["tables"]:
        assert {len(row) for row in table["rows"]} == {len(table["columns"])}
    services = shape["services"]
    assert {len(row) for group in services["groups"] for row in group["rows"]} == {len(services["columns"])}
    assert {len(group["total"]) for group in services["groups"]} == {len(services["columns"])}
