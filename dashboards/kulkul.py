"""*Kulkul sendiri*: whether the monitor can be trusted just now, over all daemons that Prometheus scrapes."""

from __future__ import annotations

from dashboards import marks, variables
from dashboards.board import Band, Board
from dashboards.panels import Query, Text, graph, number, timeline
from dashboards.words import ANSWERS, DUTY, NONE_AT_ALL, SIGHT, SUCCESS


def _tail(metric: str, share: str) -> str:
    """Return a quantile of a histogram."""
    return f"histogram_quantile({share}, sum by (le) (rate({metric}_bucket[$__rate_interval])))"


_SIGHT = number(
    Text(
        "Pandangan",
        "BUTA: kegagalan tidak dinilai. TIDAK ADA DATA: pemantau mati atau tidak terbaca oleh Prometheus.",
        "Blind: failures are not judged. No data: it is dead or not scraped.",
        "none",
    ),
    "max(kulkul_vantage_blind) or vector(2)",
    words=SIGHT,
)
_REGISTER = number(
    Text(
        "Register terakhir",
        "Apakah perubahan register yang terakhir diterima; bila gagal, register lama tetap berlaku.",
        "Whether the last change of the register was accepted; if not, the one before stays in force.",
        "none",
    ),
    "min(kulkul_register_last_reload_success)",
    words=SUCCESS,
)
_HEARTBEAT = number(
    Text(
        "Detak ke luar",
        "Apakah panggilan detak terakhir diterima. Tidak ada data: tidak disetel (heartbeat dalam "
        "kulkul.yml).",
        "Whether the last heartbeat was taken. No data: none is set.",
        "none",
    ),
    "min(kulkul_heartbeat_success)",
    words=SUCCESS,
)
_CHECKS = number(
    Text("Pemeriksaan", "Banyaknya pemeriksaan dalam register.", "Checks in the register.", "none"),
    "sum(kulkul_register_checks)",
    colour="blue",
)
_DROPPED = number(
    Text(
        "Hasil terbuang 24 jam",
        "Hasil yang dibuang karena basis data lama tidak dapat ditulisi: hilang untuk laporan.",
        "Results given up because the store could not be written: lost to reports.",
        "none",
    ),
    "sum(increase(kulkul_store_dropped_results_total[1d]))",
    words=NONE_AT_ALL,
    bad_from=1,
    decimals=0,
)
_OLDEST = number(
    Text(
        "Kabar tertua",
        "Umur kabar tertua yang seharusnya sudah terkirim; merah dari 15 menit.",
        "Age of the oldest message that should have been sent; red from 15 minutes.",
        "s",
    ),
    "max(kulkul_outbox_oldest_seconds)",
    words=NONE_AT_ALL,
    bad_from=900,
    decimals=0,
)
_BEHIND = number(
    Text(
        "Rekap tertinggal",
        "Jarak waktu antara sekarang dan hasil yang sudah direkap. Tidak ada data: belum ada yang direkap.",
        "How far the rollups are behind. No data: none were made yet.",
        "s",
    ),
    "time() - min(kulkul_rollup_watermark_timestamp_seconds)",
    bad_from=10800,
    decimals=0,
)
_UP = number(
    Text("Berjalan selama", "Lama sejak pemantau dinyalakan.", "Time since the daemon started.", "s"),
    "time() - max(process_start_time_seconds and on (job, instance) kulkul_build_info)",
    colour="blue",
    decimals=0,
)
_LATENESS = graph(
    Text(
        "Keterlambatan pemeriksaan",
        "Berapa lama setelah waktunya pemeriksaan dimulai.",
        "How long after its due time a probe starts.",
        "s",
    ),
    Query(_tail("kulkul_scheduler_lateness_seconds", "0.5"), "median"),
    Query(_tail("kulkul_scheduler_lateness_seconds", "0.99"), "p99"),
)
_LAG = graph(
    Text(
        "Macetnya event loop",
        "Macet terlama event loop dalam 15 detik; di atas garis merah (0,5 detik) waktu respons ikut keliru.",
        "Largest stall of the event loop; above 0.5 s the timings are off.",
        "s",
    ),
    Query("max by (instance) (kulkul_loop_lag_seconds)", "{{instance}}"),
    limit=0.5,
)
_IN_WORK = graph(
    Text(
        "Pemeriksaan berjalan dan menunggu",
        "Berjalan menurut jalur, dan yang sudah waktunya tetapi menunggu giliran.",
        "Probes running by lane, and due but waiting.",
        "none",
    ),
    Query("sum by (lane) (kulkul_probes_in_flight)", "{{lane}}"),
    Query("sum(kulkul_probes_waiting)", "menunggu"),
    decimals=0,
)
_PROBES = graph(
    Text(
        "Pemeriksaan per menit",
        "Menurut hasilnya; self_fault berarti salah pemantau sendiri.",
        "Probes per minute by outcome; self_fault is the monitor's own.",
        "suffix:/menit",
    ),
    Query("60 * sum by (outcome) (rate(kulkul_probes_total[$__rate_interval]))", "{{outcome}}"),
    stacked=True,
    decimals=0,
)
_QUEUE = graph(
    Text(
        "Antrean ke basis data",
        "Hasil yang menunggu disimpan; terus naik berarti basis data tidak terkejar.",
        "Results that wait to be stored.",
        "none",
    ),
    Query("sum(kulkul_recorder_queue_results)", "menunggu"),
    decimals=0,
)
_WRITES = graph(
    Text(
        "Lama menulis",
        "Lama satu transaksi pencatat.",
        "How long one transaction of the recorder takes.",
        "s",
    ),
    Query(_tail("kulkul_store_write_duration_seconds", "0.5"), "median"),
    Query(_tail("kulkul_store_write_duration_seconds", "0.99"), "p99"),
)
_ERRORS = graph(
    Text(
        "Galat penyimpanan",
        "Transaksi yang gagal (dicoba lagi) dan hasil yang dibuang, dalam lima menit.",
        "Failed transactions (tried again) and results given up, per five minutes.",
        "none",
    ),
    Query("sum(increase(kulkul_store_errors_total[5m]))", "gagal ditulis"),
    Query("sum(increase(kulkul_store_dropped_results_total[5m]))", "dibuang"),
    decimals=0,
)
_DELETED = graph(
    Text(
        "Baris lama yang dihapus",
        "Hasil lama yang sudah direkap dan dihapus, per jam.",
        "Old rows deleted after they were rolled up, per hour.",
        "none",
    ),
    Query("sum by (kind) (increase(kulkul_store_deleted_rows_total[1h]))", "{{kind}}"),
    decimals=0,
)
_OUTBOX = graph(
    Text(
        "Kabar yang belum terkirim",
        "waiting: menunggu giliran; held: ditahan jam tenang; retrying: dicoba lagi setelah gagal.",
        "Messages not yet sent, by state.",
        "none",
    ),
    Query("sum by (state) (kulkul_outbox_pending)", "{{state}}"),
    stacked=True,
    decimals=0,
)
_SENT = graph(
    Text(
        "Pengiriman kabar",
        "Pengiriman per jam menurut saluran dan hasilnya; dead: tidak akan dicoba lagi.",
        "Deliveries per hour by channel and outcome; dead ones are given up.",
        "none",
    ),
    Query("sum by (channel, outcome) (increase(kulkul_notifications_total[1h]))", "{{channel}} {{outcome}}"),
    decimals=0,
)
_API = graph(
    Text(
        "Permintaan API laporan",
        "Permintaan per jam menurut format dan kode HTTP.",
        "Requests to the API of reports per hour.",
        "none",
    ),
    Query("sum by (format, code) (increase(kulkul_report_requests_total[1h]))", "{{format}} {{code}}"),
    decimals=0,
)
_SEEING = timeline(
    Text(
        "Titik acuan (canary)",
        "Bila tidak satu pun menjawab, pemantau buta.",
        "Canaries; while none answers the monitor is blind.",
        "none",
    ),
    Query("max by (canary) (kulkul_vantage_canary_up)", "{{canary}}"),
    words=ANSWERS,
)
_BLIND = timeline(
    Text("Kebutaan", "Kapan pemantau buta.", "When the monitor was blind.", "none"),
    Query("max by (instance) (kulkul_vantage_blind)", "{{instance}}"),
    words=SIGHT,
)
_DUTY = timeline(
    Text(
        "Bertugas dan siaga",
        "Pemantau mana yang bertugas, dan mana yang siap mengambil alih.",
        "Which daemon works, and which stands by.",
        "none",
    ),
    Query("max by (instance) (kulkul_standby)", "{{instance}}"),
    words=DUTY,
)
_OURS = "and on (job, instance) kulkul_build_info"
_CPU = graph(
    Text(
        "CPU",
        "Bagian satu inti CPU yang dipakai pemantau; garis merah 80%: satu inti hampir habis.",
        "Share of one core; red line 80%.",
        "percentunit",
    ),
    Query(f"rate(process_cpu_seconds_total[$__rate_interval]) {_OURS}", "{{instance}}"),
    limit=0.8,
)
_MEMORY = graph(
    Text("Memori", "Memori yang dipakai (RSS).", "Resident memory.", "bytes"),
    Query(f"process_resident_memory_bytes {_OURS}", "{{instance}}"),
)
_FILES = graph(
    Text(
        "Berkas terbuka",
        "Berkas dan sambungan terbuka terhadap batasnya; garis merah 80%.",
        "Open files and sockets, as share of the limit; red line 80%.",
        "percentunit",
    ),
    Query(f"process_open_fds / process_max_fds {_OURS}", "{{instance}}"),
    limit=0.8,
)

