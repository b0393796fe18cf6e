"""The certificate inspection: a daily look at each host, and a judgement whenever probes see a change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from yarl import URL

from monitor.core.finding import Inspected, via
from monitor.core.https.certificates import CERTIFICATE_RULES
from monitor.core.https.hosts import HOST_RULES, HTTP_ONLY
from monitor.core.https.judge import judge
from monitor.core.https.look import HostLook, LookFailure, PlainState
from monitor.core.https.look_json import facts_json, look_of
from monitor.core.reason import Reason, Stage
from monitor.core.service import Check, Registry
from monitor.inspections.certificate.endpoint import Endpoint, Ports, endpoints
from monitor.inspections.certificate.look import look_at
from monitor.inspections.certificate.merge import (
    as_registered,
    merged,
    needs_look,
    passed_host,
    verdicts,
)
from monitor.inspections.sightings import Sightings, verdict_of
from monitor.probes.vantage import Vantage
from monitor.registry.domains import registrable
from monitor.settings.settings import InspectionSettings

AT_ONCE = 4
"""Hosts under way at once: a thousand hosts take minutes, and nobody notices them beside the probes."""
USUAL = Ports()
_RULES = CERTIFICATE_RULES | HOST_RULES


class CertificateInspection:
    """Looks at the hosts of a register.

    Args:
        vantage: where from; shared with the probes, so that their manners hold for both.
        sightings: what the probes see meanwhile.
        settings: how often.
        ports: what addresses without a port mean; those of `sightings` must agree.
    """

    name = "certificate"
    at_once = AT_ONCE

    def __init__(
        self, vantage: Vantage, sightings: Sightings, settings: InspectionSettings, *, ports: Ports = USUAL
    ) -> None:
        self.every = settings.every
        self.again = settings.again
        self._vantage = vantage
        self._sightings = sightings
        self._ports = ports
        self._endpoints: dict[str, Endpoint] = {}

    def follow(self, registry: Registry) -> None:
        """Take over a register."""
        self.follow_checks(registry.checks())

    def follow_checks(self, checks: Iterable[Check]) -> None:
        """Take over what these checks ask."""
        self._endpoints = endpoints(checks, self._ports)

    def targets(self) -> Iterable[str]:
        """Return `host`, or `host:port` where it is not https's own, each once."""
        return tuple(self._endpoints)

    def urgent(self) -> frozenset[str]:
        """Return the targets that show something else than when they were judged: to be inspected at once.

        To inspect these makes no connection unless other addresses have to be asked about the change. It does
        not stand for the daily look.
        """
        return self._sightings.changed & self._endpoints.keys()

    async def inspect(self, target: str, before: Mapping[str, Any] | None, now: datetime) -> Inspected:
        """Look at one target, or judge it anew by what probes saw. Never raises for what a site does."""
        endpoint = self._endpoints.get(target)
        if endpoint is None:
            return Inspected(
                inspection=self.name, target=target, at=now, failure=f"{target} is not in the register."
            )
        earlier = _earlier(before)
        in_passing = self._by_sight(endpoint, earlier, now)
        look = in_passing or await look_at(self._vantage, endpoint, earlier, now)
        if isinstance(look, LookFailure):
            sights = self._sightings.shown(target)
            self._sightings.judged(target, {one: verdict_of(sight.tls) for one, sight in sights.items()})
            return Inspected(inspection=self.name, target=target, at=now, failure=look.detail)
        judged = self._judged(self._with_journeys(look, earlier, now), earlier, now)
        return replace(judged, in_passing=in_passing is not None)

    async def close(self) -> None:
        """Close nothing: the vantage is shared, and closed by who made it."""

    def _by_sight(self, endpoint: Endpoint, earlier: HostLook | None, now: datetime) -> HostLook | None:
        """Return the earlier look brought up to date by what probes saw; None: somebody must look."""
        if earlier is None or now - earlier.looked_at >= self.every or endpoint.name not in self.urgent():
            return None
        sights = self._sightings.shown(endpoint.name)
        return None if needs_look(earlier, sights) else merged(as_registered(earlier, endpoint), sights)

    def _with_journeys(self, look: HostLook, earlier: HostLook | None, now: datetime) -> HostLook:
        """Add over which hosts visitors are led, and what those outside the register show."""
        since = now - self.every
        journeys = self._sightings.journeys(look.name, since)
        if journeys is None:
            return (
                look if earlier is None else replace(look, journeys=earlier.journeys, passed=earlier.passed)
            )
        urls = (URL(url) for one in journeys for url in one.urls if url.startswith("https:"))
        passed = {}
        for url in urls:
            name = self._sightings.name_of(str(url))
            shown = self._sightings.shown(name).items()
            sights = {address: sight for address, sight in shown if sight.at >= since}
            if sights and name not in self._endpoints:
                passed[name] = passed_host(name, url.raw_host or "", url.port or 0, sights, now)
        return replace(look, journeys=journeys, passed=tuple(passed.values()))

    def _judged(self, look: HostLook, earlier: HostLook | None, now: datetime) -> Inspected:
        for one in (look, *look.passed):
            self._sightings.judged(one.name, verdicts(one))
        facts = facts_json(look)
        # As it is written down: bounded, and in texts that every database takes.
        seen, covered = judge([look_of(facts)], registrable, now)
        left = _left(look, earlier)
        return Inspected(
            inspection=self.name,
            target=look.name,
            at=now,
            facts=facts if look.shown or HTTP_ONLY in covered else None,
            failure=_failure(look),
            seen=seen,
            covered={rule: covered.get(rule, frozenset()) | left for rule in (_RULES if left else covered)},
        )


def _left(look: HostLook, earlier: HostLook | None) -> frozenset[str]:
    """Return the places to which nobody is led any more from this host: their problems are over."""
    before = {one.name for one in earlier.passed} if earlier is not None else set()
    return frozenset(via(look.name, one) for one in before - {one.name for one in look.passed})


def _earlier(before: Mapping[str, Any] | None) -> HostLook | None:
    try:
        return None if before is None else look_of(before)
    except (KeyError, TypeError, ValueError):
        return None  # written by an older program: as if there were none


def _failure(look: HostLook) -> str | None:
    """Say what could not be looked at: one sentence. A refused certificate was looked at all the same."""
    silent = [
        failure
        for one in look.addresses
        if (failure := one.failure) and (one.leaf is None or failure.stage is not Stage.HANDSHAKE)
    ]
    closed = all(one.reason is Reason.TCP_REFUSED for one in silent) and not look.shown
    if not silent or (closed and look.plain.state is PlainState.ANSWERS):
        return None
    detail = silent[0].detail
    many = len(look.addresses)
    return detail if many == 1 else f"{len(silent)} of {many} addresses could not be looked at: {detail}"
