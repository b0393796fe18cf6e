"""Reports from a real store: the record of changes, and the figures built from it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction

import pytest

from monitor.core.accounting.hours import Holiday, HolidayRule, Opening, ServiceHours
from monitor.core.accounting.policy import AccountingPolicy
from monitor.core.accounting.spans import Span
from monitor.core.period import parse_period
from monitor.core.reason import Outcome
from monitor.core.window import Scope, Window, WindowSource
from monitor.reports.report import Trend, trend
from monitor.reports.tables import method_table, service_table
from monitor.store import Store
from monitor.store.history import history
from monitor.store.windows import announce, withdraw
from tests.recording import Clock, registry
from tests.reporting import (
    DAY,
    DOWN,
    END,
    HOUR,
    LATER,
    MINUTE,
    OCTOBER,
    START,
    UNKNOWN,
    UP,
    WITA,
    change,
    remember,
    reported,
)
from tests.rollups import build, result, write


@pytest.fixture
async def store(database):
    async with await Store.open(database.url) as opened:
        yield opened


class TestHistory:
    async def test_what_was_true_when_the_span_began_comes_along(self, store):
        old, first, inside, after = (
            change("lapor", START - 9 * DAY, DOWN),
            change("lapor", START - DAY, UP),
            change("lapor", START + DAY, DOWN),
            change("lapor", END, UP),
        )
        await remember(store, old, first, inside, after, change("jdih", START - 50 * DAY, UP))
        found = await history(store, "local", Span(START, END))
        assert found.changes == {
            "lapor": [(one.at, one.decided_at, one.after) for one in (first, inside)],
            "jdih": [(START - 50 * DAY, START - 50 * DAY + MINUTE, UP)],
        }
        assert found.first_seen["lapor"] == START - 60 * DAY
        assert found.seen_until == LATER

    async def test_another_vantage_has_its_own(self, store):
        await remember(store, change("lapor", START, DOWN, vantage="singaraja"))
        found = await history(store, "local", Span(START, END))
        assert found.changes == {}

    async def test_of_an_empty_store_nothing_is_known(self, store):
        found = await history(store, "local", Span(START, END))
        assert (found.changes, found.first_seen, found.seen_until) == ({}, {}, None)


OFFICE = ServiceHours(
    week=((Opening(7 * HOUR, 15 * HOUR),),) * 5 + ((), ()),
    holidays=HolidayRule(
        further=(Holiday(date(2026, 9, 30), "Kuningan"), Holiday(date(2026, 10, 7), "Galungan"))
    ),
)


class TestServiceHours:
    async def test_only_the_hours_of_working_days_count(self, store):
        await remember(
            store,
            change("lapor", START - 60 * DAY, UP),
            change("lapor", START + 4 * HOUR, DOWN),  # Thursday 04:00
            change("lapor", START + 8 * HOUR, UP),
            change("lapor", START + 6 * DAY, DOWN),  # all of the holiday
            change("lapor", START + 7 * DAY, UP),
            change("lapor", START + 9 * DAY, DOWN),  # all of a Saturday
            change("lapor", START + 10 * DAY, UP),
        )
        report = await reported(store, "lapor", policy=AccountingPolicy(hours=OFFICE))
        (one,) = report.services
        assert (one.availability.measured, one.availability.down) == (21 * 8 * HOUR, HOUR)
        assert one.availability.off_hours == 31 * DAY - 21 * 8 * HOUR
        assert one.availability.coverage == 1
        assert [(each.starts_at, each.down) for each in one.availability.outages] == [
            (START + 4 * HOUR, HOUR)
        ]
        assert one.before.measured == 21 * 8 * HOUR  # September has 22 working days less its own holiday
        assert [each.name for each in report.holidays] == ["Galungan"]
        method = {fact.en: value for fact, value in method_table(report).rows}
        assert method["Service hours"].en.startswith("Monday")
        assert method["Holiday, left out"].en == "7 October 2026: Galungan"

    async def test_the_national_calendar_is_that_of_the_period_and_of_the_one_before(self, store):
        await remember(store, change("lapor", START - 400 * DAY, UP), since=START - 400 * DAY)
        hours = replace(OFFICE, holidays=HolidayRule(calendar="ID", joint_leave=True))
        found = await reported(
            store, "lapor", period=parse_period("2026-06", WITA), policy=AccountingPolicy(hours=hours)
        )
        assert [each.day.day for each in found.holidays] == [1, 16]
        assert found.whole.availability.measured == (22 - 2) * 8 * HOUR
        assert found.whole.before.measured == (21 - 5) * 8 * HOUR
        assert found.unsure_years == ()

    async def test_years_that_the_calendar_does_not_have_are_told(self, store):
        await remember(store)
        policy = AccountingPolicy(hours=replace(OFFICE, holidays=HolidayRule(calendar="ID")))
        found = await reported(store, "lapor", period=parse_period("2180-01", WITA), policy=policy)
        assert found.unsure_years == (2179, 2180)
        told = [value.en for _, value in method_table(found).rows if "does not have" in str(value)]
        assert [("2179" in one, "2180" in one) for one in told] == [(True, False), (False, True)]

    async def test_holidays_may_be_open(self, store):
        await remember(store, change("lapor", START - DAY, UP))
        policy = AccountingPolicy(hours=replace(OFFICE, holidays=None))
        found = await reported(store, "lapor", policy=policy)
        assert (found.whole.availability.measured, found.holidays) == (22 * 8 * HOUR, ())


class TestResponses:
    async def test_percentiles_are_of_good_probes_of_the_period_rolled_up_or_not(self, database):
        clock = Clock(START)
        async with await Store.open(database.url, clock=clock) as store:
            await remember(store, change("lapor", START - DAY, UP))
            within = [
                result("lapor", START + n * HOUR, duration=n * timedelta(milliseconds=10))
                for n in range(1, 101)
            ]
            slow = timedelta(seconds=9)
            failed = result("lapor", START + 200 * HOUR, Outcome.FAILED, slow)
            before, after = (result("lapor", at, duration=slow) for at in (START - HOUR, END + HOUR))
            await write(store, clock, before, *within[:50])
            await build(store)
            await write(store, clock, *within[50:], failed, after)
            report = await reported(store, "lapor")
        sketch = report.services[0].responses
        assert (sketch.total, report.whole.responses) == (100, sketch)
        for share, exact in ((0.5, 0.5), (0.95, 0.95), (0.99, 0.99)):
            assert abs(sketch.quantile(share).total_seconds() - exact) < 0.02 * exact
        line = service_table(report).rows[0]
        heads = [one.en for one in (column.head for column in service_table(report).columns)]
        median, p95 = (line[heads.index(name)] for name in ("MEDIAN RESPONSE (ms)", "RESPONSE P95 (ms)"))
        assert (abs(median - 500) <= 10, abs(p95 - 950) <= 19) == (True, True)

    async def test_of_a_service_that_never_answered_there_are_none(self, store):
        (one,) = (await reported(store, "lapor")).services
        assert (one.responses.total, one.responses.quantile(0.5)) == (0, None)


class TestFigures:
    async def test_an_outage_over_the_end_of_a_month_counts_in_each_for_its_part(self, store):
        await remember(
            store,
            change("lapor", START - DAY, UP),
            change("lapor", END - HOUR, DOWN),
            change("lapor", END + 2 * HOUR, UP),
        )
        (october,) = (await reported(store, "lapor")).services
        (november,) = (await reported(store, "lapor", period=parse_period("2026-11", WITA))).services
        assert (october.availability.down, november.availability.down) == (HOUR, 2 * HOUR)
        assert november.before == october.availability
        (one,), (other,) = october.availability.outages, november.availability.outages
        whole = (END - HOUR, END + 2 * HOUR, False)
        assert [(each.starts_at, each.ends_at, each.ongoing) for each in (one, other)] == [whole, whole]

    async def test_what_the_monitor_did_not_see_is_not_known(self, store):
        await remember(store, change("lapor", START - DAY, UP), seen_until=START + 10 * DAY)
        (one,) = (await reported(store, "lapor")).services
        assert (one.availability.up, one.availability.unknown) == (10 * DAY, 21 * DAY)
        assert (one.availability.ratio, one.availability.coverage) == (1, Fraction(10, 31))

    async def test_an_outage_that_goes_on_when_the_monitor_stops_is_not_over(self, store):
        await remember(
            store,
            change("lapor", START - DAY, UP),
            change("lapor", START + DAY, DOWN),
            seen_until=START + 2 * DAY,
        )
        (one,) = (await reported(store, "lapor")).services
        assert [(each.down, each.ongoing) for each in one.availability.outages] == [(DAY, True)]

    async def test_a_running_period_is_measured_up_to_now(self, store):
        await remember(store, change("lapor", START - DAY, UP))
        report = await reported(store, "lapor", now=START + 3 * DAY)
        assert report.running
        assert report.services[0].availability.up == 3 * DAY
        assert report.services[0].availability.to_come == 28 * DAY

    async def test_before_the_register_named_a_service_there_was_none(self, store):
        await remember(store, change("lapor", START + 11 * DAY, UP), since=START + 10 * DAY)
        (one,) = (await reported(store, "lapor")).services
        assert one.availability.unregistered == 10 * DAY
        assert one.availability.coverage == Fraction(20, 21)
        assert one.trend is Trend.NEW

    async def test_the_register_may_say_when_its_life_began_and_ended(self, store):
        await remember(store, change("lapor", START - DAY, UP))
        named = registry("lapor")
        service = replace(
            named.services["lapor"], active_from=date(2026, 10, 11), active_to=date(2026, 10, 20)
        )
        named = replace(named, services={"lapor": service})
        (one,) = (await reported(store, register=named)).services
        assert (one.availability.up, one.availability.unregistered) == (10 * DAY, 21 * DAY)

    async def test_planned_maintenance_is_left_out_and_what_was_announced_late_is_not(self, store):
        await remember(
            store,
            change("lapor", START - DAY, UP),
            change("lapor", START + DAY, DOWN),
            change("lapor", START + DAY + 4 * HOUR, UP),
        )
        scope = Scope(services=frozenset({"lapor"}))
        for id_, begins, announced in (
            ("planned", START + DAY, START),
            ("late", START + DAY + 2 * HOUR, START + 9 * DAY),
        ):
            window = Window(
                id=id_, title=id_, scope=scope, starts_at=begins.astimezone(WITA), duration=2 * HOUR
            )
            await announce(store, window, WindowSource.COMMAND, "made", announced)
        (one,) = (await reported(store, "lapor")).services
        assert (one.availability.maintenance, one.availability.down) == (2 * HOUR, 2 * HOUR)

    async def test_groups_are_weighted_by_time_and_the_plain_mean_stands_beside(self, store):
        await remember(
            store,
            change("lapor", START - DAY, UP),
            change("jdih", START - DAY, DOWN),
            change("jdih", START + DAY, UNKNOWN),
        )
        report = await reported(store, "lapor", "jdih")
        (agency,) = report.agencies
        assert agency.availability == report.whole.availability == report.governments[0].availability
        assert agency.availability.ratio == Fraction(31, 32)
        assert agency.unweighted_mean == Fraction(1, 2)

    async def test_a_store_that_knows_nothing_gives_no_figure(self, store):
        report = await reported(store, "lapor")
        assert report.whole.availability.ratio is None
        assert report.whole.availability.unregistered == 31 * DAY


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ((UP, 0), (UP, 0), Trend.SAME),
        ((UP, 0), (UP, 2), Trend.SAME),
        ((UP, 0), (UP, 60), Trend.WORSE),
        ((UP, 60), (UP, 0), Trend.BETTER),
        ((UNKNOWN, 0), (UP, 0), Trend.TOO_LITTLE),
        ((UP, 0), (UNKNOWN, 0), Trend.TOO_LITTLE),
    ],
)
async def test_a_period_is_compared_with_the_one_before(store, before, after, told):
    changes = []
    for (status, minutes), begins in ((before, OCTOBER.before.starts_at), (after, START)):
        changes += [change("lapor", begins, status)]
        if minutes:
            changes += [
                change("lapor", begins + DAY, DOWN),
                change("lapor", begins + DAY + minutes * MINUTE, UP),
            ]
    await remember(store, *changes)
    (one,) = (await reported(store, "lapor")).services
    assert one.trend is trend(one.before, one.availability) is told


async def test_a_window_withdrawn_before_it_began_is_no_maintenance(store):
    await remember(store, change("lapor", START - DAY, UP))
    for id_, withdrawn_at in (("kept", None), ("withdrawn", START)):
        window = Window(
            id=id_,
            title=id_,
            scope=Scope(services=frozenset({"lapor"})),
            starts_at=(START + DAY).astimezone(WITA),
            duration=HOUR if id_ == "kept" else 5 * HOUR,
        )
        await announce(store, window, WindowSource.COMMAND, "made", START - DAY)
        if withdrawn_at:
            await withdraw(store, id_, withdrawn_at, by="made")
    report = await reported(store, "lapor")
    assert report.whole.availability.maintenance == HOUR
    assert [one.window_id for one in report.planned] == ["kept"]
