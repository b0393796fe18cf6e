"""`kulkul alert test`, `preview`, `list`, `dead` and `retry`: messages as people see and mend them."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from aiohttp import web

from monitor.core.finding import Acceptance, FindingSeverity, Seen
from monitor.store import Store
from monitor.store.audit import entries
from monitor.store.findings import accept, record_inspection
from monitor.store.outbox import Notification, State, claim, notifications, plan, settle_dead, settle_sent
from tests import findings
from tests.command import kulkul, write_config
from tests.databases import in_a_file
from tests.outages import ADDRESS, MINUTE, T0, incident, member, write

SECRET = "sangat-rahasia"
FAR = datetime(2999, 1, 1, tzinfo=UTC)
"""Later than any day on which this is run."""


@asynccontextmanager
async def receiving(status=200):
    """Take webhooks; yields the URL and what came."""
    came = []

    async def take(request):
        came.append(await request.json())
        return web.Response(status=status)

    app = web.Application()
    app.router.add_post("/kabar", take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    try:
        yield f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}/kabar", came
    finally:
        await runner.cleanup()


@pytest.fixture
def alert(tmp_path, home):
    """Run `kulkul alert …`."""
    config = write_config(tmp_path, {"satu": "http://good.test/", "dua": "http://other.test/"})

    async def run(*arguments, **options):
        env = {"KABAR": SECRET, **options.pop("env", {})}
        return await kulkul("alert", *arguments, "-c", config, folder=tmp_path, env=env, **options)

    return run


def routes(folder, url, more=""):
    (folder / "routes.yml").write_text(
        "channels:\n"
        f"  kait: {{kind: webhook, url: '{url}', secret: '${{env:KABAR}}'}}\n"
        "  surel: {kind: email, host: 127.0.0.1, port: 1, security: none, sender: kulkul@example.go.id}\n"
        "routes:\n"
        "  - {id: petugas, to: kait}\n"
        f"{more}",
        encoding="utf-8",
    )


async def find(store, *rules):
    """Inspect good.test: these rules are broken there, and no others."""
    sights = [
        Seen(
            identity=findings.identity(each, "good.test"),
            severity=FindingSeverity.MINOR,
            places=frozenset({"good.test"}),
        )
        for each in rules
    ]
    covered = {"of_old": frozenset({"good.test"})}
    await record_inspection(
        store, findings.inspected(findings.T0, *sights, covered=covered), lambda _: "good.test"
    )


async def store_of(home):
    return await Store.open(home.url)


def note(place=0, **more):
    return Notification(
        key=f"key {place}",
        route_id="petugas",
        subject="INC-2026-000123",
        place=place,
        occasion="outage",
        channel="kait",
        address="",
        language="id",
        facts={},
        created_at=T0,
        due_at=T0,
        **more,
    )


@in_a_file
async def test_a_test_message_is_sent_at_once_and_says_that_it_is_one(tmp_path, alert):
    async with receiving() as (url, came):
        routes(tmp_path, url)
        ran = await alert("test", "petugas")
    assert (ran.code, ran.out) == (0, "✔ kait (webhook): terkirim\n")
    [message] = came
    assert message["occasion"] == "test"


@in_a_file
async def test_a_test_that_fails_says_where_and_why_without_the_secret(tmp_path, alert):
    async with receiving(status=403) as (url, _):
        routes(tmp_path, url)
        ran = await alert("test", "petugas", "--lang", "en")
    assert ran.code == 1
    assert ran.out.startswith("✖ kait (webhook): ")
    assert "403" in ran.out
    assert SECRET not in ran.out + ran.err


@in_a_file
async def test_an_unknown_route_is_answered_with_those_that_exist(tmp_path, alert):
    routes(tmp_path, "http://127.0.0.1:1/")
    ran = await alert("test", "dinas", "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "There is no route “dinas”; there are: petugas.\n"


@in_a_file
async def test_a_route_by_contacts_asks_for_the_service_whose_agency_is_meant(tmp_path, alert):
    register = tmp_path / "services" / "demo.yml"
    text = register.read_text(encoding="utf-8")
    assert "agencies:" in text
    government = "contacts: [{name: Made, email: made@example.go.id}]"
    register.write_text(text.replace("government: {", f"government: {{{government}, ", 1), encoding="utf-8")
    routes(tmp_path, "http://127.0.0.1:1/", "  - {id: instansi, to: surel}\n")
    ran = await alert("test", "instansi", "--lang", "en")
    assert ran.code == 2
    assert "choose a service" in ran.err
    ran = await alert("test", "instansi", "--service", "satu", "--lang", "en")
    assert ran.code == 1
    assert ran.out.startswith("✖ surel → made@example.go.id: ")


async def test_a_preview_shows_what_each_route_would_say_and_sends_nothing(tmp_path, home, alert):
    async with receiving() as (url, came):
        routes(tmp_path, url, "  - {id: abroad, to: kait, language: en}\n")
        async with await store_of(home) as store:
            await write(store, [incident(member("satu"), member("dua", T0 + MINUTE), cause=ADDRESS)])
        ran = await alert("preview", "inc-2026-123")
        short = await alert("preview", "2026-123", "--route", "abroad", "--format", "brief")
        page = await alert("preview", "2026-123", "--route", "abroad", "--format", "html")
        everything = await alert("preview", "2026-123", "--json")
    assert came == []
    assert "[GANGGUAN] 2 layanan" in ran.out
    assert "[OUTAGE] 2 services" in ran.out
    assert "— petugas: kait (webhook)" in ran.err
    assert short.out.count("192.0.2.7") >= 1
    assert "GANGGUAN" not in short.out
    assert page.out.lstrip().lower().startswith("<!doctype html>")
    assert [one["listener"] for one in everything.json] == ["petugas", "abroad"]


async def test_a_preview_of_what_is_over_tells_of_the_recovery(tmp_path, home, alert):
    routes(tmp_path, "http://127.0.0.1:1/")
    async with await store_of(home) as store:
        await write(store, [incident(member("satu", T0, T0 + 5 * MINUTE), closed_at=T0 + 6 * MINUTE)])
    ran = await alert("preview", "2026-123")
    assert "[PULIH]" in ran.out


@pytest.mark.parametrize("about", ["good.test", "Good.test", "FND-000001", "fnd-1"])
async def test_a_preview_of_findings_shows_all_that_stand_to_those_who_hear_of_them(
    tmp_path, home, alert, about
):
    more = (
        "  - {id: temuan, to: kait, topics: finding, language: en}\n"
        "  - {id: lain, to: kait, topics: finding, match: {services: dua}}\n"
    )
    async with receiving() as (url, came):
        routes(tmp_path, url, more)
        async with await store_of(home) as store:
            await find(store, "of_old", "of_young")
        ran = await alert("preview", about)
    assert (ran.code, came) == (0, [])
    assert ran.err.count("— ") == 1
    assert "— temuan: kait (webhook)" in ran.err
    assert "[FINDING] good.test — 2 findings" in ran.out
    assert "OF_OLD" in ran.out


async def test_there_is_no_preview_of_findings_that_are_over_or_accepted(tmp_path, home, alert):
    routes(tmp_path, "http://127.0.0.1:1/", "  - {id: temuan, to: kait, topics: finding}\n")
    async with await store_of(home) as store:
        await find(store, "of_old")
        await accept(store, 1, Acceptance(until=FAR, by="made", reason="Diganti."), findings.T0)
        ran = await alert("preview", "good.test")
        assert (ran.code, ran.out) == (1, "")
        await find(store)
    ran = await alert("preview", "good.test", "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert "good.test has no open findings" in ran.err


@pytest.mark.parametrize("number", ["INC-2026-000999", "besok", "FND-000099"])
async def test_there_is_no_preview_of_what_does_not_exist(tmp_path, home, alert, number):
    routes(tmp_path, "http://127.0.0.1:1/")
    async with await store_of(home):
        pass
    ran = await alert("preview", number, "--lang", "en")
    assert (ran.code, ran.out) == (2, "")
    assert number in ran.err


async def test_messages_are_listed_with_what_became_of_them(home, alert):
    async with await store_of(home) as store:
        await plan(store, (0, 0), [], [note(0), note(1), note(2)])
        for one in await claim(store, "me", T0, MINUTE):
            await settle_sent(store, "me", one, T0)
        for one in await claim(store, "me", T0, MINUTE):
            await settle_dead(store, "me", one, "The server said 550: no such user.", None)
    ran = await alert("list", "--lang", "en")
    lines = [line.split() for line in ran.out.splitlines()[1:]]
    assert [line[:2] for line in lines] == [["3", "waiting"], ["2", "dead"], ["1", "sent"]]
    assert "The server said 550: no such user." in ran.out
    only = await alert("list", "--subject", "2026-999")
    assert (only.code, only.out) == (0, "")


async def test_messages_about_a_domain_can_be_asked_for_by_its_name(home, alert):
    async with await store_of(home) as store:
        about = replace(note(3), subject="findings:good.test", occasion="finding")
        await plan(store, (0, 0), [], [note(0), about])
    ran = await alert("list", "--subject", "Good.test", "--json")
    assert [one["subject"] for one in ran.json] == ["findings:good.test"]


async def test_what_was_given_up_is_sent_again_when_asked_for_and_that_is_logged(home, alert):
    async with await store_of(home) as store:
        await plan(store, (0, 0), [], [note(0)])
        [one] = await claim(store, "me", T0, MINUTE)
        await settle_dead(store, "me", one, "No.", None)
    dead = await alert("dead", "--json")
    assert dead.code == 1
    assert [(each["id"], each["state"], each["error"]) for each in dead.json] == [(1, "dead", "No.")]
    ran = await alert("retry", "1", "--by", "Wayan", "--reason", "alamat diperbaiki", "--lang", "en")
    assert (ran.code, ran.err) == (0, "1 message will be sent again as soon as the daemon runs.\n")
    async with await store_of(home) as store:
        [again] = await notifications(store, state=State.WAITING)
        assert again.attempts == 0
        assert again.due_at > T0 + timedelta(seconds=1)
        [entry] = await entries(store, "outbox")
    assert (entry.who, entry.action, entry.reason) == ("Wayan", "alert.retry", "alamat diperbaiki")
    assert (await alert("dead")).code == 0


@in_a_file
@pytest.mark.parametrize("arguments", [[], ["7", "--all"]])
async def test_retry_wants_numbers_or_all(alert, arguments):
    ran = await alert("retry", *arguments, "--lang", "en")
    assert (ran.code, ran.err) == (2, "Name the numbers, or write --all.\n")


async def test_retrying_what_is_not_dead_says_so(home, alert):
    async with await store_of(home):
        pass
    ran = await alert("retry", "7", "--lang", "en")
    assert ran.code == 2
    assert "kulkul alert dead" in ran.err
    assert (await alert("retry", "--all")).code == 0
