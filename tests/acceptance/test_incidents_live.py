"""Incidents of a running daemon: one for each cause, over reloads and restarts, with their evidence."""

import json
import signal
from contextlib import ExitStack
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from monitor.core.incident import incident_name
from monitor.core.reason import Outcome
from monitor.store.codes import OUTCOME_CODES
from monitor.store.incident_rows import Which
from tests.acceptance.sites import open_place
from tests.processes import wait_until

pytestmark = pytest.mark.real

INCIDENTS = """
    SELECT incident_no, began_at, confirmed_at, ended_at, closed_at, cause_tie, cause_value, flapping
    FROM incident ORDER BY incident_no
"""
LOADED_AT = "kulkul_register_last_reload_timestamp_seconds"


@pytest.fixture
def places(station):
    """Open an address with sites, by its number; canaries are alive at two others."""
    with ExitStack() as stack:

        def open_one(number):
            return stack.enter_context(open_place(f"127.30.{number}.1"))

        canaries = [open_one(number).at for number in (1, 2)]
        text = station.config.read_text()
        listed = ", ".join(f"{{tcp: '{one}'}}" for one in canaries)
        station.config.write_text(text.replace("canaries: []", f"canaries: [{listed}]"))
        yield open_one


def number_of(station, sequence):
    """Return the number of the so-manieth incident; its year is that in which it was confirmed, in WITA."""
    ((confirmed_at,),) = station.rows("SELECT min(confirmed_at) FROM incident")
    year = datetime.fromtimestamp(confirmed_at / 1e6, UTC).astimezone(ZoneInfo("Asia/Makassar")).year
    return year * 1_000_000 + sequence


def members(station):
    """Return the services of each incident, by its number."""
    found = {}
    for number, service in station.rows("SELECT incident_no, service_id FROM incident_member"):
        found.setdefault(number, set()).add(service)
    return found


def open_by(station):
    """Return the incident and cause that the metrics show for each service that is out."""
    return {
        labels["service"]: (labels["incident"], labels["cause"])
        for labels, _ in station.scrape().series("kulkul_incident_open")
    }


def failures(station, check):
    """Return the starts of a check's failed probes, in order."""
    query = f"""
        SELECT id - started_us_before_id AS at FROM result JOIN check_key USING (check_no)
        WHERE check_id = '{check}' AND outcome = {OUTCOME_CODES[Outcome.FAILED]} ORDER BY at
    """
    return [at for (at,) in station.rows(query)]


def evidence(station, check):
    """Return when and what was kept, by which."""
    query = f"""
        SELECT which, at, text FROM incident_evidence JOIN check_key USING (check_no)
        WHERE check_id = '{check}'
    """
    return {Which(which): (at, json.loads(text)) for which, at, text in station.rows(query)}


def test_forty_services_on_one_address_that_dies_are_one_incident(station, start, places):
    shared, other = places(3), places(4)
    forty = {f"s{number}": shared.url(f"s{number}") for number in range(40)}
    station.write(**forty, other=other.url())
    daemon = start()
    station.wait_for(**dict.fromkeys(forty, "UP"), other="UP")
    shared.die()
    station.wait_for(**dict.fromkeys(forty, "DOWN"), other="UP")
    shown = open_by(station)
    assert station.scrape().value("kulkul_incidents_total") == 1
    shared.rise()
    station.wait_for(**dict.fromkeys(forty, "UP"), other="UP")
    assert open_by(station) == {}
    assert daemon.end() == 0

    ((number, began_at, confirmed_at, ended_at, closed_at, *cause, flapping),) = station.rows(INCIDENTS)
    assert number == number_of(station, 1)
    assert shown == dict.fromkeys(forty, (incident_name(number), "address"))
    assert (cause, flapping) == (["address", shared.host], 0)
    assert members(station) == {number: set(forty)}
    spells = station.rows("SELECT began_at, ended_at FROM incident_spell")
    assert len(spells) == len(forty)
    assert began_at == min(began for began, _ in spells) == min(failures(station, one)[0] for one in forty)
    assert ended_at == max(ended for _, ended in spells)
    assert began_at < confirmed_at < ended_at <= closed_at
    for check in forty:
        kept, seen = evidence(station, check), failures(station, check)
        assert {which: at for which, (at, _) in kept.items()} == {Which.FIRST: seen[0], Which.LAST: seen[-1]}


