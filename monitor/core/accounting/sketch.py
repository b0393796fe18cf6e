"""How response times are distributed, in a few bytes: counts of log-spaced buckets. Pure.

Integers only, so that every machine sorts a duration into the same bucket. Why not a library:
docs/decisions/0016-rollups.md.
"""

from __future__ import annotations

import math
import struct
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction
from itertools import accumulate, pairwise

_MICROSECOND = timedelta(microseconds=1)
_LONGEST_US = 3_600_000_000
"""An hour: no probe takes nearly as long, so whatever is longer stands with it."""
_WIDTHS = "BHIQ"
"""Of the numbers of one part, as `struct` names them; the narrowest that holds them all is taken."""


def _buckets() -> Iterator[tuple[int, int]]:
    """Yield the first microsecond of each bucket, and the one that speaks for all of it.

    That one is at most a hundredth above the first and at most a hundredth below the last.
    """
    first = 0
    while first <= _LONGEST_US:
        typical = first + first // 100
        yield first, typical
        first = typical * 100 // 99 + 1


_FIRST, _TYPICAL = zip(*_buckets(), strict=True)


@dataclass(frozen=True, slots=True)
class Sketch:
    """Durations, each known to a hundredth of itself. Compares equal where the bytes are the same."""

    counts: Mapping[int, int] = field(default_factory=dict)
    """How many durations lie in each bucket, by its number; none is zero."""

    @classmethod
    def of(cls, durations: Iterable[timedelta]) -> Sketch:
        """Sort durations into buckets; what is below zero counts as zero."""
        counts: dict[int, int] = {}
        for one in durations:
            bucket = max(bisect_right(_FIRST, one // _MICROSECOND) - 1, 0)
            counts[bucket] = counts.get(bucket, 0) + 1
        return cls(counts)

    @property
    def total(self) -> int:
        """How many durations it holds."""
        return sum(self.counts.values())

    def quantile(self, share: float) -> timedelta | None:
        """Return the least duration that at least this share does not exceed (nearest rank).

        Args:
            share: from 0, the shortest, to 1, the longest; 0.95 is the 95th percentile.
        Returns: off by a hundredth at most; None where there are no durations.
        """
        rank = max(math.ceil(Fraction(str(share)) * self.total), 1)
        reached = 0
        for bucket in sorted(self.counts):
            reached += self.counts[bucket]
            if reached >= rank:
                return int(_TYPICAL[bucket]) * _MICROSECOND
        return None

    def to_bytes(self) -> bytes:
        """Write it: the same durations are the same bytes, in whatever order they came; none are no bytes.

        One byte for the widths, two for the first bucket, then the distances to the next ones and the
        counts, each of the least width.
        """
        if not self.counts:
            return b""
        buckets = sorted(self.counts)
        gaps = [later - earlier for earlier, later in pairwise(buckets)]
        numbers = [self.counts[one] for one in buckets]
        gap, number = _width(gaps), _width(numbers)
        form = f"<BH{len(gaps)}{_WIDTHS[gap]}{len(numbers)}{_WIDTHS[number]}"
        return struct.pack(form, gap << 4 | number, buckets[0], *gaps, *numbers)

    @classmethod
    def from_bytes(cls, data: bytes) -> Sketch:
        """Read what `to_bytes` wrote.

        Raises:
            ValueError: it did not.
        """
        return together_bytes([data])


def together(sketches: Iterable[Sketch]) -> Sketch:
    """Return the durations of all as one."""
    counts: dict[int, int] = {}
    for one in sketches:
        for bucket, number in one.counts.items():
            counts[bucket] = counts.get(bucket, 0) + number
    return Sketch(counts)


def together_bytes(written: Iterable[bytes]) -> Sketch:
    """Return the durations of sketches that are still written; a year of a service has hundreds of them.

    Raises:
        ValueError: one of them is no sketch.
    """
    counts: dict[int, int] = {}
    for data in written:
        if not data:
            continue
        try:
            gap, number = _WIDTHS[data[0] >> 4], _WIDTHS[data[0] & 15]
            gap_bytes, number_bytes = 1 << (data[0] >> 4), 1 << (data[0] & 15)
            length, left = divmod(len(data) - 3 + gap_bytes, gap_bytes + number_bytes)
            _, *found = struct.unpack(f"<BH{length - 1}{gap}{length}{number}", data)
            buckets = list(accumulate(found[:length]))
            if left or buckets[-1] >= len(_FIRST):
                raise ValueError("there is no such bucket")  # noqa: TRY301 - one sentence for all
        except (IndexError, ValueError, struct.error) as error:
            raise ValueError(f"this is no sketch of durations: {data!r}") from error
        for bucket, count in zip(buckets, found[length:], strict=True):
            counts[bucket] = counts.get(bucket, 0) + count
    return Sketch(counts)


def _width(numbers: Iterable[int]) -> int:
    """Return the place in `_WIDTHS` of the narrowest width that holds them all."""
    largest = max(numbers, default=0)
    if largest < 1 << 8:
        return 0
    return 1 if largest < 1 << 16 else 2 if largest < 1 << 32 else 3
