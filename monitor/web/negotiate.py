"""What the client asked for: media type, coding and language. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from monitor.web.texts import Language


def wants_openmetrics(accept: str) -> bool:
    """Whether OpenMetrics 1.x is named and preferred over the text format; wildcards mean text."""
    openmetrics = text = 0.0
    for kind, parameters in _items(accept):
        if kind == "application/openmetrics-text" and parameters.get("version", "1").split(".")[0] == "1":
            openmetrics = max(openmetrics, _quality(parameters))
        elif kind == "text/plain":
            text = max(text, _quality(parameters))
    return openmetrics > 0 and openmetrics >= text


def wants_html(accept: str) -> bool:
    """Whether a person's browser asks, rather than a program."""
    return any(kind == "text/html" and _quality(parameters) > 0 for kind, parameters in _items(accept))


def allows_gzip(accept_encoding: str) -> bool:
    """Whether the client takes gzip; what it says of gzip by name outranks what it says of `*`."""
    qualities = {coding: _quality(parameters) for coding, parameters in _items(accept_encoding)}
    return qualities.get("gzip", qualities.get("*", 0.0)) > 0


def language(wanted: str | None, default: Language) -> Language:
    """Return the language asked for by `?lang=`, or the default where it is missing or not ours."""
    return Language(wanted) if wanted in list(Language) else default


def _items(header: str) -> Iterator[tuple[str, dict[str, str]]]:
    for item in header.split(","):
        kind, *parameters = item.split(";")
        pairs = (parameter.partition("=") for parameter in parameters)
        yield (
            kind.strip().lower(),
            {name.strip().lower(): text.strip().strip('"') for name, _, text in pairs},
        )


def _quality(parameters: dict[str, str]) -> float:
    try:
        return float(parameters.get("q", "1"))
    except ValueError:
        return 0.0
