"""From looks at hosts to findings. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from monitor.core.finding import Identity, Seen, via
from monitor.core.https.certificates import DomainOf, certificate_coverage, certificate_problems
from monitor.core.https.hosts import host_coverage, host_problems
from monitor.core.https.look import HostLook


def judge(
    looks: Iterable[HostLook], domain_of: DomainOf, now: datetime
) -> tuple[tuple[Seen, ...], Mapping[str, frozenset[str]]]:
    """Name everything that is wrong at hosts, those that visitors pass on the way included.

    One certificate that several hosts show is one problem, at all of them.

    Args:
        looks: in any order, each host once.
        domain_of: the registrable domain of a host.
        now: aware UTC.
    Returns: each identity once; and by rule the places at which its problem would have been seen: hosts, and
        hosts outside the register by way of one (see `finding.via`).
    """
    seen: dict[Identity, Seen] = {}
    covered: dict[str, set[str]] = {}
    for place, look in _all(looks):
        for one in (*certificate_problems(look, domain_of, now), *host_problems(look)):
            there = replace(one, places=frozenset({place}))
            seen[one.identity] = _joined(seen.get(one.identity), there)
        for rule in certificate_coverage(look, now) | host_coverage(look, now):
            covered.setdefault(rule, set()).add(place)
    return tuple(seen.values()), {rule: frozenset(places) for rule, places in covered.items()}


def _all(looks: Iterable[HostLook]) -> Iterator[tuple[str, HostLook]]:
    for look in looks:
        yield look.name, look
        yield from ((via(look.name, one.name), one) for one in look.passed)


def _joined(before: Seen | None, one: Seen) -> Seen:
    if before is None:
        return one
    worse = max(before, one, key=lambda each: each.severity.rank)
    addresses = sorted({*before.evidence["addresses"], *one.evidence["addresses"]})
    return replace(
        worse, places=before.places | one.places, evidence={**worse.evidence, "addresses": addresses}
    )
