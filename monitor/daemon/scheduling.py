"""The scheduler with its probes, from the settings."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable

from monitor import probes
from monitor.core.result import Result
from monitor.core.service import Check
from monitor.daemon.notices import ServiceManager
from monitor.metrics import SelfMetrics
from monitor.probes.vantage import Vantage
from monitor.scheduler import Lane, Limits, Pulse, ResultSink, Scheduler
from monitor.settings import Settings

LAG_WINDOW_SECONDS = 15.0


def make_scheduler(
    settings: Settings,
    vantage: Vantage,
    sink: ResultSink,
    own: SelfMetrics,
    see: Callable[[Result], None],
    manager: ServiceManager,
) -> Scheduler:
    """Build it, with its metrics joined; inside a running loop.

    Args:
        settings: how much at once.
        vantage: where probes run from.
        sink: gets every result, and says whether to try again soon.
        own: where lateness, lag and what is in flight are exposed.
        see: shown every result before the sink is.
        manager: gets a sign of life from the scheduler's own turns, if it has a watchdog.
    """

    async def probe(check: Check, avoid: str | None) -> Result:
        result = await probes.run(check, vantage, avoid)
        see(result)
        return result

    probing = settings.probing
    limits = Limits(per_host=probing.per_host, quick=probing.concurrency, slow=probing.slow_concurrency)
    scheduler = Scheduler(probe, sink, limits, own.scheduler_lateness.observe, _pulse(manager))
    loop = asyncio.get_running_loop()
    own.loop_lag.set_function(lambda: vantage.lag.since(loop.time() - LAG_WINDOW_SECONDS))
    own.probes_waiting.set_function(lambda: scheduler.agenda.waiting)
    for lane in Lane:
        own.probes_in_flight.labels(lane=lane.value).set_function(
            functools.partial(scheduler.agenda.in_flight, lane)
        )
    return scheduler


def _pulse(manager: ServiceManager) -> Pulse | None:
    """Half the manager's patience between two signs of life, as sd_watchdog_enabled(3) advises."""
    return None if manager.watchdog is None else Pulse(manager.alive, manager.watchdog / 2)
