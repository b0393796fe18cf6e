"""`kulkul report`: availability over a period of the calendar, built, closed, revised and verified."""

from monitor.cli.report.commands import app

__all__ = ["app"]