BOARD = Board(
    uid="kulkul-sendiri",
    title="Kulkul 5 · Kulkul sendiri",
    description="Apakah pemantau dapat dipercaya saat ini. [Whether the monitor can be trusted now]",
    variables=(variables.DATA_SOURCE,),
    annotations=(marks.BLINDNESS, marks.ALERTS),
    bands=(
        Band(
            4,
            (
                (3, _SIGHT),
                (3, _REGISTER),
                (3, _HEARTBEAT),
                (3, _OLDEST),
                (3, _DROPPED),
                (3, _BEHIND),
                (3, _CHECKS),
                (3, _UP),
            ),
        ),
        Band(6, ((8, _BLIND), (8, _SEEING), (8, _DUTY)), title="Pandangan dan tugas"),
        Band(8, ((6, _LATENESS), (6, _LAG), (6, _IN_WORK), (6, _PROBES)), title="Pemeriksaan"),
        Band(8, ((6, _QUEUE), (6, _WRITES), (6, _ERRORS), (6, _DELETED)), title="Penyimpanan"),
        Band(8, ((8, _OUTBOX), (8, _SENT), (8, _API)), title="Kabar dan laporan"),
        Band(8, ((8, _CPU), (8, _MEMORY), (8, _FILES)), title="Proses"),
    ),
    since="now-6h",
)
