"""Many services in one message: one line each; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.facts import FINDINGS, Facts, ServiceFacts
from alerts.message.legible import legible
from alerts.message.rows import URL_LIMIT
from alerts.message.subject import NAME_LIMIT, common_agency, name_of, spoken_of
from alerts.message.voice import Voice
from alerts.message.why import code_words


@dataclass(frozen=True, slots=True)
class Line:
    """One service."""

    name: str
    agency: str
    """Empty where all have the same, which is told elsewhere."""
    url: str
    when: str
    """Empty where it is about findings, each of which has a time of its own."""
    code: str
    """Empty where all have the same, which is told elsewhere."""


@dataclass(frozen=True, slots=True)
class Listing:
    """Services under one title."""

    title: str
    lines: tuple[Line, ...]


def listings(facts: Facts, voice: Voice, *, codes: bool) -> tuple[Listing, ...]:
    """Return the services that the message is about, if several, and then the others of the route."""
    words, spoken = voice.words, spoken_of(facts)
    told = frozenset(spoken)
    rest = [one for one in facts.services if one not in told]
    over = None if facts.occasion in FINDINGS else words.ended.get(facts.occasion)
    first, second = (over, words.still_out) if over else (words.affected, words.back)
    owner = common_agency(facts.services)
    found = [(first, spoken if len(spoken) > 1 else ()), (second, rest)]
    return tuple(
        Listing(
            f"{title} ({voice.number(len(services))})",
            _lines(services, voice, owner, codes=codes, times=facts.occasion not in FINDINGS),
        )
        for title, services in found
        if services
    )


def _lines(
    services: Sequence[ServiceFacts], voice: Voice, owner: str, *, codes: bool, times: bool
) -> tuple[Line, ...]:
    return tuple(
        Line(
            name=name_of(one),
            agency="" if owner else legible(one.agency, NAME_LIMIT),
            url=legible(one.url, URL_LIMIT),
            when=_when(one, voice) if times else "",
            code=code_words(one.stage, one.reason) if codes else "",
        )
        for one in services
    )


def _when(one: ServiceFacts, voice: Voice) -> str:
    began = voice.short_moment(one.began_at)
    if one.out or one.ended_at is None:
        return voice.words.line_since.format(at=began)
    return voice.words.line_span.format(began=began, ended=voice.short_moment(one.ended_at))
