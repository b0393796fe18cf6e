"""`kulkul alert preview`: what would be said about an incident now, to whom, without saying it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.alert.words import place_words
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import plain
from monitor.core.incident import incident_name, incident_number
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from alerts.delivery import Message
    from alerts.listeners import Listener
    from alerts.matters import Subject
    from monitor.core.route import Channel, Routing
    from monitor.core.service import Registry
    from monitor.settings import Settings

_NO_INCIDENT = Sentence(
    "Tidak ada gangguan {name}; lihat: kulkul incident list",
    "There is no incident {name}; see: kulkul incident list",
)
_NOBODY = Sentence(
    "Tidak ada rute yang mengabarkan {name}; lihat: kulkul alert routes",
    "No route tells of {name}; see: kulkul alert routes",
)


class Form(StrEnum):
    """Which form of a message is shown."""

    TEXT = "text"
    HTML = "html"
    BRIEF = "brief"


def preview(
    number: Annotated[
        str, typer.Argument(metavar="INCIDENT", help="Nomor, mis. INC-2026-000123. Its number.")
    ],
    *,
    route: Annotated[str | None, typer.Option(metavar="ID", help="Rute ini saja. Only this route.")] = None,
    form: Annotated[Form, typer.Option("--format", help="Bentuk kabar. Form of the message.")] = Form.TEXT,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Tampilkan kabar tanpa mengirim. Show what would be said about an incident now, without sending.

    Setiap kabar ditulis dalam bahasa rutenya. Each message is in the language of its route.
    """
    from monitor.cli.options import load
    from monitor.registry.routes import load_routes

    settings, registry = load(config)
    routing = load_routes(settings.routes, settings, registry)
    known = incident_number(number)
    subject = asyncio.run(_load(settings, registry, routing, incident_name(known))) if known else None
    if subject is None:
        talk().print(plain(lang.of(_NO_INCIDENT).format(name=incident_name(known) if known else number)))
        raise typer.Exit(Exit.CONFIGURATION)
    written = [
        (listener, places, message)
        for listener, places, message in _messages(subject, registry, routing, settings)
        if route in (None, listener.route.id)
    ]
    if not written:
        talk().print(plain(lang.of(_NOBODY).format(name=subject.name)))
        raise typer.Exit(Exit.BAD_ANSWER)
    if as_json:
        show_json([_shape(listener, places, message) for listener, places, message in written])
        return
    for listener, places, message in written:
        talk().print(plain(f"— {listener.id}: {', '.join(place_words(*one) for one in places) or '∅'}"))
        show(getattr(message, form.value).rstrip("\n"))


async def _load(settings: Settings, registry: Registry, routing: Routing, name: str) -> Subject | None:
    from alerts.matters import Matters
    from monitor.store import Store

    async with await Store.open(settings.database.url, migrate=False) as store:
        matters = Matters(store, settings.vantage.name, lambda _: frozenset())
        return await matters.load(name, registry, routing, datetime.now(UTC))


def _messages(
    subject: Subject, registry: Registry, routing: Routing, settings: Settings
) -> list[tuple[Listener, list[tuple[Channel, str]], Message]]:
    """Write the message that each listener would get if it had not been told anything yet."""
    from alerts.facts import Occasion
    from alerts.listeners import listeners
    from alerts.matters import Outage
    from alerts.message import render
    from alerts.policy import Say

    over = isinstance(subject, Outage) and subject.incident.ended_at is not None
    services = [registry.services[each] for each in subject.services if each in registry.services]
    now, written = datetime.now(UTC), []
    for listener in listeners(subject.topic, services, registry, routing):
        mine = [one for one in services if listener.hears_of(one, registry)]
        say = Say(
            occasion=Occasion.RECOVERY if over else Occasion.OUTAGE,
            place=0,
            services=frozenset(one.id for one in mine),
        )
        message = render(subject.facts(say, now), listener.route.language, settings.time_zone)
        places = listener.addresses(listener.route.to, mine, registry, routing)
        written.append((listener, places, message))
    return written


def _shape(listener: Listener, places: list[tuple[Channel, str]], message: Message) -> dict[str, object]:
    return {
        "listener": listener.id,
        "route": listener.route.id,
        "language": listener.route.language,
        "recipients": [{"channel": channel.id, "address": address} for channel, address in places],
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "brief": message.brief,
    }
