"""What a report comes to in a few sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest

from monitor.reports.figures import build_report
from monitor.reports.summary import missed, summary
from tests.records import office_record


def said(record, language="id"):
    return summary(build_report(record), language)


def test_a_usual_month_is_told_with_outages_targets_doubts_and_findings():
    report = build_report(office_record(20, outages=3))
    first, outages, targets, little, findings = summary(report, "id")
    assert first.startswith("Selama 1\N{EN DASH}31 Oktober 2026, 20 layanan dari 6 instansi tersedia 99,")
    whole = report.whole.availability
    assert outages.startswith(f"Tercatat {len(whole.outages)} gangguan selama ")
    longest = max(report.services, key=lambda one: one.availability.longest_outage)
    assert outages.endswith(f"pada {longest.service.name}, {longest.agency.name}.")
    assert targets.startswith(
        f"Target tidak tercapai pada {len(missed(report))} dari 19 layanan yang terukur: "
    )
    assert sum(int(part.split(")")[0]) for part in targets.split("(")[1:]) == len(missed(report))
    assert little.startswith("1 layanan terukur kurang dari separuh waktunya;")
    assert findings == "4 temuan masih terbuka pada akhir periode, 1 di antaranya berat."


def test_a_month_without_outages_says_so():
    assert said(office_record(5, outages=0, findings=()), "en")[1:] == [
        "No outage is on record.",
        "All services that were measured met their target.",
    ]


@pytest.mark.parametrize(
    ("language", "told"), [("id", "tidak ada yang terukur"), ("en", "nothing was measured")]
)
def test_what_nobody_measured_is_neither_good_nor_bad(language, told):
    record = office_record(3, findings=())
    lines = said(replace(record, history=replace(record.history, changes={}, first_seen={})), language)
    assert told in lines[0]
    assert len(lines) == 2
