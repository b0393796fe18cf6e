"""Why services are out, put into words: the reasons, what visitors see, and what to do about each; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from alerts.advice import ADVICE, NO_REASON, SLOW, UNDELIVERED, Advice
from alerts.facts import Facts, Occasion, ServiceFacts
from alerts.message.legible import legible
from alerts.message.subject import spoken_of
from alerts.message.voice import Voice
from monitor.core.reason import SENTENCES, Reason, Stage

MOST_REASONS = 3
"""Told in one message; where there are more, the rarest are left to the list of services."""
PARTICULARS_LIMIT = 400
OUTAGES = frozenset(
    {Occasion.OUTAGE, Occasion.GREW, Occasion.REMINDER, Occasion.ESCALATION, Occasion.FLAPPING}
)
"""Messages that tell that something is out."""
_ADVISED = OUTAGES | {Occasion.BLOCKED, Occasion.DEGRADED}


@dataclass(frozen=True, slots=True)
class Why:
    """One reason, and what follows from it, in one language."""

    services: str
    """How many; empty where it is the only reason."""
    sentence: str
    code: str
    """`stage: reason`, as `kulkul incident` writes it."""
    particulars: str
    """One English sentence."""
    seen: str
    step: str


def whys(facts: Facts, voice: Voice) -> tuple[Why, ...]:
    """Return the reasons, the commonest first; a test is about no outage, whatever service it names."""
    if facts.occasion is Occasion.TEST:
        return ()
    spoken = spoken_of(facts)
    found = Counter((one.stage, one.reason) for one in spoken).most_common(MOST_REASONS)
    only = len(found) == 1
    return tuple(
        Why(
            services="" if only else voice.services(count),
            sentence=voice.of(SENTENCES[reason]) if reason else "",
            code=code_words(stage, reason),
            particulars=_particulars(spoken) if only else "",
            seen=voice.of(advice.seen) if (advice := _advice(facts, reason)) else "",
            step=voice.of(advice.step) if advice else "",
        )
        for (stage, reason), count in found
    )


def steps(facts: Facts, reasons: Sequence[Why], voice: Voice) -> tuple[str, ...]:
    """Return what to do, the first thing first; each once, and with its code where there are several."""
    if facts.occasion is Occasion.BLIND:
        return (voice.of(ADVICE[Reason.VANTAGE_BLIND].step),)
    if facts.occasion is Occasion.UNDELIVERED:
        return (voice.of(UNDELIVERED),)
    told = []
    if facts.cause is not None and facts.occasion in _ADVISED and len(facts.services) > 1:
        told.append(voice.words.cause_steps[facts.cause])
    told += [f"{one.code} — {one.step}" if one.services and one.code else one.step for one in reasons]
    return tuple(dict.fromkeys(step for step in told if step))


def sentences(reasons: Sequence[Why], voice: Voice) -> tuple[str, ...]:
    """Return why it is so, with how many services it holds for where there are several reasons."""
    form = voice.words.reason_of
    return tuple(
        form.format(services=one.services, reason=one.sentence) if one.services else one.sentence
        for one in reasons
        if one.sentence
    )


def seen(reasons: Sequence[Why]) -> tuple[str, ...]:
    """Return what visitors see, each once."""
    return tuple(dict.fromkeys(one.seen for one in reasons if one.seen))


def code_words(stage: Stage | None, reason: Reason | None) -> str:
    """Return `handshake: tls_expired`; empty where neither is known."""
    return ": ".join(word.value for word in (stage, reason) if word)


def _advice(facts: Facts, reason: Reason | None) -> Advice | None:
    if facts.occasion not in _ADVISED:
        return None
    if reason is not None:
        return ADVICE[reason]
    return SLOW if facts.occasion is Occasion.DEGRADED else NO_REASON


def _particulars(spoken: Sequence[ServiceFacts]) -> str:
    """Return them where they are the same of all services; most name one host."""
    told = {one.particulars for one in spoken}
    return legible(told.pop() or "", PARTICULARS_LIMIT) if len(told) == 1 else ""
