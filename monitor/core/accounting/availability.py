"""The figures of a period: one function for pages, API and documents, so that no two disagree. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from fractions import Fraction
from functools import partial
from itertools import islice, takewhile

from monitor.core.accounting.policy import AccountingPolicy, BlockedAs
from monitor.core.accounting.spans import ZERO, Span, Spans, both, length, spans, without
from monitor.core.accounting.timeline import Stretch
from monitor.core.status import Status


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """One outage, as far as it lies in a period. Times are aware UTC."""

    starts_at: datetime
    """Its true beginning, wherever the period was cut."""
    ends_at: datetime
    """Its true end; of one that goes on, the end of what is known."""
    ongoing: bool
    down: timedelta
    """How much of it counts as down in the period."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """Time per kind, adding up to the period exactly, and what follows from it."""

    up: timedelta = ZERO
    degraded: timedelta = ZERO
    down: timedelta = ZERO
    blocked: timedelta = ZERO
    """Blocked, where the policy counts that as unknown."""
    unknown: timedelta = ZERO
    maintenance: timedelta = ZERO
    """Announced before it began, where the policy leaves that out."""
    off_hours: timedelta = ZERO
    """Outside the hours in which the service promises to be open, where the policy has any."""
    unregistered: timedelta = ZERO
    """Outside the service's registered life."""
    to_come: timedelta = ZERO
    """Of a running period: not yet."""
    outages: tuple[Outage, ...] = field(default=())
    """Those of which some time counts, in the order in which they began: none that lies wholly outside it."""

    @property
    def period(self) -> timedelta:
        """The whole period."""
        return sum((getattr(self, name) for name in KINDS), ZERO)

    @property
    def measured(self) -> timedelta:
        """Time of which it is known whether the service worked."""
        return self.up + self.degraded + self.down

    @property
    def ratio(self) -> Fraction | None:
        """Availability, from 0 to 1; None, and not all, where nothing was measured."""
        return _share(self.up + self.degraded, self.measured)

    @property
    def coverage(self) -> Fraction | None:
        """How much of the time that should have been measured was; None where there was none."""
        return _share(self.measured, self.measured + self.blocked + self.unknown)

    @property
    def longest_outage(self) -> timedelta:
        """The most time that one outage counts for; nothing where there is none."""
        return max((one.down for one in self.outages), default=ZERO)

    @property
    def mean_time_to_repair(self) -> timedelta | None:
        """Time down per outage (MTTR); None without outages."""
        return self.down / len(self.outages) if self.outages else None

    @property
    def mean_time_between_failures(self) -> timedelta | None:
        """Time of work per outage (MTBF); None without outages."""
        return (self.up + self.degraded) / len(self.outages) if self.outages else None

    def error_budget(self, target: float) -> timedelta:
        """Return the time that may still be lost while the target is met; negative: it is missed.

        Args:
            target: availability aimed at, from 0 to 1.
        """
        allowed = self.measured / timedelta.resolution * (1 - Fraction(str(target)))
        return int(allowed) * timedelta.resolution - self.down


DIGITS = 3
"""Of percentages, wherever they are printed."""
KINDS = tuple(one.name for one in fields(Availability) if one.name != "outages")
"""The fields that add up to the period."""
_KIND_OF = {Status.UP: "up", Status.DEGRADED: "degraded", Status.DOWN: "down", Status.UNKNOWN: "unknown"}
_BLOCKED_KIND = {BlockedAs.UNKNOWN: "blocked", BlockedAs.UP: "up", BlockedAs.DOWN: "down"}


