"""A finding as a message tells it: its rule's texts, filled with what was seen. Pure."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from datetime import datetime, tzinfo

from alerts.deadline import expiry
from alerts.facts import FindingFacts
from monitor.core.finding import Finding
from monitor.core.reason import Sentence
from monitor.core.rulebook import FindingRule
from monitor.core.rulebook.telling import Told, tell

_UNKNOWN = Sentence(
    "Temuan ini dicatat oleh versi lain dari Kulkul; keterangannya tidak ada dalam versi ini.",
    "This finding was recorded by another version of Kulkul; this one has no text for it.",
)
_ASK = Sentence(
    "Tanyakan kepada petugas pemantau apa yang perlu dilakukan.",
    "Ask the operators of the monitor what is to be done.",
)


def finding_facts(
    finding: Finding,
    rule: FindingRule | None,
    *,
    services: AbstractSet[str],
    news: bool,
    zone: tzinfo,
    now: datetime,
) -> FindingFacts:
    """Return the facts of one finding.

    Args:
        finding: as it stands.
        rule: None: this version does not know it; then the finding is told by the rule's id.
        services: ids of those services of the message that hang on it.
        news: whether the message is sent for it.
        zone: the register's.
        now: aware UTC.
    """
    acceptance, limited = finding.acceptance, rule is None or bool(rule.steps)
    told = _unknown(finding) if rule is None else _told(finding, rule, zone, now)
    return FindingFacts(
        number=finding.number,
        rule=finding.identity.rule,
        severity=finding.severity,
        title=told.title,
        problem=told.problem,
        remedy=told.remedy,
        first_seen_at=finding.first_seen_at,
        news=news,
        closed_at=finding.closed_at,
        accepted_until=acceptance.until if acceptance and finding.accepted(now) else None,
        expires_at=expiry(finding) if limited else None,
        places=tuple(sorted(finding.places)),
        services=tuple(sorted(services)),
        references=() if rule is None else rule.references,
    )


def _told(finding: Finding, rule: FindingRule, zone: tzinfo, now: datetime) -> Told:
    return tell(rule, finding.identity, finding.places, finding.evidence, zone, now)


def _unknown(finding: Finding) -> Told:
    rule = finding.identity.rule
    return Told(title=Sentence(rule, rule), problem=_UNKNOWN, remedy=_ASK)
