"""The Prometheus rules, held against promtool, the catalogue of metrics, and the runbooks they lead to."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import yaml

from monitor.metrics.catalogue import CATALOGUE, Type

ROOT = Path(__file__).parents[2]
RULES = ROOT / "alerts" / "rules"
RUNBOOKS = ROOT / "alerts" / "runbooks"
FILES = sorted(RULES.glob("*.yml"))
TESTS = sorted((RULES / "tests").glob("*.yml"))
FOREIGN = {"up"}
"""Series of Prometheus itself that a rule may ask for."""
LINK = "{{ $externalLabels.runbooks }}/%s.md"


def promtool(*arguments):
    """Run promtool; what it says is shown where it finds something wrong."""
    program = shutil.which("promtool")
    if program is None:
        if os.environ.get("KULKUL_REQUIRE_REAL") == "1":
            pytest.fail("promtool is not installed, and KULKUL_REQUIRE_REAL=1 asks for it")
        pytest.skip("promtool is not installed")
    ran = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran.stdout


def load(path):
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def rules(path):
    return [rule for group in load(path)["groups"] for rule in group["rules"]]


def alerts():
    return [rule for path in FILES for rule in rules(path) if "alert" in rule]


def called(rule):
    """Name a rule by what tells it from the others of its name."""
    return "-".join([rule["alert"], *map(str, rule["labels"].values())])


EACH_ALERT = pytest.mark.parametrize("rule", alerts(), ids=called)


@pytest.mark.real
def test_promtool_accepts_every_rule():
    promtool("check", "rules", *FILES)


@pytest.mark.real
@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_promtool_finds_that_rules_fire_when_they_should_and_only_then(path):
    promtool("test", "rules", path)


def test_every_file_of_rules_has_a_file_of_tests_that_loads_it():
    assert [path.name for path in TESTS] == [path.name for path in FILES]
    for path in TESTS:
        assert load(path)["rule_files"] == [f"../{path.name}"]


@EACH_ALERT
def test_an_alert_has_a_name_a_severity_and_a_team(rule):
    assert re.fullmatch(r"(Kulkul([A-Z][a-z]+)+|Watchdog)", rule["alert"])
    assert rule["labels"]["severity"] in ("info", "warning", "critical")
    assert rule["labels"]["team"] == "pelita"


@EACH_ALERT
def test_an_alert_says_what_it_is_in_both_languages(rule):
    summary, description = rule["annotations"]["summary"], rule["annotations"]["description"]
    indonesian, english = summary.split(" / ")
    assert indonesian
    assert english
    # Many mail clients show no more of a subject than this.
    assert len(re.sub(r"\{\{.*?\}\}", "", summary)) <= 110
    assert len(description.splitlines()) == 2
    assert all(line.endswith(".") for line in description.splitlines())


@EACH_ALERT
def test_an_alert_leads_to_a_page_that_exists(rule):
    assert rule["annotations"]["runbook_url"] == LINK % rule["alert"]
    assert (RUNBOOKS / f"{rule['alert']}.md").is_file()


def test_no_two_alerts_say_the_same():
    for part in ("summary", "description"):
        said = Counter(rule["annotations"][part] for rule in alerts())
        assert [text for text, times in said.items() if times > 1] == []


def test_every_rule_stands_below_the_comment_that_derives_it():
    for path in FILES:
        lines = path.read_text(encoding="utf-8").splitlines()
        starts = [at for at, line in enumerate(lines) if re.match(r"\s+- (alert|record):", line)]
        assert len(starts) == len(rules(path))
        assert [lines[at] for at in starts if not lines[at - 1].lstrip().startswith("#")] == []


def expected(path):
    """Yield name and expected labels of every case in a file of tests; no labels where nothing fires."""
    for group in load(path)["tests"]:
        for case in group.get("alert_rule_test", []):
            fires = case.get("exp_alerts", [])
            yield case["alertname"], [alert["exp_labels"] for alert in fires]


@EACH_ALERT
def test_an_alert_is_seen_to_fire_and_seen_not_to(rule):
    cases = [labels for path in TESTS for name, labels in expected(path) if name == rule["alert"]]
    own = {name: str(value) for name, value in rule["labels"].items()}
    assert any(own.items() <= labels.items() for case in cases for labels in case)
    assert rule["alert"] == "Watchdog" or [] in cases


def series_of(expression):
    """Return the names of the series that an expression asks for."""
    bare = re.sub(
        r"\{[^}]*\}|\"[^\"]*\"|\[[^\]]*\]|\b(by|on|group_left|ignoring)\s*\([^)]*\)", " ", expression
    )
    return set(re.findall(r"(?<![\w:])(?:kulkul[\w:]*|up)(?![\w:(])", bare))


def known_series():
    endings = {Type.HISTOGRAM: ("_bucket", "_sum", "_count")}
    exposed = {metric.name + ending for metric in CATALOGUE for ending in endings.get(metric.type, ("",))}
    recorded = {rule["record"] for path in FILES for rule in rules(path) if "record" in rule}
    return exposed | recorded | FOREIGN


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_series_that_a_rule_asks_for_is_exposed_or_recorded(path):
    asked = {name for rule in rules(path) for name in series_of(rule["expr"])}
    assert asked <= known_series()
    assert asked or path.stem == "watchdog"


@pytest.mark.parametrize("path", TESTS, ids=lambda path: path.stem)
def test_the_tests_feed_series_with_the_labels_that_are_exposed(path):
    labels = {metric.name: {*metric.labels} for metric in CATALOGUE}
    for group in load(path)["tests"]:
        for one in group.get("input_series", []):
            name, _, given = one["series"].partition("{")
            names = set(re.findall(r"(\w+)=\"", given)) - {"job", "instance"}
            family = re.sub(r"_(bucket|sum|count)$", "", name)
            assert name in FOREIGN or names - {"le"} == labels[name if name in labels else family], one


def test_what_is_recorded_is_named_level_metric_operations_and_has_its_row():
    page = (ROOT / "docs" / "metrics.md").read_text(encoding="utf-8")
    recorded = {rule["record"] for path in FILES for rule in rules(path) if "record" in rule}
    assert recorded == set(re.findall(r"`(\w+:[\w:]+)`", page))
    assert all(re.fullmatch(r"[a-z]+:[a-z_]+:[a-z0-9_]+", name) for name in recorded)
