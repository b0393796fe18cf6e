"""Service hours and holidays in words; pure."""

from __future__ import annotations

from datetime import timedelta
from itertools import groupby

from babel.dates import format_date

from monitor.core.accounting.hours import Holiday, HolidayRule, Opening, ServiceHours
from monitor.core.reason import Sentence

ALL_TIME = Sentence("semua waktu dihitung", "all time counts")
HOLIDAY = Sentence("Hari libur, tidak dihitung", "Holiday, left out")
_ESTIMATED = Sentence(" (perkiraan)", " (estimated)")
_UNSURE = Sentence(
    "kalender belum memuat semua hari libur dan cuti bersama tahun {year}; tulis yang lain dalam `further`",
    "the calendar does not have all holidays and joint leave of {year} yet; write the others in `further`",
)
_DAYS = (
    Sentence("Senin", "Monday"),
    Sentence("Selasa", "Tuesday"),
    Sentence("Rabu", "Wednesday"),
    Sentence("Kamis", "Thursday"),
    Sentence("Jumat", "Friday"),
    Sentence("Sabtu", "Saturday"),
    Sentence("Minggu", "Sunday"),
)
_AND = Sentence(" dan ", " and ")
_HOLIDAYS_COUNT = Sentence("hari libur seperti hari lain", "holidays like other days")
_HOLIDAYS_CLOSE = Sentence("hari libur tidak dihitung", "holidays left out")
_AND_JOINT_LEAVE = Sentence("hari libur dan cuti bersama tidak dihitung", "holidays and joint leave left out")


def hours_words(hours: ServiceHours | None) -> Sentence:
    """Return the hours of a week, such as `Monday-Thursday 07:30-15:30; Friday 07:30-13:00; …`."""
    if hours is None:
        return ALL_TIME
    return Sentence(_week(hours, "id"), _week(hours, "en"))


def holiday_words(one: Holiday) -> Sentence:
    """Return a day with its name, which stays in the language of its calendar."""
    told = []
    for language in ("id", "en"):
        day = format_date(one.day, "d MMMM y", locale=language)
        told.append(f"{day}: {one.name}" + (_ESTIMATED.of(language) if one.estimated else ""))
    return Sentence(*told)


def unsure_words(year: int) -> Sentence:
    """Return that the calendar does not have everything of a year yet."""
    return Sentence(*(_UNSURE.of(language).format(year=year) for language in ("id", "en")))


def clock(since_midnight: timedelta, mark: str = ":") -> str:
    """Return a time of the day as on a clock, the end of a day as 24:00."""
    hours, minutes = divmod(since_midnight // timedelta(minutes=1), 60)
    return f"{hours:02}{mark}{minutes:02}"


def _week(hours: ServiceHours, language: str) -> str:
    parts = []
    for openings, found in groupby(zip(hours.week, _DAYS, strict=True), key=lambda pair: pair[0]):
        if openings:
            days = [name.of(language) for _, name in found]
            named = days[0] if len(days) == 1 else f"{days[0]}\N{EN DASH}{days[-1]}"
            parts.append(f"{named} {_AND.of(language).join(_opening(one, language) for one in openings)}")
    return "; ".join([*parts, _holidays(hours.holidays).of(language)])


def _opening(one: Opening, language: str) -> str:
    mark = "." if language == "id" else ":"
    return f"{clock(one.opens, mark)}\N{EN DASH}{clock(one.closes, mark)}"


def _holidays(rule: HolidayRule | None) -> Sentence:
    if rule is None:
        return _HOLIDAYS_COUNT
    return _AND_JOINT_LEAVE if rule.calendar and rule.joint_leave else _HOLIDAYS_CLOSE
