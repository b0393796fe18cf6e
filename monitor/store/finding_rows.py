"""Findings, looks and changes as rows, and back."""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from monitor.core.finding import (
    Acceptance,
    Change,
    Finding,
    FindingSeverity,
    Identity,
    Seen,
    Subject,
    SubjectKind,
)
from monitor.store.instants import from_us, optional_from_us, to_us
from monitor.store.rows import storable

_log = logging.getLogger(__name__)
_SEVERITIES = {one.value: one for one in FindingSeverity}
_KINDS = {one.value: one for one in SubjectKind}
"""Words of another version read as something: a finding must not be lost by that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """The latest look of an inspection at a target, as it is remembered. Times are aware UTC."""

    inspection: str
    target: str
    tried_at: datetime
    failure: str | None
    """Why the latest try did not see all: one English sentence."""
    seen_at: datetime | None
    """When `facts` were seen; None: never yet."""
    facts: Mapping[str, Any] | None


def opening_row(seen: Seen, domain: str, at: datetime, acceptance: Acceptance | None) -> dict[str, object]:
    """Return the values of a new row of `finding`, without its id."""
    return {
        **identity_values(seen.identity),
        "domain": storable(domain),
        "severity": seen.severity.value,
        "places": _json(sorted(seen.places)),
        "evidence": _json(dict(seen.evidence)),
        "first_seen_at": to_us(at),
        "last_seen_at": to_us(at),
        "withdrawn": 0,
        "accepted_until": to_us(acceptance.until) if acceptance else None,
        "accepted_by": acceptance.by if acceptance else None,
        "accepted_reason": acceptance.reason if acceptance else None,
    }


def changed_row(finding: Finding) -> dict[str, object]:
    """Return what an inspection may change of a row of `finding`; acceptances are not its business."""
    return {
        "number": finding.number,
        "new_domain": storable(finding.domain),
        "new_severity": finding.severity.value,
        "new_places": _json(sorted(finding.places)),
        "new_evidence": _json(dict(finding.evidence)),
        "new_last_seen_at": to_us(finding.last_seen_at),
        "new_closed_at": None if finding.closed_at is None else to_us(finding.closed_at),
        "new_withdrawn": int(finding.withdrawn),
    }


def identity_values(identity: Identity) -> dict[str, str]:
    """Return the columns that make a finding the same."""
    return {
        "rule": identity.rule,
        "subject_kind": identity.subject.kind.value,
        "subject": storable(identity.subject.name),
        "key": storable(identity.key),
    }


def subject_of(kind: str, name: str) -> Subject:
    """Return the subject that two columns name."""
    return Subject(_KINDS.get(kind, SubjectKind.HOST), name)


def finding_of(row: Row[Any]) -> Finding:
    """Read a row of `finding`."""
    acceptance = None
    if row.accepted_until is not None:
        acceptance = Acceptance(
            until=from_us(row.accepted_until), by=row.accepted_by or "", reason=row.accepted_reason or ""
        )
    return Finding(
        number=row.id,
        identity=Identity(row.rule, subject_of(row.subject_kind, row.subject), row.key),
        domain=row.domain,
        severity=_SEVERITIES.get(row.severity, FindingSeverity.MODERATE),
        places=frozenset(readable(row.places) or ()),
        evidence=readable(row.evidence) or {},
        first_seen_at=from_us(row.first_seen_at),
        last_seen_at=from_us(row.last_seen_at),
        closed_at=optional_from_us(row.closed_at),
        withdrawn=bool(row.withdrawn),
        acceptance=acceptance,
    )


def change_row(change: Change) -> dict[str, object]:
    """Return the values of `domain_change`, without its id."""
    return {
        "domain": storable(change.domain),
        "at": to_us(change.at),
        "what": change.what,
        "before": None if change.before is None else storable(change.before),
        "after": None if change.after is None else storable(change.after),
    }


def change_of(row: Row[Any]) -> Change:
    """Read a row of `domain_change`."""
    return Change(domain=row.domain, at=from_us(row.at), what=row.what, before=row.before, after=row.after)


def look_of(row: Row[Any]) -> Look:
    """Read a row of `inspection`."""
    return Look(
        inspection=row.name,
        target=row.target,
        tried_at=from_us(row.tried_at),
        failure=row.failure,
        seen_at=optional_from_us(row.seen_at),
        facts=None if row.facts is None else readable(row.facts),
    )


def readable(text: str) -> Any:
    """Return what JSON holds; None for what is none: one damaged row must not stop all others."""
    try:
        return json.loads(text)
    except ValueError:
        _log.error("a row of the findings cannot be read: %.80r", text)
        return None


def facts_text(facts: Mapping[str, Any]) -> str:
    """Return facts as JSON of ASCII characters only: no byte that a server sends can be refused."""
    return _json(dict(facts))


def _json(value: object) -> str:
    return json.dumps(value, separators=(",", ":"), sort_keys=True)
