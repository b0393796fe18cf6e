"""What is asked of reports over HTTP, and what is answered. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.core.access import Asked
from monitor.core.reason import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Which document of which report."""

    period: str
    """As written."""
    asked: Asked
    """Within the role of who asks."""
    form: str
    """A format's name."""
    language: str
    """id or en."""
    revision: int | None = None
    """None: the last one."""
    live: bool = False
    """What is on record now, closed or not."""
    policy: str | None = None
    """By name; None: the one of the closing, or of the settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """An answer."""

    name: str
    """Of a file."""
    media_type: str
    tag: str | None
    """By which it is known again: the same tag is the same to the byte. None: it may be otherwise at once."""
    body: bytes | None
    """None: who asked has it already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Closing:
    """One closing of a period, as it is listed."""

    period: str
    revision: int
    """From 1."""
    policy: str
    sha256: str
    """Of its record, hexadecimal."""
    frozen_at: datetime
    """Aware UTC."""
    frozen_by: str
    reason: str
    """Why it was closed again; empty of the first."""


class Refusal(StrEnum):
    """Why there is no answer: programs read these, so they stay once released."""

    BAD_PERIOD = "bad_period"
    UNKNOWN_POLICY = "unknown_policy"
    NOT_BEGUN = "not_begun"
    NOT_CLOSED = "not_closed"
    OTHER_POLICY = "other_policy"
    NO_SERVICE = "no_service"
    UNKNOWN_FORMAT = "unknown_format"
    DAMAGED = "damaged_closing"
    BUSY = "busy"


class RefusedError(Exception):
    """There is no answer; the sentence says why, and what to do."""

    def __init__(self, refusal: Refusal, sentence: Sentence) -> None:
        super().__init__(refusal, sentence)  # so that it can be handed from process to process
        self.refusal = refusal
        self.sentence = sentence
