"""How a reader is spoken to: the language, and the clock on the wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo

from alerts import time_words
from alerts.glossary import WORDS, Words
from monitor.core.reason import Sentence


@dataclass(frozen=True, slots=True)
class Voice:
    """One language (a key of `WORDS`) and one time zone."""

    language: str
    zone: tzinfo

    @property
    def words(self) -> Words:
        """The fixed words of the language."""
        return WORDS[self.language]

    def of(self, sentence: Sentence) -> str:
        """Return a sentence in the language."""
        return sentence.of(self.language)

    def moment(self, at: datetime) -> str:
        """Return `Rabu, 4 November 2026 10.45 WITA`."""
        return time_words.moment(at, self.zone, self.language)

    def short_moment(self, at: datetime) -> str:
        """Return `4 Nov 2026 10.45`."""
        return time_words.short_moment(at, self.zone, self.language)

    def short_day(self, at: datetime) -> str:
        """Return `4 Nov 2026`."""
        return time_words.short_day(at, self.zone, self.language)

    def days(self, first: date, last: date) -> str:
        """Return the first and the last day in words."""
        return time_words.days(first, last, self.language)

    def month(self, first: date, last: date) -> str:
        """Return `Oktober 2026`; empty where the days are not those of a month."""
        return time_words.month(first, last, self.language)

    def percent(self, share: str) -> str:
        """Return `99,941%`."""
        return time_words.percent(share, self.language)

    def span(self, duration: timedelta) -> str:
        """Return `3 jam 21 menit`."""
        return time_words.span(duration, self.language)

    def number(self, value: int) -> str:
        """Return `1.234`."""
        return time_words.number(value, self.language)

    def services(self, count: int) -> str:
        """Return `1 layanan` or `40 layanan`."""
        words = self.words
        return words.one_service if count == 1 else words.many_services.format(count=self.number(count))

    def findings(self, count: int) -> str:
        """Return `1 temuan` or `3 temuan`."""
        words = self.words
        return words.one_finding if count == 1 else words.many_findings.format(count=self.number(count))

    def others(self, count: int) -> str:
        """Return `1 layanan lain` or `40 layanan lain`; empty of none."""
        if count <= 0:
            return ""
        return self.words.one_other if count == 1 else self.words.many_others.format(count=self.number(count))
