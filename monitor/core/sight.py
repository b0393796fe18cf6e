"""Whether this vantage can see: independent canaries, and how many unrelated networks fail at once. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum


@dataclass(frozen=True, slots=True, kw_only=True)
class SightRule:
    """When many failures at once are our own; see docs/decisions/0010-blind-vantage.md."""

    window: timedelta = timedelta(seconds=30)
    share: float = 0.6
    """Of the networks heard of within the window, how many must fail; above 0, at most 1."""
    min_networks: int = 8
    """Networks heard of within the window below which the share says nothing."""
    share_limit: timedelta = timedelta(minutes=15)
    """While canaries answer, failing networks alone hold judgement back no longer than this."""


class Verdict(StrEnum):
    """What may be made of a failure."""

    JUDGE = "judge"
    """We could see: it is the site's."""
    WAIT = "wait"
    """No canary was tried since."""
    BLIND = "blind"
    """We could not see."""


class BlindCause(StrEnum):
    """How blindness was noticed."""

    CANARIES = "canaries"
    RESOLVER = "resolver"
    NETWORKS = "networks"


@dataclass(frozen=True, slots=True, kw_only=True)
class BlindPeriod:
    """A time in which the vantage could not see. Times are aware UTC."""

    vantage: str
    began_at: datetime
    """The first evidence: a canary's or a site's failure."""
    cause: BlindCause
    ended_at: datetime | None = None
    dead: tuple[str, ...] = ()
    """Names of the canaries that did not answer when it was noticed."""
    failing_networks: int = 0
    seen_networks: int = 0
    """Networks heard of within the window when it was noticed."""
