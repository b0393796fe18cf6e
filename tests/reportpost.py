"""Two offices whose month is closed, routes to them, and a real mail server to which their reports go."""

from __future__ import annotations

import asyncio
import functools
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

import pytest

from alerts.channels import open_channel
from alerts.message import render
from alerts.planner import Planner
from alerts.sender import Sender
from monitor.core.period import parse_period
from monitor.core.route import (
    EmailChannel,
    Recipient,
    Security,
    Topic,
)
from monitor.core.service import Agency, Contact, Government, Registry
from monitor.daemon.attaching import ReportFiles
from monitor.reports.closing import close, closed, revise
from monitor.reports.formats import FORMATS
from monitor.reports.workshop import Workshop
from monitor.reports.writing import write_closed
from monitor.store import Store
from tests.mailserver import mail_server
from tests.recording import Clock
from tests.recording import registry as register_of
from tests.reporting import DAY, DOWN, HOUR, LATER, START, UP, WITA, change, recorded, remember
from tests.telling import routing

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
async def store(database):
    async with await Store.open(database.url) as opened:
        opened.url = database.url
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


def report_files(store, write=None):
    """As the daemon has files written, but in a thread of the test."""
    workshop = Workshop(lambda: ThreadPoolExecutor(1), idle_seconds=0)
    return ReportFiles(store, workshop, write or functools.partial(write_closed, store.url))


async def sender(store, channels, *, clock=None, attach=None):
    write = functools.partial(render, zone=WITA)
    made = Sender(
        store,
        write,
        open_channel,
        lambda *_: None,
        clock or Clock(LATER),
        attach=attach or report_files(store),
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
