"""What can go wrong with a database file: each is one sentence, and nothing is half written."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy.exc import IntegrityError

from monitor.core.reason import Outcome
from monitor.core.result import Result
from monitor.core.status import CheckState, Status, Transition
from monitor.store import Batch, Store, StoreError, StoreUnavailable, upgrade
from monitor.store.errors import explain

ROOT = Path(__file__).parents[2]
T0 = datetime(2026, 11, 1, tzinfo=UTC)

# Runs in a process of its own: writes batches of 20 results, a state and a transition each, and says so after
# each commit. With a size it lets its files grow to that many bytes, and lifts the limit once it is met.
WRITER = """
import asyncio, resource, sys
from datetime import UTC, datetime, timedelta
from monitor.store import Batch, Store, StoreUnavailable
from tests.integration.test_store_failures import batch

async def main(path, limit):
    store = await Store.open(path)
    if limit:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))
    number = 0
    while number < 5_000:
        try:
            await store.write(batch(number))
        except StoreUnavailable as error:
            print("refused", error.retryable, error, flush=True)
            resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
            await store.write(batch(number))
            print("written", number, flush=True)
            break
        print("written", number, flush=True)
        number += 1
    await store.close()

asyncio.run(main(sys.argv[1], int(sys.argv[2])))
"""


def batch(number, results=20):
    """Make one batch; the checks of each are new, so that every table grows."""
    at = T0 + timedelta(seconds=number)
    names = [f"check {number}-{n}" for n in range(results)]
    return Batch(
        [
            Result(
                check_id=name,
                vantage="local",
                url="https://a.example/",
                started_at=at,
                duration=timedelta(seconds=1),
                outcome=Outcome.OK,
                address=f"192.0.2.{number % 256}",
            )
            for name in names
        ],
        [CheckState(names[0], "local", Status.UP, at)],
        [Transition(names[0], "local", at, at, Status.UNKNOWN, Status.UP)],
        ("local", at),
    )


def counts(path):
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return {
            table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
            for table in ("result", "check_key", "check_state", "transition")
        }


def whole(batches):
    return {"result": 20 * batches, "check_key": 20 * batches, "check_state": batches, "transition": batches}


def impatient(path):
    """Name a database so that a lock is waited for only briefly."""
    return f"sqlite:///{path}?timeout=0.1"


def start_writer(path, limit=0):
    return subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path), str(limit)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )


async def test_a_writer_killed_in_the_middle_loses_nothing_that_was_committed(tmp_path):
    path = tmp_path / "kulkul.db"
    with start_writer(path) as writer:
        committed = 0
        while committed < 25:
            assert writer.stdout.readline() == f"written {committed}\n"
            committed += 1
        os.kill(writer.pid, signal.SIGKILL)
        committed += sum(line.endswith("\n") for line in writer.stdout)
    found = counts(path)
    # The last batch may have been committed and not yet announced.
    assert found in (whole(committed), whole(committed + 1))
    async with await Store.open(path) as store:
        assert await store.seen_until("local") is not None
        await store.write(batch(9_999))
    assert counts(path)["transition"] == found["transition"] + 1


def test_a_file_that_may_not_grow_refuses_a_batch_whole_and_takes_it_later(tmp_path):
    path = tmp_path / "kulkul.db"
    with start_writer(path, limit=400_000) as writer:
        lines = writer.stdout.read().splitlines()
    assert writer.returncode == 0
    [refusal] = [line for line in lines if not line.startswith("written")]
    assert refusal.startswith(f"refused True The disk failed while {path} was ")
    assert len(lines) > 3
    assert counts(path) == whole(len(lines) - 1)


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 1 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    mount = shutil.which("mount")
    tried = mount and subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=1m", "kulkul-test", folder], capture_output=True, check=False
    )
    if not tried or tried.returncode:
        pytest.skip("mounting a small file system needs root")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)


async def test_a_full_disk_refuses_a_batch_whole_and_takes_it_once_there_is_room(small_disk):
    path = small_disk / "kulkul.db"
    async with await Store.open(path) as store:
        ballast = small_disk / "ballast"
        ballast.write_bytes(bytes(512 * 1024))
        written, caught = 0, None
        while caught is None:
            try:
                await store.write(batch(written))
                written += 1
            except StoreUnavailable as refusal:
                caught = refusal
        assert str(caught) == f"The disk that holds {path} is full; free some space."
        assert caught.retryable
        assert len(await store.load_states("local")) == written
        ballast.unlink()
        await store.write(batch(written))
    assert counts(path) == whole(written + 1)


@pytest.mark.parametrize(
    ("mode", "pragma", "sentence"),
    [
        ("rwc", "max_page_count = 2", "The disk that holds k.db is full; free some space."),
        (
            "ro",
            "user_version",
            "k.db is not writable; give this user write permission to the file and its folder.",
        ),
    ],
)
def test_what_sqlite_refuses_is_said_with_what_to_do(tmp_path, mode, pragma, sentence):
    path = tmp_path / "k.db"
    path.touch()
    with closing(sqlite3.connect(f"file:{path}?mode={mode}", uri=True)) as connection:
        connection.execute(f"PRAGMA {pragma}")
        with pytest.raises(sqlite3.OperationalError) as caught:
            connection.execute("CREATE TABLE t AS SELECT randomblob(99999)")
    explanation = explain(caught.value, "k.db")
    assert str(explanation) == sentence
    assert explanation.retryable


async def test_a_locked_database_refuses_a_batch_whole_and_takes_it_later(tmp_path):
    path = tmp_path / "kulkul.db"
    async with await Store.open(impatient(path)) as store:
        await store.write(batch(0))
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            for _ in range(2):
                with pytest.raises(StoreUnavailable, match="is locked by another program") as caught:
                    await store.write(batch(1))
                assert caught.value.retryable
        assert len(await store.load_states("local")) == 1
        await store.write(batch(1))
    assert counts(path) == whole(2)


async def test_a_lock_that_is_given_up_in_time_is_waited_for(tmp_path):
    path = tmp_path / "kulkul.db"
    async with await Store.open(path) as store:
        with closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            writing = asyncio.create_task(store.write(batch(0)))
            await asyncio.sleep(0.1)
            assert not writing.done()
            other.execute("COMMIT")
            await writing
    assert counts(path) == whole(1)


async def test_a_database_that_stays_locked_cannot_be_opened_and_says_so(tmp_path):
    path = tmp_path / "kulkul.db"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(StoreUnavailable, match="is locked by another program"):
            await Store.open(impatient(path))


async def test_a_batch_that_fails_halfway_leaves_nothing_behind(tmp_path):
    path = tmp_path / "kulkul.db"
    async with await Store.open(path) as store:
        with closing(sqlite3.connect(path)) as other:
            other.execute(
                "CREATE TRIGGER refuse BEFORE INSERT ON transition BEGIN SELECT RAISE(ABORT, 'no'); END"
            )
            other.commit()
            with pytest.raises(IntegrityError):
                await store.write(batch(0))
            other.execute("DROP TRIGGER refuse")
            other.commit()
        assert counts(path) == whole(0)
        await store.write(batch(0))
    assert counts(path) == whole(1)


async def test_a_second_writer_on_the_file_is_noticed_and_harmless(tmp_path):
    path = tmp_path / "kulkul.db"
    async with await Store.open(path) as one, await Store.open(path) as two:
        await one.write(batch(0))
        await two.write(batch(1))
        with pytest.raises(StoreUnavailable, match="let only one daemon use it") as caught:
            await one.write(batch(2))
        assert caught.value.retryable
        await one.write(batch(2))
    assert counts(path) == whole(3)


@pytest.mark.parametrize("migrate", [True, False])
async def test_a_file_that_is_no_database_says_so(tmp_path, migrate):
    path = tmp_path / "kulkul.db"
    path.write_text("services:\n  - name: Portal\n" * 400)
    with pytest.raises(StoreUnavailable, match=r"kulkul\.db is not a database; name another file") as caught:
        await Store.open(path, migrate=migrate)
    assert not caught.value.retryable


async def test_a_damaged_database_says_so(tmp_path):
    path = tmp_path / "kulkul.db"
    async with await Store.open(path) as store:
        for number in range(20):
            await store.write(batch(number))
    content = bytearray(path.read_bytes())
    content[2 * 4096 :] = b"\xa5" * (len(content) - 2 * 4096)
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="is damaged; restore it from a backup") as caught:
        async with await Store.open(path) as store:
            await store.write(batch(21))
    assert not caught.value.retryable


async def test_the_database_of_another_program_is_left_alone(tmp_path):
    path = tmp_path / "kuma.db"
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE monitor (id)")
    with pytest.raises(StoreError, match="is the database of another program"):
        await Store.open(path)
    assert rows_of_master(path) == ["monitor"]


def rows_of_master(path):
    with closing(sqlite3.connect(path)) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master")]


@pytest.mark.parametrize("migrate", [True, False])
async def test_a_database_of_a_newer_program_is_refused(tmp_path, migrate):
    path = tmp_path / "kulkul.db"
    await upgrade(path)
    with closing(sqlite3.connect(path)) as other:
        other.execute("UPDATE alembic_version SET version_num = '0999_future'")
        other.commit()
    with pytest.raises(StoreError, match=r"newer Kulkul \(schema 0999_future; .*; update the program\."):
        await Store.open(path, migrate=migrate)


async def test_a_database_that_needs_an_upgrade_is_not_upgraded_by_looking_at_it(tmp_path):
    path = tmp_path / "kulkul.db"
    path.touch()
    with pytest.raises(StoreError, match="older schema than this program needs; run `kulkul db upgrade`"):
        await Store.open(path, migrate=False)
    await upgrade(path)
    await (await Store.open(path, migrate=False)).close()


async def test_a_folder_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match="its folder cannot be created"):
        await Store.open(tmp_path / "file" / "below" / "kulkul.db")


async def test_a_folder_in_the_place_of_the_file_says_so(tmp_path):
    with pytest.raises(StoreError, match="cannot be opened"):
        await Store.open(tmp_path)


def test_a_file_on_a_read_only_disk_says_so(small_disk):
    path = small_disk / "kulkul.db"
    asyncio.run(write_once(path, 0))
    subprocess.run(["mount", "-o", "remount,ro", small_disk], check=True)
    with pytest.raises(StoreUnavailable, match="cannot be opened; check that its folder exists"):
        asyncio.run(write_once(path, 1))
    subprocess.run(["mount", "-o", "remount,rw", small_disk], check=True)
    asyncio.run(write_once(path, 1))
    assert counts(path) == whole(2)


async def write_once(path, number):
    async with await Store.open(path) as store:
        await store.write(batch(number))


async def test_looking_at_a_database_does_not_create_it(tmp_path):
    path = tmp_path / "kulkul.db"
    with pytest.raises(StoreError, match="does not exist; start the daemon once"):
        await Store.open(path, migrate=False)
    assert not path.exists()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("mysql://kulkul:geheim@db/kulkul", r"mysql://kulkul:\*\*\*@db/kulkul: only SQLite and PostgreSQL"),
        ("postgresql://kulkul:geheim@db", "The database's name is missing"),
        ("postgresql+psycopg://kulkul:geheim@db/kulkul", "leave the driver out"),
        ("postgresql://kulkul:geheim@db/kulkul?timeout=soon", r"as in \?timeout=5"),
        ("postgresql://kulkul:geheim@db/kulkul?ssl=on", "the option ssl is not known"),
        ("postgresql://kulkul:geheim@db/kulkul?sslmode=on", "`sslmode` should be one of disable"),
        ("sqlite://", "path of its file"),
        ("sqlite:///:memory:", "path of its file"),
        ("sqlite:///file:kulkul.db?uri=true", "path of its file"),
        ("://", "cannot be read"),
        ("sqlite:///kulkul.db?timeout=soon", r"as in \?timeout=5"),
        ("sqlite:///kulkul.db?cache=shared", r"as in \?timeout=5"),
    ],
)
async def test_a_database_that_cannot_serve_is_refused_with_what_to_write(url, sentence):
    with pytest.raises(StoreError, match=sentence) as caught:
        await Store.open(url)
    assert "geheim" not in str(caught.value)


def test_a_fault_of_our_own_is_not_explained_away(tmp_path):
    with closing(sqlite3.connect(tmp_path / "x.db")) as connection, pytest.raises(sqlite3.Error) as caught:
        connection.execute("SELECT nothing FROM nowhere")
    assert explain(caught.value, "x.db") is None
