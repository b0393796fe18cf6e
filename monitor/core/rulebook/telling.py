"""A finding in words, in both languages. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from typing import Any

from monitor.core.finding import Finding, Identity
from monitor.core.reason import Sentence
from monitor.core.rulebook import RULES
from monitor.core.rulebook.rule import FindingRule

_MONTHS = Sentence(
    "Januari Februari Maret April Mei Juni Juli Agustus September Oktober November Desember",
    "January February March April May June July August September October November December",
)
_NO_RULE = Sentence(
    "Versi program ini tidak mengenal aturan tersebut.", "This version of the program does not know the rule."
)
_NOTHING = Sentence("tidak diketahui", "not known")
_LISTED = 10
"""Of a longer list only these are named."""
_MORE = Sentence("dan {count} lainnya", "and {count} more")
_LEFT = Sentence("{days} hari lagi", "in {days} days")
_ONE_LEFT = Sentence("1 hari lagi", "in 1 day")
_TODAY = Sentence("hari ini", "today")
_PAST = Sentence("{days} hari yang lalu", "{days} days ago")
_ONE_PAST = Sentence("1 hari yang lalu", "1 day ago")
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What people read of a finding."""

    title: Sentence
    problem: Sentence
    remedy: Sentence


def tell(
    rule: FindingRule,
    identity: Identity,
    places: Iterable[str],
    evidence: Mapping[str, Any],
    zone: tzinfo,
    now: datetime,
) -> Told:
    """Put a finding into words.

    A template may name `{subject}`, `{places}`, and each key of the evidence: a time (`…_at`) is written as a
    date of `zone`, and as `{…_in}` by its distance from now in days; a list is joined by commas. What the
    evidence does not hold reads as “not known”: old findings must not break on a newer text.
    """
    both = []
    for language in ("id", "en"):
        values = _Values(language)
        values |= {"subject": identity.subject.name, "places": listed(sorted(places), language)}
        for key, value in evidence.items():
            values[key] = _shown(value, language)
            at = _time(value) if key.endswith("_at") else None
            if at is not None:
                values[key] = date_words(at, zone, language)
                values[f"{key.removesuffix('_at')}_in"] = distance(at, now, zone, language)
        both.append({part: getattr(rule, part).of(language).format_map(values) for part in _PARTS})
    indonesian, english = both
    return Told(**{part: Sentence(indonesian[part], english[part]) for part in _PARTS})


_PARTS = ("title", "problem", "remedy")


def date_words(at: datetime, zone: tzinfo, language: str) -> str:
    """Return `4 November 2026`, on the calendar of a zone."""
    local = _local(at, zone)
    return f"{local.day} {_MONTHS.of(language).split()[local.month - 1]} {local.year}"


def distance(at: datetime, now: datetime, zone: tzinfo, language: str) -> str:
    """Return `12 hari lagi`, `hari ini` or `3 hari yang lalu`, counted in days of the calendar."""
    days = days_between(now, at, zone)
    if days == 0:
        return _TODAY.of(language)
    many, one = (_LEFT, _ONE_LEFT) if days > 0 else (_PAST, _ONE_PAST)
    return (one if abs(days) == 1 else many).of(language).format(days=abs(days))


def days_between(now: datetime, at: datetime, zone: tzinfo) -> int:
    """Return how many midnights of a zone lie between now and a time; negative: it has passed."""
    return (_local(at, zone).date() - _local(now, zone).date()) // _DAY


def listed(items: Iterable[Any], language: str) -> str:
    """Return items joined by commas, at most ten of them."""
    texts = [str(one) for one in items]
    shown = texts[:_LISTED]
    if len(texts) > _LISTED:
        shown.append(_MORE.of(language).format(count=len(texts) - _LISTED))
    return ", ".join(shown) or _NOTHING.of(language)


def _local(at: datetime, zone: tzinfo) -> datetime:
    """Return a time on the clock of a zone; the last second of all (RFC 5280: no expiry) as it stands."""
    try:
        return at.astimezone(zone)
    except OverflowError:
        return at


def _time(value: object) -> datetime | None:
    """Read a time of the evidence; None: it is none, and stands as it is."""
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None


def _shown(value: Any, language: str) -> str:
    if value is None:
        return _NOTHING.of(language)
    return listed(value, language) if isinstance(value, (list, tuple)) else str(value)


class _Values(dict[str, str]):
    """What a template may name; the rest is not known."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._language = language

    def __missing__(self, _: str) -> str:
        return _NOTHING.of(self._language)


def describe(finding: Finding, zone: tzinfo, now: datetime) -> Told:
    """Put a finding on record into words; one whose rule no longer exists is told by its id."""
    rule = RULES.get(finding.identity.rule)
    if rule is None:
        name = finding.identity.rule
        return Told(title=Sentence(name, name), problem=_NO_RULE, remedy=_NO_RULE)
    return tell(rule, finding.identity, finding.places, finding.evidence, zone, now)
