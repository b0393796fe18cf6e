"""Results of a server by the day: partitions are made, read and dropped; and which indexes questions use."""

import json
from datetime import timedelta

import pytest
from sqlalchemy import event, text

from monitor.core.accounting.spans import Span
from monitor.core.reason import Outcome
from monitor.core.status import Status, Transition
from monitor.store import Batch, Store, StoreUnavailable
from monitor.store.history import history
from monitor.store.partitions import partitions
from monitor.store.retention import thin_details, thin_results
from monitor.store.rollups import count_results
from tests.recording import Clock
from tests.rollups import DAY, HOUR, MINUTE, T0, build, kept, result, write


@pytest.fixture
def clock():
    return Clock(T0)


@pytest.fixture
async def store(ours, clock):
    async with await Store.open(ours.impatient(0.5), clock=clock) as opened:
        yield opened


async def days(store):
    async with store.reading() as connection:
        return list(await partitions(connection))


async def thin_all(step, *arguments):
    found = []
    while count := await step(*arguments):
        found.append(count)
    return found


async def hourly(store, clock, hours, since=T0):
    every = [result(f"c{n % 3}", since + n * HOUR, Outcome.FAILED) for n in range(hours)]
    for one in every:
        await write(store, clock, one)
    return every


async def test_each_day_has_a_partition_and_one_batch_may_reach_into_two(store, clock, ours):
    clock.now = T0 + DAY - timedelta(microseconds=2)
    await store.write(Batch([result("lapor", T0), result("jdih", T0), result("ppid", T0)]))
    assert await days(store) == [T0, T0 + DAY]
    assert ours.rows("SELECT tableoid::regclass::text, count(*) FROM result GROUP BY 1 ORDER BY 1") == [
        ("result_20261001", 2),
        ("result_20261002", 1),
    ]
    assert set(await store.latest_results("local")) == {"lapor", "jdih", "ppid"}


async def test_a_day_is_made_once_also_after_a_restart_or_a_failed_batch(store, clock, ours):
    ours.refuse("heartbeat")
    with pytest.raises(Exception, match="heartbeat"):
        await store.write(Batch([result("lapor", T0)], heartbeat=("local", T0)))
    assert await days(store) == []
    ours.allow("heartbeat")
    await store.write(Batch([result("lapor", T0)]))
    async with await Store.open(ours.url, clock=clock) as other:
        await other.write(Batch([result("lapor", T0)]))
    assert await days(store) == [T0]


async def test_days_are_dropped_whole_once_they_are_old_and_counted(store, clock, ours):
    await hourly(store, clock, 100)
    assert await thin_results(store, T0 + 400 * DAY) == 0, "nothing is counted yet"
    await build(store)
    assert await thin_all(thin_results, store, T0 + 3 * DAY - timedelta(microseconds=1)) == [24, 24]
    assert await days(store) == [T0 + 2 * DAY, T0 + 3 * DAY, T0 + 4 * DAY]
    assert kept(ours)[0] >= T0 + 2 * DAY
    assert len(kept(ours)) == 52
    await thin_all(thin_details, store)
    lost = "detail_id IS NOT NULL AND detail_id NOT IN (SELECT id FROM detail)"
    assert ours.rows(f"SELECT count(*) FROM result WHERE {lost}") == [(0,)]
    gone = "SELECT value FROM rollup_mark WHERE name = 'results_gone'"
    [(before,)] = ours.rows("SELECT min(id) FROM result")
    [(mark,)] = ours.rows(gone)
    assert before - HOUR.total_seconds() * 1e6 <= mark < before


async def test_a_day_of_which_some_are_not_counted_stays(store, clock):
    from monitor.store.marks import follow_zone
    from tests.rollups import WITA

    await hourly(store, clock, 40)
    zone = await follow_zone(store, WITA, T0)
    await count_results(store, zone, 23)
    assert await thin_results(store, T0 + 400 * DAY) == 0
    await count_results(store, zone, 1)
    assert await thin_all(thin_results, store, T0 + 400 * DAY) == [24]


