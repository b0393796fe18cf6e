"""How things stand, in one line for the service manager; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from monitor.core.reason import Sentence
from monitor.core.status import Status
from monitor.web import Language
from monitor.web.texts import TEXTS

_WATCHING = Sentence("Layanan dipantau: {services}", "Services watched: {services}")
_WAITING = Sentence("hasil yang menunggu disimpan: {count}", "results that wait to be stored: {count}")


def summary(statuses: Iterable[Status], unstored: int, language: Language) -> str:
    """Return such as "Layanan dipantau: 42 (40 Normal, 2 Gangguan)".

    Args:
        statuses: of every service that is probed.
        unstored: results that a store in trouble has not taken yet.
        language: of the line.
    """
    counts = Counter(statuses)
    words = TEXTS[language].statuses
    line = _WATCHING.of(language.value).format(services=counts.total())
    parts = [f"{counts[status]} {words[status]}" for status in Status if counts[status]]
    if parts:
        line += f" ({', '.join(parts)})"
    if unstored:
        line += f"; {_WAITING.of(language.value).format(count=unstored)}"
    return line
