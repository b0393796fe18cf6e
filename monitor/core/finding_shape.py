"""A finding as JSON: the shape of `kulkul findings --json` and of the domain card; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from monitor.core.affected import Places, affected
from monitor.core.finding import Finding
from monitor.core.reason import Sentence
from monitor.core.reference import Reference
from monitor.core.rulebook import RULES
from monitor.core.rulebook.telling import describe
from monitor.core.shape import moment


def finding_json(
    finding: Finding,
    references: Mapping[str, Reference],
    places: Places,
    zone: tzinfo,
    now: datetime,
) -> dict[str, Any]:
    """Return the shape of one finding; times as ISO 8601 in UTC, texts in both languages.

    Args:
        finding: on record.
        references: by id.
        places: where the services of the register are; none, where it cannot be read.
        zone: of the dates in the texts.
        now: aware UTC.
    """
    told = describe(finding, zone, now)
    accepted = finding.acceptance
    rule = RULES.get(finding.identity.rule)
    return {
        "finding": finding.name,
        "rule": finding.identity.rule,
        "severity": finding.severity.value,
        "subject": {"kind": finding.identity.subject.kind.value, "name": finding.identity.subject.name},
        "key": finding.identity.key,
        "domain": finding.domain,
        "places": sorted(finding.places),
        "services": sorted(affected(finding, places)),
        "first_seen_at": moment(finding.first_seen_at),
        "last_seen_at": moment(finding.last_seen_at),
        "closed_at": moment(finding.closed_at),
        "withdrawn": finding.withdrawn,
        "accepted": None
        if accepted is None
        else {"until": moment(accepted.until), "by": accepted.by, "reason": accepted.reason},
        "title": _both(told.title),
        "problem": _both(told.problem),
        "remedy": _both(told.remedy),
        "references": [_reference(references[key]) for key in rule.references if key in references]
        if rule
        else [],
        "evidence": dict(finding.evidence),
    }


def _reference(one: Reference) -> dict[str, Any]:
    return {
        "id": one.id,
        "title": _both(one.title),
        "issued": one.issued,
        "url": one.url,
        "replaced_by": one.replaced_by,
    }


def _both(sentence: Sentence) -> dict[str, str]:
    return {"id": sentence.id, "en": sentence.en}
