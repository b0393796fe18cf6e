"""Every fixed word of a message, in both languages; each means one thing, and sentences stand in `templates`.

The words are those of the status page and of `kulkul incident`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from alerts.facts import Occasion
from monitor.core.incident import Tie


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """The words of one language. Braces are filled with `str.format`."""

    tags: Mapping[Occasion, str]
    """What a subject begins with."""
    ties: Mapping[Tie, str]
    cause_steps: Mapping[Tie, str]
    """What to look at first where several services share it."""
    one_service: str
    many_services: str
    one_other: str
    many_others: str
    some_service: str
    notification: str
    some_notification: str
    number: str
    """Stands for a number that one has to find out."""
    route: str
    service: str
    services: str
    agency: str
    address: str
    since: str
    began: str
    confirmed: str
    after_start: str
    lasted: str
    so_far: str
    reason: str
    details: str
    reason_then: str
    """Of something that is over."""
    reason_of: str
    code_of: str
    code: str
    particulars: str
    common_cause: str
    also_hit: str
    outside: str
    acknowledged: str
    incident: str
    vantage: str
    ended: Mapping[Occasion, str]
    """Label of the time at which it was over."""
    seen: str
    steps: str
    affected: str
    still_out: str
    back: str
    line_since: str
    line_span: str
    more: str
    onward: str
    for_operators: str
    acknowledge: str
    write_letter: str
    show_card: str
    list_undelivered: str
    send_again: str
    status_page: str
    contact: str
    written: str
    sender: str
    one_finding: str
    many_findings: str
    deadline: str
    remedy: str
    places: str
    seen_since: str
    standing: str
    """Findings told before that are still to be mended."""
    gone: str
    accepted: str
    accepted_until: str
    report_of: str
    revised_report_of: str
    all_services: str
    availability: str
    met: str
    met_of: str
    unmeasured: str
    outages: str
    time_down: str
    longest: str
    coverage: str
    compared: str
    from_before: str
    trends: Mapping[str, str]
    """How a period compares with the one before, by the words of reports."""
    policy: str
    revision: str
    closed: str
    files: str
    file_name: str
    """Stands for the name of a file."""
    contest_outage: str
    verify_file: str
    build_file: str


_ID = Words(
    tags={
        Occasion.OUTAGE: "GANGGUAN",
        Occasion.GREW: "GANGGUAN MELUAS",
        Occasion.REMINDER: "MASIH GANGGUAN",
        Occasion.ESCALATION: "ESKALASI",
        Occasion.FLAPPING: "NAIK-TURUN",
        Occasion.RECOVERY: "PULIH",
        Occasion.BLOCKED: "TERBLOKIR",
        Occasion.UNBLOCKED: "TIDAK LAGI TERBLOKIR",
        Occasion.DEGRADED: "LAMBAT",
        Occasion.UNDEGRADED: "TIDAK LAGI LAMBAT",
        Occasion.BLIND: "PEMANTAU BUTA",
        Occasion.SIGHTED: "PEMANTAU MELIHAT LAGI",
        Occasion.UNDELIVERED: "KABAR GAGAL DIKIRIM",
        Occasion.FINDING: "TEMUAN",
        Occasion.FINDING_REMINDER: "PENGINGAT TEMUAN",
        Occasion.FINDING_CLOSED: "TEMUAN TERATASI",
        Occasion.REPORT: "Kulkul",
        Occasion.TEST: "UJI COBA",
    },
    ties={
        Tie.ADDRESS: "alamat",
        Tie.CERTIFICATE: "sertifikat",
        Tie.CNAME: "alias (CNAME)",
        Tie.NAME_SERVERS: "server nama",
        Tie.DOMAIN: "domain",
    },
    cause_steps={
        Tie.ADDRESS: "Semua layanan ini berada di satu alamat: periksa dahulu server dan jaringan di sana.",
        Tie.CERTIFICATE: "Semua layanan ini memakai satu sertifikat: perbaiki dahulu sertifikat itu.",
        Tie.CNAME: "Semua layanan ini mengarah ke satu alias: periksa dahulu penyedia di baliknya.",
        Tie.NAME_SERVERS: "Semua layanan ini memakai server nama yang sama: periksa dahulu server nama itu.",
        Tie.DOMAIN: "Semua layanan ini berada di bawah satu domain: periksa dahulu domain itu dan DNS-nya.",
    },
    one_service="1 layanan",
    many_services="{count} layanan",
    one_other="1 layanan lain",
    many_others="{count} layanan lain",
    some_service="Layanan yang dipantau",
    notification="Kabar nomor {number}",
    some_notification="Sebuah kabar",
    number="NOMOR",
    route="Rute",
    service="Layanan",
    services="Jumlah layanan",
    agency="Instansi",
    address="Alamat",
    since="Sejak",
    began="Mulai",
    confirmed="Dipastikan",
    after_start="{at} ({span} setelah mulai)",
    lasted="Lama",
    so_far="{span} sejauh ini",
    reason="Keterangan",
    reason_then="Keterangan saat itu",
    details="Rincian",
    reason_of="{services}: {reason}",
    code_of="{code} ({services})",
    code="Kode",
    particulars="Rincian teknis",
    common_cause="Sebab bersama",
    also_hit="Juga terkena",
    outside="{others} di luar kabar ini",
    acknowledged="Ditangani",
    incident="Nomor gangguan",
    vantage="Titik pantau",
    ended={
        Occasion.RECOVERY: "Pulih",
        Occasion.UNBLOCKED: "Tidak lagi terblokir",
        Occasion.UNDEGRADED: "Tidak lagi lambat",
        Occasion.SIGHTED: "Melihat lagi",
        Occasion.FINDING_CLOSED: "Teratasi",
    },
    seen="Yang dilihat pengunjung",
    steps="Yang perlu dilakukan",
    affected="Layanan yang terkena",
    still_out="Masih gangguan",
    back="Sudah pulih",
    line_since="sejak {at}",
    line_span="{began} s.d. {ended}",
    more="+{count} lagi",
    onward="Selanjutnya",
    for_operators="Untuk operator",
    acknowledge="Nyatakan gangguan ditangani",
    write_letter="Susun surat permintaan izin",
    show_card="Lihat kartu domain",
    list_undelivered="Lihat kabar yang gagal dikirim",
    send_again="Kirim ulang",
    status_page="Halaman status",
    contact="Kontak",
    written="Disusun {at}",
    sender="Kabar otomatis Kulkul, pemantau layanan publik",
    one_finding="1 temuan",
    many_findings="{count} temuan",
    deadline="Tenggat",
    remedy="Cara membenahi",
    places="Ditemukan pada",
    seen_since="sejak {at}",
    standing="Masih perlu dibenahi",
    gone="Tidak ditemukan lagi",
    accepted="Diterima untuk sementara",
    accepted_until="sampai {at}",
    report_of="Laporan ketersediaan {period}",
    revised_report_of="Laporan ketersediaan {period}, revisi {revision}",
    all_services="semua layanan",
    availability="Ketersediaan",
    met="Target tercapai",
    met_of="{met} dari {services}",
    unmeasured="{services} tidak terukur",
    outages="Gangguan",
    time_down="Lama gangguan",
    longest="Gangguan terlama",
    coverage="Cakupan",
    compared="Perbandingan",
    from_before="periode sebelumnya {share}",
    trends={
        "better": "membaik",
        "worse": "memburuk",
        "same": "tetap",
        "new": "baru",
        "too_little": "tidak cukup data",
    },
    policy="Kebijakan perhitungan",
    revision="Revisi",
    closed="Ditutup",
    files="Lampiran",
    file_name="BERKAS",
    contest_outage="Catat sanggahan atas suatu gangguan",
    verify_file="Periksa keaslian berkas",
    build_file="Susun berkas yang sama",
)
_EN = Words(
    tags={
        Occasion.OUTAGE: "OUTAGE",
        Occasion.GREW: "OUTAGE GREW",
        Occasion.REMINDER: "STILL OUT",
        Occasion.ESCALATION: "ESCALATION",
        Occasion.FLAPPING: "FLAPPING",
        Occasion.RECOVERY: "RECOVERED",
        Occasion.BLOCKED: "BLOCKED",
        Occasion.UNBLOCKED: "NO LONGER BLOCKED",
        Occasion.DEGRADED: "SLOW",
        Occasion.UNDEGRADED: "NO LONGER SLOW",
        Occasion.BLIND: "MONITOR BLIND",
        Occasion.SIGHTED: "MONITOR SEES AGAIN",
        Occasion.UNDELIVERED: "MESSAGE NOT DELIVERED",
        Occasion.FINDING: "FINDING",
        Occasion.FINDING_REMINDER: "FINDING REMINDER",
        Occasion.FINDING_CLOSED: "FINDING RESOLVED",
        Occasion.REPORT: "Kulkul",
        Occasion.TEST: "TEST",
    },
    ties={
        Tie.ADDRESS: "address",
        Tie.CERTIFICATE: "certificate",
        Tie.CNAME: "alias (CNAME)",
        Tie.NAME_SERVERS: "name servers",
        Tie.DOMAIN: "domain",
    },
    cause_steps={
        Tie.ADDRESS: "All these services are at one address: check the server and the network there first.",
        Tie.CERTIFICATE: "All these services use one certificate: mend that certificate first.",
        Tie.CNAME: "All these services point to one alias: check the provider behind it first.",
        Tie.NAME_SERVERS: "All these services depend on the same name servers: check those first.",
        Tie.DOMAIN: "All these services are under one domain: check that domain and its DNS first.",
    },
    one_service="1 service",
    many_services="{count} services",
    one_other="1 other service",
    many_others="{count} other services",
    some_service="A monitored service",
    notification="Message no. {number}",
    some_notification="A message",
    number="NUMBER",
    route="Route",
    service="Service",
    services="Services",
    agency="Agency",
    address="Address",
    since="Since",
    began="Began",
    confirmed="Confirmed",
    after_start="{at} ({span} after it began)",
    lasted="Lasted",
    so_far="{span} so far",
    reason="Reason",
    reason_then="Reason at the time",
    details="Details",
    reason_of="{services}: {reason}",
    code_of="{code} ({services})",
    code="Code",
    particulars="Particulars",
    common_cause="Common cause",
    also_hit="Also hit",
    outside="{others} outside this message",
    acknowledged="Acknowledged",
    incident="Incident",
    vantage="Vantage",
    ended={
        Occasion.RECOVERY: "Ended",
        Occasion.UNBLOCKED: "No longer blocked",
        Occasion.UNDEGRADED: "No longer slow",
        Occasion.SIGHTED: "Sees again",
        Occasion.FINDING_CLOSED: "Resolved",
    },
    seen="What visitors see",
    steps="What to do",
    affected="Services affected",
    still_out="Still out",
    back="Back again",
    line_since="since {at}",
    line_span="{began} to {ended}",
    more="+{count} more",
    onward="What happens next",
    for_operators="For operators",
    acknowledge="Acknowledge the incident",
    write_letter="Write the letter that asks for access",
    show_card="See the card of the domain",
    list_undelivered="List messages that were given up",
    send_again="Send again",
    status_page="Status page",
    contact="Contact",
    written="Written {at}",
    sender="Automatic message of Kulkul, the monitor of public services",
    one_finding="1 finding",
    many_findings="{count} findings",
    deadline="Deadline",
    remedy="How to mend it",
    places="Found at",
    seen_since="since {at}",
    standing="Still to be mended",
    gone="No longer found",
    accepted="Accepted for the time being",
    accepted_until="until {at}",
    report_of="Availability report {period}",
    revised_report_of="Availability report {period}, revision {revision}",
    all_services="all services",
    availability="Availability",
    met="Target met",
    met_of="{met} of {services}",
    unmeasured="{services} not measured",
    outages="Outages",
    time_down="Time down",
    longest="Longest outage",
    coverage="Coverage",
    compared="Comparison",
    from_before="period before {share}",
    trends={
        "better": "better",
        "worse": "worse",
        "same": "unchanged",
        "new": "new",
        "too_little": "not enough data",
    },
    policy="Accounting policy",
    revision="Revision",
    closed="Closed",
    files="Attached",
    file_name="FILE",
    contest_outage="Record that an outage is contested",
    verify_file="Verify a file",
    build_file="Build the same file",
)

WORDS: Mapping[str, Words] = {"id": _ID, "en": _EN}
"""By language, as routes name it."""
