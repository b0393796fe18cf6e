"""The recorder with its canaries and its neighbourhood, from the settings."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import timedelta

from monitor.core.canary import Look
from monitor.daemon.neighbours import NameServers
from monitor.metrics import Exposition
from monitor.probes.uplink import Uplink
from monitor.probes.vantage import Vantage
from monitor.recorder import Board, Neighbourhood, Outlook, Recorder
from monitor.registry.domains import registrable
from monitor.settings import Settings
from monitor.store import Store

CANARY_GRACE = timedelta(seconds=5)
"""How much longer than two rounds of canaries a failure waits for one before it counts as unseen."""


@dataclass(frozen=True, slots=True)
class Watching:
    """What judges, and what it judges by."""

    recorder: Recorder
    uplink: Uplink
    name_servers: NameServers


def make_watching(
    settings: Settings, store: Store, board: Board, exposition: Exposition, vantage: Vantage
) -> Watching:
    """Build them, joined; inside a running loop."""

    def tell(look: Look) -> None:
        recorder.look(look)

    uplink, probing = settings.uplink, settings.probing
    canaries = Uplink(uplink.canaries, vantage, uplink.interval, uplink.timeout, tell)
    name_servers = NameServers(
        vantage.resolver.name_servers, probing.resolve, asyncio.get_running_loop().time
    )
    recorder = Recorder(
        store,
        board,
        exposition,
        outlook=Outlook(
            canaries=uplink.canaries,
            rule=uplink.rule,
            patience=uplink.interval + 2 * uplink.timeout + CANARY_GRACE,
            look_soon=canaries.look_soon,
        ),
        neighbourhood=Neighbourhood(
            zone=settings.time_zone, domain_of=registrable, name_servers=name_servers.known
        ),
    )
    return Watching(recorder, canaries, name_servers)
