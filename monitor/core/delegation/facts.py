"""How a domain is delegated and served in the DNS: what was seen, and how it is kept as JSON. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any


class Lameness(StrEnum):
    """How many of the name servers that the parent names do not serve the zone."""

    NONE = "none"
    PARTIAL = "partial"
    FULL = "full"
    UNKNOWN = "unknown"


class Dnssec(StrEnum):
    """Whether the zone's answers can be verified."""

    UNSIGNED = "unsigned"
    """No DS at the parent: nobody verifies."""
    VALID = "valid"
    BROKEN = "broken"
    """A DS at the parent that the zone does not live up to: whoever verifies cannot reach it."""
    UNKNOWN = "unknown"


class ServerState(StrEnum):
    """What became of asking one address of a name server for the zone's SOA."""

    AUTHORITATIVE = "authoritative"
    LAME = "lame"
    """It answered, but not with authority."""
    SILENT = "silent"
    """It did not answer in time."""
    NO_ADDRESS = "no_address"
    """Its name has no address."""
    REFUSED_BY_US = "refused_by_us"
    """Its address is one that a monitor must not be led to."""
    NOT_ASKED = "not_asked"
    """We could not ask: its address could not be learned, or none of our routes leads there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLook:
    """One address of one name server."""

    name: str
    address: str | None
    state: ServerState
    serial: int | None = None
    """Of the SOA that it gave."""
    refresh_seconds: int | None = None
    """Of that SOA: how long a secondary may lag behind, by the zone's own word."""
    name_servers: tuple[str, ...] = ()
    """NS of the zone, as this server gives them; sorted."""
    detail: str | None = None
    """What it answered instead: one English sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NameLook:
    """What one host name of the register stands for, asked at the vantage's resolver."""

    name: str
    addresses: tuple[str, ...] = ()
    """IPv4 and IPv6."""
    aliases: tuple[str, ...] = ()
    """The CNAME chain, in order."""
    rcode: str | None = None
    """Of the questions for A and AAAA, the worse; None: one of them was not answered."""
    static: bool = False
    """From the settings' static map: the DNS was not asked."""
    blocked: bool = False
    """The answer is that of a national block list: our resolver is filtered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delegation:
    """All that was asked about one domain."""

    domain: str
    looked_at: datetime
    """Aware UTC."""
    exists: bool | None = None
    """Whether the parent delegates it; None: the parent did not answer."""
    parent_rcode: str | None = None
    """What the parent answered: NXDOMAIN tells a name that does not exist from one without delegation."""
    referred: bool = False
    """The parent referred to the zone; otherwise the server that we asked also serves the zone, and spoke for
    it: then how the parent itself writes the delegation is not known."""
    parent_name_servers: tuple[str, ...] = ()
    """NS at the parent; sorted."""
    zone_name_servers: tuple[str, ...] = ()
    """NS in the zone, of all servers with authority; sorted."""
    servers: tuple[ServerLook, ...] = ()
    lameness: Lameness = Lameness.UNKNOWN
    serials_differ_since: datetime | None = None
    """The first of the looks, without a break, at which the servers' SOA serials differed."""
    dnssec: Dnssec = Dnssec.UNKNOWN
    dnssec_detail: str | None = None
    """Why it is broken or unknown: one English sentence."""
    has_caa: bool | None = None
    """Whether the domain says which authorities may issue certificates; None: not known."""
    networks: tuple[str, ...] = ()
    """Networks (IPv4 /24, IPv6 /48) of the servers' addresses; sorted."""
    names: tuple[NameLook, ...] = ()
    """The hosts of the register below the domain."""
    filtered: bool = False
    """Our own resolver gave a block page's address: what it says of names is not to be believed."""


def delegation_json(delegation: Delegation) -> dict[str, Any]:
    """Return it as JSON can hold it; times ISO 8601 in UTC."""
    return {one.name: _plain(getattr(delegation, one.name)) for one in fields(Delegation)}


def delegation_of(facts: Mapping[str, Any]) -> Delegation:
    """Read what `delegation_json` wrote; what an older version did not write keeps its default.

    Raises:
        ValueError: it was not written so.
    """
    try:
        values = _known(Delegation, facts)
        values["looked_at"] = datetime.fromisoformat(values["looked_at"])
        if values.get("serials_differ_since") is not None:
            values["serials_differ_since"] = datetime.fromisoformat(values["serials_differ_since"])
        values["lameness"] = Lameness(values.get("lameness", Lameness.UNKNOWN))
        values["dnssec"] = Dnssec(values.get("dnssec", Dnssec.UNKNOWN))
        values["servers"] = tuple(
            ServerLook(**{**_known(ServerLook, one), "state": ServerState(one["state"])})
            for one in values.get("servers", ())
        )
        values["names"] = tuple(NameLook(**_known(NameLook, one)) for one in values.get("names", ()))
        return Delegation(**values)
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"these are no facts of a delegation ({error!r})") from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, (ServerLook, NameLook)):
        return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}
    return value


def _known(kind: type[Delegation | ServerLook | NameLook], facts: Mapping[str, Any]) -> dict[str, Any]:
    names = {one.name for one in fields(kind)}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in facts.items()
        if name in names
    }
