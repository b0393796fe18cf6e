"""The part of the daemon that tells people: planner, sender, and what stands with Alertmanager."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import datetime, timedelta

from alerts.channels import open_channel
from alerts.message import render
from alerts.planner import Planner
from alerts.sender import Sender
from alerts.standing import Standing
from monitor.core.route import Routing
from monitor.core.service import Registry
from monitor.daemon.attaching import ReportFiles
from monitor.metrics import SelfMetrics
from monitor.recorder.recorder import utc_now
from monitor.reports.workshop import Workshop
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.outbox import waiting

PATIENCE = timedelta(seconds=10)
"""How long a stopping daemon waits for the messages that are being sent."""


class Telling:
    """Tells people what the recorder found, by the routes.

    Args:
        settings: for the time zone and the vantage.
        store: open.
        itself: metrics of the outbox.
        maintained: returns the ids of services under maintenance at a time.
        workshop: where the files of reports are written.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        itself: SelfMetrics,
        maintained: Callable[[datetime], AbstractSet[str]],
        workshop: Workshop,
    ) -> None:
        write = functools.partial(render, zone=settings.time_zone)
        self._store = store
        self._itself = itself
        self._planner = Planner(store, settings.vantage.name, settings.time_zone, maintained)
        files = ReportFiles.of_database(store, settings.database.url, workshop)
        self._sender = Sender(store, write, open_channel, self._count, attach=files)
        self._standing = Standing(self._planner, self._sender, write)

    async def follow(self, registry: Registry, routing: Routing) -> None:
        """Take over a register and its routes."""
        await self._sender.follow(routing)
        self._standing.follow(routing)
        self._planner.follow(registry, routing)

    def tasks(self) -> Iterator[asyncio.Task[None]]:
        """Begin, on the running loop."""
        yield asyncio.create_task(self._planner.run(), name="plan messages")
        yield asyncio.create_task(self._sender.run(), name="send messages")
        yield asyncio.create_task(self._standing.run(), name="repeat what stands")

    async def stop(self, tasks: list[asyncio.Task[None]]) -> None:
        """Let what is being sent arrive, then end the tasks; what is not sent yet waits in the store."""
        self._sender.stop()
        sending = [one for one in tasks if one.get_name() == "send messages"]
        if sending:
            await asyncio.wait(sending, timeout=PATIENCE.total_seconds())

    async def look(self) -> None:
        """Show how full the outbox is.

        Raises:
            StoreUnavailable: it cannot be read.
        """
        now = utc_now()
        found = await waiting(self._store, now)
        counts = {"waiting": found.waiting, "held": found.held, "retrying": found.retrying}
        for state, count in counts.items():
            self._itself.outbox_pending.labels(state=state).set(count)
        oldest = found.oldest_due_at
        self._itself.outbox_oldest.set((now - oldest).total_seconds() if oldest is not None else 0)

    def _count(self, channel: str, outcome: str) -> None:
        self._itself.notifications.labels(channel=channel, outcome=outcome).inc()
