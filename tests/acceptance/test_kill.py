"""`kill -9` in the middle of probing loses nothing that was committed, and the gap is UNKNOWN."""

import signal
import time

import pytest

from monitor.core.status import Status
from monitor.store.codes import STATUSES
from tests.processes import wait_until

pytestmark = pytest.mark.real

RESULTS = "SELECT * FROM result ORDER BY id"
TRANSITIONS = """
    SELECT check_id, before, after, at, decided_at FROM transition JOIN check_key USING (check_no)
    ORDER BY transition.id
"""


def transitions(station):
    return [
        (check, STATUSES[before], STATUSES[after], at, decided_at)
        for check, before, after, at, decided_at in station.rows(TRANSITIONS)
    ]


def test_a_killed_daemon_goes_on_where_it_was_with_the_gap_unknown(station, start):
    killed = start()
    station.wait_for(good="UP", dead="DOWN")
    wait_until("some results are stored", lambda: len(station.rows(RESULTS)) >= 15)
    assert killed.end(signal.SIGKILL) == -signal.SIGKILL
    killed_at = time.time_ns() // 1000

    results = station.rows(RESULTS)
    changes = transitions(station)
    ((beat_at,),) = station.rows("SELECT seen_at FROM heartbeat")
    assert [(check, after) for check, _, after, _, _ in sorted(changes)] == [
        ("dead", Status.DOWN),
        ("good", Status.UP),
    ]

    time.sleep(1.5)  # a gap that can be told from the time between two results
    restarted_at = time.time_ns() // 1000
    again = start()
    station.wait_for(good="UP", dead="DOWN")
    unknown = {
        service: station.scrape().value(
            "kulkul_service_status_seconds_total", service=service, status="UNKNOWN"
        )
        for service in ("good", "dead")
    }
    wait_until("new results are stored", lambda: len(station.rows(RESULTS)) >= len(results) + 4)
    assert again.end() == 0

    assert station.rows(RESULTS)[: len(results)] == results
    after = transitions(station)
    assert after[: len(changes)] == changes
    for service, status in (("good", Status.UP), ("dead", Status.DOWN)):
        gap, back = [one for one in after[len(changes) :] if one[0] == service]
        assert gap[1:3] == (status, Status.UNKNOWN)
        assert beat_at <= gap[3] <= killed_at
        assert back[1:3] == (Status.UNKNOWN, status)
        assert back[3] >= restarted_at
        assert unknown[service] >= (restarted_at - killed_at) / 1e6


def test_a_daemon_that_is_stopped_and_started_says_unknown_in_between(station, start):
    stopped = start()
    station.wait_for(good="UP", dead="DOWN")
    assert stopped.end() == 0
    stopped_at = time.time_ns() // 1000
    count = len(station.rows(RESULTS))
    changes = len(transitions(station))
    assert count > 0

    again = start()
    station.wait_for(good="UP", dead="DOWN")
    wait_until("new results are stored", lambda: len(station.rows(RESULTS)) >= count + 4)
    again.end()

    gaps = [one for one in transitions(station)[changes:] if one[2] is Status.UNKNOWN]
    assert sorted((check, before) for check, before, *_ in gaps) == [
        ("dead", Status.DOWN),
        ("good", Status.UP),
    ]
    assert all(stopped_at - 2_000_000 <= at <= stopped_at for *_, at, _ in gaps)
