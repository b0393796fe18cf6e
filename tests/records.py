"""Records of a period of many services, as offices have them: outages, maintenance, findings, doubts."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from monitor.core.accounting.correction import Correction, CountsAs
from monitor.core.accounting.history import Change, History
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.spans import Span
from monitor.core.finding import FindingSeverity
from monitor.core.incident import Tie
from monitor.core.office import Office
from monitor.core.period import parse_period
from monitor.core.reason import Reason, Sentence
from monitor.core.service import Category, Criticality
from monitor.core.status import Status
from monitor.reports.record import (
    Contest,
    PeriodRecord,
    PlannedWork,
    ReportedAgency,
    ReportedFinding,
    ReportedGovernment,
    ReportedIncident,
    ReportedService,
    ReportedSpell,
)
from monitor.reports.seal import Revision

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
AGENCIES = (
    "Dinas Komunikasi, Informatika dan Statistik",
    "Badan Pendapatan Daerah",
    "Dinas Kependudukan dan Pencatatan Sipil",
    "Dinas Penanaman Modal dan Pelayanan Terpadu Satu Pintu",
    "RSUD Bali Mandara",
    "Sekretariat Daerah",
)
SERVICES = (
    "Situs resmi",
    "E-Samsat",
    "Pendaftaran antrean daring",
    "Layanan pengaduan masyarakat (SP4N-LAPOR!)",
    "Sistem Informasi Perizinan",
    "Portal data terbuka",
    "JDIH",
)
OFFICE = Office(
    letterhead=(
        "PEMERINTAH PROVINSI BALI",
        "UPTD PUSAT LAYANAN DIGITAL",
        "Jalan D.I. Panjaitan Nomor 7, Denpasar 80235",
        "Telepon (0361) 000000, surel uptd@example.id",
    ),
    place="Denpasar",
    position="Kepala UPTD Pusat Layanan Digital",
)


def office_record(count=40, *, period="2026-10", outages=1.2, seed=7, now=None, **given):
    """Make the record of a period in which some services fared well, some badly, and some nobody saw.

    Args:
        count: of services.
        period: its name.
        outages: of each service, in the mean, in a month.
        seed: what happens follows from it.
        now: when it was read; None: five days after its end.
        given: what of the record is otherwise.
    """
    chance = random.Random(seed)
    span = parse_period(period, ZoneInfo("Asia/Makassar"))
    now = now or span.ends_at + 5 * DAY
    since, until = span.before.starts_at - DAY, min(now, span.ends_at)
    agencies = tuple(
        ReportedAgency(
            id=f"a{number}",
            name=name,
            short_name=None,
            government_id="bali" if number < 4 else "badung",
        )
        for number, name in enumerate(AGENCIES)
    )
    services, changes, incidents = [], {}, []
    months = (until - since) / (30 * DAY)
    for number in range(count):
        one = _service(number)
        services.append(one)
        if number % 17 == 16:
            continue  # nobody ever looked
        spells = _spells(chance, since, until, int(chance.expovariate(1 / max(outages * months, 0.01))))
        story = [Change(since, since, Status.UP)]
        for began, ended in spells:
            story += [
                Change(began, began + MINUTE, Status.DOWN),
                Change(ended, ended + MINUTE, Status.UP),
            ]
            incidents.append(_incident(chance, len(incidents) + 1, one.id, began, ended))
        if number % 11 == 5:
            story.append(Change(until - 9 * DAY, until - 9 * DAY, Status.BLOCKED))
        changes[one.id] = tuple(sorted(story))
    record = PeriodRecord(
        period_name=span.name,
        zone_name="Asia/Makassar",
        policy=AccountingPolicy(),
        taken_at=now,
        vantage="local",
        register_version="sha256:0123456789abcdef",
        governments=(
            ReportedGovernment(id="badung", name="Pemerintah Kabupaten Badung"),
            ReportedGovernment(id="bali", name="Pemerintah Provinsi Bali"),
        ),
        agencies=agencies,
        services=tuple(services),
        history=History(
            changes=changes,
            first_seen={one: since if one != "s3" else span.starts_at + 4 * DAY for one in changes},
            seen_until=now,
        ),
        planned=(
            PlannedWork(
                window_id="w1",
                title="Pembaruan peladen basis data",
                announced_at=span.starts_at,
                announced_by="made",
                services=("s0", "s1"),
                spans=(Span(span.starts_at + 2 * DAY, span.starts_at + 2 * DAY + 30 * HOUR),),
            ),
        ),
        corrections=(
            Correction(
                services=("s2",),
                span=Span(span.starts_at + 6 * DAY, span.starts_at + 6 * DAY + 5 * HOUR),
                counts_as=CountsAs.UNKNOWN,
                reason="Jaringan pemantau terganggu; surat nomor 12/2026",
                by="made",
                at=span.ends_at + DAY,
            ),
        ),
        incidents=tuple(incidents),
        findings=tuple(_findings(span.starts_at)),
        office=OFFICE,
    )
    return replace(record, **given)


def _service(number):
    name = SERVICES[number % len(SERVICES)]
    return ReportedService(
        id=f"s{number}",
        name=name if number < len(SERVICES) else f"{name} {number}",
        url=f"https://layanan-{number}.dinas-{number % len(AGENCIES)}.example.go.id/beranda",
        agency_id=f"a{number % len(AGENCIES)}",
        category=next(iter(Category)),
        criticality=next(iter(Criticality)),
        target_ratio=(0.995, 0.99, 0.999)[number % 3],
        checks=(f"s{number}",),
        active_from=None,
        active_to=None,
    )


def _spells(chance, since, until, count):
    found, last = [], since
    for at in sorted(chance.uniform(0, 1) for _ in range(count)):
        began = since + at * (until - since)
        ended = began + timedelta(seconds=round(chance.expovariate(1 / 9000)) + 60)
        if began > last + HOUR and ended < until:
            found.append((began, ended))
            last = ended
    return found


def _incident(chance, number, service_id, began, ended):
    contested = Contest(at=ended + HOUR, by="ketut", reason="Peladen berfungsi; jaringan pemantau putus")
    return ReportedIncident(
        name=f"INC-2026-{number:06}",
        flapping=number % 9 == 0,
        cause=Tie.ADDRESS if number % 4 == 0 else None,
        cause_value="203.0.113.7" if number % 4 == 0 else "",
        spells=(
            ReportedSpell(
                service_id=service_id,
                began_at=began,
                ended_at=ended,
                reason=chance.choice((Reason.TCP_TIMEOUT, Reason.HTTP_STATUS, Reason.TLS_EXPIRED)),
            ),
        ),
        contests=(contested,) if number % 13 == 1 else (),
    )


def _findings(since):
    for number, severity in enumerate(FindingSeverity):
        yield ReportedFinding(
            name=f"TMN-2026-{number:06}",
            severity=severity,
            subject=f"layanan-{number}.example.go.id",
            services=(f"s{number}",),
            title=Sentence("Sertifikat berakhir dalam 12 hari", "The certificate ends in 12 days"),
            problem=Sentence("Sertifikat berlaku sampai 12 November.", "It is valid until 12 November."),
            remedy=Sentence(
                "Perpanjang sertifikat, pasang di semua peladen, lalu periksa rantainya dari luar.",
                "Renew the certificate, install it on all servers, and check the chain from outside.",
            ),
            first_seen_at=since + number * DAY,
            accepted_until=None,
        )


def revision(record, number=1):
    """Return a closing of a record, as the documents name it."""
    return Revision(
        number=number,
        sha256="ab" * 32,
        frozen_at=datetime(2026, 11, 4, 1, 2, 3, tzinfo=UTC),
        frozen_by="made",
        reason="" if number == 1 else "Jendela pemeliharaan dicatat belakangan",
    )
