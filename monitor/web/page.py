"""The status page as text: rows in, HTML out, in pieces small enough not to hold up the loop."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from fractions import Fraction

from monitor.core.accounting.availability import DIGITS, percent
from monitor.core.reason import SENTENCES, Reason
from monitor.core.status import Status
from monitor.web.rendering import ENVIRONMENT, STYLE
from monitor.web.texts import SYMBOLS, TEXTS, Language, Texts

WORST_FIRST = (Status.DOWN, Status.BLOCKED, Status.UNKNOWN, Status.DEGRADED, Status.UP)
_EXPIRY_NEAR = timedelta(days=14)
"""Renewal by ACME happens 30 days ahead; where it did not, two weeks are left to find out why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What the page shows of one service. Times are aware UTC; None where there is nothing to show."""

    service_id: str
    name: str
    url: str
    agency: str
    government: str
    status: Status
    since_at: datetime
    last_at: datetime | None = None
    """Start of the latest probe."""
    duration: timedelta | None = None
    reason: Reason | None = None
    """Of the outage, or of a doubt that is being confirmed while the service still counts as working."""
    message: str | None = None
    """The particulars of the reason; one English sentence."""
    certificate_not_after: datetime | None = None
    address: str | None = None
    maintenance: bool = False
    """Announced maintenance is under way; the service is probed and judged all the same."""
    incident: str | None = None
    """Name of the incident by which the service is out."""
    availability: Fraction | None = None
    """Of the month so far, as reports count it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What all rows share."""

    generated_at: datetime
    zone: tzinfo
    vantage: str
    version: str
    language: Language
    blind_since: datetime | None = None
    """Since when the vantage cannot see; None: it can."""

    @property
    def texts(self) -> Texts:
        """The words of its language."""
        return TEXTS[self.language]


@dataclass(frozen=True, slots=True)
class _View:
    """One row as it stands on the page; the template only escapes and places."""

    row: Row
    status: str
    symbol: str
    link: str | None
    since: str
    last: str
    response_time: str
    availability: str
    certificate: str
    certificate_near: bool
    remark: str


_PAGE = ENVIRONMENT.get_template("page.html")
_SENTENCE = ENVIRONMENT.get_template("sentence.html")


def page(rows: Sequence[Row], shared: Page) -> Iterator[str]:
    """Yield the status page in pieces of at most a few table cells."""
    texts = shared.texts
    found = Counter([row.status.value for row in rows])
    counts = {status: found[status.value] for status in Status}
    return _PAGE.generate(
        page=shared,
        texts=texts,
        style=STYLE,
        headline=_headline(counts, texts),
        counts=[
            (status.value.lower(), SYMBOLS[status], texts.statuses[status], counts[status])
            for status in Status
        ],
        blind=texts.blind.format(at=_moment(shared.blind_since, shared), zone=zone_name(shared))
        if shared.blind_since is not None
        else "",
        generated=_moment(shared.generated_at, shared, seconds=True),
        zone=zone_name(shared),
        views=(_view(row, shared) for row in _ordered(rows)),
        total=len(rows),
    )


def sentence(text: str, language: Language) -> str:
    """Return a page that says one thing, such as that there is no such page."""
    return _SENTENCE.render(text=text, texts=TEXTS[language], language=language, style=STYLE)


def zone_name(shared: Page) -> str:
    """Return how people call the page's time zone, for example `WITA`."""
    name = shared.generated_at.astimezone(shared.zone).tzname() or ""
    return name if name.isalpha() else f"UTC{name}"


def _ordered(rows: Iterable[Row]) -> Iterator[Row]:
    """Yield the worst first, then by government, agency and name.

    Sorted in groups, each when its turn comes: sorting ten thousand rows at once holds up the loop.
    """
    groups: dict[str, dict[tuple[str, str], list[Row]]] = {status.value: {} for status in WORST_FIRST}
    for row in rows:
        groups[row.status.value].setdefault((row.government, row.agency), []).append(row)
    for of_status in groups.values():
        for owner in sorted(of_status):
            yield from sorted(of_status[owner], key=_name)


def _name(row: Row) -> str:
    return row.name


def _headline(counts: Mapping[Status, int], texts: Texts) -> str:
    total, down = sum(counts.values()), counts[Status.DOWN]
    works = sum(count for status, count in counts.items() if status.works)
    if total == 0:
        form = texts.no_services
    elif down:
        form = texts.one_down if down == 1 else texts.some_down
    else:
        form = texts.all_work if works == total else texts.some_unsure
    return form.format(total=total, down=down, works=works)


def _view(row: Row, shared: Page) -> _View:
    texts = shared.texts
    expiry = row.certificate_not_after
    expires_in = None if expiry is None else expiry - shared.generated_at
    return _View(
        row=row,
        status=texts.statuses[row.status],
        symbol=SYMBOLS[row.status],
        link=row.url if row.url.lower().startswith(("http://", "https://")) else None,
        since=_moment(row.since_at, shared),
        last=_moment(row.last_at, shared, seconds=True) if row.last_at else texts.never,
        response_time=_response_time(row.duration, texts),
        availability=_share(row.availability, texts),
        certificate=_days(expires_in, texts) if expires_in is not None else "",
        certificate_near=expires_in is not None and expires_in < _EXPIRY_NEAR,
        remark=_remark(row, shared),
    )


def _remark(row: Row, shared: Page) -> str:
    if row.reason is None:
        return ""
    text = SENTENCES[row.reason].of(shared.language.value)
    return f"{shared.texts.confirming} {text}" if row.status.works else text


def _moment(at: datetime, shared: Page, *, seconds: bool = False) -> str:
    """Write a time of the page's zone; the date is left out where it is the page's own."""
    local = at.astimezone(shared.zone)
    clock = f"{local:%H:%M:%S}" if seconds else f"{local:%H:%M}"
    if seconds and local.date() == shared.generated_at.astimezone(shared.zone).date():
        return clock
    return f"{local.day} {shared.texts.months[local.month - 1]} {local.year} {clock}"


def _response_time(duration: timedelta | None, texts: Texts) -> str:
    if duration is None:
        return ""
    seconds = duration.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    return f"{seconds:.1f} {texts.seconds}".replace(".", texts.decimal)


def _share(share: Fraction | None, texts: Texts) -> str:
    return "" if share is None else f"{percent(share, DIGITS)}%".replace(".", texts.decimal)


def _days(left: timedelta, texts: Texts) -> str:
    if left < timedelta(0):
        return texts.expired
    if left.days == 0:
        return texts.less_than_a_day
    return texts.day if left.days == 1 else texts.days.format(days=left.days)
