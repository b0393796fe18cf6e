"""The pages of domains as text: one card, and the list of all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import quote

from monitor.core.card import DomainCard, DomainLine, Tone, sections
from monitor.core.card.words import LAMENESS, PHASES
from monitor.core.finding import SEVERITY_WORDS, FindingSeverity
from monitor.core.registration.facts import Phase
from monitor.core.rulebook.telling import date_words, distance
from monitor.web.page import Page, zone_name
from monitor.web.rendering import ENVIRONMENT, STYLE
from monitor.web.texts import DOMAIN_TEXTS

_CARD = ENVIRONMENT.get_template("domain.html")
_LIST = ENVIRONMENT.get_template("domains.html")
_TONES = {Tone.GOOD: "up", Tone.WARNING: "degraded", Tone.BAD: "down", Tone.PLAIN: ""}
_SYMBOLS = {Tone.GOOD: "✔", Tone.WARNING: "▲", Tone.BAD: "✖", Tone.PLAIN: ""}
"""Beside the words, so that nothing is told by colour alone."""
_SEVERITY_CLASSES = {
    FindingSeverity.SEVERE: "down",
    FindingSeverity.MODERATE: "degraded",
    FindingSeverity.MINOR: "",
    FindingSeverity.INFO: "",
}
_PHASE_CLASSES = {
    Phase.ACTIVE: "up",
    Phase.EXPIRING: "degraded",
    Phase.RENEW_PERIOD: "degraded",
    Phase.UNKNOWN: "",
}


@dataclass(frozen=True, slots=True)
class _LineView:
    """One domain as it stands in the list."""

    domain: str
    link: str
    phase: str
    phase_class: str
    expires: str
    lameness: str
    services: int
    findings: str
    findings_class: str


def card_page(card: DomainCard, shared: Page) -> str:
    """Return the page of one domain."""
    return _CARD.render(
        title=card.domain,
        page=shared,
        texts=DOMAIN_TEXTS[shared.language],
        style=STYLE,
        sections=sections(card, shared.language.value, shared.zone, shared.generated_at),
        tones=_TONES,
        symbols=_SYMBOLS,
        generated=_moment(shared),
    )


def list_page(lines: Sequence[DomainLine], shared: Page) -> str:
    """Return the list of all domains."""
    return _LIST.render(
        title=DOMAIN_TEXTS[shared.language].domains,
        page=shared,
        texts=DOMAIN_TEXTS[shared.language],
        style=STYLE,
        views=[_view(one, shared) for one in lines],
        generated=_moment(shared),
    )


def _view(line: DomainLine, shared: Page) -> _LineView:
    texts, language = DOMAIN_TEXTS[shared.language], shared.language.value
    expires = ""
    if line.expires_at is not None:
        date = date_words(line.expires_at, shared.zone, language)
        expires = f"{date} ({distance(line.expires_at, shared.generated_at, shared.zone, language)})"
    phase = PHASES[line.phase].of(language)
    findings = texts.no_findings
    if line.worst is not None:
        findings = texts.findings.format(count=line.findings, worst=SEVERITY_WORDS[line.worst].of(language))
    return _LineView(
        domain=line.domain,
        link=f"/domains/{quote(line.domain)}",
        phase=f"{phase}; {texts.failed}" if line.failed else phase,
        phase_class=_PHASE_CLASSES.get(line.phase, "down"),
        expires=expires,
        lameness=LAMENESS[line.lameness].of(language),
        services=line.services,
        findings=findings,
        findings_class=_SEVERITY_CLASSES[line.worst] if line.worst else "up",
    )


def _moment(shared: Page) -> str:
    local = shared.generated_at.astimezone(shared.zone)
    date = date_words(shared.generated_at, shared.zone, shared.language.value)
    return f"{date} {local:%H:%M:%S} {zone_name(shared)}"
