"""What a message is about, in a few words: its subject line and its heading; pure."""

from __future__ import annotations

from collections.abc import Sequence

from alerts.facts import FINDINGS, Facts, FindingFacts, Occasion, ServiceFacts
from alerts.glossary import Words
from alerts.message.legible import legible, shortened
from alerts.message.report import report_heading
from alerts.message.voice import Voice
from monitor.core.incident import Tie, incident_name, incident_number
from monitor.core.raising import domain_of_findings
from monitor.core.rulebook.telling import distance

SUBJECT_LIMIT = 120
"""Characters; more is cut off by lists of mail anyway, and makes a header of many encoded words."""
NAME_LIMIT = 120
"""Characters of a service's, an agency's and any other name."""
CAUSE_LIMIT = 200
_LEAST_KEPT = 30
"""Of an agency's name in a subject, however long the service's."""
_CERTIFICATE_SHOWN = 16
_NOTIFICATION = "notification:"
_OF_THE_MONITOR = (Occasion.BLIND, Occasion.SIGHTED)
_DASH = " — "


def spoken_of(facts: Facts) -> tuple[ServiceFacts, ...]:
    """Return the services that the message is about: those back if it tells of an end, else those out.

    Where there are none such, all of them.
    """
    return tuple(one for one in facts.services if one.out is not facts.occasion.ends) or facts.services


def heading(facts: Facts, voice: Voice) -> tuple[str, str]:
    """Return what the message is about, and whose or by what; the second may be empty."""
    if facts.occasion in FINDINGS:
        return _of_findings(facts, voice)
    if facts.report is not None:
        return report_heading(facts.report, voice)
    spoken = spoken_of(facts)
    if len(spoken) == 1:
        return name_of(spoken[0]), legible(spoken[0].agency, NAME_LIMIT)
    if spoken:
        return voice.services(len(spoken)), cause_words(facts, voice.words) or _owner(spoken)
    return _without_services(facts, voice.words), ""


def about(facts: Facts, voice: Voice) -> str:
    """Return the heading on one line."""
    return _DASH.join(part for part in heading(facts, voice) if part)


def subject_line(facts: Facts, voice: Voice) -> str:
    """Return `[GANGGUAN] Nama Layanan — Instansi`, at most SUBJECT_LIMIT characters."""
    tag = f"[{voice.words.tags[facts.occasion]}] "
    what, whose = heading(facts, voice)
    dash = _DASH if what and whose else ""
    room = SUBJECT_LIMIT - len(tag) - len(dash)
    whose = shortened(whose, max(room - len(what), _LEAST_KEPT))
    return tag + shortened(what, room - len(whose)) + dash + whose


def cause_words(facts: Facts, words: Words) -> str:
    """Return what the services share, such as `alamat 192.0.2.7`; empty where that is not known."""
    if facts.cause is None:
        return ""
    at_most = _CERTIFICATE_SHOWN + 1 if facts.cause is Tie.CERTIFICATE else CAUSE_LIMIT
    return f"{words.ties[facts.cause]} {legible(facts.cause_value or '', at_most)}".rstrip()


def incident_of(facts: Facts) -> str:
    """Return the name of the incident; empty where the message is about something else."""
    found = incident_number(facts.subject)
    return "" if found is None else incident_name(found)


def notification_of(facts: Facts) -> str:
    """Return the number of the message that could not be delivered; empty where it is not about one."""
    return legible(facts.subject.partition(_NOTIFICATION)[2], NAME_LIMIT)


def domain_of(facts: Facts) -> str:
    """Return the domain whose findings the message is about; empty where it is about something else."""
    return legible(domain_of_findings(facts.subject) or "", NAME_LIMIT)


def news_of(facts: Facts) -> tuple[FindingFacts, ...]:
    """Return the findings that the message is sent for."""
    return tuple(one for one in facts.findings if one.news)


def vantage_of(facts: Facts) -> str:
    """Return the name of the vantage."""
    return legible(facts.vantage or facts.subject, NAME_LIMIT)


def name_of(service: ServiceFacts) -> str:
    """Return what a service is called; its id where it has no name."""
    return legible(service.name, NAME_LIMIT) or legible(service.id, NAME_LIMIT)


def common_agency(services: Sequence[ServiceFacts]) -> str:
    """Return the agency that all have in common; empty where there is none."""
    return _common({one.agency for one in services})


def _of_findings(facts: Facts, voice: Voice) -> tuple[str, str]:
    domain, news = domain_of(facts) or _without_services(facts, voice.words), news_of(facts)
    if len(news) != 1:
        return domain, voice.findings(len(news))
    title = legible(voice.of(news[0].title), NAME_LIMIT)
    if facts.occasion is Occasion.FINDING_REMINDER and news[0].expires_at is not None:
        left = distance(news[0].expires_at, facts.written_at, voice.zone, voice.language)
        title = f"{title} ({left})"
    return domain, title or voice.findings(1)


def _owner(spoken: Sequence[ServiceFacts]) -> str:
    return common_agency(spoken) or _common({one.government for one in spoken})


def _common(owners: set[str]) -> str:
    return legible(owners.pop(), NAME_LIMIT) if len(owners) == 1 else ""


def _without_services(facts: Facts, words: Words) -> str:
    if facts.occasion is Occasion.UNDELIVERED:
        number = notification_of(facts)
        return words.notification.format(number=number) if number else words.some_notification
    if facts.occasion is Occasion.TEST:
        return f"{words.route} {detail}" if (detail := legible(facts.detail or "", NAME_LIMIT)) else "Kulkul"
    if facts.occasion in _OF_THE_MONITOR:
        return f"{words.vantage} {vantage_of(facts)}"
    return incident_of(facts) or legible(facts.subject, NAME_LIMIT) or "Kulkul"
