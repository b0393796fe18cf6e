"""The daemon tells people: each thing once, in its place in the conversation, also after trouble."""

from __future__ import annotations

import asyncio

import pytest

from tests.mailserver import mail_server
from tests.processes import Scrape, wait_until
from tests.receivers import Reply, receiver

pytestmark = pytest.mark.real

OPERATOR = "petugas@demo.example"


def routes(station, *, port, hook, more=""):
    station.folder.joinpath("routes.yml").write_text(
        "channels:\n"
        f"  surel: {{kind: email, host: 127.0.0.1, port: {port}, security: none, sender: k@demo.example}}\n"
        f"  kait: {{kind: webhook, url: '{hook}', secret: '${{env:KABAR}}'}}\n"
        "routes:\n"
        f"  - {{id: petugas, to: [{{channel: surel, address: {OPERATOR}}}, kait], hold: 1s,\n"
        "     topics: [outage, monitor]}\n"
        f"{more}",
        encoding="utf-8",
    )


@pytest.fixture(autouse=True)
def _secret(monkeypatch):
    monkeypatch.setenv("KABAR", "rahasia-bersama")


async def until(what, condition):
    return await asyncio.to_thread(wait_until, what, condition)


def occasions(office):
    return [post.json["occasion"] for post in office.posts]


async def test_an_outage_and_its_end_are_told_once_each_and_in_one_thread(station, start):
    async with mail_server() as mail, receiver() as office:
        routes(station, port=mail.port, hook=f"{office.url}/kabar")
        await asyncio.to_thread(station.write, good=station.good)
        process = await asyncio.to_thread(start)
        await asyncio.to_thread(station.wait_for, good="UP")
        station.site.well = False
        await until("the outage is told", lambda: mail.mails and office.posts)
        station.site.well = True
        await until("the recovery is told", lambda: len(mail.mails) > 1 and len(office.posts) > 1)
        await until(
            "all are counted",  # a moment after they came
            lambda: Scrape(station.page).value("kulkul_notifications_total", outcome="sent") == 4,
        )
        assert await asyncio.to_thread(process.end) == 0
        restarted = await asyncio.to_thread(start)
        await asyncio.to_thread(station.wait_for, good="UP")
        await asyncio.sleep(3)
        assert await asyncio.to_thread(restarted.end) == 0
    outage, recovery = [one.message for one in mail.mails]
    assert occasions(office) == ["outage", "recovery"]
    assert outage["Subject"].startswith("[GANGGUAN] good")
    assert recovery["Subject"].startswith("[PULIH] good")
    assert outage["In-Reply-To"] is None
    assert recovery["In-Reply-To"].strip() == outage["Message-ID"].strip()
    assert outage["Auto-Submitted"] == "auto-generated"
    assert outage["X-Kulkul-Incident"] == "INC-" + office.posts[0].json["subject"].removeprefix("INC-")


async def test_a_mail_server_that_is_out_gets_its_message_when_it_is_back(station, start):
    async with mail_server() as mail, receiver() as office:
        mail.refuses["DATA"] = "451 come back later"
        office.answers += [Reply(503, headers={"Retry-After": "1"})]
        routes(station, port=mail.port, hook=f"{office.url}/kabar")
        await asyncio.to_thread(station.write, dead=station.dead)
        process = await asyncio.to_thread(start)
        await until("the mail was tried", lambda: mail.connections)
        await until(
            "the failures are seen",
            lambda: Scrape(station.page).value("kulkul_outbox_pending", state="retrying") == 2,
        )
        mail.refuses.clear()
        await until("the mail came", lambda: mail.mails)
        await until("the webhook came", lambda: len(office.posts) > 1)
        assert await asyncio.to_thread(process.end) == 0
    assert len(mail.mails) == 1
    assert len({post.headers["Kulkul-Delivery"] for post in office.posts}) == 1


async def test_an_address_that_does_not_exist_is_given_up_and_the_operators_hear_of_it(station, start):
    async with mail_server() as mail, receiver() as office:
        mail.refuses["RCPT"] = "550 no such user"
        routes(station, port=mail.port, hook=f"{office.url}/kabar")
        await asyncio.to_thread(station.write, dead=station.dead)
        process = await asyncio.to_thread(start)
        await until("the operators hear of it", lambda: "undelivered" in occasions(office))
        await until(
            "both mails are given up",
            lambda: (
                Scrape(station.page).value("kulkul_notifications_total", channel="surel", outcome="dead") == 2
            ),
        )
        await asyncio.sleep(3)
        assert await asyncio.to_thread(process.end) == 0
    assert sorted(occasions(office)) == ["outage", "undelivered"]
    assert station.rows("SELECT count(*) FROM alert WHERE kind = 'undelivered'") == [(1,)]
    told = next(post.json for post in office.posts if post.json["occasion"] == "undelivered")
    assert "550" in told["detail"]


async def test_routes_that_come_while_something_is_out_are_told_of_it(station, start):
    async with mail_server() as mail, receiver() as office:
        await asyncio.to_thread(station.write, dead=station.dead)
        process = await asyncio.to_thread(start)
        await asyncio.to_thread(station.wait_for, dead="DOWN")
        routes(station, port=mail.port, hook=f"{office.url}/kabar")
        await until("the outage is told", lambda: office.posts and mail.mails)
        assert await asyncio.to_thread(process.end) == 0
    assert occasions(office) == ["outage"]
