"""Writing and reading back, on real SQLite files."""

import asyncio
import gc
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import DnsFacts, Hop, HttpFacts, Result, Timings, TlsFacts
from monitor.core.status import CheckState, Doubt, Status, Transition
from monitor.store import Batch, Store, materially_different

T0 = datetime(2026, 11, 1, 0, 0, 0, 123_457, tzinfo=UTC)
SECOND = timedelta(seconds=1)


class Clock:
    """Tells the time it was given."""

    def __init__(self, now=T0):
        self.now = now

    def __call__(self):
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def store(database, clock):
    async with await Store.open(database.url, clock=clock) as opened:
        yield opened


def good(check_id="a", at=T0 - SECOND, **facts):
    return Result(
        check_id=check_id,
        vantage="local",
        url="https://a.example/",
        started_at=at,
        duration=timedelta(microseconds=123_456),
        outcome=Outcome.OK,
        **facts,
    )


def bad(check_id="a", at=T0 - SECOND, message="The server answered 503.", **facts):
    return replace(
        good(check_id, at, **facts),
        outcome=Outcome.FAILED,
        stage=Stage.RESPONSE,
        reason=Reason.HTTP_STATUS,
        message=message,
    )


def state(check_id="a", **facts):
    return replace(CheckState(check_id, "local", Status.UP, T0, Status.UP), **facts)


def change(check_id="a", at=T0, **facts):
    return replace(Transition(check_id, "local", at, at + SECOND, Status.UP, Status.DOWN), **facts)


async def test_every_figure_of_a_good_result_comes_back(store):
    timings = Timings(*(timedelta(microseconds=n) for n in (1, 20, 300, 4_000, 50_000, 600_000)))
    http = HttpFacts(200, "1.1", (("server", "nginx"),), 27_000, 104_000, (), "https://a.example/")
    await store.write(
        Batch([good(address="2001:db8::1", timings=timings, http=http, lag=timedelta(milliseconds=3))])
    )
    found = (await store.latest_results("local"))["a"]
    assert (found.check_id, found.vantage, found.outcome) == ("a", "local", Outcome.OK)
    assert (found.started_at, found.recorded_at) == (T0 - SECOND, T0)
    assert (found.duration, found.timings) == (timedelta(microseconds=123_456), timings)
    assert (found.http_status, found.wire_bytes, found.body_bytes) == (200, 27_000, 104_000)
    assert (found.address, found.lag) == ("2001:db8::1", timedelta(milliseconds=3))
    assert (found.stage, found.reason, found.message) == (None, None, None)


async def test_the_evidence_of_a_failure_comes_back(store):
    http = HttpFacts(
        503, "1.1", (), 9, 9, (Hop("http://a.example/", 301, "192.0.2.1"),), "https://a.example/"
    )
    await store.write(
        Batch(
            [
                bad(
                    http=http,
                    tls=TlsFacts("TLSv1.3", None, verified=False, verify_error="expired", chain=()),
                    dns=DnsFacts("192.0.2.53", "NOERROR", ("192.0.2.1",)),
                    problems=("The chain is incomplete.",),
                    excerpt="Sedang ada gangguan \udc80\0",
                )
            ]
        )
    )
    found = (await store.latest_results("local"))["a"]
    assert (found.stage, found.reason) == (Stage.RESPONSE, Reason.HTTP_STATUS)
    assert found.message == "The server answered 503."
    assert found.detail.final_url == "https://a.example/"
    assert found.detail.redirects == (("http://a.example/", 301, "192.0.2.1"),)
    assert found.detail.problems == ("The chain is incomplete.",)
    assert found.detail.tls_verify_error == "expired"
    assert (found.detail.dns_rcode, found.detail.dns_answers) == ("NOERROR", ("192.0.2.1",))
    assert found.detail.excerpt == "Sedang ada gangguan \udc80\0"


async def test_a_hostile_site_cannot_make_a_row_large(store, database):
    http = HttpFacts(302, "1.1", (), 0, 0, (Hop("x" * 60_000, 302, "192.0.2.1"),) * 99, "y" * 60_000)
    await store.write(
        Batch([bad(message="m" * 60_000, http=http, problems=("p" * 60_000,) * 99, excerpt="e" * 60_000)])
    )
    [(size,)] = database.rows("SELECT length(text) FROM detail")
    assert size < 50_000
    assert len((await store.latest_results("local"))["a"].detail.excerpt) == 4_096


async def test_an_outage_in_the_same_words_keeps_them_once(store, clock, database):
    for minute in range(50):
        clock.now = T0 + timedelta(minutes=minute)
        await store.write(Batch([bad(at=clock.now, excerpt="<p>gangguan</p>")]))
    found = await store.results("a", "local", T0, T0 + timedelta(hours=1))
    assert [one.message for one in found] == ["The server answered 503."] * 50
    assert database.rows("SELECT count(*) FROM detail") == [(1,)]


