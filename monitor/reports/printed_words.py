"""The words of the printed report in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.reason import Sentence
from monitor.reports import words

FRAME: Mapping[str, Sentence] = {
    "page": Sentence("Halaman", "Page"),
    "of": Sentence("dari", "of"),
    "period": words.COLUMNS["period"],
    "nothing": words.NOTHING,
    "seal": Sentence("Segel dokumen", "Seal of the document"),
}
DESCRIPTION = Sentence(
    "Ketersediaan layanan publik, {days}, menurut pemantauan Kulkul.",
    "Availability of public services, {days}, as Kulkul measured it.",
)
LOGO = Sentence("Logo {office}", "Logo {office}")
NO_LOGO = Sentence("[Logo tidak dapat ditampilkan]", "[The logo cannot be shown]")
PROVISIONAL = Sentence("SEMENTARA", "PROVISIONAL")
RUNNING = Sentence(
    "periode masih berjalan; angka dihitung sampai {at}.", "the period is not over; figures are up to {at}."
)
NOT_CLOSED = Sentence(
    "periode belum ditutup; angka dapat berubah. Disusun {at}.",
    "the period is not closed; figures may change. Built {at}.",
)
BELOW_TARGET = Sentence("LAYANAN DI BAWAH TARGET", "SERVICES BELOW TARGET")
OPEN_FINDINGS = Sentence("TEMUAN TERBUKA", "OPEN FINDINGS")
TOGETHER = Sentence("Gabungan ({count} layanan)", "Together (services: {count})")
RANKING = Sentence("Peringkat instansi", "Ranking of agencies")
RANKING_NOTE = Sentence(
    "Menurut ketersediaan dari waktu yang terukur. Waktu yang tidak diketahui tidak dihitung sebagai "
    "gangguan; karena itu cakupan tercantum di sampingnya. Instansi yang terukur kurang dari separuh "
    "waktunya tidak diberi peringkat.",
    "By availability of the time that was measured. Time that is not known does not count as an outage, "
    "which is why coverage stands beside it. An agency that was measured for less than half has no rank.",
)
COMPARISON = Sentence("Perbandingan dengan periode sebelumnya", "Comparison with the period before")
COMPARED = Sentence(
    "Dibandingkan dengan {before}: {counts}. Tabel memuat layanan yang membaik atau memburuk.",
    "Compared with {before}: {counts}. The table has the services that are better or worse.",
)
DIFFERENCE = Sentence("SELISIH (POIN PERSEN)", "DIFFERENCE (PERCENTAGE POINTS)")
FINDINGS = Sentence("Temuan yang masih terbuka", "Findings still open")
METHOD = Sentence("Metode perhitungan", "How it was counted")
CUT = Sentence(
    "Tabel memuat {kept} gangguan terlama dari {all}; {left} lagi, masing-masing paling lama {least}, ada "
    "dalam bentuk XLSX, HTML dan JSON. Semua angka lain menghitung seluruhnya.",
    "The table has the {kept} longest of {all} outages; {left} more, of at most {least} each, are in the "
    "XLSX, HTML and JSON. All other figures count every one.",
)
UNRANKED = Sentence("{agency} (tanpa peringkat: {why})", "{agency} (no rank: {why})")
NIP = Sentence("NIP", "NIP")
