"""What inspections see, as series: domains, certificates and findings."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from monitor.core.delegation.facts import Delegation, Dnssec, Lameness
from monitor.core.https.look import HostLook
from monitor.core.registration.facts import Phase, Registration
from monitor.core.registration.phase import phase_of
from monitor.metrics.catalogue import inspecting as catalogue
from monitor.metrics.sheet import Cell, Column, Sheet, value

_DOMAIN_COLUMNS = (
    Column(catalogue.DOMAIN_EXPIRY),
    *(Column(catalogue.DOMAIN_PHASE, phase=phase.value) for phase in Phase),
    Column(catalogue.DOMAIN_LOOKUP_SUCCESS),
    Column(catalogue.DOMAIN_LOOKUP_TIMESTAMP),
    *(Column(catalogue.DOMAIN_LAMENESS, lameness=lameness.value) for lameness in Lameness),
    *(Column(catalogue.DOMAIN_DNSSEC, dnssec=dnssec.value) for dnssec in Dnssec),
)
_HOST_COLUMNS = (
    Column(catalogue.CERTIFICATE_EXPIRY),
    Column(catalogue.CERTIFICATE_CHAIN_EXPIRY),
    Column(catalogue.CERTIFICATE_LOOK_SUCCESS),
)
_FINDING_COLUMNS = (Column(catalogue.FINDING_OPEN),)
_ZERO, _ONE = value(0), value(1)


@dataclass(frozen=True, slots=True)
class _Domain:
    """What was last learned of a domain; None where nothing was."""

    registration: Registration | None = None
    answered: bool | None = None
    """Whether the registry answered when it was last asked."""
    delegation: Delegation | None = None


class Insight:
    """Series of what changes about once a day. Only for the loop's own thread."""

    def __init__(self) -> None:
        self._domains = Sheet(_DOMAIN_COLUMNS)
        self._hosts = Sheet(_HOST_COLUMNS)
        self._findings = Sheet(_FINDING_COLUMNS)
        self._known: dict[str, _Domain] = {}
        self._hosts_known: set[str] = set()
        self._counted: set[str] = set()

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """What is exposed, in the order of the catalogue."""
        return self._domains, self._hosts, self._findings

    def observe_registration(
        self, domain: str, registration: Registration | None, *, answered: bool, now: datetime
    ) -> None:
        """Show what the registry last said, and whether it answered when it was last asked."""
        known = self._known.get(domain, _Domain())
        self._known[domain] = replace(known, registration=registration, answered=answered)
        self._fill(domain, now)

    def observe_delegation(self, domain: str, delegation: Delegation, *, now: datetime) -> None:
        """Show how a domain was last served."""
        self._known[domain] = replace(self._known.get(domain, _Domain()), delegation=delegation)
        self._fill(domain, now)

    def observe_host(self, host: str, look: HostLook | None, *, whole: bool) -> None:
        """Show the certificates of a host, and whether its last look saw all of it."""
        self._hosts_known.add(host)
        self._hosts.label(host, {"host": host})
        chains = [one.tls.chain for one in look.shown if one.tls is not None] if look else []
        leaves = [chain[0].not_after for chain in chains]
        every = [one.not_after for chain in chains for one in chain]
        self._hosts.fill(host, (_earliest(leaves), _earliest(every), _ONE if whole else _ZERO))

    def observe_findings(self, counts: Iterable[tuple[tuple[str, ...], int]]) -> None:
        """Show the open findings: these and no others.

        Args:
            counts: label values in the order of the catalogue (an empty one counts as absent), and how many.
        """
        rows = {"\0".join(labels): (labels, count) for labels, count in counts}
        for gone in self._counted - rows.keys():
            self._findings.drop(gone)
        for key, (labels, count) in rows.items():
            self._findings.label(key, dict(zip(catalogue.FINDING_OPEN.labels, labels, strict=True)))
            self._findings.fill(key, (value(count),))
        self._counted = set(rows)

    def refresh(self, now: datetime) -> None:
        """Show the phases anew: they change with time alone."""
        for domain in self._known:
            self._fill(domain, now)

    def keep_only(self, domains: Container[str], hosts: Container[str]) -> None:
        """Take out what is no longer looked at."""
        for gone in [one for one in self._known if one not in domains]:
            del self._known[gone]
            self._domains.drop(gone)
        for host in [one for one in self._hosts_known if one not in hosts]:
            self._hosts_known.discard(host)
            self._hosts.drop(host)

    def _fill(self, domain: str, now: datetime) -> None:
        self._domains.label(domain, {"domain": domain})
        self._domains.fill(domain, tuple(_domain_cells(self._known[domain], now)))


def _domain_cells(known: _Domain, now: datetime) -> Iterator[Cell]:
    registration, answered, delegation = known.registration, known.answered, known.delegation
    expires_at = registration.expires_at if registration else None
    yield None if expires_at is None else value(expires_at.timestamp())
    yield from _one_hot(Phase, None if answered is None else phase_of(registration, now))
    yield None if answered is None else _ONE if answered else _ZERO
    yield None if registration is None else value(registration.looked_at.timestamp())
    yield from _one_hot(Lameness, delegation.lameness if delegation else None)
    yield from _one_hot(Dnssec, delegation.dnssec if delegation else None)


def _one_hot(
    kinds: type[Phase | Lameness | Dnssec], found: Phase | Lameness | Dnssec | None
) -> Iterator[Cell]:
    """Yield 1 under what was found and 0 under the rest; nothing where nothing was."""
    for kind in kinds:
        yield None if found is None else _ONE if kind is found else _ZERO


def _earliest(moments: list[datetime]) -> Cell:
    return value(min(moments).timestamp()) if moments else None
