"""The image: what it is built from, as whom it runs, and what the builder is sent."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINES = [
    line
    for line in (ROOT / "Dockerfile").read_text().replace("\\\n", " ").splitlines()
    if line and not line.startswith("#")
]
STAGES = [number for number, line in enumerate(LINES) if line.startswith("FROM ")]
LAST = LINES[STAGES[-1] :]
IGNORED = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if not line.startswith("#")]


def _of(instruction, lines=LAST):
    return [line.removeprefix(instruction).strip() for line in lines if line.startswith(f"{instruction} ")]


def test_both_stages_stand_on_the_same_dated_debian():
    assert re.fullmatch(r"DEBIAN=debian:trixie-20\d{6}-slim", _of("ARG", LINES)[0])
    assert [line.split()[1] for line in LINES if line.startswith("FROM ")] == ["${DEBIAN}"] * 2


def test_it_runs_as_a_user_by_number_without_rights():
    assert _of("USER") == ["8686:8686"]


def test_only_hashes_of_the_lock_decide_what_comes_from_the_network():
    installs = re.findall(r"pip (?:--python \S+ )?install [^&]+", " ".join(LINES))
    assert len(installs) == 4
    assert all("--require-hashes" in one or "--no-index" in one for one in installs)


def test_the_last_stage_has_nothing_to_build_with():
    (packages,) = re.findall(r"apt-get install -y --no-install-recommends ([^&]+)&&", _of("RUN")[0])
    assert packages.split() == ["ca-certificates", "python3"]
    assert _of("COPY") == ["--from=build /opt /opt"]


def test_no_code_is_taken_from_where_the_daemon_can_write():
    assert "PYTHONSAFEPATH=1" in _of("ENV")[0].split()


def test_its_health_is_asked_by_the_small_module():
    assert _of("HEALTHCHECK")[0].endswith('CMD ["python", "-m", "monitor.health"]')


def test_the_builder_is_sent_what_it_copies_and_nothing_else():
    copied = {
        name for line in _of("COPY", LINES[: STAGES[-1]]) for name in line.split()[:-1] if name[0] != "-"
    }
    assert IGNORED[0] == "*"
    assert {line[1:] for line in IGNORED if line.startswith("!")} == copied
