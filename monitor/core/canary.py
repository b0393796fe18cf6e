"""Canaries: things on the internet that answer whenever we can reach anything at all. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class CanaryKind(StrEnum):
    """How a canary is tried."""

    TCP = "tcp"
    """Connect to an address: proves the way out."""
    DNS = "dns"
    """Ask a name server for a name: ours proves that it works, any other proves the way out."""


class Faculty(StrEnum):
    """What a vantage needs in order to see."""

    NETWORK = "network"
    NAMES = "names"


@dataclass(frozen=True, slots=True, kw_only=True)
class Canary:
    """Something that answers whenever we can reach anything at all."""

    kind: CanaryKind
    target: str
    """tcp: `address:port` or `[address]:port`. dns: the name to ask for."""
    server: str | None = None
    """dns only: the name server to ask, `address` or `address:port`; None: the vantage's own resolver."""

    @property
    def name(self) -> str:
        """What logs, metrics and messages call it."""
        return f"{self.kind}:{self.target}" + (f"@{self.server}" if self.server else "")

    @property
    def faculty(self) -> Faculty:
        """What its answer proves."""
        own = self.kind is CanaryKind.DNS and self.server is None
        return Faculty.NAMES if own else Faculty.NETWORK


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """One try of one canary. Times are aware UTC."""

    canary: Canary
    started_at: datetime
    ended_at: datetime
    alive: bool
    message: str | None = None
    """Why not; one English sentence."""
