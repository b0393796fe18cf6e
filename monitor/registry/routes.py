"""From `routes.yml` to `Routing`: who is told what, over which channel."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from pathlib import Path

from monitor.core.route import Escalation, Match, QuietHours, Recipient, Reminders, Route, Routing
from monitor.core.rulebook import RULES
from monitor.core.service import Registry
from monitor.registry.channels import build_channel
from monitor.registry.route_models import (
    EscalationModel,
    MatchModel,
    RecipientModel,
    RemindersModel,
    RouteModel,
    RoutesModel,
)
from monitor.registry.route_survey import survey
from monitor.settings import ConfigurationError, Settings
from monitor.settings.settings import Language
from monitor.settings.validation import check
from monitor.settings.yaml import read_document


def load_routes(
    path: Path | str, settings: Settings, registry: Registry, rules: AbstractSet[str] = RULES.keys()
) -> Routing:
    """Read channels and routes; a file that does not exist has none, and then nobody is told.

    Args:
        path: usually `settings.routes`.
        settings: for the language and the contact where the file says neither.
        registry: what the routes' services, agencies, governments and tags must be found in, and the
            contacts of those recipients that have no address.
        rules: ids of the rules of findings, for those routes that choose among them.
    Raises:
        ConfigurationError: with every problem of the file.
    """
    path = Path(path)
    if not path.exists():
        return Routing(contact=settings.vantage.contact)
    document = read_document(path)
    model, problems = check(document, RoutesModel)
    problems += survey(document, registry, lambda one: build_route(one, settings.language), rules)
    if model is None or problems:
        raise ConfigurationError(problems)
    return Routing(
        channels={id_: build_channel(id_, one) for id_, one in model.channels.items()},
        routes=tuple(build_route(one, settings.language) for one in model.routes),
        link=model.link,
        contact=model.contact or settings.vantage.contact,
    )


def build_route(model: RouteModel, language: Language) -> Route:
    """Return the route that the file describes; in `language` where it names none."""
    usual = Route(id="", to=())
    return Route(
        id=model.id,
        to=_recipients(model.to),
        topics=frozenset(model.topics),
        match=_match(model.match),
        language=model.language or language,
        hold=model.hold or usual.hold,
        degraded_after=model.degraded_after or usual.degraded_after,
        reminders=None if model.reminders is None else _reminders(model.reminders),
        formats=usual.formats if model.formats is None else tuple(dict.fromkeys(model.formats)),
        quiet=None if model.quiet is None else QuietHours(starts=model.quiet.starts, ends=model.quiet.ends),
        escalation=None if model.escalate is None else _escalation(model.escalate),
    )


def _recipients(to: tuple[RecipientModel, ...]) -> tuple[Recipient, ...]:
    return tuple(Recipient(channel=one.channel, address=one.address) for one in to)


def _match(model: MatchModel) -> Match:
    return Match(
        agencies=frozenset(model.agencies),
        governments=frozenset(model.governments),
        categories=frozenset(model.categories),
        tags=frozenset(model.tags),
        services=frozenset(model.services),
        severity=model.severity,
        rules=frozenset(model.rules),
    )


def _reminders(model: RemindersModel) -> Reminders:
    return Reminders(**model.model_dump(exclude_none=True))


def _escalation(model: EscalationModel) -> Escalation:
    return Escalation(after=model.after, to=_recipients(model.to))
