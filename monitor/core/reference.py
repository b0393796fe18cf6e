"""By which standard or regulation something counts as wrong: dated data, which the register room reads."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from monitor.core.reason import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One standard or regulation."""

    id: str
    title: Sentence
    issued: date
    url: str | None = None
    replaced_by: str | None = None
    """Id of the one that came after it."""
