"""What the pictures of a report show, in words: for those who cannot see them, and beside them; pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from fractions import Fraction

from babel.dates import format_datetime

from monitor.core.accounting.availability import Availability
from monitor.core.accounting.spans import ZERO
from monitor.core.reason import Sentence
from monitor.reports.cells import CellKind, PeriodCell, cells
from monitor.reports.pictures import Look, Trend, look, sample, strip, trend
from monitor.reports.report import Report, ServiceFigures
from monitor.reports.shown import days, decimal, percentage

UNITS: Mapping[CellKind, Sentence] = {
    CellKind.HOUR: Sentence("jam", "hours"),
    CellKind.DAY: Sentence("hari", "days"),
    CellKind.WEEK: Sentence("minggu", "weeks"),
    CellKind.MONTH: Sentence("bulan", "months"),
    CellKind.YEAR: Sentence("tahun", "years"),
}
LOOKS: Mapping[Look, Sentence] = {
    Look.UP: Sentence("tanpa gangguan", "without outage"),
    Look.DOWN: Sentence("ada gangguan", "with an outage"),
    Look.UNKNOWN: Sentence("tidak cukup terukur", "not measured enough"),
    Look.MAINTENANCE: Sentence("pemeliharaan", "maintenance"),
    Look.ABSENT: Sentence("belum tiba atau tidak terdaftar", "to come, or not registered"),
}
"""In the order of a legend."""
LEGEND = Sentence(
    "Satu kotak = satu {unit}; makin besar bagian merahnya (gelap bila dicetak hitam-putih), makin lama "
    "gangguannya.",
    "A box is one {unit}; the more of it is red (dark in a print without colour), the longer its outages.",
)
_ONE: Mapping[CellKind, Sentence] = {
    CellKind.HOUR: Sentence("jam", "hour"),
    CellKind.DAY: Sentence("hari", "day"),
    CellKind.WEEK: Sentence("minggu", "week"),
    CellKind.MONTH: Sentence("bulan", "month"),
    CellKind.YEAR: Sentence("tahun", "year"),
}
_TREND = Sentence(
    "Ketersediaan semua layanan bersama menurut {unit}, {days}{target}.",
    "Availability of all services together by {unit}, {days}{target}.",
)
_TARGET = Sentence(", dengan garis target {target}", ", with the target of {target} as a line")
_MEAN_TARGET = Sentence(
    ", dengan garis rata-rata target {target}", ", with the mean target of {target} as a line"
)
_LOWEST = Sentence(" Terendah {ratio} pada {name}.", " Lowest {ratio} on {name}.")
_BELOW = Sentence(
    " Batang merah: di bawah target. Baris kelabu: cakupan; batang tanpa isi: kurang dari separuh terukur.",
    " Red bars: below the target. Grey row: coverage; a bar without filling: less than half was measured.",
)
_MORE = Sentence("dan {count} lagi", "and {count} more")
_NAMED = 6
_PATTERNS: Mapping[CellKind, tuple[Sentence, Sentence]] = {
    CellKind.HOUR: (Sentence("HH", "HH"), Sentence("HH.mm", "HH:mm")),
    CellKind.DAY: (Sentence("d", "d"), Sentence("d MMM", "d MMM")),
    CellKind.WEEK: (Sentence("d MMM", "d MMM"), Sentence("d MMM", "d MMM")),
    CellKind.MONTH: (Sentence("MMM", "MMM"), Sentence("MMM y", "MMM y")),
    CellKind.YEAR: (Sentence("y", "y"), Sentence("y", "y")),
}
"""Of a cell's beginning: below a picture, and in a text."""


def strip_told(parts: Sequence[PeriodCell], figures: Sequence[Availability], language: str) -> str:
    """Say what a strip shows: how many cells of each look, and which had outages."""
    looks = [look(one) for one in figures]
    counts = Counter(looks)
    said = []
    for shown, words in LOOKS.items():
        if not counts[shown]:
            continue
        text = f"{counts[shown]} {words.of(language)}"
        if shown is Look.DOWN:
            names = [
                _name(part, language, long=True)
                for part, its in zip(parts, looks, strict=True)
                if its is shown
            ]
            if len(names) > _NAMED:
                names[_NAMED:] = [_MORE.of(language).format(count=len(names) - _NAMED)]
            text += f" ({', '.join(names)})"
        said.append(text)
    return f"{len(parts)} {UNITS[parts[0].kind].of(language)}: {'; '.join(said)}."


def strips(report: Report, language: str) -> list[tuple[str, str]]:
    """Return the strip of each service as an `svg` element, and the same in words."""
    parts = cells(report.period)
    told = [strip_told(parts, one.cells, language) for one in report.services]
    return [(strip(one.cells, words), words) for one, words in zip(report.services, told, strict=True)]


def legend(report: Report, language: str) -> tuple[str, list[tuple[str, str]]]:
    """Return how strips are read: a sentence, and what each look means, as an `svg` element and in words."""
    unit = _ONE[cells(report.period)[0].kind].of(language)
    samples = [(sample(shown, words.of(language)), words.of(language)) for shown, words in LOOKS.items()]
    return LEGEND.of(language).format(unit=unit), samples


def whole_trend(report: Report, language: str) -> tuple[str, str]:
    """Return the picture of all services together as an `svg` element, and the same in words."""
    parts, figures = cells(report.period), report.whole.cells()
    target = mean_target(report.services)
    shown = Trend(
        names=tuple(_name(one, language) for one in parts[: len(figures)]),
        figures=figures,
        target=target,
    )
    same = len({one.service.target_ratio for one in report.services}) == 1
    aim = "" if target is None else (_TARGET if same else _MEAN_TARGET).of(language)
    told = _TREND.of(language).format(
        unit=_ONE[parts[0].kind].of(language),
        days=days(report.period, language),
        target=aim.format(target=percentage(target, language)),
    )
    known = [
        (one.ratio, number) for number, one in enumerate(figures) if one.ratio is not None and one.ratio < 1
    ]
    if known:
        ratio, number = min(known)
        name = _name(parts[number], language, long=True)
        told += _LOWEST.of(language).format(ratio=percentage(ratio, language), name=name)
    told += _BELOW.of(language)
    heights = Fraction(1), (1 + shown.floor) / 2, shown.floor
    return trend(shown, told, {one: _height(one, language) for one in heights}), told


def _height(share: Fraction, language: str) -> str:
    """Return a height of the scale, without digits that say nothing."""
    return decimal(f"{float(share * 100):g}%", language)


def mean_target(services: Sequence[ServiceFigures]) -> Fraction | None:
    """Return what services aim at together, weighted as their availability is; None: nothing was measured."""
    measured = [(one.target, one.availability.measured) for one in services if one.availability.measured]
    whole = sum((time for _, time in measured), ZERO)
    if not whole:
        return None
    return sum((target * (time // whole.resolution) for target, time in measured), Fraction(0)) / (
        whole // whole.resolution
    )


def _name(part: PeriodCell, language: str, *, long: bool = False) -> str:
    pattern = _PATTERNS[part.kind][long].of(language)
    return format_datetime(part.starts.replace(tzinfo=None), pattern, locale=language)
