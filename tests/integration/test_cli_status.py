"""`kulkul status`: what the store says of every check, and whether it still holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.status import CheckState, Status
from monitor.core.window import Scope, Window, WindowSource
from monitor.store import Batch, Store
from monitor.store.windows import announce
from tests.command import kulkul, write_config
from tests.databases import home_file, in_a_file, on_a_server

NOW = timedelta(0)
HOUR = timedelta(hours=1)


def _state(check_id, status, since):
    return CheckState(check_id=check_id, vantage="local", status=status, since_at=since, known=status)


def _result(check_id, at, reason=None):
    good = reason is None
    return Result(
        check_id=check_id,
        vantage="local",
        url="http://good.test/",
        started_at=at,
        duration=timedelta(milliseconds=120),
        outcome=Outcome.OK if good else Outcome.FAILED,
        stage=None if good else Stage.RESPONSE,
        reason=reason,
        message=None if good else "good.test answered 500, expected 200-299.",
    )


@pytest.fixture
def config(tmp_path, home):
    return write_config(
        tmp_path, {"satu": "http://good.test/", "dua": ("url: 'http://other.test/'", "interval: 6h")}
    )


async def _store(home, *, ago=NOW, statuses=(("satu", Status.UP), ("dua", Status.UP)), results=()):
    """Write what a daemon would have left, its last heartbeat `ago`."""
    now = datetime.now(UTC)
    async with await Store.open(home.url) as store:
        await store.register([("satu", "satu"), ("dua", "dua")], now)
        await store.write(
            Batch(
                results=results,
                states=[_state(name, status, now - timedelta(days=2)) for name, status in statuses],
                heartbeat=("local", now - ago),
            )
        )


async def test_all_is_well(tmp_path, home, config):
    await _store(home, results=[_result(name, datetime.now(UTC)) for name in ("satu", "dua")])
    ran = await kulkul("status", "-c", config, folder=tmp_path)
    assert (ran.code, ran.err) == (0, "")
    head, *rows = ran.out.splitlines()
    assert head.split() == ["Status", "Layanan", "Sejak", "(WITA)", "Terakhir", "Waktu", "Keterangan"]
    assert [row.split()[:3] for row in rows] == [["✔", "Normal", "satu"], ["✔", "Normal", "dua"]]
    assert all("120 ms" in row for row in rows)


async def test_an_outage_is_a_bad_answer_and_says_why(tmp_path, home, config):
    failed = _result("satu", datetime.now(UTC), Reason.HTTP_STATUS)
    await _store(home, statuses=[("satu", Status.DOWN), ("dua", Status.UP)], results=[failed])
    indonesian = await kulkul("status", "-c", config, folder=tmp_path)
    english = await kulkul("status", "-c", config, "--lang", "en", folder=tmp_path)
    assert (indonesian.code, english.code) == (1, 1)
    assert "✖ Gangguan" in indonesian.out
    assert "Server menjawab dengan kode status yang tidak diharapkan." in indonesian.out
    assert "✖ Down" in english.out
    assert "good.test answered 500" in english.out


async def test_json_has_one_object_for_every_check(tmp_path, home, config):
    at = datetime.now(UTC)
    await _store(home, results=[_result("satu", at, Reason.HTTP_STATUS)])
    ran = await kulkul("status", "-c", config, "--json", folder=tmp_path)
    first, second = ran.json
    assert first == {
        "service": "satu",
        "check": "satu",
        "agency": "kominfo",
        "name": "satu",
        "url": "http://good.test/",
        "status": "UP",
        "since": first["since"],
        "confirming": False,
        "maintenance": False,
        "last_probe": at.isoformat().replace("+00:00", "Z"),
        "duration_seconds": 0.12,
        "outcome": "failed",
        "stage": "response",
        "reason": "http_status",
        "message": "good.test answered 500, expected 200-299.",
    }
    assert list(second) == list(first)
    assert (second["status"], second["last_probe"], second["outcome"]) == ("UP", None, None)


async def test_a_service_under_maintenance_is_marked_and_no_other(tmp_path, home, config):
    await _store(home, statuses=[("satu", Status.DOWN), ("dua", Status.UP)])
    now = datetime.now(UTC)
    window = Window(
        id="pindah",
        title="Pindah server",
        scope=Scope(services=frozenset({"satu"})),
        starts_at=now - timedelta(hours=1),
        duration=timedelta(hours=2),
    )
    later = replace(window, id="nanti", scope=Scope(services=frozenset({"dua"})), starts_at=now + HOUR)
    async with await Store.open(home.url) as store:
        for one in (window, later):
            assert await announce(store, one, WindowSource.COMMAND, "Wayan", now)
    indonesian = await kulkul("status", "-c", config, folder=tmp_path)
    english = await kulkul("status", "-c", config, "--lang", "en", folder=tmp_path)
    in_json = await kulkul("status", "-c", config, "--json", folder=tmp_path)
    assert [row.split("  ")[0] for row in indonesian.out.splitlines()[1:]] == [
        "✖ Gangguan (pemeliharaan)",
        "✔ Normal",
    ]
    assert "✖ Down (maintenance)" in english.out
    assert [one["maintenance"] for one in in_json.json] == [True, False]
    assert indonesian.code == 1  # what is down is down: maintenance excuses it, and does not hide it


async def test_the_last_result_of_a_check_that_is_seldom_probed_is_found(tmp_path, home, config):
    """`dua` is probed every six hours: its newest result may be twelve hours old when the next is written."""
    now = datetime.now(UTC)
    eleven_hours_ago = now - timedelta(hours=11)
    async with await Store.open(home.url, clock=lambda: eleven_hours_ago) as store:
        await store.register([("satu", "satu"), ("dua", "dua")], now)
        await store.write(Batch(results=[_result("dua", eleven_hours_ago)]))
    await _store(home, results=[_result("satu", now)])
    ran = await kulkul("status", "-c", config, "--json", folder=tmp_path)
    assert [one["outcome"] for one in ran.json] == ["ok", "ok"]


async def test_a_check_that_was_never_probed_is_unknown(tmp_path, home, config):
    await _store(home, statuses=[("satu", Status.UP)])
    ran = await kulkul("status", "-c", config, folder=tmp_path)
    assert ran.code == 3
    assert "? Tidak diketahui" in ran.out


async def test_where_no_daemon_runs_any_more_the_states_are_not_those_of_now(tmp_path, home, config):
    await _store(home, ago=timedelta(minutes=10))
    indonesian = await kulkul("status", "-c", config, folder=tmp_path)
    english = await kulkul("status", "-c", config, "--lang", "en", folder=tmp_path)
    assert (indonesian.code, english.code) == (3, 3)
    assert indonesian.err.startswith("Pemantau tidak berjalan sejak ")
    assert "WITA" in indonesian.err
    assert english.err.startswith("The daemon has not been running since ")
    assert "✔ Normal" in indonesian.out


@in_a_file
async def test_without_a_database_it_says_how_to_begin(tmp_path, config):
    ran = await kulkul("status", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (3, "")
    assert "kulkul run" in ran.err
    assert not (tmp_path / "data").exists()


async def test_a_new_database_has_seen_no_daemon(tmp_path, config):
    assert (await kulkul("db", "upgrade", "-c", config, folder=tmp_path)).code == 0
    ran = await kulkul("status", "-c", config, folder=tmp_path)
    assert ran.code == 3
    assert "belum pernah berjalan" in ran.err
    assert ran.out.count("Tidak diketahui") == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("UPDATE alembic_version SET version_num = '9999_later'", "update the program"),
        ("DROP TABLE alembic_version", "another program"),
        ("DELETE FROM alembic_version", "kulkul db upgrade"),
    ],
    ids=["newer", "foreign", "older"],
)
async def test_another_schema_is_refused_with_what_to_do(tmp_path, home, config, change, said):
    await _store(home)
    home.execute(change)
    ran = await kulkul("status", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert len(ran.err.splitlines()) == 1


@in_a_file
@pytest.mark.parametrize("content", [b"", b"bukan basis data" * 100], ids=["empty", "garbage"])
async def test_a_file_that_is_no_database_is_refused(tmp_path, config, content):
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "kulkul.sqlite").write_bytes(content)
    ran = await kulkul("status", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (2, "")
    assert "kulkul.sqlite" in ran.err
    assert len(ran.err.splitlines()) == 1


@on_a_server
async def test_a_database_that_is_not_there_is_refused_without_the_password(tmp_path, home, config):
    home_file(tmp_path).write_text(home.url + "_lain")
    ran = await kulkul("status", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert f"{home.name}_lain" in ran.err
    assert home.server.password not in ran.err
