"""The register as the daemon follows it: loaded, watched, and taken over only when it is whole."""

from __future__ import annotations

import asyncio
from datetime import datetime
from pathlib import Path

from monitor.core.service import Check, Registry
from monitor.core.window import Window
from monitor.registry import load_registry
from monitor.registry.windows import load_windows
from monitor.settings import Settings, load_settings

Fingerprint = tuple[tuple[str, int, int], ...]


def fingerprint(settings: Settings) -> Fingerprint:
    """Return what tells whether a configuration file changed, came or went: name, time and size of each."""
    found = []
    for path in (settings.path, settings.windows, *sorted(settings.register.glob("*.y*ml"))):
        try:
            stat = path.stat()
        except OSError:
            continue
        found.append((str(path), stat.st_mtime_ns, stat.st_size))
    return tuple(found)


async def reread(path: Path) -> tuple[Settings, Registry, list[Window]]:
    """Load settings, register and windows anew, off the loop.

    Raises:
        ConfigurationError: they are not whole; all problems at once.
    """
    settings = await asyncio.to_thread(load_settings, path)
    registry = await asyncio.to_thread(load_registry, settings.register, settings)
    return settings, registry, await asyncio.to_thread(load_windows, settings.windows, settings, registry)


def active_checks(registry: Registry, settings: Settings, now: datetime) -> list[Check]:
    """Return the checks of the services that are in their registered life today, in the register's zone."""
    today = now.astimezone(settings.time_zone).date()
    return [
        check
        for service in registry.services.values()
        if service.active_on(today)
        for check in service.checks
    ]
