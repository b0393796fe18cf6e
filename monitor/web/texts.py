"""Words of the status page in Indonesian and English: one glossary, so that no two places disagree."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from monitor.core.status import Status


class Language(StrEnum):
    """Languages that people here read, by their BCP 47 tags."""

    ID = "id"
    EN = "en"

    @property
    def other(self) -> Language:
        """The language to offer a switch to."""
        return Language.EN if self is Language.ID else Language.ID


SYMBOLS = {
    Status.UP: "✔",
    Status.DEGRADED: "▲",
    Status.BLOCKED: "⊘",
    Status.DOWN: "✖",
    Status.UNKNOWN: "?",
}
"""Beside the word, never instead of it: told apart without colour, each from its shape."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """All texts of one language. Braces are filled with `str.format`."""

    title: str
    statuses: dict[Status, str]
    service: str
    status: str
    since: str
    last: str
    response_time: str
    availability: str
    certificate: str
    remark: str
    all_work: str
    one_down: str
    some_down: str
    some_unsure: str
    no_services: str
    confirming: str
    maintenance: str
    blind: str
    days: str
    day: str
    less_than_a_day: str
    expired: str
    seconds: str
    decimal: str
    months: tuple[str, ...]
    never: str
    generated: str
    vantage: str
    switch: str
    caption: str
    not_found: str
    wrong_method: str
    bad_request: str
    broken: str
    unavailable: str
    standing_by: str
    domains: str
    back: str


TEXTS = {
    Language.ID: Texts(
        title="Status layanan publik",
        statuses={
            Status.UP: "Normal",
            Status.DEGRADED: "Lambat",
            Status.BLOCKED: "Terblokir",
            Status.DOWN: "Gangguan",
            Status.UNKNOWN: "Tidak diketahui",
        },
        service="Layanan dan instansi",
        status="Status",
        since="Sejak",
        last="Pemeriksaan terakhir",
        response_time="Waktu respons",
        availability="Ketersediaan bulan ini",
        certificate="Sisa sertifikat",
        remark="Keterangan",
        all_work="Semua layanan berfungsi.",
        one_down="1 dari {total} layanan mengalami gangguan.",
        some_down="{down} dari {total} layanan mengalami gangguan.",
        some_unsure="Dipastikan berfungsi: {works} dari {total} layanan.",
        no_services="Belum ada layanan yang terdaftar; tambahkan di config/services/.",
        confirming="Dugaan gangguan, sedang diperiksa ulang:",
        maintenance="pemeliharaan",
        blind="Sambungan pemantau sendiri terganggu sejak {at} {zone}: kegagalan yang tampak tidak dinilai "
        "sebagai gangguan layanan.",
        days="{days} hari",
        day="1 hari",
        less_than_a_day="kurang dari 1 hari",
        expired="kedaluwarsa",
        seconds="dtk",
        decimal=",",
        months=("Jan", "Feb", "Mar", "Apr", "Mei", "Jun", "Jul", "Agu", "Sep", "Okt", "Nov", "Des"),
        never="belum pernah",
        generated="Disusun {at}",
        vantage="Titik pantau {vantage}",
        switch="English",
        caption="Semua layanan, yang terburuk di atas",
        not_found="Halaman ini tidak ada.",
        wrong_method="Halaman ini hanya dapat dibaca (GET atau HEAD).",
        bad_request="Permintaan ini tidak dapat dipahami.",
        broken="Halaman ini gagal disusun karena kesalahan pada pemantau; rinciannya ada di log.",
        unavailable="Basis data pemantau sedang tidak dapat dibaca; cobalah lagi sebentar lagi.",
        standing_by="Pemantau ini siaga sebagai cadangan: pemantau lain dari titik pantau yang sama "
        "sedang bekerja.",
        domains="Nama domain",
        back="Ke halaman status",
    ),
    Language.EN: Texts(
        title="Status of public services",
        statuses={
            Status.UP: "Up",
            Status.DEGRADED: "Slow",
            Status.BLOCKED: "Blocked",
            Status.DOWN: "Down",
            Status.UNKNOWN: "Unknown",
        },
        service="Service and agency",
        status="Status",
        since="Since",
        last="Last check",
        response_time="Response time",
        availability="Availability this month",
        certificate="Certificate left",
        remark="Remarks",
        all_work="All services work.",
        one_down="1 of {total} services is down.",
        some_down="{down} of {total} services are down.",
        some_unsure="Known to work: {works} of {total} services.",
        no_services="No services are registered yet; add them in config/services/.",
        confirming="Suspected outage, being checked again:",
        maintenance="maintenance",
        blind="The monitor's own connection has been failing since {at} {zone}: failures seen meanwhile "
        "are not held against the services.",
        days="{days} days",
        day="1 day",
        less_than_a_day="less than 1 day",
        expired="expired",
        seconds="s",
        decimal=".",
        months=("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
        never="never",
        generated="Generated {at}",
        vantage="Vantage {vantage}",
        switch="Bahasa Indonesia",
        caption="All services, the worst first",
        not_found="There is no such page.",
        wrong_method="This page can only be read (GET or HEAD).",
        bad_request="This request could not be understood.",
        broken="This page could not be built because of a fault in the monitor; its log has the details.",
        unavailable="The monitor's database cannot be read just now; try again in a moment.",
        standing_by="This monitor is standing by: another one of the same vantage is at work.",
        domains="Domains",
        back="To the status page",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DomainTexts:
    """The texts of the pages of domains in one language; what the cards say stands in `core.card.words`."""

    domains: str
    domain: str
    found: str
    phase: str
    expires: str
    served: str
    services: str
    findings: str
    no_findings: str
    failed: str
    caption: str
    none: str
    generated: str
    switch: str


DOMAIN_TEXTS = {
    Language.ID: DomainTexts(
        domains="Nama domain",
        domain="Domain",
        found="Temuan",
        phase="Tahap",
        expires="Berakhir",
        served="Server nama",
        services="Layanan",
        findings="{count} terbuka, terberat: {worst}",
        no_findings="tidak ada",
        failed="registri tidak menjawab",
        caption="Semua domain di register, yang temuannya terberat di atas",
        none="Belum ada layanan dengan nama domain di register.",
        generated="Disusun {at}",
        switch="English",
    ),
    Language.EN: DomainTexts(
        domains="Domains",
        domain="Domain",
        found="Findings",
        phase="Phase",
        expires="Expires",
        served="Name servers",
        services="Services",
        findings="{count} open, worst: {worst}",
        no_findings="none",
        failed="the registry does not answer",
        caption="All domains of the register, those with the worst findings first",
        none="No service of the register has a domain yet.",
        generated="Generated {at}",
        switch="Bahasa Indonesia",
    ),
}
