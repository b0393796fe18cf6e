"""What of the register can be looked at: hosts, domains and services; pure."""

from __future__ import annotations

from collections.abc import Mapping

from monitor.core.finding import Subject, SubjectKind, origin_of
from monitor.core.rulebook import INSPECTION_OF
from monitor.core.service import CheckKind, Registry
from monitor.inspections.certificate.endpoint import Ports, endpoints
from monitor.registry.domains import registrable


class Places:
    """The places of a register at which findings of each inspection can be."""

    def __init__(self, registry: Registry) -> None:
        checks = list(registry.checks())
        hosts = {check.name for check in checks}
        domains = {domain for host in hosts if (domain := registrable(host)) is not None}
        everything = frozenset(hosts | domains | registry.services.keys())
        self.domains = frozenset(domains)
        self.certificate_targets = frozenset(endpoints(checks, Ports()))
        self._known: Mapping[str, frozenset[str]] = {
            "registration": self.domains,
            "delegation": self.domains | {each.name for each in checks if each.kind is not CheckKind.DNS},
            "certificate": self.certificate_targets,
        }
        self._everything = everything

    def known(self, rule: str, place: str) -> bool:
        """Whether a rule is looked at at a place; one that comes by way of another counts as that."""
        return origin_of(place) in self._known.get(INSPECTION_OF.get(rule, ""), self._everything)


def domain_of(subject: Subject, registry: Registry) -> str:
    """Return the registrable domain that a problem belongs to; where there is none, its subject's name.

    A problem of a service belongs to the domain of its hosts, if they have one and the same.
    """
    if subject.kind is SubjectKind.DOMAIN:
        return subject.name
    if subject.kind is SubjectKind.HOST:
        return registrable(without_port(subject.name)) or subject.name
    service = registry.services.get(subject.name)
    hosts = {check.name for check in service.checks} if service else set()
    domains = {domain for host in hosts if (domain := registrable(host)) is not None}
    return domains.pop() if len(domains) == 1 else subject.name


def without_port(place: str) -> str:
    """Return the host of `host`, `host:port` or `[address]:port`."""
    if place.startswith("["):
        return place[1:].partition("]")[0]
    host, colon, port = place.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else place
