"""Which days of a span are holidays, by the library `holidays`, imported only where a policy asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from monitor.core.accounting.hours import Holiday, HolidayRule

_LANGUAGE = "id"
_PUBLIC, _JOINT_LEAVE = "public", "government"
"""The library's categories: by decree of the president, and joint leave by decree of three ministers."""


def holidays_in(rule: HolidayRule, first: date, last: date) -> tuple[Holiday, ...]:
    """Return the holidays from one day to another, both included, in order; one for each day.

    What the rule names itself is certain, and stands before what the calendar has for that day.
    """
    found: dict[date, Holiday] = {}
    if rule.calendar is not None:
        label = _estimated_label(rule.calendar)
        for day, name in _calendar(rule.calendar, _categories(rule), _years(first, last)).items():
            found[day] = Holiday(day, name.replace(label, ""), estimated=label in name)
    found |= {one.day: one for one in rule.further}
    return tuple(found[day] for day in sorted(found) if first <= day <= last and day not in rule.working)


def unsure_years(rule: HolidayRule, first: date, last: date) -> tuple[int, ...]:
    """Return the years of a span of days for which the calendar has no holidays, or no joint leave, yet."""
    if rule.calendar is None:
        return ()
    return tuple(
        year
        for year in _years(first, last)
        if not all(_calendar(rule.calendar, (one,), (year,)) for one in _categories(rule))
    )


def _categories(rule: HolidayRule) -> tuple[str, ...]:
    return (_PUBLIC, _JOINT_LEAVE) if rule.joint_leave else (_PUBLIC,)


def _years(first: date, last: date) -> range:
    return range(first.year, last.year + 1)


def _calendar(country: str, categories: Iterable[str], years: Iterable[int]) -> Mapping[date, str]:
    from holidays import country_holidays

    return country_holidays(
        country, years=years, categories=tuple(categories), language=_LANGUAGE, expand=False
    )


def _estimated_label(country: str) -> str:
    """Return what the library adds to the names of days that it only expects."""
    from holidays import country_holidays

    label: str = country_holidays(country, language=_LANGUAGE).estimated_label
    return label.replace("%s", "")
