"""The way out of the demo's town: its switch, its doors, and a host that dies with all its sites."""

import asyncio
import contextlib
import itertools
import json
import signal
import socket
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import dns.asyncquery
import dns.exception
import dns.message
import pytest

from monitor.core.alert import AlertKind
from monitor.core.canary import CanaryKind
from monitor.core.status import Status
from monitor.demo.certificates import Authority
from monitor.demo.door import Door
from monitor.demo.news import News
from monitor.demo.serving import open_town
from monitor.demo.town import SHARED_HOST, TOWN
from monitor.demo.turns import Turns
from monitor.store import Store
from monitor.store.alerts import alerts
from monitor.web import Language
from tests.processes import KULKUL, PATIENCE_SECONDS, Scrape, get, running, wait_until
from tests.town import DEMO, page_of, promised

SHARING = sorted(site.id for site in TOWN if site.address == SHARED_HOST)
ALWAYS_WELL = {site.id for site in TOWN if {sight.status for sight in site.sees} <= {"UP", "DEGRADED"}}
ALWAYS_DOWN = {site.id for site in TOWN if {sight.status for sight in site.sees} == {"DOWN"}}
NOW = datetime(2026, 10, 3, 1, 2, 3, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def told(*arguments):
    """What a command says as JSON, whatever its exit code."""
    ran = subprocess.run(
        [*KULKUL, *map(str, arguments), "--json"],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ran.stdout, ran.stderr
    return json.loads(ran.stdout)


def members(incident):
    return sorted(one["service"] for one in incident["services"])


async def alerts_of(folder):
    async with await Store.open(f"sqlite:///{folder}/kulkul.sqlite", migrate=False) as store:
        return await alerts(store)


def test_a_cut_uplink_is_blindness_and_no_outage_and_all_comes_back(tmp_path):
    station = tmp_path / "station"
    config = ("--config", station / "kulkul.yml")
    with running((*DEMO, "--no-table", "--folder", str(station)), tmp_path) as demo:
        page = page_of(demo)
        wait_until("every steady site has its status", lambda: promised(page))
        wait_until("the guard is called", lambda: Scrape(page).value("kulkul_heartbeat_success") == 1)

        demo.send(signal.SIGUSR1)
        wait_until("the monitor is blind", lambda: Scrape(page).value("kulkul_vantage_blind") == 1)
        wait_until("the guard is not", lambda: Scrape(page).value("kulkul_heartbeat_success") == 0)
        everywhere = {site.id: Status.UNKNOWN for site in TOWN}
        wait_until("every site is unknown", lambda: Scrape(page).statuses() == everywhere)
        assert Scrape(page).value("kulkul_vantage_canary_up") == 0
        assert "Sambungan pemantau sendiri terganggu" in get(page)
        during = told("incident", "list", *config)

        demo.send(signal.SIGUSR1)
        wait_until("the monitor sees again", lambda: Scrape(page).value("kulkul_vantage_blind") == 0)
        wait_until("every steady site has its status again", lambda: promised(page))
        wait_until("the guard is called again", lambda: Scrape(page).value("kulkul_heartbeat_success") == 1)
        assert demo.end() == 0
        printed = iter(demo.stdout.splitlines())
        for sentence in ("pemantau DIPUTUS", "Pemantau BUTA sejak", "DISAMBUNG kembali", "MELIHAT lagi"):
            assert any(sentence in line for line in printed), f"{sentence} is missing, or too early"

    (period,) = told("uplink", *config)["blind_periods"]
    assert period["cause"] == "canaries"
    afterwards = told("incident", "list", *config)
    for incident in (*during, *afterwards):
        assert ALWAYS_WELL.isdisjoint(members(incident))
    spells = [spell for one in afterwards for member in one["services"] for spell in member["spells"]]
    assert not [one for one in spells if period["began_at"] <= one["began_at"] < period["ended_at"]]
    # What was out before stayed out: one incident each, in one piece.
    pieces = [one["check"] for one in spells if one["check"] in ALWAYS_DOWN]
    assert sorted(pieces) == sorted(ALWAYS_DOWN)
    raised = asyncio.run(alerts_of(station))
    (alert,) = [one for one in raised if one.kind is AlertKind.VANTAGE_BLIND]
    ended_at = datetime.fromisoformat(period["ended_at"])
    assert [one for one in raised if alert.raised_at <= one.raised_at < ended_at] == [alert]


def test_nothing_is_left_of_a_demo_that_ends_while_its_uplink_is_cut(tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with running((*DEMO, "--no-table"), tmp_path, {"TMPDIR": str(temporary)}) as demo:
        page = page_of(demo)
        demo.send(signal.SIGUSR1)
        wait_until("it is cut", lambda: "pemantau DIPUTUS" in demo.stdout)
        assert demo.end(signal.SIGTERM) == 0
        assert "Traceback" not in demo.stderr
        assert "never" not in demo.stderr, "no coroutine is left unawaited, no task unheard"
    assert list(temporary.iterdir()) == []
    with pytest.raises(OSError, match="refused"):
        Scrape(page)


def test_a_shared_host_that_dies_is_one_incident_of_five(tmp_path):
    station = tmp_path / "station"
    with running((*DEMO, "--no-table", "--folder", str(station)), tmp_path) as demo:
        page = page_of(demo)

        def out():
            demo.alive()
            statuses = Scrape(page).statuses()
            return [id_ for id_ in SHARING if statuses.get(id_) == Status.DOWN] == SHARING

        wait_until("the shared host is dead", out, 2 * PATIENCE_SECONDS)
        assert Scrape(page).value("kulkul_service_maintenance", service="satu-data") == 1
        assert ">pemeliharaan</small>" in get(page)

        def written():
            found = told("incident", "list", "--config", station / "kulkul.yml")
            return [one for one in found if set(members(one)) & set(SHARING)]

        wait_until("all five are written down", lambda: sum(len(members(one)) for one in written()) == 5)
        (incident,) = written()
        assert members(incident) == SHARING
        assert incident["cause"] == {"tie": "address", "value": SHARED_HOST}
        shown = [line for line in demo.stdout.splitlines() if incident["incident"] in line]
        assert any("Gangguan: Harga Pangan Harian" in line for line in shown)
        assert demo.end() == 0


async def reachable(place):
    """Whether a connection is let in."""
    try:
        _, writer = await asyncio.open_connection(*place)
    except ConnectionError:  # reset where the door is shut at that very moment
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True


async def come_to(expected, places):
    """Wait until all places are reachable, or none."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while {await reachable(place) for place in places} != {expected}:  # noqa: ASYNC110 - ports cannot tell
            await asyncio.sleep(0.02)


def tcp_places(town):
    sites = [(one.site.address, one.port) for one in town.places if one.site.behaviour is not None]
    canaries = [one.target.split(":") for one in town.canaries if one.kind is CanaryKind.TCP]
    return [*sites, *canaries]


async def answers(canary):
    """Whether the town's name server answers."""
    address, _, port = canary.server.partition(":")
    question = dns.message.make_query(canary.target, "A")
    try:
        await dns.asyncquery.udp(question, address, timeout=0.5, port=int(port))
    except dns.exception.Timeout:
        return False
    return True


async def test_while_the_way_out_is_cut_nothing_of_the_town_can_be_reached():
    sites = [site for site in TOWN if site.id in ("portal", "surel", "server-nama", "umkm")]
    async with open_town(sites, Authority()) as town:
        places = tcp_places(town)
        assert len(places) == 5
        (asked,) = [one for one in town.canaries if one.kind is CanaryKind.DNS]
        for cut in (False, True, False):
            if cut is not town.cut:
                town.toggle()
            await come_to(not cut, places)
            assert await answers(asked) is not cut
    await come_to(False, places)


async def test_a_host_that_dies_takes_all_its_sites_along_and_brings_them_back_and_nothing_else():
    turns = Turns(0.5, 0.5)
    sharing = [replace(site, turns=turns) for site in TOWN if site.id in SHARING]
    others = [site for site in TOWN if site.id in ("ppid", "simpus")]
    async with open_town([*sharing, *others], Authority()) as town:
        dying = [(one.site.address, one.port) for one in town.places if one.site.turns]
        for expected in (True, False, True, False):
            await come_to(expected, dying)
        assert await reachable((town.places[-1].site.address, town.places[-1].port))


async def test_a_site_of_a_dead_host_stays_shut_when_the_way_out_is_mended():
    (site,) = [replace(site, turns=Turns(0.2, 1000)) for site in TOWN if site.id == "umkm"]
    async with open_town([site], Authority()) as town:
        place = (site.address, town.places[0].port)
        canaries = [one for one in tcp_places(town) if one != place]
        await come_to(False, [place])
        await come_to(True, canaries)
        town.toggle()
        await come_to(False, canaries)
        town.toggle()
        await come_to(True, canaries)
        assert not await reachable(place)


async def test_a_shut_door_drops_its_visitors_and_keeps_its_port():
    entered = asyncio.Event()

    async def receive(reader, writer):
        entered.set()
        await reader.read()

    door = Door("127.0.0.1", receive)
    place = ("127.0.0.1", door.port)
    try:
        assert not await reachable(place)
        await door.open()
        reader, writer = await asyncio.open_connection(*place)
        await entered.wait()
        door.shut()
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), PATIENCE_SECONDS) == b""
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        assert not await reachable(place)
        with socket.socket() as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(place)
        await door.open()
        assert await reachable(place)
    finally:
        await door.remove()


class Hasty(Door):
    """Is shut at the very moment in which a visitor is let in."""

    def _let_in(self, reader, writer):
        super()._let_in(reader, writer)
        self.shut()


async def test_a_visitor_who_is_let_in_while_the_door_is_shut_is_dropped_too():
    async def receive(reader, writer):
        await reader.read()

    door = Hasty("127.0.0.1", receive)
    try:
        await door.open()
        reader, writer = await asyncio.open_connection("127.0.0.1", door.port)
        with contextlib.suppress(ConnectionResetError):
            assert await asyncio.wait_for(reader.read(), PATIENCE_SECONDS) == b""
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
    finally:
        await door.remove()


@pytest.mark.parametrize("seconds", [0.0, 0.5, 2.999, 3.0, 4.999, 5.0, 5.1, 12.5, 1e6])
def test_turns_say_when_the_next_one_comes(seconds):
    turns = Turns(3, 2)
    left = turns.left_at(seconds)
    assert 0 < left <= 3
    assert turns.well_at(seconds) is not turns.well_at(seconds + left + 1e-6)
    assert turns.well_at(seconds) is turns.well_at(seconds + left - 1e-6)


def test_every_change_is_told_once_with_its_time():
    news = News(UTC, Language.EN)
    moments = itertools.count()

    def tell(cut, blind_since):
        return news.tell(cut=cut, blind_since=blind_since, now=NOW + next(moments) * SECOND)

    assert tell(False, None) == []
    assert tell(True, None) == [
        "01:02:04 ● The monitor's uplink is CUT: neither the canaries nor any site can be reached."
    ]
    assert tell(True, NOW) == [
        "01:02:05 ● The monitor is BLIND since 01:02:03: failures are not judged as outages."
    ]
    assert tell(True, NOW) == []
    assert tell(False, None) == [
        "01:02:07 ● The monitor's uplink is MENDED.",
        "01:02:07 ● The monitor can SEE again: failures are judged.",
    ]
