"""The table of what the figures are of, and how they were counted; pure."""

from __future__ import annotations

from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.reason import Sentence
from monitor.reports import words
from monitor.reports.hours import HOLIDAY, holiday_words, hours_words, unsure_words
from monitor.reports.report import Report
from monitor.reports.tables.model import Cell, Table, columns


def method_table(report: Report) -> Table:
    """Return what the figures are of, and how they were counted."""
    period = report.period
    facts: dict[str, Cell] = {
        "period": period.name,
        "from": period.starts_at,
        "until": min(period.ends_at, report.generated_at) if report.running else period.ends_at,
        "running": words.YES_NO[report.running],
        "zone": str(period.zone),
        "before": period.before.name,
        "generated": report.generated_at,
        "vantage": report.vantage,
        "register": report.register_version,
        **_policy(report.policy),
        **_revision(report),
    }
    rows: list[tuple[Cell, ...]] = [(words.METHOD_FACTS[name], value) for name, value in facts.items()]
    rows += [(HOLIDAY, holiday_words(one)) for one in report.holidays]
    rows += [(HOLIDAY, unsure_words(year)) for year in report.unsure_years]
    rows += list(words.METHOD_NOTES)
    return Table(words.METHOD, columns("fact", "value"), tuple(rows))


def _policy(policy: AccountingPolicy) -> dict[str, Cell]:
    return {
        "policy": f"{policy.name} v{policy.version}",
        "outage_from": words.OUTAGE_FROM[policy.outage_from],
        "maintenance": words.MAINTENANCE[policy.maintenance_excluded],
        "blocked": words.BLOCKED[policy.blocked],
        "shortest": policy.shortest_outage or words.ANY,
        "hours": hours_words(policy.hours),
    }


def _revision(report: Report) -> dict[str, Cell]:
    """Return with which closing of the period the report was built; nothing of one that is not closed."""
    one = report.revision
    if one is None:
        return {"revision": words.NOT_CLOSED}
    seals = report.seal("id") or "", report.seal("en") or ""
    return {
        "revision": str(one.number),
        "closed": one.frozen_at,
        **({"because": one.reason} if one.reason else {}),
        "seal": Sentence(*seals),
    }
