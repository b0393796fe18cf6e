"""The facts of a message, each with its label; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from alerts.facts import FINDINGS, Facts, Occasion, ServiceFacts
from alerts.message.legible import legible
from alerts.message.report import build_command, report_figures
from alerts.message.subject import (
    NAME_LIMIT,
    cause_words,
    common_agency,
    domain_of,
    incident_of,
    name_of,
    notification_of,
    spoken_of,
    vantage_of,
)
from alerts.message.voice import Voice
from alerts.message.why import OUTAGES, Why
from monitor.core.reason import Reason

URL_LIMIT = 300
DETAIL_LIMIT = 800
WHO_LIMIT = 200
_LETTER_HELPS = frozenset({Reason.BLOCKED_CHALLENGE, Reason.BLOCKED_FORBIDDEN})
_ABOUT_ITSELF = frozenset({Occasion.BLIND, Occasion.SIGHTED, Occasion.TEST})
_TIMELESS = FINDINGS | {Occasion.UNDELIVERED, Occasion.REPORT, Occasion.TEST}


@dataclass(frozen=True, slots=True)
class Row:
    """One fact and its label."""

    label: str
    value: str
    form: str = "text"
    """text, code, url, or english: a particular that exists in English only."""


def rows(facts: Facts, reasons: Sequence[Why], voice: Voice) -> tuple[Row, ...]:
    """Return the facts in the order in which one asks for them; none is empty."""
    spoken = spoken_of(facts)
    found = [
        *(Row(one.label, one.value, one.form) for one in report_figures(facts, voice)),
        *_services(facts, spoken, voice),
        *_times(facts, spoken, voice),
        *_reasons(facts, reasons, voice),
        *_surroundings(facts, voice),
    ]
    return tuple(row for row in found if row.value)


def commands(facts: Facts, voice: Voice) -> tuple[Row, ...]:
    """Return what an operator can type now."""
    words, incident = voice.words, incident_of(facts)
    if facts.occasion is Occasion.UNDELIVERED:
        number = notification_of(facts) or words.number
        again = Row(words.send_again, f"kulkul alert retry {number}", "code")
        return (Row(words.list_undelivered, "kulkul alert dead", "code"), again)
    if facts.occasion is Occasion.BLOCKED:
        refused = [one for one in spoken_of(facts) if one.reason in _LETTER_HELPS]
        return tuple(
            Row(words.write_letter, f"kulkul letter {legible(one.id, NAME_LIMIT)}", "code")
            for one in refused[:1]
        )
    if facts.report is not None:
        return (
            Row(words.contest_outage, f'kulkul incident contest {words.number} --reason "…"', "code"),
            Row(words.verify_file, f"kulkul report verify {words.file_name}", "code"),
            Row(words.build_file, build_command(facts.report), "code"),
        )
    if facts.occasion in FINDINGS and "." in domain_of(facts):  # a service without a domain has no card
        return (Row(words.show_card, f"kulkul domain {domain_of(facts)}", "code"),)
    if incident and facts.occasion in OUTAGES and not facts.acknowledged_by:
        return (Row(words.acknowledge, f"kulkul incident ack {incident}", "code"),)
    return ()


def times(facts: Facts) -> tuple[datetime, datetime | None]:
    """Return from when to when it is about; the end is None while it goes on, or is not known."""
    spoken = spoken_of(facts)
    began_at = min((one.began_at for one in spoken), default=facts.began_at)
    if not facts.occasion.ends:
        return began_at, None
    ends = [one.ended_at for one in spoken if one.ended_at is not None]
    return began_at, max(ends, default=facts.ended_at)


def _services(facts: Facts, spoken: Sequence[ServiceFacts], voice: Voice) -> Iterator[Row]:
    words = voice.words
    if len(spoken) == 1:
        one = spoken[0]
        owners = dict.fromkeys(legible(owner, NAME_LIMIT) for owner in (one.agency, one.government))
        yield Row(words.service, name_of(one))
        yield Row(words.agency, ", ".join(owner for owner in owners if owner))
        yield Row(words.address, legible(one.url, URL_LIMIT), "url")
    elif spoken:
        if facts.occasion not in FINDINGS:  # there the title of their list says it
            yield Row(words.services, voice.number(len(spoken)))
        yield Row(words.agency, common_agency(spoken))


def _times(facts: Facts, spoken: Sequence[ServiceFacts], voice: Voice) -> Iterator[Row]:
    words, (began_at, ended_at) = voice.words, times(facts)
    if facts.occasion in _TIMELESS:
        return
    if facts.occasion.ends:
        yield Row(words.began, voice.moment(began_at))
        if ended_at is not None:
            yield Row(words.ended[facts.occasion], voice.moment(ended_at))
            yield Row(words.lasted, voice.span(ended_at - began_at))
        return
    yield Row(words.since, voice.moment(began_at))
    confirmed_at = facts.confirmed_at
    # It is the incident's, and says nothing about a service that joined later.
    if facts.occasion is Occasion.OUTAGE and len(spoken) == 1 and confirmed_at and confirmed_at >= began_at:
        delay = voice.span(confirmed_at - began_at)
        yield Row(words.confirmed, words.after_start.format(at=voice.moment(confirmed_at), span=delay))
    yield Row(words.lasted, words.so_far.format(span=voice.span(facts.written_at - began_at)))


def _reasons(facts: Facts, reasons: Sequence[Why], voice: Voice) -> Iterator[Row]:
    words = voice.words
    for one in reasons:
        told = words.code_of.format(code=one.code, services=one.services)
        yield Row(words.code, told if one.services and one.code else one.code, "code")
        yield Row(words.particulars, one.particulars, "english")
    detail = legible(facts.detail or "", DETAIL_LIMIT)
    if facts.occasion is Occasion.TEST:
        yield Row(words.route, detail)
    else:
        yield Row(words.particulars, detail, "english")


def _surroundings(facts: Facts, voice: Voice) -> Iterator[Row]:
    words, others = voice.words, voice.others(facts.others)
    yield Row(words.common_cause, cause_words(facts, words))
    yield Row(words.also_hit, words.outside.format(others=others) if others else "")
    yield Row(words.acknowledged, legible(", ".join(facts.acknowledged_by), WHO_LIMIT))
    yield Row(words.incident, incident_of(facts), "code")
    if facts.occasion in _ABOUT_ITSELF:
        yield Row(words.vantage, vantage_of(facts))
