"""A closed period as a subject: which reports of it go to whom, and what a message may say of them."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from alerts.facts import Facts, Occasion
from alerts.listeners import Listener, listeners
from alerts.policy import Say, Talk
from alerts.report_facts import Parcel, ReportFacts, ReportOf, Scope
from alerts.telling import Surroundings
from monitor.core.alert import Alert, AlertKind
from monitor.core.route import Channel, ChannelKind, Routing, Severity, Topic
from monitor.core.service import Registry

CARRIERS = frozenset(ChannelKind) - {ChannelKind.ALERTMANAGER}
"""Over what a report can be told: for Alertmanager all that it hears of is wrong, and ends one day."""


def scopes_for(listener: Listener, known: AbstractSet[Scope], registry: Registry) -> list[Scope]:
    """Return of what a listener gets reports, each scope a message of its own.

    An agency's contacts get that agency's. Addresses that a route itself names get what its `match` covers:
    each of its agencies; else each of its governments; else everything.

    Args:
        listener: who is told.
        known: of what there are reports.
        registry: says which agency is whose.
    """
    return sorted(_wanted(listener, registry) & known)


def _wanted(listener: Listener, registry: Registry) -> set[Scope]:
    match = listener.route.match
    if listener.agency_id is not None:
        return {Scope(ReportOf.AGENCY, listener.agency_id)}
    if match.agencies:
        return {
            Scope(ReportOf.AGENCY, each)
            for each in match.agencies
            if not match.governments
            or ((agency := registry.agencies.get(each)) and agency.government_id in match.governments)
        }
    if match.governments:
        return {Scope(ReportOf.GOVERNMENT, each) for each in match.governments}
    return {Scope(ReportOf.WHOLE)}


def register_scopes(registry: Registry) -> set[Scope]:
    """Return of what there would be reports if all services of a register had been measured."""
    agencies = {one.agency_id for one in registry.services.values()}
    governments = {registry.agencies[each].government_id for each in agencies}
    return {
        *(Scope(ReportOf.AGENCY, each) for each in agencies),
        *(Scope(ReportOf.GOVERNMENT, each) for each in governments),
        *([Scope(ReportOf.WHOLE)] if agencies else []),
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """One report, and where it goes to."""

    listener: Listener
    scope: Scope
    places: tuple[tuple[Channel, str], ...]
    """Channels and addresses."""


def copies(known: AbstractSet[Scope], registry: Registry, routing: Routing) -> list[Copy]:
    """Return who gets which report, in the order of the routes; without those that no address is known of.

    Args:
        known: of what there are reports.
        registry: says who is told by its contacts.
        routing: the routes.
    """
    services, found = list(registry.services.values()), []
    for listener in listeners(Topic.REPORTS, services, registry, routing, Severity.CRITICAL):
        mine = [one for one in services if one.agency_id == listener.agency_id]
        places = tuple(
            (channel, address)
            for channel, address in listener.addresses(listener.route.to, mine, registry, routing)
            if channel.kind in CARRIERS
        )
        if places:
            found += [
                Copy(listener=listener, scope=one, places=places)
                for one in scopes_for(listener, known, registry)
            ]
    return found


@dataclass(frozen=True, kw_only=True)
class ClosedReport:
    """One closing of a period, or a wish that it be sent once more."""

    name: str
    """The key of its alert: each is told once."""
    alert: Alert
    around: Surroundings
    topic = Topic.REPORTS
    severity = Severity.CRITICAL
    """For the conditions of routes: none holds a report back for being of little weight."""

    @property
    def scopes(self) -> AbstractSet[Scope]:
        """Of what there are reports."""
        return self._told.keys()

    @property
    def services(self) -> tuple[str, ...]:
        """All of the register; of which agencies there are reports, `scopes` says."""
        return tuple(self.around.registry.services)

    def discuss(self, listener: Listener, talk: Talk, now: datetime) -> tuple[Talk, list[Say]]:
        """Say all of it at once, and never again."""
        says = [] if talk.ended else self.says(listener)
        if not says:
            return talk, []
        ended = replace(talk, place=len(says), first_at=now, last_at=now, ended=True, due_at=None)
        return ended, says

    def says(self, listener: Listener) -> list[Say]:
        """Return a message for each report that a listener gets.

        Revisions of one report follow each other in one thread, so that none overtakes the one before.
        """
        detail, registry = self.alert.detail, self.around.registry
        asked, revision = detail["asked"], int(str(detail["revision"]))
        thread = self.name if asked else self.name.rpartition(":")[0]
        mine = [one for one in self.services if registry.services[one].agency_id == listener.agency_id]
        return [
            Say(
                occasion=Occasion.REPORT,
                place=0 if asked else revision - 1,
                services=frozenset(mine),
                parcel=Parcel(
                    scope=scope,
                    formats=tuple(one.value for one in listener.route.formats),
                    thread=f"{thread}:{scope}",
                ),
            )
            for scope in scopes_for(listener, self.scopes, registry)
        ]

    def facts(self, say: Say, now: datetime) -> Facts:
        """Return what a message may say."""
        parcel = say.parcel
        return Facts(
            occasion=say.occasion,
            subject=self.alert.subject,
            severity=Severity.INFO,
            written_at=now,
            began_at=self.alert.raised_at,
            report=_report(self.alert.detail, self._told[parcel.scope], parcel) if parcel else None,
            vantage=str(self.alert.detail["vantage"]),
            link=self.around.routing.link,
            contact=self.around.routing.contact,
        )

    @cached_property
    def _told(self) -> dict[Scope, Mapping[str, Any]]:
        found: Any = self.alert.detail["scopes"]
        return {Scope(ReportOf(one["scope"]), one["scope_id"]): one for one in found}


def is_report(name: str) -> bool:
    """Whether a subject is a closed period."""
    return name.startswith(f"{AlertKind.REPORT}:")


def _report(closing: Mapping[str, Any], figures: Mapping[str, Any], parcel: Parcel) -> ReportFacts:
    return ReportFacts(
        period=closing["period"],
        first=date.fromisoformat(closing["first"]),
        last=date.fromisoformat(closing["last"]),
        revision=closing["revision"],
        reason=closing["reason"],
        closed_at=datetime.fromisoformat(closing["closed_at"]),
        closed_by=closing["closed_by"],
        sha256=closing["sha256"],
        policy=closing["policy"],
        scope=parcel.scope.of,
        scope_id=parcel.scope.id,
        scope_name=figures["scope_name"],
        government=figures["government"],
        service_count=figures["service_count"],
        met=figures["met"],
        missed=figures["missed"],
        availability=figures["availability"],
        before=figures["before"],
        trend=figures["trend"],
        coverage=figures["coverage"],
        outages=figures["outages"],
        down=timedelta(seconds=figures["down_seconds"]),
        longest=timedelta(seconds=figures["longest_seconds"]),
        formats=parcel.formats,
    )
