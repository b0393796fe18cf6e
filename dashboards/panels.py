"""The kinds of panel. Each must say what it is: title, description in two languages, unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from grafana_foundation_sdk.builders import bargauge, stat, statetimeline, table, timeseries
from grafana_foundation_sdk.builders.common import (
    GraphThresholdsStyleConfig,
    ReduceDataOptions,
    StackingConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.builders.dashboard import DashboardLink, FieldColor, ThresholdsConfig
from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models import common, dashboard
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from dashboards.source import SOURCE
from dashboards.words import BAD, GOOD, PLAIN, WARNING

P = TypeVar("P", stat.Panel, statetimeline.Panel, timeseries.Panel, bargauge.Panel, table.Panel)
Panel: TypeAlias = stat.Panel | statetimeline.Panel | timeseries.Panel | bargauge.Panel | table.Panel
"""The library gives its kinds of panel no common type."""


@dataclass(frozen=True)
class Text:
    """What a panel is called, and what its (i) says."""

    title: str
    says: str
    english: str
    unit: str
    """One of Grafana's, or `suffix:…`; `none` for a bare number, `string` for words."""

    @property
    def description(self) -> str:
        """Both languages, as Markdown."""
        return f"{self.says}\n\n*{self.english}*"


@dataclass(frozen=True)
class Query:
    """One question to Prometheus."""

    expr: str
    legend: str = ""


def drawn(
    panel: P,
    text: Text,
    queries: Sequence[Query],
    *,
    instant: bool = False,
    as_table: bool = False,
    decimals: int | None = None,
    words: Sequence[dashboard.ValueMapping] = (),
) -> P:
    """Give a panel its words and its questions, lettered from A."""
    panel.title(text.title).description(text.description).unit(text.unit).datasource(SOURCE)
    for letter, query in zip("ABCDEFGHIJ", queries, strict=False):
        target = Dataquery().ref_id(letter).datasource(SOURCE).expr(query.expr).legend_format(query.legend)
        target.format(PromQueryFormat.TABLE if as_table else PromQueryFormat.TIME_SERIES)
        panel.with_target(target.instant() if instant else target.range())
    if decimals is not None:
        panel.decimals(decimals)
    if words:
        panel.mappings([*words])
    return panel


BY_VALUE = FieldColor().mode(dashboard.FieldColorModeId.THRESHOLDS)
"""Colours by words and limits."""


def steps(*limits: tuple[float, str], base: str) -> Builder[dashboard.ThresholdsConfig]:
    """Return colours from each limit upwards; `base` below the first."""
    return (
        ThresholdsConfig()
        .mode(dashboard.ThresholdsMode.ABSOLUTE)
        .steps(
            [
                dashboard.Threshold(value=None, color=base),
                *(dashboard.Threshold(value=limit, color=colour) for limit, colour in limits),
            ]
        )
    )


def to_board(title: str, uid: str, query: str) -> Builder[dashboard.DashboardLink]:
    """Return a link from a value to another dashboard, for the same time."""
    return DashboardLink(title).url(f"/d/{uid}?{query}&${{__url_time_range}}")


ALL_OF_REGISTER = "var-government=$__all&var-agency=$__all"
OF_LABEL = to_board(
    "Buka layanan ini", "kulkul-layanan", f"{ALL_OF_REGISTER}&var-service=${{__field.labels.service}}"
)
"""To the service that a series is of."""


def number(
    text: Text,
    expr: str,
    *,
    words: Sequence[dashboard.ValueMapping] = (),
    bad_from: float | None = None,
    good_from: float | None = None,
    colour: str = PLAIN,
    decimals: int | None = None,
    link: Builder[dashboard.DashboardLink] | None = None,
) -> stat.Panel:
    """Return one large value as it is now; `words` have colours of their own.

    It is red from `bad_from` on and green below, or green from `good_from` on and red below, or of one
    `colour`.
    """
    panel = drawn(stat.Panel(), text, [Query(expr)], instant=True, words=words, decimals=decimals)
    panel.color_scheme(BY_VALUE)
    panel.graph_mode(common.BigValueGraphMode.NONE).color_mode(common.BigValueColorMode.BACKGROUND_SOLID)
    panel.text_mode(common.BigValueTextMode.VALUE).reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
    if bad_from is not None:
        panel.thresholds(steps((bad_from, BAD), base=GOOD))
    elif good_from is not None:
        panel.thresholds(steps((good_from, GOOD), base=BAD))
    else:
        panel.thresholds(steps(base=colour))
    if link is not None:
        panel.data_links([link])
    return panel.no_value("tidak ada data")


