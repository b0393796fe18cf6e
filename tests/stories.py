"""Series of results written as letters, and what becomes of them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import DISTORTED_LAG, Result
from monitor.core.service import Rule
from monitor.core.status import Status, first_state, resume, step, unseen

T0 = datetime(2026, 10, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
RULE = Rule(down_after=3, up_after=2, slow=2 * SECOND)
UP, DEGRADED, BLOCKED, DOWN, UNKNOWN = Status.UP, Status.DEGRADED, Status.BLOCKED, Status.DOWN, Status.UNKNOWN

OUTCOMES = {"+": Outcome.OK, "-": Outcome.FAILED, "b": Outcome.BLOCKED, "?": Outcome.SELF_FAULT}
WHY = {
    Outcome.OK: {},
    Outcome.FAILED: {
        "stage": Stage.CONNECT,
        "reason": Reason.TCP_REFUSED,
        "message": "192.0.2.1 refused the connection.",
    },
    Outcome.BLOCKED: {
        "stage": Stage.CONTENT,
        "reason": Reason.BLOCKED_CHALLENGE,
        "message": "A challenge page.",
    },
    Outcome.SELF_FAULT: {
        "stage": Stage.CONNECT,
        "reason": Reason.SELF_FAULT,
        "message": "There are no file descriptors left.",
    },
}


def at(minute):
    return T0 + minute * MINUTE


def seen(letter, when, *, seconds=0.5, lag=timedelta(0)):
    outcome = OUTCOMES[letter]
    return Result(
        check_id="lapor",
        vantage="local",
        url="https://lapor.example/",
        started_at=when,
        duration=timedelta(seconds=seconds),
        outcome=outcome,
        lag=lag,
        **WHY[outcome],
    )


def run(letters, state=None, rule=RULE, first=1):
    """Fold one result a minute from minute `first` on; returns the last state and the transitions.

    `+` good, `s` slow, `d` slow but distorted, `-` failed, `b` blocked, `?` our own fault, `x` failed while
    the vantage itself could not see. `|` is a gap: the daemon was not running from the minute of the last
    result to a minute after the `|`.
    """
    state = state or first_state("lapor", "local", T0)
    changes = []
    for minute, letter in enumerate(letters, first):
        if letter == "|":
            state, change = resume(state, at(minute - 1), at(minute + 1))
        elif letter == "x":
            state, change = unseen(state, seen("-", at(minute)))
        elif letter == "s":
            state, change = step(state, seen("+", at(minute), seconds=5), rule)
        elif letter == "d":
            state, change = step(state, seen("+", at(minute), seconds=5, lag=DISTORTED_LAG * 2), rule)
        else:
            state, change = step(state, seen(letter, at(minute)), rule)
        changes += [change] if change else []
    return state, changes


def story(letters, **options):
    """Return (minute it began, minute it was decided, status) of each transition."""
    return [
        ((one.at - T0) // MINUTE, (one.decided_at - T0) // MINUTE, one.after)
        for one in run(letters, **options)[1]
    ]
