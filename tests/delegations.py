"""The delegation inspection at work on the small DNS of `tests.zones`."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from monitor.core.delegation.facts import Delegation, delegation_of
from monitor.core.finding import Inspected
from monitor.core.service import Check, CheckKind, DnsTarget, HttpRequest, HttpTarget, Registry, Service
from monitor.inspections.delegation import DelegationInspection
from monitor.probes.guard import networks
from monitor.settings.settings import InspectionSettings
from tests import zones
from tests.servers.nameservers import Answering

LOOPBACK = networks(["127.0.0.0/8", "::1/128"])
QUICK = timedelta(seconds=1.2)
"""The timeout of a question where a server is silent on purpose."""
PATIENT = timedelta(seconds=10)


def register(*hosts: str, names: tuple[str, ...] = ()) -> Registry:
    """Return a register with an `http` check of each host, and a `dns` check of each name."""
    targets = [
        *((CheckKind.HTTP, HttpTarget(request=HttpRequest(url=f"https://{one}/"))) for one in hosts),
        *((CheckKind.DNS, DnsTarget(name=one, record_type="NS")) for one in names),
    ]
    services = {
        f"s{number}": Service(
            id=f"s{number}",
            name="Layanan",
            agency_id="dinas",
            urls=(),
            checks=(Check(id=f"s{number}", service_id=f"s{number}", kind=kind, target=target),),
        )
        for number, (kind, target) in enumerate(targets)
    }
    return Registry(governments={}, agencies={}, services=services, version="0")


def usual(**changes: Any) -> dict[str, Answering]:
    """Return servers of a zone in good order; `changes` puts others in place, None removes one.

    Keys: `resolver`, `parent`, `ns1`, `ns2`.
    """
    above, own = zones.parent(), zones.child('@ IN CAA 0 issue "ca.example"', "lapor IN A 192.0.2.10")
    servers: dict[str, Answering | None] = {
        "resolver": zones.recursor(above, own),
        "parent": zones.authority(above),
        "ns1": zones.authority(own),
        "ns2": zones.authority(own),
    }
    servers |= changes
    addresses = {
        "resolver": zones.RESOLVER,
        "parent": zones.PARENT_SERVER,
        "ns1": zones.NS1,
        "ns2": zones.NS2,
    }
    return {addresses.get(name, name): one for name, one in servers.items() if one is not None}


def serving(above: Any, own: Any) -> dict[str, Answering]:
    """Return servers of these two zones."""
    return usual(
        resolver=zones.recursor(above, own),
        parent=zones.authority(above),
        ns1=zones.authority(own),
        ns2=zones.authority(own),
    )


async def inspect(
    servers: Mapping[str, Answering],
    *hosts: str,
    patience: timedelta = PATIENT,
    before: Mapping[str, Any] | None = None,
    now: datetime = zones.NOW,
    resolve: Mapping[str, tuple[str, ...]] | None = None,
    allowed: Any = LOOPBACK,
) -> Inspected:
    """Let the inspection look at the domain once, in a world of these servers."""
    async with zones.serve_world(servers) as world:
        settings = InspectionSettings(timeout=patience, dns_servers=(world.resolver,), dns_port=world.port)
        inspection = DelegationInspection(settings, (), resolve or {}, allowed)
        inspection.follow(register(*hosts, names=(zones.DOMAIN,)))
        inspected = await inspection.inspect(zones.DOMAIN, before, now)
        await inspection.close()
    return inspected


async def look(servers: Mapping[str, Answering], *hosts: str, **more: Any) -> Delegation:
    """Return what it saw; see `inspect`."""
    inspected = await inspect(servers, *hosts, **more)
    assert inspected.facts is not None, inspected.failure
    return delegation_of(inspected.facts)


def rules(inspected: Inspected) -> set[str]:
    """Return the rules whose problem was seen."""
    return {one.identity.rule for one in inspected.seen}
