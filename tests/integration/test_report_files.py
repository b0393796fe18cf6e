"""Files of reports in mails: what is refused, too large, altered or unreadable, and what is kept."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy.exc import IntegrityError

from alerts.delivery import DeliveryError, ReportMatter
from monitor.core.route import (
    Recipient,
    ReportFormat,
)
from monitor.reports.formats import FORMATS
from monitor.reports.scope import ReportScope
from monitor.reports.writing import write_closed
from monitor.store import StoreUnavailable
from monitor.store.alerts import alerts
from monitor.store.frozen import frozen_periods
from monitor.store.outbox import State, notifications
from tests.mailserver import mail_server
from tests.recording import Clock
from tests.reporting import HOUR, LATER
from tests.reportpost import (
    CONTACTS,
    HEAD,
    REPORTS,
    close_month,
    expected,
    files,
    mail,
    offices,
    planner,
    post,
    report_files,
    sender,
    store,
)
from tests.telling import route

__all__ = ["store"]


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
    asked = route("penilai", HEAD, topics=REPORTS, formats=(ReportFormat.XLSX,))
    async with post(store, asked, attachments_max_bytes=1024) as (_, go):
        (received,) = await go()
    assert files(received) == {}
    text = " ".join(received.message.get_body(("plain",)).get_content().split())
    assert "terlalu besar untuk satu surel" in text
    assert "kulkul report build 2026-10 --revision 1 --format xlsx --output ." in text


@pytest.mark.parametrize(
    ("change", "told"),
    [("sha256 = 'ff'", "its SHA-256 differs"), ("record = substr(record, 2)", "is damaged")],
)
async def test_a_closing_that_was_altered_since_is_not_sent(store, change, told):
    await close_month(store)
    async with store.writing() as (connection, _):
        await connection.exec_driver_sql(f"UPDATE frozen_period SET {change}")
    async with post(store, route("penilai", HEAD, topics=REPORTS)) as (_, go):
        assert await go() == []
    (dead,) = await notifications(store, state=State.DEAD)
    assert told in dead.error


async def test_a_file_that_cannot_be_written_now_is_tried_again(store):
    await close_month(store)
    turns = iter([OSError("no room"), None, None])

    def sometimes(head, shape):
        trouble = next(turns)
        if trouble is not None:
            raise trouble
        return write_closed(store.url, head, shape)

    clock = Clock(LATER)
    await planner(store, route("penilai", HEAD, topics=REPORTS)).tick()
    async with mail_server() as server:
        sending = await sender(store, mail(server.port), clock=clock, attach=report_files(store, sometimes))
        await sending.flush()
        (waiting,) = await notifications(store)
        assert (waiting.state, "written as pdf (OSError)" in waiting.error) == (State.WAITING, True)
        clock.now = LATER + HOUR
        await sending.flush()
        await sending.close()
        assert list(files(server.mails[0])) == [
            "laporan-ketersediaan-2026-10.pdf",
            "laporan-ketersediaan-2026-10.xlsx",
        ]


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


async def test_where_nothing_can_be_raised_nothing_is_closed(store, database):
    database.refuse("alert")
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
    write = report_files(store)
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
            await report_files(store)(other)
        assert caught.value.permanent


async def test_every_format_arrives_to_the_byte_under_its_type(store):
    await close_month(store)
    asked = route("penilai", HEAD, topics=REPORTS, formats=tuple(ReportFormat))
    async with post(store, asked) as (_, go):
        (received,) = await go()
    parts = list(received.message.iter_attachments())
    assert len({one.get_filename() for one in parts}) == len(parts)
    found = dict(zip((one.value for one in ReportFormat if one.value in FORMATS), parts, strict=True))
    assert set(found) == set(FORMATS)
    for name, part in found.items():
        assert part.get_payload(decode=True) == await expected(store, ReportScope(), name)
        assert part.get_filename().endswith(f".{FORMATS[name].suffix}")
        assert part.get_content_type() == FORMATS[name].media_type.partition(";")[0]
        assert part.get_content_disposition() == "attachment"
    assert found["csv"].get_content_charset() == "utf-8"


async def test_files_of_one_closing_are_written_once_for_all_who_get_them(store):
    await close_month(store)
    written = []

    def write(head, shape):
        written.append((shape.scope, shape.language))
        return write_closed(store.url, head, shape)

    two = (*HEAD, Recipient(channel="mail", address="sekda@demo.go.id"))
    attach = report_files(store, write)
    await planner(store, route("penilai", two, topics=REPORTS, formats=(ReportFormat.JSON,))).tick()
    async with mail_server() as server:
        sending = await sender(store, mail(server.port), attach=attach)
        await sending.flush()
        await sending.close()
        assert len(server.mails) == 2
    assert written == [(ReportScope(), "id")]
