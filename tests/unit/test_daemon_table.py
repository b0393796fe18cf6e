"""What the status page shows of what is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Certificate, Result, TlsFacts
from monitor.core.service import (
    Agency,
    Check,
    CheckKind,
    Government,
    Registry,
    Rule,
    Service,
    TcpTarget,
)
from monitor.core.status import Status
from monitor.daemon.table import rows
from monitor.recorder import Board

T0 = datetime(2026, 10, 1, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def service(service_id, *check_ids, urls=("https://lapor.example/",)):
    return Service(
        id=service_id,
        name=f"Layanan {service_id}",
        agency_id="diskominfo",
        urls=urls,
        checks=tuple(
            Check(
                id=check_id,
                service_id=service_id,
                kind=CheckKind.TCP,
                target=TcpTarget(host="lapor.example", port=443),
                rule=Rule(down_after=2),
            )
            for check_id in check_ids
        ),
    )


def registry(*services):
    return Registry(
        governments={"badung": Government(id="badung", name="Pemkab Badung")},
        agencies={"diskominfo": Agency(id="diskominfo", name="Dinas Kominfo", government_id="badung")},
        services={one.id: one for one in services},
        version="0",
    )


def board(*services, results=()):
    board = Board("local")
    board.follow([check for one in services for check in one.checks], T0)
    for one in results:
        board.fold(one)
    return board


def good(check_id, minute, *, expires_in=None, **facts):
    tls = None
    if expires_in is not None:
        certificate = Certificate(
            subject="CN=a",
            issuer="CN=b",
            serial="1",
            not_before=T0,
            not_after=T0 + timedelta(days=expires_in),
            fingerprint_sha256="0",
        )
        tls = TlsFacts("TLSv1.3", None, verified=True, verify_error=None, chain=(certificate,))
    return Result(
        check_id=check_id,
        vantage="local",
        url="tcp://lapor.example:443",
        started_at=T0 + minute * MINUTE,
        duration=timedelta(milliseconds=120),
        outcome=Outcome.OK,
        tls=tls,
        **facts,
    )


def bad(check_id, minute, message="Refused."):
    return replace(
        good(check_id, minute),
        outcome=Outcome.FAILED,
        stage=Stage.CONNECT,
        reason=Reason.TCP_REFUSED,
        message=message,
        duration=timedelta(milliseconds=7),
    )


def test_a_service_never_measured_has_a_row_with_nothing_seen():
    lapor = service("lapor", "lapor")
    [row] = rows(registry(lapor), board(lapor))
    assert (row.name, row.agency, row.government) == ("Layanan lapor", "Dinas Kominfo", "Pemkab Badung")
    assert (row.status, row.since_at) == (Status.UNKNOWN, T0)
    assert {row.last_at, row.duration, row.reason, row.message, row.address} == {None}


def test_a_service_that_works_shows_its_latest_probe():
    lapor = service("lapor", "lapor")
    results = [good("lapor", 1), good("lapor", 6, address="192.0.2.1", expires_in=30)]
    [row] = rows(registry(lapor), board(lapor, results=results))
    assert (row.status, row.since_at, row.last_at) == (Status.UP, T0 + MINUTE, T0 + 6 * MINUTE)
    assert (row.duration, row.address) == (timedelta(milliseconds=120), "192.0.2.1")
    assert row.certificate_not_after == T0 + timedelta(days=30)


def test_the_check_that_makes_the_service_what_it_is_tells_why():
    lapor = service("lapor", "lapor", "lapor/2", "lapor/3")
    results = [
        *(good(check_id, 1) for check_id in ("lapor", "lapor/2", "lapor/3")),
        *(bad("lapor/2", minute, "The second is refused.") for minute in (2, 3)),
        *(bad("lapor/3", minute, "The third is refused.") for minute in (4, 5)),
        good("lapor", 9),
    ]
    [row] = rows(registry(lapor), board(lapor, results=results))
    assert (row.status, row.since_at) == (Status.DOWN, T0 + 2 * MINUTE)
    assert (row.reason, row.message) == (Reason.TCP_REFUSED, "The second is refused.")
    assert row.duration == timedelta(milliseconds=7)
    assert row.last_at == T0 + 9 * MINUTE


def test_a_suspicion_shows_though_the_service_still_counts_as_working():
    lapor = service("lapor", "lapor", "lapor/2")
    results = [good("lapor", 1), good("lapor/2", 2), bad("lapor/2", 3)]
    [row] = rows(registry(lapor), board(lapor, results=results))
    assert (row.status, row.reason, row.message) == (Status.UP, Reason.TCP_REFUSED, "Refused.")


def test_the_first_certificate_to_expire_counts():
    lapor = service("lapor", "lapor", "lapor/2")
    results = [good("lapor", 1, expires_in=80), good("lapor/2", 2, expires_in=9)]
    [row] = rows(registry(lapor), board(lapor, results=results))
    assert row.certificate_not_after == T0 + timedelta(days=9)


def test_a_service_under_maintenance_is_marked():
    lapor, pajak = service("lapor", "lapor"), service("pajak", "pajak")
    both = registry(lapor, pajak)
    assert [row.maintenance for row in rows(both, board(lapor, pajak), {"pajak", "gone"})] == [False, True]
    assert [row.maintenance for row in rows(both, board(lapor, pajak))] == [False, False]


def test_services_that_are_not_probed_have_no_row():
    lapor, later, paper = service("lapor", "lapor"), service("later", "later"), service("paper")
    assert [row.service_id for row in rows(registry(paper, later, lapor), board(lapor))] == ["lapor"]


def test_a_service_without_a_page_shows_what_is_checked():
    lapor = service("lapor", "lapor", urls=())
    [row] = rows(registry(lapor), board(lapor))
    assert row.url == "tcp://lapor.example:443"
