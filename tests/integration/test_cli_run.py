"""`kulkul run`: what keeps it from starting is one sentence; a signal stops it. And the exit codes."""

from __future__ import annotations

import asyncio
import signal
import socket

import pytest

from monitor.cli.exits import exit_for
from monitor.core.reason import Outcome
from monitor.demo.port import held_port
from tests.command import EMPTY_PEM, kulkul, start, write_config
from tests.servers import answers, reply, serve


@pytest.fixture
def port():
    with held_port("127.0.0.1", 0) as free:
        yield free


@pytest.fixture
def taken():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        yield listener.getsockname()[1]


def _one_sentence(ran):
    assert (ran.code, ran.out) == (2, "")
    assert len(ran.err.splitlines()) == 1, ran.err
    return ran.err


async def test_a_port_that_is_taken_is_named(tmp_path, taken):
    config = write_config(tmp_path, {"satu": "http://good.test/"}, port=taken)
    ran = await kulkul("run", "-c", config, folder=tmp_path)
    assert str(taken) in _one_sentence(ran)


async def test_bad_settings_are_shown_all_at_once(tmp_path):
    config = write_config(tmp_path, {"satu": "ftp://good.test/"}, more="language: jv\nlog: {level: keras}\n")
    ran = await kulkul("run", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "language" in ran.err
    assert "log.level" in ran.err
    assert not (tmp_path / "data").exists()


async def test_a_database_path_that_cannot_be_used_is_named(tmp_path, port):
    config = write_config(tmp_path, {"satu": "http://good.test/"}, port=port)
    (tmp_path / "data").write_text("")
    ran = await kulkul("run", "-c", config, folder=tmp_path)
    assert "kulkul.sqlite" in _one_sentence(ran)


async def test_a_file_in_the_place_of_the_database_is_named(tmp_path, port):
    config = write_config(tmp_path, {"satu": "http://good.test/"}, port=port)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kulkul.sqlite").write_text("bukan basis data" * 100)
    ran = await kulkul("run", "-c", config, folder=tmp_path)
    assert "is not a database" in _one_sentence(ran)


async def test_authorities_that_are_none_are_named(tmp_path, port):
    (tmp_path / "ca.pem").write_text(EMPTY_PEM)
    config = write_config(tmp_path, {"satu": "http://good.test/"}, port=port, more="  ca_file: ca.pem\n")
    ran = await kulkul("run", "-c", config, folder=tmp_path)
    assert "ca.pem" in _one_sentence(ran)


async def test_a_machine_without_authorities_is_told_what_to_install(tmp_path, port):
    config = write_config(tmp_path, {"satu": "http://good.test/"}, port=port)
    nothing = {"SSL_CERT_FILE": str(tmp_path / "none.pem"), "SSL_CERT_DIR": str(tmp_path / "none")}
    ran = await kulkul("run", "-c", config, folder=tmp_path, env=nothing)
    assert "ca-certificates" in _one_sentence(ran)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
async def test_a_daemon_ends_well_when_asked_and_its_status_can_be_read_meanwhile(tmp_path, port, number):
    async with serve(answers(reply())) as server:
        config = write_config(tmp_path, {"satu": server.url()}, port=port, more="defaults: {interval: 1s}\n")
        process = await start("run", "-c", config, folder=tmp_path)
        try:
            ran = await _status_once_probed(config, tmp_path)
            process.send_signal(number)
            out, err = await asyncio.wait_for(process.communicate(), 30)
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
    assert ran.code == 0, ran
    assert "✔ Normal" in ran.out
    assert (process.returncode, out) == (0, b"")
    assert b"is watching; see http://127.0.0.1:" in err
    assert b"Traceback" not in err


async def _status_once_probed(config, folder):
    for _ in range(40):
        ran = await kulkul("status", "-c", config, folder=folder)
        if "Normal" in ran.out:
            return ran
        await asyncio.sleep(0.2)
    raise AssertionError(f"never probed: {ran}")


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [
        ([], 0),
        ([Outcome.OK], 0),
        ([Outcome.OK, Outcome.FAILED], 1),
        ([Outcome.BLOCKED], 1),
        ([Outcome.OK, Outcome.SELF_FAULT], 3),
        ([Outcome.SELF_FAULT, Outcome.FAILED], 1),
    ],
)
def test_a_bad_answer_outweighs_one_that_we_could_not_get(outcomes, code):
    assert exit_for(outcomes) == code
