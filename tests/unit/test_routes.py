"""`routes.yml` as it is loaded; its mistakes stand in `bad_config/routes/`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.core.route import (
    AlertmanagerChannel,
    AppriseChannel,
    EmailChannel,
    Escalation,
    Match,
    QuietHours,
    Recipient,
    Reminders,
    ReportFormat,
    Route,
    Routing,
    Security,
    Severity,
    TelegramChannel,
    Topic,
    WebhookChannel,
)
from monitor.core.service import Category, Contact
from monitor.registry import load_registry
from monitor.registry.routes import load_routes
from monitor.settings import ConfigurationError, default_settings, load_settings
from tests.recording import registry

CONFIG = Path(__file__).resolve().parents[2] / "config"
SECRET = "hunter2-rahasia"
HOUR = timedelta(hours=1)
GROUP = 'channels: {grup: {kind: alertmanager, url: "http://127.0.0.1:9093"}}\n'
MAIL = "channels: {surel: {kind: email, host: smtp.example, sender: k@example.go.id}}\n"
CHANNELS = """\
channels:
  surel:
    kind: email
    host: smtp.Example.go.id
    security: tls
    login: {username: kulkul, password: "${env:KULKUL_TEST_SECRET}"}
    sender: Pemantau Kulkul <kulkul@example.go.id>
    reply_to: pelita@example.go.id
    ca_file: ca.pem
    timeout: 20s
  bot: {kind: telegram, token: "${file:token.txt}", url: "http://127.0.0.1:8081/", timeout: 5s}
  aplikasi: {kind: webhook, url: "https://aplikasi.example.go.id/kulkul", secret: "${env:KULKUL_TEST_SECRET}"}
  grup:
    kind: alertmanager
    url: http://127.0.0.1:9093/
    login: {username: kulkul, password: "${env:KULKUL_TEST_SECRET}"}
    resend: 30s
  lain: {kind: apprise, url: "${env:KULKUL_TEST_SECRET}"}
"""
FULL = """\
link: https://status.example.go.id
contact: UPTD PELITA
routes:
  - id: satu
    to: [bot-tanpa, {channel: bot-tanpa, address: -1001234567890}]
    topics: [outage, finding]
    match:
      services: satu
      agencies: [diskominfo]
      governments: badung
      categories: publik
      tags: []
      severity: warning
      rules: [certificate_expiring]
    language: en
    hold: 1m
    degraded_after: 2h
    reminders: {first: 2h, factor: 1.5, longest: 2d}
    quiet: {from: "22:00", until: "06:00"}
    escalate: {after: 3h, to: bot-tanpa}
