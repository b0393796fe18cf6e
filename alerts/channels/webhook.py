"""Webhooks: signed JSON to one HTTP endpoint. Documented in docs/webhook.md."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Callable

from yarl import URL

from alerts.channels.deadline import within
from alerts.channels.payload import body
from alerts.channels.posting import Posting, place_of
from alerts.delivery import Delivery
from monitor.core.route import WebhookChannel


class Webhook:
    """One endpoint.

    Args:
        clock: seconds since the epoch, for the signature.
    """

    def __init__(self, settings: WebhookChannel, clock: Callable[[], float] = time.time) -> None:
        self._settings = settings
        self._url = URL(settings.url)
        self._posting = Posting(place_of(self._url))
        self._clock = clock

    async def send(self, delivery: Delivery) -> None:
        """Post the message, signed with the time of this attempt.

        Raises:
            DeliveryError: the endpoint did not answer with success.
        """
        sent = body(delivery)
        headers = {
            "Kulkul-Delivery": " ".join(delivery.key.split()),
            "Kulkul-Signature": signature(self._settings.secret, int(self._clock()), sent),
        }
        async with within(self._settings.timeout, self._posting.whom):
            answer = await self._posting.post(self._url, sent, headers)
        if not answer.good:
            raise self._posting.refusal(answer)

    async def close(self) -> None:
        """Let go of connections."""
        await self._posting.close()


def signature(secret: str, at: int, sent: bytes) -> str:
    """Return the value of `Kulkul-Signature`: HMAC-SHA256 over time, a full stop and the body as sent.

    Args:
        secret: shared with the receiver.
        at: seconds since the epoch; signed along, so that an old message cannot be played again.
        sent: the body, byte for byte.
    """
    digest = hmac.new(secret.encode(), f"{at}.".encode() + sent, hashlib.sha256).hexdigest()
    return f"t={at},v1={digest}"
