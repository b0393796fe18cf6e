"""Daemons of one station, one beside the other, and a webhook that keeps what it is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

from tests.acceptance.conftest import Station, serving
from tests.processes import KULKUL, Process, get, running, wait_until

ROUTES = """
channels:
  hook: {{kind: webhook, url: '{url}', secret: '${{file:secret}}', timeout: 2s}}
routes:
  - {{id: petugas, to: hook, hold: 1s, reminders: false}}
"""


def beside(station: Station, port: int) -> Path:
    """Write the settings of a second daemon, with pages of its own."""
    own = station.page.rstrip("/").rpartition(":")[2]
    path = station.folder / "second.yml"
    path.write_text(station.config.read_text().replace(f"port: {own}", f"port: {port}"))
    return path


@contextmanager
def daemon(config: Path, folder: Path, environment: dict[str, str] | None = None) -> Iterator[Process]:
    """Run a daemon; killed at the end if it still lives."""
    with running((*KULKUL, "run", "--config", str(config)), folder, environment) as process:
        yield process


def wait_ready(process: Process, page: str) -> None:
    """Wait until a daemon's pages are served."""

    def ready() -> str:
        process.alive()
        return get(f"{page}-/ready")

    wait_until("the daemon is ready", ready)


@contextmanager
def told(station: Station) -> Iterator[list[dict[str, Any]]]:
    """Receive the station's messages, in the order in which they come."""
    received: list[dict[str, Any]] = []
    lock = threading.Lock()

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with lock:
                received.append(sent)
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with serving(Receiver) as url:
        (station.folder / "secret").write_text("rahasia-rahasia-rahasia")
        (station.folder / "routes.yml").write_text(ROUTES.format(url=url))
        yield received
