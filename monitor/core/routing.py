"""Which routes a message takes, why, to which addresses, and when not yet. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo

from monitor.core import routing_words as words
from monitor.core.reason import Sentence
from monitor.core.route import Channel, ChannelKind, QuietHours, Recipient, Route, Routing, Severity, Topic
from monitor.core.service import Agency, Contact, Registry, Service

ADDRESSED = frozenset({ChannelKind.EMAIL, ChannelKind.TELEGRAM})
"""Kinds that need an address for each message; the others have one address, their own URL."""
_CHAT = re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}")


def matches(route: Route, service: Service | None, registry: Registry, severity: Severity) -> bool:
    """Whether a route is for messages of that severity about a service, whatever their topic.

    Of a message that is about no service (None) only the severity counts. The rules of findings are not
    looked at.
    """
    return severity.rank >= route.match.severity.rank and all(
        one.met for one in _conditions(route, service, registry)
    )


def routes_for(
    service: Service | None, registry: Registry, severity: Severity, topic: Topic, routing: Routing
) -> list[tuple[Route, Sentence]]:
    """Return the routes that a message takes, in the file's order, each with the reason in words.

    The service is None where the message is about none, as those about the monitor are.
    """
    return [
        (route, _reason(route, service, registry))
        for route in routing.routes
        if topic in route.topics and matches(route, service, registry, severity)
    ]


def routes_not_for(
    service: Service | None, registry: Registry, severity: Severity, topic: Topic, routing: Routing
) -> list[tuple[Route, Sentence]]:
    """Return all other routes, each with the first condition that is not met, in words."""
    return [
        (route, obstacle)
        for route in routing.routes
        for obstacle in _obstacles(route, service, registry, severity, topic)[:1]
    ]


def recipients(
    to: Iterable[Recipient], services: Iterable[Service], registry: Registry, routing: Routing
) -> list[tuple[Channel, str]]:
    """Return where a message about some services goes, each place once, in the order of `to`.

    Recipients (of a route, or of its escalation) that name no address stand for the `contact_addresses` of
    the services' agencies.

    Returns: channels and addresses; the address is empty for a channel that has its own URL.
    """
    agencies = {one.agency_id: registry.agencies[one.agency_id] for one in services}
    places = [
        (routing.channels[one.channel], address)
        for one in to
        for address in _addresses(one, routing.channels[one.channel].kind, agencies.values(), registry)
    ]
    return list({(channel.id, address): (channel, address) for channel, address in places}.values())


def contact_addresses(agency: Agency, registry: Registry, kind: ChannelKind) -> list[str]:
    """Return the addresses that the register names for an agency; where it names none, its government's.

    The kind is EMAIL or TELEGRAM. A contact's `telegram` that no message can be sent to does not count.
    """
    own = _addresses_of(agency.contacts, kind)
    return own or _addresses_of(registry.governments[agency.government_id].contacts, kind)


def is_chat(text: str) -> bool:
    """Whether Telegram takes a text for a chat: its id, or the public name of a group or channel."""
    return _CHAT.fullmatch(text) is not None


def quiet_until(quiet: QuietHours | None, now: datetime, zone: tzinfo) -> datetime | None:
    """Return when the quiet hours end that `now` lies in, as aware UTC; None: it lies in none.

    Args:
        quiet: as the route sets them; None: never.
        now: aware.
        zone: on whose clock the hours are meant.
    """
    if quiet is None:
        return None
    local = now.astimezone(zone)
    clock, over_midnight = local.time(), quiet.ends < quiet.starts
    if over_midnight and clock >= quiet.starts:
        day = local.date() + timedelta(days=1)
    elif clock < quiet.ends and (over_midnight or clock >= quiet.starts):
        day = local.date()
    else:
        return None
    # In an hour that a clock shows twice, the end is in the same one of the two as `now`.
    return datetime.combine(day, quiet.ends, zone).replace(fold=local.fold).astimezone(UTC)


@dataclass(frozen=True, slots=True)
class _Condition:
    """What a route asks of services, and what one service has of it."""

    key: str
    """Of `match`."""
    wanted: AbstractSet[str]
    own: AbstractSet[str]

    @property
    def met(self) -> AbstractSet[str]:
        return self.wanted & self.own


def _conditions(route: Route, service: Service | None, registry: Registry) -> list[_Condition]:
    """Return the conditions about services that a route sets; a message about none need not meet any."""
    if service is None:
        return []
    match, agency = route.match, registry.agencies[service.agency_id]
    possible = (
        _Condition("services", match.services, {service.id}),
        _Condition("agencies", match.agencies, {agency.id}),
        _Condition("governments", match.governments, {agency.government_id}),
        _Condition("categories", match.categories, {service.category}),
        _Condition("tags", match.tags, service.tags),
    )
    return [one for one in possible if one.wanted]


def _obstacles(
    route: Route, service: Service | None, registry: Registry, severity: Severity, topic: Topic
) -> list[Sentence]:
    """Say which conditions are not met; none: the message takes this route."""
    obstacles = [] if topic in route.topics else [words.other_topic(topic, route.topics)]
    obstacles += [
        words.fits_not(one.key, one.wanted, one.own)
        for one in _conditions(route, service, registry)
        if not one.met
    ]
    least = route.match.severity
    return obstacles if severity.rank >= least.rank else [*obstacles, words.too_mild(severity, least)]


def _reason(route: Route, service: Service | None, registry: Registry) -> Sentence:
    if service is None:
        return words.about_none()
    return words.fits((one.key, one.met) for one in _conditions(route, service, registry))


def _addresses(
    to: Recipient, kind: ChannelKind, agencies: Iterable[Agency], registry: Registry
) -> Iterator[str]:
    if kind not in ADDRESSED:
        yield ""
    elif to.address is not None:
        yield to.address
    else:
        for agency in agencies:
            yield from contact_addresses(agency, registry, kind)


def _addresses_of(contacts: Iterable[Contact], kind: ChannelKind) -> list[str]:
    if kind is ChannelKind.EMAIL:
        return [one.email for one in contacts if one.email]
    return [one.telegram for one in contacts if one.telegram and is_chat(one.telegram)]
