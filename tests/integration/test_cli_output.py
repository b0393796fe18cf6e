"""What every command does with its output: colour, pipes that close, full disks, other encodings, Ctrl-C."""

from __future__ import annotations

import asyncio
import errno
import os
import pty
import signal
import sys
from pathlib import Path

import pytest

from monitor.cli import main
from monitor.store import StoreError
from tests.command import KULKUL, PLAIN, kulkul, start, write_config
from tests.servers import answers, refused_port, reply, serve, silence

HERE = ("--allow-private", "--resolve", "good.test=127.0.0.1")


@pytest.fixture
def full():
    """A disk without a byte left."""
    with Path("/dev/full").open("wb") as device:
        yield device


async def _first_request(server):
    while not server.requests:  # noqa: ASYNC110 - the server has no event for it, and the process is not ours
        await asyncio.sleep(0.05)


async def _on_a_terminal(*arguments, folder, env=None):
    """Run a command whose stdout and stderr are a terminal; returns exit code and all that it showed."""
    leader, follower = pty.openpty()
    try:
        process = await start(
            *arguments,
            folder=folder,
            env={"TERM": "xterm-256color", **(env or {})},
            stdout=follower,
            stderr=follower,
        )
    finally:
        os.close(follower)
    shown = await asyncio.to_thread(_read_all, leader)
    os.close(leader)
    return await process.wait(), shown


def _read_all(descriptor):
    shown = b""
    while True:
        try:
            data = os.read(descriptor, 65536)
        except OSError as error:
            if error.errno == errno.EIO:  # how Linux says that nobody holds the other end any more
                return shown.decode()
            raise
        if not data:
            return shown.decode()
        shown += data


async def test_colour_and_progress_are_for_terminals_only(tmp_path):
    async with serve(answers(reply())) as server:
        config = write_config(tmp_path, {"satu": server.url()})
        piped = await kulkul("check", "-c", config, folder=tmp_path, env={"FORCE_COLOR": "1"})
        code, shown = await _on_a_terminal("check", "-c", config, folder=tmp_path)
        _, plain = await _on_a_terminal("check", "-c", config, folder=tmp_path, env={"NO_PROGRESS": "1"})
    assert (piped.code, code) == (0, 0)
    assert "\x1b" not in piped.out + piped.err
    assert "━" not in piped.err
    assert "\x1b[1;32mBAIK" in shown
    assert "━" in shown
    assert "━" not in plain


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "dumb"}], ids=["NO_COLOR", "dumb terminal"])
async def test_a_terminal_without_colour_gets_no_escape_sequence(tmp_path, setting):
    async with serve(answers(reply())) as server:
        code, shown = await _on_a_terminal("probe", server.url(), *HERE, folder=tmp_path, env=setting)
    assert code == 0
    assert "BAIK" in shown
    assert "\x1b" not in shown


async def test_a_long_remark_stays_on_one_line_in_a_pipe(tmp_path):
    with refused_port() as port:
        url = f"http://good.test:{port}/{'panjang' * 30}"
        config = write_config(tmp_path, {"satu": url})
        ran = await kulkul("check", "-c", config, folder=tmp_path)
    assert len(ran.out.splitlines()) == 2
    assert not any(line.endswith(" ") for line in ran.out.splitlines())


@pytest.mark.parametrize("arguments", [["--json"], []], ids=["json", "text"])
async def test_a_reader_that_has_seen_enough_ends_the_command_quietly(tmp_path, arguments):
    async with serve(answers(reply())) as server:
        read_end, write_end = os.pipe()
        os.close(read_end)
        try:
            ran = await kulkul("probe", server.url(), *HERE, *arguments, folder=tmp_path, stdout=write_end)
        finally:
            os.close(write_end)
    assert ran.code == -signal.SIGPIPE
    assert ran.err == ""


async def test_help_into_a_closed_pipe_says_nothing(tmp_path):
    read_end, write_end = os.pipe()
    os.close(read_end)
    try:
        ran = await kulkul("--help", folder=tmp_path, stdout=write_end)
    finally:
        os.close(write_end)
    assert ran.code != 0
    assert ran.err == ""