def measure(
    timeline: Sequence[Stretch],
    period: Span,
    policy: AccountingPolicy,
    *,
    planned: Iterable[Span] = (),
    registered: Iterable[Span] | None = None,
    opened: Spans | None = None,
    now: datetime | None = None,
) -> Availability:
    """Add up a service's time over a period.

    Where several things hold at once, the first of these counts: to come, unregistered, off hours,
    maintenance, status.

    Args:
        timeline: of the service, without gaps; where it reaches beyond the period, outages are told whole.
        period: what the figures are of.
        policy: how time is counted.
        planned: maintenance that was announced before it began.
        registered: the service's registered life; None: always.
        opened: when the service promises to be open, from `hours.open_spans`; None: always.
        now: where a running period ends; None: it is over. Aware UTC.
    """
    whole: Spans = spans([period])
    so_far = whole if now is None else both(whole, [Span(period.starts_at, max(now, period.starts_at))])
    alive = so_far if registered is None else both(so_far, spans(registered))
    promised = alive if opened is None else both(alive, opened)
    excluded = both(promised, spans(planned)) if policy.maintenance_excluded else ()
    counted = without(promised, excluded)
    totals = dict.fromkeys(KINDS, ZERO)
    totals["to_come"] = length(whole) - length(so_far)
    totals["unregistered"] = length(so_far) - length(alive)
    totals["off_hours"] = length(alive) - length(promised)
    totals["maintenance"] = length(excluded)
    outages, brief = _outages(timeline, counted, policy)
    totals["unknown"] += length(without(counted, spans(one.span for one in timeline)))
    by_kind: dict[str, list[Span]] = {}
    for one in timeline:
        by_kind.setdefault(_kind(one.status, policy), []).append(one.span)
    for kind, found in by_kind.items():
        clipped = both(found, counted)
        short = length(both(clipped, brief)) if kind == "down" else ZERO
        totals[kind] += length(clipped) - short
        totals["up"] += short
    return Availability(**totals, outages=outages)


def together(figures: Iterable[Availability]) -> Availability:
    """Return the figures of several services as one, each weighted by its time."""
    every = list(figures)
    sums = {name: sum((getattr(one, name) for one in every), ZERO) for name in KINDS}
    outages = sorted(
        (each for one in every for each in one.outages),
        key=lambda one: (one.starts_at, one.ends_at, one.ongoing, one.down),
    )
    return Availability(**sums, outages=tuple(outages))


def unweighted_mean(figures: Iterable[Availability]) -> Fraction | None:
    """Return the mean of the services' ratios, each counting alike; None where none was measured."""
    ratios = [one.ratio for one in figures if one.ratio is not None]
    return sum(ratios, Fraction(0)) / len(ratios) if ratios else None


def percent(share: Fraction, digits: int = 2) -> str:
    """Return a share as a percentage, rounded DOWN: what is not whole never reads as 100.

    Returns: digits with a decimal point, such as `99.94`; without a percent sign.
    """
    scaled = share * 100 * 10**digits
    number = scaled.numerator // scaled.denominator
    return f"{number // 10**digits}.{number % 10**digits:0{digits}}" if digits else str(number)


def _kind(status: Status, policy: AccountingPolicy) -> str:
    return _BLOCKED_KIND[policy.blocked] if status is Status.BLOCKED else _KIND_OF[status]


def _outages(
    timeline: Sequence[Stretch], counted: Spans, policy: AccountingPolicy
) -> tuple[tuple[Outage, ...], Spans]:
    """Return the outages that count, and the time of those that are too short to."""
    found: list[Outage] = []
    brief: list[Span] = []
    place = 0
    for run in _runs(timeline, policy):
        first, last = run.spans[0], run.spans[-1]
        while place < len(counted) and counted[place].ends_at <= first.starts_at:
            place += 1  # both are sorted: what lies before one outage lies before all that follow
        near = takewhile(partial(_begins_before, last.ends_at), islice(counted, place, None))
        down = length(both(run.spans, list(near)))
        if last.ends_at - first.starts_at < policy.shortest_outage and not run.ongoing:
            brief += run.spans
        elif down:
            found.append(
                Outage(starts_at=first.starts_at, ends_at=last.ends_at, ongoing=run.ongoing, down=down)
            )
    return tuple(found), spans(brief)


def _begins_before(at: datetime, span: Span) -> bool:
    return span.starts_at < at


@dataclass(slots=True)
class _Run:
    """The times down of one outage."""

    spans: list[Span]
    ongoing: bool = True


def _runs(timeline: Sequence[Stretch], policy: AccountingPolicy) -> list[_Run]:
    """Return the outages of a timeline: what is not known in between, or afterwards, does not end one."""
    runs: list[_Run] = []
    for one in timeline:
        kind = _kind(one.status, policy)
        if kind == "down":
            if not runs or not runs[-1].ongoing:
                runs.append(_Run([]))
            runs[-1].spans.append(one.span)
        elif kind != "unknown" and runs:
            runs[-1].ongoing = False
    return runs


def _share(part: timedelta, whole: timedelta) -> Fraction | None:
    if not whole:
        return None
    return Fraction(part // timedelta.resolution, whole // timedelta.resolution)
