"""Facts of closed periods, as messages tell them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from alerts.facts import Occasion
from alerts.report_facts import FileFacts, ReportFacts, ReportOf
from monitor.core.route import Severity
from tests.facts import facts

CLOSED = datetime(2026, 11, 4, 16, 5, tzinfo=UTC)
"""Kamis, 5 November 2026 00.05 WITA."""
AGENCY = ReportFacts(
    period="2026-10",
    first=date(2026, 10, 1),
    last=date(2026, 10, 31),
    revision=1,
    reason="",
    closed_at=CLOSED,
    closed_by="kulkul",
    sha256="3f" * 32,
    policy="baku v1",
    scope=ReportOf.AGENCY,
    scope_id="demo-kominfo",
    scope_name="Dinas Kominfo",
    government="Pemerintah Provinsi Demo",
    service_count=14,
    met=12,
    missed=1,
    availability="99.941",
    before="99.875",
    trend="better",
    coverage="98.700",
    outages=3,
    down=timedelta(hours=4, minutes=20),
    longest=timedelta(hours=3, minutes=2),
    formats=("pdf", "xlsx"),
    files=(
        FileFacts(name="laporan-ketersediaan-2026-10-demo-kominfo.pdf", size_bytes=184_320),
        FileFacts(name="laporan-ketersediaan-2026-10-demo-kominfo.xlsx", size_bytes=23_001),
    ),
)
WHOLE = replace(AGENCY, scope=ReportOf.WHOLE, scope_id="", scope_name="", government="", files=())
REVISED = replace(
    AGENCY, revision=2, reason="Jendela pemeliharaan 12 Oktober terlambat dicatat.", closed_by="Ni Made"
)


def told(report, **more):
    """Return the facts of a message about a report."""
    values = {
        "occasion": Occasion.REPORT,
        "subject": f"report:{report.period}",
        "severity": Severity.INFO,
        "written_at": CLOSED + timedelta(minutes=1),
        "began_at": CLOSED,
        "report": report,
    }
    return replace(facts(), services=(), **{**values, **more})
