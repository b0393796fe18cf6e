"""What of the register can be looked at: hosts, domains and services; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from monitor.core.finding import Subject, SubjectKind
from monitor.core.service import Registry
from monitor.registry.domains import registrable


class Places(Collection[str]):
    """The places at which findings can be: a host also with any port."""

    def __init__(self, names: frozenset[str]) -> None:
        self._names = names

    def __contains__(self, place: object) -> bool:
        """Whether a place is in the register."""
        return isinstance(place, str) and (place in self._names or without_port(place) in self._names)

    def __iter__(self) -> Iterator[str]:
        """Iterate over the names."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return how many names there are."""
        return len(self._names)


def known_places(registry: Registry) -> Places:
    """Return the ids of the services, the hosts of their checks, and the domains of those."""
    hosts = {name for check in registry.checks() for name in (check.name, check.host)}
    domains = {domain for host in hosts if (domain := registrable(host)) is not None}
    return Places(frozenset(hosts | domains | registry.services.keys()))


def domain_of(subject: Subject, registry: Registry) -> str:
    """Return the registrable domain that a problem belongs to; where there is none, its subject's name.

    A problem of a service belongs to the domain of its hosts, if they have one and the same.
    """
    if subject.kind is SubjectKind.DOMAIN:
        return subject.name
    if subject.kind is SubjectKind.HOST:
        return registrable(without_port(subject.name)) or subject.name
    service = registry.services.get(subject.name)
    hosts = {host for check in service.checks for host in (check.name, check.host)} if service else set()
    domains = {domain for host in hosts if (domain := registrable(host)) is not None}
    return domains.pop() if len(domains) == 1 else subject.name


def without_port(place: str) -> str:
    """Return the host of `host`, `host:port` or `[address]:port`."""
    if place.startswith("["):
        return place[1:].partition("]")[0]
    host, colon, port = place.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else place
