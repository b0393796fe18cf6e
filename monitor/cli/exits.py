"""What the exit codes mean, the same for every command."""

from __future__ import annotations

from enum import IntEnum

from monitor.core.reason import Outcome


class Exit(IntEnum):
    """The process's exit code."""

    FINE = 0
    BAD_ANSWER = 1
    """The question was answered, and the answer is bad: a site failed, a result could not be stored."""
    CONFIGURATION = 2
    """Usage, settings, register, database or port: someone must mend something here first."""
    UNKNOWN = 3
    """We could not find out."""
    INTERRUPTED = 130


def exit_for(outcomes: list[Outcome]) -> Exit:
    """Return the exit code for a set of results: a bad answer outweighs one that we could not get."""
    if any(outcome in (Outcome.FAILED, Outcome.BLOCKED) for outcome in outcomes):
        return Exit.BAD_ANSWER
    return Exit.UNKNOWN if Outcome.SELF_FAULT in outcomes else Exit.FINE
