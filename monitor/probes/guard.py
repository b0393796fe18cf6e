"""Which addresses may be probed: a monitor is an HTTP client that strangers can steer (SSRF)."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable
from enum import Enum
from functools import lru_cache

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Networks = tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...]


class Reach(Enum):
    """What kind of place an address is."""

    PUBLIC = "public"
    PRIVATE = "private"
    """RFC 1918, RFC 4193 and RFC 6598: another host of an internal network."""
    SPECIAL = "special"
    """Loopback, link-local, multicast, reserved: never the address of a service."""


_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_PRIVATE: Networks = tuple(
    ipaddress.ip_network(text)
    for text in ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7")
)


def networks(texts: Iterable[str]) -> Networks:
    """Parse CIDR texts.

    Raises:
        ValueError: a text is not a network.
    """
    return tuple(ipaddress.ip_network(text, strict=False) for text in texts)


@lru_cache(maxsize=4096)
def reach(address: str, allowed: Networks = ()) -> Reach:
    """Classify one address, `allowed` networks counting as public.

    `ipaddress.is_global` alone is not enough: an IPv6 address may carry an IPv4 one inside (mapped, NAT64,
    6to4, Teredo), and the network delivers to the inner one.

    Raises:
        ValueError: not an IP address.
    """
    outer = ipaddress.ip_address(address.partition("%")[0])
    if any(outer in network for network in allowed):
        return Reach.PUBLIC
    inner = _unwrap(outer)
    if inner is not outer:
        if any(inner in network for network in allowed):
            return Reach.PUBLIC
        # Carried inside another address even a private one is a detour that no honest service takes.
        return Reach.PUBLIC if _is_public(inner) else Reach.SPECIAL
    if any(inner in network for network in _PRIVATE):
        return Reach.PRIVATE
    return Reach.PUBLIC if _is_public(inner) else Reach.SPECIAL


def _is_public(address: Address) -> bool:
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_unspecified
        or address.is_link_local
        or getattr(address, "is_site_local", False)  # fec0::/10, only IPv6 has it
    )


def _unwrap(address: Address) -> Address:
    """Return the IPv4 address that an IPv6 address carries, or the address itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    teredo = address.teredo
    carried = address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
    if carried is not None:
        return carried
    compatible = int(address) >> 32 == 0 and int(address) > 1  # ::a.b.c.d, deprecated by RFC 4291
    if compatible or any(address in network for network in _NAT64):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address
