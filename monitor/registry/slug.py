"""Ids made of names."""

from __future__ import annotations

import re
import unicodedata

LONGEST = 80


def slug(*parts: str) -> str:
    """Return small letters, digits and hyphens, at most 80 of them; empty where nothing can be written so.

    Accents are dropped (`é` → `e`); what has no Latin form (Balinese script) is left out.
    """
    plain = unicodedata.normalize("NFKD", " ".join(parts)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:LONGEST].rstrip("-")
