"""*Ikhtisar*: the screen on the wall. The top third answers what is out, and whether we can see at all."""

from __future__ import annotations

from dashboards import marks, variables
from dashboards.board import Band, Board
from dashboards.panels import (
    OF_LABEL,
    Panel,
    Query,
    Text,
    bars,
    graph,
    number,
    timeline,
)
from dashboards.promql import CHOSEN, of_services
from dashboards.tables import Column, rows
from dashboards.words import (
    ANSWERS,
    BAD,
    BLOCKED,
    GOOD,
    MAINTENANCE,
    NONE_AT_ALL,
    PLAIN,
    REASONS,
    SIGHT,
    STAGES,
    STATUS_WORDS,
    STATUSES,
    WARNING,
)
from monitor.core.finding import SEVERITY_WORDS, FindingSeverity
from monitor.core.status import Status

_COLOURS = {
    Status.DOWN: BAD,
    Status.BLOCKED: BLOCKED,
    Status.UNKNOWN: PLAIN,
    Status.DEGRADED: WARNING,
    Status.UP: GOOD,
}
_SAYS = {
    Status.DOWN: ("Layanan yang sekarang terganggu.", "Services that are out now."),
    Status.BLOCKED: (
        "Situsnya menjawab, tetapi menolak pemantau; belum tentu terganggu bagi warga.",
        "The site answers but refuses the monitor; visitors may be served.",
    ),
    Status.UNKNOWN: (
        "Tidak terukur: belum diperiksa, atau pemantau sendiri bermasalah.",
        "Not measured: not probed yet, or the monitor itself is in trouble.",
    ),
    Status.DEGRADED: (
        "Berfungsi, tetapi lebih lambat dari batasnya.",
        "It works, but slower than its limit.",
    ),
    Status.UP: ("Layanan yang berfungsi.", "Services that work."),
}


def _count(status: Status) -> Panel:
    return number(
        Text(STATUS_WORDS[status][0], *_SAYS[status], "none"),
        f'sum(kulkul_service_status{{status="{status}",{CHOSEN}}})',
        words=[] if status is Status.UP else NONE_AT_ALL,
        good_from=1 if status is Status.UP else None,
        colour=_COLOURS[status],
    )


