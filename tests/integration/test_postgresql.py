"""PostgreSQL where it is not as a file is: its sessions, and what can be wrong with it or the way to it."""

import asyncio
import socket

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError, ProgrammingError

from monitor.store import Batch, SeatTaken, Store, StoreError, StoreUnavailable, Upgrade, upgrade
from monitor.store.engine import connect, locate
from monitor.store.schema import HEAD, metadata
from monitor.store.turns import GIVEN_UP_SECONDS, connect_writer
from tests.recording import T0, good


@pytest.fixture
def empty(postgresql):
    made = postgresql.empty()
    yield made
    postgresql.drop(made)


def raising(table, sqlstate):
    """Return statements by which every row for a table meets an error of the server's."""
    body = f"BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{sqlstate}'; END"
    return (
        f"CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $${body}$$",
        f"CREATE TRIGGER fail BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION fail()",
    )


async def test_an_empty_database_gets_the_schema_that_the_program_expects(empty):
    assert await upgrade(empty.url) == Upgrade(before=None, after=HEAD)
    assert await upgrade(empty.url) == Upgrade(before=HEAD, after=HEAD)
    engine = connect(locate(empty.url))
    async with engine.connect() as connection:
        differences = {(kind, thing.name) for kind, thing in await connection.run_sync(_differences)}
    assert differences == {
        ("add_fk", "result_address_no_fkey"),  # nothing is looked up for each result
        ("add_fk", "result_check_no_fkey"),
        ("add_fk", "result_vantage_no_fkey"),
        ("remove_index", "transition_at"),  # files have no such kind
    }
    await engine.dispose()


def _differences(connection):
    context = MigrationContext.configure(connection, opts={"compare_type": True})
    return compare_metadata(context, metadata)


async def test_programs_may_create_the_schema_at_the_same_time(empty):
    stores = await asyncio.gather(*(Store.open(empty.url) for _ in range(4)))
    for store in stores:
        await store.close()
    [(tables,)] = empty.rows("SELECT count(*) FROM alembic_version")
    assert tables == 1


async def test_without_the_schema_nothing_is_opened_by_looking(empty):
    with pytest.raises(StoreError, match="run `kulkul db upgrade`"):
        await Store.open(empty.url, migrate=False)
    assert empty.rows("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []


async def test_the_database_of_another_program_is_left_alone(empty):
    empty.execute("CREATE TABLE monitor (id int)")
    with pytest.raises(StoreError, match="is the database of another program"):
        await Store.open(empty.url)


async def test_sessions_read_one_moment_and_never_wait_without_end(ours):
    async with await Store.open(ours.impatient(0.25)) as store, store.reading() as connection:
        found = {
            name: (await connection.execute(text(f"SHOW {name}"))).scalar()
            for name in (
                "timezone",
                "transaction_isolation",
                "transaction_read_only",
                "lock_timeout",
                "statement_timeout",
                "idle_in_transaction_session_timeout",
                "application_name",
            )
        }
    assert found == {
        "timezone": "UTC",
        "transaction_isolation": "repeatable read",
        "transaction_read_only": "on",
        "lock_timeout": "250ms",
        "statement_timeout": "55s",
        "idle_in_transaction_session_timeout": "55s",
        "application_name": "kulkul",
    }


async def test_what_is_read_over_a_connection_is_of_one_moment(ours):
    async with await Store.open(ours.url) as store, store.reading() as connection:
        query = text("SELECT count(*) FROM result")
        assert await connection.scalar(query) == 0
        await store.write(Batch([good("a", T0)]))
        assert await connection.scalar(query) == 0


async def test_a_password_that_is_hard_to_write_in_a_url_is_taken_and_never_told(ours):
    wrong = ours.url.replace("kulkul:", "kulkul:salah", 1)
    with pytest.raises(StoreUnavailable, match="refuses this user or password") as caught:
        await Store.open(wrong)
    assert str(caught.value).startswith(f"{ours.name} ")
    assert "salah" not in str(caught.value)


async def test_a_database_that_does_not_exist_is_said_not_to(ours):
    with pytest.raises(StoreUnavailable, match="tidak_ada does not exist on that server; create it"):
        await Store.open(ours.server.url("tidak_ada"))


async def test_a_database_that_takes_no_connections_is_said_so(ours):
    with (
        ours.away(),
        pytest.raises(StoreUnavailable, match="takes no connections: ALTER") as caught,
    ):
        await Store.open(ours.url)
    assert caught.value.retryable
    await (await Store.open(ours.url)).close()


async def test_a_server_that_refuses_or_is_not_found_is_said_to():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))  # held, and nothing listens
        url = f"postgresql://kulkul@127.0.0.1:{held.getsockname()[1]}/kulkul"
        with pytest.raises(StoreUnavailable, match="cannot be reached") as caught:
            await Store.open(url)
    assert caught.value.retryable


