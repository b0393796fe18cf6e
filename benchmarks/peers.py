"""blackbox_exporter and Prometheus, as processes on loopback for as long as a context lasts."""

from __future__ import annotations

import contextlib
import http.client
import json
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

from target import Target

START_SECONDS = 20.0


@dataclass(frozen=True, slots=True)
class Peer:
    """A running program."""

    pid: int
    port: int
    version: str


def installed(*names: str) -> str | None:
    """Return the path of the first of several programs that is installed."""
    return next((path for path in map(shutil.which, names) if path), None)


BLACKBOX = installed("prometheus-blackbox-exporter", "blackbox_exporter")
PROMETHEUS = installed("prometheus")


@contextlib.contextmanager
def blackbox(target: Target, folder: Path) -> Iterator[Peer]:
    """Run blackbox_exporter with one module per scheme, which asks for what our own probe asks for."""
    http = {"preferred_ip_protocol": "ip4", "tls_config": {"ca_file": str(target.ca_file)}}
    modules = {"page": {"prober": "http", "timeout": "9s", "http": http}}
    file = folder / "blackbox.yml"
    file.write_text(json.dumps({"modules": modules}))  # JSON is YAML
    port = free_port()
    command = [BLACKBOX, f"--config.file={file}", f"--web.listen-address=127.0.0.1:{port}"]
    with running(command, folder / "blackbox.log", port) as pid:
        yield Peer(pid, port, _version(BLACKBOX))


def probe_path(target: Target, scheme: str, number: int) -> str:
    """Return what to ask the exporter for; `hostname` is its way to probe a name that is not in the DNS."""
    url = target.url(scheme, number, named=False)
    return f"/probe?{urlencode({'module': 'page', 'target': url, 'hostname': target.host(number)})}"


@contextlib.contextmanager
def prometheus(
    target: Target, exporter: Peer, folder: Path, scheme: str, count: int, seconds: int
) -> Iterator[Peer]:
    """Run Prometheus, which has the exporter probe every site once in so many seconds."""
    groups = [
        {
            "targets": [target.url(scheme, number)],
            "labels": {
                "__param_target": target.url(scheme, number, named=False),
                "__param_hostname": target.host(number),
            },
        }
        for number in range(count)
    ]
    job = {
        "job_name": "page",
        "metrics_path": "/probe",
        "params": {"module": ["page"]},
        "static_configs": groups,
        "relabel_configs": [
            {"source_labels": ["__address__"], "target_label": "instance"},
            {"target_label": "__address__", "replacement": f"127.0.0.1:{exporter.port}"},
        ],
    }
    pace = {"scrape_interval": f"{seconds}s", "scrape_timeout": f"{seconds}s"}
    file = folder / "prometheus.yml"
    file.write_text(json.dumps({"global": pace, "scrape_configs": [job]}))
    port = free_port()
    command = [
        PROMETHEUS,
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'tsdb'}",
        f"--web.listen-address=127.0.0.1:{port}",
        "--log.level=warn",
    ]
    with running(command, folder / "prometheus.log", port) as pid:
        yield Peer(pid, port, _version(PROMETHEUS))


@contextlib.contextmanager
def running(
    command: Sequence[str], log: Path, port: int, path: str = "/-/healthy", patience: float = START_SECONDS
) -> Iterator[int]:
    """Run a program until the context ends; the context begins when it answers. Yields its process id.

    Raises:
        RuntimeError: it ended, or did not answer in time; with the end of its log.
    """
    with log.open("wb") as output, subprocess.Popen(command, stdout=output, stderr=output) as process:
        try:
            deadline = time.monotonic() + patience
            while not answers(port, path):
                if process.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError(f"{Path(command[0]).name} did not start:\n{log.read_text()[-2000:]}")
                time.sleep(0.05)
            yield process.pid
        finally:
            process.terminate()


def answers(port: int, path: str) -> bool:
    """Whether a local server answers a path with 200."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def free_port() -> int:
    """Return a port of loopback that is free now."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return int(held.getsockname()[1])


def _version(program: str) -> str:
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    return (said.stdout + said.stderr).split("version ")[1].split()[0].strip(",")
