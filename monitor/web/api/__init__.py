"""The HTTP API under `/api/v1`: reports, for those who hold a token."""

from monitor.web.api.routes import ReportApi
from monitor.web.api.source import ReportSource

__all__ = ["ReportApi", "ReportSource"]
