"""The schema, its migrations and the numbers that stand in its rows."""

import asyncio
import io
import sqlite3
from contextlib import closing
from importlib import import_module

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.operations import Operations
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.status import Status
from monitor.store import Store, Upgrade, codes, migrate, upgrade
from monitor.store.engine import connect, locate
from monitor.store.schema import HEAD, ON_TIME_US, OUT_OF_LINE, metadata


def scripts():
    config = Config()
    config.set_main_option("script_location", "monitor.store:migrations")
    return ScriptDirectory.from_config(config)


def tables(path):
    with closing(sqlite3.connect(path)) as connection:
        return {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}


async def test_an_empty_place_becomes_a_database_and_stays_as_it_is(tmp_path):
    path = tmp_path / "new" / "folder" / "kulkul.db"
    assert await upgrade(path) == Upgrade(before=None, after=HEAD)
    assert tables(path) == {*metadata.tables, "alembic_version"}
    assert await upgrade(f"sqlite:///{path}") == Upgrade(before=HEAD, after=HEAD)


async def test_the_migrations_make_what_the_program_expects(tmp_path):
    path = tmp_path / "kulkul.db"
    await upgrade(path)
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, metadata) == []
    engine.dispose()


def test_the_program_knows_the_newest_migration():
    assert scripts().get_heads() == [HEAD]


def test_the_bound_of_lateness_is_the_one_in_the_index():
    assert str(ON_TIME_US) in str(OUT_OF_LINE)
    first = import_module("monitor.store.migrations.versions.0001_results")
    assert str(first._OUT_OF_LINE) == str(OUT_OF_LINE)


def test_postgresql_can_take_the_same_migrations():
    written = io.StringIO()
    context = MigrationContext.configure(
        dialect_name="postgresql", opts={"as_sql": True, "output_buffer": written}
    )
    with Operations.context(context):
        for script in reversed(list(scripts().walk_revisions())):
            script.module.upgrade()
    ddl = written.getvalue()
    assert {name for name in metadata.tables if f"CREATE TABLE {name} (" in ddl} == set(metadata.tables)
    assert "id BIGINT NOT NULL" in ddl
    assert "id BIGSERIAL NOT NULL" in ddl
    assert "WITHOUT ROWID" not in ddl


async def test_a_migration_that_is_interrupted_leaves_nothing(tmp_path):
    path = tmp_path / "kulkul.db"
    engine = connect(locate(path))
    async with engine.connect() as connection:
        await connection.run_sync(migrate._migrate, str(path))
        await connection.rollback()
    await engine.dispose()
    assert tables(path) == set()


async def test_two_programs_may_create_the_database_at_the_same_time(tmp_path):
    path = tmp_path / "kulkul.db"
    stores = await asyncio.gather(*(Store.open(path) for _ in range(4)))
    for store in stores:
        await store.close()
    assert tables(path) == {*metadata.tables, "alembic_version"}


async def test_the_file_is_set_up_for_one_writer_and_many_readers(tmp_path):
    engine = connect(locate(tmp_path / "kulkul.db"))
    async with engine.connect() as connection:
        found = {
            name: (await connection.exec_driver_sql(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "foreign_keys")
        }
    await engine.dispose()
    assert found == {"journal_mode": "wal", "synchronous": 1, "busy_timeout": 5_000, "foreign_keys": 1}


# Rows in the field carry these numbers: lines may be added here, and none changed or removed.
RELEASED = {
    Outcome: {"ok": 0, "failed": 1, "blocked": 2, "self_fault": 3},
    Status: {"UNKNOWN": 0, "UP": 1, "DEGRADED": 2, "BLOCKED": 3, "DOWN": 4},
    Stage: {"resolve": 1, "connect": 2, "handshake": 3, "request": 4, "response": 5, "content": 6},
    Reason: {
        "self_fault": 1, "guard_refused": 2, "vantage_blind": 3,
        "dns_nxdomain": 10, "dns_no_address": 11, "dns_timeout": 12, "dns_servfail": 13, "dns_refused": 14,
        "dns_invalid_name": 15, "dns_mismatch": 16,
        "tcp_refused": 20, "tcp_timeout": 21, "tcp_unreachable": 22, "tcp_reset": 23, "tcp_closed": 24,
        "tls_expired": 30, "tls_not_yet_valid": 31, "tls_hostname": 32, "tls_self_signed": 33,
        "tls_incomplete_chain": 34, "tls_untrusted": 35, "tls_revoked": 36, "tls_weak": 37,
        "tls_protocol": 38, "tls_timeout": 39, "tls_required": 40, "tls_client_certificate": 41,
        "http_timeout": 50, "http_malformed": 51, "http_headers_too_large": 52, "http_status": 53,
        "http_version": 54, "http_header_mismatch": 55, "http_final_host": 56, "http_redirect_loop": 57,
        "http_redirect_limit": 58, "http_redirect_refused": 59, "http_redirect_malformed": 60,
        "body_timeout": 70, "body_too_large": 71, "body_truncated": 72, "body_encoding": 73,
        "body_mismatch": 74,
        "blocked_challenge": 80, "blocked_forbidden": 81, "blocked_national": 82,
    },
}  # fmt: skip


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        (Outcome, codes.OUTCOME_CODES),
        (Status, codes.STATUS_CODES),
        (Stage, codes.STAGE_CODES),
        (Reason, codes.REASON_CODES),
    ],
    ids=["outcome", "status", "stage", "reason"],
)
def test_every_word_has_a_number_of_its_own_that_never_changes(words, numbers):
    assert set(numbers) == set(words)
    assert {str(word): number for word, number in numbers.items()} == RELEASED[words]
    assert len(set(numbers.values())) == len(numbers)
