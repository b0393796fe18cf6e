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
    "between": Sentence("RATA-RATA ANTARGANGGUAN (MTBF)", "MEAN TIME BETWEEN FAILURES (MTBF)"),
    "budget": Sentence("SISA ANGGARAN GANGGUAN", "ERROR BUDGET LEFT"),
    "up": Sentence("BERFUNGSI", "UP"),
    "degraded": Sentence("MELAMBAT", "DEGRADED"),
    "blocked": Sentence("TERBLOKIR", "BLOCKED"),
    "unknown": Sentence("TIDAK DIKETAHUI", "UNKNOWN"),
    "maintenance": Sentence("PEMELIHARAAN", "MAINTENANCE"),
    "off_hours": Sentence("DI LUAR JAM LAYANAN", "OFF HOURS"),
    "unregistered": Sentence("BELUM TERDAFTAR", "UNREGISTERED"),
    "to_come": Sentence("BELUM LEWAT", "TO COME"),
    "coverage": Sentence("CAKUPAN", "COVERAGE"),
    "median": Sentence("RESPONS MEDIAN (ms)", "MEDIAN RESPONSE (ms)"),
    "p95": Sentence("RESPONS P95 (ms)", "RESPONSE P95 (ms)"),
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
SLA = Sentence("Tingkat layanan (SLA)", "Service levels (SLA)")
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
    "hours": Sentence("Jam layanan", "Service hours"),
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
        Sentence("Waktu respons", "Response times"),
        Sentence(
            "pemeriksaan yang berhasil di sepanjang periode, tepat sampai satu persen; P95: 95 dari 100 "
            "tidak lebih lama",
            "good probes at any time of the period, exact to a hundredth; P95: 95 of 100 took no longer",
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
READ_ME = Sentence(
    """Berkas bukti ketersediaan layanan, periode {period}, revisi {revision}
Ditutup {at} oleh {by}.
{seal}

laporan/         laporan dalam semua bentuk; masing-masing dapat diperiksa: kulkul report verify BERKAS
sla.csv          setiap layanan terhadap targetnya: waktu menurut keadaannya, sisa anggaran gangguan
gangguan/        setiap gangguan: waktu, sebab, bukti kegagalan pertama dan terakhir, catatan dan sanggahan
temuan.json      temuan yang terbuka dalam periode ini, dengan bukti dan cara memperbaikinya
kebijakan.json   kebijakan perhitungan
metode.csv       cara menghitung
register.json    daftar layanan seperti saat periode ditutup
{record}     catatan yang menjadi dasar semua angka; SHA-256-nya harus {sha256}
SHA256SUMS       jumlah periksa semua berkas: sha256sum --check SHA256SUMS

Segala sesuatu selain gangguan/ dan temuan.json berasal dari catatan yang ditutup dan tidak berubah. Keduanya
ditulis seperti tercatat saat berkas ini disusun, sebab catatan dan sanggahan dapat datang kemudian.
""",
    """Evidence of the availability of services, period {period}, revision {revision}
Closed {at} by {by}.
{seal}

laporan/         the report in all formats; each can be verified: kulkul report verify FILE
sla.csv          each service against its target: time by status, and what of the error budget is left
gangguan/        each incident: times, cause, evidence of the first and the last failure, notes and contests
temuan.json      findings that were open in this period, with evidence and remedies
kebijakan.json   the accounting policy
metode.csv       how figures are counted
register.json    the register of services as it was when the period was closed
{record}     the record that all figures follow from; its SHA-256 must be {sha256}
SHA256SUMS       checksums of all files: sha256sum --check SHA256SUMS

Everything but gangguan/ and temuan.json follows from the closed record and does not change. Those two are
told as they were on record when this pack was made, since notes and contests may come later.
""",
)
