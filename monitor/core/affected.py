"""Which services of the register a finding is about. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from monitor.core.finding import Finding, SubjectKind, origin_of
from monitor.core.https.look import host_and_port
from monitor.core.service import Check, HttpTarget, Registry, TcpTarget

Places = Mapping[str, frozenset[str]]
"""By a service's id, and by every host of its checks (also with its port), the ids of the services there."""


def places_of(registry: Registry) -> Places:
    """Return where the services of a register can be found."""
    found: defaultdict[str, set[str]] = defaultdict(set)
    for one in registry.services.values():
        found[one.id].add(one.id)
        for check in one.checks:
            for name in _names(check):
                found[name].add(one.id)
    return {place: frozenset(ids) for place, ids in found.items()}


def affected(finding: Finding, places: Places) -> frozenset[str]:
    """Return the ids of the services that hang on one of the finding's places.

    What is said of a domain as a whole is about every service under it. A certificate that is found at
    `example.go.id` says nothing about `www.example.go.id`.
    """
    services = [places.get(origin_of(each), frozenset[str]()) for each in finding.places]
    whole = finding.identity.subject.kind is SubjectKind.DOMAIN and not finding.identity.key
    if whole and finding.domain in finding.places:
        services += [ids for name, ids in places.items() if name.endswith(f".{finding.domain}")]
    return frozenset[str]().union(*services)


def _names(check: Check) -> Iterable[str]:
    name = check.name.rstrip(".")
    yield name
    match check.target:
        case HttpTarget(request=request) if (port := urlsplit(request.url).port) is not None:
            yield host_and_port(name, port, usual=0)
        case TcpTarget(port=port):
            yield host_and_port(name, port, usual=0)
