"""The PostgreSQL server is killed under load and comes back: probing goes on, nothing is lost or doubled."""

import time
from collections import Counter

import pytest

from monitor.demo.port import held_port
from tests.acceptance.servers import daemon, told, wait_ready
from tests.databases import Postgresql, Server, home_file, postgresql_programs
from tests.processes import wait_until

pytestmark = pytest.mark.real

SERVICES = 60
AWAY_SECONDS = 6
"""Long enough that several writes fail, short against the 30 s after which one is tried at the latest."""


@pytest.fixture
def server(tmp_path):
    """A server that is this test's alone, since it is killed."""
    with held_port("127.0.0.1", 0) as port:
        made = Server(postgresql_programs(), tmp_path / "postgresql", port)
        made.start()
        yield made
        made.stop()


@pytest.fixture
def home(server, tmp_path):
    """The station's database is on it."""
    made = Postgresql(server, "postgres")
    home_file(tmp_path).write_text(made.url, encoding="utf-8")
    return made


def test_a_server_killed_under_load_costs_no_acknowledged_result_and_no_incident_is_doubled(station, server):
    station.write(dead=station.dead, **{f"s{number:02}": station.good for number in range(SERVICES)})
    with told(station) as messages, daemon(station.config, station.folder / "out") as running:
        wait_ready(running, station.page)
        wait_until(
            "all are judged", lambda: Counter(station.statuses().values()) == {"UP": SERVICES, "DOWN": 1}
        )
        wait_until("the outage is told", lambda: messages)
        for _ in range(2):
            kept = station.rows("SELECT id, check_no, started_us_before_id FROM result ORDER BY id")
            server.kill()
            killed_at, before = time.monotonic(), station.scrape()
            time.sleep(max(0.0, killed_at + AWAY_SECONDS - time.monotonic()))
            during = station.scrape()
            probed = during.value("kulkul_probes_total") - before.value("kulkul_probes_total")
            assert probed > SERVICES * AWAY_SECONDS / 3, "probing was paused"
            assert during.value("kulkul_recorder_queue_results") > 0
            server.start()
            wait_until(
                "it is found again",
                lambda: station.scrape().value("kulkul_recorder_queue_results") < SERVICES,
            )
            after = station.rows("SELECT id, check_no, started_us_before_id FROM result ORDER BY id")
            assert after[: len(kept)] == kept
            assert len(after) > len(kept) + probed
        station.write(dead=station.good, **{f"s{number:02}": station.good for number in range(SERVICES)})
        wait_until("the recovery is told", lambda: len(messages) > 1)
        assert station.scrape().value("kulkul_store_dropped_results_total") == 0
        probes = station.scrape().value("kulkul_probes_total")
        assert running.end() == 0
        assert "Traceback" not in running.stderr
        assert "nothing can be stored; probing goes on and results wait: postgresql://" in running.stderr
        assert running.stderr.count("the store works again") == 2

    [(results, beginnings)] = station.rows(
        "SELECT count(*), count(DISTINCT (check_no, id - started_us_before_id)) FROM result"
    )
    assert results >= probes, "every result that was measured is there"
    assert beginnings == results, "and none is there twice"
    assert [one["occasion"] for one in messages] == ["outage", "recovery"]
    assert station.rows("SELECT count(*) FROM incident") == [(1,)]
    assert station.rows("SELECT count(*) FROM transition WHERE after = 0") == [(0,)], "no time is UNKNOWN"
