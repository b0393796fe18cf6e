"""Reads the card of a domain from the store and the register."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from monitor.core.card import CardService, DomainCard, DomainLine, HostCard, Known
from monitor.core.delegation.facts import Lameness, delegation_of
from monitor.core.finding import Finding
from monitor.core.hostname import classify
from monitor.core.https.look_json import look_of
from monitor.core.registration.facts import registration_of
from monitor.core.registration.phase import phase_of
from monitor.core.service import Registry, Service
from monitor.inspections.certificate.endpoint import Ports, endpoints
from monitor.registry.domains import name_parts, registrable
from monitor.store import Store
from monitor.store.findings import open_findings
from monitor.store.looks import Look, changes_of, looks

_Facts = TypeVar("_Facts")
_log = logging.getLogger(__name__)


def domains_of(registry: Registry) -> dict[str, list[Service]]:
    """Return the registrable domains of the register, each with the services that hang on it; sorted."""
    found: dict[str, list[Service]] = {}
    for service in registry.services.values():
        for domain in {one for check in service.checks if (one := registrable(check.name)) is not None}:
            found.setdefault(domain, []).append(service)
    return dict(sorted(found.items()))


async def read_card(store: Store, registry: Registry, domain: str, now: datetime) -> DomainCard | None:
    """Return the card of a domain; None where no service of the register uses it.

    Args:
        store: open.
        registry: as loaded.
        domain: registrable; lower case.
        now: aware UTC.
    Raises:
        StoreUnavailable: locked or damaged.
    """
    services = domains_of(registry).get(domain)
    if services is None:
        return None
    checks = [each for one in services for each in one.checks if registrable(each.name) == domain]
    hosts = list(endpoints(checks, Ports()))
    by_name = {(one.inspection, one.target): one for one in await looks(store, [domain, *hosts])}
    registered, delegated = by_name.get(("registration", domain)), by_name.get(("delegation", domain))
    registration = read_facts(registered, registration_of)
    return DomainCard(
        domain=domain,
        name=classify(domain, name_parts(domain)),
        services=tuple(_service(one, registry) for one in services),
        registration=registration,
        registration_known=_known(registered),
        phase=phase_of(registration, now),
        delegation=read_facts(delegated, delegation_of),
        delegation_known=_known(delegated),
        hosts=tuple(_host(each, by_name.get(("certificate", each))) for each in sorted(hosts)),
        findings=tuple(_worst_first(await open_findings(store, domains=[domain]))),
        history=tuple(await changes_of(store, domain)),
    )


async def read_lines(store: Store, registry: Registry, now: datetime) -> list[DomainLine]:
    """Return all domains of the register, those first whose findings matter most.

    Raises:
        StoreUnavailable: locked or damaged.
    """
    domains = domains_of(registry)
    facts = {(one.inspection, one.target): one for one in await looks(store, domains)}
    found: dict[str, list[Finding]] = {}
    for finding in await open_findings(store):
        if not finding.accepted(now):
            found.setdefault(finding.domain, []).append(finding)
    lines = []
    for domain, services in domains.items():
        registered, delegated = facts.get(("registration", domain)), facts.get(("delegation", domain))
        registration, delegation = (
            read_facts(registered, registration_of),
            read_facts(delegated, delegation_of),
        )
        findings = _worst_first(found.get(domain, []))
        lines.append(
            DomainLine(
                domain=domain,
                phase=phase_of(registration, now),
                expires_at=registration.expires_at if registration else None,
                lameness=delegation.lameness if delegation else Lameness.UNKNOWN,
                services=len(services),
                findings=len(findings),
                worst=findings[0].severity if findings else None,
                failed=registered is not None and registered.failure is not None,
            )
        )
    return sorted(lines, key=lambda one: (-one.worst.rank if one.worst else 1, one.domain))


def read_facts(look: Look | None, read: Callable[[Mapping[str, Any]], _Facts]) -> _Facts | None:
    """Return what a look saw; None where nothing was seen, or another version wrote it otherwise."""
    if look is None or look.facts is None:
        return None
    try:
        return read(look.facts)
    except (KeyError, TypeError, ValueError, AttributeError):
        _log.warning("what the %s inspection of %s saw cannot be read", look.inspection, look.target)
        return None


def _host(name: str, look: Look | None) -> HostCard:
    return HostCard(name=name, look=read_facts(look, look_of), known=_known(look))


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
