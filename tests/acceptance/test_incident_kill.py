"""`kill -9` again and again while sites fail and recover: no incident is lost, doubled or kept open."""

import random
import signal
import time
from collections import Counter
from contextlib import ExitStack

import pytest

from monitor.core.status import Status
from monitor.store.codes import STATUS_CODES, STATUSES
from tests.acceptance.sites import open_place
from tests.processes import KULKUL, get, running, wait_until

pytestmark = pytest.mark.real

KILLS = 15
"""On each kind of database."""
SEED = 20261122
PAUSES = (0.8, 1.5)
"""Seconds at most from a first change to a second one, and from that to the kill: first failures, their
confirmation and the batches that they are stored with all lie within."""
UNREADY = 0.2
"""Share of the daemons that are killed while they start."""
DOWN = STATUS_CODES[Status.DOWN]
INCIDENTS = "SELECT incident_no, ended_at, closed_at, flapping FROM incident ORDER BY incident_no"
PRESENT = "SELECT incident_no, service_id FROM incident_member WHERE moved_to IS NULL"
SPELLS = """
    SELECT check_id, spell.began_at, spell.ended_at
    FROM incident_spell spell JOIN check_key USING (check_no)
    JOIN incident_member member ON member.incident_no = spell.incident_no AND member.service_id = check_id
    WHERE moved_to IS NULL
"""
OUTAGES = f'SELECT check_id, at FROM "transition" JOIN check_key USING (check_no) WHERE after = {DOWN}'
STATES = "SELECT check_id, status, known FROM check_state JOIN check_key USING (check_no)"


@pytest.fixture
def sites(station):
    """Sixteen services on four addresses, and canaries; returns where each service is, by its id."""
    with ExitStack() as stack:
        places = [stack.enter_context(open_place(f"127.40.{number}.1")) for number in range(6)]
        *hosts, first, second = places
        canaries = ", ".join(f"{{tcp: '{one.at}'}}" for one in (first, second))
        station.config.write_text(
            station.config.read_text()
            .replace("{canaries: []}", f"{{canaries: [{canaries}], interval: 1s, timeout: 1s}}")
            .replace("recheck: 300ms", "recheck: 100ms")
        )
        found = {
            f"{name}{number}": host for name, host in zip("abcd", hosts, strict=True) for number in range(4)
        }
        station.write(**{service: host.url(service) for service, host in found.items()})
        yield found


def holds_together(station):
    """Hold what is stored of incidents to what is stored of the checks; one look at one moment."""
    incidents, present, spells = (station.rows(query) for query in (INCIDENTS, PRESENT, SPELLS))
    sequence = [number % 1_000_000 for number, *_ in incidents]
    assert sequence == list(range(1, len(incidents) + 1)), "numbers without a hole"
    open_numbers = {number for number, _, closed_at, _ in incidents if closed_at is None}
    services = Counter(service for number, service in present if number in open_numbers)
    assert all(count == 1 for count in services.values()), f"in two open incidents: {services}"
    for check, at in station.rows(OUTAGES):
        holders = [
            one for one in spells if one[0] == check and one[1] <= at and (one[2] is None or at <= one[2])
        ]
        assert len(holders) == 1, f"{check} is DOWN since {at} by {len(holders)} incidents"
    out = {
        check
        for check, status, known in station.rows(STATES)
        if status == DOWN or (STATUSES[status] is Status.UNKNOWN and known == DOWN)
    }
    assert Counter(check for check, _, ended_at in spells if ended_at is None) == Counter(out)


def test_kills_at_any_moment_leave_every_incident_once_and_none_open_by_mistake(station, sites):
    chance = random.Random(SEED)
    command = (*KULKUL, "run", "--config", str(station.config))

    def ready():
        return get(f"{station.page}-/ready")

    with running(command, station.folder):
        station.wait_for(**dict.fromkeys(sites, "UP"))
    for _ in range(KILLS):
        with running(command, station.folder) as daemon:
            if chance.random() >= UNREADY:
                wait_until("the daemon is ready", ready)
            for longest in PAUSES:
                for service in chance.sample(sorted(sites), chance.randint(1, 6)):
                    status = sites[service].status
                    status[service] = 200 if status.get(service) == 500 else 500
                time.sleep(chance.uniform(0, longest))
            daemon.alive()
            assert daemon.end(signal.SIGKILL) == -signal.SIGKILL
        holds_together(station)

    for place in sites.values():
        place.status.clear()
    with running(command, station.folder) as daemon:
        station.wait_for(**dict.fromkeys(sites, "UP"))
        assert station.scrape().series("kulkul_incident_open") == []
        assert daemon.end() == 0
        assert "Traceback" not in daemon.stderr
    holds_together(station)
    incidents = station.rows(INCIDENTS)
    assert all(ended_at is not None for _, ended_at, _, _ in incidents)
    assert all(closed_at is not None or flapping for _, _, closed_at, flapping in incidents)
    assert all(ended_at is not None for _, _, ended_at in station.rows(SPELLS))
    # What the kills were to meet did happen.
    assert len(station.rows(OUTAGES)) >= 20
    assert len(incidents) >= 4
