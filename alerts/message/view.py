"""Facts as one language tells them: all that a template places, as text that is safe to place; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from alerts.facts import Facts, Occasion, ServiceFacts
from alerts.glossary import Words
from alerts.message.findings import FindingView, Mentions, mentions, told_findings
from alerts.message.legible import legible
from alerts.message.listing import Listing, listings
from alerts.message.report import ReportView, report_view
from alerts.message.rows import URL_LIMIT, WHO_LIMIT, Row, commands, rows, times
from alerts.message.subject import (
    NAME_LIMIT,
    about,
    domain_of,
    name_of,
    news_of,
    spoken_of,
    subject_line,
    vantage_of,
)
from alerts.message.voice import Voice
from alerts.message.why import seen, sentences, steps, whys

SYMBOLS = {"down": "✖", "blocked": "⊘", "degraded": "▲", "up": "✔", "unknown": "?", "link": "▤"}
"""Those of the status page, and one for what is neither good nor bad news."""
_TONES = {
    Occasion.OUTAGE: "down",
    Occasion.GREW: "down",
    Occasion.REMINDER: "down",
    Occasion.ESCALATION: "down",
    Occasion.FLAPPING: "down",
    Occasion.RECOVERY: "up",
    Occasion.BLOCKED: "blocked",
    Occasion.UNBLOCKED: "up",
    Occasion.DEGRADED: "degraded",
    Occasion.UNDEGRADED: "up",
    Occasion.BLIND: "unknown",
    Occasion.SIGHTED: "up",
    Occasion.UNDELIVERED: "degraded",
    Occasion.FINDING: "degraded",
    Occasion.FINDING_REMINDER: "degraded",
    Occasion.FINDING_CLOSED: "up",
    Occasion.REPORT: "link",
    Occasion.TEST: "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """What templates place. A text is empty where there is nothing to tell."""

    language: str
    words: Words
    subject: str
    tag: str
    about: str
    tone: str
    symbol: str
    who: str
    """The services that it is about, as a sentence begins."""
    several: bool
    out: bool
    """Whether any of them is out as the message is written."""
    began: str
    ended: str
    lasted: str
    reminder: int
    acknowledged: str
    others: str
    all_back: bool
    vantage: str
    reason: str
    """The label of the reasons."""
    reasons: tuple[str, ...]
    rows: tuple[Row, ...]
    seen: tuple[str, ...]
    steps: tuple[str, ...]
    listings: tuple[Listing, ...]
    domain: str
    count: str
    """How many findings the message is sent for, in words."""
    findings: tuple[FindingView, ...]
    mentions: tuple[Mentions, ...]
    accepted: bool
    """Whether one of the findings is accepted for the time being."""
    report: ReportView | None
    commands: tuple[Row, ...]
    link: str
    contact: str
    written: str


def view(facts: Facts, voice: Voice) -> View:
    """Return what a message of these facts says."""
    words, spoken, reasons = voice.words, spoken_of(facts), whys(facts, voice)
    began_at, ended_at = times(facts)
    tone = _TONES[facts.occasion]
    return View(
        language=voice.language,
        words=words,
        subject=subject_line(facts, voice),
        tag=words.tags[facts.occasion],
        about=about(facts, voice),
        tone=tone,
        symbol=SYMBOLS[tone],
        who=_who(spoken, voice),
        several=len(spoken) > 1,
        out=any(one.out for one in spoken),
        began=voice.moment(began_at),
        ended=voice.moment(ended_at) if ended_at else "",
        lasted=voice.span((ended_at or facts.written_at) - began_at),
        reminder=facts.reminder,
        acknowledged=legible(", ".join(facts.acknowledged_by), WHO_LIMIT),
        others=voice.others(facts.others),
        all_back=facts.all_back,
        vantage=vantage_of(facts),
        reason=words.reason_then if facts.occasion.ends else words.reason,
        reasons=sentences(reasons, voice),
        rows=rows(facts, reasons, voice),
        seen=seen(reasons),
        steps=steps(facts, reasons, voice),
        listings=listings(facts, voice, codes=len(reasons) > 1),
        domain=domain_of(facts),
        count=voice.findings(len(news_of(facts))),
        findings=told_findings(facts, voice),
        mentions=mentions(facts, voice),
        accepted=any(one.accepted_until is not None for one in facts.findings),
        report=report_view(facts, voice),
        commands=commands(facts, voice),
        link=legible(facts.link or "", URL_LIMIT),
        contact=legible(facts.contact or "", WHO_LIMIT),
        written=words.written.format(at=voice.moment(facts.written_at)),
    )


def _who(spoken: Sequence[ServiceFacts], voice: Voice) -> str:
    if not spoken:
        return voice.words.some_service
    if len(spoken) > 1:
        return voice.services(len(spoken))
    name, agency = name_of(spoken[0]), legible(spoken[0].agency, NAME_LIMIT)
    return f"{name} ({agency})" if agency else name
