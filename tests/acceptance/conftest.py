"""Real components, started as an operator would: a daemon on a station of its own, and a Prometheus."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from monitor.demo.port import held_port
from tests.databases import Postgresql, Sqlite, home_reference
from tests.processes import KULKUL, Process, Scrape, get, running, wait_until

HOST = "127.0.0.1"


class Site(BaseHTTPRequestHandler):
    """A site that is well, or not."""

    well = True

    def do_GET(self) -> None:
        self.send_response(200 if self.well else 500)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"OK")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def serving(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve from a thread; yields the URL."""
    with ThreadingHTTPServer((HOST, 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()


class Station:
    """Settings and register in a folder, and a database; a healthy site and a dead one to watch."""

    def __init__(
        self, folder: Path, home: Sqlite | Postgresql, port: int, site: type[Site], good: str, dead: str
    ) -> None:
        self.folder = folder
        self.home = home
        self.site = site
        self.page = f"http://{HOST}:{port}/"
        self.good, self.dead = good, dead
        self.config = folder / "kulkul.yml"
        self.services = folder / "services" / "demo.yml"
        self.services.parent.mkdir()
        self.config.write_text(
            f"database: {{url: '{home_reference(folder)}'}}\n"
            f"web: {{port: {port}}}\n"
            "uplink: {canaries: []}\n"
            "inspections: {enabled: false}\n"
            "probing: {allow_networks: 127.0.0.0/8}\n"
            "defaults: {interval: 1s, recheck: 300ms}\n"
        )
        self.write(good=good, dead=dead)

    def write(self, **urls: str) -> None:
        """Write the register: a service for each id and URL."""
        entries = [
            f"  - {{id: {id_}, name: {id_}, agency: kominfo, url: '{url}'}}" for id_, url in urls.items()
        ]
        self.services.write_text(
            "government: {id: demo, name: Pemerintah Provinsi Demo}\n"
            "agencies:\n  - {id: kominfo, name: Dinas Kominfo}\n"
            "services:\n" + "\n".join(entries) + "\n"
        )

    def scrape(self) -> Scrape:
        return Scrape(self.page)

    def statuses(self) -> dict[str, str]:
        return self.scrape().statuses()

    def wait_for(self, **statuses: str) -> None:
        """Wait until exactly these services have these statuses."""
        wait_until(f"statuses are {statuses}", lambda: self.statuses() == statuses)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """Read from the database."""
        return self.home.rows(query)


@pytest.fixture
def station(tmp_path: Path, home: Sqlite | Postgresql) -> Iterator[Station]:
    """A station whose daemon is not running yet, with a database of each kind."""
    with ExitStack() as stack:
        site = type("SiteOfThisTest", (Site,), {})
        good = stack.enter_context(serving(site))
        refusing = stack.enter_context(held_port("127.0.0.2", 0))  # held, and nothing listens
        port = stack.enter_context(held_port(HOST, 0))
        yield Station(tmp_path, home, port, site, good, f"http://127.0.0.2:{refusing}/")


@pytest.fixture
def start(station: Station) -> Iterator[Callable[[], Process]]:
    """Start the station's daemon, and wait until its page is served; killed at the end of the test."""
    with ExitStack() as stack:

        def begin() -> Process:
            arguments = (*KULKUL, "run", "--config", str(station.config))
            process = stack.enter_context(running(arguments, station.folder))

            def ready() -> str:
                process.alive()
                return get(f"{station.page}-/ready")

            wait_until("the daemon is ready", ready)
            return process

        yield begin


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Start a Prometheus that scrapes every second; takes job → host:port, and rules; returns its URL."""
    program = shutil.which("prometheus")
    if program is None:
        if os.environ.get("KULKUL_REQUIRE_REAL") == "1":
            pytest.fail("prometheus is not installed, and KULKUL_REQUIRE_REAL=1 asks for it")
        pytest.skip("prometheus is not installed")
    with ExitStack() as stack:
        port = stack.enter_context(held_port(HOST, 0))

        def begin(targets: dict[str, str], rules: Path | None = None) -> str:
            jobs = [
                f"  - job_name: {job}\n    static_configs: [{{targets: ['{target}']}}]"
                for job, target in targets.items()
            ]
            config = tmp_path / "prometheus.yml"
            config.write_text(
                "global: {scrape_interval: 1s, evaluation_interval: 1s}\n"
                + (f"rule_files: ['{rules}']\n" if rules else "")
                + "scrape_configs:\n"
                + "\n".join(jobs)
                + "\n"
            )
            arguments = (
                program,
                f"--config.file={config}",
                f"--storage.tsdb.path={tmp_path / 'tsdb'}",
                f"--web.listen-address={HOST}:{port}",
            )
            process = stack.enter_context(running(arguments, tmp_path / "prometheus"))

            def ready() -> str:
                process.alive()
                return get(f"http://{HOST}:{port}/-/ready")

            wait_until("Prometheus is ready", ready)
            return f"http://{HOST}:{port}/"

        yield begin