_SIGHT = number(
    Text(
        "Pemantau",
        "BUTA: sambungan pemantau sendiri putus, status layanan tidak dinilai. TIDAK ADA DATA: pemantau "
        "mati atau tidak terbaca oleh Prometheus; yang tampak di layar ini sudah usang.",
        "Blind: the monitor's own uplink is out. No data: it is dead or not scraped, and this screen is "
        "stale.",
        "none",
    ),
    "max(kulkul_vantage_blind) or vector(2)",
    words=SIGHT,
)
_ON_TARGET = number(
    Text(
        "Capai target bulan ini",
        "Bagian layanan yang sampai saat ini memenuhi target bulan berjalan.",
        "Share of services that meet their target so far this month.",
        "percentunit",
    ),
    f'avg(kulkul_service_error_budget_seconds{{period="month",{CHOSEN}}} >= bool 0)',
    colour="blue",
    decimals=0,
)
_SEVERE = number(
    Text(
        "Temuan berat",
        "Temuan berat yang terbuka dan belum ada yang menanggungnya, di semua domain.",
        "Severe findings, open and accepted by nobody; of all domains.",
        "none",
    ),
    'sum(kulkul_finding_open{severity="severe",accepted="false"}) or vector(0)',
    words=NONE_AT_ALL,
    bad_from=1,
)
_DOWN_NOW = rows(
    Text(
        "Sedang terganggu",
        "Layanan dengan gangguan terbuka, yang terlama di atas: berapa lama tanpa jeda, dan berapa lama "
        "seluruhnya dalam 24 jam terakhir. Klik untuk rinciannya.",
        "Services with an open incident: for how long without a pause, and in all in the last 24 hours.",
        "none",
    ),
    [
        Query(
            "max by (service, name, agency_name, incident, cause) (\n"
            f"  kulkul_incident_open{{{CHOSEN}}}\n"
            "  * on (job, instance, service) group_left (name, agency_name) kulkul_service_info\n)"
        ),
        Query(
            "topk by (service) (1, max by (service, stage, reason)"
            f" (kulkul_probe_failure_info{{{CHOSEN}}}))\n"
            f"and on (service) kulkul_incident_open{{{CHOSEN}}}"
        ),
        Query(
            "sum by (service)"
            f' (increase(kulkul_service_status_seconds_total{{status="DOWN",{CHOSEN}}}[1d]))\n'
            f"and on (service) kulkul_incident_open{{{CHOSEN}}}"
        ),
        Query(
            f"max by (service) (kulkul_service_maintenance{{{CHOSEN}}})\n"
            f"and on (service) kulkul_incident_open{{{CHOSEN}}}"
        ),
        Query(f"time() - min by (service) (kulkul_incident_out_since_timestamp_seconds{{{CHOSEN}}})"),
    ],
    [
        Column("name", "Layanan"),
        Column("agency_name", "Instansi"),
        Column("Value #E", "Sudah", unit="s", decimals=0, width=110),
        Column("Value #C", "24 jam ini", unit="s", decimals=0, width=110),
        Column("Value #D", "Pemeliharaan", words=MAINTENANCE, width=120),
        Column("stage", "Tahap", words=STAGES, width=100),
        Column("reason", "Sebab", words=REASONS),
        Column("incident", "Nomor", width=150),
        Column("cause", "Bersama"),
        Column("service", "ID", width=130),
        Column("Value #A", "A"),
        Column("Value #B", "B"),
    ],
    sort="Sudah",
    descending=True,
    of_services=True,
    hidden=("A", "B"),
)
_WORST_OF_WEEK = bars(
    Text(
        "Terburuk 7 hari ini",
        "Sepuluh layanan dengan ketersediaan terendah selama tujuh hari terakhir, menurut waktu.",
        "The ten lowest availabilities of the last seven days, by time; the lowest first.",
        "percentunit",
    ),
    Query(
        "sort(bottomk(10, "
        + of_services(f"service:kulkul_service_availability:ratio_increase7d{{{CHOSEN}}}", names="name")
        + " < 1))",
        "{{name}}",
    ),
    highest=1,
    decimals=3,
    link=OF_LABEL,
)
_MONTH = bars(
    Text(
        "Terendah bulan ini",
        "Sepuluh ketersediaan terendah bulan berjalan; angka yang sama dengan laporan.",
        "The ten lowest availabilities of this month so far, as reports count them.",
        "percentunit",
    ),
    Query(
        "sort(bottomk(10, "
        + of_services(f'kulkul_service_availability_ratio{{period="month",{CHOSEN}}}', names="name")
        + "))",
        "{{name}}",
    ),
    highest=1,
    decimals=3,
    link=OF_LABEL,
)
_FINDINGS = bars(
    Text(
        "Temuan terbuka",
        "Masalah yang belum menjadi gangguan, menurut beratnya; yang sudah ada penanggungnya tidak dihitung.",
        "Open findings by severity, without those that somebody answers for.",
        "none",
    ),
    *(
        Query(
            f'sum(kulkul_finding_open{{severity="{severity}",accepted="false"}}) or vector(0)',
            SEVERITY_WORDS[severity].id,
        )
        for severity in reversed(FindingSeverity)
    ),
)
_CODE = f"service:kulkul_service_status:code{{{CHOSEN}}}"
_TROUBLED = timeline(
    Text(
        "Yang pernah tidak normal",
        "Status tiap layanan yang sempat tidak Normal dalam rentang waktu ini; yang terus Normal ada di "
        "bagian bawah.",
        "Status over time of every service that was not UP all the time.",
        "none",
    ),
    Query(of_services(f"({_CODE} and max_over_time({_CODE}[$__range] @ end()) > 1)"), "{{name}}"),
    words=STATUSES,
    per_page=20,
    link=OF_LABEL,
)
_EVERYONE = timeline(
    Text(
        "Semua layanan",
        "Status semua layanan yang dipilih; beberapa halaman bila banyak.",
        "Status over time of all chosen services, in pages.",
        "none",
    ),
    Query(of_services(_CODE), "{{name}}"),
    words=STATUSES,
    per_page=40,
    link=OF_LABEL,
)
_SEEING = timeline(
    Text(
        "Titik acuan (canary)",
        "Bila tidak satu pun menjawab, kegagalan layanan tidak dinilai sebagai gangguan.",
        "Canaries; while none answers, failures of services are not judged.",
        "none",
    ),
    Query("max by (canary) (kulkul_vantage_canary_up)", "{{canary}}"),
    words=ANSWERS,
)
_NOT_UP = graph(
    Text(
        "Layanan yang tidak normal",
        "Berapa layanan terganggu, terblokir, tidak diketahui, atau lambat dari waktu ke waktu.",
        "How many services are down, blocked, unknown or slow over time.",
        "none",
    ),
    *(
        Query(f'sum(kulkul_service_status{{status="{status}",{CHOSEN}}})', STATUS_WORDS[status][0])
        for status in _COLOURS
        if status is not Status.UP
    ),
    stacked=True,
    steps_shape=True,
    decimals=0,
    colours={
        STATUS_WORDS[status][0]: colour for status, colour in _COLOURS.items() if status is not Status.UP
    },
)

BOARD = Board(
    uid="kulkul-ikhtisar",
    title="Kulkul 1 · Ikhtisar",
    description="Layar dinding: apa yang terganggu sekarang. [For the wall: what is out now]",
    variables=variables.CHAIN,
    annotations=(marks.INCIDENTS, marks.BLINDNESS),
    bands=(
        Band(4, ((3, _SIGHT), *((3, _count(status)) for status in _COLOURS), (3, _SEVERE), (3, _ON_TARGET))),
        Band(9, ((24, _DOWN_NOW),)),
        Band(12, ((12, _TROUBLED), (6, _WORST_OF_WEEK), (6, _MONTH))),
        Band(7, ((10, _NOT_UP), (8, _SEEING), (6, _FINDINGS))),
        Band(26, ((24, _EVERYONE),), title="Semua layanan"),
    ),
)
