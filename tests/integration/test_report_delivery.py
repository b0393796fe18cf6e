"""Reports of closed months on their way: from the closing to mails with files, on a real mail server."""

from __future__ import annotations

import asyncio
import functools
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import time, timedelta

import pytest
from sqlalchemy.exc import IntegrityError

from alerts.channels import open_channel
from alerts.delivery import DeliveryError, ReportMatter
from alerts.message import render
from alerts.packing import unpack
from alerts.planner import Planner
from alerts.sender import Sender
from monitor.core.period import parse_period
from monitor.core.route import (
    AlertmanagerChannel,
    EmailChannel,
    Match,
    QuietHours,
    Recipient,
    ReportFormat,
    Security,
    Severity,
    Topic,
    WebhookChannel,
)
from monitor.core.service import Agency, Contact, Government, Registry
from monitor.daemon.attaching import _CONTENT_TYPES, KEPT_FILES, ReportFiles
from monitor.reports.announcing import ask_delivery
from monitor.reports.closing import ClosedAlreadyError, close, closed, revise
from monitor.reports.formats import FORMATS, Format
from monitor.reports.scope import ReportScope
from monitor.store import Store, StoreUnavailable
from monitor.store.alerts import alerts
from monitor.store.frozen import frozen_periods
from monitor.store.outbox import State, claim, notifications
from tests.mailserver import mail_server
from tests.recording import Clock
from tests.recording import registry as register_of
from tests.reporting import DAY, DOWN, HOUR, LATER, START, UP, WITA, change, recorded, remember
from tests.telling import route, routing

REPORTS = frozenset({Topic.REPORTS})
CONTACTS = (Recipient(channel="mail"),)
HEAD = (Recipient(channel="mail", address="kepala@demo.go.id"),)
NAMES = {"dinkes": "Dinas Kesehatan", "kominfo": "Dinas Kominfo"}


def offices(*, kominfo="kominfo@demo.go.id"):
    """Make a register of two agencies of two governments with a service each."""
    plain = register_of("lapor", "jdih")
    return Registry(
        governments={
            "badung": Government(id="badung", name="Pemkab Badung"),
            "bali": Government(id="bali", name="Bali"),
        },
        agencies={
            "dinkes": Agency(
                id="dinkes",
                name=NAMES["dinkes"],
                government_id="bali",
                contacts=(Contact(name="Putu", email="dinkes@demo.go.id"),),
            ),
            "kominfo": Agency(
                id="kominfo",
                name=NAMES["kominfo"],
                government_id="badung",
                contacts=(Contact(name="Made", email=kominfo),),
            ),
        },
        services={
            "lapor": replace(plain.services["lapor"], agency_id="kominfo"),
            "jdih": replace(plain.services["jdih"], agency_id="dinkes"),
        },
        version="0",
    )


@pytest.fixture
async def store(tmp_path):
    async with await Store.open(tmp_path / "data" / "kulkul.sqlite") as opened:
        await remember(
            opened,
            change("lapor", START - DAY, UP),
            change("jdih", START - DAY, UP),
            change("lapor", START + 9 * DAY, DOWN),
            change("lapor", START + 9 * DAY + 3 * HOUR, UP),
            change("lapor", START + 20 * DAY, DOWN),
            change("lapor", START + 20 * DAY + HOUR, UP),
        )
        yield opened


async def close_month(store, register=None, name="2026-10", at=LATER):
    record = await recorded(store, period=parse_period(name, WITA), register=register or offices(), now=at)
    return await close(store, record, by="kulkul", at=at)


async def revise_month(store, register=None, at=LATER + DAY, name="2026-10"):
    await remember(store, change("jdih", START + 3 * DAY, DOWN), change("jdih", START + 3 * DAY + HOUR, UP))
    record = await recorded(store, period=parse_period(name, WITA), register=register or offices(), now=at)
    return await revise(store, record, by="Ni Made", reason="Gangguan 4 Oktober terlambat tercatat.", at=at)


def planner(store, *routes, register=None, channels=None, clock=None):
    made = Planner(store, "local", WITA, lambda _: frozenset(), clock or Clock(LATER))
    made.follow(register or offices(), routing(*routes, channels=channels or mail(25)))
    return made


