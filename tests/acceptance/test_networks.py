"""Whole networks cut off while a daemon watches from its own: what is ours is never a site's outage."""

import itertools
import time
from contextlib import ExitStack

import pytest

from monitor.core.reason import Outcome
from monitor.core.status import Status
from monitor.store.codes import OUTCOME_CODES, STATUS_CODES, STATUSES
from tests.acceptance.networks import Machine, open_internet
from tests.acceptance.sites import Names, Sites, served
from tests.databases import in_a_file
from tests.processes import wait_until

pytestmark = [pytest.mark.real, in_a_file]

OK = OUTCOME_CODES[Outcome.OK]
UP, UNKNOWN = Status.UP, Status.UNKNOWN
SECOND = 1_000_000
CANARIES = ("198.19.1.1:80", "198.19.2.1:80")
LONE = "198.19.7.1"
RESOLVER = "198.19.53.53"
INTERVAL = 2
CUT_SECONDS = 10
"""Twice what confirming an outage takes."""
TOTAL, DEADLINE, RECHECK, LOOK = 3.0, 1.4, 0.3, 1.9
"""Of one probe; of a stage of it, in which TCP tries a second time, since a busy machine may drop the first;
between two probes; until we know whether we can see: a canary's deadline and a pause before it."""
BUSY = 3.0
"""What a machine that runs other tests may add."""
UNDER_WAY = TOTAL * SECOND
"""A probe or look that began so long before a network is cut may fail, or before it is whole be answered."""


class Outpost:
    """A daemon's machine, and what lies behind its uplink: many sites, one apart, canaries, a name server."""

    def __init__(self, stack, station, start):
        internet = stack.enter_context(open_internet())
        self.eye = internet.connect("eye")
        world = internet.connect("world", "198.18.0.0/16", "198.19.1.0/24", "198.19.2.0/24")
        self.lone = internet.connect("lone", "198.19.7.0/24")
        self.names = internet.connect("names", "198.19.53.0/24")
        for machine in (world, self.lone):
            with machine.inside():
                stack.enter_context(served(Sites("0.0.0.0", 80, {})))
        with self.names.inside():
            known = {f"s{number}.example": f"198.18.{number}.1" for number in range(1, 250)}
            stack.enter_context(served(Names(RESOLVER, 53, known)))
        self._station, self._start = station, start

    def watch(self, services, *, interval):
        """Start the daemon with a register of services by id and URL; returns once all of them are UP."""
        station = self._station
        canaries = ", ".join(f"{{tcp: '{one}'}}" for one in CANARIES)
        station.config.write_text(
            f"database: {{url: '{station.home.url}'}}\n"
            f"web: {{port: {station.page.rpartition(':')[2][:-1]}}}\n"
            "uplink:\n"
            f"  canaries: [{canaries}, {{dns: kanari.example}}]\n"
            f"  interval: {INTERVAL}s\n"
            f"  timeout: {DEADLINE}s\n"
            f"probing: {{allow_networks: 198.18.0.0/15, nameservers: {RESOLVER}}}\n"
            "inspections: {enabled: false}\n"
            "defaults:\n"
            f"  interval: {interval}s\n"
            f"  recheck: {RECHECK}s\n"
            f"  deadlines: {{total: {TOTAL}s, resolve: {DEADLINE}s, connect: {DEADLINE}s}}\n"
        )
        station.write(**services)
        daemon = self._start()
        station.wait_for(**dict.fromkeys(services, "UP"))
        return daemon


@pytest.fixture
def outpost(station, start):
    """An outpost, the test itself on the daemon's machine."""
    with ExitStack() as stack:
        outpost = Outpost(stack, station, start)
        stack.enter_context(outpost.eye.inside())
        yield outpost


def now_us():
    return time.time_ns() // 1000


