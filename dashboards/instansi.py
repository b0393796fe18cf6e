"""*Instansi*: who meets the target, how sure the figure is, and who has how much left."""

from __future__ import annotations

from dashboards import marks, variables
from dashboards.board import Band, Board
from dashboards.panels import OF_LABEL, Query, Text, bars, graph, number
from dashboards.promql import CHOSEN, of_agencies, of_services
from dashboards.tables import Column, rows
from dashboards.words import NONE_AT_ALL, TARGET_MET

_OF_AGENCY = 'government=~"$government",agency=~"$agency"'


def _of(metric: str, period: str) -> str:
    return f'{metric}{{period="{period}",{CHOSEN}}}'


_SERVICES = number(
    Text("Layanan", "Banyaknya layanan yang dipilih.", "Services chosen.", "none"),
    f"count(kulkul_service_slo_target_ratio{{{CHOSEN}}})",
    colour="blue",
)
_MET = number(
    Text(
        "Capai target bulan ini",
        "Bagian layanan yang sampai saat ini memenuhi target.",
        "Share of services that meet their target so far.",
        "percentunit",
    ),
    f"avg({_of('kulkul_service_error_budget_seconds', 'month')} >= bool 0)",
    colour="blue",
    decimals=0,
)
_MISSED = number(
    Text(
        "Target terlewati",
        "Layanan yang jatah gangguannya bulan ini sudah habis.",
        "Services whose error budget of this month is used up.",
        "none",
    ),
    f"sum({_of('kulkul_service_error_budget_seconds', 'month')} < bool 0)",
    words=NONE_AT_ALL,
    bad_from=1,
)
_OUTAGES = number(
    Text(
        "Gangguan bulan ini",
        "Gangguan yang menyentuh bulan berjalan, dijumlahkan dari semua layanan.",
        "Outages that touch this month, summed over services.",
        "none",
    ),
    f"sum({_of('kulkul_service_outages', 'month')})",
    words=NONE_AT_ALL,
    colour="blue",
)
_THIN = number(
    Text(
        "Cakupan terendah",
        "Cakupan terendah di antara layanan: di bawah 100% sebagian waktu tidak terukur, dan angkanya "
        "kurang pasti.",
        "The lowest coverage of any service: what is not measured makes the figure less sure.",
        "percentunit",
    ),
    f"min({_of('kulkul_service_coverage_ratio', 'month')})",
    colour="blue",
    decimals=3,
)
_AGENCIES = rows(
    Text(
        "Peringkat instansi",
        "Ketersediaan semua layanan instansi menurut waktu, angka laporan. Cakupan rendah: angkanya belum "
        "dapat dipegang.",
        "Availability of all services of an agency by time, as reports have it, with its coverage.",
        "none",
    ),
    [
        Query(of_agencies(f'kulkul_agency_availability_ratio{{period="month",{_OF_AGENCY}}}')),
        Query(of_agencies(f'kulkul_agency_coverage_ratio{{period="month",{_OF_AGENCY}}}')),
        Query(of_agencies(f'kulkul_agency_availability_ratio{{period="last_month",{_OF_AGENCY}}}')),
        Query(of_agencies(f"count by (job, instance, agency) (kulkul_service_slo_target_ratio{{{CHOSEN}}})")),
        Query(
            of_agencies(
                "sum by (job, instance, agency)"
                f" ({_of('kulkul_service_error_budget_seconds', 'month')} < bool 0)"
            )
        ),
    ],
    [
        Column("agency_name", "Instansi"),
        Column("Value #A", "Bulan ini", unit="percentunit", decimals=3, width=110),
        Column("Value #B", "Cakupan", unit="percentunit", decimals=3, width=110),
        Column("Value #C", "Bulan lalu", unit="percentunit", decimals=3, width=110),
        Column("Value #D", "Layanan", width=90),
        Column("Value #E", "Di bawah target", words=NONE_AT_ALL, width=130),
        Column("agency", "ID", width=160),
    ],
    sort="Bulan ini",
)
_LOWEST = bars(
    Text(
        "Instansi terendah bulan ini",
        "Sepuluh instansi dengan ketersediaan terendah; yang terendah di atas.",
        "The ten agencies of the lowest availability.",
        "percentunit",
    ),
    Query(
        "sort(bottomk(10, "
        + of_agencies(f'kulkul_agency_availability_ratio{{period="month",{_OF_AGENCY}}}')
        + "))",
        "{{agency_name}}",
    ),
    highest=1,
    decimals=3,
)
_EACH = rows(
    Text(
        "Layanan terhadap target",
        "Tiap layanan: ketersediaan bulan ini terhadap target, cakupannya, dan sisa jatah gangguan "
        "(minus: terlewati).",
        "Each service: this month's availability against its target, coverage, and the error budget left.",
        "none",
    ),
    [
        Query(of_services(_of("kulkul_service_availability_ratio", "month"))),
        Query(of_services(f"kulkul_service_slo_target_ratio{{{CHOSEN}}}")),
        Query(of_services(f"({_of('kulkul_service_error_budget_seconds', 'month')} >= bool 0)")),
        Query(of_services(_of("kulkul_service_error_budget_seconds", "month"))),
        Query(of_services(_of("kulkul_service_coverage_ratio", "month"))),
        Query(of_services(_of("kulkul_service_outages", "month"))),
        Query(of_services(_of("kulkul_service_availability_ratio", "last_month"))),
    ],
    [
        Column("name", "Layanan"),
        Column("agency_name", "Instansi"),
        Column("Value #A", "Bulan ini", unit="percentunit", decimals=3, width=110),
        Column("Value #B", "Target", unit="percentunit", decimals=3, width=110),
        Column("Value #C", "Hasil", words=TARGET_MET, width=130),
        Column("Value #D", "Sisa jatah", unit="s", decimals=1, width=110),
        Column("Value #E", "Cakupan", unit="percentunit", decimals=3, width=110),
        Column("Value #F", "Gangguan", decimals=0, width=100),
        Column("Value #G", "Bulan lalu", unit="percentunit", decimals=3, width=110),
        Column("service", "ID", width=150),
    ],
    sort="Sisa jatah",
    of_services=True,
)
_BURN = graph(
    Text(
        "Jatah gangguan yang paling cepat habis",
        "Lima layanan dengan laju tertinggi selama enam jam; 1: habis tepat di akhir bulan, garis merah "
        "6: peringatan.",
        "The five fastest burn rates over 6 h; 1 lasts until the end of the month, 6 raises a warning.",
        "suffix:kali",
    ),
    Query(
        "topk(5, "
        + of_services(f"service:kulkul_service_error_budget_burn:rate6h{{{CHOSEN}}}", names="name")
        + ")",
        "{{name}}",
    ),
    limit=6,
    decimals=1,
    link=OF_LABEL,
)
_DOWN = graph(
    Text(
        "Layanan terganggu menurut instansi",
        "Berapa layanan tiap instansi yang terganggu pada satu saat.",
        "Services that are down, by agency.",
        "none",
    ),
    Query(
        of_agencies(f'sum by (job, instance, agency) (kulkul_service_status{{status="DOWN",{CHOSEN}}})')
        + " > 0",
        "{{agency_name}}",
    ),
    stacked=True,
    steps_shape=True,
    decimals=0,
)
_LOST = bars(
    Text(
        "Waktu terganggu 24 jam ini",
        "Sepuluh instansi dengan waktu terganggu terbanyak dalam 24 jam, dijumlahkan dari layanannya.",
        "Downtime of the last 24 hours by agency, summed over its services.",
        "s",
    ),
    Query(
        "sort_desc(topk(10, "
        + of_agencies(
            "sum by (job, instance, agency)"
            f' (increase(kulkul_service_status_seconds_total{{status="DOWN",{CHOSEN}}}[1d]))'
        )
        + " > 0))",
        "{{agency_name}}",
    ),
    decimals=0,
)

BOARD = Board(
    uid="kulkul-instansi",
    title="Kulkul 3 · Instansi",
    description="Ketersediaan terhadap target, menurut instansi. [Availability against targets, by agency]",
    variables=variables.CHAIN,
    annotations=(marks.BLINDNESS,),
    bands=(
        Band(4, ((4, _SERVICES), (5, _MET), (5, _MISSED), (5, _OUTAGES), (5, _THIN))),
        Band(11, ((16, _AGENCIES), (8, _LOWEST))),
        Band(12, ((24, _EACH),)),
        Band(9, ((9, _BURN), (9, _DOWN), (6, _LOST))),
    ),
    since="now-7d",
    refresh="5m",
)
