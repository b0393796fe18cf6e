"""Maintenance while the daemon runs: announced by command or by the file, shown, and probed all the same."""

from __future__ import annotations

import json
import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from tests.processes import KULKUL, get, wait_until

pytestmark = pytest.mark.real

HOUR = timedelta(hours=1)


def kulkul(station, *arguments):
    done = subprocess.run(
        [*KULKUL, *arguments, "--config", station.config],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def announced(hours):
    """Return a time so many hours from now, as it is written with an offset."""
    return f"{datetime.now(UTC) + hours * HOUR:%Y-%m-%d %H:%M}+00:00"


def maintained(station):
    return {
        labels["service"]: value for labels, value in station.scrape().series("kulkul_service_maintenance")
    }


def test_a_window_added_by_command_shows_within_seconds_and_probing_goes_on(station, start):
    daemon = start()
    station.wait_for(good="UP", dead="DOWN")
    assert maintained(station) == {"good": 0, "dead": 0}
    times = ("--starts", announced(-1), "--duration", "3h")
    kulkul(station, "window", "add", "uji", "--title", "Uji", "--service", "dead", *times)
    wait_until("maintenance shows", lambda: maintained(station) == {"good": 0, "dead": 1})
    wait_until("the page says so", lambda: "<small>pemeliharaan</small>" in get(station.page))
    probed = station.scrape().value("kulkul_probes_total", service="dead")
    wait_until(
        "probing goes on", lambda: station.scrape().value("kulkul_probes_total", service="dead") > probed
    )
    assert station.statuses() == {"good": "UP", "dead": "DOWN"}
    kulkul(station, "window", "end", "uji")
    wait_until("maintenance is over", lambda: maintained(station) == {"good": 0, "dead": 0})
    assert daemon.end() == 0


def test_the_windows_of_the_file_are_announced_once_also_over_a_restart(station, start):
    windows = station.folder / "windows.yml"
    form = (
        "windows: [{{id: berkas, title: Uji, agencies: kominfo, starts: '{}', duration: 3h, repeat: {}}}]\n"
    )
    starts = announced(-1)
    windows.write_text(form.format(starts, "FREQ=DAILY"))
    assert start().end() == 0
    [first] = json.loads(kulkul(station, "window", "list", "--json"))
    assert (first["id"], first["source"], first["state"]) == ("berkas", "file", "running")
    daemon = start()
    wait_until("maintenance shows", lambda: maintained(station) == {"good": 1, "dead": 1})
    assert json.loads(kulkul(station, "window", "list", "--all", "--json")) == [first]

    windows.write_text(form.format(starts, "FREQ=WEEKLY"))
    rules = wait_until(
        "the change is announced",
        lambda: (
            len(both := json.loads(kulkul(station, "window", "list", "--all", "--json"))) == 2
            and {one["repeat"]: one["state"] for one in both}
        ),
    )
    assert rules == {"FREQ=DAILY": "withdrawn", "FREQ=WEEKLY": "running"}
    windows.unlink()
    wait_until("what left the file is over", lambda: maintained(station) == {"good": 0, "dead": 0})
    assert daemon.end() == 0


def test_a_broken_file_of_windows_changes_nothing(station, start):
    windows = station.folder / "windows.yml"
    whole = f"windows: [{{id: satu, title: Uji, services: good, starts: '{announced(-1)}', duration: 3h}}]\n"
    windows.write_text(whole)
    daemon = start()
    wait_until("maintenance shows", lambda: maintained(station) == {"good": 1, "dead": 0})
    windows.write_text(whole.replace("good", "goood"))
    wait_until("the file is refused", lambda: "did you mean good?" in daemon.stderr)
    assert f"{windows}:1:" in daemon.stderr
    assert maintained(station) == {"good": 1, "dead": 0}
    assert daemon.end() == 0
