"""Sketches of response times: how far off they are, and that they add up."""

from __future__ import annotations

import math
import random
from datetime import timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.core.accounting.sketch import Sketch, together, together_bytes

US = timedelta(microseconds=1)
HOUR_US = 3_600_000_000
durations = st.lists(st.integers(0, 60_000_000).map(lambda us: us * US), max_size=60)


def exact(values, share):
    """Return the nearest-rank percentile; `share` in percent."""
    return sorted(values)[max(math.ceil(len(values) * share / 100), 1) - 1]


def distributions():
    chance = random.Random(7)
    yield "all alike", [0.25] * 500
    yield "evenly spread", [chance.uniform(0.001, 20) for _ in range(2_000)]
    yield "as sites answer", [chance.lognormvariate(-1.5, 0.6) for _ in range(2_000)]
    yield (
        "two humps",
        [chance.gauss(0.08, 0.005) if chance.random() < 0.7 else chance.gauss(4, 0.3) for _ in range(2_000)],
    )
    yield "a long tail", [0.02 * chance.paretovariate(1.1) for _ in range(2_000)]
    yield "few", [0.05, 0.06, 7.5]
    yield "microseconds", [chance.randrange(1, 400) / 1e6 for _ in range(500)]


@pytest.mark.parametrize(
    ("name", "seconds"), list(distributions()), ids=lambda one: one if isinstance(one, str) else ""
)
@pytest.mark.parametrize("share", [0, 1, 25, 50, 75, 90, 95, 99, 100])
def test_percentiles_are_within_two_hundredths_of_the_exact_ones(name, seconds, share):
    values = [timedelta(seconds=min(abs(one), 3_600)) for one in seconds]
    found = Sketch.of(values).quantile(share / 100)
    wanted = exact(values, share)
    assert abs(found - wanted) <= 0.02 * wanted


@given(st.integers(0, HOUR_US))
@example(98)
@example(99)
@example(100)
@example(HOUR_US)
def test_a_single_duration_is_known_to_a_hundredth(us):
    found = Sketch.of([us * US]).quantile(0.5)
    assert abs(found // US - us) * 100 <= us


def test_what_is_absurd_counts_all_the_same():
    found = Sketch.of([-5 * US, 0 * US, timedelta(days=400), timedelta.max])
    assert found.total == 4
    assert found.quantile(0) == found.quantile(0.5) == timedelta(0)
    assert timedelta(minutes=59) < found.quantile(1) <= timedelta(minutes=61)


def test_of_nothing_there_is_no_percentile():
    assert Sketch().quantile(0.5) is None
    assert Sketch.of([]) == Sketch()
    assert Sketch().to_bytes() == b""


def test_a_share_means_what_is_written_not_what_binary_numbers_make_of_it():
    # 0.07 * 100 is a little more than 7 in floating point, and would be the 8th.
    values = [timedelta(seconds=2**n) for n in range(-10, 10)] * 5
    assert Sketch.of(values).quantile(0.05) == Sketch.of([values[0]]).quantile(1)
    hundred = [timedelta(milliseconds=n) for n in range(1, 101)]
    assert abs(Sketch.of(hundred).quantile(0.07) - timedelta(milliseconds=7)) <= timedelta(microseconds=70)


@given(durations, durations)
def test_sketches_add_up_to_the_sketch_of_everything(some, others):
    one, other, whole = Sketch.of(some), Sketch.of(others), Sketch.of(some + others)
    assert together([one, other]) == whole
    assert together_bytes([one.to_bytes(), other.to_bytes()]) == whole
    assert whole.total == len(some) + len(others)


@given(durations, st.randoms(use_true_random=False))
def test_the_same_durations_are_the_same_bytes_in_whatever_order(values, chance):
    shuffled = values.copy()
    chance.shuffle(shuffled)
    assert Sketch.of(values).to_bytes() == Sketch.of(shuffled).to_bytes()


@given(st.dictionaries(st.integers(0, 967), st.integers(1, 2**40)))
def test_what_was_written_is_read_back(counts):
    assert Sketch.from_bytes(Sketch(counts).to_bytes()) == Sketch(counts)


def test_an_hour_of_a_check_takes_few_bytes():
    chance = random.Random(3)
    hour = [timedelta(seconds=chance.lognormvariate(-1.5, 0.4)) for _ in range(12)]
    day = [timedelta(seconds=chance.lognormvariate(-1.5, 0.4)) for _ in range(288)]
    assert len(Sketch.of(hour).to_bytes()) <= 30
    assert len(Sketch.of(day).to_bytes()) <= 200


@pytest.mark.parametrize(
    "data", [b"\x00", b"\x00\x00", b"\x00\x00\x00", b"\x00\x00\x00\x01\x02", b"\x44\x00\x00\x01", b"\x11abcd"]
)
def test_what_is_no_sketch_is_refused(data):
    with pytest.raises(ValueError, match="no sketch of durations"):
        Sketch.from_bytes(data)
