"""Facts as the daemon would gather them: of one service, and of forty behind one dead server."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from alerts.facts import Facts, Occasion, ServiceFacts
from monitor.core.incident import Tie
from monitor.core.reason import Reason, Stage
from monitor.core.route import Severity

WITA = ZoneInfo("Asia/Makassar")
T0 = datetime(2026, 11, 4, 2, 45, tzinfo=UTC)
"""Rabu, 4 November 2026 10.45 WITA."""
MINUTE = timedelta(minutes=1)
_AGENCIES = ("Badan Pendapatan Daerah", "Dinas Kesehatan", "Dinas Pendidikan")


def service(number=0, **more):
    """One service that is out because its connection is refused."""
    values = {
        "id": f"layanan-{number}",
        "name": f"Layanan {number}",
        "url": f"https://layanan{number}.demoprov.go.id/",
        "agency": _AGENCIES[number % 3],
        "government": "Pemerintah Provinsi Demo",
        "agency_id": "bapenda",
        "government_id": "demoprov",
        "out": True,
        "began_at": T0 + timedelta(seconds=number),
        "stage": Stage.CONNECT,
        "reason": Reason.TCP_REFUSED,
        "particulars": "192.0.2.7 refused the connection.",
        **more,
    }
    return ServiceFacts(**values)


def facts(*services, **more):
    """An outage of one service, told four minutes after it began, unless told otherwise."""
    values = {
        "occasion": Occasion.OUTAGE,
        "subject": "INC-2026-000123",
        "severity": Severity.CRITICAL,
        "written_at": T0 + 4 * MINUTE,
        "began_at": T0,
        "services": services or (service(),),
        "vantage": "local",
        "link": "https://status.demoprov.go.id/",
        "contact": "Pusat Operasi, 0361-123456",
        **more,
    }
    return Facts(**values)


def back(of, after=3 * 60 * MINUTE):
    """The same once all its services are back."""
    ended_at = of.began_at + after
    return replace(
        of,
        occasion=Occasion.RECOVERY,
        written_at=ended_at + MINUTE,
        ended_at=ended_at,
        all_back=True,
        services=tuple(replace(one, out=False, ended_at=ended_at) for one in of.services),
    )


def reminded(of, number=2, after=201 * MINUTE):
    """The same as a reminder."""
    return replace(of, occasion=Occasion.REMINDER, reminder=number, written_at=of.began_at + after)


ESAMSAT = facts(
    service(
        id="e-samsat",
        name="E-Samsat",
        url="https://esamsat.demoprov.go.id/",
        stage=Stage.HANDSHAKE,
        reason=Reason.TLS_INCOMPLETE_CHAIN,
        particulars="esamsat.demoprov.go.id does not send the intermediate certificate “R11”.",
    ),
    confirmed_at=T0 + 3 * MINUTE,
    others=2,
)
FORTY = facts(*map(service, range(40)), cause=Tie.ADDRESS, cause_value="192.0.2.7")