def transitions(station):
    """Return (at, before, after) of every change, by check, in order."""
    rows = station.rows(
        'SELECT check_id, at, before, after FROM "transition" JOIN check_key USING (check_no) '
        "ORDER BY transition.id"
    )
    found = {}
    for check, at, before, after in rows:
        found.setdefault(check, []).append((at, STATUSES[before], STATUSES[after]))
    return found


def results(station):
    """Return (started at, duration, outcome) of every result, by check, in the order of their starts."""
    rows = station.rows(
        "SELECT check_id, id - started_us_before_id AS at, duration_us, outcome "
        "FROM result JOIN check_key USING (check_no) ORDER BY at"
    )
    found = {}
    for check, at, duration, outcome in rows:
        found.setdefault(check, []).append((at, duration, outcome))
    return found


def first_bad(seen, since):
    """Return when the first probe that was not OK, of those that ended after a moment, started."""
    return next(at for at, duration, outcome in seen if outcome != OK and at + duration >= since)


@pytest.mark.parametrize(
    "cut", [Machine.cut_at_router, Machine.cut_here], ids=["what we send vanishes", "we have no route"]
)
def test_while_the_uplink_is_cut_two_hundred_sites_are_unknown_and_none_is_out(cut, outpost, station):
    services = {f"s{number}": f"http://198.18.{number}.1/" for number in range(1, 201)}
    daemon = outpost.watch(services, interval=INTERVAL)
    probed_twice = 2 * len(services)
    wait_until(
        "all networks are known", lambda: station.scrape().value("kulkul_probes_total") >= probed_twice
    )
    cut_at = now_us()
    cut(outpost.eye)
    station.wait_for(**dict.fromkeys(services, "UNKNOWN"))
    wait_until(
        "the vantage is known to be blind", lambda: station.scrape().value("kulkul_vantage_blind") == 1
    )
    time.sleep(max(0.0, CUT_SECONDS - (now_us() - cut_at) / SECOND))
    assert set(station.statuses().values()) == {"UNKNOWN"}
    mended_at = now_us()
    outpost.eye.mend()

    def well():
        scrape = station.scrape()
        up = set(scrape.statuses().values()) == {"UP"}
        return scrape if up and scrape.value("kulkul_vantage_blind") == 0 else None

    scrape = wait_until("the vantage sees, and all are up", well)
    scraped_at = now_us()
    assert daemon.end() == 0

    assert station.rows("SELECT * FROM incident") == []
    assert station.rows("SELECT kind FROM alert") == [("vantage_blind",)]
    changes, seen = transitions(station), results(station)
    for check, first_at in station.rows("SELECT check_id, first_seen_at FROM check_key"):
        until = settled_at(scrape, check, first_at)
        # A failure that still waits for a canary when the daemon stops is written down as unseen.
        changes[check] = [change for change in changes[check] if change[0] <= until]
        assert [after for *_, after in changes[check]] == [UP, UNKNOWN, UP], check
        assert changes[check][1][0] == first_bad(seen[check], cut_at)
        assert changes[check][2][0] >= mended_at - UNDER_WAY
        accounted_for(scrape, check, first_at, until, changes[check])
        under_way = [at for at, _, _ in seen[check] if until < at < scraped_at]
        assert len(under_way) <= 1, f"{check}: time is missing after {until}"
    ((began_at, ended_at),) = station.rows("SELECT began_at, ended_at FROM blind_period")
    assert cut_at - UNDER_WAY <= began_at <= min(one[1][0] for one in changes.values()) + INTERVAL * SECOND
    assert mended_at - UNDER_WAY <= ended_at <= scraped_at


def seconds_of(scrape, check):
    """Return the seconds of a service by status, as scraped."""
    return {
        labels["status"]: value
        for labels, value in scrape.series("kulkul_service_status_seconds_total", service=check)
    }


def settled_at(scrape, check, first_at):
    """Return until when a service's time was final at the scrape; a millisecond more, as it is rounded."""
    return first_at + round(sum(seconds_of(scrape, check).values()) * SECOND) + 1000


