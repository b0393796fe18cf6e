"""Everything else, by the Apprise library: installed only where it is wanted (`kulkul[apprise]`)."""

from __future__ import annotations

import asyncio
import importlib
import logging
from typing import Any

from alerts.channels.deadline import within
from alerts.delivery import Delivery, DeliveryError
from alerts.facts import Facts
from monitor.core.route import AppriseChannel, Severity

_MISSING = "this channel needs the Apprise library: pip install kulkul[apprise]"
_KINDS = {Severity.INFO: "info", Severity.WARNING: "warning", Severity.CRITICAL: "failure"}


class Apprise:
    """One Apprise URL; it may hold keys, so only its scheme is ever shown."""

    def __init__(self, settings: AppriseChannel) -> None:
        self._settings = settings
        self._whom = f"the Apprise service of channel {settings.id}"
        self._service: Any = None

    async def send(self, delivery: Delivery) -> None:
        """Hand the short text to Apprise, which splits it where a service takes less.

        Raises:
            DeliveryError: the library is missing, does not know the URL, or could not deliver.
        """
        seconds = self._settings.timeout.total_seconds()
        async with within(self._settings.timeout, self._whom):
            if self._service is None:
                # It reads some two hundred modules.
                self._service = await asyncio.to_thread(self._opened)
            taken = await self._service.async_notify(
                title=delivery.message.subject,
                body=delivery.message.brief,
                notify_type=_kind(delivery.facts),
                body_format="text",
                timeout=seconds,
            )
        if not taken:
            raise DeliveryError(f"{self._whom} did not take the message")

    async def close(self) -> None:
        """Let go of the service; Apprise keeps no connection."""
        self._service = None

    def _opened(self) -> Any:
        try:
            apprise = importlib.import_module("apprise")
        except ModuleNotFoundError:
            raise DeliveryError(_MISSING, permanent=True) from None
        for name in ("apprise", "urllib3"):
            # Both write whole URLs with their keys, the first when it cannot read one, both at DEBUG.
            logging.getLogger(name).setLevel(logging.CRITICAL + 1)
        box = apprise.Apprise(asset=apprise.AppriseAsset(app_id="Kulkul", app_desc="Kulkul"))
        if not box.add(self._settings.url):
            raise DeliveryError(
                f"Apprise does not know the kind of URL of channel {self._settings.id}", permanent=True
            )
        return box


def _kind(facts: Facts) -> str:
    return "success" if facts.occasion.ends else _KINDS[facts.severity]
