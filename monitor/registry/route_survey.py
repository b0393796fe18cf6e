"""What of `routes.yml` must fit together, and fit the register; pure.

This looks at the file's plain data, so that all of it is told together with what the models find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from pydantic import ValidationError

from monitor.core.route import ChannelKind, Recipient, Route, Severity, Topic
from monitor.core.routing import ADDRESSED, contact_addresses, is_chat, matches
from monitor.core.routing_words import listed
from monitor.core.rulebook import RULES
from monitor.core.service import Registry
from monitor.registry.entries import told_of_id, told_of_names
from monitor.registry.fields import email
from monitor.registry.names import Names
from monitor.registry.route_models import RouteModel
from monitor.settings.problems import Problem
from monitor.settings.yaml import Document, Location, Spot

_NO_CONTACT = {
    ChannelKind.EMAIL: "the register names no e-mail address for {agencies}, nor for their government: "
    "add one to its `contacts`, or write an `address` here",
    ChannelKind.TELEGRAM: "the register names no Telegram chat id for {agencies}, nor for their government: "
    "add one to its `contacts`, or write an `address` here",
}


@dataclass(frozen=True, slots=True)
class _Survey:
    """What routes are held against."""

    registry: Registry
    names: Names
    kinds: dict[str, ChannelKind | None]
    """Of the channels by their ids; None: the file says no known kind."""
    build: Callable[[RouteModel], Route]
    rules: AbstractSet[str]
    """Ids of what can be found."""


def survey(
    document: Document,
    registry: Registry,
    build: Callable[[RouteModel], Route],
    rules: AbstractSet[str] = RULES.keys(),
) -> list[Problem]:
    """Check that ids are unique, names known, and that there is somewhere to send each message to.

    Args:
        document: the file.
        registry: what names and contacts are looked up in.
        build: makes a route of a sound model.
        rules: ids of the rules of findings.
    """
    held = _Survey(registry, Names(registry), _kinds(document.data.get("channels")), build, rules)
    problems: list[Problem] = []
    taken: dict[str, Spot] = {}
    items = document.data.get("routes")
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, dict):
            continue
        place = ("routes", number)
        told = [*told_of_id(document, place, item, taken), *_told_of_match(item, held)]
        told += _told_of_recipients(item, held)
        # Which services it is for is known only where all that it names is.
        told = told or list(_told_of_reach(item, held))
        problems += [document.problem((*place, *key), sentence) for key, sentence in told]
    return problems


def _kinds(channels: object) -> dict[str, ChannelKind | None]:
    found = {}
    for id_, channel in channels.items() if isinstance(channels, dict) else ():
        kind = channel.get("kind") if isinstance(channel, dict) else None
        found[id_] = ChannelKind(kind) if kind in list(ChannelKind) else None
    return found


def _told_of_match(item: dict[str, Any], held: _Survey) -> Iterator[tuple[Location, str]]:
    match = item.get("match")
    if not isinstance(match, dict):
        return
    yield from told_of_names(match, held.names, ("match",))
    rules = match.get("rules")
    for number, one in enumerate(rules if isinstance(rules, list) else [rules]):
        name = " ".join(one.split()) if isinstance(one, str) else ""
        if name and name not in held.rules:
            near = get_close_matches(name.lower().replace("-", "_"), held.rules, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            yield ("match", "rules", number), f"there is no rule of findings with the id {name}{hint}"


def _told_of_recipients(item: dict[str, Any], held: _Survey) -> Iterator[tuple[Location, str]]:
    """Tell of channels that there are not, and of addresses that do not fit theirs."""
    escalate = item.get("escalate")
    for key, to in (
        (("to",), item.get("to")),
        (("escalate", "to"), escalate.get("to") if isinstance(escalate, dict) else None),
    ):
        for number, one in enumerate(to if isinstance(to, list) else [to]):
            channel = one.get("channel") if isinstance(one, dict) else one
            address = one.get("address") if isinstance(one, dict) else None
            if not isinstance(channel, str) or not channel.strip():
                continue
            channel = " ".join(channel.split())
            if channel not in held.kinds:
                yield (*key, number, "channel"), _unknown_channel(channel, list(held.kinds))
            elif address is not None:
                why = _misfit(held.kinds[channel], str(address).strip())
                if why is not None:
                    yield (*key, number, "address"), why


def _unknown_channel(name: str, known: Sequence[str]) -> str:
    near = get_close_matches(name.lower(), known, n=1)
    hint = f"; did you mean {near[0]}?" if near else "; add it under `channels`"
    return f"there is no channel with the id {name}{hint}"


def _misfit(kind: ChannelKind | None, address: str) -> str | None:
    """Return why an address is none for a kind of channel; None: it is one."""
    if kind is None:
        return None
    if kind not in ADDRESSED:
        return f"this channel ({kind}) sends to its own `url`: remove the address"
    if kind is ChannelKind.TELEGRAM:
        return (
            None if is_chat(address) else "should be a chat id such as -1001234567890, or @name of a channel"
        )
    try:
        email(address)
    except ValueError as error:
        return str(error)
    return None


def _told_of_reach(item: dict[str, Any], held: _Survey) -> Iterator[tuple[Location, str]]:
    """Tell of routes that no message would ever take, and of recipients that no address is known of."""
    try:
        route = held.build(RouteModel.model_validate(item))
    except ValidationError:
        return  # told already, each with its place
    match = route.match
    yield from _told_of_reports(item, route, held)
    if match.rules and Topic.FINDING not in route.topics:
        yield ("match", "rules"), "`rules` choose among findings: write `finding` under `topics`"
    if Topic.MONITOR in route.topics and all(_by_contact(one, held) for one in route.to):
        yield (
            ("to",),
            "the topic `monitor` is about no agency whose contacts could be told: write an `address`",
        )
    conditions = any((match.services, match.agencies, match.governments, match.categories, match.tags))
    if route.topics == {Topic.MONITOR}:
        if conditions:
            yield (
                ("match",),
                "the topic `monitor` is about no service: only `severity` can be asked for",
            )
        return
    reached = [
        one
        for one in held.registry.services.values()
        if matches(route, one, held.registry, Severity.CRITICAL)
    ]
    if conditions and not reached:
        yield ("match",), "no service of the register satisfies all of these conditions"
    agencies = {one.agency_id for one in reached}
    yield from _told_of_contacts(("to",), route.to, agencies, held)
    if route.escalation is not None:
        yield from _told_of_contacts(("escalate", "to"), route.escalation.to, agencies, held)


def _told_of_reports(item: dict[str, Any], route: Route, held: _Survey) -> Iterator[tuple[Location, str]]:
    """Tell of what no report can follow: they are of whole agencies and governments, and are files."""
    if Topic.REPORTS not in route.topics:
        if item.get("formats") is not None:
            yield ("formats",), "`formats` are those of reports: write `reports` under `topics`"
        return
    match = route.match
    for key, asked in (("services", match.services), ("categories", match.categories), ("tags", match.tags)):
        if asked:
            told = "reports are of whole agencies and governments: write the topic `reports` in a route"
            yield ("match", key), f"{told} of its own, without `{key}`"
    if all(held.kinds[one.channel] is ChannelKind.ALERTMANAGER for one in route.to):
        yield ("to",), "Alertmanager takes no reports: add another channel, or remove the topic `reports`"


def _told_of_contacts(
    key: Location, to: Sequence[Recipient], agencies: set[str], held: _Survey
) -> Iterator[tuple[Location, str]]:
    for number, one in enumerate(to):
        kind = held.kinds[one.channel]
        if kind is None or not _by_contact(one, held):
            continue
        silent = {
            each
            for each in agencies
            if not contact_addresses(held.registry.agencies[each], held.registry, kind)
        }
        if silent:
            yield (*key, number), _NO_CONTACT[kind].format(agencies=listed(silent).en)


def _by_contact(to: Recipient, held: _Survey) -> bool:
    return to.address is None and held.kinds[to.channel] in ADDRESSED
