"""Which services of the register a finding is about. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from urllib.parse import urlsplit

from monitor.core.finding import Finding, SubjectKind
from monitor.core.service import Check, HttpTarget, Registry, Service, TcpTarget


def affected(finding: Finding, registry: Registry) -> frozenset[str]:
    """Return the ids of the services that hang on one of the finding's places.

    A place is a service's id, a host of one of its checks, or the domain above them. The last holds only for
    what is said of a domain as a whole: a certificate that is found at `example.go.id` says nothing about
    `www.example.go.id`.
    """
    whole = finding.identity.subject.kind is SubjectKind.DOMAIN and not finding.identity.key
    domains = finding.places & {finding.domain} if whole else frozenset()
    return frozenset(one.id for one in registry.services.values() if _hangs(one, finding.places, domains))


def _hangs(service: Service, places: AbstractSet[str], domains: Iterable[str]) -> bool:
    if service.id in places:
        return True
    names = {name for check in service.checks for name in _names(check)}
    return not names.isdisjoint(places) or any(
        name.endswith(f".{domain}") for domain in domains for name in names
    )


def _names(check: Check) -> Iterable[str]:
    host = check.host.rstrip(".")
    yield host
    yield check.name.rstrip(".")
    match check.target:
        case HttpTarget(request=request) if (port := urlsplit(request.url).port) is not None:
            yield f"{host}:{port}"
        case TcpTarget(port=port):
            yield f"{host}:{port}"
