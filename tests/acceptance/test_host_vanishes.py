"""A daemon's host gone without a word: the one that stands by takes over once the server gave it up."""

import signal
import time
from contextlib import ExitStack

import pytest

from monitor.core.status import Status
from monitor.store.codes import STATUS_CODES
from tests.acceptance.networks import open_internet
from tests.acceptance.servers import daemon, wait_ready
from tests.databases import Postgresql, Server, home_reference, in_a_file, postgresql_programs
from tests.processes import Scrape, get, wait_until

pytestmark = pytest.mark.real

HOME = "198.19.60.1"
"""Where the database is, for all machines."""
PATIENCE_SECONDS = 35
"""Three times what the server is asked for; what is sent to nobody would hold the place for a minute."""


@pytest.fixture
def machines(station, tmp_path):
    """Two machines with a daemon's settings each, and the database on a third; returns them and that."""
    with ExitStack() as stack:
        internet = stack.enter_context(open_internet())
        records = internet.connect("records", f"{HOME}/32")
        both = internet.connect("first"), internet.connect("second")
        stack.enter_context(records.inside())
        server = Server(postgresql_programs(), tmp_path / "server", 5432, HOME)
        server.start()
        stack.callback(server.stop)
        database = Postgresql(server, "postgres")
        (station.folder / "elsewhere").write_text(database.url)
        usual = station.config.read_text()
        station.config.write_text(usual.replace(home_reference(station.folder), "${file:elsewhere}"))
        own = f"http://127.0.0.1:{station.page.rpartition(':')[2]}-/healthy"
        station.write(own=own)
        yield *both, database


def ready(machine, process, page):
    with machine.inside():
        wait_ready(process, page)
        wait_until("the own page is up", lambda: Scrape(page).statuses() == {"own": "UP"})


def cut_at_router(machine, _database):
    machine.cut_at_router()


def cut_before_an_answer(machine, database):
    """Cut the machine off while the server works for it, so that it is sent what nobody acknowledges."""
    waiting = "SELECT 1 FROM pg_stat_activity WHERE application_name = 'kulkul' AND wait_event_type = 'Lock'"
    with database.server.connected(database.database) as other:
        other.execute("BEGIN")
        other.execute("LOCK TABLE heartbeat")
        wait_until("the daemon waits for the server", lambda: database.rows(waiting))
        machine.cut_at_router()


@in_a_file  # the database is elsewhere, neither the file nor on the server of all tests
@pytest.mark.parametrize("vanish", [cut_at_router, cut_before_an_answer])
def test_the_second_takes_over_in_seconds_and_the_first_stops_once_it_is_back(
    vanish, station, machines, record_property
):
    first, second, database = machines
    with ExitStack() as stack:
        with first.inside():
            lost = stack.enter_context(daemon(station.config, station.folder / "one"))
        ready(first, lost, station.page)
        with second.inside():
            other = stack.enter_context(daemon(station.config, station.folder / "two"))
            wait_until("the second stands by", lambda: "standing by: Another daemon" in other.stderr)
        vanish(first, database)
        vanished_at = time.monotonic()
        with second.inside():
            wait_until(
                "the second has taken over", lambda: get(f"{station.page}-/ready"), seconds=PATIENCE_SECONDS
            )
        record_property("takeover_seconds", round(time.monotonic() - vanished_at, 1))
        ready(second, other, station.page)
        lost.alive()
        first.mend()
        assert lost.popen.wait(120) == 1
        assert "another daemon of this vantage has taken over; this one stops" in lost.stderr
        assert "Traceback" not in lost.stderr, lost.stderr
        other.alive()
        assert other.end(signal.SIGTERM) == 0
    unknown, up = STATUS_CODES[Status.UNKNOWN], STATUS_CODES[Status.UP]
    changes = database.rows('SELECT "before", "after" FROM transition ORDER BY id')
    assert changes == [(unknown, up), (up, unknown), (unknown, up)]
