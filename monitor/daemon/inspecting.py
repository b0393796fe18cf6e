"""The inspections, joined: what probes saw goes in, metrics and cards come out."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from monitor.core.card import DomainCard, DomainLine
from monitor.core.delegation.facts import delegation_of
from monitor.core.https.look_json import look_of
from monitor.core.registration.facts import registration_of
from monitor.core.result import Result
from monitor.core.service import Registry
from monitor.inspections.cards import domains_of, read_card, read_lines
from monitor.inspections.inspector import Inspector
from monitor.inspections.places import known_places
from monitor.inspections.sightings import Sightings
from monitor.inspections.table import INSPECTIONS, Equipment
from monitor.metrics.insight import Insight
from monitor.probes.vantage import Vantage
from monitor.settings import Settings
from monitor.store import Store, StoreError
from monitor.store.findings import Recorded, open_findings
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
        """Take up where the last run ended.

        Raises:
            StoreUnavailable: the store cannot be read.
        """
        remembered = await looks(self._store)
        self._inspector.load(remembered)
        for look in remembered:
            self._show(look)
        await self.refresh()

    def follow(self, registry: Registry) -> None:
        """Take over a register; services outside their registered life are not looked at."""
        today = self._now().astimezone(self._settings.time_zone).date()
        active = {one.id: one for one in registry.services.values() if one.active_on(today)}
        self._registry = replace(registry, services=active)
        self._inspector.follow(self._registry)
        self._insight.keep_only(domains_of(self._registry), known_places(self._registry))

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
        if self._refreshed_at is not None and now - self._refreshed_at < REFRESHED_FOR:
            return
        self._refreshed_at = now
        self._insight.observe_findings(await open_findings(self._store), now)
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
        if recorded.opened or recorded.closed or recorded.kept:
            self._refreshed_at = None

    def _show(self, look: Look) -> None:
        now, insight = self._now(), self._insight
        facts = look.facts
        match look.inspection:
            case "registration":
                found = registration_of(facts) if facts is not None else None
                insight.observe_registration(look.target, found, answered=look.failure is None, now=now)
            case "delegation" if facts is not None:
                insight.observe_delegation(look.target, delegation_of(facts), now=now)
            case "certificate":
                host = look_of(facts) if facts is not None else None
                insight.observe_host(look.target, host, whole=look.failure is None)
