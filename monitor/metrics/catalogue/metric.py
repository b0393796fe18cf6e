"""What a line of the catalogue says."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Type(StrEnum):
    """Kinds of metric, by their OpenMetrics names; the text format writes INFO as a gauge of 1."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Metric:
    """One line of the catalogue. `name` is the full name of its samples, `_total` and `_info` included."""

    name: str
    type: Type
    help: str
    labels: tuple[str, ...] = ()
    unit: str = ""

    @property
    def family(self) -> str:
        """The name that OpenMetrics gives the family: without the suffix that the type implies."""
        match self.type:
            case Type.COUNTER:
                return self.name.removesuffix("_total")
            case Type.INFO:
                return self.name.removesuffix("_info")
            case _:
                return self.name
