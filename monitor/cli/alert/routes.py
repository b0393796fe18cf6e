"""`kulkul alert routes`: who is told what, and who would be told of one service now."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from monitor.cli.alert.case import Case, case_json, case_lines
from monitor.cli.alert.listing import route_json, routes_table
from monitor.cli.alert.words import Onlooker
from monitor.cli.exits import Exit
from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, Lang, LangOption, load
from monitor.cli.output import show, show_json, talk
from monitor.cli.reader import plain
from monitor.core.reason import Sentence
from monitor.core.route import Routing, Severity, Topic, severity_of

if TYPE_CHECKING:
    from monitor.core.service import Registry, Service
    from monitor.settings import Settings

_NO_ROUTES = Sentence(
    "Tidak ada rute di {path}: tidak ada yang akan dikabari.",
    "There are no routes in {path}: nobody will be told.",
)
_NO_SUCH = Sentence("Tidak ada rute yang cocok.", "No route matches.")
_ABOUT_NONE = Sentence(
    "--topic monitor: kabar ini bukan tentang layanan; hapus --service.",
    "--topic monitor: these messages are about no service; remove --service.",
)


def routes(
    *,
    service: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="Siapa yang akan dikabari tentang layanan ini, dan mengapa. Who would be told of this one.",
        ),
    ] = None,
    severity: Annotated[
        Severity | None,
        typer.Option(help="Tingkat; bawaan: menurut layanannya. Default: as the service's criticality says."),
    ] = None,
    topic: Annotated[
        Topic | None,
        typer.Option(help="Tentang apa; bawaan dengan --service: outage. What it is about."),
    ] = None,
    as_json: JsonOption = False,
    lang: LangOption = Lang.ID,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Siapa dikabari tentang apa. Who is told what; with --service who would be told of it now, and why.

    Dengan --topic reports: laporan apa yang akan sampai kepada siapa. Kode keluar: 0, atau 1 bila dengan
    --service, --topic monitor atau --topic reports tidak ada yang akan dikabari.

    With --topic reports: which report would go to whom. Exit code: 0, or 1 where with --service, --topic
    monitor or --topic reports nobody would be told.
    """
    from monitor.registry.routes import load_routes

    settings, registry = load(config)
    routing = load_routes(settings.routes, settings, registry)
    who = Onlooker(lang=lang, zone=settings.time_zone, now=datetime.now(UTC))
    if topic is Topic.REPORTS:
        about = None if service is None else _service(service, registry, lang)
        raise typer.Exit(_show_reports(about, registry, routing, who, as_json=as_json))
    if service is None and topic is not Topic.MONITOR:
        _list(routing, severity, topic, settings, who, as_json=as_json)
        return
    about = None if service is None else _service(service, registry, lang)
    if about is not None and topic is Topic.MONITOR:
        talk().print(lang.of(_ABOUT_NONE))
        raise typer.Exit(Exit.CONFIGURATION)
    case = Case(
        service=about,
        topic=topic or Topic.OUTAGE,
        severity=severity or (severity_of(about) if about else Severity.CRITICAL),
        registry=registry,
        routing=routing,
    )
    if as_json:
        show_json(case_json(case, who))
    else:
        show(*case_lines(case, who))
    told = any(case.places(route.to) for route, _ in case.told)
    raise typer.Exit(Exit.FINE if told else Exit.BAD_ANSWER)


def _show_reports(
    about: Service | None, registry: Registry, routing: Routing, who: Onlooker, *, as_json: bool
) -> Exit:
    from monitor.cli.alert.reports import copies_about, report_lines, reports_json

    found = copies_about(about, registry, routing)
    if as_json:
        show_json(reports_json(found, about, routing, who))
    else:
        show(*report_lines(found, about, registry, routing, who))
    return Exit.FINE if found else Exit.BAD_ANSWER


def _list(
    routing: Routing,
    severity: Severity | None,
    topic: Topic | None,
    settings: Settings,
    who: Onlooker,
    *,
    as_json: bool,
) -> None:
    """Show the routes that are about a topic and tell what matters that much; all where neither is asked."""
    found = [
        one
        for one in routing.routes
        if (topic is None or topic in one.topics)
        and (severity is None or one.match.severity.rank <= severity.rank)
    ]
    if as_json:
        show_json([route_json(one, routing) for one in found])
    elif found:
        show(routes_table(found, routing, who))
    if not routing.routes:
        talk().print(who.of(_NO_ROUTES).format(path=settings.routes))
    elif not found and not as_json:
        talk().print(who.of(_NO_SUCH))


def _service(id_: str, registry: Registry, lang: Lang) -> Service:
    from monitor.registry.names import Names

    unknown = Names(registry).unknown("services", id_)
    if unknown is not None:
        talk().print(plain(f"--service: {lang.of(unknown)}"))
        raise typer.Exit(Exit.CONFIGURATION)
    return registry.services[id_]
