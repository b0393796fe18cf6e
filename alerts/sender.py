"""From the outbox to the channels: claim, render, send, and store what came of it."""

from __future__ import annotations

import asyncio
import logging
import os
import random
import socket
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from alerts.attaching import with_files
from alerts.delivery import Attach, Delivery, DeliveryError, Renders, Sends
from alerts.facts import Occasion
from alerts.packing import unpack
from monitor.core.alert import Alert, AlertKind
from monitor.core.route import Channel, Routing
from monitor.store import Store, StoreUnavailable
from monitor.store.outbox import (
    Notification,
    claim,
    settle_dead,
    settle_retry,
    settle_sent,
)

TICK = timedelta(seconds=1)
AT_ONCE = 20
PER_CHANNEL = 1
"""Messages under way at once over one channel. So a crash repeats one at most; and mail servers and chat
services shut out who floods them. A mail takes well under a second: two hundred are out within minutes."""
LEASE_MARGIN = timedelta(seconds=60)
FIRST_PAUSE = timedelta(seconds=30)
LONGEST_PAUSE = timedelta(hours=1)
JITTER = 0.2
GIVEN_UP_AFTER = timedelta(days=3)
"""A mail server may be out over a long weekend; what is older helps nobody."""

_log = logging.getLogger(__name__)


