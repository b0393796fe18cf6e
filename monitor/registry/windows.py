"""The file of announced maintenance (`windows.yml`), as it is written and as it is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, timedelta, tzinfo
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import AfterValidator, ValidationError, model_validator

from monitor.core.service import Registry
from monitor.core.window import Scope, Window
from monitor.registry.entries import told_of_id, told_of_names
from monitor.registry.moment import Moment, exists, in_zone
from monitor.registry.names import Names
from monitor.registry.recurrence import check_recurrence, first_start
from monitor.settings import ConfigurationError, Problem, Settings
from monitor.settings.fields import Duration, Id, Line, Model, OneOrMore, at_least
from monitor.settings.validation import check
from monitor.settings.yaml import Document, Location, Spot, read_document

LONGEST = timedelta(days=366)


class WindowModel(Model):
    """Maintenance, announced: once, or again and again."""

    id: Id
    """Stays the same for as long as it is the same maintenance."""
    title: Line
    """What is done; people read it."""
    services: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Ids of services."""
    agencies: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Ids of agencies: all their services."""
    governments: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """Ids of governments: all services of their agencies."""
    tags: Annotated[tuple[Line, ...], OneOrMore()] = ()
    """All services that carry one of these tags."""
    starts: Moment
    """Day and time in the settings' time zone: 2026-11-28 22:00; an offset (+08:00) may follow."""
    ends: Moment | None = None
    """Day and time; or write `duration`."""
    duration: Annotated[Duration, AfterValidator(at_least(timedelta(minutes=1), "1m"))] | None = None
    """How long it takes: 30m, 6h; or write `ends`."""
    repeat: Annotated[str, AfterValidator(check_recurrence)] | None = None
    """Recurrence rule (RFC 5545): FREQ=WEEKLY;BYDAY=SU. `starts` is the first time."""

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not (self.services or self.agencies or self.governments or self.tags):
            raise ValueError(
                "the window is for nothing: write one of `services`, `agencies`, `governments`, `tags`"
            )
        if (self.ends is None) == (self.duration is None):
            raise ValueError("write either `ends` or `duration`")
        return self


class WindowsModel(Model):
    """A file of announced maintenance. A window counts as announced when the daemon first saw it here."""

    windows: tuple[WindowModel, ...] = ()


def load_windows(path: Path | str, settings: Settings, registry: Registry) -> list[Window]:
    """Read the announced windows; a file that does not exist announces none.

    Args:
        path: usually `settings.windows`.
        settings: for the time zone.
        registry: what the windows' services, agencies, governments and tags must be found in.
    Raises:
        ConfigurationError: with every problem of the file.
    """
    path = Path(path)
    if not path.exists():
        return []
    document = read_document(path)
    model, problems = check(document, WindowsModel)
    problems += _survey(document, settings.time_zone, Names(registry))
    if model is None or problems:
        raise ConfigurationError(problems)
    return [build_window(one, settings.time_zone) for one in model.windows]


def build_window(model: WindowModel, zone: tzinfo) -> Window:
    """Build a window in which `faults` finds nothing."""
    starts_at = in_zone(model.starts, zone)
    ends_at = None if model.ends is None else in_zone(model.ends, zone)
    return Window(
        id=model.id,
        title=model.title,
        scope=Scope(
            services=frozenset(model.services),
            agencies=frozenset(model.agencies),
            governments=frozenset(model.governments),
            tags=frozenset(model.tags),
        ),
        starts_at=starts_at,
        # In UTC: two times of one zone are otherwise subtracted by their clocks, whatever those did between.
        duration=model.duration or (ends_at or starts_at).astimezone(UTC) - starts_at.astimezone(UTC),
        recurrence=model.repeat,
    )


def faults(model: WindowModel, zone: tzinfo) -> Iterator[tuple[str, str]]:
    """Yield key and sentence for what is wrong with the times of a window taken together."""
    for key, moment in (("starts", model.starts), ("ends", model.ends)):
        if moment is not None and not exists(in_zone(moment, zone)):
            yield key, "there is no such time: the clock was set forward over it"
    window = build_window(model, zone)
    if window.duration <= timedelta(0):
        yield "ends", "should lie after `starts`"
    elif window.duration > LONGEST:
        yield "ends", f"should lie at most {LONGEST.days} days after `starts`"
    if window.recurrence is not None:
        first = first_start(window.starts_at, window.recurrence)
        if first is None:
            yield "repeat", "the rule never comes to pass"
        elif first != window.starts_at:
            yield "repeat", f"the rule comes to pass first on {first:%Y-%m-%d %H:%M}: write that in `starts`"


def _survey(document: Document, zone: tzinfo, names: Names) -> list[Problem]:
    """Check what the models cannot: that ids are unique, names known, and times fit together.

    It looks at the plain data, so that all this is told together with everything else.
    """
    problems: list[Problem] = []
    taken: dict[str, Spot] = {}
    items = document.data.get("windows")
    for number, item in enumerate(items if isinstance(items, list) else ()):
        if not isinstance(item, dict):
            continue
        place = ("windows", number)
        for key, sentence in (
            *told_of_id(document, place, item, taken),
            *told_of_names(item, names),
            *_told_of_times(item, zone),
        ):
            problems.append(document.problem((*place, *key), sentence))
    return problems


def _told_of_times(item: dict[str, Any], zone: tzinfo) -> Iterator[tuple[Location, str]]:
    try:
        model = WindowModel.model_validate(item)
    except ValidationError:
        return  # told already, each with its place
    yield from (((key,), sentence) for key, sentence in faults(model, zone))
