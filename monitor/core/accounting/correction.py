"""What somebody decided afterwards about some time that is on record. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from monitor.core.accounting.spans import Span, Spans, spans, without


class CountsAs(StrEnum):
    """What a corrected time counts as."""

    MAINTENANCE = "maintenance"
    UNKNOWN = "unknown"
    UP = "up"
    RECORDED = "recorded"
    """As it is on record: takes back what was corrected before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One decision. Times are aware UTC."""

    services: tuple[str, ...]
    """Ids, sorted."""
    span: Span
    counts_as: CountsAs
    reason: str
    by: str
    at: datetime


def corrected(corrections: Iterable[Correction], service_id: str) -> dict[CountsAs, Spans]:
    """Return which time of a service counts as what; of several decisions about a moment the last one holds.

    Args:
        corrections: in the order in which they were made.
        service_id: the service.
    """
    found: dict[CountsAs, Spans] = {}
    for one in corrections:
        if service_id in one.services:
            found = {counts_as: without(time, [one.span]) for counts_as, time in found.items()}
            found[one.counts_as] = spans([*found.get(one.counts_as, ()), one.span])
    found.pop(CountsAs.RECORDED, None)
    return found
