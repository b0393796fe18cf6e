"""What a registry says of a domain, as JSON and back, and what became different of it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from monitor.core.finding import Change


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
    """EPP status codes in one spelling (`clientTransferProhibited`), sorted; empty: not known."""
    created_at: datetime | None = None
    expires_at: datetime | None = None
    changed_at: datetime | None = None
    name_servers: tuple[str, ...] = ()
    """Lower case without final dot, sorted; empty: not known."""
    signed: bool | None = None
    """Whether the registry holds a DS record for it."""
    remarks: tuple[str, ...] = ()
    """What of the reply could not be read: one English sentence each."""


_TIMES = frozenset({"looked_at", "created_at", "expires_at", "changed_at"})
_LISTS = frozenset({"statuses", "name_servers", "remarks"})


def registration_json(registration: Registration) -> dict[str, Any]:
    """Return it as JSON can hold it: the names of its fields, times in ISO 8601."""
    values: dict[str, Any] = {}
    for one in fields(registration):
        value = getattr(registration, one.name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, RegistrationSource):
            value = value.value
        values[one.name] = value
    return values


def registration_of(facts: Mapping[str, Any]) -> Registration:
    """Read what `registration_json` wrote; keys of a newer program are passed over.

    Raises:
        ValueError: it is nothing of the kind.
    """
    names = {one.name for one in fields(Registration)}
    values = {key: _read(key, value) for key, value in facts.items() if key in names}
    try:
        return Registration(**values)
    except TypeError as error:
        raise ValueError(f"not a registration: {error}") from None


def _read(key: str, value: Any) -> Any:
    if key == "source":
        return RegistrationSource(value)
    if key in _LISTS:
        return tuple(value)
    return datetime.fromisoformat(value) if key in _TIMES and value is not None else value


_SAME_MOMENT = timedelta(days=1)
"""RDAP gives the second and WHOIS sometimes the day only: a smaller step is no renewal."""


def changes(before: Registration | None, after: Registration, at: datetime) -> list[Change]:
    """Return what became different between two looks; only what both of them know.

    RDAP and WHOIS call registrars and statuses by different names, so these are compared only where both
    looks used the same protocol.

    Args:
        before: None: there was no look before.
        after: of the same domain.
        at: when it was noticed; aware UTC.
    """
    if before is None:
        return []
    pairs: list[tuple[str, str | None, str | None]] = [
        ("registered", _yes_no(before.registered), _yes_no(after.registered)),
        ("expires_at", *_moved(before.expires_at, after.expires_at)),
        ("name_servers", _joined(before.name_servers), _joined(after.name_servers)),
        ("signed", _yes_no(before.signed), _yes_no(after.signed)),
    ]
    if before.source is after.source:
        pairs += [
            ("registrar", *_renamed(before.registrar, after.registrar)),
            ("statuses", _joined(before.statuses), _joined(after.statuses)),
        ]
    return [
        Change(domain=after.domain, at=at, what=what, before=old, after=new)
        for what, old, new in pairs
        if old is not None and new is not None and old != new
    ]


def _moved(old: datetime | None, new: datetime | None) -> tuple[str | None, str | None]:
    if old is None or new is None or abs(new - old) < _SAME_MOMENT:
        return None, None
    return old.isoformat(), new.isoformat()


def _renamed(old: str | None, new: str | None) -> tuple[str | None, str | None]:
    same = old is not None and new is not None and old.casefold() == new.casefold()
    return (None, None) if same else (old, new)


def _joined(values: tuple[str, ...]) -> str | None:
    return ", ".join(values) or None


def _yes_no(value: bool | None) -> str | None:  # noqa: FBT001 - it is the value that is written
    return None if value is None else str(value).lower()
