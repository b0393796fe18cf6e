"""The demo's parts: its town in one process, its files, its port, its table."""

import asyncio
import io
import re
import socket
from collections import Counter
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from monitor.core.canary import Canary, CanaryKind
from monitor.core.reason import Reason
from monitor.core.service import CheckKind
from monitor.core.status import Status
from monitor.daemon.seat import StartError
from monitor.demo.behaviours import UP_SECONDS, Visit, flaps
from monitor.demo.certificates import Authority
from monitor.demo.domains import DOMAINS, domain_of_host
from monitor.demo.naming import Naming
from monitor.demo.offices import OWNERS
from monitor.demo.port import USUAL_PORT, held_port
from monitor.demo.serving import Place, open_town
from monitor.demo.station import write_station
from monitor.demo.table import change_line, live_table
from monitor.demo.town import SHARED_HOST, SHARED_TURNS, TOWN
from monitor.demo.welcome import welcome
from monitor.registry import load_registry
from monitor.registry.windows import load_windows
from monitor.settings import load_settings
from monitor.web import Language, Row

PLACES = [Place(site, 40000 + number) for number, site in enumerate(TOWN)]
CANARIES = [
    Canary(kind=CanaryKind.TCP, target="127.0.1.1:7"),
    Canary(kind=CanaryKind.DNS, target="ns1.demoprov.go.id", server="127.0.0.2:53"),
]
NAMING = Naming(
    rdap="http://127.0.4.80:8080/rdap/",
    whois="127.0.4.43",
    whois_port=4343,
    resolver="127.0.4.53:5353",
    dns_port=5353,
)
GUARD = "http://127.0.4.1:4141/"
NOW = datetime(2026, 10, 3, 1, 2, 3, tzinfo=UTC)


def station(folder):
    path = write_station(folder, PLACES, CANARIES, NAMING, GUARD, Authority().root.pem, USUAL_PORT, NOW)
    settings = load_settings(path)
    return settings, load_registry(settings.register, settings)


def test_every_site_has_its_own_name_and_an_office_of_the_town():
    assert len({site.id for site in TOWN}) == len({site.host for site in TOWN}) == len(TOWN)
    assert {site.agency for site in TOWN} == {agency for owner in OWNERS for agency in owner.agencies}
    assert {domain_of_host(site.host) for site in TOWN} == set(DOMAINS)


def test_the_station_is_read_by_the_real_loader_with_every_site_in_it(tmp_path):
    settings, registry = station(tmp_path / "new")
    assert {check.url.rstrip("/") for check in registry.checks() if check.kind is CheckKind.HTTP} == {
        place.url.rstrip("/") for place in PLACES if place.site.kind is CheckKind.HTTP
    }
    assert registry.services.keys() == {site.id for site in TOWN}
    delegated = [site for site in TOWN if domain_of_host(site.host).delegated]
    assert len(delegated) == len(TOWN) - 1
    assert settings.probing.resolve == {site.host: (site.address,) for site in delegated}
    assert settings.database.path == (tmp_path / "new/kulkul.sqlite").resolve()
    assert all(check.deadlines.total < check.interval for check in registry.checks())


def test_what_fails_by_its_own_fault_shares_its_address_with_nothing_else_that_fails():
    """Or it would be taken for one cause, and listed as one incident."""
    failing = [site for site in TOWN if any(sight.status is Status.DOWN for sight in site.sees)]
    places = Counter(site.address for site in failing)
    assert places.pop(SHARED_HOST) == len({site.agency for site in TOWN if site.turns}) == 5
    assert set(places.values()) == {1}
    assert {site.turns for site in TOWN if site.address == SHARED_HOST} == {SHARED_TURNS}


def test_the_stations_canaries_are_looked_at_often(tmp_path):
    settings, _ = station(tmp_path)
    assert settings.uplink.canaries == tuple(CANARIES)
    assert settings.uplink.interval <= timedelta(seconds=2)


