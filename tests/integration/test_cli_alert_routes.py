"""`kulkul alert routes`: who is told what, and who would be told of one service."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.command import kulkul, write_config

WITA = ZoneInfo("Asia/Makassar")
SECRET = "hunter2-rahasia"
SECRETS = {"KULKUL_TEST_SECRET": SECRET, "KULKUL_TEST_TOKEN": f"1:{SECRET}"}
ROUTES = """\
channels:
  surel:
    kind: email
    host: smtp.example
    login: {{username: kulkul, password: "${{env:KULKUL_TEST_SECRET}}"}}
    sender: kulkul@example.go.id
  bot: {{kind: telegram, token: "${{env:KULKUL_TEST_TOKEN}}"}}
  aplikasi:
    kind: webhook
    url: "${{env:KULKUL_TEST_URL}}"
    secret: "${{env:KULKUL_TEST_SECRET}}"
routes:
  - id: petugas
    to: [aplikasi, {{channel: bot, address: -100}}]
    topics: [outage, degraded, monitor]
    reminders: {{factor: 1}}
  - id: instansi
    to: surel
    match: {{agencies: kominfo, severity: warning}}
    quiet: {{from: "{quiet[0]}", until: "{quiet[1]}"}}
    escalate: {{after: 2h, to: {{channel: surel, address: kepala@example.go.id}}}}
  - id: pimpinan
    to: {{channel: surel, address: kepala@example.go.id}}
    match: {{severity: critical}}
    reminders: false
