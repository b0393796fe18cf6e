"""docs/dependencies.md says of every direct dependency why it is here, and of nothing else."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def _named_in_the_project():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"].get("optional-dependencies", {}).values()
    groups = project["dependency-groups"].values()
    wanted = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    for more in (*extras, *groups):
        wanted += more
    return {re.match(r"[A-Za-z0-9._-]+", one)[0].lower() for one in wanted}


def test_every_dependency_has_its_line_and_no_line_is_left_over():
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    rows = [line.strip("|").split("|") for line in page.splitlines() if re.match(r"\| [a-z]", line)]
    described = {row[0].strip() for row in rows} - {"package"}
    assert described == _named_in_the_project()
    assert all(cell.strip() for row in rows for cell in row)
