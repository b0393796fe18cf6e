"""Tables: one row for each service, domain or the like, joined from several questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.builders import table
from grafana_foundation_sdk.builders.common import TableSortByFieldState
from grafana_foundation_sdk.models import common, dashboard

from dashboards.panels import ALL_OF_REGISTER, Query, Text, drawn, steps, to_board
from dashboards.words import PLAIN

ROW_SERVICE = to_board(
    "Buka layanan ini", "kulkul-layanan", f"{ALL_OF_REGISTER}&var-service=${{__data.fields.ID}}"
)
"""To the service of a row; needs a column called ID."""


@dataclass(frozen=True)
class Column:
    """One column, in the order in which they stand."""

    field: str
    """A label, or `Value #A` for what query A says."""
    title: str
    unit: str | None = None
    words: Sequence[dashboard.ValueMapping] = ()
    """With a colour they are written in it."""
    decimals: int | None = None
    width: int | None = None

    @property
    def properties(self) -> list[dashboard.DynamicConfigValue]:
        """What Grafana is told of the column, beyond the default."""
        said: list[dashboard.DynamicConfigValue] = []
        if self.unit is not None:
            said.append(dashboard.DynamicConfigValue("unit", self.unit))
        if self.decimals is not None:
            said.append(dashboard.DynamicConfigValue("decimals", self.decimals))
        if self.width is not None:
            said.append(dashboard.DynamicConfigValue("custom.width", self.width))
        if self.words:
            said.append(dashboard.DynamicConfigValue("mappings", [*self.words]))
            cell = common.TableColorTextCellOptions()
            said.append(dashboard.DynamicConfigValue("custom.cellOptions", cell))
        return said


def rows(
    text: Text,
    queries: Sequence[Query],
    columns: Sequence[Column],
    *,
    sort: str,
    descending: bool = False,
    of_services: bool = False,
    hidden: Sequence[str] = (),
) -> table.Panel:
    """Return a table of what is now.

    Queries share the label that tells rows apart, and no other label that differs: equal labels make one row.

    `sort` is the title of the column that decides the order, `hidden` the titles of columns that are not
    shown: values that are 1 in every row. Rows `of_services` lead to the dashboard of their service, by their
    column ID.
    """
    panel = drawn(table.Panel(), text, queries, instant=True, as_table=True)
    shown = {column.field: column for column in columns}
    # A single query has no letter in the name of its value.
    fields = {
        ("Value" if len(queries) == 1 and name == "Value #A" else name): one for name, one in shown.items()
    }
    panel.with_transformation(dashboard.DataTransformerConfig(id_val="merge", options={}))
    panel.with_transformation(
        dashboard.DataTransformerConfig(
            id_val="organize",
            options={
                "excludeByName": {"Time": True},
                "indexByName": {field: index for index, field in enumerate(fields)},
                "renameByName": {field: column.title for field, column in fields.items()},
            },
        )
    )
    for title in hidden:
        panel.override_by_name(title, [dashboard.DynamicConfigValue("custom.hidden", value=True)])
    for column in columns:
        if column.properties:
            panel.override_by_name(column.title, column.properties)
    panel.sort_by([TableSortByFieldState().display_name(sort).desc(desc=descending)])
    panel.filterable(filterable=False).thresholds(steps(base=PLAIN))
    if of_services:
        panel.data_links([ROW_SERVICE])
    return panel.no_value("-")
