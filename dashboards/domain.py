"""*Domain & sertifikat*: what will break next month.

Domains and hosts belong to no service, so they are chosen by name.
"""

from __future__ import annotations

from dashboards import variables
from dashboards.board import Band, Board
from dashboards.panels import Query, Text, number
from dashboards.promql import days_left, urgency
from dashboards.tables import Column, rows
from dashboards.words import (
    ACCEPTED,
    DOMAIN_DNSSEC,
    DOMAIN_LAMENESS,
    DOMAIN_PHASES,
    NONE_AT_ALL,
    RULE_TITLES,
    SEVERITIES,
    SUCCESS,
    URGENCIES,
)

_OF_DOMAIN = 'domain=~"$domain"'
_OF_HOST = 'host=~"$host"'
_DOMAIN_DAYS = f"kulkul:domain_remaining:days{{{_OF_DOMAIN}}}"
_HOST_DAYS = days_left("kulkul_certificate_expiry_timestamp_seconds", _OF_HOST)
_CHAIN_DAYS = days_left("kulkul_certificate_chain_expiry_timestamp_seconds", _OF_HOST)


def _state(metric: str, label: str) -> Query:
    """Ask for the one state of each domain that holds."""
    return Query(f"max by (domain, {label}) ({metric}{{{_OF_DOMAIN}}}) == 1")


