"""The words of reports in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.reason import Sentence
from monitor.reports.figures import Trend

TRENDS: Mapping[Trend, Sentence] = {
    Trend.BETTER: Sentence("membaik", "better"),
    Trend.WORSE: Sentence("memburuk", "worse"),
    Trend.SAME: Sentence("tetap", "unchanged"),
    Trend.NEW: Sentence("baru", "new"),
    Trend.TOO_LITTLE: Sentence("tidak cukup data", "not enough data"),
}
COLUMNS: Mapping[str, Sentence] = {
    "number": Sentence("NO", "NO"),
    "government": Sentence("PEMERINTAH", "GOVERNMENT"),
    "agency": Sentence("INSTANSI", "AGENCY"),
    "service": Sentence("LAYANAN", "SERVICE"),
    "id": Sentence("ID", "ID"),
    "url": Sentence("ALAMAT", "ADDRESS"),
    "availability": Sentence("KETERSEDIAAN (%)", "AVAILABILITY (%)"),
    "target": Sentence("TARGET (%)", "TARGET (%)"),
    "met": Sentence("TARGET TERCAPAI", "TARGET MET"),
    "outages": Sentence("GANGGUAN", "OUTAGES"),
    "down": Sentence("LAMA GANGGUAN (DETIK)", "TIME DOWN (SECONDS)"),
    "longest": Sentence("TERLAMA (DETIK)", "LONGEST (SECONDS)"),
    "coverage": Sentence("CAKUPAN (%)", "COVERAGE (%)"),
    "before": Sentence("PERIODE SEBELUMNYA (%)", "PERIOD BEFORE (%)"),
    "trend": Sentence("PERBANDINGAN", "COMPARISON"),
}
YES_NO = {True: Sentence("ya", "yes"), False: Sentence("tidak", "no"), None: Sentence("-", "-")}


def said(sentence: Sentence, language: str) -> str:
    """Return a sentence in a language: id or en."""
    return sentence.id if language == "id" else sentence.en