def mail(port, **changes):
    channel = EmailChannel(
        id="mail",
        host="127.0.0.1",
        port=port,
        security=Security.NONE,
        sender="Kulkul <kulkul@demo.go.id>",
        timeout=timedelta(seconds=20),
        **changes,
    )
    return {"mail": channel}


async def sender(store, channels, *, clock=None, attach=None):
    write = functools.partial(render, zone=WITA)
    made = Sender(
        store,
        write,
        open_channel,
        lambda *_: None,
        clock or Clock(LATER),
        attach=attach or ReportFiles(store),
    )
    await made.follow(routing(channels=channels))
    return made


@asynccontextmanager
async def post(store, *routes, register=None, clock=None, **changes):
    """Let a planner and a sender work on a real mail server."""
    async with mail_server() as server:
        channels, clock = mail(server.port, **changes), clock or Clock(LATER)
        planning = planner(store, *routes, register=register, channels=channels, clock=clock)
        sending = await sender(store, channels, clock=clock)

        async def go():
            await planning.tick()
            await sending.flush()
            return server.mails

        try:
            yield server, go
        finally:
            await sending.close()


def files(received):
    return {one.get_filename(): one.get_content() for one in received.message.iter_attachments()}


async def expected(store, scope, form, *, revision=0, language="id", period="2026-10"):
    found = await closed(store, "local", period, revision)
    return await asyncio.to_thread(FORMATS[form].write, found.report(scope), language)


def as_bytes(content):
    return content if isinstance(content, bytes) else content.encode()


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


# What goes wrong


async def test_a_recipient_that_is_refused_goes_to_the_dead_letter_and_the_others_get_theirs(store):
    await close_month(store)
    register = offices(kominfo="tidak-ada@demo.go.id")
    async with post(store, route("instansi", CONTACTS, topics=REPORTS), register=register) as (server, go):
        server.refuses_recipients = {"tidak-ada@demo.go.id": "550 no such user"}
        mails = await go()
    assert [one.recipients for one in mails] == [("dinkes@demo.go.id",)]
    dead = await notifications(store, state=State.DEAD)
    assert [(one.address, "550 no such user" in one.error) for one in dead] == [
        ("tidak-ada@demo.go.id", True)
    ]
    assert "undelivered" in [one.kind for one in await alerts(store)]


async def test_files_that_are_too_large_stay_behind_and_the_message_says_where_to_get_them(store):
    await close_month(store)
    async with post(store, route("penilai", HEAD, topics=REPORTS), attachments_max_bytes=1024) as (_, go):
        (received,) = await go()
    assert files(received) == {}
    text = " ".join(received.message.get_body(("plain",)).get_content().split())
    assert "terlalu besar untuk satu surel" in text
    assert "kulkul report build 2026-10 --revision 1 --format xlsx --output ." in text


async def test_a_closing_that_was_altered_since_is_not_sent(store):
    await close_month(store)
    async with store.writing() as (connection, _):
        await connection.exec_driver_sql("UPDATE frozen_period SET sha256 = 'ff'")
    async with post(store, route("penilai", HEAD, topics=REPORTS)) as (_, go):
        assert await go() == []
    (dead,) = await notifications(store, state=State.DEAD)
    assert "was altered" in dead.error


async def test_a_format_that_fails_is_tried_again_and_one_that_there_is_not_is_left_out(store):
    await close_month(store)
    turns = iter([OSError("no room"), None])

    def sometimes(report, language):
        trouble = next(turns)
        if trouble is not None:
            raise trouble
        return FORMATS["json"].write(report, language)

    formats = {"xlsx": replace(FORMATS["xlsx"], write=sometimes)}
    clock = Clock(LATER)
    await planner(store, route("penilai", HEAD, topics=REPORTS)).tick()
    async with mail_server() as server:
        sending = await sender(store, mail(server.port), clock=clock, attach=ReportFiles(store, formats))
        await sending.flush()
        (waiting,) = await notifications(store)
        assert (waiting.state, "written as xlsx (OSError)" in waiting.error) == (State.WAITING, True)
        clock.now = LATER + HOUR
        await sending.flush()
        await sending.close()
        assert list(files(server.mails[0])) == ["laporan-ketersediaan-2026-10.xlsx"]


