"""Real processes under test: started, watched, asked over HTTP, and always ended."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from prometheus_client.parser import text_string_to_metric_families

T = TypeVar("T")
KULKUL = (sys.executable, "-m", "monitor")
PATIENCE_SECONDS = 60.0
"""For what takes a few seconds on an idle machine; tests run beside many others."""


def wait_until(what: str, condition: Callable[[], T], seconds: float = PATIENCE_SECONDS) -> T:
    """Ask until the answer is true, and return it; connections that fail count as a no."""
    ends = time.monotonic() + seconds
    answer: object = None
    while time.monotonic() < ends:
        with suppress(OSError):
            answer = condition()
            if answer:
                return answer
        time.sleep(0.1)
    raise AssertionError(f"not within {seconds:.0f} s: {what}; last answer: {answer!r}")


class Process:
    """A process whose output goes to files."""

    def __init__(self, arguments: Sequence[str], folder: Path, env: Mapping[str, str] | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._files = [folder / "stdout", folder / "stderr"]
        with self._files[0].open("ab") as stdout, self._files[1].open("ab") as stderr:
            self.popen = subprocess.Popen(
                arguments,
                stdin=subprocess.DEVNULL,
                stdout=stdout,
                stderr=stderr,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **(env or {})},
            )

    @property
    def stdout(self) -> str:
        return self._files[0].read_text(encoding="utf-8")

    @property
    def stderr(self) -> str:
        return self._files[1].read_text(encoding="utf-8")

    def alive(self) -> None:
        """Fail with what the process said, if it has ended."""
        assert self.popen.poll() is None, f"ended with {self.popen.returncode}:\n{self.stdout}\n{self.stderr}"

    def send(self, number: signal.Signals) -> None:
        self.popen.send_signal(number)

    def end(self, number: signal.Signals = signal.SIGTERM, seconds: float = PATIENCE_SECONDS) -> int:
        """Send a signal, and return the exit code."""
        self.popen.send_signal(number)
        return self.popen.wait(seconds)


@contextmanager
def running(
    arguments: Sequence[str], folder: Path, env: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """Run a process for the length of the context; killed at its end if it still lives."""
    process = Process(arguments, folder, env)
    try:
        yield process
    finally:
        if process.popen.poll() is None:
            process.popen.kill()
        process.popen.wait()


def get(url: str, **headers: str) -> str:
    """Return the body of a page."""
    asked = urllib.request.Request(url, headers=headers)
    with urllib.request.urlopen(asked, timeout=PATIENCE_SECONDS / 2) as reply:
        return reply.read().decode()


class Scrape:
    """One look at a daemon's metrics."""

    def __init__(self, page: str) -> None:
        families = text_string_to_metric_families(get(f"{page}metrics", Accept="text/plain"))
        self.samples = [sample for family in families for sample in family.samples]

    def series(self, name: str, /, **labels: str) -> list[tuple[dict[str, str], float]]:
        """Return labels and value of every series of that name that has these labels."""
        return [
            (sample.labels, sample.value)
            for sample in self.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]

    def value(self, name: str, /, **labels: str) -> float:
        """Return the sum of such series: the value itself where there is one; 0 where there is none."""
        return sum(value for _, value in self.series(name, **labels))

    def statuses(self) -> dict[str, str]:
        """Return the status of every service."""
        return {
            labels["service"]: labels["status"]
            for labels, value in self.series("kulkul_service_status")
            if value == 1
        }

    def failures(self) -> dict[str, tuple[str, str]]:
        """Return stage and reason of the last failure of every service that has one."""
        return {
            labels["service"]: (labels["stage"], labels["reason"])
            for labels, _ in self.series("kulkul_probe_failure_info")
        }


def instant_query(prometheus: str, query: str) -> list[tuple[dict[str, str], float]]:
    """Ask a Prometheus; returns labels and value of every series of the answer."""
    answer = json.loads(get(f"{prometheus}api/v1/query?{urllib.parse.urlencode({'query': query})}"))
    assert answer["status"] == "success", answer
    return [(one["metric"], float(one["value"][1])) for one in answer["data"]["result"]]
