"""Incidents and their evidence as rows of the schema, and back. Pure."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Any

from sqlalchemy import Row

from monitor.core.incident import Incident, Member, Spell, Tie, Trait, Turn
from monitor.store.codes import REASON_CODES, REASONS, STAGE_CODES, STAGES
from monitor.store.instants import MICROSECOND, from_us, optional_from_us, optional_to_us, to_us
from monitor.store.rows import storable

Values = dict[str, object]


class Which(IntEnum):
    """Which of a check's failures in an incident a piece of evidence is of."""

    FIRST = 0
    LAST = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredEvidence:
    """What a probe saw that an incident rests on."""

    number: int
    """Of the incident."""
    check_id: str
    which: Which
    at: datetime
    """When the probe began; aware UTC."""
    content: dict[str, Any]
    """As `monitor.core.evidence.evidence` returns it."""

    @property
    def first(self) -> bool:
        """Whether it is of the first failure."""
        return self.which is Which.FIRST


def incident_row(one: Incident, vantage_no: int) -> Values:
    """Return the values of the `incident` table."""
    return {
        "incident_no": one.number,
        "vantage_no": vantage_no,
        "began_at": to_us(one.began_at),
        "confirmed_at": to_us(one.confirmed_at),
        "ended_at": optional_to_us(one.ended_at),
        "closed_at": optional_to_us(one.closed_at),
        "flapping": int(one.flapping),
        "cause_tie": None if one.cause is None else one.cause.tie.value,
        "cause_value": None if one.cause is None else storable(one.cause.value),
        "merged_into": one.merged_into,
        "split_from": one.split_from,
    }


def member_row(number: int, one: Member) -> Values:
    """Return the values of the `incident_member` table."""
    traits = [[trait.tie.value, storable(trait.value), trait.manner] for trait in sorted(one.traits)]
    history = [
        [
            to_us(turn.at),
            turn.check_id,
            None if turn.stage is None else STAGE_CODES[turn.stage],
            None if turn.reason is None else REASON_CODES[turn.reason],
            None if turn.message is None else storable(turn.message),
        ]
        for turn in one.history
    ]
    return {
        "incident_no": number,
        "service_id": one.service_id,
        "slack_us": one.slack // MICROSECOND,
        "traits": _json(traits),
        "history": _json(history),
        "moved_to": one.moved_to,
        "withdrawn": int(one.withdrawn),
    }


def spell_row(number: int, one: Spell, check_no: int) -> Values:
    """Return the values of the `incident_spell` table."""
    return {
        "incident_no": number,
        "check_no": check_no,
        "began_at": to_us(one.began_at),
        "confirmed_at": to_us(one.confirmed_at),
        "ended_at": optional_to_us(one.ended_at),
        "stage": None if one.stage is None else STAGE_CODES[one.stage],
        "reason": None if one.reason is None else REASON_CODES[one.reason],
    }


def evidence_row(one: StoredEvidence, check_no: int) -> Values:
    """Return the values of the `incident_evidence` table."""
    return {
        "incident_no": one.number,
        "check_no": check_no,
        "which": one.which.value,
        "at": to_us(one.at),
        "text": _json(one.content),
    }


def stored_evidence(row: Row[Any]) -> StoredEvidence:
    """Read a row of `incident_evidence` joined with its `check_id`."""
    return StoredEvidence(
        number=row.incident_no,
        check_id=row.check_id,
        which=Which(row.which),
        at=from_us(row.at),
        content=json.loads(row.text),
    )


def read_incidents(
    incidents: Iterable[Row[Any]], members: Iterable[Row[Any]], spells: Iterable[Row[Any]]
) -> list[Incident]:
    """Put incidents together, in the order of their rows.

    Args:
        incidents: rows of `incident` joined with their `vantage`.
        members: of these incidents.
        spells: of these incidents, joined with their `check_id`.
    """
    spells_of = _grouped(spells, lambda row: (row.incident_no, _service_id(row.check_id)), _spell)
    members_of = _grouped(
        members,
        lambda row: row.incident_no,
        lambda row: _member(row, spells_of[row.incident_no, row.service_id]),
    )
    return [_incident(row, members_of[row.incident_no]) for row in incidents]


def _grouped(
    rows: Iterable[Row[Any]], key: Callable[[Row[Any]], object], value: Callable[[Row[Any]], Any]
) -> defaultdict[object, list[Any]]:
    found = defaultdict[object, list[Any]](list)
    for row in rows:
        found[key(row)].append(value(row))
    return found


def _service_id(check_id: str) -> str:
    """Return whose check it is (see `Check.id`); `check_key` knows only once the register named the check."""
    return check_id.partition("/")[0]


def _incident(row: Row[Any], members: Iterable[Member]) -> Incident:
    return Incident(
        number=row.incident_no,
        vantage=row.vantage,
        members=tuple(sorted(members, key=lambda one: (one.began_at, one.service_id))),
        cause=None if row.cause_tie is None else Trait(Tie(row.cause_tie), row.cause_value),
        flapping=bool(row.flapping),
        closed_at=optional_from_us(row.closed_at),
        merged_into=row.merged_into,
        split_from=row.split_from,
    )


def _member(row: Row[Any], spells: Iterable[Spell]) -> Member:
    return Member(
        service_id=row.service_id,
        spells=tuple(sorted(spells, key=lambda one: (one.began_at, one.check_id))),
        traits=frozenset(Trait(Tie(tie), value, manner) for tie, value, manner in json.loads(row.traits)),
        slack=row.slack_us * MICROSECOND,
        history=tuple(
            Turn(
                at=from_us(at),
                check_id=check_id,
                stage=None if stage is None else STAGES[stage],
                reason=None if reason is None else REASONS[reason],
                message=message,
            )
            for at, check_id, stage, reason, message in json.loads(row.history)
        ),
        moved_to=row.moved_to,
        withdrawn=bool(row.withdrawn),
    )


def _spell(row: Row[Any]) -> Spell:
    return Spell(
        check_id=row.check_id,
        began_at=from_us(row.began_at),
        confirmed_at=from_us(row.confirmed_at),
        ended_at=optional_from_us(row.ended_at),
        stage=None if row.stage is None else STAGES[row.stage],
        reason=None if row.reason is None else REASONS[row.reason],
    )


def _json(value: object) -> str:
    """Write JSON in ASCII, so that no byte a site sends can be refused."""
    return json.dumps(value, separators=(",", ":"))
