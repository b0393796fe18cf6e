"""Reports of closed months on their way: from the closing to mails with files, on a real mail server."""

from __future__ import annotations

from datetime import time, timedelta

import pytest

from alerts.packing import unpack
from monitor.core.route import (
    AlertmanagerChannel,
    Match,
    QuietHours,
    Recipient,
    ReportFormat,
    Severity,
    Topic,
    WebhookChannel,
)
from monitor.reports.announcing import ask_delivery
from monitor.reports.closing import ClosedAlreadyError, closed
from monitor.reports.scope import ReportScope
from monitor.store.alerts import alerts
from monitor.store.outbox import claim, notifications
from tests.recording import Clock
from tests.reporting import DAY, HOUR, LATER
from tests.reportpost import (
    CONTACTS,
    HEAD,
    REPORTS,
    as_bytes,
    close_month,
    expected,
    files,
    mail,
    offices,
    planner,
    post,
    revise_month,
    sender,
    store,
)
from tests.telling import route, routing

__all__ = ["store"]


# Who gets what


async def test_each_recipient_gets_one_mail_with_the_files_of_its_scope_to_the_byte(store):
    await close_month(store)
    routes = (
        route("instansi", CONTACTS, topics=REPORTS, formats=(ReportFormat.XLSX, ReportFormat.JSON)),
        route(
            "bali",
            (Recipient(channel="mail", address="gubernur@demo.go.id"),),
            topics=REPORTS,
            match=Match(governments=frozenset({"bali"})),
        ),
        route("penilai", HEAD, topics=REPORTS, language="en"),
    )
    async with post(store, *routes) as (_, go):
        await go()
        mails = {one.recipients[0]: one for one in await go()}
        assert len(mails) == 4
    wanted = {
        "kominfo@demo.go.id": (ReportScope(agency="kominfo"), "laporan-ketersediaan-2026-10-kominfo", "id"),
        "dinkes@demo.go.id": (ReportScope(agency="dinkes"), "laporan-ketersediaan-2026-10-dinkes", "id"),
        "gubernur@demo.go.id": (ReportScope(government="bali"), "laporan-ketersediaan-2026-10-bali", "id"),
        "kepala@demo.go.id": (ReportScope(), "availability-report-2026-10", "en"),
    }
    assert set(mails) == set(wanted)
    for address, (scope, name, language) in wanted.items():
        found = files(mails[address])
        assert as_bytes(found[f"{name}.xlsx"]) == await expected(store, scope, "xlsx", language=language)
        assert set(found) <= {f"{name}.{one}" for one in ("xlsx", "json", "pdf")}
    kominfo = files(mails["kominfo@demo.go.id"])
    assert as_bytes(kominfo["laporan-ketersediaan-2026-10-kominfo.json"]) == await expected(
        store, ReportScope(agency="kominfo"), "json"
    )


async def test_a_mail_tells_the_figures_of_its_scope_and_carries_typed_files(store):
    await close_month(store)
    async with post(store, route("instansi", CONTACTS, topics=REPORTS)) as (_, go):
        mails = {one.recipients[0]: one.message for one in await go()}
    kominfo = mails["kominfo@demo.go.id"]
    assert kominfo["Subject"] == "[Kulkul] Laporan ketersediaan Oktober 2026 — Dinas Kominfo"
    assert kominfo["X-Kulkul-Occasion"] == "report"
    assert kominfo.get_content_type() == "multipart/mixed"
    text = kominfo.get_body(("plain",)).get_content()
    figures = (await closed(store, "local", "2026-10")).report(ReportScope(agency="kominfo")).whole
    assert figures.availability.down == 4 * HOUR
    for told in (
        "99,462%",
        "Gangguan              : 2",
        "Lama gangguan         : 4 jam",
        "Gangguan terlama      : 3 jam",
        "Dinas Kominfo, Pemkab Badung",
        "Berkasnya terlampir",
    ):
        assert told in text, text
    assert "100,000%" in mails["dinkes@demo.go.id"].get_body(("plain",)).get_content()
    kinds = {one.get_content_type() for one in kominfo.iter_attachments()}
    assert "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet" in kinds


async def test_nobody_gets_a_report_whose_route_does_not_ask_for_it(store):
    await close_month(store)
    routes = (
        route("biasa", HEAD),
        route("semua-lain", HEAD, topics=frozenset(Topic) - REPORTS),
        route("asing", HEAD, topics=REPORTS, match=Match(agencies=frozenset({"disdik"}))),
    )
    planning = planner(store, *routes)
    await planning.tick()
    assert await notifications(store) == []


async def test_agencies_that_a_route_names_are_a_mail_each_and_no_severity_holds_them_back(store):
    await close_month(store)
    match = Match(agencies=frozenset({"dinkes", "kominfo"}), severity=Severity.CRITICAL)
    await planner(store, route("dua", HEAD, topics=REPORTS, match=match)).tick()
    found = await notifications(store)
    assert {unpack(one.facts).report.scope_id for one in found} == {"dinkes", "kominfo"}
    assert {one.address for one in found} == {"kepala@demo.go.id"}