def test_maintenance_is_announced_before_it_begins(tmp_path):
    settings, registry = station(tmp_path)
    (window,) = load_windows(settings.windows, settings, registry)
    assert window.scope.services == {"satu-data"}
    assert timedelta(0) < window.starts_at - NOW < timedelta(minutes=1)


def test_a_later_demo_replaces_what_an_earlier_one_wrote_and_keeps_the_rest(tmp_path):
    station(tmp_path)
    demoprov = tmp_path / "services/demoprov.yml"
    written = demoprov.read_text()
    demoprov.write_text(written.replace("e-Samsat", "e-Samsat Baru"))
    own = tmp_path / "services/milik-sendiri.yml"
    own.write_text(
        "services:\n  - {id: sendiri, name: Milik Sendiri, agency: dinkes, url: 'https://a.example/'}\n"
    )
    _, registry = station(tmp_path)
    assert demoprov.read_text() == written
    assert registry.services.keys() == {"sendiri", *(site.id for site in TOWN)}


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(StartError, match=r"cannot be written there \(.*\); name another folder"):
        station(tmp_path / "file")


def test_a_held_port_is_there_for_a_server_that_reuses_addresses_and_for_nobody_else():
    with held_port("127.0.0.1", 0) as port:
        with closing(socket.socket()) as stranger, pytest.raises(OSError, match="in use"):
            stranger.bind(("127.0.0.1", port))
        with closing(socket.create_server(("127.0.0.1", port))):  # sets SO_REUSEADDR
            pass


def test_the_next_free_port_is_taken_where_the_usual_one_is_not():
    with (
        held_port("127.0.0.1", None) as first,
        closing(socket.create_server(("127.0.0.1", first))),
        held_port("127.0.0.1", None) as second,
    ):
        assert second > first >= USUAL_PORT


@pytest.mark.parametrize(
    ("minutes_open", "status"),
    [(0.0, 200), (0.99, 200), (1.0, 503), (1.99, 503), (2.0, 200), (7.5, 503)],
)
async def test_the_flapping_site_is_up_and_down_by_turns(minutes_open, status):
    open_for = minutes_open * UP_SECONDS

    async def answer(reader, writer):
        await flaps(Visit(reader, writer, "Informasi", "BPBD", "siaga.demoprov.go.id", "/", open_for))
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        reply = await reader.read()
        writer.close()
        await writer.wait_closed()
    assert reply.startswith(b"HTTP/1.1 %d " % status)


@pytest.mark.parametrize("sent", [b"", b"\r\n\r\n", b"GET\r\n\r\n", b"\x16\x03\x01 nonsense", b"x" * 200_000])
async def test_no_visitor_disturbs_the_town(sent, caplog):
    sites = [site for site in TOWN if site.id in ("ppid", "portal")]
    async with open_town(sites, Authority()) as town:
        for place in town.places:
            reader, writer = await asyncio.open_connection(place.site.address, place.port)
            writer.write(sent)
            writer.close()
            await asyncio.gather(reader.read(), writer.wait_closed(), return_exceptions=True)
        reader, writer = await asyncio.open_connection(town.places[1].site.address, town.places[1].port)
        writer.write(b"GET / HTTP/1.1\r\nHost: ppid.demoprov.go.id\r\n\r\n")
        assert b"Layanan Informasi Publik (PPID)" in await reader.read()
        writer.close()
        await writer.wait_closed()
    assert caplog.records == []


def rows(count):
    statuses = [Status.UP, Status.DEGRADED, Status.DOWN, Status.UNKNOWN, Status.BLOCKED]
    return [
        Row(
            service_id=f"s{number}",
            name=f"Layanan {number:02}",
            url="https://a.example/",
            agency="Dinas Komunikasi, Informatika dan Statistik",
            government="Pemerintah Provinsi Demo",
            status=statuses[number % 5],
            since_at=NOW,
            duration=timedelta(seconds=1.5),
            reason=None if statuses[number % 5].works else Reason.TLS_INCOMPLETE_CHAIN,
        )
        for number in range(count)
    ]


