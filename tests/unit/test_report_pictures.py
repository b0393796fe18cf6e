"""Pictures of reports: what each shape says, without its colour too."""

from __future__ import annotations

import re
from datetime import timedelta
from fractions import Fraction
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.core.accounting.availability import Availability
from monitor.reports.captions import LOOKS, legend, mean_target, strip_told, strips, whole_trend
from monitor.reports.cells import cells
from monitor.reports.figures import build_report
from monitor.reports.pictures import COLOURS, Look, Trend, look, strip, trend
from tests.records import DAY, HOUR, office_record

TIMES = st.integers(0, 86_400).map(lambda seconds: timedelta(seconds=seconds))
FIGURES = st.builds(Availability, up=TIMES, down=TIMES, unknown=TIMES, maintenance=TIMES, to_come=TIMES)
OF = {
    Look.UP: Availability(up=DAY),
    Look.DOWN: Availability(up=23 * HOUR, down=HOUR),
    Look.UNKNOWN: Availability(up=HOUR, unknown=23 * HOUR),
    Look.MAINTENANCE: Availability(maintenance=DAY),
    Look.ABSENT: Availability(to_come=DAY),
}
SVG = "{http://www.w3.org/2000/svg}"


def colourless(svg):
    return re.sub(r' (class|fill|stroke)="[^"]*"', "", svg)


def dark(svg):
    """Return how much of a cell is drawn as lost."""
    return sum(float(one.get("height")) for one in ET.fromstring(svg).iter() if one.get("class") == "down")


@pytest.mark.parametrize("shown", Look)
def test_each_look_is_of_what_it_says(shown):
    assert look(OF[shown]) is shown


def test_a_cell_with_an_outage_shows_it_however_little_was_measured_besides():
    assert look(Availability(down=timedelta(seconds=1), unknown=DAY)) is Look.DOWN


def test_looks_differ_without_their_colours():
    assert len({colourless(strip([one], "")) for one in OF.values()}) == len(Look) == len(OF)


def test_looks_differ_in_grey():
    def grey(colour):
        red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
        return 0.299 * red + 0.587 * green + 0.114 * blue

    shades = {grey(COLOURS[one]) for one in Look}
    assert abs(grey(COLOURS[Look.UP]) - grey(COLOURS[Look.DOWN])) > 90
    assert len(shades) == len(Look)


@given(st.lists(FIGURES, min_size=1, max_size=31))
def test_a_strip_has_a_place_for_each_cell(figures):
    drawn = ET.fromstring(strip(figures, "<di antaranya> & lain"))
    assert drawn.find(f"{SVG}title").text == "<di antaranya> & lain"
    places = {int(float(one.get("x") or re.match(r"M(\d+)", one.get("d"))[1])) // 6 for one in drawn[1:]}
    assert places == set(range(len(figures)))


@given(st.tuples(TIMES, TIMES), TIMES.filter(bool))
def test_more_lost_is_never_drawn_smaller_and_never_beyond_its_cell(lost, up):
    less, more = sorted(lost)
    heights = [dark(strip([Availability(up=up, down=one)], "")) for one in (less, more)]
    assert heights[0] <= heights[1] <= 12
    assert all(height >= 4 or not one for height, one in zip(heights, (less, more), strict=True))


def test_a_second_in_a_year_is_drawn_as_the_least_and_a_day_lost_as_all():
    least = Availability(up=365 * DAY, down=timedelta(seconds=1))
    assert [dark(strip([one], "")) for one in (least, Availability(down=DAY))] == [4, 12]


@given(st.lists(FIGURES, min_size=1, max_size=31), st.none() | st.fractions(Fraction(1, 2), 1))
def test_a_trend_shows_everything_between_its_floor_and_the_whole(figures, target):
    one = Trend(names=("a",) * len(figures), figures=tuple(figures), target=target)
    ratios = [each.ratio for each in figures if each.ratio is not None]
    assert all(one.floor <= ratio for ratio in ratios)
    drawn = ET.fromstring(trend(one, "", {Fraction(1): "100%"}))
    bars = [each for each in drawn if each.get("class") in {"up", "down", "up-frame", "down-frame"}]
    assert len(bars) == len(ratios)
    for bar in bars:
        assert 8 <= float(bar.get("y")) <= 118.6
        assert 0 <= float(bar.get("height")) <= 110.1
    lines = [each for each in drawn if each.get("class") == "target"]
    assert len(lines) == (target is not None)


def test_bars_tell_what_missed_the_target_and_what_rests_on_little():
    figures = (
        Availability(up=DAY),
        Availability(up=23 * HOUR, down=HOUR),
        Availability(up=HOUR, unknown=DAY),
        Availability(unknown=DAY),
    )
    one = Trend(names=("1", "2", "3", "4"), figures=figures, target=Fraction(99, 100))
    drawn = ET.fromstring(trend(one, "", {}))
    kinds = [each.get("class") for each in drawn[1:] if each.tag == f"{SVG}rect"]
    assert kinds == ["up", "coverage", "down", "coverage", "up-frame", "coverage", "coverage"]
    assert one.floor == Fraction(95, 100)


def test_a_strip_in_words_counts_its_cells_and_names_those_with_outages():
    report = build_report(office_record(7, outages=0))
    parts = cells(report.period)
    figures = [OF[Look.UP]] * 31
    figures[4] = figures[7] = OF[Look.DOWN]
    figures[30] = OF[Look.ABSENT]
    assert strip_told(parts, figures, "id") == (
        "31 hari: 28 tanpa gangguan; 2 ada gangguan (5 Okt, 8 Okt); 1 belum tiba atau tidak terdaftar."
    )
    every = strip_told(parts, [OF[Look.DOWN]] * 31, "en")
    assert every == ("31 days: 31 with an outage (1 Oct, 2 Oct, 3 Oct, 4 Oct, 5 Oct, 6 Oct, and 25 more).")


def test_every_service_has_its_strip_and_the_legend_every_look():
    report = build_report(office_record(7))
    drawn = strips(report, "id")
    assert [told for _, told in drawn] == [
        strip_told(cells(report.period), one.cells, "id") for one in report.services
    ]
    assert all(told in svg for svg, told in drawn)
    _, samples = legend(report, "en")
    assert [told for _, told in samples] == [one.en for one in LOOKS.values()]
    assert set(LOOKS) == set(Look)


def test_the_trend_in_words_names_the_worst_cell_as_it_is_drawn():
    report = build_report(office_record(20, outages=3))
    svg, told = whole_trend(report, "id")
    parts = zip(cells(report.period), report.whole.cells(), strict=True)
    worst = min(parts, key=lambda one: one[1].ratio)[0]
    assert f"pada {worst.starts.day} Okt." in told
    assert told in svg


def test_the_mean_target_counts_as_the_availability_does():
    report = build_report(office_record(3, outages=0))
    assert mean_target(report.services[:1]) == report.services[0].target
    measured = [one.availability.measured for one in report.services]
    weighed = sum(
        one.target * (time // timedelta.resolution)
        for one, time in zip(report.services, measured, strict=True)
    )
    assert mean_target(report.services) == weighed / (sum(measured, timedelta(0)) // timedelta.resolution)
    assert mean_target(()) is None