async def test_a_page_that_differs_every_time_is_kept_once_an_hour(store, clock):
    for minute in range(0, 120, 5):
        clock.now = T0 + timedelta(minutes=minute)
        message = f"It took {minute} ms."
        await store.write(Batch([bad(at=clock.now, message=message, excerpt=f"token {minute}")]))
    found = await store.results("a", "local", T0, T0 + timedelta(hours=2))
    assert [one.message for one in found] == [f"It took {minute} ms." for minute in range(0, 120, 5)]
    excerpts = [one.detail.excerpt for one in found]
    assert [one for one in excerpts if one is not None] == ["token 0", "token 60"]


async def test_a_new_kind_of_failure_is_kept_with_its_page_at_once(store, clock):
    await store.write(Batch([bad(excerpt="first")]))
    clock.now += SECOND
    other = replace(bad(excerpt="second"), reason=Reason.BODY_MISMATCH, stage=Stage.CONTENT)
    await store.write(Batch([other]))
    assert (await store.latest_results("local"))["a"].detail.excerpt == "second"


async def test_results_of_a_span_are_one_checks_own_in_the_order_of_their_start(store):
    times = [T0 + n * SECOND for n in range(5)]
    await store.write(Batch([good(name, at) for at in reversed(times) for name in ("a", "b")]))
    found = await store.results("a", "local", times[1], times[4])
    assert [(one.check_id, one.started_at) for one in found] == [("a", at) for at in times[1:4]]
    assert await store.results("a", "elsewhere", times[0], times[4]) == []
    assert await store.results("unheard of", "local", times[0], times[4]) == []


@pytest.mark.parametrize("late", [timedelta(days=3), timedelta(hours=-5)], ids=["queued", "clock set back"])
async def test_a_result_recorded_far_from_its_start_is_still_found_by_its_start(store, clock, late):
    clock.now = T0 + late
    await store.write(Batch([good(at=T0), good("b", at=T0), good(at=clock.now)]))
    found = await store.results("a", "local", T0, T0 + SECOND)
    assert [one.started_at for one in found] == [T0]


async def test_reading_a_span_does_not_search_the_whole_table(tmp_path, clock):
    path = tmp_path / "kulkul.db"
    async with await Store.open(path, clock=clock) as store:
        asked = await statements_of_a_span(store)
    with closing(sqlite3.connect(path)) as connection:
        plans = [
            connection.execute(f"EXPLAIN QUERY PLAN {one}", given).fetchall() for one, given in asked[1:]
        ]
    steps = [row[3] for plan in plans for row in plan]
    assert any("USING INDEX result_out_of_line" in step for step in steps)
    assert not [step for step in steps if step.startswith("SCAN")]


async def statements_of_a_span(store):
    asked = []
    await store.write(Batch([good()]))
    event.listen(
        store._engine.sync_engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, parameters, *_: asked.append((statement, parameters)),
    )
    await store.results("a", "local", T0, T0 + SECOND)
    return asked


async def test_recorded_times_grow_though_the_clock_stands_still_or_goes_back(store, clock):
    await store.write(Batch([good("a"), good("b")]))
    clock.now = T0 - timedelta(hours=1)
    await store.write(Batch([good("c")]))
    found = await store.latest_results("local")
    recorded = [found[name].recorded_at for name in "abc"]
    assert recorded == [T0, T0 + timedelta(microseconds=1), T0 + timedelta(microseconds=2)]


async def test_recorded_times_grow_across_a_restart(database):
    for name in "ab":
        async with await Store.open(database.url, clock=Clock()) as store:
            await store.write(Batch([good(name)]))
    async with await Store.open(database.url) as store:
        found = await store.latest_results("local")
    assert found["b"].recorded_at - found["a"].recorded_at == timedelta(microseconds=1)


async def test_the_newest_result_of_each_check_is_the_latest(store, clock):
    await store.write(Batch([good("old")]))
    clock.now += timedelta(hours=2)
    await store.write(Batch([good("a"), bad("b")]))
    clock.now += SECOND
    await store.write(Batch([bad("a"), replace(good("b"), vantage="elsewhere")]))
    found = await store.latest_results("local")
    assert {name: one.outcome for name, one in found.items()} == {"a": Outcome.FAILED, "b": Outcome.FAILED}
    assert set(await store.latest_results("local", within=timedelta(hours=3))) == {"old", "a", "b"}