async def test_alertmanager_gets_none_and_a_webhook_gets_the_message_without_files(store):
    await close_month(store)
    channels = {
        "grup": AlertmanagerChannel(id="grup", url="http://127.0.0.1:1"),
        "hook": WebhookChannel(id="hook", url="http://127.0.0.1:1/", secret="s"),
    }
    to = (Recipient(channel="grup"), Recipient(channel="hook"))
    await planner(store, route("mesin", to, topics=REPORTS), channels=channels).tick()
    assert [one.channel for one in await notifications(store)] == ["hook"]


async def test_a_report_waits_for_the_end_of_quiet_hours(store):
    await close_month(store)
    quiet = QuietHours(starts=time(0), ends=time(6))  # LATER is midnight
    await planner(store, route("malam", HEAD, topics=REPORTS, quiet=quiet)).tick()
    assert [one.due_at - LATER for one in await notifications(store)] == [6 * HOUR]


# Once


async def test_however_often_it_is_planned_and_whoever_plans_it_is_told_once(store):
    await close_month(store)
    routes = (route("instansi", CONTACTS, topics=REPORTS), route("penilai", HEAD, topics=REPORTS))
    for _ in range(3):
        again = planner(store, *routes)
        await again.tick()
        again.follow(offices(), routing(*routes, channels=mail(25)))
        await again.tick()
    assert len(await notifications(store)) == 3


async def test_a_closing_that_fails_raises_nothing(store):
    await close_month(store)
    with pytest.raises(ClosedAlreadyError):
        await close_month(store)
    assert [one.key for one in await alerts(store)] == ["report:local:2026-10:1"]


async def test_other_periods_than_months_are_sent_only_when_somebody_asks(store):
    await close_month(store, name="2026-W41")
    assert await alerts(store) == []
    report = (await closed(store, "local", "2026-W41")).report()
    await ask_delivery(store, report, by="Ni Made", at=LATER + HOUR)
    await ask_delivery(store, report, by="Ni Made", at=LATER + 2 * HOUR)
    async with post(store, route("penilai", HEAD, topics=REPORTS)) as (_, go):
        mails = await go()
    assert len(mails) == 2
    assert len({one.message["Message-ID"] for one in mails}) == 2
    assert mails[0].message["Subject"] == "[Kulkul] Laporan ketersediaan 5–11 Oktober 2026 — semua layanan"  # noqa: RUF001 - from day to day
    assert "laporan-ketersediaan-2026-W41.xlsx" in files(mails[0])


async def test_killed_between_claim_and_sending_it_sends_the_same_files_under_the_same_id(store):
    await close_month(store)
    clock = Clock(LATER)
    async with post(store, route("penilai", HEAD, topics=REPORTS), clock=clock) as (server, go):
        server.refuses["DATA"] = "451 try again later"
        await go()  # claimed and refused for now; nothing arrived
        assert await claim(store, "killed", LATER + HOUR, timedelta(seconds=90))
        del server.refuses["DATA"]
        clock.now = LATER + HOUR + timedelta(seconds=80)
        assert await go() == []  # whoever was killed holds it still
        clock.now = LATER + 2 * HOUR
        first = (await go())[0]
        # It was taken, and the daemon died before it could write that down: it is sent once more.
        async with store.writing() as (connection, _):
            await connection.exec_driver_sql("UPDATE notification SET state = 0, due_at = 0")
        other = await sender(store, mail(server.port), clock=clock)
        await other.flush()
        await other.close()
        second = server.mails[1]
    assert first.message["Message-ID"] == second.message["Message-ID"]
    assert files(first) == files(second)
    assert files(first)["laporan-ketersediaan-2026-10.xlsx"] == await expected(store, ReportScope(), "xlsx")


# Revisions


async def test_a_revision_is_a_second_mail_that_says_what_it_replaces_and_why(store):
    await close_month(store)
    clock = Clock(LATER)
    async with post(store, route("instansi", CONTACTS, topics=REPORTS), clock=clock) as (_, go):
        await go()
        await revise_month(store)
        clock.now = LATER + DAY
        mails = [one for one in await go() if one.recipients == ("dinkes@demo.go.id",)]
    first, second = (one.message for one in mails)
    assert second["Subject"] == "[Kulkul] Laporan ketersediaan Oktober 2026, revisi 2 — Dinas Kesehatan"
    assert second["In-Reply-To"] == first["Message-ID"] != second["Message-ID"]
    text = " ".join(second.get_body(("plain",)).get_content().split())
    assert (
        "oleh Ni Made, menggantikan revisi 1, dengan alasan: Gangguan 4 Oktober terlambat tercatat." in text
    )
    found = files(mails[1])
    name = "laporan-ketersediaan-2026-10-revisi-2-dinkes.xlsx"
    assert found[name] == await expected(store, ReportScope(agency="dinkes"), "xlsx", revision=2)
    old = files(mails[0])["laporan-ketersediaan-2026-10-dinkes.xlsx"]
    assert old == await expected(store, ReportScope(agency="dinkes"), "xlsx", revision=1) != found[name]


async def test_a_revision_does_not_overtake_the_report_that_it_replaces(store):
    await close_month(store)
    await revise_month(store)
    await planner(store, route("penilai", HEAD, topics=REPORTS)).tick()
    taken = await claim(store, "me", LATER + 2 * DAY, timedelta(seconds=90))
    assert [(one.place, unpack(one.facts).report.revision) for one in taken] == [(0, 1)]
