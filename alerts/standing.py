"""Repeats what stands to channels that forget it otherwise: Alertmanager takes silence for a recovery."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta

from alerts.delivery import Delivery, DeliveryError, Renders
from alerts.facts import Facts
from alerts.planner import Planner
from alerts.sender import Sender
from monitor.core.route import AlertmanagerChannel, Channel, ChannelKind, Routing
from monitor.store import StoreUnavailable

_IDLE = timedelta(minutes=1)

_log = logging.getLogger(__name__)


class Standing:
    """Sends the open outages again and again, past the outbox: what is lost is repeated anyway."""

    def __init__(self, planner: Planner, sender: Sender, render: Renders) -> None:
        self._planner = planner
        self._sender = sender
        self._render = render
        self._pause = _IDLE
        self._failing: str | None = None

    def follow(self, routing: Routing) -> None:
        """Take over how often the channels want to hear."""
        channels = [one for one in routing.channels.values() if isinstance(one, AlertmanagerChannel)]
        self._pause = min((one.resend for one in channels), default=_IDLE)

    async def run(self) -> None:
        """Repeat until cancelled."""
        while True:
            await asyncio.sleep(self._pause.total_seconds())
            try:
                await self.repeat()
            except (StoreUnavailable, DeliveryError) as error:
                if str(error) != self._failing:
                    _log.warning("what stands could not be repeated: %s", error)
                self._failing = str(error)
            else:
                self._failing = None

    async def repeat(self) -> None:
        """Send everything that stands once more, to all at once: one that is away keeps nobody waiting.

        Raises:
            StoreUnavailable: it cannot be read.
            DeliveryError: a channel did not take it; the others were tried all the same.
        """
        standing = await self._planner.standing(ChannelKind.ALERTMANAGER)
        troubles = await asyncio.gather(*(self._send(*one) for one in standing))
        for trouble in troubles:
            if trouble is not None:
                raise trouble

    async def _send(
        self, channel: Channel, address: str, thread: str, language: str, facts: Facts
    ) -> DeliveryError | None:
        try:
            delivery = Delivery(
                key=thread,
                thread=thread,
                place=0,
                address=address,
                language=language,
                facts=facts,
                message=self._render(facts, language),
            )
            await self._sender.send(channel, delivery)
        except DeliveryError as error:
            return error
        except Exception as error:  # noqa: BLE001 - a fault of ours must not end the telling
            _log.exception("what stands could not be repeated over %s", channel.id)
            return DeliveryError(f"The repetition itself failed ({type(error).__name__}).")
        return None
