"""A report as tables: the same rows for every format."""

from __future__ import annotations

from monitor.reports.report import Report
from monitor.reports.tables.events import exclusion_table, finding_table, outage_table
from monitor.reports.tables.figures import agency_table, remarks, service_table, sla_table, summary_table
from monitor.reports.tables.method import method_table
from monitor.reports.tables.model import Cell, Column, Table, Unit

__all__ = [
    "Cell",
    "Column",
    "Table",
    "Unit",
    "agency_table",
    "exclusion_table",
    "finding_table",
    "method_table",
    "outage_table",
    "remarks",
    "service_table",
    "sla_table",
    "summary_table",
    "tables",
]


def tables(report: Report) -> tuple[Table, ...]:
    """Return all tables of a report, in the order in which they are read."""
    return (
        summary_table(report),
        agency_table(report),
        service_table(report),
        outage_table(report),
        finding_table(report),
        exclusion_table(report),
        method_table(report),
    )
