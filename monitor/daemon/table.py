"""What the status page shows of the board, row by row; pure."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime

from monitor.core.accounting.availability import Availability
from monitor.core.service import Registry, Service
from monitor.core.status import CheckState, Status
from monitor.recorder import Board, Glance
from monitor.web import Row

NONE: Mapping[str, str] = {}
NOT_COUNTED: Mapping[str, Availability] = {}


def rows(
    registry: Registry,
    board: Board,
    maintained: AbstractSet[str] = frozenset(),
    incidents: Mapping[str, str] = NONE,
    month: Mapping[str, Availability] = NOT_COUNTED,
) -> list[Row]:
    """Return a row for every service of the register that is probed.

    Args:
        registry: whose services, in its order.
        board: what is held of them.
        maintained: ids of those under announced maintenance.
        incidents: the name of the incident by which a service is out, by service id.
        month: the figures of the month so far, by service id.
    """
    return [
        replace(
            _row(registry, board, service, maintained, incidents),
            availability=month[service.id].ratio if service.id in month else None,
        )
        for service in registry.services.values()
        if board.follows(service.id) and service.checks
    ]


def _row(
    registry: Registry,
    board: Board,
    service: Service,
    maintained: AbstractSet[str],
    incidents: Mapping[str, str],
) -> Row:
    status = board.status(service.id)
    followed = [check.id for check in service.checks if check.id in board.states]
    telling = _telling([board.states[check_id] for check_id in followed], status)
    glances = [board.glances[check_id] for check_id in followed if check_id in board.glances]
    glance = board.glances.get(telling.check_id)
    return Row(
        service_id=service.id,
        name=service.name,
        url=service.urls[0] if service.urls else service.checks[0].url,
        agency=registry.agencies[service.agency_id].name,
        government=registry.government_of(service).name,
        status=status,
        since_at=telling.since_at,
        last_at=max((one.started_at for one in glances), default=None),
        duration=glance.duration if glance is not None else None,
        reason=telling.reason,
        message=glance.message if glance is not None else None,
        certificate_not_after=_first_expiry(glances),
        address=glance.address if glance is not None else None,
        maintenance=service.id in maintained,
        incident=incidents.get(service.id),
    )


def _telling(states: list[CheckState], status: Status) -> CheckState:
    """Pick the check that makes the service what it is: of those in its status the one longest in it."""
    return min(states, key=lambda state: (state.status is not status, not state.confirming, state.since_at))


def _first_expiry(glances: list[Glance]) -> datetime | None:
    return min(
        (one.certificate_not_after for one in glances if one.certificate_not_after is not None), default=None
    )
