"""The parts of a period that pictures show: they add up to it, and each is what the whole says of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.accounting.availability import KINDS, measure
from monitor.core.accounting.policy import AccountingPolicy, BlockedAs
from monitor.core.accounting.spans import Span
from monitor.core.accounting.timeline import Stretch
from monitor.core.period import Period, PeriodKind, parse_period, period_of
from monitor.core.status import Status
from monitor.reports.cells import MOST, CellKind, cells, nearby
from monitor.reports.figures import build_report
from tests.records import DAY, HOUR, MINUTE, office_record

WITA = ZoneInfo("Asia/Makassar")
BERLIN = ZoneInfo("Europe/Berlin")
PERIODS = st.builds(
    period_of,
    st.sampled_from([one for one in PeriodKind if one is not PeriodKind.SPAN]),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.sampled_from([WITA, BERLIN]),
)
SPANS = st.builds(
    lambda first, days, zone: Period(PeriodKind.SPAN, first, first + timedelta(days=days), zone),
    st.dates(date(2020, 1, 1), date(2030, 12, 31)),
    st.integers(0, 4000),
    st.sampled_from([WITA, BERLIN]),
)
POLICIES = st.builds(
    AccountingPolicy,
    blocked=st.sampled_from(BlockedAs),
    shortest_outage=st.sampled_from([timedelta(0), 5 * MINUTE, 3 * HOUR]),
)


@given(PERIODS | SPANS)
def test_cells_cover_a_period_without_gaps_and_are_few_enough_to_be_told_apart(period):
    parts = cells(period)
    assert parts[0].span.starts_at == period.starts_at
    assert parts[-1].span.ends_at == period.ends_at
    assert all(one.span.ends_at == next_.span.starts_at for one, next_ in pairwise(parts))
    assert all(one.span.length > timedelta(0) for one in parts)
    assert len(parts) <= MOST


@pytest.mark.parametrize(
    ("name", "kind", "count"),
    [
        ("2026-10-05", CellKind.HOUR, 24),
        ("2026-W41", CellKind.DAY, 7),
        ("2028-02", CellKind.DAY, 29),
        ("2026-Q4", CellKind.WEEK, 14),
        ("2026", CellKind.MONTH, 12),
        ("2026-10-01..2026-10-31", CellKind.DAY, 31),
        ("2026-10-01..2026-11-01", CellKind.WEEK, 5),
        ("2026-01-04..2026-08-01", CellKind.WEEK, 31),
        ("2026-01-04..2026-08-06", CellKind.MONTH, 8),
        ("2024-01-01..2028-12-31", CellKind.YEAR, 5),
    ],
)
def test_a_period_is_cut_as_people_would(name, kind, count):
    parts = cells(parse_period(name, WITA))
    assert ({one.kind for one in parts}, len(parts)) == ({kind}, count)


def test_a_day_on_which_the_clock_is_changed_has_another_number_of_hours():
    assert len(cells(parse_period("2026-10-25", BERLIN))) == 25
    assert len(cells(parse_period("2026-03-29", BERLIN))) == 23


def test_cells_begin_at_midnight_of_the_registers_clock():
    starts = [one.starts for one in cells(parse_period("2026-10", BERLIN))]
    assert {(one.hour, one.minute) for one in starts} == {(0, 0)}
    assert [one.day for one in starts] == list(range(1, 32))


@st.composite
def _timelines(draw):
    period = parse_period("2026-W41", WITA)
    at = period.starts_at - DAY
    found = []
    for status, minutes in draw(
        st.lists(st.tuples(st.sampled_from(Status), st.integers(1, 3000)), min_size=0, max_size=30)
    ):
        ends_at = at + minutes * MINUTE
        found.append(Stretch(Span(at, ends_at), status))
        at = ends_at
    return period, found


@given(_timelines(), POLICIES, st.booleans())
def test_a_part_of_a_timeline_says_of_a_cell_what_the_whole_says(drawn, policy, running):
    period, timeline = drawn
    now = period.starts_at + 50 * HOUR if running else None
    planned = [Span(period.starts_at + 20 * HOUR, period.starts_at + 30 * HOUR)]
    registered = [Span(period.starts_at + 3 * HOUR, period.ends_at - DAY)]

    def of(span, told):
        return measure(told, span, policy, planned=planned, registered=registered, now=now)

    whole = of(Span(period.starts_at, period.ends_at), timeline)
    parts = [of(one.span, nearby(timeline, one.span)) for one in cells(period)]
    assert parts == [of(one.span, timeline) for one in cells(period)]
    for kind in KINDS:
        assert sum((getattr(one, kind) for one in parts), timedelta(0)) == getattr(whole, kind)


@pytest.mark.parametrize("period", ["2026-10-05", "2026-10", "2026-Q4", "2026"])
def test_the_cells_of_a_report_add_up_to_its_figures(period):
    record = office_record(12, period=period, outages=6)
    policy = replace(record.policy, name="lain", shortest_outage=30 * MINUTE)
    for report in (build_report(record), build_report(replace(record, policy=policy))):
        for one in (*report.services, report.whole):
            parts = one.cells if one is not report.whole else one.cells()
            assert len(parts) == len(cells(report.period))
            for kind in KINDS:
                total = sum((getattr(part, kind) for part in parts), timedelta(0))
                assert total == getattr(one.availability, kind)
