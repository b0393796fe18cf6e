"""A real Alertmanager for the tests, as Debian packages it. Import the fixture by name where it is wanted."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from monitor.demo.port import held_port
from tests.processes import get, running, wait_until

HOST = "127.0.0.1"
PROGRAM = "prometheus-alertmanager"
CONFIG = """\
route: {receiver: office, group_by: [alertname, incident], group_wait: 100ms, group_interval: 1s}
receivers:
  - name: office
    webhook_configs: [{url: '%s', send_resolved: true}]
"""


class Alertmanager:
    """One that is running."""

    def __init__(self, url: str) -> None:
        self.url = url

    def alerts(self, **labels: str) -> list[dict[str, Any]]:
        """Return the alerts with these labels that it takes for firing."""
        return [
            one
            for one in json.loads(get(f"{self.url}/api/v2/alerts"))
            if labels.items() <= one["labels"].items()
        ]


@pytest.fixture
def alertmanager(tmp_path: Path) -> Iterator[Any]:
    """Start an Alertmanager; takes the URL that it tells of alerts."""
    program = shutil.which(PROGRAM)
    if program is None:
        if os.environ.get("KULKUL_REQUIRE_REAL") == "1":
            pytest.fail(f"{PROGRAM} is not installed, and KULKUL_REQUIRE_REAL=1 asks for it")
        pytest.skip(f"{PROGRAM} is not installed")
    with ExitStack() as stack:
        port = stack.enter_context(held_port(HOST, 0))

        def begin(tells: str) -> Alertmanager:
            config = tmp_path / "alertmanager.yml"
            config.write_text(CONFIG % tells)
            arguments = (
                program,
                f"--config.file={config}",
                f"--storage.path={tmp_path / 'alertmanager-data'}",
                f"--web.listen-address={HOST}:{port}",
                "--cluster.listen-address=",
            )
            process = stack.enter_context(running(arguments, tmp_path / "alertmanager"))

            def ready() -> str:
                process.alive()
                return get(f"http://{HOST}:{port}/-/ready")

            wait_until("Alertmanager is ready", ready)
            return Alertmanager(f"http://{HOST}:{port}")

        yield begin
