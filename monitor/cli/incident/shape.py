"""Incidents as JSON: the documented shape of `kulkul incident list --json` and `show --json`; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from monitor.cli.incident.words import duration_of, reason_of, state_of
from monitor.cli.reader import Reader
from monitor.core.incident import Incident, Member, Spell, Turn, incident_name
from monitor.core.journal import acknowledgement
from monitor.core.shape import moment

if TYPE_CHECKING:
    from monitor.store.audit import AuditEntry
    from monitor.store.incidents import StoredEvidence


def incident_json(incident: Incident, entries: Iterable[AuditEntry], reader: Reader) -> dict[str, Any]:
    """Return the shape of one incident; times as ISO 8601 in UTC, other incidents by name.

    `entries` are those of the audit log about it. `duration_seconds` goes on while a service is out.
    """
    taken = acknowledgement(entries)
    reason = reason_of(incident)
    return {
        "incident": incident.name,
        "vantage": incident.vantage,
        "state": state_of(incident).value,
        "flapping": incident.flapping,
        "began_at": moment(incident.began_at),
        "confirmed_at": moment(incident.confirmed_at),
        "ended_at": moment(incident.ended_at),
        "closed_at": moment(incident.closed_at),
        "duration_seconds": round(duration_of(incident, reader.now).total_seconds(), 6),
        "cause": {"tie": incident.cause.tie.value, "value": incident.cause.value} if incident.cause else None,
        "reason": reason.value if reason else None,
        "acknowledged": {"since": moment(taken.since), "by": list(taken.by)} if taken else None,
        "merged_into": _name(incident.merged_into),
        "split_from": _name(incident.split_from),
        "services": [_member(one, reader) for one in incident.members],
    }


def journal_json(entries: Sequence[AuditEntry]) -> list[dict[str, Any]]:
    """Return what people did about an incident, in order."""
    return [
        {
            "at": moment(one.at),
            "who": one.who,
            "action": one.action,
            "reason": one.reason,
            "detail": dict(one.detail),
        }
        for one in entries
    ]


def evidence_json(evidence: Iterable[StoredEvidence]) -> list[dict[str, Any]]:
    """Return the evidence; `seen` is the shape of `kulkul probe --json` and more (see `core.evidence`)."""
    return [
        {"check": one.check_id, "which": one.which.name.lower(), "at": moment(one.at), "seen": one.content}
        for one in evidence
    ]


def _member(one: Member, reader: Reader) -> dict[str, Any]:
    return {
        "service": one.service_id,
        "name": reader.service(one.service_id),
        "agency": reader.agency(one.service_id),
        "out": one.open and one.moved_to is None,
        "withdrawn": one.withdrawn,
        "moved_to": _name(one.moved_to),
        "spells": [_spell(spell) for spell in one.spells],
        "history": [_turn(turn) for turn in one.history],
    }


def _spell(one: Spell) -> dict[str, Any]:
    return {
        "check": one.check_id,
        "began_at": moment(one.began_at),
        "confirmed_at": moment(one.confirmed_at),
        "ended_at": moment(one.ended_at),
        "stage": one.stage.value if one.stage else None,
        "reason": one.reason.value if one.reason else None,
    }


def _turn(one: Turn) -> dict[str, Any]:
    return {
        "at": moment(one.at),
        "check": one.check_id,
        "stage": one.stage.value if one.stage else None,
        "reason": one.reason.value if one.reason else None,
        "message": one.message,
    }


def _name(number: int | None) -> str | None:
    return None if number is None else incident_name(number)
