"""Deliveries for the tests of channels."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from alerts.delivery import Delivery, Message
from alerts.facts import Facts, Occasion, ServiceFacts
from monitor.core.incident import Tie
from monitor.core.reason import Reason, Stage
from monitor.core.route import Severity

BEGAN = datetime(2026, 11, 4, 2, 45, tzinfo=UTC)
BACK = BEGAN + timedelta(minutes=21)
INCIDENT = "INC-2026-000123"
SIMANIS = ServiceFacts(
    id="simanis",
    name="SIMANIS — Perizinan",
    url="https://simanis.demoprov.go.id/",
    agency="Dinas Komunikasi, Informatika dan Statistik",
    government="Pemerintah Provinsi Demo",
    agency_id="demo-kominfo",
    government_id="demoprov",
    out=True,
    began_at=BEGAN,
    stage=Stage.CONNECT,
    reason=Reason.TCP_REFUSED,
    particulars="Connection to 192.0.2.7:443 refused.",
    severity=Severity.CRITICAL,
)
EPASAR = replace(SIMANIS, id="epasar", name="e-Pasar", agency="Dinas Perdagangan", agency_id="demo-dagang")


def back(service: ServiceFacts, at: datetime = BACK) -> ServiceFacts:
    """Return the service as it is after its recovery."""
    return replace(service, out=False, ended_at=at)


def outage(occasion: Occasion = Occasion.OUTAGE, **changes: Any) -> Facts:
    """Return facts of an outage of two services, one address their cause."""
    facts = Facts(
        occasion=occasion,
        subject=INCIDENT,
        severity=Severity.CRITICAL,
        written_at=BEGAN + timedelta(minutes=2),
        began_at=BEGAN,
        confirmed_at=BEGAN + timedelta(seconds=40),
        services=(SIMANIS, EPASAR),
        others=3,
        cause=Tie.ADDRESS,
        cause_value="192.0.2.7",
        vantage="local",
        link="https://status.demoprov.go.id/",
        contact="UPTD PELITA, 0361-123456",
    )
    return replace(facts, **changes)


def recovery() -> Facts:
    """Return facts of the same outage when it is over."""
    return outage(
        Occasion.RECOVERY,
        services=(back(SIMANIS), back(EPASAR)),
        ended_at=BACK,
        all_back=True,
        written_at=BACK,
    )


def delivery(facts: Facts | None = None, **changes: Any) -> Delivery:
    """Return a delivery of these facts, of an outage by default."""
    sent = Delivery(
        key="42-operators-0",
        thread="INC-2026-000123:operators",
        place=0,
        address="piket@demoprov.go.id",
        language="id",
        facts=facts or outage(),
        message=Message(
            subject="[GANGGUAN] SIMANIS — Perizinan — Dinas Komunikasi, Informatika dan Statistik",
            text="SIMANIS tidak dapat dibuka sejak 10.45 WITA.\n.\n..Titik di awal baris.\n",
            html="<!doctype html><html lang=id><p>SIMANIS tidak dapat dibuka — sejak 10.45</html>",
            brief="GANGGUAN: SIMANIS — Perizinan\nSejak 10.45 WITA",
        ),
    )
    return replace(sent, **changes)
