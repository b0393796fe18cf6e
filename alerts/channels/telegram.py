"""Telegram, by the Bot API's `sendMessage`."""

from __future__ import annotations

import json
import logging
from typing import Any

from yarl import URL

from alerts.channels.deadline import within
from alerts.channels.posting import Answer, Posting
from alerts.channels.wording import quoted, sendable
from alerts.delivery import Delivery, DeliveryError
from monitor.core.retry_after import bounded_wait
from monitor.core.route import TelegramChannel

LONGEST = 4096
"""UTF-16 code units in one message: the unit in which Telegram counts."""
_ELLIPSIS = "…"
_log = logging.getLogger(__name__)


class Telegram:
    """A bot that writes plain text to chats.

    The token is part of the URL, so no URL is ever shown.
    """

    def __init__(self, settings: TelegramChannel) -> None:
        self._settings = settings
        self._url = URL(settings.url) / f"bot{settings.token}" / "sendMessage"
        self._posting = Posting("Telegram")

    async def send(self, delivery: Delivery) -> None:
        """Write to the chat; a group that became a supergroup is followed to its new id.

        Raises:
            DeliveryError: Telegram did not take the message.
        """
        chat, text = delivery.address, fitting(delivery.message.brief)
        async with within(self._settings.timeout, "Telegram"):
            answer, said = await self._ask(chat, text)
            moved = _parameters(said).get("migrate_to_chat_id")
            if moved is not None:
                _log.warning(
                    "Telegram chat %s of channel %s is now %s: write that in the routes or the register",
                    quoted(chat),
                    self._settings.id,
                    quoted(str(moved)),
                )
                answer, said = await self._ask(str(moved), text)
        if not (answer.good and said.get("ok") is True):
            raise self._refusal(answer, said, chat)

    async def close(self) -> None:
        """Let go of connections."""
        await self._posting.close()

    async def _ask(self, chat: str, text: str) -> tuple[Answer, dict[str, Any]]:
        # No parse_mode: names of services may hold any character, and a stray * or < would be refused.
        wanted = {"chat_id": chat, "text": text, "link_preview_options": {"is_disabled": True}}
        answer = await self._posting.post(self._url, json.dumps(wanted).encode(), {})
        try:
            said = json.loads(answer.body)
        except (ValueError, RecursionError):
            said = None
        return answer, said if isinstance(said, dict) else {}

    def _refusal(self, answer: Answer, said: dict[str, Any], chat: str) -> DeliveryError:
        if "ok" not in said:
            # A proxy, a captive portal, a page of the national block: not Telegram.
            return DeliveryError(f"something other than Telegram's Bot API answered ({answer.status})")
        code = said.get("error_code", answer.status)
        why = quoted(str(said.get("description", "")), self._settings.token)
        wait = _parameters(said).get("retry_after")
        match code:
            case 401 | 404:
                # Telegram knows the method, so 404 is about the token as well: one that it cannot read.
                return DeliveryError(f"Telegram does not accept the token of channel {self._settings.id}")
            case 429:
                seconds = wait if isinstance(wait, int | float) else None
                return DeliveryError(
                    "Telegram asks to send less often",
                    retry_after=bounded_wait(seconds) if seconds is not None else answer.retry_after,
                )
            case 400 | 403:
                return DeliveryError(f"Telegram refuses chat {quoted(chat)}: {why}", permanent=True)
        return self._posting.refusal(answer, why)


def fitting(text: str) -> str:
    """Return the text, or as many of its first lines as one message holds, and an ellipsis."""
    text = sendable(text)
    if _units(text) <= LONGEST:
        return text
    kept = ""
    for line in text.splitlines(keepends=True):
        if _units(kept + line) > LONGEST - 1:
            break
        kept += line
    if kept.strip():
        return kept + _ELLIPSIS
    cut = text.encode("utf-16-le")[: 2 * (LONGEST - 1)].decode("utf-16-le", "ignore")
    return cut + _ELLIPSIS


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _parameters(said: dict[str, Any]) -> dict[str, Any]:
    given = said.get("parameters")
    return given if isinstance(given, dict) else {}
