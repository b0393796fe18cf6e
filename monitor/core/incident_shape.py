"""Incidents as JSON: the documented shape of `kulkul incident` and of evidence packs. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from monitor.core.incident import Incident, Member, Spell, Turn, incident_name
from monitor.core.incident_state import duration_of, reason_of, state_of
from monitor.core.journal import Entry, acknowledgement
from monitor.core.shape import moment


class Named(Protocol):
    """Who knows what services are called."""

    def service(self, service_id: str) -> str:
        """Return a service's name, or its id where it is not known."""

    def agency(self, service_id: str) -> str | None:
        """Return the name of the agency that answers for it."""


class Deed(Entry, Protocol):
    """What is told of an entry of the audit log."""

    @property
    def reason(self) -> str:
        """In the words of who did it."""

    @property
    def detail(self) -> Mapping[str, object]:
        """Further particulars."""


class Evidence(Protocol):
    """What is told of a piece of evidence."""

    @property
    def check_id(self) -> str:
        """Of which check."""

    @property
    def first(self) -> bool:
        """Whether it is of the first failure; else of the last."""

    @property
    def at(self) -> datetime:
        """When the probe began; aware UTC."""

    @property
    def content(self) -> Mapping[str, Any]:
        """What the probe saw."""


def incident_json(
    incident: Incident, entries: Iterable[Entry], named: Named, now: datetime
) -> dict[str, Any]:
    """Return the shape of one incident; times as ISO 8601 in UTC, other incidents by name.

    Args:
        incident: on record.
        entries: of the audit log, about it.
        named: what its services are called.
        now: until when `duration_seconds` goes on while a service is out; aware UTC.
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
        "duration_seconds": round(duration_of(incident, now).total_seconds(), 6),
        "cause": {"tie": incident.cause.tie.value, "value": incident.cause.value} if incident.cause else None,
        "reason": reason.value if reason else None,
        "acknowledged": {"since": moment(taken.since), "by": list(taken.by)} if taken else None,
        "merged_into": _name(incident.merged_into),
        "split_from": _name(incident.split_from),
        "services": [_member(one, named) for one in incident.members],
    }


def journal_json(entries: Sequence[Deed]) -> list[dict[str, Any]]:
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


def evidence_json(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Return the evidence; `seen` is the shape of `kulkul probe --json` and more (see `core.evidence`)."""
    return [
        {
            "check": one.check_id,
            "which": "first" if one.first else "last",
            "at": moment(one.at),
            "seen": dict(one.content),
        }
        for one in evidence
    ]


def _member(one: Member, named: Named) -> dict[str, Any]:
    return {
        "service": one.service_id,
        "name": named.service(one.service_id),
        "agency": named.agency(one.service_id),
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
