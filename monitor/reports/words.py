"""The words of reports in both languages."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.accounting.correction import CountsAs
from monitor.core.accounting.policy import BlockedAs, OutageStart
from monitor.core.reason import Sentence
from monitor.reports.report import Trend

TRENDS: Mapping[Trend, Sentence] = {
    Trend.BETTER: Sentence("membaik", "better"),
    Trend.WORSE: Sentence("memburuk", "worse"),
    Trend.SAME: Sentence("tetap", "unchanged"),
    Trend.NEW: Sentence("baru", "new"),
    Trend.TOO_LITTLE: Sentence("tidak cukup data", "not enough data"),
}
COLUMNS: Mapping[str, Sentence] = {
    "number": Sentence("NO", "NO"),
    "period": Sentence("PERIODE", "PERIOD"),
    "government": Sentence("PEMERINTAH", "GOVERNMENT"),
    "agency": Sentence("INSTANSI", "AGENCY"),
    "service": Sentence("LAYANAN", "SERVICE"),
    "services": Sentence("JUMLAH LAYANAN", "SERVICES"),
    "id": Sentence("ID", "ID"),
    "url": Sentence("ALAMAT", "ADDRESS"),
    "availability": Sentence("KETERSEDIAAN", "AVAILABILITY"),
    "mean": Sentence("RATA-RATA TANPA BOBOT", "UNWEIGHTED MEAN"),
    "target": Sentence("TARGET", "TARGET"),
    "met": Sentence("TARGET TERCAPAI", "TARGET MET"),
    "outages": Sentence("GANGGUAN", "OUTAGES"),
    "down": Sentence("LAMA GANGGUAN", "TIME DOWN"),
    "longest": Sentence("TERLAMA", "LONGEST"),
    "repair": Sentence("RATA-RATA PEMULIHAN (MTTR)", "MEAN TIME TO REPAIR (MTTR)"),
    "coverage": Sentence("CAKUPAN", "COVERAGE"),
    "before": Sentence("PERIODE SEBELUMNYA", "PERIOD BEFORE"),
    "trend": Sentence("PERBANDINGAN", "COMPARISON"),
    "history": Sentence("RIWAYAT", "HISTORY"),
    "remarks": Sentence("KETERANGAN", "REMARKS"),
    "rank": Sentence("PERINGKAT", "RANK"),
    "incident": Sentence("NOMOR", "NUMBER"),
    "why": Sentence("SEBAB", "REASON"),
    "common": Sentence("SEBAB BERSAMA", "COMMON CAUSE"),
    "severity": Sentence("TINGKAT", "SEVERITY"),
    "subject": Sentence("PERIHAL", "SUBJECT"),
    "finding": Sentence("TEMUAN", "FINDING"),
    "since": Sentence("SEJAK", "SINCE"),
    "remedy": Sentence("PERBAIKAN", "REMEDY"),
    "about": Sentence("LAYANAN", "SERVICES"),
    "treated": Sentence("DIHITUNG SEBAGAI", "COUNTED AS"),
    "grounds": Sentence("ALASAN", "GROUNDS"),
    "by": Sentence("OLEH", "BY"),
    "at": Sentence("DICATAT", "RECORDED"),
    "began": Sentence("MULAI", "BEGAN"),
    "ended": Sentence("PULIH", "ENDED"),
    "until": Sentence("SAMPAI", "UNTIL"),
    "fact": Sentence("PERIHAL", "MATTER"),
    "value": Sentence("ISI", "VALUE"),
}
SUMMARY = Sentence("Ringkasan", "Summary")
AGENCIES = Sentence("Per instansi", "By agency")
SERVICES = Sentence("Layanan", "Services")
OUTAGES = Sentence("Gangguan", "Outages")
FINDINGS = Sentence("Temuan", "Findings")
EXCLUSIONS = Sentence("Pengecualian", "Exclusions")
METHOD = Sentence("Metode", "Method")
EVERYTHING = Sentence("Semua", "All")
TITLE = Sentence("Laporan ketersediaan {period}", "Availability report {period}")
CUT = Sentence(
    "{count} baris lagi tidak muat di lembar ini; semuanya ada dalam --format json.",
    "{count} more lines do not fit on this sheet; --format json has them all.",
)
HEADING = Sentence("Laporan Ketersediaan Layanan", "Service Availability Report")
CONTENTS = Sentence("Isi", "Contents")
NOTHING = Sentence("Tidak ada.", "None.")
RUNNING = Sentence(
    "Periode ini masih berjalan: angka dihitung sampai {at}.",
    "This period is not over: figures are up to {at}.",
)
METHOD_FACTS: Mapping[str, Sentence] = {
    "period": Sentence("Periode", "Period"),
    "from": Sentence("Dihitung dari", "Counted from"),
    "until": Sentence("Dihitung sampai", "Counted until"),
    "running": Sentence("Periode masih berjalan", "Period not over"),
    "zone": Sentence("Zona waktu", "Time zone"),
    "before": Sentence("Dibandingkan dengan", "Compared with"),
    "generated": Sentence("Disusun", "Built"),
    "vantage": Sentence("Titik pantau", "Vantage"),
    "register": Sentence("Versi register", "Version of the register"),
    "revision": Sentence("Revisi", "Revision"),
    "closed": Sentence("Ditutup", "Closed"),
    "because": Sentence("Alasan revisi", "Reason of the revision"),
    "seal": Sentence("Segel", "Seal"),
    "policy": Sentence("Kebijakan perhitungan", "Accounting policy"),
    "outage_from": Sentence("Gangguan dihitung sejak", "An outage counts from"),
    "maintenance": Sentence("Pemeliharaan yang diumumkan sebelumnya", "Maintenance announced beforehand"),
    "blocked": Sentence("Waktu ketika situs menolak pemantau", "Time in which a site refused the monitor"),
    "shortest": Sentence("Gangguan terpendek yang dihitung", "Shortest outage that counts"),
}
ANY = Sentence("berapa pun lamanya", "of any length")
OUTAGE_FROM: Mapping[OutageStart, Sentence] = {
    OutageStart.FIRST_FAILURE: Sentence("kegagalan pertama", "the first failure"),
    OutageStart.CONFIRMATION: Sentence("saat dipastikan", "its confirmation"),
}
MAINTENANCE: Mapping[bool, Sentence] = {
    True: Sentence("tidak dihitung", "left out"),
    False: Sentence("dihitung seperti waktu lain", "counted like other time"),
}
BLOCKED: Mapping[BlockedAs, Sentence] = {
    BlockedAs.UNKNOWN: Sentence("tidak diketahui", "not known"),
    BlockedAs.UP: Sentence("berfungsi", "up"),
    BlockedAs.DOWN: Sentence("terganggu", "down"),
}
METHOD_NOTES: tuple[tuple[Sentence, Sentence], ...] = (
    (
        Sentence("Terukur", "Measured"),
        Sentence("berfungsi + melambat + terganggu", "up + degraded + down"),
    ),
    (
        Sentence("Ketersediaan", "Availability"),
        Sentence(
            "(berfungsi + melambat) / terukur; kosong bila tidak ada yang terukur",
            "(up + degraded) / measured; empty where nothing was measured",
        ),
    ),
    (
        Sentence("Cakupan", "Coverage"),
        Sentence(
            "terukur / (terukur + terblokir + tidak diketahui)", "measured / (measured + blocked + unknown)"
        ),
    ),
    (
        Sentence("Gabungan", "Aggregates"),
        Sentence(
            "menurut lamanya waktu; rata-rata tanpa bobot memperlakukan setiap layanan sama",
            "weighted by time; in the unweighted mean each service counts alike",
        ),
    ),
    (
        Sentence("Pembulatan", "Rounding"),
        Sentence("persentase dibulatkan ke bawah", "percentages are rounded down"),
    ),
)
NOT_CLOSED = Sentence("belum ditutup: angka dapat berubah", "not closed yet: figures may change")
NOT_MET = Sentence("target tidak tercapai", "target missed")
LITTLE = Sentence("cakupan kurang dari separuh", "measured for less than half")
UNMEASURED = Sentence("tidak terukur", "not measured")
ONGOING = Sentence("masih berlangsung", "still going on")
CONTESTED = Sentence("disanggah", "contested")
FLAPPING = Sentence("naik-turun", "flapping")
ACCEPTED = Sentence("diterima", "accepted")
MAINTENANCE_LEFT_OUT = Sentence("pemeliharaan", "maintenance")
COUNTS_AS: Mapping[CountsAs, Sentence] = {
    CountsAs.MAINTENANCE: MAINTENANCE_LEFT_OUT,
    CountsAs.UNKNOWN: Sentence("tidak diketahui", "not known"),
    CountsAs.UP: Sentence("berfungsi", "up"),
    CountsAs.RECORDED: Sentence("seperti tercatat", "as recorded"),
}
YES_NO = {True: Sentence("ya", "yes"), False: Sentence("tidak", "no"), None: Sentence("-", "-")}
