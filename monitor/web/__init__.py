"""The daemon's web application: metrics, health and the status page."""

from __future__ import annotations

from monitor.web.api import ReportApi
from monitor.web.app import Table, build_app
from monitor.web.domains import Cards, CardsUnavailableError
from monitor.web.health import Health
from monitor.web.page import Row
from monitor.web.server import WebError, WebServer
from monitor.web.standby import standby_app
from monitor.web.texts import Language

__all__ = [
    "Cards",
    "CardsUnavailableError",
    "Health",
    "Language",
    "ReportApi",
    "Row",
    "Table",
    "WebError",
    "WebServer",
    "build_app",
    "standby_app",
]
