"""What a result and a service's status come to as cells: the columns, and how each is filled. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache

from monitor.core.incident import Incident, Member
from monitor.core.reason import Outcome, Reason, Stage
from monitor.core.result import Result
from monitor.core.service import Agency, Government, Service
from monitor.core.status import Status
from monitor.metrics.catalogue import probing as catalogue
from monitor.metrics.sheet import Cell, Column, one, value

ZERO, ONE = value(0), value(1)


def _seconds(duration: timedelta | None) -> Cell:
    return None if duration is None else b"} %.6f\n" % duration.total_seconds()


def _moment(at: datetime | None) -> Cell:
    return None if at is None else value(at.timestamp())


def _phase(stage: Stage) -> tuple[Column, Callable[[Result], Cell]]:
    column = Column(catalogue.PROBE_HTTP_DURATION, phase=stage.value)
    return column, lambda seen: _seconds(seen.timings.of(stage)) if seen.url.startswith("http") else None


@cache
def _integer(number: int) -> bytes:
    """Status codes, redirect counts and families are few: one object for all the rows that show one."""
    return b"} %d\n" % number


@cache
def _failure(stage: Stage | None, reason: Reason | None) -> bytes:
    return one(stage=stage or "", reason=reason or "")


@cache
def _version(version: str) -> bytes:
    return one(version=version)


_OF_RESULT: tuple[tuple[Column, Callable[[Result], Cell]], ...] = (
    (
        Column(catalogue.PROBE_SUCCESS),
        # A fault of ours says nothing of the site: no value, rather than one that reads as a failure.
        lambda seen: None if seen.outcome is Outcome.SELF_FAULT else ONE if seen.ok else ZERO,
    ),
    (Column(catalogue.PROBE_DURATION), lambda seen: _seconds(seen.duration)),
    *(_phase(stage) for stage in Stage),
    (
        Column(catalogue.PROBE_HTTP_STATUS_CODE),
        lambda seen: _integer(seen.http.status) if seen.http else None,
    ),
    (
        Column(catalogue.PROBE_HTTP_REDIRECTS),
        lambda seen: _integer(len(seen.http.redirects)) if seen.http else None,
    ),
    (Column(catalogue.PROBE_IP_PROTOCOL), lambda seen: _integer(seen.family) if seen.family else None),
    (
        Column(catalogue.PROBE_SSL_EARLIEST_CERT_EXPIRY),
        lambda seen: _moment(seen.tls.earliest_not_after) if seen.tls else None,
    ),
    (
        Column(catalogue.PROBE_SSL_LAST_CHAIN_EXPIRY),
        lambda seen: _moment(seen.tls.verified_chain_not_after) if seen.tls else None,
    ),
    (
        Column(catalogue.PROBE_TLS_VERSION),
        lambda seen: _version(seen.tls.version) if seen.tls and seen.tls.version else None,
    ),
    (
        Column(catalogue.PROBE_FAILURE),
        lambda seen: None if seen.ok else _failure(seen.stage, seen.reason),
    ),
    (Column(catalogue.PROBE_LAST_TIMESTAMP), lambda seen: _moment(seen.started_at)),
)
_NOTHING_SEEN: tuple[Cell, ...] = (None,) * len(_OF_RESULT)
NO_INCIDENT: Sequence[Cell] = (None, None)
"""The cells of a service that is not out."""

CHECK_COLUMNS = (
    *(column for column, _ in _OF_RESULT),
    *(Column(catalogue.PROBES, outcome=outcome.value) for outcome in Outcome),
)
SERVICE_COLUMNS = (
    Column(catalogue.SERVICE),
    Column(catalogue.INCIDENT_OPEN),
    Column(catalogue.INCIDENT_OUT_SINCE),
    *(Column(catalogue.SERVICE_STATUS, status=status.value) for status in Status),
    *(Column(catalogue.SERVICE_STATUS_SECONDS, status=status.value) for status in Status),
    Column(catalogue.SERVICE_MAINTENANCE),
    Column(catalogue.SERVICE_SLO_TARGET),
)


def check_cells(result: Result | None, counts: Mapping[Outcome, int]) -> Sequence[Cell]:
    """Return the cells under CHECK_COLUMNS.

    Args:
        result: the latest; None where there is none yet.
        counts: probes so far, every outcome present.
    """
    seen = _NOTHING_SEEN if result is None else tuple([fill(result) for _, fill in _OF_RESULT])
    return (*seen, *[b"} %d\n" % counts[outcome] for outcome in Outcome])


def info_cell(service: Service, agency: Agency, government: Government) -> bytes:
    """Return the cell of a service's info series."""
    return one(
        name=service.name,
        agency_name=agency.name,
        government=government.id,
        government_name=government.name,
        category=service.category.value,
        url=service.urls[0] if service.urls else "",
    )


def target_cell(service: Service) -> bytes:
    """Return the cell of a service's target, in as many digits as it has."""
    return b"} %r\n" % service.slo_target_ratio


def incident_cells(incident: Incident, member: Member) -> Sequence[Cell]:
    """Return the cells of a service that is out by an incident."""
    cause = incident.cause.tie.value if incident.cause else ""
    return (one(incident=incident.name, cause=cause), _moment(member.out_since))


def status_cells(status: Status) -> Sequence[Cell]:
    """Return the one-hot cells of a status."""
    return tuple([ONE if each is status else ZERO for each in Status])


def seconds_cells(seconds: Mapping[Status, float]) -> Sequence[Cell]:
    """Return the cells of the time per status; a status that is missing counts as none."""
    return tuple([value(seconds.get(status, 0.0)) for status in Status])
