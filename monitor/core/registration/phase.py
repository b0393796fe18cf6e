"""Where a domain is in its life, by the statuses and the date that its registry gives. Pure."""

from __future__ import annotations

from datetime import datetime, timedelta

from monitor.core.registration.facts import Phase, Registration

EXPIRING = timedelta(days=30)
"""How long before the end of a registration somebody has to look after it."""
HOLDS = frozenset({"clientHold", "serverHold"})
"""Statuses of a domain that is kept out of the DNS (RFC 5731, 2.3)."""
_REDEMPTION = frozenset({"redemptionPeriod", "pendingRestore"})
_EXTENDED = "autoRenewPeriod"
"""The registry extended it by itself; the registrar may still give it back (RFC 3915, 3.1)."""
_RENEWED = "renewPeriod"


def phase_of(registration: Registration | None, now: datetime, expiring: timedelta = EXPIRING) -> Phase:
    """Tell where a domain is in its life. The first that applies:

    1. UNKNOWN: nothing was learned. UNREGISTERED: the registry knows no such name.
    2. REDEMPTION, which registries list beside `pendingDelete`, as it can still be restored; PENDING_DELETE.
       Both are on hold as well: the nearer loss is told.
    3. HOLD: out of the DNS now, whatever the date says.
    4. After the date: RENEW_PERIOD with one of its two statuses, else EXPIRED.
    5. Before the date, or without one: RENEW_PERIOD with `autoRenewPeriod`. `renewPeriod` does not count
       there: by RFC 3915 it says that somebody has just renewed, while .id shows it after the date.
    6. EXPIRING within `expiring`, ACTIVE before that, UNKNOWN without a date.

    Args:
        registration: what was last learned.
        now: aware UTC.
        expiring: how long before the end it counts as expiring.
    """  # noqa: D415 - the list belongs to the sentence
    if registration is None:
        return Phase.UNKNOWN
    if not registration.registered:
        return Phase.UNREGISTERED
    statuses = frozenset(registration.statuses)
    if statuses & _REDEMPTION:
        return Phase.REDEMPTION
    if "pendingDelete" in statuses:
        return Phase.PENDING_DELETE
    return Phase.HOLD if statuses & HOLDS else phase_by_date(registration, now, expiring)


def phase_by_date(registration: Registration, now: datetime, expiring: timedelta = EXPIRING) -> Phase:
    """Tell the same of a registered domain by its date and renewal alone, as if it were on no hold."""
    expires_at = registration.expires_at
    extended = _EXTENDED in registration.statuses
    if expires_at is not None and expires_at <= now:
        return Phase.RENEW_PERIOD if extended or _RENEWED in registration.statuses else Phase.EXPIRED
    if extended:
        return Phase.RENEW_PERIOD
    if expires_at is None:
        return Phase.UNKNOWN
    return Phase.EXPIRING if expires_at - now <= expiring else Phase.ACTIVE
