"""When there is something to say: of an incident, of what is known of a check, of our own sight. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from monitor.core.alert import Alert, AlertKind
from monitor.core.finding import Finding, Inspected
from monitor.core.incident import Incident
from monitor.core.sight import BlindPeriod
from monitor.core.status import CheckState, Status

ABOUT_FINDINGS = "findings:"
"""What the subject of messages about findings begins with."""
_BEGIN = {Status.BLOCKED: AlertKind.BLOCKED, Status.DEGRADED: AlertKind.DEGRADED}
_END = {Status.BLOCKED: AlertKind.UNBLOCKED, Status.DEGRADED: AlertKind.UNDEGRADED}


def incident_alert(before: Incident | None, after: Incident, now: datetime) -> Alert | None:
    """Return the alert where an incident differs in what people are told: who is out, and whether it is over.

    Args:
        before: None: it is new.
        after: the same incident.
        now: aware UTC.
    """
    if before is not None and _told(before) == _told(after):
        return None
    return Alert(
        key=f"{AlertKind.INCIDENT}:{after.name}:{now.isoformat()}:{_turns(after)}",
        raised_at=now,
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


def blind_alert(period: BlindPeriod, now: datetime) -> Alert:
    """Return the alert that this vantage cannot see: one for each period.

    Args:
        period: as it began.
        now: aware UTC.
    """
    return Alert(
        key=f"{AlertKind.VANTAGE_BLIND}:{period.vantage}:{period.began_at.isoformat()}",
        raised_at=now,
        kind=AlertKind.VANTAGE_BLIND,
        subject=period.vantage,
        detail={
            "cause": period.cause.value,
            "since": period.began_at.isoformat(),
            "dead_canaries": list(period.dead),
            "failing_networks": period.failing_networks,
            "seen_networks": period.seen_networks,
        },
    )


def finding_alerts(
    inspected: Inspected, opened: Iterable[Finding], closed: Iterable[Finding], worse: Iterable[Finding]
) -> list[Alert]:
    """Return one alert for each domain whose findings opened, closed or got worse by an inspection."""
    domains = sorted({one.domain for one in (*opened, *closed, *worse)})
    return [
        Alert(
            key=(
                f"{AlertKind.FINDING}:{domain}:{inspected.inspection}:{inspected.target}:"
                f"{inspected.at.isoformat()}"
            ),
            raised_at=inspected.at,
            kind=AlertKind.FINDING,
            subject=findings_subject(domain),
        )
        for domain in domains
    ]


def deed_alert(finding: Finding, deed: str, at: datetime) -> Alert:
    """Return the alert that somebody accepted a finding, or took that back: it may be told again, or no more.

    Args:
        finding: as it was before.
        deed: such as `finding.accept`.
        at: aware UTC.
    """
    return Alert(
        key=f"{AlertKind.FINDING}:{finding.domain}:{deed}:{finding.name}:{at.isoformat()}",
        raised_at=at,
        kind=AlertKind.FINDING,
        subject=findings_subject(finding.domain),
    )


def findings_subject(domain: str) -> str:
    """Return what messages about a domain's findings are about."""
    return f"{ABOUT_FINDINGS}{domain}"


def domain_of_findings(subject: str) -> str | None:
    """Return the domain that a subject names; None: it is about something else."""
    return subject.removeprefix(ABOUT_FINDINGS) if subject.startswith(ABOUT_FINDINGS) else None


def _turns(incident: Incident) -> str:
    """Return how far an incident has come. Time is not enough: one look at a canary releases many results."""
    spells = [spell for member in incident.members for spell in member.spells]
    ended = sum(spell.ended_at is not None for spell in spells)
    closed = incident.closed_at is not None
    return f"{len(spells)}.{ended}.{len(incident.present)}.{incident.flapping:d}.{closed:d}"


def _told(incident: Incident) -> tuple[object, ...]:
    return (
        frozenset(one.service_id for one in incident.out),
        frozenset(one.service_id for one in incident.present),
        incident.flapping,
        incident.closed_at is not None,
    )
