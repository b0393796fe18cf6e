"""What several processes did and used between two moments."""

from __future__ import annotations

import time
from dataclasses import dataclass

from accounting import cpu_seconds, written_bytes
from target import Target


@dataclass(frozen=True, slots=True)
class Reading:
    """The books of some processes at one moment."""

    at: float
    """Monotonic seconds."""
    cpu_seconds: dict[int, float]
    written_bytes: dict[int, int]
    served: dict[str, int]
    """Pages that each user agent has been given."""

    @classmethod
    def of(cls, target: Target, *pids: int) -> Reading:
        """Read the books now."""
        return cls(
            time.monotonic(),
            {pid: cpu_seconds(pid) for pid in pids},
            {pid: written_bytes(pid) for pid in pids},
            target.served(),
        )


@dataclass(frozen=True, slots=True)
class Span:
    """What happened between two readings, per check of one user agent."""

    first: Reading
    last: Reading
    agent: str = "kulkul"
    """In lower case, up to its version."""

    @property
    def checks(self) -> int:
        """How many pages the agent was served: its own count of its work is not taken on trust."""
        return self.last.served.get(self.agent, 0) - self.first.served.get(self.agent, 0)

    @property
    def rate(self) -> float:
        """Checks a second."""
        return self.checks / (self.last.at - self.first.at)

    def cpu_ms(self, pid: int) -> float:
        """Return the CPU time of a process per check."""
        return (self.last.cpu_seconds[pid] - self.first.cpu_seconds[pid]) / self.checks * 1000

    def core_ratio(self, pid: int) -> float:
        """Return the share of one core that a process used."""
        used = self.last.cpu_seconds[pid] - self.first.cpu_seconds[pid]
        return used / (self.last.at - self.first.at)
