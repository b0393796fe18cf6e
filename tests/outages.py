"""Incidents as the daemon would leave them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.core.evidence import evidence
from monitor.core.incident import Incident, Member, Spell, Tie, Trait, Turn
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.store import Store
from monitor.store.incidents import StoredEvidence, Which, write_evidence, write_incidents

T0 = datetime(2026, 11, 21, 19, 10, 5, tzinfo=UTC)
"""2026-11-22 03:10:05 WITA."""
MINUTE = timedelta(minutes=1)
NUMBER = 2026_000_123
ADDRESS = Trait(Tie.ADDRESS, "192.0.2.7")
REFUSED = "192.0.2.7 refused the connection."


def member(service_id, began_at=T0, ended_at=None, **more):
    """One service that was out once, because its connection was refused."""
    spell = Spell(
        check_id=service_id,
        began_at=began_at,
        confirmed_at=began_at + timedelta(seconds=20),
        ended_at=ended_at,
        stage=Stage.CONNECT,
        reason=Reason.TCP_REFUSED,
    )
    turn = Turn(
        at=began_at,
        check_id=service_id,
        stage=Stage.CONNECT,
        reason=Reason.TCP_REFUSED,
        message=REFUSED,
    )
    values = {"spells": (spell,), "history": (turn,), "slack": 5 * MINUTE, **more}
    return Member(service_id=service_id, **values)


def incident(*members, number=NUMBER, vantage="local", **more):
    """One incident, of one service named `satu` unless told."""
    return Incident(number=number, vantage=vantage, members=members or (member("satu"),), **more)


def failure(check_id, at=T0, **more):
    """A result that says the connection was refused."""
    values = {
        "url": f"http://{check_id}.test/",
        "duration": timedelta(milliseconds=12),
        "outcome": Outcome.FAILED,
        "stage": Stage.CONNECT,
        "reason": Reason.TCP_REFUSED,
        "message": REFUSED,
        "address": "192.0.2.7",
        "family": 4,
        **more,
    }
    return Result(check_id=check_id, vantage="local", started_at=at, **values)


def kept(result, which=Which.FIRST, number=NUMBER):
    """A result as the evidence of an incident."""
    return StoredEvidence(
        number=number,
        check_id=result.check_id,
        which=which,
        at=result.started_at,
        content=evidence(result),
    )


async def write(store: Store, incidents=(), items=()):
    """Write incidents and evidence in one transaction."""
    async with store.writing() as (connection, keys):
        await write_incidents(connection, keys, incidents)
        await write_evidence(connection, keys, items)