def accounted_for(scrape, check, first_at, until, changes):
    """Hold the seconds of a service to its changes, and their sum to the time that was final then."""
    expected = dict.fromkeys(Status, 0)
    spans = [(first_at, None, UNKNOWN), *changes, (until, None, None)]
    for (began, _, status), (ended, *_) in itertools.pairwise(spans):
        expected[status] += ended - began
    assert seconds_of(scrape, check) == pytest.approx(
        {one.value: us / SECOND for one, us in expected.items()}, abs=0.002
    )


def test_a_site_whose_own_network_is_cut_is_one_incident_and_nobody_else_is_concerned(outpost, station):
    services = {f"s{number}": f"http://198.18.{number}.1/" for number in range(1, 41)}
    well = dict.fromkeys(services, "UP")
    daemon = outpost.watch({**services, "lone": f"http://{LONE}/"}, interval=5)
    cut_at = now_us()
    outpost.lone.cut_here()
    blind, others = [], []

    def statuses():
        scrape = station.scrape()
        blind.append(scrape.value("kulkul_vantage_blind"))
        found = scrape.statuses()
        others.append({service: found[service] for service in services})
        return found

    wait_until("the site is out", lambda: statuses()["lone"] == "DOWN")
    opened = station.scrape().series("kulkul_incident_open")
    mended_at = now_us()
    outpost.lone.mend()
    wait_until("the site is back", lambda: statuses()["lone"] == "UP")
    assert daemon.end() == 0

    assert set(blind) == {0}
    assert all(one == well for one in others)
    assert [labels["service"] for labels, _ in opened] == ["lone"]
    rows = station.rows("SELECT incident_no, began_at, confirmed_at, ended_at, closed_at FROM incident")
    ((number, began_at, confirmed_at, ended_at, closed_at),) = rows
    assert station.rows("SELECT incident_no, service_id FROM incident_member") == [(number, "lone")]
    seen = results(station)["lone"]
    failed = [(at, duration) for at, duration, outcome in seen if outcome != OK]
    third_at, third_took = failed[2]
    assert began_at == first_bad(seen, cut_at)
    assert third_at + third_took <= confirmed_at
    assert confirmed_at - began_at <= (3 * (DEADLINE + RECHECK) + LOOK + BUSY) * SECOND
    assert ended_at == next(at for at, _, outcome in seen if outcome == OK and at > failed[-1][0])
    assert mended_at - UNDER_WAY <= ended_at <= closed_at
    assert station.rows("SELECT * FROM blind_period") == []
    assert station.rows("SELECT * FROM alert WHERE kind = 'vantage_blind'") == []


def test_while_our_resolver_is_cut_off_sites_are_unknown_and_none_is_out(outpost, station):
    named = {f"s{number}": f"http://s{number}.example/" for number in range(1, 13)}
    numbered = {"plain": "http://198.18.200.1/"}
    daemon = outpost.watch({**named, **numbered}, interval=INTERVAL)
    cut_at = now_us()
    outpost.names.cut_here()
    unknown = {**dict.fromkeys(named, "UNKNOWN"), **dict.fromkeys(numbered, "UP")}
    station.wait_for(**unknown)
    time.sleep(max(0.0, CUT_SECONDS / 2 - (now_us() - cut_at) / SECOND))
    assert station.statuses() == unknown
    outpost.names.mend()
    station.wait_for(**dict.fromkeys({**named, **numbered}, "UP"))
    wait_until("the vantage sees", lambda: station.scrape().value("kulkul_vantage_blind") == 0)
    assert daemon.end() == 0

    assert station.rows("SELECT * FROM incident") == []
    ((cause, began_at, ended_at),) = station.rows("SELECT cause, began_at, ended_at FROM blind_period")
    assert (cause, station.rows("SELECT kind FROM alert")) == ("resolver", [("vantage_blind",)])
    assert began_at < ended_at
    down = STATUS_CODES[Status.DOWN]
    assert station.rows(f'SELECT * FROM "transition" WHERE after = {down}') == []
