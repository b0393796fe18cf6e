"""The part `hours` of an accounting policy: opening hours by weekday, and which holidays close them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import (
    AfterValidator,
    ConfigDict,
    Field,
    PlainValidator,
    WithJsonSchema,
    model_validator,
)

from monitor.core.accounting.hours import DAYS_A_WEEK, Holiday, HolidayRule, Opening, ServiceHours
from monitor.settings.fields import Day, Flag, Line, Model, OneOrMore

_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_NAMES = "|".join(_WEEKDAYS)
_TIME = "([0-9]{1,2})[:.]([0-9]{2})"
_SPAN = re.compile(f"^{_TIME} ?[-\N{EN DASH}] ?{_TIME}$")
_LAST_MINUTE = 59


def _days(key: str) -> str:
    """Check the name of a weekday or of several in a row."""
    first, _, last = key.partition("-")
    if first not in _WEEKDAYS or (last or first) not in _WEEKDAYS or key.endswith("-"):
        raise ValueError(
            "no weekday: write mon, tue, wed, thu, fri, sat or sun, a range such as mon-thu, or holidays"
        )
    if last and _WEEKDAYS.index(first) >= _WEEKDAYS.index(last):
        raise ValueError("a range goes from a weekday to a later one, and Monday is the first of the week")
    return key


def _opening(value: object) -> Opening:
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if found is None:
        raise ValueError("write hours of a day such as 07:30-15:30")
    numbers = [int(one) for one in found.groups()]
    opens, closes = (timedelta(hours=hour, minutes=minute) for hour, minute in (numbers[:2], numbers[2:]))
    if max(numbers[1::2]) > _LAST_MINUTE or max(opens, closes) > timedelta(days=1):
        raise ValueError("there is no such time: hours go from 00:00 to 24:00, minutes to 59")
    if opens >= closes:
        raise ValueError(
            "these hours end before they begin: over midnight write 22:00-24:00, "
            "and 00:00-06:00 for the next day"
        )
    return Opening(opens, closes)


def _apart(openings: tuple[Opening, ...]) -> tuple[Opening, ...]:
    if not openings:  # not by min_length, which would say so beside every mistake of a lone span
        raise ValueError("is empty: write hours, or leave out a day that is closed")
    found = tuple(sorted(openings))
    if any(one.closes > other.opens for one, other in pairwise(found)):
        raise ValueError("the hours of a day overlap: let one span end before the next begins")
    return found


Openings = Annotated[
    tuple[
        Annotated[
            Opening,
            PlainValidator(_opening),
            WithJsonSchema({"type": "string", "pattern": _SPAN.pattern, "examples": ["07:30-15:30"]}),
        ],
        ...,
    ],
    AfterValidator(_apart),
    OneOrMore(),
]


class HolidaysModel(Model):
    """Which days are holidays."""

    calendar: Literal["ID"] | None = "ID"
    """The country whose public holidays are closed; null: only those of `further`."""
    joint_leave: Flag = True
    """Whether days of joint leave (cuti bersama) are closed too."""
    further: dict[Day, Line] = Field(default={})
    """Further holidays by day, with their names: those of a province or of the office."""
    working: tuple[Day, ...] = ()
    """Days that are no holidays, whatever the calendar says."""

    @model_validator(mode="after")
    def _one_or_the_other(self) -> Self:
        if both := sorted(set(self.further) & set(self.working)):
            raise ValueError(f"{both[0]} is both in `further` and in `working`: keep one of them")
        return self


class HoursModel(Model):
    """Hours in which services promise to be open: weekdays or ranges of them; the others are closed."""

    model_config = ConfigDict(
        extra="allow",
        json_schema_extra={"propertyNames": {"pattern": f"^(holidays|({_NAMES})(-({_NAMES}))?)$"}},
    )
    __pydantic_extra__: dict[Annotated[str, AfterValidator(_days)], Openings] = Field(init=False)

    holidays: HolidaysModel | None = None
    """Holidays are closed; null: they are open as their weekday is."""

    @model_validator(mode="after")
    def _each_day_once(self) -> Self:
        if not self.__pydantic_extra__:
            raise ValueError("names no weekday: write at least one, such as mon-fri")
        named: dict[str, str] = {}
        for key in self.__pydantic_extra__:
            for number in _numbers(key):
                day = _WEEKDAYS[number]
                if day in named:
                    raise ValueError(f"{day} is in `{named[day]}` and in `{key}`: keep it in one of them")
                named[day] = key
        return self

    def service_hours(self) -> ServiceHours:
        """Return the value that the accounting knows."""
        week: list[tuple[Opening, ...]] = [()] * DAYS_A_WEEK
        given: Mapping[str, tuple[Opening, ...]] = self.__pydantic_extra__
        for key, openings in given.items():
            for number in _numbers(key):
                week[number] = openings
        return ServiceHours(week=tuple(week), holidays=_rule(self.holidays))


def _numbers(key: str) -> range:
    first, _, last = key.partition("-")
    return range(_WEEKDAYS.index(first), _WEEKDAYS.index(last or first) + 1)


def _rule(model: HolidaysModel | None) -> HolidayRule | None:
    if model is None:
        return None
    return HolidayRule(
        calendar=model.calendar,
        joint_leave=model.joint_leave,
        further=tuple(Holiday(day, name) for day, name in sorted(model.further.items())),
        working=tuple(sorted(set(model.working))),
    )