"""


@pytest.fixture
def load(tmp_path):
    """Write a file of routes and load it with a register of two services, `satu` and `dua`."""

    def write_and_load(text, settings=None, register=None):
        path = tmp_path / "routes.yml"
        path.write_text(text, encoding="utf-8")
        known = register or registry("satu", "dua")
        return load_routes(path, settings or default_settings(), known, {"certificate_expiring"})

    return write_and_load


@pytest.fixture
def secrets(tmp_path, monkeypatch):
    monkeypatch.setenv("KULKUL_TEST_SECRET", SECRET)
    (tmp_path / "token.txt").write_text(f"123456:{SECRET}\n")
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")


def with_contact(**contact):
    """Return the register, its government with a contact."""
    register = registry("satu", "dua")
    government = replace(register.governments["badung"], contacts=(Contact(name="Ni Luh", **contact),))
    return replace(register, governments={"badung": government})


def test_without_the_file_nobody_is_told(tmp_path):
    assert load_routes(tmp_path / "routes.yml", default_settings(), registry("satu")) == Routing()


def test_a_route_needs_only_an_id_and_somewhere_to_send(load):
    routing = load(GROUP + "routes: [{id: petugas, to: grup}]\n")
    assert routing.routes == (Route(id="petugas", to=(Recipient(channel="grup"),)),)
    assert routing.channels == {"grup": AlertmanagerChannel(id="grup", url="http://127.0.0.1:9093")}
    assert (routing.link, routing.contact) == (None, None)


def test_every_key_of_a_route_arrives(load, secrets):
    channels = CHANNELS.replace("  bot:", "  bot-tanpa:")
    routing = load(channels + FULL, register=with_contact(telegram="@badung"))
    assert (routing.link, routing.contact) == ("https://status.example.go.id/", "UPTD PELITA")
    assert routing.routes == (
        Route(
            id="satu",
            to=(Recipient(channel="bot-tanpa"), Recipient(channel="bot-tanpa", address="-1001234567890")),
            topics=frozenset({Topic.OUTAGE, Topic.FINDING}),
            match=Match(
                services=frozenset({"satu"}),
                agencies=frozenset({"diskominfo"}),
                governments=frozenset({"badung"}),
                categories=frozenset({Category.PUBLIC}),
                severity=Severity.WARNING,
                rules=frozenset({"certificate_expiring"}),
            ),
            language="en",
            hold=timedelta(minutes=1),
            degraded_after=2 * HOUR,
            reminders=Reminders(first=2 * HOUR, factor=1.5, longest=48 * HOUR),
            quiet=QuietHours(starts=time(22), ends=time(6)),
            escalation=Escalation(after=3 * HOUR, to=(Recipient(channel="bot-tanpa"),)),
        ),
    )


def test_every_key_of_a_channel_arrives(load, secrets, tmp_path):
    assert load(CHANNELS).channels == {
        "surel": EmailChannel(
            id="surel",
            host="smtp.example.go.id",
            port=465,
            security=Security.TLS,
            username="kulkul",
            password=SECRET,
            sender="Pemantau Kulkul <kulkul@example.go.id>",
            reply_to="pelita@example.go.id",
            ca_file=str(tmp_path / "ca.pem"),
            timeout=timedelta(seconds=20),
        ),
        "bot": TelegramChannel(
            id="bot", token=f"123456:{SECRET}", url="http://127.0.0.1:8081", timeout=timedelta(seconds=5)
        ),
        "aplikasi": WebhookChannel(id="aplikasi", url="https://aplikasi.example.go.id/kulkul", secret=SECRET),
        "grup": AlertmanagerChannel(
            id="grup",
            url="http://127.0.0.1:9093",
            username="kulkul",
            password=SECRET,
            resend=timedelta(seconds=30),
        ),
        "lain": AppriseChannel(id="lain", url=SECRET),
    }


def test_reports_are_asked_for_by_name_and_so_are_their_formats(load):
    text = MAIL + "routes: [{id: a, to: {channel: surel, address: a@example.go.id}, topics: reports}]"
    assert load(text).routes[0].formats == (ReportFormat.PDF, ReportFormat.XLSX)
    some = load(text.replace("topics: reports", "topics: reports, formats: [json, csv, json]")).routes[0]
    assert some.formats == (ReportFormat.JSON, ReportFormat.CSV)
    assert Topic.REPORTS not in load(text.replace(", topics: reports", "")).routes[0].topics


def test_how_large_a_mail_may_be_arrives(load):
    assert load(MAIL).channels["surel"].attachments_max_bytes == 10_000_000
    larger = MAIL.replace("host:", "attachments_max_bytes: 25000000, host:")
    assert load(larger).channels["surel"].attachments_max_bytes == 25_000_000


@pytest.mark.parametrize("condition", ["services: satu", "categories: publik", "tags: inti"])
def test_reports_of_less_than_an_agency_cannot_be_asked_for(load, condition):
    register = with_contact(email="a@example.go.id")
    tagged = {id_: replace(one, tags=frozenset({"inti"})) for id_, one in register.services.items()}
    text = MAIL + f"routes: [{{id: a, to: surel, topics: [outage, reports], match: {{{condition}}}}}]"
    with pytest.raises(ConfigurationError, match="reports are of whole agencies and governments"):
        load(text, register=replace(register, services=tagged))
    load(text.replace(", reports", ""), register=replace(register, services=tagged))


def test_no_secret_is_shown_by_what_was_loaded(load, secrets):
    assert SECRET not in repr(load(CHANNELS))


def test_no_secret_is_shown_by_what_is_wrong_beside_it(load, secrets):
    with pytest.raises(ConfigurationError) as caught:
        load(CHANNELS.replace("kind: telegram", "kind: webhook") + f"warna: {SECRET[:4]}\n")
    assert "channels.bot.secret: this key is required" in str(caught.value)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(("security", "port"), [("starttls", 587), ("tls", 465), ("none", 25)])
def test_the_usual_port_follows_from_the_protection(load, security, port):
    text = MAIL.replace("host:", f"security: {security}, host:")
    assert load(text).channels["surel"].port == port
    assert load(text.replace("host:", "port: 2525, host:")).channels["surel"].port == 2525


@pytest.mark.parametrize("off", ["false", '"off"'])
def test_reminders_can_be_switched_off(load, off):
    assert load(GROUP + f"routes: [{{id: a, to: grup, reminders: {off}}}]").routes[0].reminders is None


def test_the_settings_speak_where_the_file_is_silent(load):
    usual = default_settings()
    settings = replace(usual, language="en", vantage=replace(usual.vantage, contact="Pak Made"))
    routing = load(GROUP + "routes: [{id: a, to: grup}, {id: b, to: grup, language: id}]", settings)
    assert [one.language for one in routing.routes] == ["en", "id"]
    assert routing.contact == "Pak Made"


def test_the_contacts_of_the_register_make_an_address_unnecessary(load):
    text = MAIL + "routes: [{id: a, to: surel}]"
    with pytest.raises(ConfigurationError, match="names no e-mail address for diskominfo"):
        load(text)
    with pytest.raises(ConfigurationError, match="names no e-mail address for diskominfo"):
        load(text, register=with_contact(telegram="@badung"))
    assert load(text, register=with_contact(email="a@example.go.id")).routes[0].to == (
        Recipient(channel="surel"),
    )


def test_contacts_are_asked_of_those_agencies_only_that_the_route_is_for(load):
    register = with_contact(email="a@example.go.id")
    lone = replace(register.agencies["diskominfo"], id="desa", government_id="desa")
    register = replace(
        register,
        governments={
            **register.governments,
            "desa": replace(register.governments["badung"], id="desa", contacts=()),
        },
        agencies={**register.agencies, "desa": lone},
        services={**register.services, "dua": replace(register.services["dua"], agency_id="desa")},
    )
    text = MAIL + "routes: [{id: a, to: surel, match: {services: %s}}]"
    assert load(text % "satu", register=register)
    with pytest.raises(ConfigurationError, match="names no e-mail address for desa, nor"):
        load(text % "[satu, dua]", register=register)


def test_an_empty_register_makes_no_route_wrong(load):
    assert load(MAIL + "routes: [{id: a, to: surel}]", register=registry()).routes


def test_the_shipped_file_tells_nobody_and_its_example_is_sound(tmp_path, monkeypatch):
    settings = load_settings(CONFIG / "kulkul.yml")
    register = load_registry(settings.register, settings)
    assert settings.routes == CONFIG / "routes.yml"
    assert load_routes(settings.routes, settings, register) == Routing()
    text = settings.routes.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema/routes.schema.json\n")
    for name in re.findall(r"\$\{env:(\w+)\}", text):
        monkeypatch.setenv(name, "1:hunter2")
    example = re.findall(r"^#   (.*)$|^#$", text.partition("[example]")[2], re.MULTILINE)
    path = tmp_path / "routes.yml"
    path.write_text("\n".join(example), encoding="utf-8")
    bali = replace(
        register.governments["provinsi-bali"], contacts=(Contact(name="A", email="a@example.go.id"),)
    )
    routing = load_routes(
        path, settings, replace(register, governments={**register.governments, "provinsi-bali": bali})
    )
    assert [one.id for one in routing.routes] == [
        "petugas",
        "instansi",
        "temuan",
        "laporan-instansi",
        "laporan-penilai",
    ]
    assert set(routing.channels) == {"surel", "telegram", "aplikasi", "alertmanager", "lainnya"}


@pytest.mark.parametrize("guide", ["README.md", "docs/memulai.md"])
def test_the_example_in_the_guides_is_sound(load, monkeypatch, guide):
    monkeypatch.setenv("KULKUL_SMTP_PASSWORD", SECRET)
    text = (CONFIG.parent / guide).read_text(encoding="utf-8")
    examples = re.findall(r"^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    [example] = [one for one in examples if "\nroutes:" in one]
    routing = load(example, register=with_contact(email="a@example.go.id"))
    assert [one.id for one in routing.routes] == ["petugas", "instansi", "laporan"]
