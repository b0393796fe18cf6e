"""What a service was held to be at every moment of a period, from the changes of its checks. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.core.accounting.history import Change
from monitor.core.accounting.policy import OutageStart
from monitor.core.accounting.spans import Span, Spans, without
from monitor.core.status import Status, worst


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time of one status; aware UTC."""

    span: Span
    status: Status


def check_timeline(
    changes: Iterable[Change], within: Span, outage_from: OutageStart = OutageStart.FIRST_FAILURE
) -> list[Stretch]:
    """Return what a check was held to be, without gaps; UNKNOWN where nothing is on record.

    Args:
        changes: of one check, in the order in which they were decided; with the last one before the span.
        within: the span that is covered.
        outage_from: whether DOWN begins with the first failure or once it was certain.
    """
    edges: list[tuple[datetime, Status]] = [(within.starts_at, Status.UNKNOWN)]
    for one in changes:
        certain = outage_from is OutageStart.CONFIRMATION and one.after is Status.DOWN
        at = one.decided_at if certain else one.at
        # What was decided later is what we hold now: a look back may take back what began after it.
        while len(edges) > 1 and edges[-1][0] >= at:
            edges.pop()
        if at <= within.starts_at:
            edges = [(within.starts_at, one.after)]
        elif at < within.ends_at:
            edges.append((at, one.after))
    return _stretches(edges, within.ends_at)


def service_timeline(checks: Sequence[Sequence[Stretch]], within: Span) -> list[Stretch]:
    """Return the worst of a service's checks at every moment; UNKNOWN while it has none.

    Args:
        checks: the timelines of its checks, each without gaps; one that was added later begins later.
        within: the span.
    """
    edges = {within.starts_at}
    edges.update(at for check in checks for one in check for at in (one.span.starts_at, one.span.ends_at))
    places = [0] * len(checks)
    found: list[tuple[datetime, Status]] = []
    for at in sorted(one for one in edges if within.starts_at <= one < within.ends_at):
        statuses = []
        for number, check in enumerate(checks):
            while places[number] < len(check) and check[places[number]].span.ends_at <= at:
                places[number] += 1
            if places[number] < len(check) and check[places[number]].span.starts_at <= at:
                statuses.append(check[places[number]].status)
        found.append((at, worst(statuses)))
    return _stretches(found, within.ends_at)


def overridden(timeline: Sequence[Stretch], spans: Spans, status: Status) -> list[Stretch]:
    """Return a timeline in which some of its time has another status."""
    if not spans or not timeline:
        return list(timeline)
    edges = [(span.starts_at, one.status) for one in timeline for span in without([one.span], spans)]
    first, last = timeline[0].span.starts_at, timeline[-1].span.ends_at
    edges += [
        (max(one.starts_at, first), status) for one in spans if first < one.ends_at and one.starts_at < last
    ]
    return _stretches(sorted(edges, key=lambda edge: edge[0]), last)


def _stretches(edges: Iterable[tuple[datetime, Status]], ends_at: datetime) -> list[Stretch]:
    """Join what is alike, and leave out what has no length."""
    merged: list[tuple[datetime, Status]] = []
    for at, status in edges:
        if merged and merged[-1][0] == at:
            merged.pop()
        if not merged or merged[-1][1] is not status:
            merged.append((at, status))
    ends = [at for at, _ in merged[1:]] + [ends_at]
    return [
        Stretch(Span(at, end), status) for (at, status), end in zip(merged, ends, strict=True) if at < end
    ]