async def test_a_result_of_a_day_that_was_dropped_too_early_has_a_place_again(store, clock):
    await hourly(store, clock, 3)
    await build(store)
    assert await thin_all(thin_results, store, T0 + 400 * DAY) == [3]
    await write(store, clock, result("lapor", T0 + 4 * HOUR))
    assert await days(store) == [T0]


async def test_who_reads_for_long_puts_dropping_off_and_nothing_else(store, clock, ours):
    await hourly(store, clock, 30)
    await build(store)
    with ours.server.connected(ours.database) as reader, reader.transaction():
        reader.execute("SELECT count(*) FROM result")
        with pytest.raises(StoreUnavailable, match="is locked by another program"):
            await thin_results(store, T0 + DAY)
        await write(store, clock, result("lapor", T0 + 2 * DAY))
    assert await thin_all(thin_results, store, T0 + DAY) == [24]


def nodes(plan):
    """Yield a plan's steps."""
    yield plan
    for one in plan.get("Plans", ()):
        yield from nodes(one)


class TestPlans:
    """Which ways the server takes to what pages and reports ask, with enough rows for it to matter."""

    @pytest.fixture
    async def full(self, store, clock, ours):
        """Five days of 40 checks every ten minutes, and a change of each check every hour of 50 days."""
        checks = [f"c{number}" for number in range(40)]
        for day in range(5):
            clock.now = T0 + day * DAY
            batch = [
                result(check, clock.now + n * 10 * MINUTE - HOUR) for n in range(144) for check in checks
            ]
            for each in batch[::40]:
                clock.now = each.started_at + HOUR
                at = batch.index(each)
                await store.write(Batch(batch[at : at + 40]))
        for day in range(50):
            changes = [
                Transition(
                    check,
                    "local",
                    T0 + day * DAY + n * HOUR,
                    T0 + day * DAY + n * HOUR,
                    Status.UP,
                    Status.DOWN,
                )
                for n in range(24)
                for check in checks
            ]
            await store.write(Batch(transitions=changes))
        ours.execute("VACUUM ANALYZE")
        return store

    async def asked(self, store, question):
        """Return the plans, as text, of the statements that a question leads to."""
        statements = []

        def remember(_connection, _cursor, statement, parameters, *_):
            statements.append((statement, parameters))

        event.listen(store._engine.sync_engine, "before_cursor_execute", remember)
        await question
        event.remove(store._engine.sync_engine, "before_cursor_execute", remember)
        plans = []
        async with store.reading() as connection:
            for statement, parameters in statements:
                found = await connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", parameters)
                plans.append(json.dumps(found.scalar()))
        return plans

    async def test_one_checks_day_searches_no_other_day(self, full):
        *_, plan = await self.asked(full, full.results("c1", "local", T0 + DAY, T0 + 2 * DAY - 2 * HOUR))
        steps = list(nodes(json.loads(plan)[0]["Plan"]))
        whole = {one["Relation Name"] for one in steps if one["Node Type"] == "Seq Scan"}
        assert {name for name in whole if name.startswith("result_")} <= {"result_20261002"}
        used = {one["Index Name"] for one in steps if "Index Name" in one}
        assert used >= {f"result_2026100{n}_check_no_idx" for n in (1, 3, 4, 5)}, "those out of line"

    async def test_the_newest_results_are_found_by_their_key(self, full):
        plan, *_ = await self.asked(full, full.latest_results("local"))
        assert "result_20261005_pkey" in plan

    async def test_the_changes_of_a_month_are_found_by_few_pages(self, full):
        async with full.reading() as connection:
            await connection.execute(text("SELECT 1"))
        plan, *_ = await self.asked(full, full.load_transitions("local", T0 + 48 * DAY))
        assert "transition_at" in plan

    async def test_a_report_reads_what_it_should(self, full):
        found = await history(full, "local", Span(T0 + 40 * DAY, T0 + 41 * DAY))
        assert sum(map(len, found.changes.values())) == 40 * 25
