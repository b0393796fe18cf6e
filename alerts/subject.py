"""What a message is about, in a few words: its subject line and its heading; pure."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.facts import Facts, ServiceFacts
from alerts.glossary import WORDS, Words
from alerts.legible import legible, shortened
from alerts.time_words import number
from monitor.core.incident import Tie, incident_name, incident_number

SUBJECT_LIMIT = 120
"""Characters; more is cut off by lists of mail anyway, and makes a header of many encoded lines."""
NAME_LIMIT = 120
_CAUSE_LIMIT = 200
_LEAST_KEPT = 30
"""Of an agency's name, however long the service's."""
_CERTIFICATE_SHOWN = 16
_NOTIFICATION = "notification:"


def spoken_of(facts: Facts) -> tuple[ServiceFacts, ...]:
    """Return the services that the message is about: those back of an ending, else those that are out.

    Where there are none such, all of them.
    """
    return tuple(one for one in facts.services if one.out is not facts.occasion.ends) or facts.services


def about(facts: Facts, language: str) -> str:
    """Return one line: a service and its agency, how many services and what they share, or what else."""
    words, spoken = WORDS[language], spoken_of(facts)
    if len(spoken) == 1:
        return _with(legible(spoken[0].name, NAME_LIMIT), legible(spoken[0].agency, NAME_LIMIT))
    if spoken:
        return _with(services_words(len(spoken), language), cause_words(facts, words) or _owner(spoken))
    return _without_services(facts, words)


def subject_line(facts: Facts, language: str) -> str:
    """Return `[GANGGUAN] Nama Layanan — Instansi`, at most SUBJECT_LIMIT characters."""
    tag = f"[{WORDS[language].tags[facts.occasion]}] "
    what, dash, owner = about(facts, language).rpartition(" — ")
    room = SUBJECT_LIMIT - len(tag) - len(dash)
    owner = shortened(owner, max(room - len(what), _LEAST_KEPT)) if dash else shortened(owner, room)
    return tag + shortened(what, room - len(owner)) + dash + owner


def services_words(count: int, language: str) -> str:
    """Return `1 layanan`, `1.200 layanan`."""
    words = WORDS[language]
    return words.one_service if count == 1 else words.many_services.format(count=number(count, language))


def cause_words(facts: Facts, words: Words) -> str:
    """Return what the services share, such as `alamat 192.0.2.7`; empty where that is not known."""
    if facts.cause is None:
        return ""
    value = legible(facts.cause_value or "", _CAUSE_LIMIT)
    if facts.cause is Tie.CERTIFICATE:
        value = shortened(value, _CERTIFICATE_SHOWN + 1)
    return f"{words.ties[facts.cause]} {value}".rstrip()


def incident_of(facts: Facts) -> str:
    """Return the name of the incident; empty where the message is about something else."""
    found = incident_number(facts.subject)
    return "" if found is None else incident_name(found)


def notification_of(facts: Facts) -> str:
    """Return the number of the message that could not be delivered; empty where there is none."""
    return legible(facts.subject.partition(_NOTIFICATION)[2], NAME_LIMIT)


def _owner(spoken: Sequence[ServiceFacts]) -> str:
    """Return the agency that all have in common, or else the government."""
    for owners in ({one.agency for one in spoken}, {one.government for one in spoken}):
        if len(owners) == 1:
            return legible(owners.pop(), NAME_LIMIT)
    return ""


def _without_services(facts: Facts, words: Words) -> str:
    if notification := notification_of(facts):
        return words.notification.format(number=notification)
    if facts.occasion.name in ("BLIND", "SIGHTED"):
        return f"{words.vantage.lower()} {legible(facts.vantage or facts.subject, NAME_LIMIT)}"
    return incident_of(facts) or legible(facts.subject, NAME_LIMIT) or "Kulkul"


def _with(what: str, whose: str) -> str:
    return f"{what} — {whose}" if what and whose else what or whose
