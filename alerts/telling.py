"""From how things stand to the facts of one message; pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from alerts.facts import Facts, ServiceFacts
from alerts.policy import Say
from monitor.core.alert import Alert
from monitor.core.incident import Incident, Member
from monitor.core.reason import Reason
from monitor.core.route import Routing, Severity, severity_of
from monitor.core.service import Registry


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What every message may name."""

    registry: Registry
    routing: Routing
    vantage: str


def outage_facts(
    say: Say,
    incident: Incident,
    members: Iterable[Member],
    acknowledged_by: tuple[str, ...],
    around: Surroundings,
    now: datetime,
) -> Facts:
    """Return the facts of a message about an incident, for those of its members that it speaks of."""
    services = sorted(
        (_member(one, around.registry) for one in members if one.service_id in say.services),
        key=lambda one: (not one.out, one.agency, one.name, one.id),
    )
    ends = [one.ended_at for one in services]
    return Facts(
        occasion=say.occasion,
        subject=incident.name,
        severity=severity(say.services, around.registry),
        written_at=now,
        began_at=min((one.began_at for one in services), default=incident.began_at),
        confirmed_at=incident.confirmed_at,
        ended_at=max((end for end in ends if end is not None), default=None) if None not in ends else None,
        services=tuple(services),
        others=len(incident.present) - len(services),
        all_back=not incident.out,
        cause=incident.cause.tie if incident.cause else None,
        cause_value=incident.cause.value if incident.cause else None,
        reminder=say.reminder,
        acknowledged_by=acknowledged_by,
        vantage=around.vantage,
        link=around.routing.link,
        contact=around.routing.contact,
    )


def status_facts(
    say: Say,
    alert: Alert,
    since: datetime,
    until: datetime | None,
    around: Surroundings,
    now: datetime,
) -> Facts:
    """Return the facts of a message about what an alert raised: a blocked or slow service, or the monitor."""
    services = tuple(_service(each, alert, since, until, around.registry) for each in sorted(say.services))
    return Facts(
        occasion=say.occasion,
        subject=alert.subject,
        # Without a service it is about the monitor itself: nobody else will say so.
        severity=severity(say.services, around.registry) if services else Severity.CRITICAL,
        written_at=now,
        began_at=since,
        ended_at=until,
        services=services,
        vantage=around.vantage,
        detail=_detail(alert),
        link=around.routing.link,
        contact=around.routing.contact,
    )


def severity(service_ids: Iterable[str], registry: Registry) -> Severity:
    """Return the worst severity among services; those that left the register count for the middle one."""
    found = [
        severity_of(registry.services[each]) if each in registry.services else Severity.WARNING
        for each in service_ids
    ]
    return max(found, key=lambda one: one.rank, default=Severity.WARNING)


def _member(member: Member, registry: Registry) -> ServiceFacts:
    spells = [spell for spell in member.spells if spell.ended_at is None] or member.spells
    turn = member.history[-1] if member.history else None
    told = turn or spells[-1]
    return service_facts(
        member.service_id,
        registry,
        out=member.open,
        began_at=spells[0].began_at,
        ended_at=member.ended_at,
        stage=told.stage,
        reason=told.reason,
        particulars=turn.message if turn is not None else None,
    )


def _service(
    service_id: str, alert: Alert, since: datetime, until: datetime | None, registry: Registry
) -> ServiceFacts:
    reason, message = alert.detail.get("reason"), alert.detail.get("message")
    return service_facts(
        service_id,
        registry,
        out=until is None,
        began_at=since,
        ended_at=until,
        reason=Reason(reason) if isinstance(reason, str) else None,
        particulars=message if isinstance(message, str) else None,
    )


def service_facts(service_id: str, registry: Registry, **values: object) -> ServiceFacts:
    """Return the facts of a service; of one that left the register only its id is known.

    Args:
        service_id: of a service.
        registry: says who owns it.
        values: how it stands, by the names of the other fields.
    """
    service = registry.services.get(service_id)
    if service is None:
        named = {"name": service_id, "url": "", "agency": "", "government": ""}
        owners = {"agency_id": "", "government_id": ""}
        return ServiceFacts(id=service_id, **named, **owners, **values)  # type: ignore[arg-type]  # by name
    agency, government = registry.agencies[service.agency_id], registry.government_of(service)
    return ServiceFacts(
        id=service.id,
        name=service.name,
        url=service.urls[0] if service.urls else "",
        agency=agency.name,
        government=government.name,
        agency_id=agency.id,
        government_id=government.id,
        severity=severity_of(service),
        **values,  # type: ignore[arg-type]  # each field by its name
    )


def _detail(alert: Alert) -> str | None:
    for name in ("text", "dead_canaries"):
        value = alert.detail.get(name)
        if isinstance(value, str):
            return value
        if isinstance(value, list) and value:
            return ", ".join(str(each) for each in value)
    return None
