"""Colours of HTML messages, by day and by night: those of the status page."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Every ink is legible on both grounds: a contrast of 4.5 at least (WCAG 2.2, 1.4.3)."""

    ground: str
    panel: str
    line: str
    ink: str
    soft: str
    link: str
    up: str
    degraded: str
    blocked: str
    down: str
    unknown: str


DAY = Palette(
    ground="#f6f7f9",
    panel="#ffffff",
    line="#dde1e7",
    ink="#1a1d23",
    soft="#565d68",
    link="#0b57b0",
    up="#17693a",
    degraded="#8a5300",
    blocked="#6b3fa0",
    down="#b3161f",
    unknown="#555d6a",
)
NIGHT = Palette(
    ground="#14171c",
    panel="#1c2027",
    line="#333a45",
    ink="#e8eaee",
    soft="#a5adba",
    link="#8bbcff",
    up="#6fd394",
    degraded="#f0b65a",
    blocked="#c9a7f5",
    down="#ff8c8c",
    unknown="#b1b9c6",
)
