"""`kulkul alert test`: a message that says it is a test, to everybody whom a route tells."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer
from rich.text import Text

from monitor.cli.alert.words import place_words
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, Lang, LangOption
from monitor.cli.output import show, talk
from monitor.cli.reader import plain
from monitor.core.reason import Sentence
from monitor.core.route import Channel, Route, Routing
from monitor.core.routing import recipients
from monitor.core.service import Registry, Service

if TYPE_CHECKING:
    from alerts.delivery import Delivery
    from monitor.settings import Settings

_NO_ROUTE = Sentence(
    "Tidak ada rute “{name}”; yang ada: {known}.", "There is no route “{name}”; there are: {known}."
)
_NO_SERVICE = Sentence(
    "Tidak ada layanan “{name}” dalam register.", "There is no service “{name}” in the register."
)
_NO_PLACE = Sentence(
    "Rute {name} tidak punya alamat sendiri; pilih layanan yang instansinya dikabari: --service ID",
    "Route {name} has no address of its own; choose a service whose agency is to be told: --service ID",
)
_SENT = Sentence("terkirim", "sent")


def send_test(
    route: Annotated[str, typer.Argument(metavar="ROUTE", help="Id rute. The route's id.")],
    *,
    service: Annotated[
        str | None,
        typer.Option(
            metavar="ID", help="Layanan yang instansinya dikabari. A service whose agency is to be told."
        ),
    ] = None,
    escalation: Annotated[
        bool, typer.Option("--escalation", help="Juga penerima eskalasi. Also who is told by escalation.")
    ] = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Kirim kabar uji coba sekarang juga. Send a message now that says it is a test.

    Kode keluar: 0 semua terkirim, 1 ada yang gagal. Exit code: 0 all were sent, 1 some failed.
    """
    from monitor.cli.options import load
    from monitor.registry.routes import load_routes

    settings, registry = load(config)
    routing = load_routes(settings.routes, settings, registry)
    chosen = next((one for one in routing.routes if one.id == route), None)
    if chosen is None:
        known = ", ".join(one.id for one in routing.routes) or "—"
        talk().print(plain(lang.of(_NO_ROUTE).format(name=route, known=known)))
        raise typer.Exit(Exit.CONFIGURATION)
    if service is not None and service not in registry.services:
        talk().print(plain(lang.of(_NO_SERVICE).format(name=service)))
        raise typer.Exit(Exit.CONFIGURATION)
    services = [registry.services[service]] if service is not None else []
    to = [*chosen.to, *(chosen.escalation.to if escalation and chosen.escalation else ())]
    places = recipients(to, services, registry, routing)
    if not places:
        talk().print(plain(lang.of(_NO_PLACE).format(name=route)))
        raise typer.Exit(Exit.CONFIGURATION)
    outcomes = asyncio.run(_send(places, chosen, services, (settings, registry, routing)))
    for (channel, address), trouble in zip(places, outcomes, strict=True):
        mark = Text("✖ ", style="bold red") if trouble else Text("✔ ", style="green")
        said = trouble or lang.of(_SENT)
        show(mark.append(plain(f"{place_words(channel, address)}: {said}"), style="default"))
    raise typer.Exit(Exit.BAD_ANSWER if any(outcomes) else Exit.FINE)


async def _send(
    places: Sequence[tuple[Channel, str]],
    route: Route,
    services: Sequence[Service],
    context: tuple[Settings, Registry, Routing],
) -> list[str | None]:
    """Send to each place at once; returns what went wrong there, in the same order."""
    delivery = _delivery(route, services, context)

    async def send(channel: Channel, address: str) -> str | None:
        from dataclasses import replace

        from alerts.channels import open_channel
        from alerts.delivery import DeliveryError

        opened = open_channel(channel)
        try:
            await opened.send(replace(delivery, key=uuid.uuid4().hex, address=address))
        except DeliveryError as error:
            return str(error)
        finally:
            await opened.close()
        return None

    return await asyncio.gather(*(send(channel, address) for channel, address in places))


def _delivery(
    route: Route, services: Sequence[Service], context: tuple[Settings, Registry, Routing]
) -> Delivery:
    from alerts.delivery import Delivery
    from alerts.facts import Facts, Occasion, ServiceFacts
    from alerts.message import render
    from monitor.core.route import Severity

    settings, registry, routing = context
    now = datetime.now(UTC)
    facts = Facts(
        occasion=Occasion.TEST,
        subject=f"test:{uuid.uuid4().hex[:8]}",
        severity=Severity.INFO,
        written_at=now,
        began_at=now,
        services=tuple(
            ServiceFacts(
                id=one.id,
                name=one.name,
                url=one.urls[0] if one.urls else "",
                agency=registry.agencies[one.agency_id].name,
                government=registry.government_of(one).name,
                agency_id=one.agency_id,
                government_id=registry.agencies[one.agency_id].government_id,
                out=False,
                began_at=now,
            )
            for one in services
        ),
        vantage=settings.vantage.name,
        detail=route.id,
        link=routing.link,
        contact=routing.contact,
    )
    return Delivery(
        key="",
        thread=facts.subject,
        place=0,
        address="",
        language=route.language,
        facts=facts,
        message=render(facts, route.language, settings.time_zone),
    )