"""


def hours(*from_now):
    """Return times of day so many hours from now, as routes say them."""
    now = datetime.now(WITA)
    return [f"{now + timedelta(hours=one):%H:%M}" for one in from_now]


@pytest.fixture
def config(tmp_path):
    settings = write_config(
        tmp_path,
        {
            "satu": "http://good.test/",
            "dua": ("criticality: kritis", "url: 'http://other.test/'"),
            "tiga": ("criticality: biasa", "url: 'http://other.test/'"),
        },
    )
    services = tmp_path / "services" / "demo.yml"
    contacts = "contacts: [{name: Ni Luh, email: kominfo@example.go.id}]"
    services.write_text(
        services.read_text().replace("name: Dinas Kominfo", f"name: Dinas Kominfo, {contacts}")
    )
    return settings


@pytest.fixture
def run(tmp_path, config):
    """Run the command with routes whose quiet hours lie around now, or as `quiet` says."""

    async def with_routes(*arguments, routes=ROUTES, quiet=(-2, 2), lang="en"):
        (tmp_path / "routes.yml").write_text(routes.format(quiet=hours(*quiet)))
        env = {**SECRETS, "KULKUL_TEST_URL": f"http://127.0.0.1/{SECRET}"}
        ran = await kulkul(
            "alert", "routes", *arguments, "-c", config, "--lang", lang, folder=tmp_path, env=env
        )
        assert SECRET not in ran.out + ran.err
        return ran

    return with_routes


async def test_all_routes_are_listed(run):
    ran = await run(quiet=(-2, 2))
    head, *rows = ran.out.splitlines()
    assert (ran.code, ran.err, head.split()) == (0, "", ["Route", "About", "For", "To", "When"])
    assert [row.split()[0] for row in rows] == ["petugas", "instansi", "pimpinan"]
    assert "aplikasi (webhook), bot → -100" in rows[0]
    assert "reminder every 1 h" in rows[0]
    assert "agency kominfo; from warning on" in rows[1]
    assert "surel → the register's contacts" in rows[1]
    assert "when nobody acknowledges for 2 h, also: surel → kepala@example.go.id" in rows[1]
    assert "no reminders" in rows[2]


async def test_the_list_speaks_indonesian(run):
    ran = await run(lang="id")
    head, *rows = ran.out.splitlines()
    assert head.split() == ["Rute", "Tentang", "Untuk", "Kepada", "Kapan"]
    assert "gangguan, kelambatan, pemantau sendiri" in rows[0]
    assert "kontak dalam register" in rows[1]


async def test_the_list_can_be_narrowed(run):
    of_topic = await run("--topic", "degraded", "--json")
    of_severity = await run("--severity", "info", "--json")
    assert [one["route"] for one in of_topic.json] == ["petugas"]
    assert [one["route"] for one in of_severity.json] == ["petugas"]
    none = await run("--topic", "blocked")
    assert (none.code, none.out, none.err) == (0, "", "No route matches.\n")


async def test_it_is_told_who_would_hear_of_a_service_where_when_and_why(run):
    ran = await run("--service", "satu")
    told, _, not_told = ran.out.partition("Would not be told:")
    assert (ran.code, ran.err) == (0, "")
    assert told.startswith("satu (satu): outages, warning\n")
    assert "  petugas: For every service.\n    aplikasi (webhook)\n    bot → -100\n" in told
    assert "  instansi: For agency kominfo.\n    surel → kominfo@example.go.id\n" in told
    assert "    held 30 s: one cause, one message\n" in told
    assert "    reminder after 1 h, then each time 2 times as far apart, at most 1 d\n" in told
    assert "also: surel → kepala@example.go.id" in told
    assert not_told == "\n  pimpinan: Only from critical on; this is warning.\n"


async def test_who_hears_of_findings_is_told_of_the_rules_and_of_how_they_are_told(run):
    routes = ROUTES.replace("topics: [outage, degraded, monitor]", "topics: [finding, monitor]")
    ran = await run("--service", "tiga", "--topic", "finding", routes=routes)
    assert ran.code == 0
    assert "instansi: Only for outages, not for findings." in ran.out
    assert "all findings of a domain are one message; deadlines are reminded of at 08:00" in ran.out
    listed = await run(routes=routes)
    assert "all findings of a domain" in " ".join(listed.out.split())


async def test_quiet_hours_hold_until_their_end_unless_it_is_critical(run):
    [until] = hours(2)
    held = await run("--service", "satu")
    assert re.search(rf"quiet from \S+ to {until}: now held until \S+ {until} WITA\n", held.out)
    later = await run("--service", "satu", quiet=(2, 4))
    assert re.search(r"quiet from \S+ to \S+: not now\n", later.out)
    critical = await run("--service", "dua", "--json")
    assert {one["route"]: one["quiet_until"] for one in critical.json["told"]} == {
        "petugas": None,
        "instansi": None,
        "pimpinan": None,
    }
    assert "not for what is critical" in (await run("--service", "dua")).out


async def test_the_severity_follows_from_the_service_unless_it_is_given(run):
    usual = await run("--service", "tiga", "--json")
    assert (usual.json["severity"], [one["route"] for one in usual.json["told"]]) == ("info", ["petugas"])
    given = await run("--service", "tiga", "--severity", "critical", "--json")
    assert [one["route"] for one in given.json["told"]] == ["petugas", "instansi", "pimpinan"]


async def test_programs_get_the_same_as_json(run):
    ran = await run("--service", "satu", "--json", lang="id")
    assert ran.code == 0
    petugas, instansi = ran.json["told"]
    assert petugas["recipients"] == [
        {"channel": "aplikasi", "kind": "webhook", "address": None},
        {"channel": "bot", "kind": "telegram", "address": "-100"},
    ]
    assert instansi["why"] == "Untuk instansi kominfo."
    assert instansi["to"] == [{"channel": "surel", "kind": "email", "address": None}]
    assert instansi["recipients"] == [
        {"channel": "surel", "kind": "email", "address": "kominfo@example.go.id"}
    ]
    assert instansi["escalation_recipients"][0]["address"] == "kepala@example.go.id"
    assert instansi["quiet_until"].endswith("Z")
    assert instansi["escalation"]["after_seconds"] == 7200
    assert petugas["reminders"] == {"first_seconds": 3600, "factor": 1, "longest_seconds": 86400}
    assert ran.json["not_told"] == [
        {"route": "pimpinan", "why": "Hanya untuk tingkat kritis ke atas; ini peringatan."}
    ]


async def test_who_hears_of_the_monitor_itself(run):
    ran = await run("--topic", "monitor")
    assert ran.code == 0
    assert ran.out.startswith("Kulkul: the monitor itself, critical\n")
    assert "  petugas: About the monitor, and no service.\n" in ran.out
    assert "  instansi: Only for outages, not for the monitor itself.\n" in ran.out


async def test_that_nobody_would_be_told_is_a_bad_answer(run):
    ran = await run("--service", "satu", "--topic", "blocked")
    assert ran.code == 1
    assert "Would be told:\n  nobody\n" in ran.out


async def test_an_unknown_service_is_refused_with_what_may_be_meant(run):
    ran = await run("--service", "stau")
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "--service: there is no service with the id stau; did you mean satu?\n"


async def test_messages_about_the_monitor_are_about_no_service(run):
    ran = await run("--service", "satu", "--topic", "monitor")
    assert (ran.code, ran.out) == (2, "")
    assert "remove --service" in ran.err


async def test_a_file_without_routes_is_told(tmp_path, config):
    ran = await kulkul("alert", "routes", "-c", config, "--lang", "en", folder=tmp_path)
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == f"There are no routes in {tmp_path}/routes.yml: nobody will be told.\n"
    listed = await kulkul("alert", "routes", "-c", config, "--json", folder=tmp_path)
    assert listed.json == []


async def test_a_mistake_in_the_routes_is_shown_with_its_place(run, tmp_path):
    ran = await run(routes=ROUTES.replace("to: surel", "to: sureel"))
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith(
        f"{tmp_path}/routes.yml:18:9: routes.1.to: there is no channel with the id sureel"
    )
