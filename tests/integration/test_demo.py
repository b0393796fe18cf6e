"""The demo as a user starts it: a process, its page, its metrics, its end."""

import contextlib
import os
import pty
import re
import select
import signal
import socket
import subprocess
import termios
import time
from contextlib import ExitStack, closing, contextmanager

import pytest

from monitor.demo.town import TOWN
from tests.processes import KULKUL, PATIENCE_SECONDS, Scrape, running, wait_until
from tests.town import DEMO, PAGE, page_of, promises


def test_every_site_comes_to_what_the_town_promises(tmp_path):
    with running((*DEMO, "--no-table", "--folder", str(tmp_path / "station")), tmp_path) as process:
        page = page_of(process)
        seen = {}

        def all_settled():
            process.alive()
            scrape = Scrape(page)
            failures = scrape.failures()
            seen.update((id_, (status, failures.get(id_))) for id_, status in scrape.statuses().items())
            return all(seen.get(site.id) in promises(site) for site in TOWN)

        with contextlib.suppress(AssertionError):
            wait_until("every site has its status", all_settled)
        # A flapping site may be anywhere in its turn; of all others there is one right answer.
        steady = {site.id: promises(site)[0] for site in TOWN if len(site.sees) == 1}
        assert {id_: seen.get(id_) for id_ in steady} == steady
        assert {site.id for site in TOWN} == seen.keys()
        slow = wait_until("it is printed", lambda: re.search(r"^.*▲.*$", process.stdout, re.MULTILINE))
        said = r"\d\d:\d\d:\d\d ▲ Lambat: Pendaftaran Pasien Daring \(Rumah Sakit Umum Daerah Demo\)"
        assert re.fullmatch(said, slow[0])
        assert process.end() == 0


def test_an_edited_register_is_followed_while_the_demo_runs(tmp_path):
    with running((*DEMO, "--no-table", "--folder", str(tmp_path / "station")), tmp_path) as process:
        page = page_of(process)
        file = tmp_path / "station/services/demoprov.yml"
        file.write_text(file.read_text().replace("name: e-Samsat", "name: e-Samsat Baru"))
        wait_until(
            "the new name shows", lambda: Scrape(page).series("kulkul_service_info", name="e-Samsat Baru")
        )
        assert process.end() == 0


def test_sigterm_ends_the_demo_cleanly_and_its_temporary_folder_with_it(tmp_path):
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    with running((*DEMO, "--no-table"), tmp_path, {"TMPDIR": str(temporary)}) as process:
        page = page_of(process)
        assert [one.name[:12] for one in temporary.iterdir()] == ["kulkul-demo-"]
        assert process.end(signal.SIGTERM) == 0
        assert list(temporary.iterdir()) == []
        with pytest.raises(OSError, match="refused"):
            Scrape(page)
        assert "Traceback" not in process.stderr


def test_the_demo_ends_by_itself_after_its_duration(tmp_path):
    with running((*DEMO, "--no-table", "--duration", "1"), tmp_path) as process:
        assert process.popen.wait(PATIENCE_SECONDS) == 0


def test_a_reader_that_goes_away_ends_the_demo_without_a_traceback(tmp_path):
    with subprocess.Popen(
        [*DEMO, "--no-table"], stdout=subprocess.PIPE, stderr=subprocess.PIPE, env={**os.environ}
    ) as process:
        try:
            assert PAGE.match(process.stdout.readline().decode())
            process.stdout.close()
            assert process.wait(PATIENCE_SECONDS) in (0, 1)  # click's own answer to a closed pipe is 1
            assert b"Traceback" not in process.stderr.read()
        finally:
            process.kill()


