"""Findings as one language tells them: those that a message is sent for in full, the others by name; pure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from alerts.facts import Facts, FindingFacts, Occasion
from alerts.message.legible import legible
from alerts.message.subject import NAME_LIMIT, name_of
from alerts.message.voice import Voice
from monitor.core.finding import SEVERITY_WORDS, FindingSeverity
from monitor.core.rulebook.telling import date_words, distance, listed

TEXT_LIMIT = 1500
"""Characters of what is wrong, and of how to mend it: names of hosts and servers may come from far away."""
_TONES = {
    FindingSeverity.SEVERE: "down",
    FindingSeverity.MODERATE: "degraded",
    FindingSeverity.MINOR: "unknown",
    FindingSeverity.INFO: "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """One finding in full. A text is empty where there is nothing to tell."""

    title: str
    mark: str
    """How much it matters, its number, since when."""
    tone: str
    deadline: str
    problem: str
    remedy: str
    places: str
    services: str
    """Names; empty where they are those of the whole message."""


@dataclass(frozen=True, slots=True)
class Mention:
    """One finding by its name."""

    title: str
    mark: str


@dataclass(frozen=True, slots=True)
class Mentions:
    """Findings that are named only, under one title."""

    title: str
    lines: tuple[Mention, ...]


def told_findings(facts: Facts, voice: Voice) -> tuple[FindingView, ...]:
    """Return those that the message asks people to mend."""
    if facts.occasion is Occasion.FINDING_CLOSED:
        return ()
    return tuple(_full(one, facts, voice) for one in facts.findings if one.news)


def mentions(facts: Facts, voice: Voice) -> tuple[Mentions, ...]:
    """Return the others, by what has become of them."""
    words, closing = voice.words, facts.occasion is Occasion.FINDING_CLOSED
    rest = [one for one in facts.findings if closing or not one.news]
    over = [one for one in rest if one.closed_at is not None]
    accepted = [one for one in rest if one.closed_at is None and one.accepted_until is not None]
    standing = [one for one in rest if one.closed_at is None and one.accepted_until is None]
    groups = ((words.standing, standing), (words.ended.get(facts.occasion, words.gone), over))
    return tuple(
        Mentions(f"{title} ({voice.number(len(found))})", tuple(_named(one, facts, voice) for one in found))
        for title, found in (*groups, (words.accepted, accepted))
        if found
    )


def _full(one: FindingFacts, facts: Facts, voice: Voice) -> FindingView:
    return FindingView(
        title=_title(one, voice),
        mark=" · ".join((_severity(one, voice), one.name, _since(one.first_seen_at, voice))),
        tone=_TONES[one.severity],
        deadline=_deadline(one, facts.written_at, voice),
        problem=legible(voice.of(one.problem), TEXT_LIMIT),
        remedy=legible(voice.of(one.remedy), TEXT_LIMIT),
        places=_places(one, facts, voice),
        services=_services(one, facts, voice),
    )


def _named(one: FindingFacts, facts: Facts, voice: Voice) -> Mention:
    return Mention(_title(one, voice), " · ".join((one.name, *_state(one, facts, voice))))


def _state(one: FindingFacts, facts: Facts, voice: Voice) -> Iterator[str]:
    words = voice.words
    if one.closed_at is not None:
        yield _since(one.closed_at, voice)
    elif one.accepted_until is not None:
        yield words.accepted_until.format(at=voice.short_day(one.accepted_until))
    else:
        yield _severity(one, voice)
        deadline = _deadline(one, facts.written_at, voice)
        yield f"{words.deadline.lower()} {deadline}" if deadline else _since(one.first_seen_at, voice)


def _title(one: FindingFacts, voice: Voice) -> str:
    return legible(voice.of(one.title), NAME_LIMIT) or legible(one.rule, NAME_LIMIT) or one.name


def _severity(one: FindingFacts, voice: Voice) -> str:
    return voice.of(SEVERITY_WORDS[one.severity])


def _since(at: datetime, voice: Voice) -> str:
    return voice.words.seen_since.format(at=voice.short_day(at))


def _deadline(one: FindingFacts, now: datetime, voice: Voice) -> str:
    at = one.expires_at
    if at is None:
        return ""
    return f"{date_words(at, voice.zone, voice.language)} ({distance(at, now, voice.zone, voice.language)})"


def _places(one: FindingFacts, facts: Facts, voice: Voice) -> str:
    """Return where it was found, unless that is named anyhow: the domain, the services, or in the text."""
    named, problem = {facts.subject.partition(":")[2], *one.services}, voice.of(one.problem)
    places = [legible(each, NAME_LIMIT) for each in one.places if each not in named]
    return "" if all(each in problem for each in places) else listed(places, voice.language)


def _services(one: FindingFacts, facts: Facts, voice: Voice) -> str:
    own = [name_of(each) for each in facts.services if each.id in one.services]
    return listed(own, voice.language) if own and len(own) < len(facts.services) else ""
