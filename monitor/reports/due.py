"""Which months are to be closed by themselves. Pure."""

from __future__ import annotations

from collections.abc import Container, Iterator
from datetime import datetime, timedelta, tzinfo

from monitor.core.period import Period, PeriodKind, period_of

_DAY = timedelta(days=1)


def due_months(
    since: datetime | None, now: datetime, after: timedelta | None, closed: Container[str], zone: tzinfo
) -> Iterator[Period]:
    """Yield the months that are over for long enough and not closed, the earliest first.

    Args:
        since: when the record begins, aware UTC; None: there is none, and nothing to close.
        now: aware UTC.
        after: how long after its end a month is closed; None: never.
        closed: names of the periods that are.
        zone: the register's.
    """
    if since is None or after is None:
        return
    month = period_of(PeriodKind.MONTH, since.astimezone(zone).date(), zone)
    while month.ends_at + after <= now:
        if month.name not in closed:
            yield month
        month = period_of(PeriodKind.MONTH, month.last + _DAY, zone)
