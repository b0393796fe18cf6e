"""Who would be told of one thing, over which channel, when, and why; pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from monitor.cli.alert.listing import place_json, route_json
from monitor.cli.alert.words import Onlooker, place_words, told_when
from monitor.cli.reader import plain
from monitor.core.reason import Sentence
from monitor.core.route import Channel, Recipient, Route, Routing, Severity, Topic
from monitor.core.routing import quiet_until, recipients, routes_for, routes_not_for
from monitor.core.routing_words import SEVERITIES, TOPICS
from monitor.core.service import Registry, Service
from monitor.core.shape import moment

_ABOUT = Sentence("{what}: {topic}, tingkat {severity}", "{what}: {topic}, {severity}")
_TOLD = Sentence("Akan dikabari:", "Would be told:")
_NOT_TOLD = Sentence("Tidak dikabari:", "Would not be told:")
_NOBODY = Sentence("tidak ada", "nobody")
_NO_ADDRESS = Sentence("tidak ada alamat", "no address")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing that somebody may be told of."""

    service: Service | None
    """None: the monitor itself."""
    topic: Topic
    severity: Severity
    registry: Registry
    routing: Routing

    @property
    def told(self) -> list[tuple[Route, Sentence]]:
        """The routes that tell it, and why."""
        return routes_for(self.service, self.registry, self.severity, self.topic, self.routing)

    @property
    def not_told(self) -> list[tuple[Route, Sentence]]:
        """The other routes, and why not."""
        return routes_not_for(self.service, self.registry, self.severity, self.topic, self.routing)

    def places(self, to: Sequence[Recipient]) -> list[tuple[Channel, str]]:
        """Return where those recipients stand for."""
        services = () if self.service is None else (self.service,)
        return recipients(to, services, self.registry, self.routing)


def case_lines(case: Case, who: Onlooker) -> Iterator[Text]:
    """Return the lines about who would be told, over which channel, when and why, and who would not."""
    topic, severity = who.of(TOPICS[case.topic]), who.of(SEVERITIES[case.severity])
    service = case.service
    what = "Kulkul" if service is None else f"{service.name} ({service.id})"
    yield Text(plain(who.of(_ABOUT).format(what=what, topic=topic, severity=severity)), style="bold")
    yield Text()
    yield Text(who.of(_TOLD), style="bold")
    for route, why in case.told:
        yield Text(f"  {route.id}: {who.of(why)}")
        for channel, address in case.places(route.to):
            yield Text(f"    {place_words(channel, address)}", style="green")
        if not case.places(route.to):
            yield Text(f"    {who.of(_NO_ADDRESS)}", style="bold red")
        further = case.places(route.escalation.to if route.escalation else ())
        for line in told_when(route, case.topic, case.severity, further, who):
            yield Text(f"    {line}")
    if not case.told:
        yield Text(f"  {who.of(_NOBODY)}", style="bold red")
    if case.not_told:
        yield Text()
        yield Text(who.of(_NOT_TOLD), style="bold")
        for route, why in case.not_told:
            yield Text(f"  {route.id}: {who.of(why)}")


def case_json(case: Case, who: Onlooker) -> dict[str, Any]:
    """Return the same as JSON; reasons in the onlooker's language."""
    return {
        "service": case.service.id if case.service else None,
        "topic": case.topic.value,
        "severity": case.severity.value,
        "told": [
            {
                **route_json(route, case.routing),
                "why": who.of(why),
                "recipients": [place_json(*one) for one in case.places(route.to)],
                "escalation_recipients": [
                    place_json(*one) for one in case.places(route.escalation.to if route.escalation else ())
                ],
                "quiet_until": None
                if case.severity is Severity.CRITICAL
                else moment(quiet_until(route.quiet, who.now, who.zone)),
            }
            for route, why in case.told
        ],
        "not_told": [{"route": route.id, "why": who.of(why)} for route, why in case.not_told],
    }
