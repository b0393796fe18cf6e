"""The inspections, joined: what probes saw goes in, metrics and cards come out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta, tzinfo

from monitor.core.card import DomainCard, DomainLine
from monitor.core.delegation.facts import delegation_of
from monitor.core.finding import SubjectKind
from monitor.core.https.look_json import look_of
from monitor.core.registration.facts import registration_of
from monitor.core.result import Result
from monitor.core.service import Registry
from monitor.inspections.cards import read_card, read_facts, read_lines
from monitor.inspections.inspector import Inspector
from monitor.inspections.places import Places
from monitor.inspections.sightings import Sightings
from monitor.inspections.table import INSPECTIONS, Equipment
from monitor.metrics.insight import Insight
from monitor.probes.vantage import Vantage
from monitor.settings import Settings
from monitor.store import Store, StoreError
from monitor.store.findings import OpenCount, Recorded, open_counts
from monitor.store.looks import Look, looks
from monitor.web import CardsUnavailableError

REFRESHED_FOR = timedelta(minutes=1)
"""Acceptances come and go by command, and phases with time: nobody reports either."""


class Inspecting:
    """Builds the inspections that the settings ask for; inside a running loop.

    Args:
        settings: as loaded.
        store: open.
        vantage: through which hosts are looked at.
        insight: shows what is seen.
        blind: whether this vantage cannot see now.
        now: the clock; aware UTC.
    """

    def __init__(
        self,
        settings: Settings,
        store: Store,
        vantage: Vantage,
        insight: Insight,
        *,
        blind: Callable[[], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._insight = insight
        self._now = now
        self._settings = settings
        self._registry: Registry | None = None
        self._sightings = Sightings()
        self._enabled = settings.inspections.enabled
        equipment = Equipment(settings, vantage, self._sightings)
        made = [make(equipment) for make in INSPECTIONS.values()] if self._enabled else []
        self._inspector = Inspector(store, made, told=self._told, paused=blind, now=now)
        self._refreshed_at: datetime | None = None

    async def load(self) -> None:
        """Take up where the last run ended; where nothing is inspected, nothing is shown as if it were.

        Raises:
            StoreUnavailable: the store cannot be read.
        """
        if not self._enabled:
            return
        remembered = await looks(self._store)
        self._inspector.load(remembered)
        for look in remembered:
            self._show(look)
        await self.refresh()

    def follow(self, registry: Registry, zone: tzinfo) -> None:
        """Take over a register, without the services that are outside their life by a zone's clock."""
        today = self._now().astimezone(zone).date()
        active = {one.id: one for one in registry.services.values() if one.active_on(today)}
        self._registry = replace(registry, services=active)
        self._inspector.follow(self._registry)
        places = Places(self._registry)
        self._insight.keep_only(places.domains, places.certificate_targets)

    def see(self, result: Result) -> None:
        """Take in what a probe saw."""
        if self._enabled:
            self._sightings.see(result)

    def tasks(self) -> Iterator[asyncio.Task[None]]:
        """Begin to inspect."""
        if self._enabled:
            yield asyncio.create_task(self._inspector.run(), name="inspections")

    async def close(self) -> None:
        """Close what the inspections hold open."""
        await self._inspector.close()

    async def refresh(self) -> None:
        """Show the findings as they stand in the store, and the phases of domains, unless that is just done.

        Raises:
            StoreUnavailable: the store cannot be read.
        """
        now = self._now()
        fresh = self._refreshed_at is not None and now - self._refreshed_at < REFRESHED_FOR
        if fresh or not self._enabled:
            return
        self._refreshed_at = now
        self._insight.observe_findings(map(_labels, await open_counts(self._store, now)))
        self._insight.refresh(now)

    async def card(self, domain: str) -> DomainCard | None:
        """Return the card of a domain.

        Raises:
            CardsUnavailableError: the store cannot be read.
        """
        if self._registry is None:
            return None
        try:
            return await read_card(self._store, self._registry, domain, self._now())
        except StoreError as error:
            raise CardsUnavailableError(str(error)) from error

    async def lines(self) -> Sequence[DomainLine]:
        """Return the list of all domains; otherwise as `card`."""
        if self._registry is None:
            return ()
        try:
            return await read_lines(self._store, self._registry, self._now())
        except StoreError as error:
            raise CardsUnavailableError(str(error)) from error

    def _told(self, look: Look, recorded: Recorded) -> None:
        """Show what an inspection has just seen."""
        self._show(look)
        if recorded.opened or recorded.closed or recorded.worse:
            self._refreshed_at = None

    def _show(self, look: Look) -> None:
        now, insight = self._now(), self._insight
        match look.inspection:
            case "registration":
                found = read_facts(look, registration_of)
                insight.observe_registration(look.target, found, answered=look.failure is None, now=now)
            case "delegation" if (delegation := read_facts(look, delegation_of)) is not None:
                insight.observe_delegation(look.target, delegation, now=now)
            case "certificate":
                host = read_facts(look, look_of)
                insight.observe_host(look.target, host, whole=look.failure is None)


def _labels(one: OpenCount) -> tuple[tuple[str, ...], int]:
    """Return the label values of `kulkul_finding_open`, and its value."""
    subject = one.subject
    return (
        one.rule,
        one.severity,
        one.domain,
        subject.name if subject.kind is SubjectKind.HOST else "",
        subject.name if subject.kind is SubjectKind.SERVICE else "",
        "true" if one.accepted else "false",
    ), one.count
