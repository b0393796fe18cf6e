"""What the register consists of: for the card, the metrics and the next look at it. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from monitor.core.hostname import HostClass


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """Services and hosts of a register."""

    services: frozenset[str] = frozenset()
    """Ids of the services in their registered life."""
    hosts: Mapping[str, HostClass] = field(default_factory=dict)
    """Every host name and address that people are sent to or that is checked."""

    @property
    def classes(self) -> Mapping[HostClass, int]:
        """Hosts of each class; of every class there is."""
        found = list(self.hosts.values())
        return {kind: found.count(kind) for kind in HostClass}

    @property
    def places(self) -> frozenset[str]:
        """All at which the register's rules look."""
        return self.services | self.hosts.keys()


def facts_json(census: Census) -> dict[str, Any]:
    """Return a census as JSON can hold it."""
    return {
        "services": sorted(census.services),
        "hosts": {name: kind.value for name, kind in sorted(census.hosts.items())},
        "classes": {kind.value: count for kind, count in census.classes.items() if count},
    }


def census_of(facts: Mapping[str, Any] | None) -> Census:
    """Read back what `facts_json` wrote; nothing written: an empty census."""
    facts = facts or {}
    known = set(HostClass)
    return Census(
        services=frozenset(facts.get("services", ())),
        # A class that a newer program wrote is left out: what is not understood is not counted.
        hosts={name: HostClass(kind) for name, kind in facts.get("hosts", {}).items() if kind in known},
    )
