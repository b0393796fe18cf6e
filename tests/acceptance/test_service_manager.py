"""A daemon and the service manager that started it, over the manager's own socket."""

from __future__ import annotations

import signal
from contextlib import contextmanager

import pytest

from tests.databases import in_a_file
from tests.notices import listening
from tests.processes import KULKUL, get, running

pytestmark = [pytest.mark.real, in_a_file]


@contextmanager
def managed(station, **environment):
    """Start the station's daemon as a manager does."""
    with listening(station.folder / "notify") as manager:
        env = {"NOTIFY_SOCKET": manager.address, **environment}
        with running((*KULKUL, "run", "--config", str(station.config)), station.folder, env) as process:
            yield manager, process


def test_a_daemon_that_says_ready_is_ready_and_says_how_things_stand(station):
    with managed(station) as (manager, daemon):
        *before, _ = manager.until("READY=1")
        assert get(f"{station.page}-/ready") == "OK\n"
        assert before == ["STATUS=Layanan dipantau: 2 (2 Tidak diketahui)"]
        manager.until("STATUS=Layanan dipantau: 2 (1 Normal, 1 Gangguan)")
        assert daemon.end() == 0
        assert "STOPPING=1" in manager.waiting()


def test_a_reload_is_begun_and_ended_also_where_the_file_is_broken(station):
    with managed(station) as (manager, daemon):
        manager.until("READY=1")
        daemon.send(signal.SIGHUP)
        manager.until("RELOADING=1\nMONOTONIC_USEC=")
        manager.until("READY=1")
        station.services.write_text("rusak: [")
        daemon.send(signal.SIGHUP)
        manager.until("RELOADING=1")
        manager.until("READY=1")
        daemon.alive()


def test_signs_of_life_keep_coming_after_it_is_ready(station):
    with managed(station, WATCHDOG_USEC="200000") as (manager, _):
        manager.until("READY=1")
        for _ in range(5):
            manager.until("WATCHDOG=1")


def test_without_a_watchdog_no_sign_of_life_is_sent(station):
    with managed(station) as (manager, daemon):
        manager.until("READY=1")
        station.wait_for(good="UP", dead="DOWN")
        assert daemon.end() == 0
        assert "WATCHDOG=1" not in manager.waiting()
