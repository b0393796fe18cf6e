"""The command line, run as a user runs it: a process of its own, in a folder of its own."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.databases import home_reference
from tests.processes import KULKUL

ROOT = Path(__file__).resolve().parent.parent
PATIENCE_SECONDS = 60.0
PLAIN = {
    "PATH": os.environ["PATH"],
    "HOME": "/nonexistent",
    "LANG": "C.UTF-8",
    "PYTHONPATH": str(ROOT),
    "PYTHONWARNINGS": "error",
}
"""The environment of every command here: nothing that the developer's own shell has set."""


EMPTY_PEM = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
"""Looks like a file of certificates and holds none: passes the settings, and fails where it is used."""


@dataclass(frozen=True)
class Ran:
    """What a command left."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


async def start(
    *arguments: str | Path, folder: Path, env: Mapping[str, str] | None = None, **options: Any
) -> asyncio.subprocess.Process:
    """Start `kulkul` with these arguments, in a folder."""
    pipes = {"stdin": asyncio.subprocess.DEVNULL, "stdout": asyncio.subprocess.PIPE}
    return await asyncio.create_subprocess_exec(
        *KULKUL,
        *map(str, arguments),
        cwd=folder,
        env={**PLAIN, **(env or {})},
        **{**pipes, "stderr": asyncio.subprocess.PIPE, **options},
    )


async def kulkul(
    *arguments: str | Path, folder: Path, env: Mapping[str, str] | None = None, **options: Any
) -> Ran:
    """Run `kulkul` to its end, whatever it does; no command may ever show a traceback."""
    process = await start(*arguments, folder=folder, env=env, **options)
    try:
        out, err = await asyncio.wait_for(process.communicate(), PATIENCE_SECONDS)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    ran = Ran(process.returncode or 0, (out or b"").decode(), (err or b"").decode())
    assert "Traceback" not in ran.err, ran.err
    return ran


def write_config(
    folder: Path,
    services: Mapping[str, str | Sequence[str]],
    *,
    more: str = "",
    port: int = 8686,
    uplink: str = "{canaries: []}",
) -> Path:
    """Write settings and a register with a service for each id and URL (or lines of YAML).

    Returns: the settings file. Names ending in .test are loopback; the database is the test's `home`, or
    `data/kulkul.sqlite` where it has none.
    """
    (folder / "services").mkdir(exist_ok=True)
    entries = "".join(
        f"  - {{id: {id_}, name: {id_}, agency: kominfo, {_keys(one)}}}\n" for id_, one in services.items()
    )
    (folder / "services" / "demo.yml").write_text(
        "government: {id: demo, name: Pemerintah Provinsi Demo}\n"
        "agencies:\n  - {id: kominfo, name: Dinas Kominfo}\n"
        f"services:{' []' if not services else ''}\n{entries}",
        encoding="utf-8",
    )
    config = folder / "kulkul.yml"
    config.write_text(
        f"database: {{url: '{home_reference(folder)}'}}\n"
        f"web: {{port: {port}}}\n"
        f"uplink: {uplink}\n"
        "inspections: {enabled: false}\n"
        "probing:\n"
        "  allow_networks: 127.0.0.0/8\n"
        "  nameservers: '127.0.0.1:1'\n"
        "  resolve: {good.test: 127.0.0.1, other.test: 127.0.0.1}\n"
        f"{more}",
        encoding="utf-8",
    )
    return config


def _keys(service: str | Sequence[str]) -> str:
    return f"url: '{service}'" if isinstance(service, str) else ", ".join(service)