def drawn(rows, width, lines, language=Language.ID, blind_since=None):
    console = Console(file=io.StringIO(), width=width, height=lines, markup=False)
    table = live_table(
        rows, UTC, language, blind_since=blind_since, caption="http://a/", width=width, lines=lines
    )
    console.print(table)
    return [line.rstrip() for line in console.file.getvalue().splitlines()]


@pytest.mark.parametrize("width", [80, 100, 200])
def test_each_service_has_one_line_with_whole_status_and_time_however_narrow_the_terminal(width):
    lines = drawn(rows(10), width, 40)
    assert len(lines) == 12
    assert all(len(line) <= width for line in lines)
    assert re.match(r"✖ Gangguan +Layanan 02.* 01:02:03 +1,5 dtk  Rantai sertifikat", lines[1])
    assert lines[-2].startswith("✔ Normal")


def test_services_that_do_not_fit_are_counted_and_the_worst_stay():
    lines = drawn(rows(30), 100, 15)
    assert len(lines) == 15
    assert lines[-2:] == ["… +18", "http://a/"]
    assert sum("Gangguan" in line for line in lines) == 6


@pytest.mark.parametrize("width", [40, 80, 200])
def test_a_blind_monitor_says_so_above_the_table_on_one_line_that_fits(width):
    lines = drawn(rows(30), width, 15, blind_since=NOW)
    assert len(lines) == 15
    assert lines[0].startswith("● Pemantau BUTA sejak 01:02:03:")
    assert lines[1].split()[0] == "Status"


def test_incident_and_maintenance_stand_before_the_reason():
    (row,) = rows(3)[2:]
    lines = drawn([replace(row, incident="INC-2026-000007", maintenance=True)], 200, 10)
    assert "INC-2026-000007 · pemeliharaan · Rantai sertifikat tidak lengkap" in lines[1]
    said = change_line(replace(row, incident="INC-2026-000007"), UTC, Language.EN)
    assert "— INC-2026-000007 · The certificate chain is incomplete" in said


def test_a_service_that_is_well_is_marked_when_it_is_under_maintenance():
    (row,) = rows(1)
    assert change_line(row, UTC, Language.EN).endswith("Statistik)")
    assert change_line(replace(row, maintenance=True), UTC, Language.EN).endswith(") — maintenance")


def test_the_table_speaks_english_too():
    lines = drawn(rows(5), 120, 40, Language.EN)
    assert lines[0].split()[:2] == ["Status", "Service"]
    assert re.match(r"✖ Down +Layanan 02.* 1.5 s  The certificate chain is incomplete", lines[1])


def test_the_welcome_names_the_page_and_a_probe_that_can_be_copied(tmp_path):
    text = welcome(tmp_path / "kulkul.yml", 8700, PLACES, kept=False, usual=True, pid=4711)
    expired = next(place for place in PLACES if place.site.id == "e-samsat")
    assert "http://127.0.0.1:8700/metrics" in text
    assert f"Port {USUAL_PORT} sudah dipakai; peragaan memakai 8700" in text
    assert (
        f"probe {expired.url} --resolve samsat.demoprov.go.id=127.0.0.2 "
        f"--ca-file {tmp_path}/ca.pem --allow-private\n"
    ) in text
    assert "dihapus di akhir" in text
    assert "\n    kill -USR1 4711\n" in text
    assert f"5 layanan di satu host ({SHARED_HOST})" in text
    assert "http://127.0.0.1:8700/domains\n" in text
    assert all(f"    {one.name} " in text for one in DOMAINS)
    for words in ("findings", "domain contohkab.go.id"):
        assert f" {words} --config {tmp_path}/kulkul.yml\n" in text


def test_the_welcome_says_nothing_of_ports_where_the_usual_one_or_a_chosen_one_is_used(tmp_path):
    for port, usual in ((USUAL_PORT, True), (8700, False)):
        text = welcome(tmp_path / "kulkul.yml", port, PLACES, kept=True, usual=usual, pid=4711)
        assert "sudah dipakai" not in text
        assert "tetap ada" in text
