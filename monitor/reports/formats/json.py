"""A report as JSON: the documented shape; numbers as numbers, times as ISO 8601 in UTC, spans in seconds."""

from __future__ import annotations

import json
from datetime import timedelta
from fractions import Fraction
from typing import Any

from monitor.core.accounting.availability import KINDS, Availability, Outage, percent
from monitor.core.accounting.hours import Holiday, HolidayRule, Opening, ServiceHours
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.shape import moment
from monitor.reports.figures import GroupFigures, Report, ServiceFigures
from monitor.reports.hours import clock
from monitor.reports.tables import DIGITS

VERSION = 1
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
"""As in the settings."""


def json_bytes(report: Report, _language: str) -> bytes:
    """Return the file; the same in every language."""
    text = json.dumps(report_json(report), ensure_ascii=False, indent=2, allow_nan=False)
    return (text.encode("utf-8", "backslashreplace")) + b"\n"


def report_json(report: Report) -> dict[str, Any]:
    """Return the shape."""
    period = report.period
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
        "policy": policy_json(report.policy),
        "holidays": [_holiday(one) for one in report.holidays],
        "unsure_holiday_years": list(report.unsure_years),
        "whole": _group(report.whole),
        "governments": [_group(one) for one in report.governments],
        "agencies": [_group(one) for one in report.agencies],
        "services": [_service(one) for one in report.services],
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


def _group(one: GroupFigures) -> dict[str, Any]:
    return {
        **({"id": one.id, "name": one.name} if one.id else {}),
        "services": [each.service.id for each in one.services],
        **_figures(one.availability),
        "unweighted_mean_percent": _percent(one.unweighted_mean),
        "before_percent": _percent(one.before.ratio),
        "trend": one.trend.value,
    }


def _service(one: ServiceFigures) -> dict[str, Any]:
    target = one.service.slo_target_ratio
    return {
        "id": one.service.id,
        "name": one.service.name,
        "url": one.service.urls[0] if one.service.urls else None,
        "agency": one.agency.id,
        "government": one.government.id,
        "target_ratio": target,
        "target_met": one.met,
        "error_budget_seconds": _seconds(one.availability.error_budget(target)),
        **_figures(one.availability),
        "before_percent": _percent(one.before.ratio),
        "trend": one.trend.value,
        "outages": [_outage(each) for each in one.availability.outages],
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


def _outage(one: Outage) -> dict[str, Any]:
    return {
        "began_at": moment(one.starts_at),
        "ended_at": None if one.ongoing else moment(one.ends_at),
        "down_seconds": _seconds(one.down),
    }


def _percent(share: Fraction | None) -> str | None:
    """Return a text: a number would be rounded again by whoever reads it."""
    return None if share is None else percent(share, DIGITS)


def _seconds(span: timedelta) -> float:
    return round(span.total_seconds(), 6)
