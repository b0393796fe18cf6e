"""When a window takes place: once, or by a rule of RFC 5545 on the clock of its own zone. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import MAXYEAR, UTC, datetime, time, timedelta, tzinfo

from dateutil.rrule import rrulestr

from monitor.core.window import Announcement, Occurrence, Window

_DAY = timedelta(days=1)
_CYCLE_YEARS = 400
"""After so many years the calendar repeats, weekdays included."""
_LOOK_AHEAD_YEARS = 100
"""No rule that comes to pass at all (29 February on a Sunday: 40 years) keeps one waiting for longer."""
_HORIZONS = (timedelta(days=8), timedelta(days=367), timedelta(days=3653))

_FREQUENCIES = ("HOURLY", "DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_WEEKDAY = "MO|TU|WE|TH|FR|SA|SU"
_PARTS = {
    "FREQ": ("|".join(_FREQUENCIES), f"one of {', '.join(_FREQUENCIES)}"),
    "INTERVAL": ("[1-9][0-9]{0,2}", "a number from 1 to 999"),
    "COUNT": ("[1-9][0-9]{0,3}", "a number from 1 to 9999"),
    "UNTIL": ("2[01][0-9]{6}(?:T[0-9]{6}Z?)?", "a day such as 20261231, or a time such as 20261231T235900"),
    "BYMONTH": ("0?[1-9]|1[0-2]", "months from 1 to 12"),
    "BYWEEKNO": ("[+-]?(?:0?[1-9]|[1-4][0-9]|5[0-3])", "weeks from 1 to 53, or -1 for the last"),
    "BYYEARDAY": (
        "[+-]?(?:[1-9][0-9]?|[12][0-9]{2}|3[0-5][0-9]|36[0-6])",
        "days from 1 to 366, or -1 for the last",
    ),
    "BYMONTHDAY": ("[+-]?(?:0?[1-9]|[12][0-9]|3[01])", "days from 1 to 31, or -1 for the last"),
    "BYDAY": (f"(?:[+-]?[1-5])?(?:{_WEEKDAY})", "weekdays such as SU, or 1SU and -1SU of a month"),
    "BYHOUR": ("[01]?[0-9]|2[0-3]", "hours from 0 to 23"),
    "BYSETPOS": ("[+-]?[1-9][0-9]?", "positions from 1 to 99, or -1 for the last"),
    "WKST": (_WEEKDAY, f"one of {_WEEKDAY.replace('|', ', ')}"),
}
_ONE_VALUE = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST")
_ELSEWHERE = {
    "DTSTART": "leave DTSTART out: the rule begins at `starts`",
    "BYMINUTE": "leave BYMINUTE out: the minute is that of `starts`",
    "BYSECOND": "leave BYSECOND out: the second is that of `starts`",
}
_EXAMPLE = "for example FREQ=WEEKLY;BYDAY=SU or FREQ=MONTHLY;BYDAY=1SA"


def check_recurrence(text: str) -> str:
    """Return a recurrence rule in its usual form: capital letters, without `RRULE:` before it.

    dateutil itself lets pass what it then reads as something else (INTERVAL=0, BYMONTHDAY=0, a second FREQ).

    Raises:
        ValueError: it is no rule, or not one for windows; the sentence to show.
    """
    rule = text.strip().upper().removeprefix("RRULE:").removesuffix(";")
    parts: dict[str, str] = {}
    for part in rule.split(";"):
        key, _, value = part.partition("=")
        _check_part(key, value)
        if key in parts:
            raise ValueError(f"the rule has {key} twice: keep one of them")
        parts[key] = value
    frequency = parts.get("FREQ")
    if frequency is None:
        raise ValueError(f"the rule needs FREQ, {_EXAMPLE}")
    if "COUNT" in parts and "UNTIL" in parts:
        raise ValueError("the rule has COUNT and UNTIL: keep one of them")
    if re.search(r"\d", parts.get("BYDAY", "")) and frequency not in ("MONTHLY", "YEARLY"):
        raise ValueError(f"a numbered weekday (1SU) needs FREQ=MONTHLY or YEARLY, not {frequency}")
    if "BYSETPOS" in parts and frequency in ("HOURLY", "DAILY"):
        raise ValueError(f"BYSETPOS needs FREQ=WEEKLY, MONTHLY or YEARLY, not {frequency}")
    _until(rule, UTC)
    return rule


def _check_part(key: str, value: str) -> None:
    if key in _ELSEWHERE:
        raise ValueError(_ELSEWHERE[key])
    if key not in _PARTS:
        raise ValueError(f"not a recurrence rule; write {_EXAMPLE}; its parts may be {', '.join(_PARTS)}")
    item, expected = _PARTS[key]
    form = f"(?:{item})" if key in _ONE_VALUE else f"(?:{item})(?:,(?:{item}))*"
    if key == "FREQ" and value in ("SECONDLY", "MINUTELY"):
        raise ValueError(f"FREQ={value} is too often for a window: FREQ should be {expected}")
    if not re.fullmatch(form, value, re.ASCII):
        raise ValueError(f"{key} should be {expected}")


def first_start(starts_at: datetime, recurrence: str) -> datetime | None:
    """Return when a rule first comes to pass from `starts_at` on, in its zone; None: it never does.

    A window should begin there: RFC 5545 leaves open what a start that its own rule passes over would mean.
    """
    zone = starts_at.tzinfo
    local = next(_local_starts(starts_at, recurrence, starts_at.replace(tzinfo=None)), None)
    if local is None:
        return None
    first, last = local.replace(tzinfo=zone), _until(recurrence, zone)
    return None if last is not None and first.astimezone(UTC) > last else first


def occurrences(announcement: Announcement, since: datetime, until: datetime) -> list[Occurrence]:
    """Return when a window takes place within a span, in the order of time.

    An occurrence that began before `since` and reaches beyond it is one of them, with its own start. The
    withdrawal ends what is under way and prevents what would begin then or later. What is before the
    announcement counts too, though not as planned. The rule follows the local clock; each
    occurrence lasts equally long, also over a change of the clock (RFC 5545, 3.8.5.3).

    Args:
        announcement: its rule has passed `check_recurrence`.
        since: aware.
        until: aware; what begins then or later is left out.
    """
    window, withdrawn_at = announcement.window, announcement.withdrawn_at
    last = until if withdrawn_at is None else min(until, withdrawn_at)
    found = []
    for starts_at in _starts(window, since - window.duration, last):
        ends_at = starts_at + window.duration
        if withdrawn_at is not None:
            ends_at = min(ends_at, withdrawn_at.astimezone(UTC))
        if starts_at < last and ends_at > since:
            found.append(
                Occurrence(
                    window_id=window.id,
                    title=window.title,
                    starts_at=starts_at,
                    ends_at=ends_at,
                    announced_at=announcement.announced_at,
                )
            )
    return found


def next_occurrence(announcement: Announcement, now: datetime) -> Occurrence | None:
    """Return the occurrence that is under way or comes next; None: a rule has none within ten years."""
    begins_at = max(now, announcement.window.starts_at.astimezone(UTC))
    for ahead in _HORIZONS:
        found = occurrences(announcement, now, begins_at + ahead)
        if found:
            return found[0]
    return None


def last_occurrence(announcement: Announcement, now: datetime) -> Occurrence | None:
    """Return the last occurrence that began before a moment; None: there was none within ten years."""
    for behind in _HORIZONS:
        found = occurrences(announcement, now - behind, now)
        if found:
            return found[-1]
    return None


def _starts(window: Window, after: datetime, before: datetime) -> list[datetime]:
    """Return when a window begins within a span, in UTC and in order; perhaps also a few times beside it."""
    if window.recurrence is None:
        return [window.starts_at.astimezone(UTC)]
    zone = window.starts_at.tzinfo
    last = _until(window.recurrence, zone)
    end = before if last is None else min(before, last)
    # A day more: local times do not come in the order of UTC where a clock is changed.
    earliest = after.astimezone(zone).replace(tzinfo=None) - _DAY
    horizon = end.astimezone(zone).replace(tzinfo=None) + _DAY
    starts = set()
    for local in _local_starts(window.starts_at, window.recurrence, horizon):
        if local < earliest:
            continue
        if local > horizon:
            break
        # A time that a clock passes over is read by the offset before, one that comes twice as the first.
        starts.add(local.replace(tzinfo=zone).astimezone(UTC))
    return sorted(one for one in starts if last is None or one <= last)


def _local_starts(starts_at: datetime, recurrence: str, horizon: datetime) -> Iterator[datetime]:
    """Yield the rule's local times, at least up to `horizon`; UNTIL is left to the caller.

    dateutil looks for the next match up to the year 9999, which takes seconds where there is none. So it is
    given the same days at the end of its calendar, whole cycles of it later.
    """
    first = starts_at.replace(tzinfo=None)
    if first > horizon:
        return
    cycles = max(0, MAXYEAR - _LOOK_AHEAD_YEARS - horizon.year) // _CYCLE_YEARS
    later = cycles * _CYCLE_YEARS
    text = re.sub(r";UNTIL=\w+|UNTIL=\w+;", "", recurrence)
    try:
        rule = rrulestr(text, dtstart=first.replace(year=first.year + later))
    except ValueError:
        return  # every other hour from an even one on never comes to 01:00: dateutil sees that at once
    for local in rule:
        yield local.replace(year=local.year - later)


def _until(recurrence: str, zone: tzinfo | None) -> datetime | None:
    """Return the last moment, in UTC, at which an occurrence may begin: a day alone counts whole.

    Raises:
        ValueError: there is no such day or time; the sentence to show.
    """
    found = re.search(r"UNTIL=(\w+)", recurrence)
    if found is None:
        return None
    text = found[1]
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise ValueError("UNTIL names a day or a time that does not exist") from None
    if "T" not in text:
        at = datetime.combine(at, time.max)
    return (at if at.tzinfo is not None else at.replace(tzinfo=zone)).astimezone(UTC)
