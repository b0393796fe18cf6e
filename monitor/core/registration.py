"""What a registry says of a domain. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RegistrationSource(StrEnum):
    """By which protocol a registry was asked."""

    RDAP = "rdap"
    WHOIS = "whois"


class Phase(StrEnum):
    """Where a domain is in its life."""

    ACTIVE = "active"
    EXPIRING = "expiring"
    EXPIRED = "expired"
    RENEW_PERIOD = "renew_period"
    REDEMPTION = "redemption"
    PENDING_DELETE = "pending_delete"
    HOLD = "hold"
    UNREGISTERED = "unregistered"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One reply of a registry. Times are aware UTC; None where it does not say, or not legibly."""

    domain: str
    """The registrable name; lower case, IDNA."""
    source: RegistrationSource
    looked_at: datetime
    registered: bool = True
    """False: the registry knows no such name."""
    handle: str | None = None
    registrar: str | None = None
    """Who keeps the registration; never the holder, whom registries do not name."""
    statuses: tuple[str, ...] = ()
    """EPP status codes in one spelling (`clientTransferProhibited`), sorted."""
    created_at: datetime | None = None
    expires_at: datetime | None = None
    changed_at: datetime | None = None
    name_servers: tuple[str, ...] = ()
    """Lower case without final dot, sorted."""
    signed: bool | None = None
    """Whether the registry holds a DS record for it."""
    remarks: tuple[str, ...] = ()
    """What of the reply could not be read: one English sentence each."""