class Sender:
    """Sends what is due, each message by one sender at a time.

    Args:
        store: open.
        render: writes a message.
        open_channel: opens a channel by its settings.
        count: is told the channel's id and the outcome (sent, retried, dead) of every attempt.
        now: the clock; aware UTC.
        pick: returns a number from 0 to 1, for the jitter.
        attach: writes the files of a report; None: no message carries any.
    """

    def __init__(
        self,
        store: Store,
        render: Renders,
        open_channel: Callable[[Channel], Sends],
        count: Callable[[str, str], None],
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        pick: Callable[[], float] = random.random,
        attach: Attach | None = None,
    ) -> None:
        self._store = store
        self._render = render
        self._open = open_channel
        self._count = count
        self._now = now
        self._pick = pick
        self._attach = attach
        self._who = f"{socket.gethostname()}:{os.getpid()}:{id(self):x}"
        self._channels: dict[str, Channel] = {}
        self._opened: dict[str, Sends] = {}
        self._under_way: dict[asyncio.Task[StoreUnavailable | None], str] = {}
        """With the channel of each."""
        self._trouble: str | None = None
        self._stopping = False
        self._woken = asyncio.Event()

    async def follow(self, routing: Routing) -> None:
        """Take over the channels as they are set now; those that changed are opened anew when needed."""
        for name in [name for name in self._opened if routing.channels.get(name) != self._channels.get(name)]:
            await self._opened.pop(name).close()
        self._channels = dict(routing.channels)

    async def run(self) -> None:
        """Send until `stop` is called; survives every trouble of the store and of every channel."""
        try:
            while not self._stopping:
                with suppress(TimeoutError):
                    await asyncio.wait_for(self._woken.wait(), TICK.total_seconds())
                self._woken.clear()
                if not self._stopping:
                    await self._go_on()
            if self._under_way:
                await asyncio.wait(self._under_way)
        finally:
            for task in self._under_way:
                task.cancel()
            await self.close()

    async def _go_on(self) -> None:
        """Begin what there is room for; what is under way over a slow channel holds up no other."""
        try:
            while await self._begin():
                pass
        except StoreUnavailable as error:
            self._say(str(error))
        except Exception:  # noqa: BLE001 - a fault of ours must not end the watching
            _log.exception("sending failed in our own code")
        else:
            self._say(None)

    def stop(self) -> None:
        """Begin nothing new; what is being sent is finished, so that it need not be sent again."""
        self._stopping = True
        self._woken.set()

    async def close(self) -> None:
        """Let go of all channels."""
        while self._opened:
            await self._opened.popitem()[1].close()

    async def flush(self) -> int:
        """Send all that is due; returns how many messages were tried.

        Raises:
            StoreUnavailable: an outcome could not be stored: that message is sent again when its claim ends.
        """
        tried = 0
        while begun := await self._begin():
            await asyncio.wait(begun)
            tried += len(begun)
            for one in begun:
                trouble = one.result()
                if trouble is not None:
                    raise trouble
        return tried

    async def _begin(self) -> list[asyncio.Task[StoreUnavailable | None]]:
        """Claim and begin what there is room for; nothing is claimed that would have to wait for its turn."""
        room = AT_ONCE - len(self._under_way)
        if room <= 0:
            return []
        carried = Counter(self._under_way.values())
        timeout = max((one.timeout for one in self._channels.values()), default=timedelta(0))
        claimed = await claim(
            self._store,
            self._who,
            self._now(),
            timeout + LEASE_MARGIN,
            room,
            lambda channel: PER_CHANNEL - carried[channel],
            [channel for channel, count in carried.items() if count >= PER_CHANNEL],
        )
        begun = []
        for one in claimed:
            task = asyncio.create_task(self._try(one), name=f"send {one.key}")
            self._under_way[task] = one.channel
            task.add_done_callback(self._ended)
            begun.append(task)
        return begun

    async def send(self, channel: Channel, delivery: Delivery) -> None:
        """Send one message past the outbox, once.

        Raises:
            DeliveryError: it was not delivered.
        """
        await self._opening(channel).send(delivery)

    def _ended(self, task: asyncio.Task[StoreUnavailable | None]) -> None:
        self._under_way.pop(task)
        self._woken.set()  # there is room again
        if not task.cancelled() and task.exception() is None and task.result() is not None:
            self._say(str(task.result()))

    async def _try(self, one: Notification) -> StoreUnavailable | None:
        try:
            try:
                await self._deliver(one)
            except DeliveryError as error:
                await self._failed(one, error)
            else:
                await settle_sent(self._store, self._who, one, self._now())
                self._count(one.channel, "sent")
        except StoreUnavailable as trouble:
            return trouble
        return None

    async def _deliver(self, one: Notification) -> None:
        channel = self._channels.get(one.channel)
        if channel is None:
            raise DeliveryError(f"There is no channel {one.channel} in the routes any more.", permanent=True)
        try:
            facts = unpack(one.facts)
            facts, files = await with_files(facts, channel, one.language, self._attach)
            message = self._render(facts, one.language)
        except (DeliveryError, StoreUnavailable):
            raise
        except Exception as error:
            _log.exception("a message could not be written")
            raise DeliveryError(
                f"The message could not be written ({type(error).__name__}).", permanent=True
            ) from error
        delivery = Delivery(
            key=one.key,
            thread=f"{one.route_id}/{one.subject}",
            place=one.place,
            address=one.address,
            language=one.language,
            facts=facts,
            message=message,
            attachments=files,
        )
        try:
            await self._opening(channel).send(delivery)
        except DeliveryError:
            raise
        except Exception as error:
            _log.exception("channel %s failed in our own code", one.channel)
            raise DeliveryError(f"The channel itself failed ({type(error).__name__}).") from error

    def _opening(self, channel: Channel) -> Sends:
        if channel.id not in self._opened:
            self._opened[channel.id] = self._open(channel)
        return self._opened[channel.id]

    async def _failed(self, one: Notification, error: DeliveryError) -> None:
        now = self._now()
        if error.permanent or now - (one.wanted_at or one.created_at) > GIVEN_UP_AFTER:
            alert = None if one.occasion == Occasion.UNDELIVERED.value else _undelivered(one, error, now)
            await settle_dead(self._store, self._who, one, str(error), alert)
            self._count(one.channel, "dead")
            _log.error("a message over %s was given up (kulkul alert dead lists it): %s", one.channel, error)
            return
        pause = max(retry_pause(one.attempts, self._pick()), error.retry_after or timedelta(0))
        await settle_retry(self._store, self._who, one, now + pause, str(error))
        self._count(one.channel, "retried")
        _log.warning(
            "a message over %s is tried again in %d s: %s", one.channel, pause.total_seconds(), error
        )

    def _say(self, trouble: str | None) -> None:
        if trouble is not None and trouble != self._trouble:
            _log.error("messages cannot be sent or their outcome not stored: %s", trouble)
        self._trouble = trouble


def retry_pause(attempts: int, chance: float) -> timedelta:
    """Return how long to wait after so many attempts: growing, at most LONGEST_PAUSE, and never in step.

    Args:
        attempts: so far, from 1.
        chance: from 0 to 1; spreads the pause by JITTER to either side.
    """
    growth: int = 2 ** min(max(attempts - 1, 0), 20)
    return min(FIRST_PAUSE * growth, LONGEST_PAUSE) * (1 - JITTER + 2 * JITTER * chance)


def _undelivered(one: Notification, error: DeliveryError, now: datetime) -> Alert:
    return Alert(
        key=f"{AlertKind.UNDELIVERED}:{one.key}",
        raised_at=now,
        kind=AlertKind.UNDELIVERED,
        subject=f"notification:{one.id}",
        detail={
            "text": f"{one.subject} ({one.occasion}), {one.channel} {one.address}: {error}",
            "since": now.isoformat(),
        },
    )
