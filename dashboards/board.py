"""What a dashboard consists of, and how it is put together."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from grafana_foundation_sdk.builders.dashboard import Dashboard, DashboardLink, Row
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import dashboard as model

from dashboards.marks import Annotation
from dashboards.panels import Panel

TIME_ZONE = "Asia/Makassar"
"""WITA, whatever zone the browser is in."""
TAG = "kulkul"
"""By which the dashboards link to each other."""
GRID_WIDTH = 24


@dataclass(frozen=True)
class Band:
    """Panels beside each other, over the whole width."""

    height: int
    panels: tuple[tuple[int, Panel], ...]
    """Width of each, in columns of the grid, of which there are 24."""
    title: str | None = None
    """Of the row that begins here."""


@dataclass(frozen=True)
class Board:
    """One dashboard."""

    uid: str
    """Also the name of its file; links and bookmarks go by it, so it never changes."""
    title: str
    description: str
    variables: tuple[Builder[model.VariableModel], ...]
    annotations: tuple[Annotation, ...]
    bands: tuple[Band, ...]
    since: str = "now-24h"
    refresh: str = "30s"


def build(board: Board) -> model.Dashboard:
    """Return the dashboard as Grafana reads it.

    Raises:
        ValueError: the panels of a band do not fill the width.
    """
    dashboard = (
        Dashboard(board.title)
        .uid(board.uid)
        .description(board.description)
        .tags([TAG])
        .timezone(TIME_ZONE)
        .week_start("monday")
        .time(board.since, "now")
        .refresh(board.refresh)
        .readonly()
        .tooltip(model.DashboardCursorSync.CROSSHAIR)
        .link(
            DashboardLink("Dasbor Kulkul")
            .type(model.DashboardLinkType.DASHBOARDS)
            .tags([TAG])
            .include_vars(include_vars=True)
            .keep_time(keep_time=True)
        )
    )
    for variable in board.variables:
        dashboard.with_variable(variable)
    built = dashboard.build()
    built.annotations = model.AnnotationContainer(list_val=[*board.annotations])
    built.panels = [*_placed(board.bands)]
    return built


def _placed(bands: tuple[Band, ...]) -> Iterator[model.Panel | model.RowPanel]:
    """Give every panel its number and its place, from the top."""
    number, y = 0, 0
    for band in bands:
        if sum(width for width, _ in band.panels) != GRID_WIDTH:
            raise ValueError(f"the band at row {y} is not {GRID_WIDTH} columns wide")
        if band.title is not None:
            number += 1
            place = model.GridPos(h=1, w=GRID_WIDTH, x=0, y=y)
            yield Row(band.title).id(number).grid_pos(place).build()
            y += 1
        x = 0
        for width, panel in band.panels:
            number += 1
            place = model.GridPos(h=band.height, w=width, x=x, y=y)
            yield panel.id(number).grid_pos(place).build()
            x += width
        y += band.height
