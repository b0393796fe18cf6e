"""A period's record of plain values that has something of everything in it."""

from __future__ import annotations

from base64 import b64encode
from datetime import date, timedelta

from monitor.core.accounting.correction import Correction, CountsAs
from monitor.core.accounting.history import Change, History
from monitor.core.accounting.hours import Holiday, HolidayRule, Opening, ServiceHours
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.sketch import Sketch
from monitor.core.accounting.spans import Span
from monitor.core.finding import FindingSeverity
from monitor.core.incident import Tie
from monitor.core.reason import Reason, Sentence
from monitor.core.service import Category, Criticality
from monitor.reports.record import (
    Contest,
    PeriodRecord,
    PlannedWork,
    ReportedAgency,
    ReportedFinding,
    ReportedGovernment,
    ReportedIncident,
    ReportedService,
    ReportedSpell,
)
from tests.reporting import DAY, DOWN, HOUR, LATER, MINUTE, START, UP

OFFICE = ServiceHours(
    week=((Opening(0 * HOUR, 24 * HOUR),),) * 7,
    holidays=HolidayRule(
        calendar="ID",
        further=(Holiday(date(2026, 10, 7), "Galungan"),),
        working=(date(2026, 10, 8),),
    ),
)


def _service(id_, agency, url=""):
    return ReportedService(
        id=id_,
        name=f"Layanan {id_}",
        url=url,
        agency_id=agency,
        category=next(iter(Category)),
        criticality=next(iter(Criticality)),
        target_ratio=0.995,
        checks=(id_,),
        active_from=None,
        active_to=None,
    )


def record_of_everything(policy=None):
    """Return the record of October of two agencies that share an outage, a finding and a correction."""
    services = (_service("lapor", "kominfo", "https://lapor.test/"), _service("ktp", "dukcapil"))
    ids = tuple(one.id for one in services)
    changes = tuple(
        Change(at, at + MINUTE, after)
        for at, after in ((START - 40 * DAY, UP), (START + DAY, DOWN), (START + DAY + HOUR, UP))
    )
    said = Sentence("Ada.", "There is.")
    return PeriodRecord(
        period_name="2026-10",
        zone_name="Asia/Makassar",
        policy=policy or AccountingPolicy(hours=OFFICE),
        taken_at=LATER,
        vantage="local",
        register_version="0",
        governments=(ReportedGovernment(id="badung", name="Pemkab Badung"),),
        agencies=tuple(
            ReportedAgency(id=one, name=one, short_name=None, government_id="badung")
            for one in ("kominfo", "dukcapil")
        ),
        services=services,
        history=History(
            changes=dict.fromkeys(ids, changes),
            first_seen=dict.fromkeys(ids, START - 60 * DAY),
            seen_until=LATER,
        ),
        holidays=(Holiday(date(2026, 10, 7), "Galungan", estimated=True),),
        unsure_years=(2026,),
        responses={"lapor": b64encode(Sketch.of([timedelta(seconds=0.2)]).to_bytes()).decode()},
        planned=(
            PlannedWork(
                window_id="pindah",
                title="Pindah server",
                announced_at=START - DAY,
                announced_by="sari",
                services=ids,
                spans=(Span(START + 9 * DAY, START + 9 * DAY + HOUR),),
            ),
        ),
        corrections=(
            Correction(
                services=ids,
                span=Span(START + 12 * DAY, START + 12 * DAY + HOUR),
                counts_as=CountsAs.MAINTENANCE,
                reason="Terlambat diumumkan.",
                by="sari",
                at=LATER,
            ),
        ),
        incidents=(
            ReportedIncident(
                name="INC-2026-000001",
                flapping=False,
                cause=Tie.ADDRESS,
                cause_value="192.0.2.1",
                spells=tuple(
                    ReportedSpell(
                        service_id=one,
                        began_at=START + DAY,
                        ended_at=START + DAY + HOUR,
                        reason=Reason.TCP_REFUSED,
                    )
                    for one in ids
                ),
                contests=(Contest(at=LATER, by="budi", reason="Pemeliharaan."),),
            ),
        ),
        findings=(
            ReportedFinding(
                name="FND-000001",
                severity=FindingSeverity.SEVERE,
                subject="lapor.test",
                services=ids,
                title=said,
                problem=said,
                remedy=said,
                first_seen_at=START,
                accepted_until=None,
            ),
        ),
    )
