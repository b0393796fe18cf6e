"""A database that is locked by someone else: probing goes on, results wait, and nothing is lost."""

import asyncio
import time
from contextlib import contextmanager

import pytest

from tests.processes import wait_until

pytestmark = pytest.mark.real

HELD_SECONDS = 8.5
"""Longer than the store waits for a lock (5 s), so that at least one write fails."""


@contextmanager
def locked(station):
    """Keep every writer waiting, as another program would."""
    with asyncio.Runner() as runner:
        lock = station.home.locked()
        runner.run(lock.__aenter__())
        yield
        runner.run(lock.__aexit__(None, None, None))


def probes(scrape):
    return scrape.value("kulkul_probes_total")


def test_while_the_database_is_locked_probing_goes_on_and_afterwards_everything_is_stored(station, start):
    daemon = start()
    station.wait_for(good="UP", dead="DOWN")
    with locked(station):
        locked_at = time.monotonic()
        before = station.scrape()
        wait_until("a write fails", lambda: station.scrape().value("kulkul_store_errors_total") > 0)
        time.sleep(max(0.0, locked_at + HELD_SECONDS - time.monotonic()))
        during = station.scrape()
        ((stored_during,),) = station.rows("SELECT count(*) FROM result")

    assert before.value("kulkul_store_errors_total") == 0
    assert probes(during) >= probes(before) + 8
    assert during.value("kulkul_recorder_queue_results") >= 8
    assert during.statuses() == {"good": "UP", "dead": "DOWN"}
    assert stored_during < probes(during)
    assert "nothing can be stored; probing goes on and results wait" in daemon.stderr
    assert daemon.stderr.count("nothing can be stored") == 1

    def stored():
        return "the store works again" in daemon.stderr and len(station.rows("SELECT id FROM result"))

    wait_until("everything that waited is stored", lambda: stored() >= probes(during))
    assert station.scrape().value("kulkul_store_dropped_results_total") == 0

    assert daemon.end() == 0
    ((rows,),) = station.rows("SELECT count(*) FROM result")
    assert rows >= probes(during)
    ((ids,),) = station.rows("SELECT count(DISTINCT id - started_us_before_id) FROM result")
    assert ids == rows, "no result is stored twice"


def test_a_status_that_changes_while_the_database_is_locked_is_in_the_record_afterwards(station, start):
    daemon = start()
    station.wait_for(good="UP", dead="DOWN")
    with locked(station):
        station.site.well = False
        broken_at = time.time_ns() // 1000
        wait_until("a write fails", lambda: station.scrape().value("kulkul_store_errors_total") > 0)
        station.wait_for(good="DOWN", dead="DOWN")
        down_at = time.time_ns() // 1000
    outage = (
        "SELECT at FROM \"transition\" JOIN check_key USING (check_no) WHERE check_id = 'good' AND after = 4"
    )
    ((at,),) = wait_until("the outage is recorded", lambda: station.rows(outage))
    assert broken_at - 1_000_000 <= at <= down_at
    assert daemon.end() == 0


def test_a_register_that_changes_while_the_database_is_locked_is_taken_over_afterwards(station, start):
    daemon = start()
    station.wait_for(good="UP", dead="DOWN")
    with locked(station):
        station.write(good=station.good, dead=station.dead, new=station.good)
        wait_until("the reload fails", lambda: "the register was not reloaded: " in daemon.stderr)
        assert station.scrape().value("kulkul_register_last_reload_success") == 0
    station.wait_for(good="UP", dead="DOWN", new="UP")
    assert station.scrape().value("kulkul_register_last_reload_success") == 1
    assert daemon.end() == 0
