"""`kulkul alert preview`: what would be said of an incident, findings or a period now, without saying it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.alert.preview_report import period_name, report_messages
from monitor.cli.alert.words import place_words
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import plain
from monitor.core.finding import finding_number
from monitor.core.incident import incident_name, incident_number
from monitor.core.raising import findings_subject
from monitor.core.reason import Sentence

if TYPE_CHECKING:
    from alerts.delivery import Message
    from alerts.finding_matter import Findings
    from alerts.listeners import Listener
    from alerts.matters import Outage
    from monitor.core.route import Channel, Routing
    from monitor.core.service import Registry
    from monitor.settings import Settings

_NO_INCIDENT = Sentence(
    "Tidak ada gangguan {name}; lihat: kulkul incident list",
    "There is no incident {name}; see: kulkul incident list",
)
_NO_FINDINGS = Sentence(
    "{name} tidak punya temuan terbuka; tulis nama domain terdaftar (baliprov.go.id) atau FND-000123.",
    "{name} has no open findings; write a registered domain, such as baliprov.go.id, or FND-000123.",
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
    about: Annotated[
        str,
        typer.Argument(
            metavar="INCIDENT|DOMAIN|FINDING|PERIOD",
            help="Nomor gangguan, nama domain, nomor temuan, atau periode yang ditutup. INC-2026-000123, a "
            "domain, FND-000123, or a closed period such as 2026-10.",
        ),
    ],
    *,
    route: Annotated[str | None, typer.Option(metavar="ID", help="Rute ini saja. Only this route.")] = None,
    form: Annotated[Form, typer.Option("--format", help="Bentuk kabar. Form of the message.")] = Form.TEXT,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Tampilkan kabar tanpa mengirim. Show what would be said of something now, without sending it.

    Setiap kabar ditulis dalam bahasa rutenya. Each message is in the language of its route.
    """
    from monitor.cli.options import load
    from monitor.registry.routes import load_routes

    settings, registry = load(config)
    routing = load_routes(settings.routes, settings, registry)
    known, period = incident_number(about), period_name(about, settings)
    name = incident_name(known) if known else about.strip().lower()
    if period is not None:
        found = asyncio.run(report_messages(settings, registry, routing, period, lang))
    else:
        subject = asyncio.run(_load(settings, registry, routing, name))
        if subject is None:
            is_incident = known is not None or name.startswith("inc")
            absent = _NO_INCIDENT if is_incident else _NO_FINDINGS
            talk().print(plain(lang.of(absent).format(name=name if known else about)))
            raise typer.Exit(Exit.CONFIGURATION)
        found = _messages(subject, registry, routing, settings)
    written = [one for one in found if route in (None, one[0].route.id)]
    if not written:
        talk().print(plain(lang.of(_NOBODY).format(name=name if known else about)))
        raise typer.Exit(Exit.BAD_ANSWER)
    if as_json:
        show_json([_shape(listener, places, message) for listener, places, message in written])
        return
    for listener, places, message in written:
        talk().print(plain(f"— {listener.id}: {', '.join(place_words(*one) for one in places) or '∅'}"))
        show(getattr(message, form.value).rstrip("\n"))


async def _load(
    settings: Settings, registry: Registry, routing: Routing, name: str
) -> Outage | Findings | None:
    """Return the incident of that name, or the findings of that domain, or of that finding's domain."""
    from alerts.finding_matter import Findings
    from alerts.matters import Matters, Outage
    from monitor.store import Store
    from monitor.store.findings import findings

    now = datetime.now(UTC)
    async with await Store.open(settings.database.url, migrate=False) as store:
        if incident_number(name) is None:
            number = finding_number(name)
            found = await findings(store, [number]) if number is not None else []
            name = findings_subject(found[0].domain if found else name)
        matters = Matters(store, settings.vantage.name, settings.time_zone, lambda _: frozenset())
        subject = await matters.load(name, registry, routing, now)
    if isinstance(subject, Findings):
        return subject if any(one.closed_at is None for one in subject.findings) else None
    return subject if isinstance(subject, Outage) else None


def _messages(
    subject: Outage | Findings, registry: Registry, routing: Routing, settings: Settings
) -> list[tuple[Listener, list[tuple[Channel, str]], Message]]:
    """Write the message that each listener would get if it had not been told anything yet."""
    from alerts.listeners import listeners
    from alerts.message import render

    services = [registry.services[each] for each in subject.services if each in registry.services]
    now, written = datetime.now(UTC), []
    for listener in listeners(subject.topic, services, registry, routing, subject.severity):
        say = subject.preview(listener, now)
        if say is None:
            continue
        mine = [registry.services[each] for each in sorted(say.services)]
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
