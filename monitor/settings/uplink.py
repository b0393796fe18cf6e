"""The section `uplink`: how the monitor knows that it can see at all."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from typing import Annotated, Self

from pydantic import AfterValidator, Field, model_validator

from monitor.core.canary import Canary, CanaryKind, Faculty
from monitor.core.sight import SightRule, network_of
from monitor.settings.address import host_name
from monitor.settings.fields import (
    Duration,
    Model,
    NameServer,
    OneOrMore,
    Ratio,
    Whole,
    at_least,
    name_server,
)
from monitor.settings.settings import UplinkSettings
from monitor.settings.yaml import Location

FEWEST_NETWORKS = 2
_ANSWERED_UNASKED = ("localhost", "onion")
"""Names below these are answered by the resolver's library itself (RFC 6761, RFC 7686)."""
_TOO_FEW_NETWORKS = (
    "should prove the way out over at least two networks (/24 or /48), so that one that dies is not taken "
    "for our own blindness: add `tcp`, or `dns` with `server`, in another network; [] switches canaries off"
)


def _listener(value: str) -> str:
    """Read `address:port` or `[address]:port`."""
    if not re.fullmatch(r"(\[[0-9A-Fa-f:.]+\]|[0-9.]+):\d{1,5}", value, re.ASCII):
        raise ValueError(
            "should be an address and a port, for example 1.1.1.1:443 or [2606:4700:4700::1111]:443; "
            "not a name, which would fail with the name servers and with the network alike"
        )
    return name_server(value)


def _name(value: str) -> str:
    try:
        ip_address(value)
    except ValueError:
        name = host_name(value)
    else:
        raise ValueError("should be a name to ask for; the address of a name server goes under `server`")
    if name.rpartition(".")[2] in _ANSWERED_UNASKED:
        raise ValueError("no name server is asked for this name: write one that is in the public DNS")
    return name


class CanaryModel(Model):
    """Something that answers whenever anything can be reached: either `tcp` or `dns`."""

    tcp: Annotated[str, AfterValidator(_listener)] | None = None
    """Address and port to connect to: proves the way out."""
    dns: Annotated[str, AfterValidator(_name)] | None = None
    """Name to ask for, at the monitor's own resolver: proves that names can be looked up."""
    server: NameServer | None = None
    """With `dns`: the address of another name server to ask; proves the way out instead."""

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.tcp is None) == (self.dns is None):
            raise ValueError("write either `tcp: ADDRESS:PORT` or `dns: NAME`")
        if self.server is not None and self.dns is None:
            raise ValueError("`server` belongs to `dns`: remove it, or write `dns: NAME` instead of `tcp`")
        return self


class UplinkModel(Model):
    """How the monitor knows that it can see at all; what is left out keeps its default."""

    canaries: Annotated[tuple[CanaryModel, ...], OneOrMore()] = (
        CanaryModel(tcp="1.1.1.1:443"),
        CanaryModel(tcp="8.8.8.8:443"),
        CanaryModel(tcp="9.9.9.9:443"),
        CanaryModel(dns="one.one.one.one"),
        CanaryModel(dns="dns.google"),
        CanaryModel(dns="pandi.id"),
    )
    """What is tried; [] switches it off."""
    interval: Annotated[Duration, AfterValidator(at_least(timedelta(seconds=1), "1s"))] | None = None
    """Time between two rounds; failures that wait for judgement ask for one at once."""
    timeout: Annotated[Duration, AfterValidator(at_least(timedelta(milliseconds=100), "100ms"))] | None = None
    """After this a canary counts as dead; at most `interval`."""
    window: Annotated[Duration, AfterValidator(at_least(timedelta(seconds=1), "1s"))] | None = None
    """Span in which networks that fail together are counted."""
    share: Ratio | None = None
    """Share of the networks (/24, /48) heard of in that span that must fail to be held for our own fault."""
    min_networks: Annotated[Whole, Field(ge=2, le=100_000)] | None = None
    """With fewer networks heard of, the share says nothing."""
    share_limit: Duration | None = None
    """While canaries answer, failing networks alone hold judgement back no longer than this."""


def uplink_settings(model: UplinkModel) -> UplinkSettings:
    """Complete the section with its defaults."""
    usual, rule = UplinkSettings(), SightRule()
    return UplinkSettings(
        canaries=tuple(map(_canary, model.canaries)),
        interval=model.interval or usual.interval,
        timeout=model.timeout or usual.timeout,
        rule=SightRule(
            window=model.window or rule.window,
            share=model.share or rule.share,
            min_networks=model.min_networks or rule.min_networks,
            share_limit=model.share_limit or rule.share_limit,
        ),
    )


def contradictions(settings: UplinkSettings) -> Iterator[tuple[Location, str]]:
    """Say what does not go together: the place within the section, and the sentence."""
    first: dict[Canary, int] = {}
    for place, canary in enumerate(settings.canaries):
        if first.setdefault(canary, place) != place:
            yield ("canaries", place), f"is the same as canaries.{first[canary]}: remove one of them"
    networks = {
        network_of(_address(one.server or one.target)) for one in first if one.faculty is Faculty.NETWORK
    }
    if first and len(networks) < FEWEST_NETWORKS:
        yield ("canaries",), _TOO_FEW_NETWORKS
    if settings.timeout > settings.interval:
        yield (
            ("timeout",),
            "`timeout` (3s if left out) should not be longer than `interval` (15s if left out)",
        )


def _canary(model: CanaryModel) -> Canary:
    if model.tcp is not None:
        return Canary(kind=CanaryKind.TCP, target=model.tcp)
    return Canary(kind=CanaryKind.DNS, target=model.dns or "", server=model.server)


def _address(place: str) -> str:
    """Return the address of `address`, `address:port` or `[address]:port`."""
    address = place.rpartition(":")[0] if place.startswith("[") or place.count(":") == 1 else place
    return address.strip("[]")
