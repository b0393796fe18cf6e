"""How a domain is delegated and served in the DNS. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLook:
    """One address of one name server."""

    name: str
    address: str | None
    state: ServerState
    serial: int | None = None
    """Of the SOA that it gave."""
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
    """None: no answer."""
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
    parent_name_servers: tuple[str, ...] = ()
    """NS at the parent; sorted."""
    zone_name_servers: tuple[str, ...] = ()
    """NS in the zone, of all servers with authority; sorted."""
    servers: tuple[ServerLook, ...] = ()
    lameness: Lameness = Lameness.UNKNOWN
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
