"""A card as JSON: the documented shape of `kulkul domain --json`; pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, tzinfo
from typing import Any

from monitor.core.affected import Places
from monitor.core.card.card import CardService, DomainCard, HostCard, Known
from monitor.core.delegation.facts import delegation_json
from monitor.core.finding_shape import finding_json
from monitor.core.hostname import host_json
from monitor.core.https.look_json import facts_json
from monitor.core.reference import Reference
from monitor.core.registration.facts import registration_json
from monitor.core.rulebook.telling import days_between
from monitor.core.shape import moment


def card_json(
    card: DomainCard,
    references: Mapping[str, Reference],
    places: Places,
    zone: tzinfo,
    now: datetime,
) -> dict[str, Any]:
    """Return the shape; times as ISO 8601 in UTC. The arguments are those of `finding_json`."""
    expires_at = card.registration.expires_at if card.registration else None
    return {
        "domain": card.domain,
        "name": host_json(card.name),
        "holders": list(card.holders),
        "services": [_service(one) for one in card.services],
        "registration": {
            **_known(card.registration_known),
            "phase": card.phase.value,
            "days_left": None if expires_at is None else days_between(now, expires_at, zone),
            "facts": registration_json(card.registration) if card.registration else None,
        },
        "delegation": {
            **_known(card.delegation_known),
            "facts": delegation_json(card.delegation) if card.delegation else None,
        },
        "hosts": [_host(one) for one in card.hosts],
        "findings": [finding_json(one, references, places, zone, now) for one in card.findings],
        "history": [
            {"at": moment(one.at), "what": one.what, "before": one.before, "after": one.after}
            for one in card.history
        ],
    }


def _service(one: CardService) -> dict[str, Any]:
    return {
        "service": one.id,
        "name": one.name,
        "agency": one.agency,
        "government": one.government,
        "holder": one.holder,
        "urls": list(one.urls),
    }


def _host(one: HostCard) -> dict[str, Any]:
    return {"host": one.name, **_known(one.known), "facts": facts_json(one.look) if one.look else None}


def _known(known: Known | None) -> dict[str, Any]:
    return {
        "tried_at": moment(known.tried_at) if known else None,
        "seen_at": moment(known.seen_at) if known else None,
        "failure": known.failure if known else None,
    }
