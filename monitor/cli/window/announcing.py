"""A maintenance window read from the options of `kulkul window add`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import typer
from pydantic import ValidationError

from monitor.cli.exits import Exit
from monitor.cli.options import Lang
from monitor.cli.output import talk
from monitor.core.service import Registry
from monitor.core.window import Window
from monitor.registry.names import Names
from monitor.registry.windows import WindowModel, build_window, faults
from monitor.settings import Settings

_OPTIONS = {
    "id": "ID",
    "services": "--service",
    "agencies": "--agency",
    "governments": "--government",
    "tags": "--tag",
}
_SAID = {
    "string_pattern_mismatch": "write small letters, digits and hyphens, and no hyphen first",
    "string_too_long": "this is too long",
}


def read_window(
    times: Mapping[str, str | None],
    scope: Mapping[str, Sequence[str]],
    settings: Settings,
    registry: Registry,
    lang: Lang,
) -> Window:
    """Hold what was written against the same rules as the file of windows.

    Args:
        times: the window's keys but for those of its scope, as in the file.
        scope: `services`, `agencies`, `governments` and `tags`.
        settings: for the time zone.
        registry: what the names of the scope must be found in.
        lang: of what is said.
    Raises:
        BadParameter, UsageError: an option is missing or wrong.
        Exit: a name is unknown, which has been said.
    """
    if not any(scope.values()):
        raise typer.BadParameter("write at least one", param_hint="--service, --agency, --government, --tag")
    if (times["ends"] is None) == (times["duration"] is None):
        raise typer.BadParameter("write one of them, and not both", param_hint="--ends, --duration")
    try:
        model = WindowModel.model_validate({**times, **scope})
    except ValidationError as error:
        raise _explained(error) from None
    names = Names(registry)
    unknown = [
        sentence
        for kind in scope
        for name in getattr(model, kind)
        if (sentence := names.unknown(kind, name)) is not None
    ]
    for sentence in unknown:
        said = lang.of(sentence)
        talk().print(f"{said[0].upper()}{said[1:]}{'' if said.endswith('?') else '.'}")
    if unknown:
        raise typer.Exit(Exit.CONFIGURATION)
    for key, sentence_of_time in faults(model, settings.time_zone):
        raise typer.BadParameter(sentence_of_time.replace("`", ""), param_hint=_option(key))
    return build_window(model, settings.time_zone)


def _explained(error: ValidationError) -> typer.BadParameter:
    """Say the first thing that is wrong, at its option."""
    first: Any = error.errors(include_url=False)[0]
    reason = first.get("ctx", {}).get("error")
    said = _SAID.get(first["type"]) or str(reason or first["msg"])
    return typer.BadParameter(said.replace("`", ""), param_hint=_option(str(first["loc"][0])))


def _option(key: str) -> str:
    return _OPTIONS.get(key, f"--{key}")
