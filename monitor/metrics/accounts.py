"""Availability by the calendar, as series: the figures that reports print, of this month and the last."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction

from monitor.core.accounting.availability import Availability
from monitor.metrics.catalogue import accounting as catalogue
from monitor.metrics.sheet import Cell, Column, Sheet, value

PERIODS = ("month", "last_month")
_DIGITS = 5
"""Of a ratio: the three of a percentage that reports print."""
_SERVICE_COLUMNS = tuple(
    Column(metric, period=period)
    for metric in (
        catalogue.SERVICE_AVAILABILITY,
        catalogue.SERVICE_COVERAGE,
        catalogue.SERVICE_OUTAGES,
        catalogue.SERVICE_ERROR_BUDGET,
    )
    for period in PERIODS
)
_AGENCY_COLUMNS = tuple(
    Column(metric, period=period)
    for metric in (catalogue.AGENCY_AVAILABILITY, catalogue.AGENCY_COVERAGE)
    for period in PERIODS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The figures of a service or an agency."""

    labels: Mapping[str, str]
    month: Availability
    last_month: Availability
    target: float | None = None
    """Of a service, from 0 to 1."""


class Accounts:
    """Only for the loop's own thread."""

    def __init__(self) -> None:
        self._services = Sheet(_SERVICE_COLUMNS)
        self._agencies = Sheet(_AGENCY_COLUMNS)
        self._known: dict[bool, set[str]] = {True: set(), False: set()}

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """What is exposed, in the order of the catalogue."""
        return self._services, self._agencies

    def observe(self, services: Mapping[str, Account], agencies: Mapping[str, Account]) -> None:
        """Show the figures of these services and agencies by id, and of no others."""
        self._show(self._services, services, of_services=True)
        self._show(self._agencies, agencies, of_services=False)

    def remove(self, service_id: str) -> None:
        """Take a service out at once, without waiting for the next count; an unknown id is fine."""
        self._services.drop(service_id)
        self._known[True].discard(service_id)

    def _show(self, sheet: Sheet, accounts: Mapping[str, Account], *, of_services: bool) -> None:
        for gone in self._known[of_services] - accounts.keys():
            sheet.drop(gone)
        for id_, one in accounts.items():
            sheet.label(id_, one.labels)
            sheet.fill(id_, tuple(_cells(one, of_services=of_services)))
        self._known[of_services] = set(accounts)


def _cells(one: Account, *, of_services: bool) -> Iterable[Cell]:
    both = (one.month, one.last_month)
    yield from (_ratio(each.ratio) for each in both)
    yield from (_ratio(each.coverage) for each in both)
    if of_services:
        for each in both:
            yield None if each.ratio is None else value(len(each.outages))
        for each in both:
            left = None if each.ratio is None or one.target is None else each.error_budget(one.target)
            yield None if left is None else value(left.total_seconds())


def _ratio(share: Fraction | None) -> Cell:
    """Return a share rounded down: what is not whole never reads as 1."""
    if share is None:
        return None
    scaled = share.numerator * 10**_DIGITS // share.denominator
    whole, part = divmod(scaled, 10**_DIGITS)
    return f"}} {whole}.{part:0{_DIGITS}d}\n".encode()