@contextmanager
def terminal_of(*arguments, folder):
    """A demo on a terminal of its own; returns it, our end of the terminal, and the modes before."""
    env = {**os.environ, "TMPDIR": str(folder), "TERM": "xterm-256color", "COLUMNS": "120", "LINES": "40"}
    with ExitStack() as stack:
        terminal, inside = (stack.enter_context(os.fdopen(one, "r+b", 0)) for one in pty.openpty())
        before = termios.tcgetattr(terminal)
        with subprocess.Popen(arguments, stdin=inside, stdout=inside, stderr=inside, env=env) as process:
            inside.close()
            try:
                yield process, terminal, before
            finally:
                process.kill()


def test_on_a_terminal_a_live_table_is_drawn_until_ctrl_c(tmp_path):
    with terminal_of(*DEMO, folder=tmp_path) as (process, terminal, before):
        drawn = read_until(terminal, "✔ Normal")
        assert "Ctrl-C: berhenti" in drawn
        assert "Portal Provinsi Demo" in drawn
        assert termios.tcgetattr(terminal) != before
        process.send_signal(signal.SIGINT)
        left = read_until(terminal, None)
        assert process.wait(PATIENCE_SECONDS) == 0
        assert "Traceback" not in left
        assert "\x1b[?25h" in left, "the cursor is shown again"
        assert termios.tcgetattr(terminal) == before
    assert list(tmp_path.iterdir()) == []


def test_the_key_b_cuts_the_way_out_and_mends_it(tmp_path):
    with terminal_of(*DEMO, folder=tmp_path) as (process, terminal, _):
        read_until(terminal, "✔ Normal")
        terminal.write(b"b")
        drawn = read_until(terminal, "Pemantau BUTA sejak")
        assert "Sambungan pemantau DIPUTUS" in drawn
        terminal.write(b"B")
        drawn = read_until(terminal, "Pemantau dapat MELIHAT lagi")
        assert "Sambungan pemantau DISAMBUNG" in drawn
        process.send_signal(signal.SIGTERM)
        said = read_until(terminal, None)
        assert process.wait(PATIENCE_SECONDS) == 0, said


def test_a_terminal_that_is_closed_ends_the_demo(tmp_path):
    with terminal_of(*DEMO, folder=tmp_path) as (process, terminal, _):
        read_until(terminal, "✔ Normal")
        terminal.close()
        process.wait(PATIENCE_SECONDS)
    assert list(tmp_path.iterdir()) == []


def read_until(terminal, wanted):
    """Read what a terminal shows until a text appears; None: until the other end closes."""
    shown = b""
    ends = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < ends:
        if select.select([terminal], [], [], 0.2)[0]:
            try:
                shown += terminal.read(65536)
            except OSError:
                assert wanted is None, shown.decode(errors="replace")
                return shown.decode(errors="replace")
        if wanted is not None and wanted.encode() in shown:
            return shown.decode(errors="replace")
    raise AssertionError(f"{wanted!r} never came: {shown.decode(errors='replace')}")


def test_a_port_that_is_taken_is_refused_in_one_sentence():
    with closing(socket.create_server(("127.0.0.1", 0))) as other:
        port = other.getsockname()[1]
        ended = subprocess.run(
            [*KULKUL, "demo", "--no-table", "--port", str(port)],
            capture_output=True,
            text=True,
            timeout=PATIENCE_SECONDS,
            check=False,
        )
    assert ended.returncode == 2
    assert ended.stdout == ""
    assert ended.stderr == (
        f"cannot listen on 127.0.0.1:{port} (Address already in use); choose another with --port.\n"
    )


def test_settings_that_no_demo_wrote_are_left_alone(tmp_path):
    (tmp_path / "kulkul.yml").write_text("time_zone: Asia/Jakarta\n")
    ended = subprocess.run(
        [*DEMO, "--folder", str(tmp_path)],
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
        check=False,
    )
    assert ended.returncode == 2
    assert ended.stderr == (
        f"{tmp_path}/kulkul.yml was not written by a demo and is left alone; "
        "name another folder with --folder.\n"
    )
    assert [one.name for one in tmp_path.iterdir()] == ["kulkul.yml"]
    assert (tmp_path / "kulkul.yml").read_text() == "time_zone: Asia/Jakarta\n"
