"""`kulkul letter` writes to whoever blocks the monitor, and to nobody else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.core.reason import Reason
from monitor.core.status import CheckState, Status
from monitor.store import Batch, Store
from tests.command import kulkul, write_config
from tests.databases import in_a_file


@pytest.fixture
async def config(tmp_path, home):
    settings = write_config(tmp_path, {"satu": "http://good.test/", "dua": "http://other.test/"})
    since = datetime.now(UTC) - timedelta(hours=3)
    async with await Store.open(home.url) as store:
        await store.register([("satu", "satu"), ("dua", "dua")], since)
        states = [
            CheckState(
                check_id=name, vantage="local", status=status, since_at=since, known=status, reason=reason
            )
            for name, status, reason in (
                ("satu", Status.BLOCKED, Reason.BLOCKED_CHALLENGE),
                ("dua", Status.UP, None),
            )
        ]
        await store.write(Batch(states=states, heartbeat=("local", since)))
    return settings


async def test_without_a_name_it_lists_who_blocks(tmp_path, config):
    ran = await kulkul("letter", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (0, "satu\n")


async def test_the_letter_is_ready_to_send_in_either_language(tmp_path, config):
    ran = await kulkul("letter", "satu", "-c", config, folder=tmp_path)
    assert ran.code == 0
    assert ran.out.startswith("Yth. ")
    for part in ("http://good.test/", "bukan robot", "Kulkul/", "WITA"):
        assert part in ran.out
    english = await kulkul("letter", "satu", "-c", config, "--lang", "en", folder=tmp_path)
    assert english.out.startswith("To ")
    assert "challenge page" in english.out


async def test_a_service_that_does_not_block_gets_no_letter(tmp_path, config):
    ran = await kulkul("letter", "dua", "-c", config, folder=tmp_path)
    assert (ran.code, ran.out) == (1, "")
    assert "dua" in ran.err
    assert "UP" in ran.err


@in_a_file
async def test_a_service_that_does_not_exist_is_a_mistake_of_the_caller(tmp_path, config):
    ran = await kulkul("letter", "tiga", "-c", config, folder=tmp_path)
    assert ran.code == 2
    assert "tiga" in ran.err
