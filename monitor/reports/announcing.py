"""What is raised when a period is closed, so that its report is sent to whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from fractions import Fraction

from monitor.core.accounting.availability import DIGITS, percent
from monitor.core.alert import Alert, AlertKind
from monitor.core.period import PeriodKind
from monitor.reports.report import GroupFigures, Report, ServiceFigures
from monitor.reports.seal import Revision
from monitor.store import Store
from monitor.store.alerts import write_alerts
from monitor.store.audit import AuditEntry
from monitor.store.audit import record as write_audit

DELIVER = "report.deliver"
_NEWS = timedelta(days=31)


def closing_alerts(report: Report) -> list[Alert]:
    """Return the alert of a closing: of a month that is news; other periods are sent only when somebody asks.

    A month that is closed long after its end was closed for the record: nobody waits for a year of them
    when a station closes its first ones.

    Its key is the closing itself, so that it is told once, however often and by whomever it is raised.

    Args:
        report: of everything, with its revision.
    """
    if report.period.kind is not PeriodKind.MONTH or report.revision is None:
        return []
    if report.revision.number == 1 and report.revision.frozen_at - report.period.ends_at > _NEWS:
        return []
    return [_alert(report, report.revision, report.revision.frozen_at)]


def asked_alert(report: Report, at: datetime) -> Alert:
    """Return the alert that a closed period is to be sent now, though it may have been sent before.

    Args:
        report: of everything, with its revision.
        at: aware UTC.
    Raises:
        ValueError: the report is of no closed period.
    """
    if report.revision is None:
        raise ValueError("only a closed period can be sent")
    return _alert(report, report.revision, at, asked=f":{at.isoformat()}")


async def ask_delivery(store: Store, report: Report, *, by: str, at: datetime) -> None:
    """Have the report of a closed period sent to everybody whom a route tells, once more.

    Raises:
        StoreUnavailable: as `Store.write`; then nothing was written.
    """
    alert = asked_alert(report, at)
    entry = AuditEntry(
        at=at,
        who=by,
        action=DELIVER,
        subject=alert.subject,
        reason="",
        detail={"revision": alert.detail["revision"]},
    )
    async with store.writing() as (connection, _):
        await write_audit(connection, entry)
        await write_alerts(connection, [alert])


def _alert(report: Report, revision: Revision, at: datetime, asked: str = "") -> Alert:
    period = report.period
    return Alert(
        key=f"{AlertKind.REPORT}:{report.vantage}:{period.name}:{revision.number}{asked}",
        raised_at=at,
        kind=AlertKind.REPORT,
        subject=f"{AlertKind.REPORT}:{period.name}",
        detail={
            "vantage": report.vantage,
            "period": period.name,
            "first": period.first.isoformat(),
            "last": period.last.isoformat(),
            "revision": revision.number,
            "reason": revision.reason,
            "closed_at": revision.frozen_at.isoformat(),
            "closed_by": revision.frozen_by,
            "sha256": revision.sha256,
            "policy": f"{report.policy.name} v{report.policy.version}",
            "asked": bool(asked),
            "scopes": list(_scopes(report)),
        },
    )


def _scopes(report: Report) -> Iterator[dict[str, object]]:
    """Yield the figures of everything, of each government and of each agency; of none without services."""
    governments = {one.agency.id: one.government.name for one in report.services}
    if report.services:
        yield _figures("whole", report.whole, report.services)
    for one in report.governments:
        yield _figures("government", one, one.services)
    for one in report.agencies:
        yield {**_figures("agency", one, one.services), "government": governments[one.id]}


def _figures(scope: str, one: GroupFigures, services: Iterable[ServiceFigures]) -> dict[str, object]:
    figures, met = one.availability, [each.met for each in services]
    return {
        "scope": scope,
        "scope_id": one.id,
        "scope_name": one.name,
        "government": "",
        "service_count": len(met),
        "met": met.count(True),
        "missed": met.count(False),
        "availability": _percent(figures.ratio),
        "before": _percent(one.before.ratio),
        "trend": one.trend.value,
        "coverage": _percent(figures.coverage),
        "outages": len(figures.outages),
        "down_seconds": figures.down.total_seconds(),
        "longest_seconds": figures.longest_outage.total_seconds(),
    }


def _percent(share: Fraction | None) -> str | None:
    return None if share is None else percent(share, DIGITS)
