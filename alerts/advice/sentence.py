"""What one piece of advice is, and what several reasons share."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.core.reason import Sentence


@dataclass(frozen=True, slots=True)
class Advice:
    """One sentence each, in both languages."""

    seen: Sentence
    """By a visitor."""
    step: Sentence
    """What to do next."""


HANGS = Sentence(
    "Peramban memuat lama tanpa hasil, lalu menyatakan bahwa situs terlalu lama menjawab.",
    "The browser loads for long without a result, then says that the site took too long to answer.",
)
