"""Which services a finding concerns: those that hang on the places where it was seen. Pure."""

from __future__ import annotations

from collections.abc import Collection

from monitor.core.service import Registry, Service


def concerned(places: Collection[str], registry: Registry) -> list[Service]:
    """Return the services that hang on some of the places, in the register's order.

    Args:
        places: ids of services, hosts (perhaps with a port), or domains, below which every host counts.
        registry: as loaded.
    """
    return [one for one in registry.services.values() if hangs_on(one, places)]


def hangs_on(service: Service, places: Collection[str]) -> bool:
    """Whether a service is one of the places, or has a host that is one of them or lies below one."""
    if service.id in places:
        return True
    hosts = {host for check in service.checks for host in (check.name, check.host)}
    return any(_lies_at(host, place) for host in hosts for place in places)


def _lies_at(host: str, place: str) -> bool:
    name = place.partition("]")[0].removeprefix("[") if place.startswith("[") else _without_port(place)
    return host == name or host.endswith(f".{name}")


def _without_port(place: str) -> str:
    host, colon, port = place.rpartition(":")
    return host if colon and port.isdigit() and ":" not in host else place
