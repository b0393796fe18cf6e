"""`kulkul --help` and the usage of every command."""

from __future__ import annotations

import asyncio
import sys

import pytest

import monitor
from tests.command import PLAIN, kulkul

COMMANDS = {
    "": (
        "run",
        "demo",
        "check",
        "probe",
        "certificate",
        "letter",
        "status",
        "domain",
        "findings",
        "uplink",
        "incident",
        "finding",
        "alert",
        "report",
        "token",
        "window",
        "config",
        "db",
    ),
    "letter": ("--config", "--lang", "SERVICE"),
    "run": ("--config",),
    "demo": ("--port",),
    "check": ("--config", "--json", "--lang", "SERVICE"),
    "probe": (
        "--json",
        "--lang",
        "--resolve",
        "--ca-file",
        "--allow-private",
        "--timeout",
        "tcp://",
        "dns://",
    ),
    "certificate": ("--json", "--lang", "--resolve", "--ca-file", "--allow-private", "--timeout", "HOST"),
    "status": ("--config", "--json", "--lang"),
    "uplink": ("--config", "--json", "--lang", "--since"),
    "incident": ("list", "show", "ack", "note", "contest"),
    "incident list": ("--config", "--json", "--lang", "--open", "--service", "--since"),
    "incident show": ("--config", "--json", "--lang", "--service", "NUMBER"),
    "incident ack": ("--config", "--lang", "--by", "--note", "NUMBER"),
    "incident note": ("--config", "--lang", "--by", "NUMBER", "TEXT"),
    "incident contest": ("--config", "--lang", "--by", "--reason", "--from", "--to", "NUMBER"),
    "alert": ("routes",),
    "alert routes": ("--config", "--json", "--lang", "--service", "--severity", "--topic"),
    "domain": ("--config", "--json", "--lang", "NAME"),
    "findings": (
        "--config",
        "--json",
        "--lang",
        "--domain",
        "--service",
        "--rule",
        "--severity",
        "--accepted",
        "--closed",
    ),
    "finding": ("show", "accept", "revoke"),
    "finding show": ("--config", "--json", "--lang", "NUMBER"),
    "finding accept": ("--config", "--lang", "--until", "--reason", "--by", "NUMBER"),
    "finding revoke": ("--config", "--lang", "--reason", "--by", "NUMBER"),
    "report": ("build", "list", "freeze", "revise", "evidence", "verify"),
    "report evidence": ("--config", "--lang", "--government", "--agency", "--output", "PERIOD"),
    "report list": ("--config", "--json", "--lang"),
    "report freeze": ("--config", "--lang", "--policy", "--by", "PERIOD"),
    "report revise": (
        *("--config", "--lang", "--policy", "--by", "--reason", "--service", "--incident", "--window"),
        *("--from", "--to", "--count-as", "PERIOD"),
    ),
    "report verify": ("--config", "--lang", "FILE"),
    "report build": (
        "--config",
        "--lang",
        "--format",
        "--output",
        "--service",
        "--agency",
        "--government",
        "PERIOD",
    ),
    "token": ("create", "list", "revoke"),
    "token create": ("--agency", "--government", "--all", "--expires", "--by", "--config", "--lang", "NAME"),
    "token list": ("--json", "--config", "--lang"),
    "token revoke": ("--by", "--reason", "--config", "--lang", "NAME"),
    "window": ("add", "list", "end"),
    "window add": (
        "--title",
        "--starts",
        "--ends",
        "--duration",
        "--service",
        "--agency",
        "--government",
        "--tag",
        "--repeat",
        "--by",
        "--reason",
        "--config",
        "--lang",
    ),
    "window list": ("--all", "--json", "--config", "--lang"),
    "window end": ("--by", "--reason", "--config", "--lang"),
    "config": ("check", "schema"),
    "config check": ("--config", "--lang"),
    "config schema": ("--output",),
    "db": ("upgrade", "rebuild-rollups"),
    "db upgrade": ("--config", "--lang"),
    "db rebuild-rollups": ("--config", "--lang"),
}
HEAVY = (
    "aiohttp",
    "sqlalchemy",
    "pydantic",
    "alembic",
    "cryptography",
    "aiodns",
    "dns",
    "jinja2",
    "yaml",
    "holidays",
)


@pytest.mark.parametrize("command", COMMANDS, ids=lambda name: name or "kulkul")
async def test_help_names_what_a_command_takes(tmp_path, command):
    ran = await kulkul(*command.split(), "--help", folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    for word in COMMANDS[command]:
        assert word in ran.out
    assert "\x1b" not in ran.out


async def test_the_list_of_commands_speaks_both_languages(tmp_path):
    listed = (await kulkul("-h", folder=tmp_path)).out.partition("Commands:")[2]
    lines = [line.split(maxsplit=1) for line in listed.splitlines() if line.strip()]
    assert {name for name, _ in lines} == set(COMMANDS[""])
    for name, summary in lines:
        indonesian, _, english = summary.partition(". ")
        assert indonesian, name
        assert english.endswith("."), name


async def test_help_does_not_wait_for_what_it_does_not_need():
    program = f"import sys, monitor.cli\nprint([name for name in {HEAVY!r} if name in sys.modules])"
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", program, env=PLAIN, stdout=asyncio.subprocess.PIPE
    )
    out, _ = await process.communicate()
    assert out.decode().strip() == "[]"


async def test_the_version_is_told(tmp_path):
    ran = await kulkul("--version", folder=tmp_path)
    assert (ran.code, ran.out) == (0, f"kulkul {monitor.__version__}\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["periksa"], "No such command 'periksa'"),
        (["prob"], "Did you mean"),
        (["probe"], "Missing argument"),
        (["status", "--jsn"], "No such option"),
        (["probe", "good.test", "--timeout", "lama"], "--timeout"),
        (["probe", "good.test", "--timeout", "0"], "--timeout"),
        (["check", "--lang", "jv"], "--lang"),
        (["check"], "config/kulkul.yml"),
        (["run", "--config", "tidak-ada.yml"], "tidak-ada.yml"),
        (["config", "check", "--config", "."], "--config"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
async def test_wrong_usage_is_explained_on_stderr_with_code_2(tmp_path, arguments, said):
    ran = await kulkul(*arguments, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
