"""`kill -9` again and again during 200 incidents: every message arrives, and none from before its time."""

import json
import random
import selectors
import signal
import socket
import threading
import time
from collections import Counter, defaultdict
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler

import pytest

from alerts.sender import PER_CHANNEL
from monitor.core.incident import incident_number
from monitor.demo.port import held_port
from monitor.store.outbox import State
from tests.acceptance.conftest import serving
from tests.processes import KULKUL, get, running, wait_until

pytestmark = pytest.mark.real

SERVICES = 200
KILLS = 12
SEED = 20261122
LONGEST = 2.5
"""Seconds at most from what happens to the kill: detecting, holding back, planning and sending lie within."""
RECOVERING = 0.5
"""Share of those known to be out that recover in a round."""
PAUSE = 0.02
"""Seconds that the receiver takes: a kill is to meet messages on their way."""
CLAIMED = 75
"""Seconds at most until what a killed daemon had claimed is free again, and sent: its time limit and 60 s."""
ROUTES = """
channels:
  hook: {{kind: webhook, url: '{url}', secret: '${{file:secret}}', timeout: 1s}}
routes:
  - {{id: petugas, to: hook, hold: 1s, reminders: false}}
"""


class Doors:
    """A port at each of many loopback addresses of one network; those that are open accept and hang up."""

    def __init__(self, port):
        self._port = port
        self._open = {}
        self._selector = selectors.DefaultSelector()
        self._lock = threading.Lock()
        self._done = False

    @staticmethod
    def address(number):
        return f"127.41.0.{number + 1}"

    def open(self, number):
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind((self.address(number), self._port))
        door.listen()
        door.setblocking(False)
        with self._lock:
            self._open[number] = door
            self._selector.register(door, selectors.EVENT_READ)

    def close(self, number):
        with self._lock:
            door = self._open.pop(number)
            self._selector.unregister(door)
            door.close()

    def is_open(self, number):
        return number in self._open

    def serve(self):
        while not self._done:
            for key, _ in self._selector.select(0.05):
                with self._lock:
                    if key.fileobj.fileno() >= 0:
                        with suppress(BlockingIOError):  # who knocked was killed meanwhile
                            visitor, _ = key.fileobj.accept()
                            visitor.close()

    @contextmanager
    def serving(self):
        thread = threading.Thread(target=self.serve)
        thread.start()
        try:
            yield self
        finally:
            self._done = True
            thread.join()
            for number in list(self._open):
                self.close(number)
            self._selector.close()


@pytest.fixture
def doors():
    with held_port("127.41.0.250", 0) as port, Doors(port).serving() as made:
        for number in range(SERVICES):
            made.open(number)
        made.port = port
        yield made


@pytest.fixture
def receiver(station):
    """A webhook that keeps what it is sent, each with whether its incident was in the database by then."""
    received, lock = [], threading.Lock()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self):
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number = incident_number(sent["subject"])
            [(known,)] = station.rows(f"SELECT count(*) FROM incident WHERE incident_no = {number}")
            with lock:
                received.append((sent, bool(known)))
            time.sleep(PAUSE)
            self.send_response(204)
            self.end_headers()

        def handle(self):
            with suppress(ConnectionError):  # the daemon was killed while it spoke
                super().handle()

        def log_message(self, *_):
            """Say nothing."""

    with serving(Receiver) as url:
        (station.folder / "secret").write_text("rahasia-rahasia-rahasia")
        (station.folder / "routes.yml").write_text(ROUTES.format(url=url))
        yield received


def register(station, doors):
    entries = [
        f"  - {{id: s{number:03}, name: s{number:03}, agency: kominfo, checks: "
        f"[{{kind: tcp, host: {doors.address(number)}, port: {doors.port}}}]}}"
        for number in range(SERVICES)
    ]
    station.services.write_text(
        "government: {id: demo, name: Pemerintah Provinsi Demo}\n"
        "agencies:\n  - {id: kominfo, name: Dinas Kominfo}\n"
        "services:\n" + "\n".join(entries) + "\n"
    )
    station.config.write_text(
        station.config.read_text().replace("interval: 1s, recheck: 300ms", "interval: 2s, recheck: 200ms")
    )


def repeated(received):
    return sum(count - 1 for count in Counter(sent["delivery"] for sent, _ in received).values())


@contextmanager
def daemon_of(station):
    with running((*KULKUL, "run", "--config", str(station.config)), station.folder) as daemon:

        def ready():
            daemon.alive()
            return get(f"{station.page}-/ready")

        wait_until("the daemon is ready", ready)
        yield daemon


def known_out(station):
    """Return the numbers of the services that are in an incident: only then may their doors open again."""
    return [int(service[1:]) for (service,) in station.rows("SELECT service_id FROM incident_member")]


def all_told(station):
    """Whether every conversation ended, and nothing waits."""
    ended = station.rows("SELECT count(*) FROM conversation WHERE state LIKE '%\"ended\":true%'")
    waiting = station.rows(f"SELECT count(*) FROM notification WHERE state = {State.WAITING.value}")
    return ended == [(SERVICES,)] and waiting == [(0,)]


def test_kills_during_two_hundred_incidents_lose_no_message_and_repeat_only_those_in_flight(
    station, doors, receiver
):
    register(station, doors)
    chance = random.Random(SEED)
    healthy = list(range(SERVICES))
    chance.shuffle(healthy)
    with daemon_of(station):
        wait_until("all are up", lambda: Counter(station.statuses().values())["UP"] == SERVICES)
    for number in range(KILLS):
        with daemon_of(station) as daemon:
            for each in healthy[number::KILLS]:
                doors.close(each)
            for each in known_out(station):
                if not doors.is_open(each) and chance.random() < RECOVERING:
                    doors.open(each)
            time.sleep(chance.uniform(0.5, LONGEST))
            daemon.alive()
            assert daemon.end(signal.SIGKILL) == -signal.SIGKILL

    with daemon_of(station) as daemon:
        closed = [number for number in healthy if not doors.is_open(number)]
        wait_until("those are down", lambda: Counter(station.statuses().values())["DOWN"] >= len(closed))
        for number in closed:
            doors.open(number)
        wait_until("all is told", lambda: all_told(station), CLAIMED + 60)
        assert daemon.end() == 0
        assert "Traceback" not in daemon.stderr

    assert len(station.rows("SELECT incident_no FROM incident")) == SERVICES
    stories = defaultdict(list)
    for sent, known in receiver:
        assert known, "told before it was stored"
        if sent["place"] not in [place for place, _ in stories[sent["subject"]]]:
            stories[sent["subject"]].append((sent["place"], sent["occasion"]))
    assert len(stories) == SERVICES
    assert {tuple(story) for story in stories.values()} <= {
        ((0, "outage"), (1, "recovery")),
        ((0, "recovery"),),
    }
    keys = {key for (key,) in station.rows("SELECT key FROM notification")}
    assert {sent["delivery"] for sent, _ in receiver} == keys
    assert repeated(receiver) <= KILLS * PER_CHANNEL
