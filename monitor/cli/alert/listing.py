"""The routes as `kulkul alert routes` lists them; pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.table import Table

from monitor.cli.alert.words import Onlooker, match_words, to_words, topics_words, when_words
from monitor.cli.options import Lang
from monitor.core.route import Channel, Recipient, Route, Routing, Topic

_HEADS = {
    Lang.ID: ("Rute", "Tentang", "Untuk", "Kepada", "Kapan"),
    Lang.EN: ("Route", "About", "For", "To", "When"),
}


def routes_table(routes: Sequence[Route], routing: Routing, who: Onlooker) -> Table:
    """Return the table of routes."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in _HEADS[who.lang]:
        table.add_column(head, overflow="fold")
    for one in routes:
        table.add_row(
            one.id,
            topics_words(one, who),
            match_words(one.match, who),
            to_words(one.to, routing, who),
            "; ".join(when_words(one, routing, who)),
        )
    return table


def route_json(route: Route, routing: Routing) -> dict[str, Any]:
    """Return a route as JSON: as the file says it, with what it leaves out; spans in seconds."""
    match, reminders, quiet, escalation = route.match, route.reminders, route.quiet, route.escalation
    return {
        "route": route.id,
        "topics": [one.value for one in Topic if one in route.topics],
        "match": {
            "agencies": sorted(match.agencies),
            "governments": sorted(match.governments),
            "categories": sorted(match.categories),
            "tags": sorted(match.tags),
            "services": sorted(match.services),
            "severity": match.severity.value,
            "rules": sorted(match.rules),
        },
        "to": [_recipient(one, routing) for one in route.to],
        "language": route.language,
        "hold_seconds": route.hold.total_seconds(),
        "degraded_after_seconds": route.degraded_after.total_seconds(),
        "reminders": None
        if reminders is None
        else {
            "first_seconds": reminders.first.total_seconds(),
            "factor": reminders.factor,
            "longest_seconds": reminders.longest.total_seconds(),
        },
        "formats": [one.value for one in route.formats] if Topic.REPORTS in route.topics else None,
        "quiet": None if quiet is None else {"from": f"{quiet.starts:%H:%M}", "until": f"{quiet.ends:%H:%M}"},
        "escalation": None
        if escalation is None
        else {
            "after_seconds": escalation.after.total_seconds(),
            "to": [_recipient(one, routing) for one in escalation.to],
        },
    }


def place_json(channel: Channel, address: str) -> dict[str, Any]:
    """Return one place that messages go to; no address: the register's contacts, or the channel's own URL."""
    return {"channel": channel.id, "kind": channel.kind.value, "address": address or None}


def _recipient(to: Recipient, routing: Routing) -> dict[str, Any]:
    return place_json(routing.channels[to.channel], to.address or "")
