"""Two daemons on one PostgreSQL database: one works, the other takes over when that is killed."""

import signal
import time
import uuid

import pytest

from monitor.demo.port import held_port
from tests.acceptance.servers import beside, daemon, told, wait_ready
from tests.databases import on_a_server
from tests.notices import listening
from tests.processes import Scrape, get, wait_until

pytestmark = [pytest.mark.real, on_a_server]


@pytest.fixture
def second(station):
    """The settings of a second daemon on the same database, and its page."""
    with held_port("127.0.0.1", 0) as port:
        yield beside(station, port), f"http://127.0.0.1:{port}/"


def test_a_second_daemon_stands_by_and_takes_over_when_the_first_is_killed(station, second, record_property):
    config, page = second
    with (
        told(station) as messages,
        daemon(station.config, station.folder / "one") as first,
    ):
        wait_ready(first, station.page)
        station.wait_for(good="UP", dead="DOWN")
        with daemon(config, station.folder / "two") as other:
            wait_until("the second stands by", lambda: "standing by: Another daemon" in other.stderr)
            wait_until("the outage is told", lambda: messages)
            assert Scrape(page).value("kulkul_standby") == 1
            assert get(f"{page}-/healthy") == "OK\n"
            wait_until("that is settled", lambda: station.rows("SELECT 1 FROM notification WHERE state = 1"))
            assert first.end(signal.SIGKILL) == -signal.SIGKILL
            killed_at = time.monotonic()
            stored = station.rows("SELECT * FROM result ORDER BY id")
            wait_ready(other, page)
            record_property("takeover_seconds", round(time.monotonic() - killed_at, 1))
            assert Scrape(page).value("kulkul_standby") == 0
            wait_until("it goes on", lambda: Scrape(page).statuses() == {"good": "UP", "dead": "DOWN"})
            station.write(good=station.good, dead=station.good)
            wait_until("both are up", lambda: Scrape(page).statuses() == {"good": "UP", "dead": "UP"})
            wait_until("the recovery is told", lambda: len(messages) > 1)
            assert other.end() == 0
            assert "Traceback" not in other.stderr
    assert [one["occasion"] for one in messages] == ["outage", "recovery"]
    assert len({one["delivery"] for one in messages}) == 2
    assert station.rows("SELECT * FROM result ORDER BY id")[: len(stored)] == stored
    assert station.rows("SELECT count(*) FROM incident") == [(1,)]
    gap = 'SELECT count(*) FROM transition WHERE "after" = 0 AND "before" <> 0'
    assert station.rows(gap) == [(2,)], "the time in which nobody looked is UNKNOWN, for both services"


def test_a_daemon_that_stands_by_can_be_stopped_and_touches_nothing(station, second):
    config, _ = second
    with (
        listening(f"@kulkul-{uuid.uuid4()}") as manager,
        daemon(station.config, station.folder / "one") as first,
    ):
        wait_ready(first, station.page)
        environment = {"NOTIFY_SOCKET": manager.address}
        with daemon(config, station.folder / "two", environment) as other:
            wait_until("the second stands by", lambda: "standing by: Another daemon" in other.stderr)
            # Again and again: its service manager must neither wait for it nor take it for dead.
            for _ in range(2):
                assert manager.next().splitlines()[:2] == ["READY=1", "WATCHDOG=1"]
            other.send(signal.SIGHUP)
            assert other.end() == 0
            assert other.stderr.count("\n") == 1
        first.alive()
        assert first.end() == 0


def test_beside_the_first_on_one_machine_its_port_is_taken_and_it_stands_by_all_the_same(station):
    with daemon(station.config, station.folder / "one") as first:
        wait_ready(first, station.page)
        with daemon(station.config, station.folder / "two") as other:
            wait_until("the second says so", lambda: "no page says so: cannot listen on" in other.stderr)
            assert first.end(signal.SIGKILL) == -signal.SIGKILL
            wait_ready(other, station.page)
            assert other.end() == 0


def test_a_daemon_whose_place_was_taken_stops_by_itself(station, second):
    config, page = second
    with daemon(station.config, station.folder / "one") as first:
        wait_ready(first, station.page)
        station.wait_for(good="UP", dead="DOWN")
        with daemon(config, station.folder / "two") as other:
            wait_until("the second stands by", lambda: "standing by: Another daemon" in other.stderr)
            first.send(signal.SIGSTOP)  # a host that hangs: the server gives its connections up at some time
            station.home.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND objid <> 0"
            )
            wait_ready(other, page)
            first.send(signal.SIGCONT)
            assert first.popen.wait(60) == 1
            assert "another daemon of this vantage has taken over; this one stops" in first.stderr
            other.alive()
            assert other.end() == 0
