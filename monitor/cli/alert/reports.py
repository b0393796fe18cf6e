"""Which reports of closed months go to whom, and why others get none; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from rich.text import Text

from monitor.cli.alert.listing import place_json
from monitor.cli.alert.words import Onlooker, place_words
from monitor.cli.reader import plain
from monitor.core.reason import Sentence
from monitor.core.route import Route, Routing, Topic
from monitor.core.routing_words import other_topic
from monitor.core.service import Registry, Service

if TYPE_CHECKING:
    from alerts.report_facts import Scope
    from alerts.report_matter import Copy

_TOLD = Sentence(
    "Laporan bulan yang ditutup akan dikirim kepada:", "Reports of closed months would be sent to:"
)
_NOT_TOLD = Sentence("Tidak mendapat laporan:", "Would get no report:")
_NOBODY = Sentence("tidak ada", "nobody")
_FILES = Sentence(
    "{route}: berkas {formats}, bahasa {language}", "{route}: files {formats}, language {language}"
)
_NONE_OF_IT = Sentence(
    "Tidak ada laporan yang dicakup rute ini{service}.", "This route covers no such report{service}."
)
_OF_SERVICE = Sentence(" yang memuat {id}", " with {id} in it")
_WHOLE = Sentence("semua layanan", "all services")
_REPORT = Sentence("laporan {scope}", "report of {scope}")


def copies_about(service: Service | None, registry: Registry, routing: Routing) -> list[Copy]:
    """Return what would be sent to whom of a month that covers the whole register.

    Args:
        service: only reports with this one in them; None: all.
        registry: the register.
        routing: who is told what.
    """
    from alerts.report_matter import copies, register_scopes

    return [
        one
        for one in copies(register_scopes(registry), registry, routing)
        if service is None or _covers(one.scope, service, registry)
    ]


def report_lines(
    found: Sequence[Copy], service: Service | None, registry: Registry, routing: Routing, who: Onlooker
) -> Iterator[Text]:
    """Return the lines about who would get which report, and who none, and why."""
    yield Text(who.of(_TOLD), style="bold")
    for route in routing.routes:
        mine = [one for one in found if one.listener.route.id == route.id]
        if mine:
            formats = ", ".join(route.formats)
            told = who.of(_FILES).format(route=route.id, formats=formats, language=route.language)
            yield Text(f"  {told}")
        for one in mine:
            places = ", ".join(place_words(*place) for place in one.places)
            about = who.of(_REPORT).format(scope=scope_words(one.scope, registry, who))
            yield Text(f"    {plain(about)}: {places}", style="green")
    if not found:
        yield Text(f"  {who.of(_NOBODY)}", style="bold red")
    others = list(_without(found, service, routing))
    if others:
        yield Text()
        yield Text(who.of(_NOT_TOLD), style="bold")
    for route, why in others:
        yield Text(f"  {route.id}: {who.of(why)}")


def reports_json(
    found: Sequence[Copy], service: Service | None, routing: Routing, who: Onlooker
) -> dict[str, Any]:
    """Return the same as JSON; reasons in the onlooker's language."""
    return {
        "service": service.id if service else None,
        "topic": Topic.REPORTS.value,
        "told": [
            {
                "route": one.listener.route.id,
                "scope": {"kind": one.scope.of.value, "id": one.scope.id or None},
                "language": one.listener.route.language,
                "formats": [each.value for each in one.listener.route.formats],
                "recipients": [place_json(*place) for place in one.places],
            }
            for one in found
        ],
        "not_told": [
            {"route": route.id, "why": who.of(why)} for route, why in _without(found, service, routing)
        ],
    }


def scope_words(scope: Scope, registry: Registry, who: Onlooker) -> str:
    """Return `Dinas Kominfo (diskominfo)`."""
    owner = registry.agencies.get(scope.id) or registry.governments.get(scope.id)
    return f"{owner.name} ({owner.id})" if owner is not None else scope.id or who.of(_WHOLE)


def _covers(scope: Scope, service: Service, registry: Registry) -> bool:
    return scope.id in ("", service.agency_id, registry.agencies[service.agency_id].government_id)


def _without(
    found: Sequence[Copy], service: Service | None, routing: Routing
) -> Iterator[tuple[Route, Sentence]]:
    told = {one.listener.route.id for one in found}
    of_service = _OF_SERVICE if service is not None else Sentence("", "")
    id_ = service.id if service is not None else ""
    for route in routing.routes:
        if route.id in told:
            continue
        if Topic.REPORTS not in route.topics:
            yield route, other_topic(Topic.REPORTS, route.topics)
        else:
            yield (
                route,
                Sentence(
                    _NONE_OF_IT.id.format(service=of_service.id.format(id=id_)),
                    _NONE_OF_IT.en.format(service=of_service.en.format(id=id_)),
                ),
            )
