"""Corrections of the record: which time counts as what, and the timeline that follows."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from monitor.core.accounting.correction import Correction, CountsAs, corrected
from monitor.core.accounting.spans import Span, length, spans
from monitor.core.accounting.timeline import Stretch, overridden
from monitor.core.status import Status

START = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)
UP, DOWN, UNKNOWN = Status.UP, Status.DOWN, Status.UNKNOWN


def span(first, last):
    return Span(START + first * HOUR, START + last * HOUR)


def correction(first, last, counts_as, *services):
    return Correction(
        services=services or ("lapor",),
        span=span(first, last),
        counts_as=counts_as,
        reason="salah catat",
        by="made",
        at=START,
    )


def timeline(*parts):
    """Return stretches from (hours, status), one after the other."""
    found, at = [], 0
    for hours, status in parts:
        found.append(Stretch(span(at, at + hours), status))
        at += hours
    return found


class TestCorrected:
    def test_a_correction_is_of_its_services_only(self):
        one = correction(0, 5, CountsAs.MAINTENANCE, "jdih", "lapor")
        assert corrected([one], "lapor") == corrected([one], "jdih") == {CountsAs.MAINTENANCE: (span(0, 5),)}
        assert corrected([one], "siak") == {}

    def test_of_two_about_one_moment_the_later_holds(self):
        found = corrected([correction(0, 5, CountsAs.MAINTENANCE), correction(2, 3, CountsAs.UP)], "lapor")
        assert found == {CountsAs.MAINTENANCE: (span(0, 2), span(3, 5)), CountsAs.UP: (span(2, 3),)}

    def test_a_correction_is_taken_back_by_one_that_says_as_recorded(self):
        given_ = [correction(0, 5, CountsAs.UP), correction(3, 9, CountsAs.RECORDED)]
        assert corrected(given_, "lapor") == {CountsAs.UP: (span(0, 3),)}
        again = [*given_, correction(4, 6, CountsAs.UNKNOWN)]
        assert corrected(again, "lapor") == {CountsAs.UP: (span(0, 3),), CountsAs.UNKNOWN: (span(4, 6),)}


class TestOverridden:
    def test_only_that_time_is_otherwise(self):
        found = overridden(timeline((2, UP), (4, DOWN), (2, UP)), (span(3, 4),), UP)
        assert found == [
            Stretch(span(0, 2), UP),
            Stretch(span(2, 3), DOWN),
            Stretch(span(3, 4), UP),
            Stretch(span(4, 6), DOWN),
            Stretch(span(6, 8), UP),
        ]

    def test_what_becomes_alike_is_one(self):
        assert overridden(timeline((2, UP), (4, DOWN), (2, UP)), (span(2, 6),), UP) == timeline((8, UP))

    def test_time_that_is_not_on_record_stays_so(self):
        assert overridden([], (span(0, 1),), UP) == []
        found = overridden(timeline((2, DOWN)), (span(-3, 1), span(5, 6)), UP)
        assert found == [Stretch(span(0, 1), UP), Stretch(span(1, 2), DOWN)]

    @given(
        st.lists(st.tuples(st.integers(1, 9), st.sampled_from([UP, DOWN, UNKNOWN])), min_size=1, max_size=9),
        st.lists(st.tuples(st.integers(-5, 60), st.integers(1, 20)), max_size=5),
    )
    def test_no_moment_is_lost_and_all_others_stay_as_they_were(self, parts, overrides):
        before = timeline(*parts)
        over = spans(span(first, first + hours) for first, hours in overrides)
        after = overridden(before, over, Status.BLOCKED)
        assert [one.span.starts_at for one in after[1:]] == [one.span.ends_at for one in after[:-1]]
        assert (after[0].span.starts_at, after[-1].span.ends_at) == (
            before[0].span.starts_at,
            before[-1].span.ends_at,
        )
        for hour in range(sum(hours for hours, _ in parts)):
            at = START + hour * HOUR
            (now,) = (one.status for one in after if one.span.starts_at <= at < one.span.ends_at)
            (then,) = (one.status for one in before if one.span.starts_at <= at < one.span.ends_at)
            hit = any(one.starts_at <= at < one.ends_at for one in over)
            assert now is (Status.BLOCKED if hit else then)
        assert all(one.span.length > timedelta(0) for one in after)


def test_lengths_of_all_kinds_never_overlap():
    given_ = [
        correction(0, 9, CountsAs.MAINTENANCE),
        correction(1, 5, CountsAs.UP),
        correction(4, 8, CountsAs.UNKNOWN),
    ]
    found = corrected(given_, "lapor")
    assert sum((length(one) for one in found.values()), timedelta(0)) == 9 * HOUR
