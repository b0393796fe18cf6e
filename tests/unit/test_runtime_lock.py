"""What of the lock goes into the image: all that the daemon needs, nothing of what only tests need."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "container" / "runtime_lock.py"


def _run(lock):
    return subprocess.run([sys.executable, SCRIPT, lock], capture_output=True, text=True, check=False)


def _names(text):
    lines = [line for line in text.splitlines() if line[:1].isalnum()]
    return {line.split("==")[0] for line in lines}


def test_the_daemons_packages_are_pinned_with_hashes_and_the_tests_tools_are_left_out():
    ran = _run(ROOT / "requirements.lock")
    assert ran.returncode == 0, ran.stderr
    names = _names(ran.stdout)
    assert {"aiohttp", "sqlalchemy", "typst", "apprise", "multidict", "certifi"} <= names
    assert not names & {"pytest", "mypy", "ruff", "hypothesis", "hatchling", "kulkul"}
    lines = ran.stdout.splitlines()
    followed = [after for line, after in pairwise(lines) if not line.startswith(" ")]
    assert len(followed) == len(names)
    assert all(after.startswith("    --hash=sha256:") for after in followed)


def test_every_line_stands_in_the_lock_as_it_is():
    whole = set((ROOT / "requirements.lock").read_text().splitlines())
    assert set(_run(ROOT / "requirements.lock").stdout.splitlines()) <= whole


def test_a_lock_that_lacks_a_package_is_refused_by_its_name(tmp_path):
    text = (ROOT / "requirements.lock").read_text()
    lock = tmp_path / "requirements.lock"
    lock.write_text(text.replace("\naiohttp==", "\nbukan-aiohttp=="))
    ran = _run(lock)
    assert (ran.returncode, ran.stdout) == (1, "")
    assert ran.stderr.startswith(f"{lock} does not pin aiohttp")
