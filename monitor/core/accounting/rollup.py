"""Many results as one row: how many of each outcome, and how long the good ones took. Pure."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Generic, NamedTuple, TypeVar

from monitor.core.accounting.sketch import Sketch
from monitor.core.accounting.sketch import together as sketches_together
from monitor.core.accounting.spans import ZERO, Span
from monitor.core.accounting.timeline import Stretch
from monitor.core.reason import Outcome
from monitor.core.status import Status

Check = TypeVar("Check", bound=Hashable)
"""Whatever stands for a check at a vantage."""


class Measured(NamedTuple, Generic[Check]):
    """As much of a result as a rollup keeps."""

    check: Check
    started_at: datetime
    """Aware UTC."""
    duration: timedelta
    outcome: Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollup:
    """The results of a check over some time."""

    outcomes: Mapping[Outcome, int] = field(default_factory=dict)
    """How many there are of each; none is zero."""
    responses: Sketch = field(default_factory=Sketch)
    """How long those took that were OK: what a failure took says how patient we were."""


def together(rollups: Iterable[Rollup]) -> Rollup:
    """Return the results of all as one; none of them may be in two."""
    every = list(rollups)
    outcomes: dict[Outcome, int] = {}
    for one in every:
        for outcome, count in one.outcomes.items():
            outcomes[outcome] = outcomes.get(outcome, 0) + count
    return Rollup(outcomes=outcomes, responses=sketches_together(one.responses for one in every))


def roll_up(
    results: Iterable[Measured[Check]], span_of: Callable[[datetime], Span]
) -> dict[tuple[Check, Span], Rollup]:
    """Fold results into one rollup for each check and span; their order says nothing.

    Args:
        results: each once; quickest in the order of time.
        span_of: to which hour or day a moment belongs.
    """
    outcomes: dict[tuple[Check, Span], dict[Outcome, int]] = {}
    durations: dict[tuple[Check, Span], list[timedelta]] = {}
    span: Span | None = None
    for one in results:
        if span is None or not span.starts_at <= one.started_at < span.ends_at:
            span = span_of(one.started_at)
        key = (one.check, span)
        counts = outcomes.setdefault(key, {})
        counts[one.outcome] = counts.get(one.outcome, 0) + 1
        if one.outcome is Outcome.OK:
            durations.setdefault(key, []).append(one.duration)
    return {
        key: Rollup(outcomes=counts, responses=Sketch.of(durations.get(key, ())))
        for key, counts in outcomes.items()
    }


def status_times(timeline: Sequence[Stretch], spans: Sequence[Span]) -> list[dict[Status, timedelta]]:
    """Return for each span how long each status was held in it; UNKNOWN is what is left, and not named.

    Args:
        timeline: sorted, as `check_timeline` returns it.
        spans: sorted; none overlaps another.
    """
    found: list[dict[Status, timedelta]] = []
    place = 0
    for span in spans:
        times: dict[Status, timedelta] = {}
        while place < len(timeline) and timeline[place].span.ends_at <= span.starts_at:
            place += 1
        at = place
        while at < len(timeline) and timeline[at].span.starts_at < span.ends_at:
            stretch = timeline[at]
            if stretch.status is not Status.UNKNOWN:
                common = Span(
                    max(stretch.span.starts_at, span.starts_at), min(stretch.span.ends_at, span.ends_at)
                )
                times[stretch.status] = times.get(stretch.status, ZERO) + common.length
            at += 1
        found.append(times)
    return found
