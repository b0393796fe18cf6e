"""The whole station in docker-compose.yml: what each part may do, and where it gets its settings."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
TEXT = (ROOT / "docker-compose.yml").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load(TEXT)
SERVICES = COMPOSE["services"]
EXAMPLE = dict(
    line.split("=", 1)
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
)
each_service = pytest.mark.parametrize("name", sorted(SERVICES))


def test_the_station_has_all_its_parts():
    assert sorted(SERVICES) == ["alertmanager", "grafana", "kulkul", "postgres", "prometheus"]


@each_service
def test_every_image_is_pinned_to_a_release(name):
    assert re.fullmatch(r"[a-z/]+:v?\d+\.\d+(\.\d+)?(-[a-z]+)?", SERVICES[name]["image"])


@each_service
def test_every_part_says_whether_it_is_well(name):
    check = SERVICES[name]["healthcheck"]
    assert check["test"][0] == "CMD"  # without a shell, which not every image has
    assert {"interval", "timeout", "retries", "start_period"} <= check.keys()


@each_service
def test_no_part_may_do_more_than_it_must(name):
    part = SERVICES[name]
    assert part["read_only"] is True
    assert part["cap_drop"] == ["ALL"]
    assert part["security_opt"] == ["no-new-privileges:true"]
    assert not {"cap_add", "privileged", "network_mode", "pid", "devices"} & part.keys()
    assert part.get("user", "") not in {"root", "0"}
    assert all(part[limit] for limit in ("mem_limit", "cpus", "pids_limit"))


@each_service
def test_every_part_comes_back_by_itself_and_its_log_has_an_end(name):
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["logging"]["options"].keys() == {"max-size", "max-file"}


def test_only_the_status_page_and_grafana_are_published_and_by_default_to_this_machine():
    published = {name: part["ports"] for name, part in SERVICES.items() if "ports" in part}
    assert published == {
        "kulkul": ["${STATUS_PAGE_ADDRESS:-127.0.0.1:8686}:8686"],
        "grafana": ["${GRAFANA_ADDRESS:-127.0.0.1:3000}:3000"],
    }


def test_what_needs_no_way_out_has_none():
    assert COMPOSE["networks"]["inside"] == {"internal": True}
    assert [SERVICES[name]["networks"] for name in ("postgres", "prometheus")] == [["inside"], ["inside"]]


def test_parts_start_once_those_that_they_need_are_well():
    waits = {name: part.get("depends_on", {}) for name, part in SERVICES.items()}
    assert {name: sorted(one) for name, one in waits.items() if one} == {
        "kulkul": ["postgres"],
        "prometheus": ["alertmanager", "kulkul"],
        "grafana": ["prometheus"],
    }
    assert all(how == {"condition": "service_healthy"} for one in waits.values() for how in one.values())


def test_every_secret_is_asked_for_and_a_missing_one_is_told_in_a_sentence():
    asked = re.findall(r"\$\{([A-Z_]+)(:.)([^}]*)\}", TEXT)
    required = {name: text for name, mark, text in asked if mark == ":?"}
    assert required.keys() == {name for name, value in EXAMPLE.items() if not value}
    assert all(name in text and ".env.example" in text for name, text in required.items())
    optional = {name: text for name, mark, text in asked if mark == ":-"}
    assert optional == {name: value for name, value in EXAMPLE.items() if value}
    assert not re.search(r"\$\{[A-Z_]+\}", TEXT), "a variable may be missing without a word"


def test_no_secret_stands_in_the_file():
    for part in SERVICES.values():
        for name, value in part.get("environment", {}).items():
            if re.search("PASSWORD|SECRET|TOKEN", name):
                assert value.startswith("${")


@each_service
def test_what_is_mounted_from_the_checkout_is_there_and_cannot_be_written_to(name):
    for volume in SERVICES[name].get("volumes", []):
        source, target, *mode = volume.split(":")
        if source.startswith("."):
            # The dashboards' folder is generated beside this one; its own test holds it.
            assert (ROOT / source).exists() or source.startswith("./config/grafana")
            assert mode == ["ro"], volume
        else:
            assert source in COMPOSE["volumes"]
        assert target.startswith("/")


def test_prometheus_does_in_a_container_what_it_does_beside_us():
    inside = yaml.safe_load((ROOT / "config/compose/prometheus.yml").read_text())
    beside = yaml.safe_load((ROOT / "config/prometheus/prometheus.yml").read_text())
    assert beside["scrape_configs"][0]["static_configs"] == [{"targets": ["127.0.0.1:8686"]}]
    beside["scrape_configs"][0]["static_configs"] = [{"targets": ["kulkul:8686"]}]
    beside["alerting"]["alertmanagers"] = [{"static_configs": [{"targets": ["alertmanager:9093"]}]}]
    beside["rule_files"] = ["/etc/prometheus/rules/*.yml"]
    assert inside == beside


def test_the_image_has_the_version_of_the_program():
    project = (ROOT / "pyproject.toml").read_text()
    version = re.search(r'^version = "(.+)"$', project, re.MULTILINE)[1]
    assert SERVICES["kulkul"]["image"] == f"kulkul:{version}"
    assert f'image.version="{version}"' in (ROOT / "Dockerfile").read_text()
