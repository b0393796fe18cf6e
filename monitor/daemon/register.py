"""The register as the daemon follows it: loaded, watched, and taken over only when it is whole."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from monitor.core.route import Routing
from monitor.core.service import Check, Registry
from monitor.core.window import Window
from monitor.registry import load_registry
from monitor.registry.routes import load_routes
from monitor.registry.windows import load_windows
from monitor.settings import Settings, load_settings

Fingerprint = tuple[tuple[str, int, int], ...]


def fingerprint(settings: Settings) -> Fingerprint:
    """Return what tells whether a configuration file changed, came or went: name, time and size of each."""
    found = []
    for path in (settings.path, settings.windows, settings.routes, *sorted(settings.register.glob("*.y*ml"))):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


async def reread(path: Path) -> tuple[Settings, Registry, list[Window], Routing]:
    """Load settings, register, windows and routes anew, off the loop.

    Raises:
        ConfigurationError: they are not whole; all problems at once.
    """
    settings = await asyncio.to_thread(load_settings, path)
    registry = await asyncio.to_thread(load_registry, settings.register, settings)
    windows = await asyncio.to_thread(load_windows, settings.windows, settings, registry)
    routing = await asyncio.to_thread(load_routes, settings.routes, settings, registry)
    return settings, registry, windows, routing


def active_checks(registry: Registry, settings: Settings, now: datetime) -> list[Check]:
    """Return the checks of the services that are in their registered life today, in the register's zone."""
    today = now.astimezone(settings.time_zone).date()
    return [
        check
        for service in registry.services.values()
        if service.active_on(today)
        for check in service.checks
    ]


def fixed(settings: Settings) -> tuple[object, ...]:
    """Return what a reload cannot change."""
    return (
        settings.web,
        settings.probing,
        settings.database,
        settings.vantage,
        settings.time_zone,
        settings.uplink,
        settings.heartbeat,
        settings.inspections,
    )
