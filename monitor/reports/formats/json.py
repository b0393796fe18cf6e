"""A report as JSON: the documented shape; numbers as numbers, times as ISO 8601 in UTC, spans in seconds."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

from monitor.core.accounting.availability import DIGITS, KINDS, Availability, percent
from monitor.core.accounting.correction import Correction
from monitor.core.accounting.hours import Holiday, HolidayRule, Opening, ServiceHours
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.sketch import Sketch
from monitor.core.accounting.spans import Span
from monitor.core.reason import Sentence
from monitor.core.shape import moment
from monitor.reports.hours import clock
from monitor.reports.record import PlannedWork, ReportedFinding
from monitor.reports.report import GroupFigures, Report, ReportedOutage, ServiceFigures
from monitor.reports.seal import Revision

VERSION = 1
_SHARES = (0.5, 0.95, 0.99)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As in the settings."""


def json_bytes(report: Report, language: str) -> bytes:
    """Return the file; but for its seal the same in every language."""
    text = json.dumps(report_json(report, language), ensure_ascii=False, indent=2, allow_nan=False)
    return (text.encode("utf-8", "backslashreplace")) + b"\n"


def report_json(report: Report, language: str) -> dict[str, Any]:
    """Return the shape; texts in both languages."""
    period, ranks = report.period, report.ranks()
    return {
        "version": VERSION,
        "period": {
            "name": period.name,
            "kind": period.kind.value,
            "starts_at": moment(period.starts_at),
            "ends_at": moment(period.ends_at),
            "zone": str(period.zone),
            "running": report.running,
            "before": period.before.name,
        },
        "generated_at": moment(report.generated_at),
        "vantage": report.vantage,
        "register_version": report.register_version,
        "scope": {
            "government": report.scope.government,
            "agency": report.scope.agency,
            "service": report.scope.service,
        },
        "revision": _revision(report.revision),
        "seal": report.seal(language),
        "policy": policy_json(report.policy),
        "holidays": [_holiday(one) for one in report.holidays],
        "unsure_holiday_years": list(report.unsure_years),
        "whole": _group(report.whole),
        "governments": [_group(one) for one in report.governments],
        "agencies": [{**_group(one), "rank": ranks[one.id]} for one in report.agencies],
        "services": [_service(one) for one in report.services],
        "planned_maintenance": [_planned(one) for one in report.planned],
        "corrections": [_correction(one) for one in report.corrections],
        "findings": [_finding(one) for one in report.findings],
    }


def policy_json(policy: AccountingPolicy) -> dict[str, Any]:
    """Return how time was counted."""
    return {
        "name": policy.name,
        "version": policy.version,
        "outage_from": policy.outage_from.value,
        "maintenance_excluded": policy.maintenance_excluded,
        "blocked_as": policy.blocked.value,
        "shortest_outage_seconds": _seconds(policy.shortest_outage),
        "hours": None if policy.hours is None else _hours(policy.hours),
    }


def _hours(hours: ServiceHours) -> dict[str, Any]:
    week = zip(_WEEKDAYS, hours.week, strict=True)
    return {
        **{day: [_opening(one) for one in openings] for day, openings in week},
        "holidays": None if hours.holidays is None else _rule(hours.holidays),
    }


def _opening(one: Opening) -> str:
    return f"{clock(one.opens)}-{clock(one.closes)}"


def _rule(rule: HolidayRule) -> dict[str, Any]:
    return {
        "calendar": rule.calendar,
        "joint_leave": rule.joint_leave,
        "further": {one.day.isoformat(): one.name for one in rule.further},
        "working": [one.isoformat() for one in sorted(rule.working)],
    }


def _holiday(one: Holiday) -> dict[str, Any]:
    return {"day": one.day.isoformat(), "name": one.name, "estimated": one.estimated}


