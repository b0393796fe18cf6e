"""The tables. Why they look like this: docs/decisions/0004-store-layout.md.

Times (`*_at`, and `result.id`) are microseconds since 1970 UTC; durations (`*_us`) are microseconds;
outcomes, stages, reasons and statuses are the numbers of `monitor.store.codes`.
"""

from monitor.store.schema.access import api_token
from monitor.store.schema.base import HEAD, ON_TIME_US, OUT_OF_LINE, metadata
from monitor.store.schema.findings import domain_change, finding, inspection
from monitor.store.schema.incidents import (
    audit,
    incident,
    incident_evidence,
    incident_member,
    incident_spell,
    maintenance_window,
)
from monitor.store.schema.reports import correction, frozen_period
from monitor.store.schema.results import (
    address,
    blind_period,
    check_key,
    check_state,
    detail,
    heartbeat,
    result,
    transition,
    vantage,
)
from monitor.store.schema.rollups import rollup_day, rollup_hour, rollup_mark, rollup_zone
from monitor.store.schema.telling import alert, alert_cursor, conversation, notification

__all__ = [
    "HEAD",
    "ON_TIME_US",
    "OUT_OF_LINE",
    "address",
    "alert",
    "alert_cursor",
    "api_token",
    "audit",
    "blind_period",
    "check_key",
    "check_state",
    "conversation",
    "correction",
    "detail",
    "domain_change",
    "finding",
    "frozen_period",
    "heartbeat",
    "incident",
    "incident_evidence",
    "incident_member",
    "incident_spell",
    "inspection",
    "maintenance_window",
    "metadata",
    "notification",
    "result",
    "rollup_day",
    "rollup_hour",
    "rollup_mark",
    "rollup_zone",
    "transition",
    "vantage",
]
