"""What the demo says of the way out: that it was cut or mended, and whether the monitor can see."""

from __future__ import annotations

from datetime import datetime, tzinfo

from monitor.core.reason import Sentence
from monitor.web import Language

CUT = Sentence(
    "Sambungan pemantau DIPUTUS: titik acuan dan semua situs tidak terjangkau.",
    "The monitor's uplink is CUT: neither the canaries nor any site can be reached.",
)
MENDED = Sentence("Sambungan pemantau DISAMBUNG kembali.", "The monitor's uplink is MENDED.")
BLIND = Sentence(
    "Pemantau BUTA sejak {since}: kegagalan tidak dinilai sebagai gangguan.",
    "The monitor is BLIND since {since}: failures are not judged as outages.",
)
SEES = Sentence(
    "Pemantau dapat MELIHAT lagi: kegagalan kembali dinilai.",
    "The monitor can SEE again: failures are judged.",
)


class News:
    """Tells each change once.

    Args:
        zone: of the times.
        language: of the texts.
    """

    def __init__(self, zone: tzinfo, language: Language) -> None:
        self._zone = zone
        self._language = language
        self._cut = False
        self._blind = False

    def tell(self, *, cut: bool, blind_since: datetime | None, now: datetime) -> list[str]:
        """Return a line for everything that changed since this was last asked."""
        lines = []
        if cut is not self._cut:
            self._cut = cut
            lines.append(in_language(CUT if cut else MENDED, self._language))
        if (blind_since is not None) is not self._blind:
            self._blind = blind_since is not None
            sees = in_language(SEES, self._language)
            lines.append(sees if blind_since is None else blind(blind_since, self._zone, self._language))
        return [f"{now.astimezone(self._zone):%H:%M:%S} ● {line}" for line in lines]


def blind(since: datetime, zone: tzinfo, language: Language) -> str:
    """Say that the monitor cannot see, and since when."""
    return in_language(BLIND, language).format(since=f"{since.astimezone(zone):%H:%M:%S}")


def in_language(sentence: Sentence, language: Language) -> str:
    """Return a sentence in one of the languages."""
    return sentence.id if language is Language.ID else sentence.en