def _revision(one: Revision | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {
        "number": one.number,
        "sha256": one.sha256,
        "frozen_at": moment(one.frozen_at),
        "frozen_by": one.frozen_by,
        "reason": one.reason or None,
    }


def _group(one: GroupFigures) -> dict[str, Any]:
    return {
        **({"id": one.id, "name": one.name} if one.id else {}),
        "services": [each.service.id for each in one.services],
        **_figures(one.availability),
        "responses": _responses(one.responses),
        "unweighted_mean_percent": _percent(one.unweighted_mean),
        "before_percent": _percent(one.before.ratio),
        "trend": one.trend.value,
    }


def _service(one: ServiceFigures) -> dict[str, Any]:
    target = one.service.target_ratio
    return {
        "id": one.service.id,
        "name": one.service.name,
        "url": one.service.url or None,
        "agency": one.agency.id,
        "government": one.government.id,
        "target_ratio": target,
        "target_met": one.met,
        "error_budget_seconds": _seconds(one.availability.error_budget(target)),
        **_figures(one.availability),
        "responses": _responses(one.responses),
        "before_percent": _percent(one.before.ratio),
        "trend": one.trend.value,
        "outages": [_outage(each) for each in one.outages],
    }


def _figures(one: Availability) -> dict[str, Any]:
    repair, between = one.mean_time_to_repair, one.mean_time_between_failures
    return {
        "availability_percent": _percent(one.ratio),
        "coverage_percent": _percent(one.coverage),
        "seconds": {name: _seconds(getattr(one, name)) for name in KINDS},
        "outage_count": len(one.outages),
        "longest_outage_seconds": _seconds(one.longest_outage),
        "mean_time_to_repair_seconds": None if repair is None else _seconds(repair),
        "mean_time_between_failures_seconds": None if between is None else _seconds(between),
    }


def _responses(sketch: Sketch) -> dict[str, Any]:
    found = {f"p{round(share * 100)}_seconds": sketch.quantile(share) for share in _SHARES}
    return {
        "count": sketch.total,
        **{name: None if one is None else _seconds(one) for name, one in found.items()},
    }


def _outage(one: ReportedOutage) -> dict[str, Any]:
    incident = one.incident
    return {
        "began_at": moment(one.outage.starts_at),
        "ended_at": None if one.outage.ongoing else moment(one.outage.ends_at),
        "down_seconds": _seconds(one.outage.down),
        "reason": one.reason.value if one.reason else None,
        "incident": incident.name if incident else None,
        "cause": {"tie": incident.cause.value, "value": incident.cause_value}
        if incident and incident.cause
        else None,
        "contests": [
            {"at": moment(each.at), "by": each.by, "reason": each.reason}
            for each in (incident.contests if incident else ())
        ],
    }


def _planned(one: PlannedWork) -> dict[str, Any]:
    return {
        "window": one.window_id,
        "title": one.title,
        "announced_at": moment(one.announced_at),
        "announced_by": one.announced_by,
        "services": list(one.services),
        "times": [_span(each) for each in one.spans],
    }


def _correction(one: Correction) -> dict[str, Any]:
    return {
        "services": list(one.services),
        **_span(one.span),
        "counts_as": one.counts_as.value,
        "reason": one.reason,
        "by": one.by,
        "at": moment(one.at),
    }


def _finding(one: ReportedFinding) -> dict[str, Any]:
    return {
        "finding": one.name,
        "severity": one.severity.value,
        "subject": one.subject,
        "services": list(one.services),
        "first_seen_at": moment(one.first_seen_at),
        "accepted_until": moment(one.accepted_until),
        **{name: {"id": text.id, "en": text.en} for name, text in _texts(one).items()},
    }


def _texts(one: ReportedFinding) -> dict[str, Sentence]:
    return {"title": one.title, "problem": one.problem, "remedy": one.remedy}


def _span(one: Span) -> dict[str, Any]:
    return {"starts_at": moment(one.starts_at), "ends_at": moment(one.ends_at)}


def _percent(share: Fraction | None) -> str | None:
    """Return a text: a number would be rounded again by whoever reads it."""
    return None if share is None else percent(share, DIGITS)


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 6)
