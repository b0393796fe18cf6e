"""Pieces of PromQL that several panels share. `$government` and the like are variables of the dashboard."""

from __future__ import annotations

REGISTERED = 'government=~"$government",agency=~"$agency",service=~"$service"'
"""Selects series of kulkul_service_info."""
CHOSEN = 'agency=~"$agency",service=~"$service"'
"""Selects series of a service. The list of services follows the chosen government: that need not be said."""


def of_services(expression: str, *, names: str = "name, agency_name") -> str:
    """Join to series of services what the register calls them, and keep only the chosen ones.

    Args:
        expression: with the labels job, instance and service, one series for each service.
        names: labels of kulkul_service_info, beside the id of the service.
    """
    return (
        f"max by (service, {names}) (\n  {expression}\n"
        f"  * on (job, instance, service) group_left ({names}) kulkul_service_info{{{REGISTERED}}}\n)"
    )


def of_agencies(expression: str) -> str:
    """Join the names of agencies to series with the labels job, instance and agency."""
    return (
        f"max by (agency, agency_name) (\n  {expression}\n"
        "  * on (job, instance, agency) group_left (agency_name)\n"
        "  max by (job, instance, agency, agency_name)"
        ' (kulkul_service_info{government=~"$government",agency=~"$agency"})\n)'
    )


def days_left(metric: str, selector: str) -> str:
    """Return the days until a moment that a metric tells in Unix time; below 0 it is past."""
    return f"(({metric}{{{selector}}}) - time()) / 86400"


def urgency(days: str, by: str) -> str:
    """Return how near an end is: 0 more than 30 days, 1 at most 30, 2 at most 7, 3 it is past.

    The steps are the first, third and last of those at which people are told (alerts/rules/certificates.yml).
    """
    least = f"min by ({by}) ({days})"
    return "\n+ ".join(f"({least} <= bool {limit})" for limit in (30, 7, 0))
