"""Which days are holidays: the national calendar, joint leave, what the settings add and take away."""

from __future__ import annotations

import subprocess
import sys
from datetime import date

from monitor.core.accounting.hours import Holiday, HolidayRule
from monitor.reports.holidays import holidays_in, unsure_years

NATIONAL, WITH_LEAVE = HolidayRule(calendar="ID"), HolidayRule(calendar="ID", joint_leave=True)


def year(rule, number=2026):
    return {one.day: one for one in holidays_in(rule, date(number, 1, 1), date(number, 12, 31))}


class TestTheNationalCalendar:
    def test_of_2026_has_seventeen_days_with_their_indonesian_names(self):
        found = year(NATIONAL)
        assert len(found) == 17
        assert found[date(2026, 3, 19)] == Holiday(date(2026, 3, 19), "Hari Suci Nyepi")
        assert found[date(2026, 8, 17)].name == "Hari Kemerdekaan Republik Indonesia"
        assert list(found) == sorted(found)

    def test_joint_leave_comes_on_top_where_it_is_asked_for(self):
        more = set(year(WITH_LEAVE)) - set(year(NATIONAL))
        assert len(more) == 8
        assert date(2026, 12, 24) in more

    def test_only_the_days_asked_for_are_told_both_ends_included(self):
        found = holidays_in(NATIONAL, date(2026, 3, 19), date(2026, 3, 21))
        assert [one.day.day for one in found] == [19, 21]

    def test_days_over_the_end_of_a_year_are_of_both(self):
        found = holidays_in(NATIONAL, date(2026, 12, 25), date(2027, 1, 1))
        assert [one.name for one in found] == ["Hari Raya Natal", "Tahun Baru Masehi"]

    def test_a_day_that_is_only_expected_is_told_as_such_with_a_plain_name(self):
        found = year(NATIONAL, 2035)
        assert found[date(2035, 8, 17)].estimated is False
        expected = [one for one in found.values() if one.estimated]
        assert "Hari Raya Idul Fitri" in [one.name for one in expected]
        assert not any("perkiraan" in one.name for one in found.values())


class TestTheSettings:
    def test_may_name_further_days(self):
        galungan = Holiday(date(2026, 6, 17), "Hari Raya Galungan")
        rule = HolidayRule(calendar="ID", further=(galungan,))
        assert set(year(rule).values()) - set(year(NATIONAL).values()) == {galungan}

    def test_may_confirm_what_the_calendar_only_expects(self):
        day = next(one.day for one in year(NATIONAL, 2035).values() if one.estimated)
        rule = HolidayRule(calendar="ID", further=(Holiday(day, "Sudah ditetapkan"),))
        assert year(rule, 2035)[day] == Holiday(day, "Sudah ditetapkan")

    def test_may_take_days_away(self):
        rule = HolidayRule(calendar="ID", joint_leave=True, working=(date(2026, 12, 24),))
        assert set(year(WITH_LEAVE)) - set(year(rule)) == {date(2026, 12, 24)}

    def test_may_do_without_a_calendar(self):
        galungan = Holiday(date(2026, 6, 17), "Hari Raya Galungan")
        assert list(year(HolidayRule(joint_leave=True, further=(galungan,))).values()) == [galungan]
        assert unsure_years(HolidayRule(joint_leave=True), date(2199, 1, 1), date(2199, 1, 2)) == ()


class TestYearsThatTheCalendarDoesNotHave:
    def test_are_told_where_joint_leave_is_not_decided_yet(self):
        assert unsure_years(WITH_LEAVE, date(2026, 1, 1), date(2026, 12, 31)) == ()
        assert unsure_years(WITH_LEAVE, date(2090, 12, 31), date(2091, 1, 1)) == (2090, 2091)
        assert unsure_years(NATIONAL, date(2090, 1, 1), date(2090, 1, 31)) == ()

    def test_are_told_where_it_ends(self):
        assert unsure_years(NATIONAL, date(2180, 1, 1), date(2180, 12, 31)) == (2180,)
        assert holidays_in(NATIONAL, date(2180, 1, 1), date(2180, 12, 31)) == ()


def test_the_library_is_imported_only_where_a_policy_asks():
    program = "import sys, monitor.reports.gather, monitor.reports.formats; print('holidays' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout == "False\n"
