"""Availability by the calendar, as reports have it: of the month so far, and of the month before."""

from __future__ import annotations

from monitor.metrics.catalogue.metric import Metric, Type

_OF_SERVICE = ("service", "agency", "period")
_OF_AGENCY = ("agency", "government", "period")
SERVICE_AVAILABILITY = Metric(
    "kulkul_service_availability_ratio",
    Type.GAUGE,
    "Availability in the calendar's month so far, or last_month, rounded down; absent if not measured.",
    _OF_SERVICE,
    "ratio",
)
SERVICE_COVERAGE = Metric(
    "kulkul_service_coverage_ratio",
    Type.GAUGE,
    "Share of the time to be measured that was, rounded down; absent where there was none.",
    _OF_SERVICE,
    "ratio",
)
SERVICE_OUTAGES = Metric(
    "kulkul_service_outages",
    Type.GAUGE,
    "Outages that touch the month so far, or last_month.",
    _OF_SERVICE,
)
SERVICE_ERROR_BUDGET = Metric(
    "kulkul_service_error_budget_seconds",
    Type.GAUGE,
    "Time that may still be lost of what was measured while the target is met; below 0 it is missed.",
    _OF_SERVICE,
    "seconds",
)
AGENCY_AVAILABILITY = Metric(
    "kulkul_agency_availability_ratio",
    Type.GAUGE,
    "The same of all services of an agency, weighted by time.",
    _OF_AGENCY,
    "ratio",
)
AGENCY_COVERAGE = Metric(
    "kulkul_agency_coverage_ratio",
    Type.GAUGE,
    "Share of the time to be measured of all services of an agency that was, rounded down.",
    _OF_AGENCY,
    "ratio",
)

ACCOUNTED = (
    SERVICE_AVAILABILITY,
    SERVICE_COVERAGE,
    SERVICE_OUTAGES,
    SERVICE_ERROR_BUDGET,
    AGENCY_AVAILABILITY,
    AGENCY_COVERAGE,
)
