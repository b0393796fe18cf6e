"""By which standard or regulation something counts as wrong: dated data, which the register room reads."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.reason import Sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """One standard or regulation."""

    id: str
    title: Sentence
    issued: str
    """A year, a month or a day in ISO 8601, as far as it is known."""
    url: str | None = None
    replaced_by: str | None = None
    """Id of the one that came after it."""
