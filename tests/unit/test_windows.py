"""The file of announced maintenance, as it is loaded; its mistakes stand in `bad_config/windows/`."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from monitor.core.window import Scope, Window
from monitor.registry import load_registry
from monitor.registry.windows import load_windows
from monitor.settings import ConfigurationError, default_settings, load_settings
from tests.recording import registry

CONFIG = Path(__file__).resolve().parents[2] / "config"
WITA = ZoneInfo("Asia/Makassar")
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture
def load(tmp_path):
    """Write a file of one window and load it: `load("starts: …", "duration: 2h")`."""

    def write_and_load(*lines, zone=WITA):
        path = tmp_path / "windows.yml"
        body = "".join(f"    {line}\n" for line in lines)
        path.write_text(f"windows:\n  - id: jendela\n    title: Pindah server\n{body}", encoding="utf-8")
        return load_windows(path, replace(default_settings(), time_zone=zone), registry("satu", "dua"))

    return write_and_load


def test_a_file_that_does_not_exist_announces_nothing(tmp_path):
    assert load_windows(tmp_path / "windows.yml", default_settings(), registry("satu")) == []


def test_a_window_is_read_in_the_zone_of_the_settings(load):
    [window] = load("services: satu", "starts: 2026-11-28 22:00", "ends: 2026-11-29 04:00")
    assert window == Window(
        id="jendela",
        title="Pindah server",
        scope=Scope(services=frozenset({"satu"})),
        starts_at=datetime(2026, 11, 28, 22, tzinfo=WITA),
        duration=timedelta(hours=6),
    )
    assert window.starts_at.tzinfo is WITA


def test_one_name_or_a_list_of_each_kind_may_be_covered(load):
    [window] = load(
        "services: [satu, dua]",
        "agencies: diskominfo",
        "governments: [badung]",
        "starts: 2026-11-28 22:00",
        "duration: 90m",
    )
    assert window.scope == Scope(
        services=frozenset({"satu", "dua"}),
        agencies=frozenset({"diskominfo"}),
        governments=frozenset({"badung"}),
    )
    assert window.duration == timedelta(minutes=90)


@pytest.mark.parametrize(
    "written", ["2026-11-28 22:00+07:00", "2026-11-28T22:00 +07:00", "'2026-11-28 22:00:00+07:00'"]
)
def test_an_explicit_offset_is_kept(load, written):
    [window] = load("services: satu", f"starts: {written}", "duration: 2h")
    assert window.starts_at == datetime(2026, 11, 28, 15, tzinfo=UTC)
    assert window.starts_at.tzinfo == timezone(timedelta(hours=7))


def test_a_window_over_a_change_of_the_clock_lasts_as_long_as_it_really_does(load):
    times = ("starts: 2027-03-27 22:00", "ends: 2027-03-28 06:00")
    assert load("services: satu", *times, zone=WITA)[0].duration == timedelta(hours=8)
    assert load("services: satu", *times, zone=BERLIN)[0].duration == timedelta(hours=7)


def test_a_time_that_the_clock_passes_over_is_refused(load):
    times = ("starts: 2027-03-28 02:30", "duration: 2h")
    assert load("services: satu", *times, zone=WITA)
    with pytest.raises(ConfigurationError, match=re.escape("5:13: windows.0.starts: there is no such time")):
        load("services: satu", *times, zone=BERLIN)


def test_a_rule_is_kept_in_its_usual_form(load):
    [window] = load(
        "services: satu", "starts: 2026-11-28 22:00", "duration: 2h", "repeat: freq=weekly;byday=sa"
    )
    assert window.recurrence == "FREQ=WEEKLY;BYDAY=SA"


def test_only_the_first_wrong_names_get_a_hint(tmp_path):
    path = tmp_path / "windows.yml"
    names = ", ".join(f"satuu-{number}" for number in range(40))
    path.write_text(
        f"windows: [{{id: a, title: b, services: [{names}], starts: '2026-11-28 22:00', duration: 2h}}]",
        encoding="utf-8",
    )
    with pytest.raises(ConfigurationError) as caught:
        load_windows(path, default_settings(), registry("satuu"))
    lines = str(caught.value).splitlines()
    assert len(lines) == 40
    assert [("did you mean satuu?" in line) for line in lines] == [True] * 20 + [False] * 20


def test_the_shipped_file_is_sound_and_so_are_the_examples_in_its_comments(tmp_path):
    settings = load_settings(CONFIG / "kulkul.yml")
    register = load_registry(settings.register, settings)
    assert settings.windows == CONFIG / "windows.yml"
    assert load_windows(settings.windows, settings, register) == []
    text = settings.windows.read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=schema/windows.schema.json\n")
    examples = "\n".join(line[1:] for line in text.splitlines() if re.match(r"#   (  )?(- )?\w+:", line))
    path = tmp_path / "windows.yml"
    path.write_text(f"windows:\n{examples}\n", encoding="utf-8")
    once, monthly = load_windows(path, settings, register)
    assert (once.duration, once.recurrence) == (timedelta(hours=6), None)
    assert monthly.recurrence == "FREQ=MONTHLY;BYDAY=1SU"
