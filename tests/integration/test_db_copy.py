"""`kulkul db copy`: every row of a file arrives at a server, or none."""

import sqlite3
from contextlib import closing
from datetime import timedelta

import pytest

from monitor.core.reason import Outcome
from monitor.core.status import Status, Transition
from monitor.store import Batch, Store, StoreError
from monitor.store.copying import copy
from monitor.store.schema import metadata
from tests.command import kulkul
from tests.databases import Sqlite
from tests.recording import Clock
from tests.rollups import DAY, HOUR, T0, build, result

TABLES = [one.name for one in metadata.sorted_tables]


@pytest.fixture
async def source(tmp_path):
    """A file with results of three days, changes, rollups, marks and a token."""
    one = Sqlite(tmp_path / "kulkul.sqlite")
    clock = Clock(T0)
    async with await Store.open(one.url, clock=clock) as store:
        await store.register([("lapor", "lapor"), ("jdih", "jdih")], T0)
        for hour in range(60):
            clock.now = T0 + hour * HOUR + timedelta(seconds=2)
            at, outcome = T0 + hour * HOUR, Outcome.FAILED if hour % 7 == 0 else Outcome.OK
            changes = [Transition("lapor", "local", at, at, Status.UP, Status.DOWN)] if hour % 7 == 0 else []
            await store.write(
                Batch(
                    [result("lapor", at, outcome), result("jdih", at)],
                    transitions=changes,
                    heartbeat=("local", at),
                )
            )
        await build(store)
    one.execute("INSERT INTO audit VALUES (17, 5, 'Wayan', 'note', 'INC-2026-000001', 'baik', '{\"a\": 1}')")
    return one


@pytest.fixture
def target(postgresql):
    made = postgresql.empty()
    yield made
    postgresql.drop(made)


def contents(database):
    return {name: sorted(database.rows(f"SELECT * FROM {name}"), key=repr) for name in TABLES}


async def test_every_row_arrives_and_work_goes_on_there(source, target, tmp_path):
    said = []
    done = await copy(source.path, target.url, lambda *progress: said.append(progress))
    assert contents(target) == contents(source)
    assert sum(done.rows.values()) == said[-1][0] == said[-1][1]
    assert (done.rows["result"], done.rows["transition"], done.rows["audit"]) == (120, 9, 1)
    async with await Store.open(target.url, clock=lambda: T0 + 3 * DAY) as store:
        change = Transition("lapor", "local", T0 + 3 * DAY, T0 + 3 * DAY, Status.DOWN, Status.UP)
        await store.write(Batch([result("lapor", T0 + 3 * DAY)], transitions=[change]))
        assert (await store.load_transitions("local"))[-1] == change
    assert target.rows("SELECT max(id) FROM transition") == [(10,)]


async def test_a_target_that_holds_something_is_refused_and_left_alone(source, target):
    async with await Store.open(target.url) as store:
        await store.write(Batch(heartbeat=("local", T0)))
    with pytest.raises(
        StoreError, match=r"is not empty \(there are rows in vantage\); name an empty database"
    ):
        await copy(source.path, target.url, lambda *_: None)
    assert target.rows("SELECT count(*) FROM result") == [(0,)]


async def test_what_fails_halfway_leaves_nothing_and_can_be_done_again(source, target):
    await (await Store.open(target.url)).close()
    target.refuse("rollup_day")
    with pytest.raises(Exception, match="rollup_day"):
        await copy(source.path, target.url, lambda *_: None)
    assert target.rows("SELECT count(*) FROM check_key") == [(0,)]
    target.allow("rollup_day")
    await copy(source.path, target.url, lambda *_: None)
    assert contents(target) == contents(source)


async def test_only_from_a_file_to_a_server(source, target):
    for one, other in ((source.url, source.url), (target.url, source.url)):
        with pytest.raises(StoreError, match="name them in this order"):
            await copy(one, other, lambda *_: None)


class TestCommand:
    async def test_it_tells_what_was_copied_in_both_languages(self, source, target, tmp_path):
        password = {"KATA_SANDI": target.server.password}
        url = f"postgresql://kulkul:${{env:KATA_SANDI}}@127.0.0.1:{target.server.port}/{target.database}"
        ran = await kulkul("db", "copy", source.path, url, folder=tmp_path, env=password)
        assert (ran.code, ran.out) == (0, "")
        assert f"{source.path} disalin ke {target.name}: " in ran.err
        assert "120 hasil pemeriksaan, 9 perubahan status" in ran.err
        again = await kulkul("db", "copy", "--lang", "en", source.path, url, folder=tmp_path, env=password)
        assert again.code == 2
        assert "is not empty" in again.err
        assert target.server.password not in ran.err + again.err

    async def test_a_password_on_the_command_line_is_refused(self, source, target, tmp_path):
        url = f"postgresql://kulkul:rahasia@127.0.0.1:{target.server.port}/{target.database}"
        ran = await kulkul("db", "copy", source.path, url, folder=tmp_path)
        assert ran.code == 2
        assert "rahasia" not in ran.err

    async def test_a_file_that_is_not_there_or_no_database_is_named(self, target, tmp_path):
        url = f"postgresql://kulkul:${{env:P}}@127.0.0.1:{target.server.port}/{target.database}"
        env = {"P": target.server.password}
        missing = await kulkul("db", "copy", "tidak-ada.sqlite", url, folder=tmp_path, env=env)
        assert (missing.code, "tidak-ada.sqlite does not exist" in missing.err) == (2, True)
        with closing(sqlite3.connect(tmp_path / "lain.db")) as other:
            other.execute("CREATE TABLE monitor (id)")
        strange = await kulkul("db", "copy", "lain.db", url, folder=tmp_path, env=env)
        assert (strange.code, "another program" in strange.err) == (2, True)
        assert target.rows("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []
