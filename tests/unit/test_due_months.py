"""Which months are closed by themselves."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from monitor.reports.due import due_months

WITA = ZoneInfo("Asia/Makassar")
SINCE = datetime(2026, 8, 31, 15, 59, tzinfo=UTC)  # the last minute of August on Bali
DAY = timedelta(days=1)


def due(now, *, since=SINCE, after=3 * DAY, closed=()):
    return [one.name for one in due_months(since, now, after, closed, WITA)]


@pytest.mark.parametrize(
    ("now", "names"),
    [
        (datetime(2026, 9, 3, 15, 59, 59, tzinfo=UTC), []),
        (datetime(2026, 9, 3, 16, tzinfo=UTC), ["2026-08"]),
        (datetime(2026, 11, 22, tzinfo=UTC), ["2026-08", "2026-09", "2026-10"]),
        (datetime(2027, 1, 4, tzinfo=UTC), ["2026-08", "2026-09", "2026-10", "2026-11", "2026-12"]),
    ],
)
def test_a_month_is_due_once_it_is_over_for_long_enough_on_the_clock_of_bali(now, names):
    assert due(now) == names


def test_what_is_closed_is_not_due_again():
    assert due(datetime(2026, 11, 22, tzinfo=UTC), closed={"2026-08", "2026-10"}) == ["2026-09"]


def test_nothing_is_due_without_a_record_or_where_only_hands_close():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    assert due(now, since=None) == due(now, after=None) == []
