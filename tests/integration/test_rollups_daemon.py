"""Rolling up and thinning out as the daemon does it, and as the command does."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import create_engine

from monitor.core.reason import Outcome
from monitor.daemon.rollups import Rollups
from monitor.demo.port import held_port
from monitor.metrics import SelfMetrics
from monitor.scheduler import Housekeeping
from monitor.settings import default_settings
from monitor.settings.settings import RetentionSettings
from monitor.store import Batch, Store
from monitor.store.migrate import _config
from monitor.store.schema import HEAD, rollup_day, rollup_hour
from tests.command import kulkul, write_config
from tests.processes import KULKUL, Scrape, running, wait_until
from tests.recording import Clock
from tests.rollups import (
    DAY,
    HOUR,
    MINUTE,
    T0,
    build,
    counts,
    hour_start,
    kept,
    reckoned,
    result,
    snapshot,
    stored,
    write,
)

NO_PAUSE = timedelta(0)


@pytest.fixture
def clock():
    return Clock(T0)


@pytest.fixture
async def store(home, clock):
    async with await Store.open(home.impatient(0.1), clock=clock) as opened:
        yield opened


@pytest.fixture
def port():
    with held_port("127.0.0.1", 0) as free:
        yield free


@pytest.fixture
def itself():
    return SelfMetrics("test")


def made(store, itself, clock, **retention):
    settings = replace(default_settings(), retention=RetentionSettings(**retention))
    return Rollups(store, lambda: settings, itself, now=clock, pause=NO_PAUSE)


def value(itself, name, **labels):
    return itself.registry.get_sample_value(name, labels)


async def ten_days(store, clock):
    every = [result("lapor", T0 + n * HOUR, Outcome.FAILED if n % 5 == 0 else Outcome.OK) for n in range(240)]
    for one in every:
        await write(store, clock, one)
    return every


class TestDaemonPart:
    async def test_what_is_old_goes_once_it_is_rolled_up_and_the_metrics_say_so(
        self, store, home, itself, clock
    ):
        every = await ten_days(store, clock)
        rollups = made(store, itself, clock)
        assert value(itself, "kulkul_rollup_watermark_timestamp_seconds") is None
        await rollups.thin()
        assert len(kept(home)) == 240
        await rollups.build()
        written, clock.now = clock.now, T0 + 10 * DAY  # a midnight: whole days go from a server
        await rollups.thin()
        assert kept(home)[0] >= clock.now - 7 * DAY
        assert await counts(store, rollup_hour) == reckoned(every, hour_start)
        gone = 240 - len(kept(home))
        assert gone == 3 * 24
        assert value(itself, "kulkul_store_deleted_rows_total", kind="results") == gone
        assert value(itself, "kulkul_store_deleted_rows_total", kind="details") > 0
        assert value(itself, "kulkul_store_deleted_rows_total", kind="hours") == 0
        watermark = value(itself, "kulkul_rollup_watermark_timestamp_seconds")
        assert watermark == pytest.approx(written.timestamp(), abs=2)

    async def test_hours_go_after_their_time_and_days_stay(self, store, itself, clock):
        every = await ten_days(store, clock)
        rollups = made(store, itself, clock)
        await rollups.build()
        clock.now = T0 + 405 * DAY
        await rollups.thin()
        hours = await counts(store, rollup_hour)
        assert hours == reckoned([one for one in every if one.started_at >= T0 + 5 * DAY], hour_start)
        assert len(await counts(store, rollup_day)) == 11

    async def test_what_is_kept_for_good_stays(self, store, home, itself, clock):
        await ten_days(store, clock)
        rollups = made(store, itself, clock, results=None, hourly=None)
        await rollups.build()
        clock.now = T0 + 4_000 * DAY
        await rollups.thin()
        assert len(kept(home)) == 240
        assert len(await counts(store, rollup_hour)) == 240

    async def test_trouble_of_the_store_is_said_in_a_sentence_and_the_next_turn_goes_on(
        self, store, home, itself, clock, caplog
    ):
        every = await ten_days(store, clock)
        rollups = made(store, itself, clock)
        with caplog.at_level(logging.WARNING):
            async with home.locked():
                await rollups.build()
                await rollups.thin()
        said = [record.getMessage() for record in caplog.records]
        assert [one.partition(";")[0] for one in said] == [
            "results could not be rolled up",
            "old results could not be deleted",
        ]
        assert all("is locked by another program" in one for one in said)
        await rollups.build()
        assert await counts(store, rollup_hour) == reckoned(every, hour_start)

    async def test_housekeeping_begins_with_it_and_may_stop_in_the_middle(self, store, itself, clock, caplog):
        every = await ten_days(store, clock)
        settings = default_settings()
        rollups = Rollups(store, lambda: settings, itself, now=clock, pause=timedelta(seconds=30))
        jobs = Housekeeping()
        rollups.join(jobs)
        with caplog.at_level(logging.WARNING):
            jobs.start()
            async with asyncio.timeout(20):
                while value(itself, "kulkul_rollup_watermark_timestamp_seconds") is None:  # noqa: ASYNC110 - a gauge
                    await asyncio.sleep(0.01)
            jobs.stop()
            await asyncio.sleep(0.05)
        assert [record for record in caplog.records if record.levelno >= logging.WARNING] == []
        await build(store)
        assert await counts(store, rollup_hour) == reckoned(every, hour_start)


async def test_a_running_daemon_rolls_up_what_it_finds_and_says_up_to_when(tmp_path, home, port):
    config = write_config(tmp_path, {"satu": "http://good.test/"}, port=port)
    now = datetime.now(UTC)
    clock = Clock(now - 3 * DAY)
    async with await Store.open(home.url, clock=clock) as store:
        await write(store, clock, result("satu", now - 3 * DAY))

    def rolled_up():
        return Scrape(f"http://127.0.0.1:{port}/").value("kulkul_rollup_watermark_timestamp_seconds")

    with running((*KULKUL, "run", "-c", str(config)), tmp_path / "out") as daemon:
        await asyncio.to_thread(wait_until, "a watermark", rolled_up)
        assert daemon.end() == 0
    assert "Traceback" not in daemon.stderr
    async with await Store.open(home.url) as store:
        assert ("satu", "local", hour_start(now - 3 * DAY)) in await counts(store, rollup_hour)


class TestCommand:
    async def test_rollups_are_built_anew_and_what_was_done_is_told(self, tmp_path, store, home, clock):
        config = write_config(tmp_path, {})
        await ten_days(store, clock)
        await build(store)
        await store.close()
        sound = snapshot(home)
        home.execute("UPDATE rollup_hour SET ok = 77", "DELETE FROM rollup_day")
        indonesian = await kulkul("db", "rebuild-rollups", "-c", config, folder=tmp_path)
        assert (indonesian.code, indonesian.out) == (0, "")
        assert indonesian.err == (
            f"{home.name}: 240 hasil pemeriksaan diringkas ulang untuk 248 jam dan 11 hari sejak "
            "2026-10-01 00:00 WITA. Ringkasan yang lebih lama tidak diubah.\n"
        )
        found = snapshot(home)
        assert (found["rollup_hour"], found["rollup_day"]) == (sound["rollup_hour"], sound["rollup_day"])
        english = await kulkul("db", "rebuild-rollups", "--lang", "en", "-c", config, folder=tmp_path)
        assert "240 results rolled up anew into 248 hours and 11 days" in english.err
        assert snapshot(home) == found

    async def test_it_rolls_up_first_what_no_daemon_has(self, tmp_path, store, clock):
        config = write_config(tmp_path, {})
        every = await ten_days(store, clock)
        await kulkul("db", "rebuild-rollups", "-c", config, folder=tmp_path)
        assert await counts(store, rollup_hour) == reckoned(every, hour_start)

    async def test_without_results_it_says_so(self, tmp_path, home):
        config = write_config(tmp_path, {})
        await (await Store.open(home.url)).close()
        ran = await kulkul("db", "rebuild-rollups", "--lang", "en", "-c", config, folder=tmp_path)
        assert (ran.code, ran.err) == (0, f"{home.name}: there are no results to roll up.\n")

    async def test_without_a_database_it_says_what_to_do(self, tmp_path):
        config = write_config(tmp_path, {})
        ran = await kulkul("db", "rebuild-rollups", "-c", config, folder=tmp_path)
        assert ran.code == 2
        assert "does not exist; start the daemon once" in ran.err

    async def test_a_locked_database_is_said_to_be_locked(self, tmp_path, store, home, clock):
        config = write_config(tmp_path, {})
        await write(store, clock, result("lapor", T0))
        async with home.locked():
            ran = await kulkul("db", "rebuild-rollups", "-c", config, folder=tmp_path)
        assert ran.code == 2
        assert "is locked by another program" in ran.err


async def test_a_database_of_the_version_before_is_taken_over_with_all_its_results(tmp_path, clock):
    path = tmp_path / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "0004_findings")
        connection.commit()
        connection.exec_driver_sql("INSERT INTO vantage VALUES (1, 'local')")
        connection.exec_driver_sql("INSERT INTO check_key VALUES (1, 'lapor', 'lapor', 1790812800000000)")
        for minute in range(0, 600, 5):
            at = 1_790_812_800_000_000 + minute * 60_000_000
            connection.exec_driver_sql(
                "INSERT INTO result (id, check_no, vantage_no, started_us_before_id, duration_us, outcome) "
                f"VALUES ({at + 200_000}, 1, 1, 200000, 200000, 0)"
            )
        connection.commit()
    engine.dispose()
    async with await Store.open(path, clock=clock) as store:
        await store.write(Batch(heartbeat=("local", T0 + 10 * HOUR)))
        await build(store)
        wanted = reckoned([result("lapor", T0 + n * MINUTE) for n in range(0, 600, 5)], hour_start)
        assert await counts(store, rollup_hour) == wanted
        assert len(await stored(store, rollup_day)) == 1
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchone() == (HEAD,)
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
