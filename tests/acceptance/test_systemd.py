"""The unit for bare metal, judged by systemd's own tools."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

pytestmark = pytest.mark.real

FOLDER = Path(__file__).resolve().parents[2] / "config" / "systemd"
UNIT = FOLDER / "kulkul.service"
MOST_EXPOSED = 2.5


@pytest.fixture
def systemd():
    """Return what runs one of systemd's programs."""

    def run(program, *arguments):
        found = shutil.which(program)
        if found is None:
            if os.environ.get("KULKUL_REQUIRE_REAL") == "1":
                pytest.fail(f"{program} is not installed, and KULKUL_REQUIRE_REAL=1 asks for it")
            pytest.skip(f"{program} is not installed")
        ran = subprocess.run([found, *map(str, arguments)], capture_output=True, text=True, check=False)
        return ran.returncode, ran.stdout + ran.stderr

    return run


@pytest.fixture
def installed(tmp_path):
    """The unit as it is installed, with a program in the place of ours."""
    unit = tmp_path / UNIT.name
    unit.write_text(UNIT.read_text().replace("/opt/kulkul/bin/kulkul", shutil.which("true")))
    return unit


def test_systemd_understands_every_line_of_the_unit(systemd, installed):
    code, said = systemd("systemd-analyze", "verify", "--man=no", "--recursive-errors=no", installed)
    assert (code, said) == (0, "")


def test_a_line_that_systemd_does_not_know_would_be_seen(systemd, installed):
    installed.write_text(installed.read_text().replace("WatchdogSec", "WatchdogSeconds"))
    assert "WatchdogSeconds" in systemd("systemd-analyze", "verify", "--man=no", installed)[1]


def test_the_unit_is_exposed_less_than_what_systemd_calls_fine(systemd):
    code, said = systemd("systemd-analyze", "security", "--offline=true", UNIT)
    exposure = float(re.search(r"Overall exposure level for kulkul\.service: ([\d.]+)", said)[1])
    assert code == 0
    assert exposure < MOST_EXPOSED, said


def test_the_user_and_the_folders_are_made_as_the_unit_needs_them(systemd, tmp_path):
    (tmp_path / "etc").mkdir()
    for kind, program in (("sysusers", "systemd-sysusers"), ("tmpfiles", "systemd-tmpfiles")):
        create = ["--create"] if kind == "tmpfiles" else []
        code, said = systemd(program, f"--root={tmp_path}", *create, FOLDER / f"kulkul.{kind}")
        assert code == 0, said
    assert "kulkul:" in (tmp_path / "etc" / "passwd").read_text()
    assert (tmp_path / "etc" / "kulkul" / "secrets").stat().st_mode & 0o777 == 0o700
