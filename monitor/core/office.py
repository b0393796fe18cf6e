"""Whose reports they are, as their documents show it. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Office:
    """Letterhead and signature block of an office."""

    letterhead: tuple[str, ...] = ()
    """Lines: the government, the office, its address; none: no letterhead."""
    logo: str | None = None
    """A PNG, JPEG or SVG file in base64."""
    place: str = ""
    """Where it is signed."""
    position: str = ""
    """Of who signs; empty: no signature block."""
    name: str = ""
    nip: str = ""
    """Number of the official who signs; empty: a line to write on."""
