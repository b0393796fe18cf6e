"""Delivery of reports as people ask for it, look at it, and see it arrive from the real daemon."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from email.utils import parseaddr

import pytest

from monitor.demo.port import held_port
from monitor.registry import load_registry
from monitor.settings import load_settings
from monitor.store import Store
from monitor.store.alerts import alerts
from monitor.store.audit import entries
from monitor.store.outbox import State
from tests.command import kulkul, start, write_config
from tests.databases import in_a_file
from tests.mailserver import mail_server
from tests.processes import wait_until
from tests.reporting import DAY, DOWN, START, UP, change, remember

CHANNELS = """\
channels:
  surel: {{kind: email, host: 127.0.0.1, port: {port}, security: none, sender: kulkul@example.go.id}}
  grup: {{kind: alertmanager, url: "http://127.0.0.1:9"}}
"""
ROUTES = """\
routes:
  - {id: petugas, to: {channel: surel, address: petugas@example.go.id}}
  - {id: instansi, to: [surel, grup], topics: [outage, reports], formats: xlsx}
  - id: penilai
    to: {channel: surel, address: penilai@example.go.id}
    topics: reports
    language: en
    match: {governments: demo}
"""


@pytest.fixture
async def config(tmp_path, home):
    return await prepared(tmp_path)


async def prepared(folder, **more):
    config = write_config(folder, {"lapor": "http://good.test/", "jdih": "http://other.test/"}, **more)
    services = folder / "services" / "demo.yml"
    contacts = "contacts: [{name: Ni Luh, email: kominfo@example.go.id}]"
    services.write_text(
        services.read_text().replace("name: Dinas Kominfo", f"name: Dinas Kominfo, {contacts}")
    )
    settings = load_settings(config)
    async with await Store.open(settings.database.url) as store:
        checks = [one.id for one in load_registry(settings.register, settings).checks()]
        await remember(
            store,
            *(change(one, START - DAY, UP) for one in checks),
            change(checks[0], START + DAY, DOWN),
            change(checks[0], START + 2 * DAY, UP),
            checks=checks,
        )
    return config


def routes(folder, *, port=1, text=ROUTES):
    (folder / "routes.yml").write_text(CHANNELS.format(port=port) + text, encoding="utf-8")


@pytest.fixture
def run(tmp_path, config):
    async def run(*arguments, **options):
        return await kulkul(*arguments, "-c", config, folder=tmp_path, **options)

    return run


@in_a_file
class TestWhoGetsWhat:
    async def test_it_is_told_with_scopes_addresses_and_reasons(self, run, tmp_path):
        routes(tmp_path)
        ran = await run("alert", "routes", "--topic", "reports")
        assert (ran.code, ran.err) == (0, "")
        assert ran.out.splitlines() == [
            "Laporan bulan yang ditutup akan dikirim kepada:",
            "  instansi: berkas xlsx, bahasa id",
            "    laporan Dinas Kominfo (kominfo): surel → kominfo@example.go.id",
            "  penilai: berkas pdf, xlsx, bahasa en",
            "    laporan Pemerintah Provinsi Demo (demo): surel → penilai@example.go.id",
            "",
            "Tidak mendapat laporan:",
            "  petugas: Hanya untuk gangguan, bukan laporan.",
        ]

    async def test_it_is_told_as_json_also_of_one_service(self, run, tmp_path):
        routes(tmp_path)
        told = (await run("alert", "routes", "--topic", "reports", "--service", "lapor", "--json")).json
        assert [(one["route"], one["scope"]["kind"], one["scope"]["id"]) for one in told["told"]] == [
            ("instansi", "agency", "kominfo"),
            ("penilai", "government", "demo"),
        ]
        assert [one["recipients"][0]["address"] for one in told["told"]] == [
            "kominfo@example.go.id",
            "penilai@example.go.id",
        ]
        assert [one["route"] for one in told["not_told"]] == ["petugas"]

    async def test_where_nobody_gets_any_the_exit_code_says_so(self, run, tmp_path):
        routes(tmp_path, text="routes: [{id: a, to: grup}]\n")
        ran = await run("alert", "routes", "--topic", "reports", "--lang", "en")
        assert ran.code == 1
        assert "nobody" in ran.out
        assert "a: Only for outages, not for reports." in ran.out


class TestPreview:
    async def test_it_shows_each_message_with_the_files_that_it_would_carry(self, run, tmp_path):
        routes(tmp_path)
        await run("report", "freeze", "2026-10")
        ran = await run("alert", "preview", "2026-10")
        assert ran.code == 0
        assert "[Kulkul] Laporan ketersediaan Oktober 2026 — Dinas Kominfo" in ran.out
        assert "[Kulkul] Availability report October 2026 — Pemerintah Provinsi Demo" in ran.out
        assert "laporan-ketersediaan-2026-10-kominfo.xlsx (" in ran.out
        assert "petugas" not in ran.err + ran.out

    async def test_one_route_can_be_chosen(self, run, tmp_path):
        routes(tmp_path)
        await run("report", "freeze", "2026-10")
        told = (await run("alert", "preview", "2026-10", "--route", "penilai", "--json")).json
        assert [(one["route"], one["language"]) for one in told] == [("penilai", "en")]

    async def test_a_period_that_is_not_closed_has_none(self, run, tmp_path):
        routes(tmp_path)
        ran = await run("alert", "preview", "2026-09", "--lang", "en")
        assert (ran.code, ran.out) == (2, "")
        assert (
            ran.err
            == "The period 2026-09 is not closed, so no report of it is sent; see: kulkul report list\n"
        )


class TestAsking:
    async def test_it_is_raised_each_time_somebody_asks_and_recorded(self, run, tmp_path, config):
        routes(tmp_path)
        await run("report", "freeze", "2026-W41", "--by", "Made")
        ran = await run("report", "deliver", "2026-W41", "--by", "Made")
        assert (ran.code, ran.out) == (0, "")
        assert ran.err.startswith("Daemon akan mengirim laporan 2026-W41 revisi 1: 2 kabar.")
        await run("report", "deliver", "2026-W41", "--revision", "1")
        async with await Store.open(load_settings(config).database.url) as store:
            assert len({one.key for one in await alerts(store)}) == 2
            done = [(one.action, one.who) for one in await entries(store, "report:2026-W41")]
        assert ("report.deliver", "Made") in done

    @in_a_file
    @pytest.mark.parametrize(
        ("arguments", "code", "told"),
        [
            (("2026-09",), 2, "The period 2026-09 is not closed."),
            (("2026-10", "--revision", "7"), 2, "The period 2026-10 has no revision 7"),
            (("2026-13",), 2, "Write a month from 01 to 12."),
        ],
    )
    async def test_what_cannot_be_sent_is_told_in_one_sentence(self, run, tmp_path, arguments, code, told):
        routes(tmp_path)
        await run("report", "freeze", "2026-10")
        ran = await run("report", "deliver", *arguments, "--lang", "en")
        assert (ran.code, ran.out, len(ran.err.splitlines())) == (code, "", 1)
        assert told in ran.err

    async def test_without_a_route_nothing_is_raised(self, run, tmp_path, config):
        routes(tmp_path, text="routes: []\n")
        await run("report", "freeze", "2026-W41")
        ran = await run("report", "deliver", "2026-W41", "--lang", "en")
        assert (ran.code, ran.err) == (
            1,
            "No route sends reports; see: kulkul alert routes --topic reports\n",
        )
        async with await Store.open(load_settings(config).database.url) as store:
            assert await alerts(store) == []


@asynccontextmanager
async def daemon(config, folder):
    process = await start("run", "-c", config, folder=folder)
    try:
        yield process
    finally:
        if process.returncode is None:
            process.kill()
        await process.communicate()


async def sent(home, count):
    """Wait until so many messages are stored as sent: what was not is repeated by the next daemon."""
    query = f"SELECT count(*) FROM notification WHERE state = {State.SENT.value}"
    await asyncio.to_thread(wait_until, f"{count} are sent", lambda: home.rows(query)[0][0] >= count)


async def test_the_daemon_sends_what_was_closed_while_it_was_off_once_and_the_same_again_when_asked(
    tmp_path, home
):
    with held_port("127.0.0.1", 0) as port:
        config = await prepared(tmp_path, port=port)
        async with mail_server() as server:
            routes(tmp_path, port=server.port)
            # Raised while no daemon runs: the alert lies beside the closing, in one transaction.
            frozen = await kulkul("report", "freeze", "2026-10", "-c", config, folder=tmp_path)
            assert frozen.code == 0, frozen.err
            async with daemon(config, tmp_path) as first:
                await sent(home, 2)
                first.kill()
                await first.wait()
            again = await kulkul("report", "deliver", "2026-10", "-c", config, folder=tmp_path)
            assert again.code == 0, again.err
            async with daemon(config, tmp_path):
                await sent(home, 4)
            assert len(server.mails) == 4
    told = [(parseaddr(one.message["To"])[1], one.message) for one in server.mails]
    for address in ("kominfo@example.go.id", "penilai@example.go.id"):
        first, second = (message for to, message in told if to == address)
        assert first["Message-ID"] != second["Message-ID"]
        carried = [[one.get_content() for one in each.iter_attachments()] for each in (first, second)]
        assert carried[0] == carried[1] != []
    name = next(one for to, one in told if to == "penilai@example.go.id")
    (attached,) = [one for one in name.iter_attachments() if one.get_filename().endswith(".xlsx")]
    path = tmp_path / attached.get_filename()
    path.write_bytes(attached.get_content())
    verified = await kulkul("report", "verify", path, "-c", config, folder=tmp_path)
    assert (verified.code, verified.out.split(":")[0]) == (0, "Cocok"), verified.err
