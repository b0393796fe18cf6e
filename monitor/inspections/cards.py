"""Reads the card of a domain from the store and the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from monitor.core.card import CardService, DomainCard, DomainLine, HostCard, Known
from monitor.core.delegation.facts import Lameness, delegation_of
from monitor.core.finding import Finding
from monitor.core.hostname import classify
from monitor.core.https.look_json import look_of
from monitor.core.registration.facts import registration_of
from monitor.core.registration.phase import phase_of
from monitor.core.service import Registry, Service
from monitor.inspections.places import without_port
from monitor.registry.domains import name_parts, registrable
from monitor.store import Store
from monitor.store.findings import open_findings
from monitor.store.looks import Look, changes_of, looks


def domains_of(registry: Registry) -> dict[str, list[Service]]:
    """Return the registrable domains of the register, each with the services that hang on it; sorted."""
    found: dict[str, list[Service]] = {}
    for service in registry.services.values():
        hosts = {host for check in service.checks for host in (check.name, check.host)}
        for domain in {one for host in hosts if (one := registrable(host)) is not None}:
            found.setdefault(domain, []).append(service)
    return dict(sorted(found.items()))


async def read_card(store: Store, registry: Registry, domain: str, now: datetime) -> DomainCard | None:
    """Return the card of a domain; None where neither the register nor the store knows it.

    Args:
        store: open.
        registry: as loaded.
        domain: registrable; lower case.
        now: aware UTC.
    Raises:
        StoreUnavailable: locked or damaged.
    """
    services = domains_of(registry).get(domain, [])
    hosts = {
        host
        for service in services
        for check in service.checks
        for host in (check.name, check.host)
        if registrable(host) == domain
    }
    remembered = [one for one in await looks(store) if _below(one.target, domain)]
    if not services and not remembered:
        return None
    by_name = {(one.inspection, one.target): one for one in remembered}
    registered, delegated = by_name.get(("registration", domain)), by_name.get(("delegation", domain))
    registration = registration_of(registered.facts) if registered and registered.facts else None
    return DomainCard(
        domain=domain,
        name=classify(domain, name_parts(domain)),
        services=tuple(_service(one, registry) for one in services),
        registration=registration,
        registration_known=_known(registered),
        phase=phase_of(registration, now),
        delegation=delegation_of(delegated.facts) if delegated and delegated.facts else None,
        delegation_known=_known(delegated),
        hosts=tuple(_hosts(by_name, hosts)),
        findings=tuple(_worst_first(await open_findings(store, domains=[domain]))),
        history=tuple(await changes_of(store, domain)),
    )


async def read_lines(store: Store, registry: Registry, now: datetime) -> list[DomainLine]:
    """Return all domains of the register, those first whose findings matter most.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    facts = {(one.inspection, one.target): one for one in await looks(store)}
    found: dict[str, list[Finding]] = {}
    for finding in await open_findings(store):
        if not finding.accepted(now):
            found.setdefault(finding.domain, []).append(finding)
    lines = []
    for domain, services in domains_of(registry).items():
        registered, delegated = facts.get(("registration", domain)), facts.get(("delegation", domain))
        registration = registration_of(registered.facts) if registered and registered.facts else None
        findings = _worst_first(found.get(domain, []))
        lines.append(
            DomainLine(
                domain=domain,
                phase=phase_of(registration, now),
                expires_at=registration.expires_at if registration else None,
                lameness=delegation_of(delegated.facts).lameness
                if delegated and delegated.facts
                else Lameness.UNKNOWN,
                services=len(services),
                findings=len(findings),
                worst=findings[0].severity if findings else None,
                failed=registered is not None and registered.failure is not None,
            )
        )
    return sorted(lines, key=lambda one: (-one.worst.rank if one.worst else 1, one.domain))


def _below(target: str, domain: str) -> bool:
    return registrable(without_port(target)) == domain


def _hosts(by_name: Mapping[tuple[str, str], Look], hosts: Iterable[str]) -> Iterable[HostCard]:
    """Yield the hosts that were looked at, and those of the register that were not yet."""
    seen = {target: look for (name, target), look in by_name.items() if name == "certificate"}
    unseen = set(hosts) - {without_port(target) for target in seen}
    for name in sorted({*seen, *unseen}):
        look = seen.get(name)
        yield HostCard(
            name=name, look=look_of(look.facts) if look and look.facts else None, known=_known(look)
        )


def _known(look: Look | None) -> Known | None:
    if look is None:
        return None
    return Known(tried_at=look.tried_at, seen_at=look.seen_at, failure=look.failure)


def _service(service: Service, registry: Registry) -> CardService:
    return CardService(
        id=service.id,
        name=service.name,
        agency=registry.agencies[service.agency_id].name,
        government=registry.government_of(service).name,
        holder=service.domain_holder,
        urls=service.urls,
    )


def _worst_first(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda one: (-one.severity.rank, one.number))
