"""When there is something to say: a change of an incident or of what is known of a check. Pure."""

from __future__ import annotations

from datetime import datetime

from monitor.core.alert import Alert, AlertKind, Audience
from monitor.core.incident import Incident
from monitor.core.status import CheckState, Status

_BEGIN = {Status.BLOCKED: AlertKind.BLOCKED, Status.DEGRADED: AlertKind.DEGRADED}
_END = {Status.BLOCKED: AlertKind.UNBLOCKED, Status.DEGRADED: AlertKind.UNDEGRADED}


def incident_alert(before: Incident | None, after: Incident, now: datetime) -> Alert | None:
    """Return the alert where an incident differs in what people are told: who is out, and whether it is over.

    Args:
        before: None: it is new.
        after: the same incident.
        now: aware UTC; an incident is told of once for each moment.
    """
    if before is not None and _told(before) == _told(after):
        return None
    return Alert(
        key=f"incident:{after.name}:{now.isoformat()}",
        raised_at=now,
        audience=Audience.EVERYBODY,
        kind=AlertKind.INCIDENT,
        subject=after.name,
    )


def status_alerts(
    service_id: str, before: CheckState, after: CheckState, now: datetime, message: str | None
) -> list[Alert]:
    """Return the alerts where a check is newly known to block us or to be slow, or no longer so.

    What is UNKNOWN for a while (the monitor was off, or blind) has not changed by that.
    """
    if before.known is after.known:
        return []
    kinds = [kinds[known] for kinds, known in ((_END, before.known), (_BEGIN, after.known)) if known in kinds]
    return [
        Alert(
            key=f"{kind}:{after.check_id}:{after.since_at.isoformat()}",
            raised_at=now,
            audience=Audience.EVERYBODY,
            kind=kind,
            subject=service_id,
            detail={
                "check": after.check_id,
                "since": after.since_at.isoformat(),
                "reason": after.reason.value if after.reason else None,
                "message": message,
                "became": after.known.value if after.known else None,
            },
        )
        for kind in kinds
    ]


def _told(incident: Incident) -> tuple[object, ...]:
    return (
        frozenset(one.service_id for one in incident.out),
        frozenset(one.service_id for one in incident.present),
        incident.flapping,
        incident.closed_at is not None,
    )