async def test_a_database_in_another_encoding_is_refused(postgresql):
    with postgresql.server.connected("postgres") as connection:
        connection.execute("CREATE DATABASE latin TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'")
        try:
            with pytest.raises(StoreError, match="is encoded in LATIN1; create one with"):
                await Store.open(postgresql.server.url("latin"))
        finally:
            connection.execute("DROP DATABASE latin WITH (FORCE)")


@pytest.mark.parametrize(
    ("sqlstate", "sentence"),
    [
        ("53100", "The disk that holds postgresql://.* is full; free some space"),
        ("53200", "not enough memory"),
        ("25006", "takes no writes"),
        ("42501", "may not do what is needed"),
        ("57P01", "is starting or stopping"),
        ("58030", "The disk of .* failed"),
    ],
)
async def test_what_the_server_refuses_is_told_and_nothing_is_written(ours, sqlstate, sentence):
    ours.execute(*raising("check_key", sqlstate))
    async with await Store.open(ours.url) as store:
        with pytest.raises(StoreUnavailable, match=sentence) as caught:
            await store.write(Batch([good("a", T0)], heartbeat=("local", T0)))
        assert caught.value.retryable
        ours.execute("DROP TRIGGER fail ON check_key")
        assert ours.rows("SELECT * FROM heartbeat") == []
        await store.write(Batch([good("a", T0)]))
    assert ours.rows("SELECT count(*) FROM result") == [(1,)]


async def test_a_damaged_database_is_not_worth_another_try(ours):
    ours.execute(*raising("check_key", "XX001"))
    async with await Store.open(ours.url) as store:
        with pytest.raises(StoreUnavailable, match="is damaged; restore it") as caught:
            await store.write(Batch([good("a", T0)]))
    assert not caught.value.retryable


async def test_a_fault_of_our_own_is_not_explained_away(ours):
    async with await Store.open(ours.url) as store:
        with pytest.raises(ProgrammingError):
            async with store.reading() as connection:
                await connection.execute(text("SELECT nothing FROM nowhere"))


async def test_connections_that_were_cut_cost_a_reader_nothing_and_a_writer_one_try(ours):
    async with await Store.open(ours.url) as store:
        await store.write(Batch([good("a", T0)]))
        await store.load_states("local")
        cut(ours)
        assert await store.load_states("local") == {}
        with pytest.raises(StoreUnavailable, match=r"was lost|starting or stopping"):
            await store.write(Batch([good("b", T0)]))
        await store.write(Batch([good("b", T0)]))
    assert ours.rows("SELECT count(*) FROM result") == [(2,)]


def cut(database):
    with database.server.connected("postgres") as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = %s",
            (database.database,),
        )


async def test_too_many_connections_are_said_to_be_too_many(ours):
    ours.execute("CREATE ROLE satu LOGIN PASSWORD 'x' CONNECTION LIMIT 0")
    try:
        url = f"postgresql://satu:x@127.0.0.1:{ours.server.port}/{ours.database}"
        with pytest.raises(StoreUnavailable, match="has too many connections"):
            await Store.open(url)
        with pytest.raises(psycopg.OperationalError, match="too many connections"):
            psycopg.connect(url)
    finally:
        ours.execute("DROP ROLE satu")


