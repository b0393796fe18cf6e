"""*Layanan*: everything known of one service, in the order in which one looks for a fault."""

from __future__ import annotations

from dashboards import marks, variables
from dashboards.board import Band, Board
from dashboards.panels import Query, Text, graph, number, timeline
from dashboards.promql import CHOSEN
from dashboards.tables import Column, rows
from dashboards.words import (
    ACCEPTED,
    HTTP_CODES,
    MAINTENANCE,
    REASONS,
    RULE_TITLES,
    SEVERITIES,
    STAGE_WORDS,
    STAGES,
    STATUSES,
)

_CODE = f"service:kulkul_service_status:code{{{CHOSEN}}}"
_NOW = number(
    Text("Status", "Status layanan sekarang.", "The status of the service now.", "none"),
    f"max({_CODE})",
    words=STATUSES,
)
_DAY = number(
    Text(
        "Ketersediaan 24 jam",
        "Bagian waktu berfungsi dalam 24 jam terakhir; yang tidak diketahui dan terblokir tidak dihitung.",
        "Availability of the last 24 hours by time; unknown and blocked count neither way.",
        "percentunit",
    ),
    f"min(service:kulkul_service_availability:ratio_increase1d{{{CHOSEN}}})",
    colour="blue",
    decimals=3,
)
_MONTH = number(
    Text(
        "Ketersediaan bulan ini",
        "Angka laporan untuk bulan berjalan, dibulatkan ke bawah.",
        "The figure of reports for this month so far, rounded down.",
        "percentunit",
    ),
    f'min(kulkul_service_availability_ratio{{period="month",{CHOSEN}}})',
    colour="blue",
    decimals=3,
)
_COVERAGE = number(
    Text(
        "Cakupan bulan ini",
        "Bagian waktu bulan ini yang benar-benar terukur.",
        "Share of this month's time that was measured.",
        "percentunit",
    ),
    f'min(kulkul_service_coverage_ratio{{period="month",{CHOSEN}}})',
    colour="blue",
    decimals=3,
)
_BUDGET = number(
    Text(
        "Sisa jatah gangguan",
        "Lama yang masih boleh terganggu bulan ini; tanda minus berarti target sudah terlewati.",
        "Downtime that the target still allows this month; below zero it is missed.",
        "s",
    ),
    f'min(kulkul_service_error_budget_seconds{{period="month",{CHOSEN}}})',
    good_from=0,
    decimals=1,
)
_CERTIFICATE = number(
    Text(
        "Sisa sertifikat",
        "Hari sampai sertifikat yang paling dulu berakhir; minus berarti sudah kedaluwarsa. Tidak ada "
        "data: tanpa TLS.",
        "Days until the first certificate expires; below zero it has. No data: no TLS.",
        "suffix:hari",
    ),
    f"floor(min(kulkul:certificate_remaining:days{{{CHOSEN}}}))",
    good_from=7,
    decimals=0,
)
_LAST = number(
    Text(
        "Pemeriksaan terakhir",
        "Berapa lama sejak pemeriksaan terakhir dimulai.",
        "Time since the last probe started.",
        "s",
    ),
    f"time() - max(kulkul_probe_last_timestamp_seconds{{{CHOSEN}}})",
    colour="blue",
    decimals=0,
)
_MAINTENANCE = number(
    Text(
        "Pemeliharaan",
        "Apakah pemeliharaan yang diumumkan sedang berlangsung.",
        "Whether announced maintenance is on.",
        "none",
    ),
    f"max(kulkul_service_maintenance{{{CHOSEN}}})",
    words=MAINTENANCE,
)
_STATUS = timeline(
    Text(
        "Status dari waktu ke waktu",
        "Status layanan; gangguan dan pemeliharaan ditandai pada semua grafik di bawah.",
        "Status over time; incidents and maintenance are marked on all graphs below.",
        "none",
    ),
    Query(f"max by (service) ({_CODE})", "{{service}}"),
    words=STATUSES,
)
_PHASES = graph(
    Text(
        "Lama tiap tahap",
        "Waktu tiap tahap pemeriksaan terakhir, ditumpuk; tahap yang tidak tercapai tidak ada. Hanya "
        "untuk HTTP.",
        "Time of each stage of the last http probe, stacked; a stage that was not reached is absent.",
        "s",
    ),
    *(
        Query(
            f'max by (check) (kulkul_probe_http_duration_seconds{{phase="{stage}",{CHOSEN}}})',
            f"{word} {{{{check}}}}",
        )
        for stage, word in STAGE_WORDS.items()
    ),
    stacked=True,
)
_FAILURES = rows(
    Text(
        "Kegagalan sekarang",
        "Tahap dan sebab kegagalan pemeriksaan terakhir; kosong bila baik.",
        "Stage and reason of the last probe's failure; empty while all is well.",
        "none",
    ),
    [Query(f"max by (check, stage, reason) (kulkul_probe_failure_info{{{CHOSEN}}})")],
    [
        Column("check", "Pemeriksaan"),
        Column("stage", "Tahap", words=STAGES, width=110),
        Column("reason", "Sebab", words=REASONS),
        Column("Value #A", "A"),
    ],
    sort="Pemeriksaan",
    hidden=("A",),
)
_DURATION = f"kulkul_probe_duration_seconds{{{CHOSEN}}}"
_PERCENTILES = graph(
    Text(
        "Waktu respons",
        "Median, persentil 95, dan 99 lamanya pemeriksaan, masing-masing dari satu jam ke belakang.",
        "Percentiles of the probes' duration over the hour before.",
        "s",
    ),
    *(
        Query(f"quantile_over_time({share}, {_DURATION}[1h])", f"{name} {{{{check}}}}")
        for name, share in (("median", "0.5"), ("p95", "0.95"), ("p99", "0.99"))
    ),
)
_DNS_TLS = graph(
    Text(
        "DNS dan TLS",
        "Waktu mencari nama dan menyepakati TLS: bila ini naik, halamannya sendiri tidak bersalah.",
        "Time to look up the name and to agree on TLS.",
        "s",
    ),
    Query(
        f'max by (check) (kulkul_probe_http_duration_seconds{{phase="resolve",{CHOSEN}}})', "DNS {{check}}"
    ),
    Query(
        f'max by (check) (kulkul_probe_http_duration_seconds{{phase="handshake",{CHOSEN}}})', "TLS {{check}}"
    ),
)
_CODES = timeline(
    Text(
        "Kode HTTP",
        "Kode jawaban HTTP; tidak ada bila situs tidak menjawab.",
        "HTTP status codes; none where there was no reply.",
        "none",
    ),
    Query(f"max by (check) (kulkul_probe_http_status_code{{{CHOSEN}}})", "{{check}}"),
    words=HTTP_CODES,
)
_OUTCOMES = graph(
    Text(
        "Hasil pemeriksaan",
        "Pemeriksaan per menit menurut hasilnya: ok, failed, blocked, self_fault (salah pemantau sendiri).",
        "Probes per minute by outcome.",
        "suffix:/menit",
    ),
    Query(f"60 * sum by (outcome) (rate(kulkul_probes_total{{{CHOSEN}}}[$__rate_interval]))", "{{outcome}}"),
    stacked=True,
    decimals=2,
)
_EXPIRY = graph(
    Text(
        "Sisa hari sertifikat",
        "Hari sampai sertifikat berakhir; garis kuning 30 hari, merah 7 hari.",
        "Days until the certificate expires; yellow line 30, red line 7 days.",
        "suffix:hari",
    ),
    Query(f"min by (check) (kulkul:certificate_remaining:days{{{CHOSEN}}})", "{{check}}"),
    limit=7,
    warning=30,
    decimals=0,
)
_BURN = graph(
    Text(
        "Laju pemakaian jatah gangguan",
        "1 berarti jatah habis tepat di akhir bulan; 14,4 selama satu jam membangunkan petugas (garis "
        "merah), 6 selama "
        "enam jam memberi peringatan (garis kuning).",
        "Burn rate of the error budget: 1 uses it up by the end of the month; alerts at 14.4 (1 h) and 6 "
        "(6 h).",
        "suffix:kali",
    ),
    Query(f"max(service:kulkul_service_error_budget_burn:rate1h{{{CHOSEN}}})", "1 jam"),
    Query(f"max(service:kulkul_service_error_budget_burn:rate6h{{{CHOSEN}}})", "6 jam"),
    limit=14.4,
    warning=6,
    decimals=1,
)
_FINDINGS = rows(
    Text(
        "Temuan tentang layanan ini",
        "Temuan terbuka atas layanan sendiri; yang menyangkut host dan domainnya ada di Domain & sertifikat.",
        "Open findings about the service itself; those of its host and domain are on their own dashboard.",
        "none",
    ),
    [Query('max by (rule, severity, accepted) (kulkul_finding_open{service=~"$service"})')],
    [
        Column("severity", "Tingkat", words=SEVERITIES, width=100),
        Column("rule", "Temuan", words=RULE_TITLES),
        Column("accepted", "Ditanggung", words=ACCEPTED, width=110),
        Column("Value #A", "A"),
    ],
    sort="Tingkat",
    descending=True,  # by the words of the label, which happen to stand in the order of severity
    hidden=("A",),
)

BOARD = Board(
    uid="kulkul-layanan",
    title="Kulkul 2 · Layanan",
    description="Satu layanan, selengkapnya. [One service, everything known]",
    variables=(variables.DATA_SOURCE, variables.GOVERNMENT, variables.AGENCY, variables.ONE_SERVICE),
    annotations=(marks.INCIDENTS, marks.MAINTENANCE, marks.BLINDNESS),
    bands=(
        Band(
            4,
            (
                (3, _NOW),
                (3, _DAY),
                (3, _MONTH),
                (3, _COVERAGE),
                (3, _BUDGET),
                (3, _CERTIFICATE),
                (3, _LAST),
                (3, _MAINTENANCE),
            ),
        ),
        Band(5, ((14, _STATUS), (10, _FAILURES))),
        Band(9, ((14, _PHASES), (10, _PERCENTILES))),
        Band(6, ((14, _CODES), (10, _OUTCOMES))),
        Band(8, ((8, _BURN), (8, _DNS_TLS), (8, _EXPIRY))),
        Band(5, ((24, _FINDINGS),)),
    ),
)