@pytest.mark.parametrize("arguments", [["probe", *HERE], ["probe", "--json", *HERE]], ids=["text", "json"])
async def test_a_full_disk_is_told_and_is_no_success(tmp_path, full, arguments):
    async with serve(answers(reply())) as server:
        ran = await kulkul(*arguments, server.url(), folder=tmp_path, stdout=full)
    assert ran.code == 3
    assert len(ran.err.splitlines()) == 1
    assert "could not be written (No space left on device)" in ran.err


async def test_help_onto_a_full_disk_is_told(tmp_path, full):
    ran = await kulkul("--help", folder=tmp_path, stdout=full)
    assert ran.code == 3
    assert ran.err == "kulkul: No space left on device: stdout\n"


async def test_a_command_whose_stdout_is_closed_still_answers_by_its_code(tmp_path):
    async with serve(answers(reply())) as server:
        process = await asyncio.create_subprocess_exec(
            *("sh", "-c", 'exec "$@" >&-', "sh", *KULKUL, "probe", server.url(), *HERE),
            cwd=tmp_path,
            env=PLAIN,
            stderr=asyncio.subprocess.PIPE,
        )
        _, err = await process.communicate()
    assert (process.returncode, err) == (0, b"")


@pytest.mark.parametrize(
    "setting",
    [
        {"LANG": "", "LC_ALL": "C"},
        {"LC_ALL": "POSIX", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
        {"PYTHONIOENCODING": "latin-1"},
    ],
    ids=["C", "C without UTF-8", "latin-1"],
)
async def test_no_locale_makes_a_text_unprintable(tmp_path, setting):
    with refused_port() as port:
        config = write_config(tmp_path, {"satu": f"http://good.test:{port}/"})
        probed = await kulkul("probe", f"http://good.test:{port}/", *HERE, folder=tmp_path, env=setting)
        checked = await kulkul("check", "salah", "-c", config, folder=tmp_path, env=setting)
    assert (probed.code, checked.code) == (1, 2)
    assert "Server menolak sambungan" in probed.out
    assert "salah" in checked.err


async def test_ctrl_c_ends_a_probe_with_130_and_without_a_word(tmp_path):
    async with serve(silence) as server:
        process = await start("probe", server.url(), *HERE, folder=tmp_path)
        await _first_request(server)
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, out, err) == (130, b"", b"")


async def test_ctrl_c_ends_a_round_of_checks(tmp_path):
    async with serve(silence) as server:
        config = write_config(tmp_path, {"satu": server.url("/1"), "dua": server.url("/2")})
        process = await start("check", "-c", config, folder=tmp_path)
        await _first_request(server)
        process.send_signal(signal.SIGINT)
        out, err = await asyncio.wait_for(process.communicate(), 20)
    assert (process.returncode, out, err) == (130, b"", b"")


async def test_a_fault_of_the_program_is_one_sentence_and_a_traceback_only_on_request(tmp_path):
    config = write_config(tmp_path, {"satu": "http://good.test/"})
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "alembic.py").write_text('raise RuntimeError("rusak")\n')
    path = {"PYTHONPATH": f"{tmp_path / 'broken'}{os.pathsep}{PLAIN['PYTHONPATH']}"}
    ran = await kulkul("db", "upgrade", "-c", config, folder=tmp_path, env=path)
    assert ran.code == 3
    assert "RuntimeError: rusak" in ran.err
    assert "KULKUL_DEBUG=1" in ran.err
    assert len(ran.err.splitlines()) == 1
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "monitor", "db", "upgrade", "-c", str(config)),
        cwd=tmp_path,
        env={**PLAIN, **path, "KULKUL_DEBUG": "1"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await process.communicate()
    assert b"Traceback" in err


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (ValueError("rusak"), 3, "(ValueError: rusak)"),
        (StoreError("The disk is full; free some space."), 2, "The disk is full; free some space.\n"),
    ],
)
def test_what_ended_a_group_of_tasks_is_what_is_told(error, code, said, monkeypatch, capsys):
    def fail():
        raise ExceptionGroup("unhandled errors in a TaskGroup", [ExceptionGroup("another", [error])])

    monkeypatch.setattr("monitor.cli.app.app", fail)
    with pytest.raises(SystemExit) as left:
        main()
    assert left.value.code == code
    err = capsys.readouterr().err
    assert said in err
    assert "TaskGroup" not in err
