"""`kulkul run`: the daemon in the foreground."""

from __future__ import annotations

import asyncio

import typer

from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, load


def run(config: ConfigOption = DEFAULT_CONFIG) -> None:
    """Jalankan pemantau sampai dihentikan. Run the daemon until SIGTERM or Ctrl-C; SIGHUP reloads."""
    from monitor.daemon.daemon import Daemon
    from monitor.daemon.logs import set_up_logs
    from monitor.daemon.notices import this_manager
    from monitor.registry.routes import load_routes
    from monitor.registry.windows import load_windows

    settings, registry = load(config)
    windows = load_windows(settings.windows, settings, registry)
    routing = load_routes(settings.routes, settings, registry)
    set_up_logs(settings.log.level, settings.log.format)

    async def serve() -> bool:
        return await Daemon(settings, registry, windows, routing, this_manager()).run()

    stored = asyncio.run(serve())
    raise typer.Exit(Exit.FINE if stored else Exit.BAD_ANSWER)