def timeline(
    text: Text,
    *queries: Query,
    words: Sequence[dashboard.ValueMapping],
    per_page: int | None = None,
    link: Builder[dashboard.DashboardLink] | None = None,
) -> statetimeline.Panel:
    """Return a row of coloured spans for each series; the words stand in them and in the legend."""
    panel = drawn(statetimeline.Panel(), text, queries, words=words)
    panel.color_scheme(BY_VALUE)
    panel.show_value(common.VisibilityMode.AUTO).merge_values(merge_values=True).row_height(0.85)
    panel.fill_opacity(80).line_width(0).thresholds(steps(base=PLAIN))
    panel.legend(legend())
    if per_page is not None:
        panel.per_page(per_page)
    if link is not None:
        panel.data_links([link])
    return panel.no_value("tidak ada")


def graph(
    text: Text,
    *queries: Query,
    stacked: bool = False,
    limit: float | None = None,
    warning: float | None = None,
    decimals: int | None = None,
    steps_shape: bool = False,
    colours: Mapping[str, str] | None = None,
    link: Builder[dashboard.DashboardLink] | None = None,
) -> timeseries.Panel:
    """Return lines over time, from 0; `stacked` ones are filled, and stand one upon the other.

    `limit` is a red dashed line, `warning` a yellow one: the description says what they mean. With
    `steps_shape` a value holds until the next one. `colours` are those of series, by their legend.
    """
    panel = drawn(timeseries.Panel(), text, queries, decimals=decimals)
    panel.color_scheme(FieldColor().mode(dashboard.FieldColorModeId.PALETTE_CLASSIC))
    panel.min(0).legend(legend()).tooltip(
        VizTooltipOptions().mode(common.TooltipDisplayMode.MULTI).sort(common.SortOrder.DESCENDING)
    )
    panel.show_points(common.VisibilityMode.NEVER).line_width(2 if not stacked else 1)
    if stacked:
        panel.fill_opacity(45).stacking(StackingConfig().mode(common.StackingMode.NORMAL))
    if steps_shape:
        panel.line_interpolation(common.LineInterpolation.STEP_AFTER)
    limits = [(at, colour) for at, colour in ((warning, WARNING), (limit, BAD)) if at is not None]
    if limits:
        panel.thresholds(steps(*limits, base="transparent"))
        panel.thresholds_style(GraphThresholdsStyleConfig().mode(common.GraphThresholdsStyleMode.DASHED))
    for name, colour in (colours or {}).items():
        fixed = dashboard.FieldColor(mode=dashboard.FieldColorModeId.FIXED, fixed_color=colour)
        panel.override_by_name(name, [dashboard.DynamicConfigValue("color", fixed)])
    if link is not None:
        panel.data_links([link])
    return panel.no_value("tidak ada data")


def bars(
    text: Text,
    *queries: Query,
    highest: float | None = None,
    decimals: int | None = None,
    colour: str = "blue",
    link: Builder[dashboard.DashboardLink] | None = None,
) -> bargauge.Panel:
    """Return a bar with its number for each series as it is now; one colour, since the number tells."""
    panel = drawn(bargauge.Panel(), text, queries, instant=True, decimals=decimals)
    panel.color_scheme(BY_VALUE).orientation(common.VizOrientation.HORIZONTAL).display_mode(
        common.BarGaugeDisplayMode.BASIC
    )
    panel.value_mode(common.BarGaugeValueMode.TEXT).min(0).thresholds(steps(base=colour))
    panel.reduce_options(ReduceDataOptions().calcs(["lastNotNull"]))
    if highest is not None:
        panel.max(highest)
    if link is not None:
        panel.data_links([link])
    return panel.no_value("tidak ada data")


def legend() -> VizLegendOptions:
    """Return a list below the panel."""
    return (
        VizLegendOptions()
        .display_mode(common.LegendDisplayMode.LIST)
        .placement(common.LegendPlacement.BOTTOM)
        .show_legend(show_legend=True)
    )
