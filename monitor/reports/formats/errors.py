"""What can go wrong while a report is written."""

from __future__ import annotations

from monitor.core.reason import Sentence


class FormatError(Exception):
    """A report cannot be written in a format; the sentence says why and what to do."""

    def __init__(self, indonesian: str, english: str) -> None:
        super().__init__(english)
        self.sentence = Sentence(indonesian, english)
