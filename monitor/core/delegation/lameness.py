"""What the looks at a zone's name servers come to. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from ipaddress import ip_address, ip_network

from monitor.core.delegation.facts import Delegation, Lameness, NameLook, ServerLook, ServerState
from monitor.core.registration.facts import Registration

FAULTS = frozenset({ServerState.LAME, ServerState.SILENT, ServerState.NO_ADDRESS})
"""States in which a server does not do what the parent sends people to it for."""
_ANSWERED = frozenset({ServerState.AUTHORITATIVE, ServerState.LAME})
_SERIAL_SPACE = 1 << 32
_LONGEST_LAG = timedelta(days=1)


def lameness(servers: Sequence[ServerLook], *, resolvable: bool | None = None) -> Lameness:
    """Judge how many of a zone's name servers do not serve it.

    One that could not be asked, or must not be, leaves the rest of the verdict open: what is sure is told.

    Args:
        servers: every address of every server that the parent names.
        resolvable: whether our resolver finds the zone; only where it does not, silence of all servers is
            theirs, and not that of our own path to them. None: not known.
    Source: RFC 9499, section 7, “lame delegation”.
    """
    judged = at_fault(servers)
    good = {one.name for one in servers if one.state is ServerState.AUTHORITATIVE}
    bad = {one.name for one in judged}
    unjudged = {one.name for one in servers} - good - bad
    if bad and resolvable is not False and not any(one.state in _ANSWERED for one in servers):
        return Lameness.UNKNOWN
    if bad:
        return Lameness.PARTIAL if good or unjudged else Lameness.FULL
    return Lameness.NONE if good and not unjudged else Lameness.UNKNOWN


def at_fault(servers: Sequence[ServerLook]) -> tuple[ServerLook, ...]:
    """Return the looks that tell of a fault.

    Silence over IPv6 does so only where some server answered over IPv6: otherwise it may be our own.
    """
    six = any(one.state in _ANSWERED and _is_six(one) for one in servers)
    return tuple(
        one
        for one in servers
        if one.state in FAULTS and (six or one.state is not ServerState.SILENT or not _is_six(one))
    )


def _is_six(look: ServerLook) -> bool:
    return look.address is not None and ":" in look.address


def serials(servers: Iterable[ServerLook]) -> tuple[int, ...]:
    """Return the different SOA serials that the servers with authority give, the oldest first.

    Of serials too far apart to be ordered (RFC 1982) the order is that of their numbers.
    """
    found = {one.serial for one in servers if one.serial is not None}
    if not found:
        return ()
    # The one that no other is ahead of; from there backwards by distance on the circle.
    ahead = {one: sum(_later(other, one) for other in found) for one in found}
    newest = min(found, key=lambda one: (ahead[one], -one))
    return tuple(sorted(found, key=lambda one: (newest - one) % _SERIAL_SPACE, reverse=True))


def _later(one: int, other: int) -> bool:
    return 0 < (one - other) % _SERIAL_SPACE < _SERIAL_SPACE // 2


def differ_since(servers: Sequence[ServerLook], before: Delegation | None, now: datetime) -> datetime | None:
    """Return since which look the servers' serials differ; None: they are equal, or nobody gave one."""
    if len(serials(servers)) < 2:  # noqa: PLR2004 - it takes two to differ
        return None
    return (before.serials_differ_since if before is not None else None) or now


def lags(delegation: Delegation) -> bool:
    """Whether the serials have differed for longer than a transfer may take by the zone's own word.

    That is the greatest `refresh` of its SOA records (RFC 1035), and a day at most.
    """
    since = delegation.serials_differ_since
    if since is None:
        return False
    refresh = max((one.refresh_seconds or 0 for one in delegation.servers), default=0)
    return delegation.looked_at - since > min(timedelta(seconds=refresh), _LONGEST_LAG)


def networks(addresses: Iterable[str]) -> tuple[str, ...]:
    """Return the networks that addresses lie in, sorted: IPv4 /24 and IPv6 /48, what is routed as a whole."""
    return tuple(
        sorted({str(ip_network((one, 48 if ":" in one else 24), strict=False)) for one in addresses})
    )


def addresses_known(servers: Sequence[ServerLook]) -> bool:
    """Whether the addresses of every server were learned, or that it has none."""
    return bool(servers) and all(
        one.address is not None or one.state is ServerState.NO_ADDRESS for one in servers
    )


def single_server(servers: Sequence[ServerLook]) -> bool:
    """Whether the zone hangs on one machine: all names share an address, and each family has one at most."""
    by_name: dict[str, set[str]] = {}
    for one in servers:
        if one.address is not None:
            by_name.setdefault(one.name, set()).add(one.address)
    if not by_name:
        return False
    families = [ip_address(one).version for one in set.union(*by_name.values())]
    return len(families) == len(set(families)) and bool(set.intersection(*by_name.values()))


def single_network(delegation: Delegation) -> str | None:
    """Return the network that all servers stand in; None: there are several, or only one server.

    IPv4 decides where there is any: most visitors' resolvers still need it.
    """
    if single_server(delegation.servers):
        return None
    four = [one for one in delegation.networks if ":" not in one]
    decisive = four or delegation.networks
    return decisive[0] if len(decisive) == 1 else None


def parent_differs(delegation: Delegation) -> bool | None:
    """Whether parent and zone name different name servers; None: one of the two is not known."""
    if not (delegation.referred and delegation.parent_name_servers and delegation.zone_name_servers):
        return None
    return set(delegation.parent_name_servers) != set(delegation.zone_name_servers)


def registry_disagrees(delegation: Delegation, registration: Registration) -> bool | None:
    """Whether registry and parent zone name different name servers; None: one of the two is not known."""
    if not (delegation.referred and delegation.parent_name_servers and registration.name_servers):
        return None
    return set(delegation.parent_name_servers) != set(registration.name_servers)


def dangling(look: NameLook, domain: str) -> str | None:
    """Return the name outside the domain that a host is an alias of, and that does not exist; None: no such.

    Whoever registers that name, or takes it at its hoster, answers for the host.
    """
    if look.rcode != "NXDOMAIN" or not look.aliases or look.addresses or look.blocked:
        return None
    target = look.aliases[-1]
    return None if target == domain or target.endswith(f".{domain}") else target


def shortfall(delegation: Delegation) -> str | None:
    """Say in one sentence what of a look could not be had through no fault of the domain; None: nothing."""
    misled = next((one for one in delegation.names if one.blocked), None)
    if misled is not None:
        where = ", ".join((*misled.aliases, *misled.addresses))
        return f"Our resolver leads {misled.name} to a block page ({where}): what it says is not believed."
    unknown = next(
        (one for one in delegation.servers if one.address is None and one.state not in FAULTS), None
    )
    if unknown is not None:
        return unknown.detail
    unanswered = [one.name for one in delegation.names if one.rcode is None]
    if unanswered:
        return f"Our resolver gave no answer for {', '.join(unanswered)}."
    if delegation.lameness is Lameness.UNKNOWN and at_fault(delegation.servers):
        return (
            f"All name servers of {delegation.domain} are silent to us, which our resolver does not confirm."
        )
    return None