async def test_a_state_is_replaced_by_its_successor(store):
    first = state(recent=(0.1, 0.25))
    doubtful = replace(
        first, doubt=Doubt(Status.DOWN, 2, T0 + SECOND), last_at=T0 + SECOND, reason=Reason.TCP_TIMEOUT
    )
    blind = state("b", status=Status.UNKNOWN, known=None, doubt=Doubt(Status.UP, 1, None))
    await store.write(Batch(states=[first, blind]))
    assert await store.load_states("local") == {"a": first, "b": blind}
    await store.write(Batch(states=[first, doubtful]))
    assert await store.load_states("local") == {"a": doubtful, "b": blind}
    assert await store.load_states("elsewhere") == {}


async def test_transitions_come_in_the_order_in_which_they_began(store):
    late = change(at=T0 + SECOND, message="A lone \udc80 and a \0.")
    early = change("b", at=T0, stage=Stage.CONNECT, reason=Reason.TCP_REFUSED)
    await store.write(Batch(transitions=[late, early]))
    storable = replace(late, message="A lone \\udc80 and a \\x00.")
    assert await store.load_transitions("local") == [early, storable]
    assert await store.load_transitions("local", since=T0 + SECOND) == [storable]
    assert await store.load_transitions("elsewhere") == []


async def test_a_vantage_was_awake_until_its_heartbeat_or_its_last_result(store, clock):
    assert await store.seen_until("local") is None
    await store.write(Batch([good()]))
    assert await store.seen_until("local") == T0
    await store.write(Batch(heartbeat=("local", T0 + SECOND)))
    assert await store.seen_until("local") == T0 + SECOND
    clock.now = T0 + 3 * SECOND
    await store.write(Batch([good()]))
    assert await store.seen_until("local") == T0 + 3 * SECOND
    assert await store.seen_until("elsewhere") is None


async def test_a_check_seen_before_it_was_registered_gets_its_service_later(store, database):
    await store.write(Batch([good("portal/2")]))
    await store.register([("portal", "portal"), ("portal/2", "portal")], T0 + SECOND)
    await store.register([("portal", "renamed")], T0 + 2 * SECOND)
    assert database.rows("SELECT check_id, service_id FROM check_key ORDER BY check_id") == [
        ("portal", "renamed"),
        ("portal/2", "portal"),
    ]
    await store.write(Batch([good("portal"), good("portal/2")]))
    assert set(await store.latest_results("local")) == {"portal", "portal/2"}


async def test_writes_at_the_same_time_queue(store):
    await asyncio.gather(*(store.write(Batch([good(f"check {n}")])) for n in range(20)))
    assert len(await store.latest_results("local")) == 20


async def test_a_write_goes_on_though_its_caller_is_cancelled(store, database):
    async with database.locked():
        caller = asyncio.create_task(store.write(Batch([good("waiting for the lock")])))
        await asyncio.sleep(0.05)
        caller.cancel()
        await asyncio.wait([caller])
    await store.write(Batch([good("queued behind it")]))
    assert set(await store.latest_results("local")) == {"waiting for the lock", "queued behind it"}


async def test_how_a_write_ended_that_its_caller_gave_up_is_nobodys_forgotten_error(store, database):
    strays = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: strays.append(context))
    wrong = good("naive", datetime(2026, 11, 1))  # noqa: DTZ001 - the mistake
    async with database.locked():
        caller = asyncio.create_task(store.write(Batch([wrong])))
        await asyncio.sleep(0.05)
        caller.cancel()
        await asyncio.wait([caller])
        assert caller.cancelled()
        del caller
    await store.write(Batch([good("queued behind it")]))
    gc.collect()
    assert strays == []
    assert set(await store.latest_results("local")) == {"queued behind it"}


async def test_reading_does_not_wait_for_a_writer(store, database):
    await store.write(Batch([good()]))
    async with database.locked():
        assert set(await store.latest_results("local")) == {"a"}


async def test_a_time_without_a_zone_is_refused_and_the_store_goes_on(store):
    with pytest.raises(TypeError):
        await store.write(Batch([good("new"), good("naive", datetime(2026, 11, 1))]))  # noqa: DTZ001 - the mistake
    assert await store.latest_results("local") == {}
    await store.write(Batch([good("new")]))
    assert set(await store.latest_results("local")) == {"new"}


@pytest.mark.parametrize(
    "facts",
    [
        {"status": Status.DOWN},
        {"since_at": T0 + SECOND},
        {"known": None},
        {"doubt": Doubt(Status.DOWN, 1, T0)},
        {"reason": Reason.HTTP_STATUS},
    ],
    ids=str,
)
def test_what_is_judged_makes_a_state_materially_different(facts):
    assert materially_different(state(), state(**facts))


def test_the_passing_of_time_alone_does_not_make_a_state_materially_different():
    assert not materially_different(state(), state(last_at=T0 + SECOND, recent=(0.1,)))
    assert materially_different(None, state())