async def test_names_from_the_register_break_no_header(store):
    register = offices()
    hostile = 'Dinas\r\nBcc: semua@demo.go.id\r\n\r\n<script>alert("1")</script>'
    agencies = {**register.agencies, "kominfo": replace(register.agencies["kominfo"], name=hostile)}
    register = replace(register, agencies=agencies)
    await close_month(store, register)
    async with post(store, route("instansi", CONTACTS, topics=REPORTS), register=register) as (_, go):
        mails = {one.recipients: one.message for one in await go()}
    assert len(mails) == 2
    told = mails["kominfo@demo.go.id",]
    assert told["Bcc"] is None
    assert told["Subject"].startswith(
        "[Kulkul] Laporan ketersediaan Oktober 2026 — Dinas Bcc: semua@demo.go.id"
    )
    assert "<script>" not in told.get_body(("html",)).get_content()


async def test_what_cannot_be_read_now_is_no_fault_of_the_message(store):
    await close_month(store)

    async def attach(_):
        raise StoreUnavailable("locked", retryable=True)

    await planner(store, route("penilai", HEAD, topics=REPORTS)).tick()
    sending = await sender(store, mail(1), attach=attach)
    with pytest.raises(StoreUnavailable):
        await sending.flush()
    assert [one.state for one in await notifications(store)] == [State.WAITING]


async def test_where_nothing_can_be_raised_nothing_is_closed(store):
    async with store.writing() as (connection, _):
        await connection.exec_driver_sql(
            "CREATE TRIGGER full BEFORE INSERT ON alert BEGIN SELECT RAISE(ABORT, 'full'); END"
        )
    with pytest.raises((StoreUnavailable, IntegrityError)):
        await close_month(store)
    assert await frozen_periods(store, "local") == []


WANTED = ReportMatter(
    vantage="local",
    period="2026-10",
    revision=1,
    sha256="",
    government=None,
    agency="kominfo",
    language="id",
    formats=("json", "docx"),
)


async def test_files_are_of_the_closing_that_was_told_and_of_no_other(store):
    one = await close_month(store)
    write = ReportFiles(store)
    (file,) = await write(replace(WANTED, sha256=one.sha256))
    assert (file.name, file.content_type) == (
        "laporan-ketersediaan-2026-10-kominfo.json",
        "application/json",
    )
    for other in (
        replace(WANTED, sha256="ff"),
        replace(WANTED, revision=2),
        replace(WANTED, period="2026-09"),
    ):
        with pytest.raises(DeliveryError) as caught:
            await ReportFiles(store)(other)
        assert caught.value.permanent


async def test_what_was_written_is_forgotten_after_a_while(store):
    wanted = replace(WANTED, sha256=(await close_month(store)).sha256)
    write = ReportFiles(store, kept_for=timedelta(0))
    await write(wanted)
    async with asyncio.timeout(20):
        while write._closing is not None or write._files:  # noqa: ASYNC110 - no event tells
            await asyncio.sleep(0)
    assert len(await write(wanted)) == 1


async def test_no_more_files_are_kept_than_some(store):
    wanted = replace(WANTED, sha256=(await close_month(store)).sha256, formats=("json",))
    write = ReportFiles(store, {"json": Format("json", lambda *_: b"x")})
    for number in range(KEPT_FILES + 3):
        await write(replace(wanted, agency=f"a{number}"))
    assert len(write._files) == KEPT_FILES


def test_every_format_travels_under_its_own_type():
    assert {one.suffix for one in FORMATS.values()} <= set(_CONTENT_TYPES)


async def test_files_of_one_closing_are_written_once_for_all_who_get_them(store):
    await close_month(store)
    written = []

    def write(report, language):
        written.append((report.scope, language))
        return FORMATS["json"].write(report, language)

    two = (*HEAD, Recipient(channel="mail", address="sekda@demo.go.id"))
    attach = ReportFiles(store, {"json": replace(FORMATS["json"], write=write)})
    await planner(store, route("penilai", two, topics=REPORTS, formats=(ReportFormat.JSON,))).tick()
    async with mail_server() as server:
        sending = await sender(store, mail(server.port), attach=attach)
        await sending.flush()
        await sending.close()
        assert len(server.mails) == 2
    assert written == [(ReportScope(), "id")]