_SOON_DOMAINS = number(
    Text(
        "Domain ≤ 30 hari",
        "Domain yang berakhir dalam 30 hari atau sudah berakhir.",
        "Domains that expire within 30 days, or have.",
        "none",
    ),
    f"sum(min by (domain) ({_DOMAIN_DAYS}) <= bool 30)",
    words=NONE_AT_ALL,
    bad_from=1,
)
_SOON_CERTIFICATES = number(
    Text(
        "Sertifikat ≤ 30 hari",
        "Host yang sertifikatnya berakhir dalam 30 hari atau sudah berakhir.",
        "Hosts whose certificate expires within 30 days, or has.",
        "none",
    ),
    f"sum(min by (host) ({_HOST_DAYS}) <= bool 30)",
    words=NONE_AT_ALL,
    bad_from=1,
)
_BROKEN = number(
    Text(
        "DNSSEC rusak",
        "Domain yang tanda tangannya tidak sah: sebagian warga tidak dapat membukanya.",
        "Domains whose signatures do not hold: some visitors cannot reach them.",
        "none",
    ),
    f'sum(kulkul_domain_dnssec{{dnssec="broken",{_OF_DOMAIN}}})',
    words=NONE_AT_ALL,
    bad_from=1,
)
_LAME = number(
    Text(
        "Server nama tidak melayani",
        "Domain yang sebagian atau semua server namanya tidak melayaninya.",
        "Domains with name servers that do not serve them.",
        "none",
    ),
    f'sum(kulkul_domain_lameness{{lameness=~"partial|full",{_OF_DOMAIN}}})',
    words=NONE_AT_ALL,
    bad_from=1,
)
_UNASKED = number(
    Text(
        "Registri tidak menjawab",
        "Domain yang registrinya tidak menjawab terakhir kali; keterangannya lebih lama.",
        "Domains whose registry did not answer last time: what is shown is older.",
        "none",
    ),
    f"sum(kulkul_domain_lookup_success{{{_OF_DOMAIN}}} == bool 0)",
    words=NONE_AT_ALL,
    bad_from=1,
)
_OPEN = number(
    Text(
        "Temuan berat",
        "Temuan berat yang terbuka dan belum ada penanggungnya.",
        "Severe findings, open and accepted by nobody.",
        "none",
    ),
    f'sum(kulkul_finding_open{{severity="severe",accepted="false",{_OF_DOMAIN}}}) or vector(0)',
    words=NONE_AT_ALL,
    bad_from=1,
)
_DOMAINS = rows(
    Text(
        "Nama domain",
        "Tahap, sisa hari, DNSSEC, dan server nama tiap domain; yang paling dulu berakhir di atas. Tanpa "
        "sisa hari: "
        "registri belum pernah menyebutnya.",
        "Phase, days left, DNSSEC and name servers of each domain; no days where the registry never said.",
        "none",
    ),
    [
        _state("kulkul_domain_phase", "phase"),
        Query(f"floor(min by (domain) ({_DOMAIN_DAYS}))"),
        Query(urgency(_DOMAIN_DAYS, "domain")),
        _state("kulkul_domain_dnssec", "dnssec"),
        _state("kulkul_domain_lameness", "lameness"),
        Query(f"min by (domain) (kulkul_domain_lookup_success{{{_OF_DOMAIN}}})"),
        Query(f"time() - max by (domain) (kulkul_domain_last_lookup_timestamp_seconds{{{_OF_DOMAIN}}})"),
    ],
    [
        Column("domain", "Domain"),
        Column("phase", "Tahap", words=DOMAIN_PHASES),
        Column("Value #B", "Sisa hari", unit="suffix:hari", decimals=0, width=100),
        Column("Value #C", "Keadaan", words=URGENCIES, width=160),
        Column("dnssec", "DNSSEC", words=DOMAIN_DNSSEC),
        Column("lameness", "Server nama", words=DOMAIN_LAMENESS),
        Column("Value #F", "Registri", words=SUCCESS, width=100),
        Column("Value #G", "Umur keterangan", unit="s", decimals=0, width=140),
        Column("Value #A", "A"),
        Column("Value #D", "D"),
        Column("Value #E", "E"),
    ],
    sort="Sisa hari",
    hidden=("A", "D", "E"),
)
_CERTIFICATES = rows(
    Text(
        "Sertifikat",
        "Sisa hari sertifikat tiap host dan rantainya; yang paling dulu berakhir di atas.",
        "Days left on each host's certificate and on its chain.",
        "none",
    ),
    [
        Query(f"floor(min by (host) ({_HOST_DAYS}))"),
        Query(urgency(_HOST_DAYS, "host")),
        Query(f"floor(min by (host) ({_CHAIN_DAYS}))"),
        # Hosts without TLS are looked at too: they have no certificate, and no row here.
        Query(
            f"min by (host) (kulkul_certificate_look_success{{{_OF_HOST}}})\n"
            f"and on (host) kulkul_certificate_expiry_timestamp_seconds{{{_OF_HOST}}}"
        ),
    ],
    [
        Column("host", "Host"),
        Column("Value #A", "Sisa hari", unit="suffix:hari", decimals=0, width=110),
        Column("Value #B", "Keadaan", words=URGENCIES, width=160),
        Column("Value #C", "Rantai", unit="suffix:hari", decimals=0, width=110),
        Column("Value #D", "Pengamatan", words=SUCCESS, width=110),
    ],
    sort="Sisa hari",
)
_RULES = rows(
    Text(
        "Temuan menurut aturan",
        "Banyaknya temuan terbuka menurut aturannya; penjelasan tiap aturan ada di docs/temuan.md.",
        "Open findings by rule; each rule is explained in docs/temuan.md.",
        "none",
    ),
    [Query(f"sum by (rule, severity, accepted) (kulkul_finding_open{{{_OF_DOMAIN}}})")],
    [
        Column("Value #A", "Banyak", width=90),
        Column("severity", "Tingkat", words=SEVERITIES, width=100),
        Column("rule", "Temuan", words=RULE_TITLES),
        Column("accepted", "Ditanggung", words=ACCEPTED, width=110),
    ],
    sort="Banyak",
    descending=True,
)
_WHERE = rows(
    Text(
        "Temuan berat dan sedang",
        "Di mana temuan berat dan sedang berada; kulkul finding show menjelaskan dan menyarankan "
        "perbaikannya.",
        "Where severe and moderate findings are.",
        "none",
    ),
    [
        Query(
            "max by (domain, host, service, rule, severity)"
            f' (kulkul_finding_open{{severity=~"severe|moderate",accepted="false",{_OF_DOMAIN}}})'
        )
    ],
    [
        Column("severity", "Tingkat", words=SEVERITIES, width=100),
        Column("rule", "Temuan", words=RULE_TITLES),
        Column("domain", "Domain"),
        Column("host", "Host"),
        Column("service", "Layanan"),
        Column("Value #A", "A"),
    ],
    sort="Tingkat",
    descending=True,  # by the words of the label, of which "severe" is the last
    hidden=("A",),
)

BOARD = Board(
    uid="kulkul-domain",
    title="Kulkul 4 · Domain & sertifikat",
    description="Yang akan rusak bulan depan. [What will break next month]",
    variables=(variables.DATA_SOURCE, variables.DOMAIN, variables.HOST),
    annotations=(),
    bands=(
        Band(
            4,
            (
                (4, _SOON_DOMAINS),
                (4, _SOON_CERTIFICATES),
                (4, _OPEN),
                (4, _BROKEN),
                (4, _LAME),
                (4, _UNASKED),
            ),
        ),
        Band(9, ((24, _DOMAINS),)),
        Band(11, ((12, _CERTIFICATES), (12, _RULES))),
        Band(11, ((24, _WHERE),)),
    ),
    refresh="5m",
)
