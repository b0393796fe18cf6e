"""Who listens: a route as a whole, or each agency that a route tells by the register's contacts. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.core.route import Channel, Recipient, Route, Routing, Severity, Topic, severity_of
from monitor.core.routing import ADDRESSED, matches, recipients
from monitor.core.service import Registry, Service


@dataclass(frozen=True, slots=True)
class Listener:
    """One that is told things by itself, and has a conversation of its own about each subject."""

    id: str
    route: Route
    agency_id: str | None = None
    """It is this agency's contacts; None: the addresses that the route itself names."""

    def hears_of(self, service: Service, registry: Registry, severity: Severity | None = None) -> bool:
        """Whether it is to hear of a service; None: of something that matters as much as the service."""
        mine = self.agency_id is None or service.agency_id == self.agency_id
        return mine and matches(self.route, service, registry, severity or severity_of(service))

    def addresses(
        self, to: Sequence[Recipient], services: Iterable[Service], registry: Registry, routing: Routing
    ) -> list[tuple[Channel, str]]:
        """Return where a message to this listener goes; `to` is the route's, or its escalation's."""
        by_contact = self.agency_id is not None
        own = [one for one in to if _by_contact(one, routing) is by_contact]
        return recipients(own, services, registry, routing)


def listener_of(id_: str, routing: Routing) -> Listener | None:
    """Return the listener of a conversation that is under way; None: there is no such route any more."""
    name, _, agency = id_.partition("@")
    route = next((one for one in routing.routes if one.id == name), None)
    return None if route is None else Listener(id_, route, agency or None)


def listeners(
    topic: Topic,
    services: Sequence[Service],
    registry: Registry,
    routing: Routing,
    severity: Severity | None = None,
) -> list[Listener]:
    """Return everybody who may have something to hear of some services under a topic.

    Without services it is about the monitor itself: then only addresses that routes name are told. How much
    it matters follows from each service, unless a severity is given.
    """
    found = []
    for route in routing.routes:
        if topic not in route.topics:
            continue
        to = [*route.to, *(route.escalation.to if route.escalation else ())]
        if any(not _by_contact(one, routing) for one in to):
            found.append(Listener(route.id, route))
        if any(_by_contact(one, routing) for one in to):
            agencies = sorted({one.agency_id for one in services})
            found += [Listener(f"{route.id}@{agency}", route, agency) for agency in agencies]
    if not services:
        return found
    return [one for one in found if any(one.hears_of(each, registry, severity) for each in services)]


def _by_contact(recipient: Recipient, routing: Routing) -> bool:
    return recipient.address is None and routing.channels[recipient.channel].kind in ADDRESSED
