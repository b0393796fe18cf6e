"""A station of Kulkul for a measurement: its settings and register, its running daemon, its metrics."""

from __future__ import annotations

import contextlib
import http.client
import json
import math
import os
import re
import sqlite3
import sys
import time
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from peers import free_port, running
from target import Target

SERVICES_PER_FILE = 250
SCRAPE_SECONDS = 15.0
START_SECONDS = 90.0
_LATENESS = re.compile(r'^kulkul_scheduler_lateness_seconds_bucket\{le="([^"]+)"\} (\S+)$', re.MULTILINE)
_PROBES = re.compile(r'^kulkul_probes_total\{.*outcome="(\w+)"\} (\S+)$', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Load:
    """How much is to be probed, and how often."""

    scheme: str
    count: int
    interval_seconds: int

    @property
    def rate(self) -> float:
        """Checks a second."""
        return self.count / self.interval_seconds


def write_station(target: Target, folder: Path, load: Load, port: int) -> Path:
    """Write the settings and a register of one service per site; returns the path of the settings."""
    count = load.count
    services = folder / "services"
    services.mkdir(parents=True)
    settings = {
        "vantage": {"user_agent": "Kulkul/bench"},
        "database": {"url": f"sqlite:///{folder / 'kulkul.sqlite'}"},
        "web": {"port": port},
        "probing": {
            "ca_file": str(target.ca_file),
            "allow_networks": ["127.0.0.0/8"],
            "resolve": {target.host(number): target.address(number) for number in range(count)},
        },
        "uplink": {"canaries": []},
        "inspections": {"enabled": False},
        "defaults": {"interval": load.interval_seconds},
        "log": {"level": "warning"},
    }
    path = folder / "kulkul.yml"
    path.write_text(json.dumps(settings))  # JSON is YAML
    for file in range(math.ceil(count / SERVICES_PER_FILE)):
        numbers = range(file * SERVICES_PER_FILE, min(count, (file + 1) * SERVICES_PER_FILE))
        register = {
            "government": {"id": f"gov{file}", "name": f"Pemerintah Kabupaten Contoh {file}"},
            "agencies": [{"id": f"dinas{file}", "name": f"Dinas Contoh {file}"}],
            "services": [
                {
                    "id": f"s{number}",
                    "name": f"Layanan Contoh {number}",
                    "agency": f"dinas{file}",
                    "url": target.url(load.scheme, number),
                }
                for number in numbers
            ],
        }
        (services / f"gov{file}.yml").write_text(json.dumps(register))
    return path


@dataclass(frozen=True, slots=True)
class Scrape:
    """One look at /metrics."""

    at: float
    """Monotonic seconds."""
    took_seconds: float
    text: str = field(repr=False)

    @property
    def probes(self) -> dict[str, float]:
        """Probes so far, by outcome."""
        totals: dict[str, float] = {}
        for outcome, number in _PROBES.findall(self.text):
            totals[outcome] = totals.get(outcome, 0.0) + float(number)
        return totals

    @property
    def not_ok(self) -> float:
        """Probes so far with any other outcome than ok."""
        return sum(number for outcome, number in self.probes.items() if outcome != "ok")

    @property
    def seen(self) -> int:
        """How many checks have a result."""
        return self.text.count("\nkulkul_probe_last_timestamp_seconds{")

    @property
    def lateness(self) -> dict[float, float]:
        """Starts at most so late, in seconds, as a cumulative histogram."""
        return {float(edge): float(number) for edge, number in _LATENESS.findall(self.text)}

    def gauge(self, name: str) -> float:
        """Return a metric without labels."""
        found = re.search(rf"^{name} (\S+)$", self.text, re.MULTILINE)
        if found is None:
            raise LookupError(f"/metrics does not show {name}")
        return float(found.group(1))


class Station:
    """A running daemon."""

    def __init__(self, pid: int, port: int, folder: Path) -> None:
        self.pid = pid
        self.folder = folder
        self._port = port
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    @classmethod
    @contextlib.contextmanager
    def running(cls, target: Target, folder: Path, load: Load) -> Iterator[Station]:
        """Run `kulkul run` until the context ends; it begins when probing does."""
        port = free_port()
        path = write_station(target, folder, load, port)
        command = [sys.executable, "-m", "monitor", "run", "--config", str(path)]
        with running(command, folder / "kulkul.log", port, "/-/ready", START_SECONDS) as pid:
            yield cls(pid, port, folder)

    def scrape(self) -> Scrape:
        """Fetch /metrics as Prometheus does: OpenMetrics, compressed, over a connection that is kept."""
        began = time.monotonic()
        headers = {"Accept": "application/openmetrics-text;version=1.0.0", "Accept-Encoding": "gzip"}
        self._connection.request("GET", "/metrics", headers=headers)
        packed = self._connection.getresponse().read()
        took = time.monotonic() - began
        return Scrape(began, took, zlib.decompress(packed, 47).decode())

    def watch(self, seconds: float) -> list[Scrape]:
        """Scrape every 15 s, at the beginning and at the end of a span too."""
        scrapes = [self.scrape()]
        end = scrapes[0].at + seconds
        while (now := time.monotonic()) < end:
            time.sleep(min(SCRAPE_SECONDS - (now - scrapes[-1].at) % SCRAPE_SECONDS, end - now))
            scrapes.append(self.scrape())
        return scrapes

    def close_down(self) -> None:
        """Stop the daemon and wait, but leave its books to be read: `running` lets go of the process."""
        os.kill(self.pid, 15)
        os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOWAIT)

    def stored(self) -> tuple[int, int]:
        """Return the results in the database, and by how many bytes it would be smaller without them."""
        with (
            contextlib.closing(sqlite3.connect(self.folder / "kulkul.sqlite")) as database,
            contextlib.closing(sqlite3.connect(":memory:", isolation_level=None)) as copy,
        ):
            database.backup(copy)
            (results,) = copy.execute("SELECT count(*) FROM result").fetchone()
            (size,) = copy.execute("PRAGMA page_size").fetchone()
            (full,) = copy.execute("PRAGMA page_count").fetchone()
            copy.execute("DELETE FROM result")
            copy.execute("DELETE FROM detail")
            copy.execute("VACUUM")
            (empty,) = copy.execute("PRAGMA page_count").fetchone()
        return results, (full - empty) * size


def lateness_ms(first: Scrape, last: Scrape, quantile: float) -> float:
    """Return how late starts between two scrapes were, in ms, interpolated as histogram_quantile does."""
    before = first.lateness
    edges = [(edge, number - before[edge]) for edge, number in sorted(last.lateness.items())]
    wanted = quantile * edges[-1][1]
    below, passed = 0.0, 0.0
    for edge, number in edges:
        if number >= wanted:
            share = (wanted - passed) / (number - passed) if number > passed else 1.0
            return (below + (edge - below) * share) * 1000
        below, passed = edge, number
    raise ValueError("no probe was started between the two scrapes")


def worst(scrapes: Sequence[Scrape], name: str) -> float:
    """Return the highest value of a gauge."""
    return max(scrape.gauge(name) for scrape in scrapes)
