"""A dashboard read as Grafana reads it: choices filled in, every question put to a real Prometheus."""

from __future__ import annotations

import json
import re
import time
import urllib.parse
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.processes import get

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "config" / "grafana" / "dashboards"
VARIABLE = re.compile(r"\$(?:\{(\w+)\}|(\w+))")
Series = list[dict[str, Any]]


def dashboards() -> dict[str, dict[str, Any]]:
    """Return every dashboard that is shipped, by uid."""
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}


def panels(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the panels that show something."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def variables(dashboard: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the choices at the top, in their order."""
    return {one["name"]: one for one in dashboard["templating"]["list"]}


def marks(dashboard: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the annotations."""
    return [one for one in dashboard["annotations"]["list"] if not one["builtIn"]]


def questions(dashboard: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is asked of Prometheus: where it stands, and the expression with its variables."""
    for name, variable in variables(dashboard).items():
        if variable["type"] == "query":
            yield f"${name}", variable["query"]["query"]
    for mark in marks(dashboard):
        yield f"@{mark['name']}", mark["expr"]
    for panel in panels(dashboard):
        for target in panel["targets"]:
            yield f"{panel['title']}/{target['refId']}", target["expr"]


@dataclass
class Prometheus:
    """Where to ask, and since when there are samples."""

    url: str
    since: float = field(default_factory=time.time)

    def instant(self, query: str) -> Series:
        return self._ask("query", query=query)

    def over_time(self, query: str) -> Series:
        return self._ask("query_range", query=query, start=self.since, end=time.time(), step=2)

    def _ask(self, path: str, **parameters: object) -> Series:
        answer = json.loads(get(f"{self.url}api/v1/{path}?{urllib.parse.urlencode(parameters)}"))
        assert answer["status"] == "success", answer
        return answer["data"]["result"]


@dataclass
class Viewer:
    """Somebody who chooses all wherever several can be chosen, and else one after the other."""

    prometheus: Prometheus
    dashboard: dict[str, Any]
    options: dict[str, list[tuple[str, str]]] = field(default_factory=dict)
    """Name of a variable to texts and values."""

    def choose(self) -> None:
        """Fill in the choices, from left to right."""
        for name, variable in variables(self.dashboard).items():
            if variable["type"] == "query":
                self.options[name] = self._options(variable)

    def _options(self, variable: dict[str, Any]) -> list[tuple[str, str]]:
        asked = next(self.filled(variable["query"]["query"]))
        function, inner = re.fullmatch(r"(\w+)\((.*)\)", asked, re.DOTALL).groups()
        if function == "label_values":
            metric, label = inner.rsplit(", ", 1)
            values = sorted({one["metric"][label] for one in self.prometheus.instant(metric)})
            return [(value, value) for value in values]
        assert function == "query_result"
        pattern = re.compile(variable["regex"].strip("/").replace("(?<", "(?P<"))
        found = [pattern.search(_written(one)) for one in self.prometheus.instant(inner)]
        return [(one["text"], one["value"]) for one in found if one]

    def filled(self, expression: str) -> Iterator[str]:
        """Yield the expression with the choices filled in; once for each where only one can be made."""
        several = {
            name: "|".join(value.replace(".", r"\\.") for _, value in options)
            for name, options in self.options.items()
        }
        one_only = [name for name in self.options if not variables(self.dashboard)[name].get("multi")]
        choices = [{name: value} for name in one_only for _, value in self.options[name]] or [{}]
        for choice in choices:
            values = {name: f"({value})" for name, value in several.items()} | choice
            values |= {"__range": "60s", "__rate_interval": "10s"}
            yield VARIABLE.sub(lambda found, of=values: of[found[1] or found[2]], expression)

    def answers(self, target: dict[str, Any]) -> Series:
        """Return the answer to a question of a panel or of an annotation; the first that is not empty."""
        ask = self.prometheus.instant if target.get("instant") else self.prometheus.over_time
        return next(filter(None, map(ask, self.filled(target["expr"]))), [])


def _written(series: dict[str, Any]) -> str:
    """Write a series as Grafana does for `query_result`, before it looks for the pattern."""
    labels = ",".join(f'{name}="{value}"' for name, value in series["metric"].items())
    return f"{{{labels}}} {series['value'][1]} {series['value'][0] * 1000:.0f}"