class TestSeat:
    async def test_of_two_stores_with_one_seat_the_second_is_refused_until_the_first_is_closed(self, ours):
        async with await Store.open(ours.url, seat="local") as first:
            with pytest.raises(
                SeatTaken, match="Another daemon of the vantage local writes to postgresql://"
            ):
                await Store.open(ours.url, seat="local")
            await first.write(Batch([good("a", T0)]))
        async with await Store.open(ours.url, seat="local") as second:
            await second.write(Batch([good("b", T0)]))
        assert ours.rows("SELECT count(*) FROM result") == [(2,)]

    async def test_other_vantages_and_commands_have_no_need_of_it(self, ours):
        async with (
            await Store.open(ours.url, seat="local") as one,
            await Store.open(ours.url, seat="singaraja") as two,
            await Store.open(ours.url, migrate=False) as command,
        ):
            for store in (one, two, command):
                await store.write(Batch(heartbeat=("local", T0)))

    async def test_who_is_refused_changes_nothing_not_even_the_schema(self, empty):
        engine = connect(locate(empty.url))
        sitting = await connect_writer(engine, empty.name, "local")
        with pytest.raises(SeatTaken):
            await Store.open(empty.url, seat="local")
        await sitting.close()
        await engine.dispose()
        assert empty.rows("SELECT 1 FROM pg_tables WHERE schemaname = 'public'") == []

    async def test_a_transaction_that_fails_does_not_cost_the_seat(self, ours):
        async with await Store.open(ours.url, seat="local") as store:
            ours.refuse("heartbeat")
            with pytest.raises(DBAPIError):
                await store.write(Batch(heartbeat=("local", T0)))
            ours.allow("heartbeat")
            with pytest.raises(SeatTaken):
                await Store.open(ours.url, seat="local")
            await store.write(Batch(heartbeat=("local", T0)))

    async def test_a_connection_that_was_cut_takes_the_seat_again_if_it_is_free(self, ours):
        async with await Store.open(ours.url, seat="local") as store:
            await store.write(Batch([good("a", T0)]))
            cut(ours)
            with pytest.raises(StoreUnavailable):
                await store.write(Batch([good("b", T0)]))
            await store.write(Batch([good("b", T0)]))
            assert not store.unseated.is_set()
            with pytest.raises(SeatTaken):
                await Store.open(ours.url, seat="local")

    async def test_a_seat_that_ones_own_dead_session_holds_is_waited_for(self, ours):
        async with await Store.open(ours.url, seat="local") as store:
            await store.write(Batch([good("a", T0)]))
            cut(ours)
            dead = await Store.open(ours.url, seat="local")  # stands for what the server has not given up yet
            with pytest.raises(StoreUnavailable):
                await store.write(Batch([good("b", T0)]))
            writing = asyncio.create_task(store.write(Batch([good("b", T0)])))
            await asyncio.sleep(GIVEN_UP_SECONDS)
            assert not writing.done()
            await dead.close()
            await writing
            assert not store.unseated.is_set()
            assert set(await store.latest_results("local")) == {"a", "b"}

    async def test_who_lost_the_seat_to_another_writes_nothing_any_more(self, ours, monkeypatch):
        monkeypatch.setattr("monitor.store.store.SEAT_PATIENCE_SECONDS", 0.3)
        async with await Store.open(ours.url, seat="local") as first:
            await first.write(Batch([good("a", T0)]))
            cut(ours)
            async with await Store.open(ours.url, seat="local") as second:
                for _ in range(3):
                    with pytest.raises(StoreUnavailable):
                        await first.write(Batch([good("b", T0)]))
                assert first.unseated.is_set()
                await second.write(Batch([good("c", T0)]))
                assert set(await second.latest_results("local")) == {"a", "c"}
