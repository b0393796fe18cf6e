"""Registers of a few services, and what judging them comes to."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from monitor.core.finding import Finding
from monitor.core.rulebook import RULES
from monitor.core.rulebook import register as rules
from monitor.core.rulebook.telling import tell
from monitor.core.service import (
    Agency,
    Check,
    CheckKind,
    Government,
    HttpRequest,
    HttpTarget,
    Level,
    Registry,
    Service,
    TcpTarget,
)
from monitor.inspections.register import judge_register
from monitor.registry import load_registry
from monitor.settings import load_settings

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
WITA = ZoneInfo("Asia/Makassar")
CONFIG = Path(__file__).parents[1] / "config"

OFF, REGION, SHARED = rules.OFF_GOVERNMENT_DOMAIN.id, rules.REGION_MISMATCH.id, rules.HOST_SHARED.id
RAW, INSIDE, UNUSABLE = rules.RAW_ADDRESS.id, rules.INTERNAL_ADDRESS.id, rules.HOST_UNUSABLE.id
HTTP, HOLDER = rules.PLAIN_HTTP.id, rules.HOLDER_MISSING.id

BALI = Government(id="bali", name="Pemerintah Provinsi Bali", level=Level.PROVINCE, region_code="51")
BADUNG = Government(id="badung", name="Pemerintah Kabupaten Badung", level=Level.REGENCY, region_code="51.03")
DENPASAR = Government(id="denpasar", name="Pemerintah Kota Denpasar", level=Level.CITY, region_code="51.71")
UNGASAN = Government(
    id="ungasan", name="Pemerintah Desa Ungasan", level=Level.VILLAGE, region_code="51.03.05.2003"
)
CABINET = Government(id="setkab", name="Sekretariat Kabinet", level=Level.CENTRAL)
WATER = Government(id="air", name="Perumda Air Minum Tirta Contoh")
GOVERNMENTS = (BALI, BADUNG, DENPASAR, UNGASAN, CABINET, WATER)
AGENCIES = [
    *(Agency(id=one.id, name=one.name, government_id=one.id) for one in GOVERNMENTS),
    Agency(id="dinkes", name="Dinas Kesehatan", government_id="badung"),
    Agency(id="disdik", name="Dinas Pendidikan", government_id="badung"),
    Agency(id="perumda", name="Perumda Pasar dan Pangan", government_id="badung"),
    Agency(id="bank", name="PT Bank Contoh", government_id="badung"),
]


def service(id_, *urls, agency="badung", checks=(), holder="Diskominfo", **more):
    targets = [(CheckKind.HTTP, HttpTarget(request=HttpRequest(url=url))) for url in urls] + list(checks)
    return Service(
        id=id_,
        name=f"Layanan {id_}",
        agency_id=agency,
        urls=urls,
        checks=tuple(
            Check(id=f"{id_}/{number}", service_id=id_, kind=kind, target=target)
            for number, (kind, target) in enumerate(targets, start=1)
        ),
        domain_holder=holder,
        **more,
    )


def registry(*services, governments=GOVERNMENTS):
    return Registry(
        governments={one.id: one for one in governments},
        agencies={one.id: one for one in AGENCIES},
        services={one.id: one for one in services},
        version="0",
    )


def found(*services):
    """Return what is seen of each rule, by rule."""
    by_rule = {}
    for one in judge_register(registry(*services), NOW).seen:
        by_rule.setdefault(one.identity.rule, []).append(one)
    return by_rule


def only(*services):
    """Return the one thing that is seen."""
    (one,) = judge_register(registry(*services), NOW).seen
    return one


def tcp(host, port=25):
    return CheckKind.TCP, TcpTarget(host=host, port=port)


GOOD = "https://jdih.badungkab.go.id/"


AWKWARD = (
    service("luar", "https://antrean.rsudcontoh.com/", agency="dinkes", holder=None),
    service("wilayah", "https://jdih.denpasarkota.go.id/"),
    service("bersama-1", GOOD, agency="dinkes"),
    service("bersama-2", f"{GOOD}2", agency="disdik"),
    service("alamat", "https://202.146.132.7/"),
    service("dalam", "https://10.20.30.40:8080/"),
    service("keliru", "https://badungkab.go.idsidasi/"),
    service("tanpa", "http://www.badungkab.go.id/"),
    service("bukan", "https://xyzzy.qqq/"),
    service("dewan", "https://dprd-denpasarkota.go.id/"),
)
"""A service for every rule."""


def on_record(judged):
    return [
        Finding(
            number=number,
            identity=one.identity,
            domain=one.identity.subject.name,
            severity=one.severity,
            places=one.places,
            evidence=one.evidence,
            first_seen_at=judged.at,
            last_seen_at=judged.at,
        )
        for number, one in enumerate(judged.seen, start=1)
    ]


def starter():
    settings = load_settings(CONFIG / "kulkul.yml")
    return load_registry(settings.register, settings)


def said(one):
    return tell(RULES[one.identity.rule], one.identity, one.places, one.evidence, WITA, NOW)
