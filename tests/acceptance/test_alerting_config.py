"""The shipped settings of Prometheus and Alertmanager, read by the real ones: who is told, what is held."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import pytest
import yaml

from monitor.demo.port import held_port
from monitor.settings import default_settings
from tests.alertmanagers import PROGRAM
from tests.processes import get, running, wait_until

pytestmark = pytest.mark.real

ROOT = Path(__file__).parents[2]
PROMETHEUS = ROOT / "config" / "prometheus" / "prometheus.yml"
ALERTMANAGER = ROOT / "config" / "alertmanager" / "alertmanager.yml"
HOST = "127.0.0.1"
LAST, HELD_BY_LAST = {"alertname": "Last"}, {"alertname": "HeldByLast"}
"""The first inhibits the second, by a rule that only these tests have."""


def installed(program):
    found = shutil.which(program)
    if found is None:
        if os.environ.get("KULKUL_REQUIRE_REAL") == "1":
            pytest.fail(f"{program} is not installed, and KULKUL_REQUIRE_REAL=1 asks for it")
        pytest.skip(f"{program} is not installed")
    return found


def run(program, *arguments):
    ran = subprocess.run(
        [installed(program), *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def test_prometheus_accepts_its_settings_and_finds_every_file_of_rules():
    run("promtool", "check", "config", PROMETHEUS)
    (pattern,) = load(PROMETHEUS)["rule_files"]
    found = {path.resolve() for path in PROMETHEUS.parent.glob(pattern)}
    assert found == set((ROOT / "alerts" / "rules").glob("*.yml"))


def test_prometheus_looks_where_kulkul_serves_by_default_under_the_name_that_the_rules_ask_for():
    (job,) = load(PROMETHEUS)["scrape_configs"]
    web = default_settings().web
    assert job == {"job_name": "kulkul", "static_configs": [{"targets": [f"{web.host}:{web.port}"]}]}


def test_alertmanager_accepts_its_settings():
    assert "SUCCESS" in run("amtool", "check-config", ALERTMANAGER)


def test_alertmanager_remembers_for_longer_than_any_pause_between_two_messages(tmp_path):
    with alertmanager(tmp_path / "alertmanager"):
        said = (tmp_path / "alertmanager" / "output" / "stderr").read_text(encoding="utf-8")
    assert [line for line in said.splitlines() if "level=warn" in line or "level=error" in line] == []


def test_no_secret_stands_in_the_settings_of_alertmanager():
    text = ALERTMANAGER.read_text(encoding="utf-8")
    keys = ("password:", "token:", "credentials:", "api_key:", "secret:", "_url:")
    assert [line for line in text.splitlines() if any(key in line for key in keys)] == []


@pytest.mark.parametrize(
    ("labels", "told"),
    [
        ("alertname=Watchdog severity=info team=pelita", "penjaga"),
        ("alertname=KulkulTest severity=info", "pelita"),
        ("alertname=KulkulTargetMissing severity=critical team=pelita", "pelita-segera"),
        ("alertname=KulkulCanaryDown severity=warning team=pelita", "pelita"),
        ("alertname=KulkulCertificateExpiring severity=info agency=bali-dishub", "pelita"),
        ("alertname=KulkulServiceDown severity=critical agency=bali-dishub", "pelita-segera"),
        ("alertname=KulkulServiceDown severity=warning agency=bali-diskominfos", "bali-diskominfos,pelita"),
        (
            "alertname=KulkulServiceDown severity=critical agency=bali-diskominfos",
            "bali-diskominfos,pelita-segera",
        ),
        (
            "alertname=KulkulCertificateExpired severity=critical agency=bali-diskominfos",
            "bali-diskominfos,pelita-segera",
        ),
        # Of its domain an agency hears from Kulkul itself, as a finding.
        ("alertname=KulkulDomainExpired severity=critical domain=contohkab.go.id", "pelita-segera"),
        ("alertname=KulkulDomainExpiring severity=info domain=contohkab.go.id within=30d", "pelita"),
        # How quickly the budget burns is for the operators; the agency was told of each outage.
        ("alertname=KulkulErrorBudgetBurn severity=warning agency=bali-diskominfos", "pelita"),
    ],
)
def test_an_alert_goes_to_whom_it_concerns(labels, told):
    assert (
        run("amtool", "config", "routes", "test", f"--config.file={ALERTMANAGER}", *labels.split()).strip()
        == told
    )


@contextmanager
def alertmanager(folder):
    """Run a real one with the shipped routes and inhibitions; its receivers tell nobody. Yields its URL."""
    config = load(ALERTMANAGER)
    config["receivers"] = [{"name": one["name"]} for one in config["receivers"]]
    config["inhibit_rules"].append(
        {"source_matchers": ["alertname=Last"], "target_matchers": ["alertname=HeldByLast"]}
    )
    folder.mkdir()
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(config), encoding="utf-8")
    with held_port(HOST, 0) as port:
        url = f"http://{HOST}:{port}"
        arguments = (
            installed(PROGRAM),
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'data'}",
            f"--web.listen-address={HOST}:{port}",
            "--cluster.listen-address=",
        )
        with running(arguments, folder / "output") as process:
            _ready(process, f"{url}/-/ready")
            yield url


def _ready(process, url):
    def answers():
        process.alive()
        return get(url)

    wait_until(f"{url} is ready", answers)


def hand_over(url, labels):
    """Give Alertmanager alerts with these labels."""
    body = json.dumps([{"labels": one} for one in labels]).encode()
    asked = urllib.request.Request(f"{url}/api/v2/alerts", body, {"Content-Type": "application/json"})
    urllib.request.urlopen(asked, timeout=10).close()


def held(url, *alerts):
    """Hand alerts over, written as `name label=value …`; returns those of them that are inhibited."""
    labels = [dict(pair.split("=") for pair in f"alertname={one}".split()) for one in alerts]
    hand_over(url, labels)
    hand_over(url, [LAST, HELD_BY_LAST])

    def inhibited():
        found = json.loads(get(f"{url}/api/v2/alerts"))
        held = [other["labels"] for other in found if other["status"]["inhibitedBy"]]
        return (found, held) if HELD_BY_LAST in held else None

    # Alertmanager knows alerts before its inhibitor does, which takes them in order: this is its last.
    found, held = wait_until("Alertmanager has judged the alerts", inhibited)
    known = [other["labels"] for other in found]
    assert [one for one in labels if one not in known] == []
    return {one for one, its in zip(alerts, labels, strict=True) if its in held}


PANTAU = "instance=pantau:8686"
BLIND = f"KulkulVantageBlind severity=critical {PANTAU}"
MISSING = f"KulkulTargetMissing severity=critical {PANTAU}"
STORE = f"KulkulStoreErrors severity=critical {PANTAU}"
QUEUE = f"KulkulRecorderQueue severity=warning {PANTAU}"
DOWN = "KulkulServiceDown severity=warning vantage=local incident=INC-2026-000123 service=jdih"
BURN_1H = f"KulkulErrorBudgetBurn severity=critical window=1h service=jdih {PANTAU}"
BURN_6H = f"KulkulErrorBudgetBurn severity=warning window=6h service=jdih {PANTAU}"
BURN_3D = f"KulkulErrorBudgetBurn severity=info window=3d service=jdih {PANTAU}"
BURN_OTHER = f"KulkulErrorBudgetBurn severity=warning window=6h service=ppid {PANTAU}"
EXPIRED = f"KulkulCertificateExpired severity=critical service=jdih check=jdih {PANTAU}"
EXPIRING = f"KulkulCertificateExpiring severity=critical within=1d service=jdih check=jdih {PANTAU}"
EXPIRING_OTHER = f"KulkulCertificateExpiring severity=info within=30d service=jdih check=jdih/2 {PANTAU}"
DOMAIN_LOST = f"KulkulDomainLost severity=critical domain=contohkab.go.id phase=redemption {PANTAU}"
DOMAIN_HELD = f"KulkulDomainLost severity=critical domain=contohkab.go.id phase=hold {PANTAU}"
DOMAIN_EXPIRED = f"KulkulDomainExpired severity=critical domain=contohkab.go.id {PANTAU}"
DOMAIN_EXPIRING = f"KulkulDomainExpiring severity=critical within=0d domain=contohkab.go.id {PANTAU}"
DOMAIN_EXPIRING_OTHER = f"KulkulDomainExpiring severity=info within=30d domain=contoh.desa.id {PANTAU}"
DOMAIN_LAME = f"KulkulDomainLame severity=warning domain=contohkab.go.id lameness=full {PANTAU}"
DOMAIN_LAME_OTHER = f"KulkulDomainLame severity=warning domain=contoh.desa.id lameness=full {PANTAU}"
DOMAIN_BROKEN = f"KulkulDomainDnssecBroken severity=critical domain=contohkab.go.id dnssec=broken {PANTAU}"
DOMAIN_LOOKUP = f"KulkulDomainLookupFailing severity=warning domain=contohkab.go.id {PANTAU}"
DOMAIN_OVERDUE = f"KulkulDomainLookupOverdue severity=warning {PANTAU}"
CANARY = f"KulkulCanaryDown severity=warning canary=tcp:192.0.2.1:443 {PANTAU}"
HEARTBEAT = f"KulkulHeartbeatFailing severity=warning {PANTAU}"
STUCK = f"KulkulOutboxStuck severity=warning {PANTAU}"
STUCK_LONG = f"KulkulOutboxStuck severity=critical {PANTAU}"
LAG = f"KulkulLoopLag severity=warning {PANTAU}"


@pytest.mark.parametrize(
    ("alerts", "inhibited"),
    [
        (
            [BLIND, DOWN, BURN_1H, EXPIRED, CANARY, HEARTBEAT, LAG],
            [DOWN, BURN_1H, EXPIRED, CANARY, HEARTBEAT],
        ),
        ([BLIND, DOMAIN_LOOKUP, DOMAIN_OVERDUE, DOMAIN_EXPIRED], [DOMAIN_LOOKUP, DOMAIN_OVERDUE]),
        ([MISSING, DOWN, EXPIRED], [DOWN]),
        ([STORE, QUEUE, HEARTBEAT, DOMAIN_OVERDUE, LAG, DOWN], [QUEUE, HEARTBEAT, DOMAIN_OVERDUE]),
        ([EXPIRED, EXPIRING, EXPIRING_OTHER], [EXPIRING]),
        ([DOMAIN_EXPIRED, DOMAIN_EXPIRING, DOMAIN_EXPIRING_OTHER, DOMAIN_LAME], [DOMAIN_EXPIRING]),
        # One domain's last day says nothing of another domain's first.
        ([DOMAIN_EXPIRING, DOMAIN_EXPIRING_OTHER, EXPIRING], []),
        ([DOMAIN_LOST, DOMAIN_EXPIRED, DOMAIN_EXPIRING_OTHER], [DOMAIN_EXPIRED]),
        (
            [DOMAIN_LOST, DOMAIN_EXPIRING, DOMAIN_LAME, DOMAIN_LAME_OTHER, DOMAIN_BROKEN],
            [DOMAIN_EXPIRING, DOMAIN_LAME, DOMAIN_BROKEN],
        ),
        ([DOMAIN_HELD, DOMAIN_EXPIRING, DOMAIN_LAME, DOMAIN_BROKEN], [DOMAIN_LAME, DOMAIN_BROKEN]),
        ([DOMAIN_HELD, DOMAIN_EXPIRED], []),
        ([BURN_1H, BURN_6H, BURN_3D, BURN_OTHER], [BURN_6H, BURN_3D]),
        ([BURN_6H, BURN_3D, DOWN], [BURN_3D]),
        ([STUCK, STUCK_LONG, QUEUE, LAG], [STUCK]),
    ],
    ids=[
        "blind",
        "blind-domains",
        "missing",
        "store",
        "expired",
        "domain-expired",
        "domain-other",
        "domain-lost-date",
        "domain-lost",
        "domain-hold",
        "domain-hold-date",
        "critical",
        "warning",
        "same-name",
    ],
)
def test_what_follows_from_something_graver_is_held_and_nothing_else(tmp_path, alerts, inhibited):
    with alertmanager(tmp_path / "alertmanager") as url:
        assert held(url, *alerts) == set(inhibited)


def test_an_alert_reaches_alertmanager_with_a_link_to_its_page_and_without_the_labels_that_made_it(tmp_path):
    config = load(PROMETHEUS)
    config["global"] |= {"scrape_interval": "1s", "evaluation_interval": "1s"}
    config["rule_files"] = [str(ROOT / "alerts" / "rules" / "*.yml")]
    with alertmanager(tmp_path / "alertmanager") as url, held_port(HOST, 0) as port:
        (targets,) = config["alerting"]["alertmanagers"]
        targets["static_configs"] = [{"targets": [url.removeprefix("http://")]}]
        (job,) = config["scrape_configs"]
        job["static_configs"] = [{"targets": [f"{HOST}:{port}"]}]
        file = tmp_path / "prometheus.yml"
        file.write_text(yaml.safe_dump(config), encoding="utf-8")
        arguments = (
            installed("prometheus"),
            f"--config.file={file}",
            f"--storage.tsdb.path={tmp_path / 'tsdb'}",
            f"--web.listen-address={HOST}:{port}",
            # The first is sent before Prometheus knows its Alertmanagers; the next would be a minute later.
            "--rules.alert.resend-delay=1s",
        )
        with running(arguments, tmp_path / "prometheus") as process:
            _ready(process, f"http://{HOST}:{port}/-/ready")
            (watchdog,) = wait_until("the watchdog arrives", lambda: json.loads(get(f"{url}/api/v2/alerts")))
    assert watchdog["labels"] == {"alertname": "Watchdog", "severity": "info", "team": "pelita"}
    base = config["global"]["external_labels"]["runbooks"]
    assert watchdog["annotations"]["runbook_url"] == f"{base}/Watchdog.md"
    assert [one["name"] for one in watchdog["receivers"]] == ["penjaga"]
