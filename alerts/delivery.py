"""What is handed to a channel, and what it answers. Values only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from alerts.facts import Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One message in one language, in every form that a channel may want."""

    subject: str
    """One line."""
    text: str
    """Plain text, readable alone."""
    html: str
    """A whole HTML document, readable alone."""
    brief: str
    """For chats: at most 4,000 characters of plain text, the most important first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportMatter:
    """Which files of which closing a message carries."""

    vantage: str
    period: str
    revision: int
    sha256: str
    """Of the record that it was closed with."""
    government: str | None
    agency: str | None
    """Ids; None: any."""
    language: str
    formats: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes along with a message."""

    name: str
    content_type: str
    """`application/pdf`"""
    data: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to say something to one recipient over one channel."""

    key: str
    """The same in every attempt: who receives it twice can tell."""
    thread: str
    """The same for all messages of one conversation with one route."""
    place: int
    """Position in the conversation, from 0."""
    address: str
    language: str
    facts: Facts
    message: Message
    attachments: tuple[Attachment, ...] = ()
    """Of channels that carry files."""


class DeliveryError(Exception):
    """It was not delivered; the text is one English sentence that holds no secret.

    Args:
        text: what went wrong.
        permanent: trying again cannot help (a bad address, a refusal).
        retry_after: how long the other side asked us to wait.
    """

    def __init__(self, text: str, *, permanent: bool = False, retry_after: timedelta | None = None) -> None:
        super().__init__(text)
        self.permanent = permanent
        self.retry_after = retry_after


class Sends(Protocol):
    """A channel, opened."""

    async def send(self, delivery: Delivery) -> None:
        """Deliver; returns when the other side took responsibility.

        Raises:
            DeliveryError: it did not.
        """

    async def close(self) -> None:
        """Let go of connections."""


Opens = Callable[..., Sends]
"""Takes the channel's settings (`monitor.core.route`); opens nothing before the first message."""
Renders = Callable[[Facts, str], Message]
"""Takes facts and a language."""
Attach = Callable[[ReportMatter], Awaitable[tuple[Attachment, ...]]]
"""Writes the files of a closed period: the same bytes whenever it is asked. Those that it cannot write by now
are left out. Raises DeliveryError, or StoreUnavailable."""
