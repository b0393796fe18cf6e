"""Being well and being out by turns."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Turns:
    """Well for a while, then out for a while, and so on; counted in seconds since the town opened."""

    well_seconds: float
    out_seconds: float

    def well_at(self, open_for: float) -> bool:
        """Whether it is well now."""
        return open_for % (self.well_seconds + self.out_seconds) < self.well_seconds

    def left_at(self, open_for: float) -> float:
        """Return the seconds until the next turn; above 0."""
        into = open_for % (self.well_seconds + self.out_seconds)
        return (
            self.well_seconds if into < self.well_seconds else self.well_seconds + self.out_seconds
        ) - into
