"""Canaries, failures and outages as plain values, and what a ledger makes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.core.canary import Canary, CanaryKind, Look
from monitor.core.incident import Member, Spell, Tie, Trait
from monitor.core.ledger import Ended, Failed, Ledger, StillFailing, fold, settle
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result

T0 = datetime(2026, 10, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
FIRST = 2026_000_001
"""The first number of the year."""

RESOLVER = Canary(kind=CanaryKind.DNS, target="go.id")
"""The canary that asks the vantage's own resolver."""
REASONS = {Stage.RESOLVE: Reason.DNS_TIMEOUT, Stage.CONNECT: Reason.TCP_TIMEOUT}


def after(seconds):
    return T0 + seconds * SECOND


def at(minutes):
    return T0 + minutes * MINUTE


def canary(number):
    return Canary(kind=CanaryKind.TCP, target=f"192.0.2.{number}:443")


def looked(one, second, *, alive, lasting=0.1):
    began = after(second)
    return Look(canary=one, started_at=began, ended_at=began + lasting * SECOND, alive=alive)


def result(outcome, began, ended=None, *, address="198.51.100.7", stage=Stage.CONNECT):
    """Return a result from second `began` to second `ended`; `stage` is where it failed, if it did."""
    bad = outcome is not Outcome.OK
    return Result(
        check_id="lapor",
        vantage="local",
        url="https://lapor.example/",
        started_at=after(began),
        duration=((began if ended is None else ended) - began) * SECOND,
        outcome=outcome,
        stage=stage if bad else None,
        reason=REASONS.get(stage, Reason.HTTP_STATUS) if bad else None,
        message="It did not work." if bad else None,
        address=address,
    )


def failure(began, ended=None, **more):
    return result(Outcome.FAILED, began, ended, **more)


def address(value):
    return Trait(Tie.ADDRESS, value)


def domain(value):
    return Trait(Tie.DOMAIN, value)


def spell(minute, ended=None, check_id="lapor"):
    return Spell(
        check_id=check_id,
        began_at=at(minute),
        confirmed_at=at(minute),
        ended_at=None if ended is None else at(ended),
    )


def member(service_id, minute=0, *traits, slack=5, spells=()):
    """Return a service that is out since a minute, or that was out in `spells`."""
    return Member(
        service_id=service_id,
        spells=spells or (spell(minute, check_id=service_id),),
        traits=frozenset(traits),
        slack=slack * MINUTE,
    )


class Days:
    """What a ledger lives through. Times are minutes after T0; every step returns what it reported."""

    def __init__(self, zone=UTC, **more):
        self.ledger = Ledger(vantage="local", zone=zone, **more)

    def fail(self, check_id, minute, *traits, now=None, slack=5, stage=Stage.CONNECT, reason=None):
        """A check is DOWN since a minute, which is certain a minute later unless told."""
        event = Failed(
            service_id=check_id.partition("/")[0],
            check_id=check_id,
            began_at=at(minute),
            stage=stage,
            reason=reason or REASONS[stage],
            message="It did not work.",
            traits=frozenset(traits),
            slack=slack * MINUTE,
        )
        return self.fold(event, minute + 1 if now is None else now)

    def fail_on(self, check_id, minute, *traits, stage=Stage.CONNECT, reason=None):
        event = StillFailing(
            service_id=check_id.partition("/")[0],
            check_id=check_id,
            at=at(minute),
            stage=stage,
            reason=reason or REASONS[stage],
            message="It did not work again.",
            traits=frozenset(traits),
        )
        return self.fold(event, minute)

    def end(self, check_id, minute, *, now=None, withdrawn=False):
        event = Ended(
            service_id=check_id.partition("/")[0], check_id=check_id, at=at(minute), withdrawn=withdrawn
        )
        return self.fold(event, minute if now is None else now)

    def settle(self, minute):
        self.ledger, changed = settle(self.ledger, at(minute))
        return changed

    def fold(self, event, minute):
        self.ledger, changed = fold(self.ledger, event, at(minute))
        return changed

    @property
    def open(self):
        """The services present in each open incident, by its number within the year."""
        return {one.number - FIRST + 1: [each.service_id for each in one.present] for one in self.ledger.open}

    def incident(self, sequence):
        return self.ledger.incidents[FIRST + sequence - 1]
