"""The DNS that the town's names live in: zones from .id down, as parents and name servers hold them. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import dns.dnssec
import dns.name
import dns.rdatatype
import dns.zone
from cryptography.hazmat.primitives.asymmetric import ec
from dns.dnssectypes import Algorithm, DSDigest
from dns.rdtypes.ANY.DNSKEY import DNSKEY

from monitor.demo.domains import NAME_SERVERS, PARENT_SERVERS, Domain

TTL_SECONDS = 60
_SIGNED_SINCE, _SIGNED_UNTIL = timedelta(days=-1), timedelta(days=30)
_ENTRY_KEY = 257
"""Flags of a DNSKEY that a parent vouches for (RFC 4034, 2.1.1)."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The zones of the demo's domains, and those above them."""

    zones: Mapping[dns.name.Name, dns.zone.Zone]
    domains: frozenset[dns.name.Name]
    """The town's, also those that have no zone."""

    def speaking_for(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType, among: Collection[dns.name.Name]
    ) -> dns.zone.Zone | None:
        """Return the zone that answers for a name; for a DS record that is the one above it.

        None where there is none, and for names that are not the town's: they might be real ones, of which
        nothing is said here.

        Args:
            name: absolute.
            kind: of record.
            among: names of the zones that may be taken.
        """
        above = [name]
        while above[-1] != dns.name.root:
            above.append(above[-1].parent())
        served = [one for one in above if one in among]
        if kind == dns.rdatatype.DS and len(served) > 1 and served[0] == name:
            del served[0]
        if not served or not self._is_ours(name, above):
            return None
        return self.zones[served[0]]

    def _is_ours(self, name: dns.name.Name, above: Iterable[dns.name.Name]) -> bool:
        return not self.domains.isdisjoint(above) or any(name in zone.nodes for zone in self.zones.values())


def tree(domains: Sequence[Domain], hosts: Mapping[str, str], opened_at: datetime) -> Tree:
    """Return every zone: those of the domains that are delegated, and those above them.

    Args:
        domains: the town's.
        hosts: host name → address; those that lie in no zone are left out.
        opened_at: when the demo began; aware UTC.
    """
    delegated = [one for one in domains if one.delegated]
    found: dict[str, dns.zone.Zone] = {}
    handed: defaultdict[str, list[str]] = defaultdict(list)
    for domain in delegated:
        found[domain.name], lines = _domain(domain, hosts, opened_at)
        handed[_parent(domain.name)] += lines
    suffixes = {suffix for domain in domains for suffix in _suffixes(domain.name)}
    for suffix in suffixes:
        handed[_parent(suffix)] += [f"{suffix} NS {server}." for server in PARENT_SERVERS]
    for suffix in suffixes:
        lines = handed[suffix] + [f"{name} A {address}" for name, address in _glue(suffix, delegated)]
        found[suffix] = _zone(suffix, tuple(PARENT_SERVERS), lines, opened_at)
    zones = {dns.name.from_text(name): zone for name, zone in found.items()}
    return Tree(zones, frozenset(dns.name.from_text(one.name) for one in domains))


def _domain(domain: Domain, hosts: Mapping[str, str], opened_at: datetime) -> tuple[dns.zone.Zone, list[str]]:
    """Return a domain's zone, and what its parent holds of it: referral and key."""
    lines = [f"{host} A {address}" for host, address in _within(domain.name, hosts)]
    if domain.caa:
        lines.append(f'{domain.name} CAA 0 issue "otoritas.demoprov.go.id"')
    zone = _zone(domain.name, domain.name_servers, lines, opened_at)
    above = [f"{domain.name} NS {server}." for server in domain.name_servers]
    if domain.signed:
        key = ec.generate_private_key(ec.SECP256R1())
        public = dns.dnssec.make_dnskey(key.public_key(), Algorithm.ECDSAP256SHA256, _ENTRY_KEY)
        _sign(zone, key, public, opened_at)
        entry = dns.dnssec.make_ds(dns.name.from_text(domain.name), public, DSDigest.SHA256)
        above.append(f"{domain.name} DS {entry.to_text()}")
    return zone, above


def _zone(name: str, servers: tuple[str, ...], lines: Iterable[str], opened_at: datetime) -> dns.zone.Zone:
    first = f"{name} SOA {servers[0]}. admin.{name}. {opened_at:%Y%m%d}01 3600 600 864000 {TTL_SECONDS}"
    records = [first, *(f"{name} NS {server}." for server in servers), *lines]
    # Owners are written without their final dot above.
    absolute = [f"{owner}. {TTL_SECONDS} IN {rest}" for owner, rest in (one.split(" ", 1) for one in records)]
    return dns.zone.from_text("\n".join(dict.fromkeys(absolute)), origin=f"{name}.", relativize=False)


def _sign(zone: dns.zone.Zone, key: ec.EllipticCurvePrivateKey, public: DNSKEY, opened_at: datetime) -> None:
    dns.dnssec.sign_zone(
        zone,
        keys=[(key, public)],
        dnskey_ttl=TTL_SECONDS,
        inception=opened_at + _SIGNED_SINCE,
        expiration=opened_at + _SIGNED_UNTIL,
    )


def _within(name: str, hosts: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return the hosts and name servers that lie under a domain, with their addresses."""
    known = {**hosts, **NAME_SERVERS}
    return [(host, address) for host, address in known.items() if host.endswith(f".{name}")]


def _glue(suffix: str, domains: Iterable[Domain]) -> list[tuple[str, str]]:
    """Return the name servers whose addresses a suffix's zone holds, lying under what it refers to."""
    below = [domain for domain in domains if _parent(domain.name) == suffix]
    own = {name for name in PARENT_SERVERS if _parent(_parent(name)) == suffix}
    named = {server for domain in below for server in domain.name_servers if server.endswith(f".{suffix}")}
    known = {**NAME_SERVERS, **PARENT_SERVERS}
    return [(name, known[name]) for name in sorted(own | named)]


def _parent(name: str) -> str:
    return name.partition(".")[2]


def _suffixes(name: str) -> list[str]:
    """Return the names above a domain, up to the top-level domain."""
    labels = name.split(".")
    return [".".join(labels[cut:]) for cut in range(1, len(labels))]