def test_two_addresses_that_die_at_the_same_moment_are_two_incidents(station, start, places):
    left, right = places(3), places(4)
    sides = {
        place.host: {f"{name}{number}": place.url(str(number)) for number in range(3)}
        for name, place in (("left", left), ("right", right))
    }
    everyone = sides[left.host] | sides[right.host]
    station.write(**everyone)
    daemon = start()
    station.wait_for(**dict.fromkeys(everyone, "UP"))
    left.die()
    right.die()
    station.wait_for(**dict.fromkeys(everyone, "DOWN"))
    left.rise()
    right.rise()
    station.wait_for(**dict.fromkeys(everyone, "UP"))
    assert daemon.end() == 0

    found = station.rows(INCIDENTS)
    assert [number for number, *_ in found] == [number_of(station, 1), number_of(station, 2)]
    assert all(closed_at is not None for _, _, _, _, closed_at, *_ in found)
    theirs = members(station)
    assert {value: theirs[number] for number, *_, value, _ in found} == {
        host: set(side) for host, side in sides.items()
    }


def test_an_open_incident_outlives_reload_renaming_and_restart_and_ends_with_the_service(
    station, start, places
):
    place = places(3)

    def register(**names):
        station.write(**{id_: place.url(id_) for id_ in names})
        text = station.services.read_text()
        for id_, name in names.items():
            text = text.replace(f"name: {id_}", f"name: {name}")
        station.services.write_text(text)

    def reload(daemon):
        before = station.scrape().value(LOADED_AT)
        daemon.send(signal.SIGHUP)
        wait_until("the register is read", lambda: station.scrape().value(LOADED_AT) > before)

    register(portal="Portal", arsip="Arsip")
    daemon = start()
    station.wait_for(portal="UP", arsip="UP")
    place.status["portal"] = 500
    station.wait_for(portal="DOWN", arsip="UP")
    shown = open_by(station)

    reload(daemon)
    assert (station.statuses(), open_by(station)) == ({"portal": "DOWN", "arsip": "UP"}, shown)

    register(portal="Portal Baru", arsip="Arsip")
    reload(daemon)
    assert station.scrape().series("kulkul_service_info", service="portal", name="Portal Baru")
    assert (station.statuses(), open_by(station)) == ({"portal": "DOWN", "arsip": "UP"}, shown)

    place.status["portal"] = 503
    wait_until(
        "the other failure is kept",
        lambda: 503 in [bundle["http"]["status"] for _, bundle in evidence(station, "portal").values()],
    )
    assert daemon.end() == 0
    daemon = start()
    station.wait_for(portal="DOWN", arsip="UP")
    assert open_by(station) == shown
    assert station.scrape().value("kulkul_incidents_total") == 0

    register(arsip="Arsip")
    reload(daemon)
    assert (station.statuses(), open_by(station)) == ({"arsip": "UP"}, {})
    assert daemon.end() == 0

    ((number, began_at, _, ended_at, closed_at, cause_tie, _, _),) = station.rows(INCIDENTS)
    assert number == number_of(station, 1)
    assert shown == {"portal": (incident_name(number), "")}
    assert station.rows("SELECT service_id, withdrawn FROM incident_member") == [("portal", 1)]
    assert (cause_tie, ended_at) == (None, closed_at)
    kept = evidence(station, "portal")
    assert kept[Which.FIRST][0] == began_at == failures(station, "portal")[0]
    for which, status in ((Which.FIRST, 500), (Which.LAST, 503)):
        bundle = kept[which][1]
        assert bundle["http"]["status"] == status
        assert ["x-backend", f"web-{status}"] in [
            [name.lower(), value] for name, value in bundle["http"]["headers"]
        ]
        assert bundle["excerpt"] == f"<h1>/portal menjawab {status}</h1>"
