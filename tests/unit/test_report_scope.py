"""A report of a part is about that part alone."""

from __future__ import annotations

import json

import pytest

from monitor.reports.figures import build_report
from monitor.reports.formats import FORMATS
from monitor.reports.formats.json import report_json
from monitor.reports.scope import ReportScope
from tests.periods import record_of_everything


def test_a_report_of_an_agency_names_no_service_of_another():
    """A finding, a correction and maintenance that both share name only its own."""
    shape = report_json(build_report(record_of_everything(), ReportScope(agency="kominfo")), "id")
    for name in ("findings", "corrections", "planned_maintenance"):
        assert [one["services"] for one in shape[name]] == [["lapor"]]
    text = json.dumps(shape)
    assert "ktp" not in text
    assert "dukcapil" not in text


@pytest.mark.parametrize("form", [name for name, one in FORMATS.items() if one.readable])
def test_no_format_of_it_does(form):
    written = FORMATS[form].write(build_report(record_of_everything(), ReportScope(agency="kominfo")), "id")
    assert b"lapor" in written
    assert b"ktp" not in written
    assert b"dukcapil" not in written


def test_a_report_of_everything_names_all():
    shape = report_json(build_report(record_of_everything()), "id")
    assert [one["services"] for one in shape["findings"]] == [["lapor", "ktp"]]
