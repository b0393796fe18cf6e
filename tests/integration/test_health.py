"""The health check of the container, against real servers."""

from __future__ import annotations

import asyncio
import sys

import pytest

from monitor.demo.port import held_port
from tests.command import PLAIN
from tests.servers import answers, reply, serve


async def check(*arguments, flags=()):
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *flags,
        "-m",
        "monitor.health",
        *arguments,
        env=PLAIN,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, err = await asyncio.wait_for(process.communicate(), 60)
    return process.returncode, out.decode().strip(), err.decode().strip()


@pytest.mark.parametrize(("status", "code"), [(200, 0), (503, 1), (404, 1), (302, 1)])
async def test_only_a_daemon_that_says_it_is_ready_is_well(status, code):
    async with serve(answers(reply(status=status))) as server:
        ended, said, _ = await check(f"127.0.0.1:{server.port}")
    assert (ended, said.split()[1]) == (code, str(status))


async def test_nobody_there_is_not_well_and_says_why():
    with held_port("127.0.0.1", 0) as port:
        ended, said, err = await check(f"127.0.0.1:{port}")
    assert (ended, err) == (1, "")
    assert said.startswith("no answer: ")


async def test_an_answer_that_is_no_http_is_not_well():
    async with serve(answers(b"SSH-2.0 200 OK\r\n")) as server:
        ended, _, _ = await check(f"127.0.0.1:{server.port}")
    assert ended == 1


async def test_a_connection_that_is_closed_without_a_word_is_not_well():
    async with serve(answers(b"")) as server:
        ended, said, err = await check(f"127.0.0.1:{server.port}")
    assert (ended, said, err) == (1, "", "")


@pytest.mark.parametrize("arguments", [("8686",), ("localhost",), (":8686",), ("a:1", "b:2"), ("a:x",)])
async def test_an_address_that_is_none_is_refused_with_the_usage(arguments):
    ended, _, err = await check(*arguments)
    assert ended == 2
    assert err.startswith("usage:")


async def test_it_loads_nothing_of_the_command_line_and_none_of_its_libraries():
    with held_port("127.0.0.1", 0) as port:
        _, _, loaded = await check(f"127.0.0.1:{port}", flags=("-X", "importtime"))
    modules = {line.rsplit("|", 1)[-1].strip() for line in loaded.splitlines()}
    assert "monitor" in modules
    assert not modules & {"monitor.cli", "asyncio", "typer", "pydantic", "aiohttp", "http.client", "ssl"}
